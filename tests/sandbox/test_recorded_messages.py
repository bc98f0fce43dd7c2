"""The recorded statements again, on the sandbox: messages are those recorded, byte by byte where clients look inside."""
import json

import pytest

from support.paths import CONFORMANCE

from .adapter import rows, wire

FIXTURES = CONFORMANCE / "fixtures" / "tmq"
T0 = 1700000000000
HEAD = 23  # version, length of the offsets, and both of them


def recorded(name):
    about = json.loads((FIXTURES / (name + ".json")).read_text())
    return about, (FIXTURES / (name + ".bin")).read_bytes()


@pytest.fixture
def fixture_db(session, db):
    """The recording's tables, with the changes that the recording made to them."""
    session.run(
        "create database %s vgroups 1" % db, "use %s" % db,
        "create stable st(ts timestamp, v int, s varchar(10), n nchar(6), m decimal(10,2)) tags(g int)",
        "create table nt(ts timestamp, d double, b bool, x varbinary(8), q decimal(30,5))",
        "insert into c1 using st tags(1) values(%d,1,'a','一',1.25)(%d,null,null,null,null)" % (T0, T0 + 1),
        "insert into nt values(%d,1.5,true,'\\x00ff',-12345678901234567890.12345) nt values(%d,null,null,null,null)" % (T0, T0 + 1),
        "insert into c1 values(%d,3,'','',0) auto1 using st tags(9) values(%d,9,'auto','九',9)" % (T0 + 2, T0 + 5),
        "alter table nt add column extra int",
        "insert into nt values(%d,2.5,false,null,0,7)" % (T0 + 9))
    return db


def test_rows_of_a_database(session, consumer, fixture_db):
    about, want = recorded("db_00")
    session.run("create topic %s_t as database %s" % (fixture_db, fixture_db))
    (told, raw_type, raw), = consumer(["%s_t" % fixture_db]).messages()
    assert (told["message_type"], told["offset"], raw_type) == (1, 0, 2)
    assert wire.raw_offsets(raw) == (0, 8)
    assert raw[:5] == want[:5] and raw[HEAD:] == want[HEAD:]
    assert [rows(block["block"]) for block in wire.raw_blocks(raw_type, raw)] == [block["rows"] for block in about["blocks"]]


def test_rows_of_a_query(session, consumer, fixture_db):
    about, want = recorded("query_00")
    session.run("create topic %s_t as select ts, v + 1 as w, s, tbname from st" % fixture_db)
    (told, raw_type, raw), = consumer(["%s_t" % fixture_db]).messages()
    assert raw[:5] == want[:5] and raw[HEAD:] == want[HEAD:]
    assert [rows(block["block"]) for block in wire.raw_blocks(raw_type, raw)] == [block["rows"] for block in about["blocks"]]


@pytest.mark.parametrize("batch", [False, True], ids=["single", "batch"])
def test_changes_of_tables(session, consumer, fixture_db, batch):
    """The order, the kinds and the JSON of a topic with meta."""
    session.run("create topic %s_t with meta as database %s" % (fixture_db, fixture_db))
    session.run("delete from nt where ts = %d" % (T0 + 9), "create table c2 using st tags(2)", "drop table c2")
    reader = consumer(["%s_t" % fixture_db], **({"enable_batch_meta": "1"} if batch else {}))
    seen = []
    for told, raw_type, raw in reader.messages():
        meta = reader.call("fetch_json_meta", message_id=told["message_id"])
        seen.append((told["message_type"], raw_type, told["offset"], meta.get("data"), raw))
    prefix = "batch_meta" if batch else "meta"
    want = [recorded("%s_%02d" % (prefix, i)) for i in range(5 if batch else 7)]
    # The recording made c2 in an insert and dropped it; here its creation is told as well.
    created = {"type": "create", "tableType": "child", "tableName": "c2", "using": "st", "tagNum": 1, "tags": [{"name": "g", "type": 4, "value": 2}], "createList": []}
    if batch:
        assert seen[-1][3]["metas"].pop(1) == created
    else:
        assert seen.pop(-2)[3] == created
    assert [(kind, raw_type) for kind, raw_type, *_ in seen] == [(about["poll_reply"]["message_type"], about["raw_type"]) for about, _ in want]
    for (kind, raw_type, _, meta, raw), (about, bytes_) in zip(seen, want):
        if kind != 1:
            assert meta == about["json_meta"]
        if kind != 2:
            assert [rows(block["block"]) for block in wire.raw_blocks(raw_type, raw)] == [block["rows"] for block in about["blocks"]]
        if kind == 1:
            assert raw == bytes_  # here even the offsets are those recorded
    # What a message of both kinds says of tables is its own; what it says of rows is not.
    both, = [(raw, bytes_) for (kind, _, _, _, raw), (_, bytes_) in zip(seen, want) if kind == 3]
    end = both[1].index(b"auto1\0", both[1].rindex(b"\x02m\0")) + 6
    assert both[0][:end] == both[1][:end]
    assert both[0][end:end + 4] == both[1][end:end + 4] == (2).to_bytes(4, "little")


def test_only_changes_of_tables(session, consumer, fixture_db):
    session.run("create topic %s_t only meta as database %s" % (fixture_db, fixture_db))
    reader = consumer(["%s_t" % fixture_db])
    metas = []
    for told, _, _ in reader.messages():
        assert told["message_type"] == 2
        metas.append(reader.call("fetch_json_meta", message_id=told["message_id"])["data"])
    assert [(meta["type"], meta["tableName"]) for meta in metas] == [("create", "st"), ("create", "nt"), ("create", "c1"), ("create", "auto1"), ("alter", "nt")]
