"""Another client's consumer, PyPI's taos-ws-py, unmodified: what it makes of the sandbox."""
import datetime

import pytest

taosws = pytest.importorskip("taosws")

T0 = 1700000000000


def test_a_consumer_of_another_client(port, session, db):
    session.run("create database %s vgroups 3" % db, "use %s" % db,
                "create stable st(ts timestamp, v int, d double, s varchar(10), n nchar(6), b bool, u bigint unsigned) tags(g int, t nchar(6))",
                "create topic %s_q as select ts, v, s, n, tbname, g from st" % db, "create topic %s as database %s" % (db, db))
    for i in range(20):
        session.run("insert into c%d using st tags(%d,'标') values(%d,%d,1.5,'a','二',true,18446744073709551615)(%d,null,null,null,null,null,null)" % (i, i, T0, i, T0 + 1))
    first = datetime.datetime.fromtimestamp(T0 // 1000, datetime.timezone.utc)
    for topic, whole in [(db + "_q", lambda i: (first, i, "a", "二", "c%d" % i, i)), (db, lambda i: (first, i, 1.5, "a", "二", True, 18446744073709551615))]:
        reader = taosws.Consumer(dsn="ws://root:taosdata@127.0.0.1:%d?group.id=py&client.id=c&auto.offset.reset=earliest&enable.auto.commit=false" % port)
        reader.subscribe([topic])

        def read():
            rows = []
            while len(rows) < 40:
                message = reader.poll(timeout=1)
                if not message:
                    continue
                assert (message.topic(), message.database()) == (topic, db)
                rows += [row for block in message for row in block.fetchall()]
                reader.commit(message)
            return rows
        rows = read()
        assert len(rows) == 40 and sorted(row for row in rows if row[1] is not None) == [whole(i) for i in range(20)]
        (assigned,) = reader.assignment()
        assert assigned.topic() == topic and len(assigned.assignments()) == 3
        for share in assigned.assignments():
            vgroup = share.vg_id()
            assert reader.committed(topic, vgroup) == reader.position(topic, vgroup) == share.end()
            reader.seek(topic, vgroup, share.begin())
        assert sorted(map(repr, read())) == sorted(map(repr, rows))
        assert reader.list_topics() == [topic]
        reader.unsubscribe()
        reader.close()
