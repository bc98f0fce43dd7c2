"""A database copied by its own raw messages, and raw blocks."""
import random
import struct

import pytest

from support.paths import CONFORMANCE
from support.servers import Sandbox

from .adapter import Consumer, Session, wire

T0 = 1700000000000
TYPES = ("bool", "tinyint", "smallint", "int", "bigint", "tinyint unsigned", "smallint unsigned", "int unsigned", "bigint unsigned", "float", "double",
         "varchar(20)", "nchar(20)", "varbinary(20)", "geometry(60)", "decimal(10,2)", "decimal(38,5)", "timestamp")
VALUES = ("true", "-1", "-2", "-3", "-4", "1", "2", "3", "18446744073709551615", "1.5", "-2.25", "'it''s \\\\ `x`'", "'标签 \\n'", "'\\x00FF'",
          "'POINT(1 2)'", "12.34", "-123456789012345678901234567.12345", "%d" % T0)


def everything(session, db):
    """Schemas and rows of a database, as text."""
    out = {}
    at = lambda name: "%s.`%s`" % (db, name.replace("`", "``"))
    for name, in session.rows("select stable_name from information_schema.ins_stables where db_name = '%s'" % db):
        out[name] = session.rows("describe " + at(name)), session.rows("select *, tbname from %s order by tbname, ts" % at(name))
    for name, stable in session.rows("select table_name, stable_name from information_schema.ins_tables where db_name = '%s'" % db):
        tags = session.rows("select tag_name, tag_type, tag_value from information_schema.ins_tags where db_name = '%s' and table_name = '%s'" % (db, name))
        out[name] = stable, session.rows("describe " + at(name)), session.rows("select * from %s order by ts" % at(name)), tags
    return out


@pytest.mark.parametrize("batch", ["0", "1"])
def test_a_copy_is_like_its_original(session, consumer, db, batch):
    copy = "%s_copy" % db
    session.run("create database %s vgroups 2" % db, "create database %s vgroups 3" % copy, "use %s" % db, "create topic %s with meta as database %s" % (db, db))
    columns = ", ".join("c%d %s" % item for item in enumerate(TYPES))
    tags = ", ".join("t%d %s" % item for item in enumerate(TYPES))
    session.run("create stable st(ts timestamp, %s, b blob) tags(%s)" % (columns, tags), "create stable js(ts timestamp, v int) tags(j json)",
                "create table `Odd ``名` using st tags(%s) plain using st tags(%s)" % (", ".join(VALUES), ", ".join(["null"] * len(VALUES))),
                "insert into auto using st tags(%s) values(%d, %s, 'blob')(%d, %s, null)" % (", ".join(VALUES), T0, ", ".join(VALUES), T0 + 1, ", ".join(["null"] * len(VALUES))),
                "insert into plain (ts, c3) values(%d, 7)" % T0, "insert into plain (ts, c12) values(%d, 'kept')" % T0,
                "insert into j1 using js tags('{\"k\":\"v''s\"}') values(%d, 1)" % T0,
                "create table nt(ts timestamp, a int, s varchar(5))", "insert into nt values(%d,1,'x')(%d,2,'y')(%d,3,'z')" % (T0, T0 + 1, T0 + 2),
                "alter table nt add column late nchar(3)", "alter table nt modify column s varchar(50)", "alter table nt rename column a b",
                "insert into nt values(%d,4,'a longer text','中')" % (T0 + 3), "delete from nt where ts <= %d" % (T0 + 1),
                "alter table plain set tag t3 = 5, t12 = '五'", "alter stable st add tag more int", "alter stable st rename tag more fewer",
                "create table gone using st tags(%s, 1)" % ", ".join(VALUES), "insert into gone (ts, c3) values(%d, 1)" % T0, "drop table gone")
    target = Session(consumer().ws.remote_address[1], copy)
    kinds = set()
    for told, raw_type, raw in consumer([db], enable_batch_meta=batch).messages():
        kinds.add(told["message_type"])
        reply = target.write_raw(raw_type, raw)
        assert reply["code"] == 0, (told, raw_type, raw, reply)
    assert kinds == {1, 2, 3}
    original, copied = everything(session, db), everything(target, copy)
    assert sorted(original) == sorted(copied) and len(original) == 7
    for name in original:
        assert copied[name] == original[name], name
    # The copy's own log tells of it: a third database could follow.
    session.run("create topic %s as database %s" % (copy, copy))
    assert len(consumer([copy], "third").all_rows()) > 5
    target.close()
    session.run("drop topic force %s" % copy, "drop database %s" % copy)


