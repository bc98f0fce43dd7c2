"""taospy's Consumer, by the keys of its documentation: subscribe, poll, read, commit, seek, iterate, close."""
import sys

import taos
from taos.tmq import Consumer, TopicPartition

host, port, database = sys.argv[1], sys.argv[2], sys.argv[3]
topic = database + "_topic"

conn = taos.connect(host=host, port=int(port), user="root", password="taosdata")
conn.execute("CREATE DATABASE IF NOT EXISTS %s VGROUPS 1 WAL_RETENTION_PERIOD 3600" % database)
conn.select_db(database)
conn.execute("CREATE STABLE weather (ts TIMESTAMP, temperature FLOAT, note NCHAR(20), n BIGINT) TAGS (location INT)")
conn.execute("INSERT INTO t1 USING weather TAGS (1) VALUES (1626861392589, 23.5, 'Grüße', 1) (1626861392590, NULL, NULL, NULL)")
conn.execute("INSERT INTO t2 USING weather TAGS (2) VALUES (1626861392591, -0.25, '温度 😀', 3)")
conn.execute("CREATE TOPIC %s AS STABLE weather" % topic)


def consumer(**more):
    config = {"group.id": "python", "client.id": "me", "td.connect.user": "root", "td.connect.pass": "taosdata", "td.connect.ip": host,
              "enable.auto.commit": "false", "auto.offset.reset": "earliest", "msg.with.table.name": "true"}
    if int(port):
        config["td.connect.port"] = port
    made = Consumer({**config, **{key.replace("__", "."): value for key, value in more.items()}})
    made.subscribe([topic])
    return made


def rows_of(consumer, wanted):
    """(table, row) of messages until there are so many rows; and the last message."""
    rows = []
    for message in consumer:
        assert message.error() is None, message.error()
        assert (message.topic(), message.database()) == (topic, database)
        for block in message:
            assert block.ncols() == 4 and block.nrows() == len(block.fetchall())
            assert [field["name"] for field in block.fields()] == ["ts", "temperature", "note", "n"]
            rows += [(block.table(), row[1:]) for row in block]
        if len(rows) >= wanted:
            assert len(rows) == wanted, rows
            return rows, message


FIRST = [("t1", (23.5, "Grüße", 1)), ("t1", (None, None, None)), ("t2", (-0.25, "温度 😀", 3))]

c = consumer()
assert c.list_topics() == [topic]
rows, message = rows_of(c, 3)
assert rows == FIRST, rows
assert message.offset() >= 0
[assigned] = c.assignment()
assert assigned.topic == topic and assigned.begin <= assigned.end

# positions, commits by message and by offset
[position] = c.position([TopicPartition(topic, assigned.partition, 0)])
c.commit(message)
assert c.committed([TopicPartition(topic, assigned.partition, 0)])[0].offset == position.offset
c.commit(offsets=[TopicPartition(topic, assigned.partition, assigned.begin)])
assert c.committed([TopicPartition(topic, assigned.partition, 0)])[0].offset == assigned.begin

# back to the beginning, and once more
c.seek(TopicPartition(topic, assigned.partition, assigned.begin))
assert rows_of(c, 3)[0] == FIRST
c.commit()
assert c.poll(0.1) is None
conn.execute("INSERT INTO %s.t2 VALUES (1626861392600, 1.5, 'more', 4)" % database)
assert rows_of(c, 1)[0] == [("t2", (1.5, "more", 4))]
c.unsubscribe()
c.close()

# the group goes on behind what was committed
c = consumer(enable__auto__commit="true", auto__commit__interval__ms="100")
assert rows_of(c, 1)[0] == [("t2", (1.5, "more", 4))]
c.close()  # commits
c = consumer()
assert c.poll(0.3) is None
c.close()

# as the cloud's guide writes it; without TLS, as the test's server
more = {} if host.startswith("ws") else {"td__connect__websocket__scheme": "ws"}
c = consumer(group__id="cloud", td__connect__token="a token", enable__heartbeat__background="true", experimental__snapshot__enable="false",
             session__timeout__ms="12000", max__poll__interval__ms="300000", **more)
assert len(rows_of(c, 4)[0]) == 4
c.close()

# errors are taospy's own
for config, words in [({"group.id": "g:1"}, "group.id"), ({"group.id": "g", "no.such.key": "1"}, "no.such.key"),
                      ({"group.id": "g", "td.connect.ip": "127.0.0.1", "td.connect.port": "1"}, "init tscObj failed")]:
    try:
        Consumer(config)
    except taos.error.Error as e:
        assert words in str(e), e
    else:
        raise AssertionError("no error for %s" % config)

conn.execute("DROP TOPIC %s" % topic)
conn.close()
print("done")
