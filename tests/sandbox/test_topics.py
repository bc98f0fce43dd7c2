"""CREATE, DROP and SHOW of topics and groups, what topics forbid, and what they pick."""
import pytest

T0 = 1700000000000


@pytest.fixture
def tables(session, db):
    session.run("create database %s vgroups 2" % db, "use %s" % db, "create stable st(ts timestamp, v int, s varchar(10)) tags(g int, n nchar(5))",
                "create table nt(ts timestamp, d double)")
    return db


def test_names_and_refusals(session, consumer, tables):
    t = tables
    session.run("create topic %s as select ts, v from st" % t, "create topic if not exists %s as database %s" % (t, t))
    assert session.error("create topic %s as database %s" % (t, t)) == (0x3E0, "Topic already exists")
    assert session.error("drop topic nothing") == (0x3E1, "Topic not exist")
    session.run("drop topic if exists nothing")
    assert session.error("create topic x as database no_such") == (0x388, "Database not exist")
    assert session.error("create topic x as stable no_such")[0] == 0x2603
    assert session.error("create topic x as stable nt")[0] == 0x2603
    assert session.error("create topic x as select nope from st")[0] == 0x2602
    for query in ["select count(*) from st", "select ts, v from st order by ts", "select v from st limit 1", "select distinct v from st", "select 1",
                  "select ts from st union all select ts from nt", "select _wstart from st interval(1s)", "select * from (select * from st)",
                  "select * from information_schema.ins_tables", "select last(v) from st partition by tbname"]:
        assert session.error("create topic x as " + query)[0] in (0x2639, 0x2602), query
    assert session.error("create topic x with meta as select ts from st")[0] == 0x2600
    assert session.error("drop database %s" % t) == (0x3ED, "Topic must be dropped first")
    assert session.error("alter stable st drop column v") == (0x3C4, "Field used by topic")
    session.run("create topic %s_s as stable st" % t)
    assert session.error("drop stable st") == (0x3ED, "Topic must be dropped first")
    reader = consumer([t])
    assert session.error("drop topic %s" % t) == (0x3EB, "Topic subscribed cannot be dropped")
    assert session.error("drop consumer group g on %s" % t) == (0x3EC, "Consumer group being used by some consumer")
    assert reader.call("unsubscribe")["code"] == 0
    session.run("drop consumer group g on %s" % t)
    assert session.error("drop consumer group g on %s" % t) == (0x3E8, "Subcribe not exist")
    session.run("drop consumer group if exists g on %s" % t, "drop topic %s" % t, "drop topic %s_s" % t, "drop stable st")


def test_force(session, consumer, tables):
    session.run("create topic %s as database %s" % (tables, tables))
    reader = consumer([tables])
    session.run("drop topic force %s" % tables)
    assert reader.poll(10)["code"] == 998
    assert reader.call("list_topics")["topics"] == []


def test_what_is_shown(session, consumer, tables):
    t = tables
    session.run("create topic %s with meta as database %s" % (t, t))
    reader = consumer([t], "shown", auto_commit="true", auto_commit_interval_ms="700")
    assert session.rows("show topics") == [[t]]
    (name, of, _, sql, _, meta, kind), = session.rows("select * from information_schema.ins_topics")
    assert (name, of, sql, meta, kind) == (t, t, "create topic %s with meta as database %s" % (t, t), "yes", "db")
    fields = session.sql("show subscriptions")
    assert fields["fields_names"] == ["topic_name", "consumer_group", "vgroup_id", "consumer_id", "user", "fqdn", "offset", "rows"]
    assert fields["fields_types"] == [8, 8, 4, 8, 8, 8, 8, 5]
    shares = session.rows("select topic_name, consumer_group, vgroup_id, consumer_id from information_schema.ins_subscriptions")
    vgroups = sorted(row[0] for row in session.rows("show %s.vgroups" % t))
    (consumer_id,), = session.rows("select consumer_id from performance_schema.perf_consumers where consumer_group = 'shown'")
    assert sorted(shares) == [[t, "shown", v, consumer_id] for v in vgroups]
    fields = session.sql("show consumers")
    assert fields["fields_names"] == ["consumer_id", "consumer_group", "client_id", "user", "fqdn", "status", "topics", "up_time", "subscribe_time", "rebalance_time", "parameters"]
    row, = [row for row in session.rows("show consumers") if row[0] == consumer_id]
    assert (row[1:4], row[5:7], row[10]) == (["shown", "c", "root"], ["ready", t], "tbname:0,commit:1,interval:700ms,reset:earliest")
    reader.close()


