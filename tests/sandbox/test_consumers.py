"""One consumer: replies as recorded, and everything that can be asked in the wrong order."""
import json
import struct
import threading
import time

import pytest

from support.paths import CONFORMANCE
from support.servers import Sandbox

from .adapter import Consumer, Session, refclient, rows, wire

FIXTURES = CONFORMANCE / "fixtures"
T0 = 1700000000000
NO_COMMITTED = -2147467247
OUT_OF_RANGE, NOT_ITS_VGROUP, NOT_ITS_TOPIC, NOT_POLLED = 16391, 16392, 16393, 16400


@pytest.fixture
def topic(session, db):
    """A topic of three rows on one vgroup; its name is the database's."""
    session.run("create database %s vgroups 1" % db, "use %s" % db, "create stable st(ts timestamp, v int, s varchar(10)) tags(g int)",
                "insert into c1 using st tags(1) values(%d,0,'a')(%d,1,null) c2 using st tags(2) values(%d,2,'b')" % (T0, T0 + 1, T0),
                "create topic %s as select ts, v, s, tbname from st" % db)
    return db


def kind_of(value):
    if isinstance(value, list):
        return [kind_of(item) for item in value[:1]]
    if isinstance(value, dict):
        return {key: kind_of(item) for key, item in value.items()}
    return type(value)


def session_of(name):
    """(request, reply) of a recorded session; a binary reply as bytes."""
    import base64
    request = None
    for line in open(FIXTURES / "wire" / (name + ".jsonl")):
        record = json.loads(line)
        if record["kind"] not in ("text", "binary"):
            continue
        data = record["data"] if record["kind"] == "text" else base64.b64decode(record["b64"])
        if record["dir"] == "c2s":
            request = json.loads(data)
        else:
            yield request, json.loads(data) if isinstance(data, str) else data


def test_a_recorded_session(port, session, consumer, db):
    """The same requests, in the same order: replies have the same keys of the same kinds, and the same values where these
    do not hang on the server's history."""
    session.run("create database %s vgroups 1" % db, "use %s" % db, "create stable st(ts timestamp, v int, s varchar(10)) tags(g int)",
                "insert into c1 using st tags(1) values(%d,1,'a')(%d,null,null)" % (T0, T0 + 1), "insert into c1 values(%d,3,'')" % (T0 + 2),
                "insert into auto1 using st tags(9) values(%d,9,'auto')" % (T0 + 5),
                "create topic probe_ft_topic_q as select ts, v + 1 as w, s, tbname from st")
    reader = consumer()
    vgroup, compared, polled = None, 0, False
    for request, reply in session_of("tmq_query"):
        text = json.dumps(request).replace("1090", str(vgroup))
        reader.ws.send(text)
        got = reader.ws.recv(20)
        compared += 1
        if isinstance(reply, bytes):
            assert isinstance(got, bytes)
            if request["action"] == "fetch_raw_data":
                assert (len(got), got[:18], got[26:52]) == (len(reply), reply[:18], reply[26:52])
            else:
                assert got[8:] == reply[8:]  # all but the time it took
            continue
        got = json.loads(got)
        assert list(got) == list(reply) and kind_of(got) == kind_of(reply)
        if request["action"] == "poll":
            vgroup = got["vgroup_id"] or vgroup
        free = {"timing", "version", "vgroup_id", "database", "assignment", "committed", "position", "offset"}
        if request["action"] == "poll" and polled:
            # After the seek the real server took its time; here the first message comes again at once.
            free |= {"have_message", "topic", "message_type", "message_id"}
        polled |= request["action"] == "seek"
        assert {key: got[key] for key in got if key not in free} == {key: reply[key] for key in reply if key not in free}
    assert compared > 20
    session.run("drop topic probe_ft_topic_q")