def test_recorded_rows_are_taken(session, db):
    """Messages of a real server: rows go in; what happened to tables is a form of the server's own."""
    session.run("create database %s" % db, "use %s" % db, "create stable st(ts timestamp, v int, s varchar(10), n nchar(6), m decimal(10,2)) tags(g int)",
                "create table c1 using st tags(1)", "create table auto1 using st tags(9)", "create table nt(ts timestamp, d double, b bool, x varbinary(8), q decimal(30,5), extra int)")
    read = lambda name: (CONFORMANCE / "fixtures" / "tmq" / (name + ".bin")).read_bytes()
    assert session.write_raw(2, read("db_00"))["code"] == 0
    assert session.rows("select v, s, n, m from c1 order by ts") == [["1", "a", "一", "1.25"], [None] * 4, ["3", "", "", "0"]]
    assert session.rows("select d, b, x, q, extra from nt order by ts")[2] == ["2.5", "0", None, "0", "7"]
    refused = session.write_raw(531, read("meta_00"))
    assert (refused["code"], refused["message"]) == (0x100, "Operation not supported: sandbox: a raw message about tables that another server wrote")
    assert "no table to go to" in session.write_raw(2, read("query_00"))["message"]


def test_broken_messages_are_refused(session, db):
    session.run("create database %s" % db, "use %s" % db, "create stable st(ts timestamp, v int, s varchar(10), n nchar(6), m decimal(10,2)) tags(g int)",
                "create table c1 using st tags(1)", "create table auto1 using st tags(9)", "create table nt(ts timestamp, d double, b bool, x varbinary(8), q decimal(30,5), extra int)")
    whole = (CONFORMANCE / "fixtures" / "tmq" / "db_00.bin").read_bytes()
    for end in range(0, len(whole) - 8):
        assert session.write_raw(2, whole[:end])["code"] != 0
    random.seed(7)
    for _ in range(500):
        broken = bytearray(whole)
        broken[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        session.write_raw(random.choice([2, 4, 5]), bytes(broken))
    for raw in (b"", b"\0", b"\0\0\0\0SQL\0", b"\0\0\0\0SQL\0\xff\xff\xff", b"\0\0\0\0SQL\0\x0cdrop user a\0\0"):
        session.write_raw(531, raw)
    session.ws.send(struct.pack("<QQQIH", 1, 0, 3, 1000, 2) + b"short")
    assert "too short" in session.ws.recv(10)
    assert session.rows("select 1") == [["1"]]


def test_raw_blocks(session, db):
    session.run("create database %s" % db, "use %s" % db, "create table a(ts timestamp, v int, s varchar(10), n nchar(5))", "create table b(ts timestamp, v int, s varchar(10), n nchar(5))",
                "create table c(ts timestamp, x double, v int)", "insert into a values(%d,1,'one','一')(%d,null,null,null)" % (T0, T0 + 1))

    def write(table, sql, *fields):
        _, (block,) = session.query(sql)
        name = table.encode()
        described = b"".join(struct.pack("<65sbxxi", field.encode(), 4, 4) for field in fields)
        action = 5 if fields else 4
        reply = session.binary(action, struct.pack("<iH", wire.block_rows(block), len(name)) + name + block + described)
        return reply["code"], reply["message"]
    assert write("b", "select * from a") == (0, "")
    assert session.rows("select * from b") == session.rows("select * from a")
    assert write("nope", "select * from a") == (9731, "Table does not exist")
    assert write("c", "select * from a") == (280, "Invalid parameters")
    assert write("c", "select ts, v from a", "ts", "v") == (0, "")
    assert session.rows("select * from c") == [[str(T0), None, "1"], [str(T0 + 1), None, None]]


def test_no_database(port, closing):
    session = closing(Session(port))
    reply = session.write_raw(2, b"")
    assert (reply["code"], reply["message"]) == (9750, "Database not specified")


def test_tokens(certificates):
    """`?token=`, in the clear and behind TLS."""
    import ssl
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect
    cert, key = certificates.of("localhost", "127.0.0.1")
    trusting = ssl.create_default_context(cafile=certificates.ca)
    for tls in ({}, {"cert": cert, "key": key}):
        with Sandbox(token="a b&c", **tls) as server:
            base = "%s://127.0.0.1:%d" % ("wss" if tls else "ws", server.port)
            options = {"proxy": None, "ssl": trusting} if tls else {"proxy": None}
            for path in ("/ws", "/rest/tmq"):
                for query in ("", "?token=", "?token=wrong", "?other=a%20b%26c"):
                    with pytest.raises(InvalidStatus) as refused:
                        connect(base + path + query, **options).close()
                    assert refused.value.response.status_code == 401
                with connect(base + path + "?x=1&token=a%20b%26c", **options) as socket:
                    socket.send('{"action":"version","args":{"req_id":1}}')
                    assert '"version":"3.3.7.5"' in socket.recv(10)