def test_a_super_table_and_its_tags(session, consumer, tables):
    session.run("create topic %s as stable st where g > 1 and n like '中%%'" % tables,
                "insert into a using st tags(1,'中') values(%d,1,'x') b using st tags(2,'中文') values(%d,2,'x') c using st tags(2,'z') values(%d,3,'x')" % (T0, T0, T0),
                "insert into nt values(%d, 1)" % T0)
    reader = consumer([tables])
    assert reader.all_rows() == [("b", [str(T0), "2", "x"])]
    session.run("alter table a set tag g = 3", "insert into a values(%d,9,null)" % (T0 + 1))
    assert reader.all_rows() == [("a", [str(T0 + 1), "9", None])]


def test_a_query_sees_every_kind_of_write(session, consumer, tables):
    session.run("create topic %s as select ts, v + 1 as w, concat(s, '!') as e, tbname, g from st where v >= 0" % tables, "create topic %s_all as select * from st" % tables)
    session.run("insert into c1 using st tags(7,'x') (ts, v) values(%d, 1)" % T0, "insert into st (tbname, g, ts, v, s) values('c2', 8, %d, 2, 'two')" % T0,
                "insert into c1 values(%d, -1, 'no')" % (T0 + 1), "insert into c1 select ts + 10, v, s from c2")
    got = {(row[3], row[1], row[2], row[4]) for _, row in consumer([tables]).all_rows()}
    assert got == {("c1", "2", None, "7"), ("c2", "3", "two!", "8"), ("c1", "3", "two!", "7")}
    session.run("alter stable st add column late int")
    rows = [row for _, row in consumer([tables + "_all"], "all").all_rows()]
    assert len(rows) == 4 and all(len(row) == 5 for row in rows)  # the columns of the topic's creation


def test_columns_that_were_not_given_are_not_told(session, consumer, tables):
    """A copy must not overwrite them with NULL."""
    session.run("create topic %s as database %s" % (tables, tables), "insert into c1 using st tags(7,'x') (s, ts) values('a', %d)('b', %d)" % (T0 + 1, T0))
    reader = consumer([tables])
    told = next(reader.messages())[0]
    (schema, _), = reader.blocks(told["message_id"])[0]
    assert schema["fields_names"] == ["ts", "s"]
    # In the order of time, whatever that of the statement.
    reader.call("seek", topic=tables, vgroup_id=told["vgroup_id"], offset=0)
    assert reader.all_rows() == [("c1", [str(T0), "b"]), ("c1", [str(T0 + 1), "a"])]


def test_vgroups_of_tables(session, db):
    """Placed by the hash of their names: the recorded server's placement of its own tables."""
    session.run("create database %s vgroups 4" % db, "use %s" % db, "create stable st(ts timestamp, v int) tags(g int)")
    ids = [int(row[0]) for row in session.rows("show %s.vgroups" % db)]
    assert len(ids) == 4 and sorted(ids) == ids
    session.run(*["create table c%d using st tags(%d)" % (i, i) for i in range(40)])
    placed = session.rows("select table_name, vgroup_id from information_schema.ins_tables where db_name = '%s'" % db)
    counts = [sum(int(v) == i for _, v in placed) for i in ids]
    assert sum(counts) == 40 and min(counts) > 0
    assert [int(row[2]) for row in session.rows("show %s.vgroups" % db)] == counts
    other = "%s_other" % db
    session.run("create database %s" % other)
    assert [int(row[0]) for row in session.rows("show %s.vgroups" % db)] == ids  # they stay what they are
    assert session.rows("select vgroups from information_schema.ins_databases where name = '%s'" % other) == [["2"]]
    session.run("drop database %s" % other)
    assert session.error("create database %s vgroups 0" % other)[0] == 0x2619


def test_topics_are_kept_with_the_data(tmp_path):
    from support.servers import Sandbox
    from .adapter import Consumer, Session
    file = tmp_path / "data"
    with Sandbox(data=file) as server:
        session = Session(server.port)
        session.run("create database d vgroups 3", "use d", "create table t(ts timestamp, v int)", "create topic tp as select * from t where v > 1")
        before = session.rows("show d.vgroups")
        session.close()
    with Sandbox(data=file) as server:
        session = Session(server.port, "d")
        assert session.rows("show topics") == [["tp"]] and session.rows("show d.vgroups") == before
        session.run("insert into t values(%d, 1)(%d, 2)" % (T0, T0 + 1))
        reader = Consumer(server.port, ["tp"])
        assert reader.all_rows() == [("", [str(T0 + 1), "2"])]
        session.close()
        reader.close()