def test_refusals_are_those_recorded(port, closing):
    cases = [case for case in json.load(open(FIXTURES / "errors.json")) if case["case"].startswith("tmq ")]
    assert len(cases) == 11
    for case in cases:
        one = refclient.Sock("ws://127.0.0.1:%d/rest/tmq" % port)
        one.ws.send(case["request"]["text"])
        one.ws.send('{"action":"version","args":{"req_id":77}}')
        first = json.loads(one.ws.recv(10))
        if case["reply"] is None:
            assert first["req_id"] == 77, case
        else:
            assert {key: first.get(key) for key in case["reply"]} == case["reply"], case
            assert ("message_id" in first) == ("message_id" in case["reply"])
        one.close()


def test_offsets(consumer, topic):
    reader = consumer([topic])
    vgroup = 1
    assert reader.offsets("committed", topic, vgroup)["code"] == NOT_ITS_VGROUP
    told = reader.poll(1000)
    vgroup, mid = told["vgroup_id"], told["message_id"]
    assert (told["have_message"], told["topic"], told["database"], told["message_type"], told["offset"], mid) == (True, topic, topic, 1, 0, 1)
    end = wire.raw_offsets(reader.raw(mid)["raw"][1])[1]
    assert reader.offsets("committed", topic, vgroup)["committed"] == [NO_COMMITTED]
    assert reader.offsets("position", topic, vgroup)["position"] == [end]
    assignment = reader.call("assignment", topic=topic)["assignment"]
    assert assignment == [{"vgroup_id": vgroup, "offset": 0, "begin": 0, "end": end}]
    assert reader.call("commit", message_id=mid)["message_id"] == mid
    assert reader.offsets("committed", topic, vgroup)["committed"] == [end]

    def change(action, vgroup=vgroup, offset=0, topic=topic):
        reply = reader.call(action, topic=topic, vgroup_id=vgroup, offset=offset)
        return reply["code"]
    assert [change("commit_offset", offset=offset) for offset in (0, -1, end, end + 1000)] == [0, 0, 0, OUT_OF_RANGE]
    assert (change("commit_offset", vgroup=999999), change("commit_offset", topic="nope")) == (NOT_ITS_VGROUP, NOT_ITS_TOPIC)
    assert [change("seek", offset=offset) for offset in (end, end + 1000)] == [0, OUT_OF_RANGE]
    assert (change("seek", vgroup=999999), change("seek", topic="nope")) == (NOT_ITS_VGROUP, NOT_ITS_TOPIC)
    assert not reader.poll(50)["have_message"]
    assert change("seek", offset=0) == 0 and reader.offsets("position", topic, vgroup)["position"] == [0]
    assert len(reader.all_rows()) == 3
    assert reader.offsets("position", topic, 999999)["code"] == NOT_ITS_VGROUP


def test_where_a_group_goes_on(session, consumer, topic):
    first = consumer([topic], "resume")
    assert len(first.all_rows()) == 3
    assert first.call("commit", message_id=0)["code"] == 0
    session.run("insert into c1 values(%d, 10, 'x')" % (T0 + 10))
    assert len(first.all_rows()) == 1
    first.close()
    # The last row was not committed.
    second = consumer([topic], "resume")
    assert [row[1] for _, row in second.all_rows()] == ["10"]
    assert second.call("unsubscribe")["code"] == 0
    assert second.subscribe([topic], "resume")["code"] == 0
    assert [row[1] for _, row in second.all_rows()] == ["10"]


def test_where_a_group_begins(session, consumer, topic):
    latest = consumer([topic], "latest", offset_rest="latest")
    assert latest.all_rows() == []
    session.run("insert into c1 values(%d, 20, 'new')" % (T0 + 20))
    assert [row[1] for _, row in latest.all_rows()] == ["20"]
    both = consumer([topic], "both", offset_rest="latest", offset_reset="earliest")
    assert len(both.all_rows()) == 4
    refused = consumer([topic], "none", offset_rest="none").poll(100)
    assert (refused["code"], refused["message"]) == (0x0A0D, "TQ no committed offset")


def test_auto_commit_happens_while_polling(session, consumer, topic):
    reader = consumer([topic], "auto", auto_commit="true", auto_commit_interval_ms="1")
    vgroup = next(reader.messages())[0]["vgroup_id"]
    time.sleep(0.01)
    assert not reader.poll(10)["have_message"]
    assert reader.offsets("committed", topic, vgroup)["committed"] == reader.offsets("position", topic, vgroup)["position"]
    reader.close()
    assert consumer([topic], "auto").all_rows() == []


