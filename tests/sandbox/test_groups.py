"""Groups: vgroups are divided among the members, and every row comes once while nobody dies."""
import base64
import collections
import json
import os
import socket
import struct
import threading

import pytest

from .adapter import Consumer, Session, rows, wire

T0 = 1700000000000
TABLES = 24


@pytest.fixture
def topic(session, db):
    session.run("create database %s vgroups 6" % db, "use %s" % db, "create stable st(ts timestamp, v int) tags(g int)", "create topic %s as select ts, v, tbname from st" % db)
    return db


def write(session, first, count):
    for i in range(first, first + count):
        session.run("insert into " + " ".join("c%d using st tags(%d) values(%d,%d)" % (t, t, T0 + i, i) for t in range(TABLES)))


def keys(raw_type, raw):
    return [(row[2], row[1]) for block in wire.raw_blocks(raw_type, raw) for row in rows(block["block"])]


def vgroups_of(reader, topic):
    return {item["vgroup_id"] for item in reader.call("assignment", topic=topic)["assignment"]}


def test_every_row_once(port, session, topic):
    """Members come while rows are written; nobody leaves before the end."""
    seen, lock, stop = collections.Counter(), threading.Lock(), threading.Event()
    readers = []

    def consume():
        reader = Consumer(port, [topic], "once", config={"min.poll.rows": "5"})
        readers.append(reader)
        quiet = 0
        while not stop.is_set() or quiet < 3:
            told = reader.poll(50)
            quiet = 0 if told["have_message"] else quiet + 1
            if told["have_message"]:
                with lock:
                    seen.update(keys(*reader.raw(told["message_id"])["raw"]))
                reader.call("commit", message_id=0)
    threads = []
    for i in range(4):
        write(session, i * 20, 20)
        threads.append(threading.Thread(target=consume))
        threads[-1].start()
    write(session, 80, 20)
    stop.set()
    [thread.join() for thread in threads]
    owned = [vgroups_of(reader, topic) for reader in readers]
    assert sorted(map(len, owned)) == [1, 1, 2, 2] and len(set().union(*owned)) == 6
    [reader.close() for reader in readers]
    assert len(seen) == TABLES * 100 and set(seen.values()) == {1}


@pytest.mark.parametrize("how", ["close", "reset", "unsubscribe"])
def test_what_was_not_committed_comes_again(session, consumer, topic, how):
    write(session, 0, 10)
    dead, heir = consumer([topic], "heirs"), consumer([topic], "heirs")
    lost = [key for _, raw_type, raw in dead.messages(50) for key in keys(raw_type, raw)]
    assert len(vgroups_of(dead, topic)) == len(vgroups_of(heir, topic)) == 3
    if how == "reset":
        dead.ws.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        dead.ws.socket.close()
    elif how == "close":
        dead.close()
    else:
        assert dead.call("unsubscribe")["code"] == 0
    got = []
    while len(vgroups_of(heir, topic)) < 6 or len(got) < TABLES * 10:
        got += [key for _, raw_type, raw in heir.messages(100) for key in keys(raw_type, raw)]
    assert len(got) == len(set(got)) == TABLES * 10 and set(lost) < set(got)


def test_a_vgroup_in_work_does_not_change_hands(session, consumer, topic):
    write(session, 0, 3)
    first = consumer([topic], "work")
    told = first.poll(1000)
    second = consumer([topic], "work")
    taken = {key for _, raw_type, raw in second.messages(50) for key in keys(raw_type, raw)}
    in_hand = set(keys(*first.raw(told["message_id"])["raw"]))
    assert not taken & in_hand and told["vgroup_id"] in vgroups_of(first, topic)
    rest = {key for _, raw_type, raw in first.messages(50) for key in keys(raw_type, raw)}
    rest |= {key for _, raw_type, raw in second.messages(50) for key in keys(raw_type, raw)}
    assert not (rest & taken) and len(taken | in_hand | rest) == TABLES * 3


def test_groups_do_not_know_each_other(session, consumer, topic):
    write(session, 0, 2)
    for group in ("one", "two"):
        assert len(consumer([topic], group).all_rows(50)) == TABLES * 2


class Mute:
    """A consumer on a bare socket: it answers no ping."""

    def __init__(self, port, topic, group):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.sendall(b"GET /rest/tmq HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                            + base64.b64encode(os.urandom(16)) + b"\r\n\r\n")
        assert self.socket.recv(4096).startswith(b"HTTP/1.1 101")
        text = json.dumps({"action": "subscribe", "args": {"req_id": 1, "user": "root", "password": "taosdata", "group_id": group, "offset_rest": "earliest",
                                                           "topics": [topic], "session_timeout_ms": "6000"}}).encode()
        self.socket.sendall(b"\x81\xfe" + struct.pack(">H", len(text)) + b"\0\0\0\0" + text)
        assert b'"code":0' in self.socket.recv(4096)

    def close(self):
        self.socket.close()


def test_a_silent_member_loses_its_vgroups(port, session, consumer, closing, topic):
    """It goes on as long as nobody else wants them; then its session is over after session.timeout.ms."""
    write(session, 0, 1)
    closing(Mute(port, topic, "silent"))
    other = consumer([topic], "silent")
    assert len(vgroups_of(other, topic)) == 3
    got = []
    while len(vgroups_of(other, topic)) < 6 or len(got) < TABLES:
        got += [key for _, raw_type, raw in other.messages(200) for key in keys(raw_type, raw)]
    assert len(set(got)) == len(got) == TABLES
    states = dict(session.rows("select client_id, status from performance_schema.perf_consumers where consumer_group = 'silent'"))
    assert states == {"": "lost", "c": "ready"}