def test_a_poll_waits_for_rows(session, consumer, topic):
    reader = consumer([topic])
    assert len(reader.all_rows()) == 3
    request = reader.send("poll", blocking_time=60000)
    session.run("insert into c1 values(%d, 5, 'late')" % (T0 + 5))  # nobody holds the engine meanwhile
    told = reader.reply("poll", request)
    assert told["have_message"]
    assert [row[1] for row in rows(reader.blocks(told["message_id"])[0][0][1])] == ["5"]


def test_a_poll_that_is_overtaken_is_not_answered(consumer, topic):
    reader = consumer([topic])
    assert len(reader.all_rows(10)) == 3
    *_, last = [reader.send("poll", blocking_time=200) for _ in range(5)]
    other = reader.send("list_topics")
    answered = []
    while other not in answered:
        answered.append(json.loads(reader.ws.recv(10))["req_id"])
    # The one that was running, if one was, the last of those that waited, and in the end what came behind them.
    assert answered[-2:] == [last, other] and len(answered) <= 3


def test_a_message_that_was_not_received_is_sent_again(consumer, topic):
    reader = consumer([topic])
    told = reader.call("poll", blocking_time=500, message_id=0)
    again = reader.call("poll", blocking_time=500, message_id=0)
    assert told["have_message"] and {**again, "req_id": 0, "timing": 0} == {**told, "req_id": 0, "timing": 0}
    assert not reader.call("poll", blocking_time=10, message_id=told["message_id"])["have_message"]


def test_messages_end(session, consumer, topic):
    reader = consumer([topic])
    told = reader.poll(500)
    mid = told["message_id"]

    def texts(mid):
        found = {action: reader.call(action, message_id=mid)["message"] for action in ("fetch", "fetch_block", "fetch_raw", "fetch_json_meta")}
        found["fetch_raw_data"] = reader.raw(mid)["message"]
        return found
    assert texts(99) == {"fetch": "message ID are not equal", "fetch_block": "message is nil", "fetch_raw": "message ID is not equal",
                         "fetch_json_meta": "message ID is not equal", "fetch_raw_data": "message ID is not equal"}
    assert reader.call("fetch_block", message_id=mid)["message"] == "no fetch data"
    assert reader.call("fetch_json_meta", message_id=mid)["message"] == "message type can not get meta, type: 1"
    assert reader.raw_old(mid) == reader.raw(mid)["raw"]
    # An empty poll leaves it, a new message frees it.
    assert not reader.poll(10)["have_message"] and reader.raw(mid)["code"] == 0
    session.run("insert into c1 values(%d, 5, 'x')" % (T0 + 5))
    assert reader.poll(1000)["message_id"] == mid + 1
    assert reader.raw(mid)["message"] == "message ID is not equal"
    assert reader.call("unsubscribe")["code"] == 0
    assert set(texts(mid + 1).values()) == {"message has been freed"}
    assert not reader.poll(10)["have_message"]
    assert reader.call("list_topics")["topics"] == []
    assert reader.call("assignment", topic=topic)["code"] == NOT_ITS_TOPIC


def test_wrong_order(consumer, topic):
    reader = consumer()
    for action, extra in [("fetch", {}), ("fetch_block", {}), ("commit", {}), ("seek", {"topic": "x"}), ("list_topics", {}), ("unsubscribe", {})]:
        assert reader.call(action, **extra)["message"] == "tmq not init"
    assert reader.subscribe(["no_such"])["code"] == 993
    assert reader.subscribe([topic])["code"] == 0
    assert reader.subscribe([topic])["message"] == "tmq should have unsubscribed first"
    vgroup = reader.call("list_topics")["topics"] == [topic] and consumer([topic], "other").poll(100)["vgroup_id"]
    for action in ("seek", "commit_offset"):
        assert reader.call(action, topic=topic, vgroup_id=vgroup, offset=0)["code"] == NOT_POLLED
    assert reader.offsets("position", topic, vgroup)["code"] == NOT_POLLED
    assert reader.call("assignment", topic=topic)["code"] == 0
    assert reader.call("seek", topic=topic, vgroup_id=vgroup, offset=0)["code"] == 0
    empty = consumer()
    assert empty.subscribe([])["code"] == 0
    assert (empty.poll(10)["code"], empty.subscribe([topic])["code"]) == (998, 65535)


def test_garbage_gets_no_answer(consumer, topic):
    reader = consumer([topic])
    for text in ["", "{", "[]", "1", "{}", '{"action":5}', '{"action":"poll"}', '{"action":"poll","args":[]}', '{"action":"poll","args":{"blocking_time":"x"}}',
                 '{"action":"fetch","args":{"message_id":-1}}', '{"action":"commit_offset","args":{"vgroup_id":99999999999}}', '{"action":"subscribe","args":{"topics":"x"}}',
                 '{"action":"assignment"}', '{"action":"nope","args":{}}', '{"action":"committed","args":{"topic_vgroup_ids":[7,{"topic":1}]}}']:
        reader.ws.send(text)
    reader.ws.send(b"binary")
    assert reader.call("list_topics")["topics"] == [topic]


def test_many_rows_in_small_messages(session, consumer, db):
    session.run("create database %s vgroups 1" % db, "use %s" % db, "create table t(ts timestamp, v int)", "create topic %s as database %s" % (db, db))
    for i in range(30):
        session.run("insert into t values" + ",".join("(%d,%d)" % (T0 + i * 100 + k, k) for k in range(100)))
    reader = consumer([db], config={"min.poll.rows": "250"})
    sizes = [sum(wire.block_rows(block["block"]) for block in wire.raw_blocks(2, raw)) for _, _, raw in reader.messages()]
    assert sizes == [300] * 10


def test_several_topics(session, consumer, topic):
    session.run("create topic %s_db as database %s" % (topic, topic))
    reader = consumer([topic, topic + "_db"])
    assert sorted({told["topic"] for told, _, _ in reader.messages()}) == [topic, topic + "_db"]
    assert reader.call("list_topics")["topics"] == [topic, topic + "_db"]


@pytest.mark.parametrize("pose", ["3.0.5.0", "3.3.1.0", "3.3.7.5", "3.4.1.0"])
def test_versions(pose):
    with Sandbox(pose=pose) as server:
        session = Session(server.port, path="/rest/ws" if pose == "3.0.5.0" else "/ws")
        session.run("create database d", "use d", "create table t(ts timestamp, v int)", "insert into t values(%d,1)" % T0, "create topic tp as database d")
        reader = Consumer(server.port)
        config = reader.subscribe(["tp"], config={"no.such.key": "1"})
        old = pose in ("3.0.5.0", "3.3.1.0")
        assert config["code"] == (0 if old else 65534 if pose == "3.3.7.5" else 280)
        if not old:
            if pose == "3.4.1.0":
                assert config["message"] == "unknown configuration key: no.such.key"
            config = reader.subscribe(["tp"])
        assert ("version" in config) == (not old)
        mid = reader.poll(500)["message_id"]
        (schema, block), = reader.blocks(mid)[0]
        assert schema["fields_names"] == ["ts", "v"] and rows(block) == [[str(T0), "1"]]
        reader.send("fetch_raw_data", message_id=mid)
        reader.send("version")
        assert isinstance(reader.ws.recv(10), str) == old  # not known: not answered
        session.close()
        reader.close()


def test_closing_in_the_middle_of_a_poll(session, consumer, topic):
    reader = consumer([topic])
    assert len(reader.all_rows()) == 3
    reader.send("poll", blocking_time=600000)
    reader.close()
    other = consumer([topic])  # the same group
    assert len(other.all_rows(2000)) == 3


def test_many_consumers_at_once(port, session, topic):
    counts = []

    def consume(group):
        reader = Consumer(port, [topic], group)
        counts.append(len(reader.all_rows(200)))
        reader.close()
    threads = [threading.Thread(target=consume, args=("group%d" % i,)) for i in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert counts == [3] * 12
