"""Consumers against servers whose every byte is ours: recorded messages, damaged ones, and connections that die at every step."""
import dataclasses
import json
import struct
import time

import pytest

from support.paths import CONFORMANCE
from wire.block import block, reply_of
from wire.scripted import Gone, ScriptedServer, hang
from wire.test_tls import server_tls
from wire.subscription import (DATA, FIELDS, META, METADATA, RAW, TOPIC, VGROUP, Message, Subscriptions, consume, consume_from, encoded_block, head, numbered, raw_message,
                               raw_reply, text, varint, zigzag)

FILES = sorted((CONFORMANCE / "fixtures" / "tmq").glob("*.json"))
INVALID_MESSAGE = 0x80000115


class Recorded:
    """One file of fixtures/tmq."""

    def __init__(self, path):
        self.about = json.loads(path.read_text())
        self.bytes = path.with_suffix(".bin").read_bytes()
        self.poll = self.about["poll_reply"]
        self.blocks = self.about.get("blocks", [])
        pieces = [self.bytes[b["block_offset_in_raw"]:][:b["block_length"]] for b in self.blocks]
        self.pieces = pieces
        announced = [dict(reply_of([(f["name"], f["type"], f["bytes"]) for f in b["fields"]], b["precision"]), table_name=b["table"], rows=len(b["rows"]))
                     for b in self.blocks]
        self.message = Message(0, 5, self.poll["message_type"], self.about["raw_type"], self.bytes, self.about.get("json_meta"),
                               database=self.poll["database"], blocks=list(zip(announced, pieces)))

    def check(self, seen):
        [message] = seen.messages
        assert message.about["type"] == str(self.poll["message_type"]) and message.about["db"] == self.poll["database"]
        heads = [" ".join([b["table"] or "(null)", str(b["precision"])] + ["%s:%d:%d" % (f["name"], f["type"], 64 if f["type"] in (17, 21) else f["bytes"])
                                                                       for f in b["fields"]]) for b in self.blocks]
        assert [head for head, _ in message.blocks] == heads
        assert [rows for _, rows in message.blocks] == [[tuple(row) for row in b["rows"]] for b in self.blocks]
        if "json_meta" in self.about:
            assert json.loads(message.meta) == self.about["json_meta"]
        else:
            assert message.meta is None


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def recorded(request):
    return Recorded(request.param)


@pytest.mark.parametrize("way", ["row", "block"])
def test_recorded_message(recorded, way):
    """The tables, columns and rows that a real server's message holds, however it is read."""
    seen, server = consume(Subscriptions([recorded.message]), way=way)
    recorded.check(seen)
    assert seen.steps["close"] == [(0, "success")]
    assert server.paths == ["/ws", "/rest/tmq"]


def test_recorded_message_as_it_came(recorded):
    """tmq_get_raw gives the server's bytes and their type, taos_fetch_raw_block the blocks inside."""
    seen, _ = consume(Subscriptions([recorded.message]), way="raw")
    [message] = seen.messages
    assert message.whole == (recorded.about["raw_type"], recorded.bytes)
    assert message.raw == recorded.pieces


class Old(Subscriptions):
    """Before raw messages."""
    version = "3.0.7.0"

    def message(self, peer, kind, data):
        if kind == 1 and json.loads(data)["action"] == "fetch_raw_data":
            return  # the real one says nothing at all
        super().message(peer, kind, data)


def test_recorded_message_of_an_old_server(recorded):
    """The same by `fetch` and `fetch_block`, from a server that has no other way."""
    seen, server = consume(Old([recorded.message]))
    recorded.check(seen)
    assert "fetch_raw_data" not in {action for action, _ in server.seen}


def test_json_is_handed_on_as_the_native_client_has_it():
    """Servers up to 3.3.7.5 escape some characters; the keys keep their order."""
    class Escaping(Subscriptions):
        def on_fetch_json_meta(self, peer, req_id, args):
            peer.text('{"code":0,"message":"","action":"fetch_json_meta","req_id":%d,"timing":1,"message_id":1,"data":{"z":"a \\u003c b \\u0026 \\\\u003c","a":[1.50,null]}}' % req_id)

    seen, _ = consume(Escaping([Message(0, 1, META, 531, b"opaque", {})]), way="none")
    assert seen.messages[0].meta == r'{"z":"a < b & \\u003c","a":[1.50,null]}'


def test_raw_data_is_not_looked_into():
    seen, _ = consume(Subscriptions([Message(0, 3, RAW, 6, b"\x11" + bytes(8) + b"\x11" + struct.pack("<q", 3) + b"anything")]), way="raw", commit="message")
    assert seen.messages[0].about["type"] == "4" and seen.messages[0].whole[0] == 6
    assert seen.steps["commit"] == [(0, "success")]


# ---- lies


GOOD = encoded_block("t", FIELDS, [(1700000000000, 1, "a")])


def changed(at, value):
    """GOOD with another byte behind its length."""
    at += 1 if GOOD[0] < 0x80 else 2
    return GOOD[:at] + value + GOOD[at + 1:]


def lying(raw, **keys):
    return Message(0, 1, raw=raw, **keys)


def without_schema():
    data = struct.pack("<qQBB", 1, 0, 0, 0) + block([(9, 8, [1]), (4, 4, [2])])
    return head(0, 1) + struct.pack("<i", 1) + b"\1\0" + varint(len(data)) + data + text("t")


LIES = {
    "empty": b"",
    "only a head": head(0, 1),
    "a head that is too long": b"\x64" + struct.pack("<i", 2**31 - 1) + bytes(20),
    "a head that is negative": b"\x64" + struct.pack("<i", -1) + bytes(20),
    "minus one block": head(0, 1) + struct.pack("<i", -1) + b"\1\1",
    "two billion blocks": head(0, 1) + struct.pack("<i", 2**31 - 1) + b"\1\1" + GOOD,
    "a block of more than there is": head(0, 1) + struct.pack("<i", 1) + b"\1\1" + varint(2**40) + bytes(50),
    "a length without an end": head(0, 1) + struct.pack("<i", 1) + b"\1\1" + b"\xff" * 30,
    "no columns described": without_schema(),
    "other columns described": raw_message(0, 1, [GOOD.replace(bytes([4, 1]) + zigzag(4), bytes([5, 1]) + zigzag(4))]),
    "a name without its NUL": raw_message(0, 1, [GOOD[:-1] + b"x"]),
    "a compressed block": raw_message(0, 1, [changed(16, b"\1")]),
    "an unknown precision": raw_message(0, 1, [changed(17, b"\7")]),
    "a version of tomorrow": raw_message(0, 1, [changed(0, b"\2")]),
    "a cell outside its column": raw_message(0, 1, [GOOD.replace(struct.pack("<H", 1) + b"a", struct.pack("<H", 900) + b"a")]),
}


@pytest.mark.parametrize("lie", LIES)
def test_lying_message(lie):
    """An error that says so, each time it is polled: the message is not passed over as if it had been given."""
    script = Subscriptions([lying(LIES[lie])] + numbered(1, first=1))
    seen, server = consume(script, polls=3)
    assert [code for code, _ in seen.steps["poll"]] == [INVALID_MESSAGE] * 3, seen.steps
    assert "message" in seen.steps["poll"][0][1] and not seen.messages
    assert script.committed == {}


def test_every_cut_of_a_message():
    """Shorter by each number of bytes, announced as such."""
    whole = numbered(1)[0].raw
    needed = len(whole) - 8

    class Cut(Subscriptions):
        cut = 0

        def raw(self, peer, req_id, message):
            self.cut += 1
            return raw_reply(req_id, peer.last, 2, whole[:self.cut - 1])

    script = Cut(numbered(1))
    seen, _ = consume(script, polls=needed + 1, deadline=120)
    assert len(seen.steps["poll"]) == needed and {code for code, _ in seen.steps["poll"]} == {INVALID_MESSAGE}
    assert seen.rows == [("1700000000000", "0", "row 0")]


class Behaves(Subscriptions):
    """Wrong until it has been so three times."""
    left = 3

    def spoil(self):
        self.left -= 1
        return self.left >= 0


class AnotherLength(Behaves):
    def raw(self, peer, req_id, message):
        good = super().raw(peer, req_id, message)
        return good + b"more" if self.spoil() else good


class AnotherMessage(Behaves):
    def raw(self, peer, req_id, message):
        return raw_reply(req_id, 99 if self.spoil() else peer.last, 2, message.raw)


class AnotherType(Behaves):
    def raw(self, peer, req_id, message):
        return raw_reply(req_id, peer.last, 531 if self.spoil() else 2, message.raw)


class Refuses(Behaves):
    def raw(self, peer, req_id, message):
        return raw_reply(req_id, peer.last, code=65535, why="message has been freed") if self.spoil() else super().raw(peer, req_id, message)


class AnswersJson(Behaves):
    def on_fetch_raw_data(self, peer, req_id, args):
        self.reply(peer, "fetch_raw_data", req_id) if self.spoil() else super().on_fetch_raw_data(peer, req_id, args)


class UnknownKind(Behaves):
    def announce(self, peer, req_id):
        peer.message.kind = 9 if self.spoil() else DATA
        super().announce(peer, req_id)


class NoMeta(Behaves):
    def on_fetch_json_meta(self, peer, req_id, args):
        self.reply(peer, "fetch_json_meta", req_id) if self.spoil() else super().on_fetch_json_meta(peer, req_id, args)


class RefusesPoll(Behaves):
    def on_poll(self, peer, req_id, args):
        self.refuse(peer, "poll", req_id, 998, "Consumer not exist") if self.spoil() else super().on_poll(peer, req_id, args)


@pytest.mark.parametrize("script", [AnotherLength, AnotherMessage, AnotherType, Refuses, AnswersJson, UnknownKind, NoMeta, RefusesPoll])
def test_message_that_goes_wrong_comes_again(script):
    """Each time an error is told; in the end nothing is missing. A poll that ends in the pause before the next attempt would tell
    the error once more, so none does."""
    messages = numbered(3)
    if script is NoMeta:
        messages = [Message(m.start, m.end, METADATA, 4, m.raw[:-8] + struct.pack("<i", 0), {"type": "create"}) for m in messages]
    # Pauses shorter than a poll: one that is over before the next attempt tells the last error again.
    seen, _ = consume(script(messages), messages=3, retry_backoff_ms=1, retry_backoff_max_ms=1)
    assert [row[1] for row in seen.rows] == ["0", "1", "2"]
    assert len(seen.steps["poll"]) == 3, seen.steps


# ---- deaths


class Dies(Subscriptions):
    """Ends the connection at the n-th answer of a consumer: before it, in the middle of it, or behind it."""

    def __init__(self, messages, at, where):
        super().__init__(messages)
        self.left, self.where, self.died = at, where, False

    def session(self, peer):
        send = peer.raw

        def raw(data):
            if not getattr(peer, "topics", None) and b'"subscribe"' not in data:
                return send(data)  # not a consumer's, or not yet
            self.left -= 1
            if self.left != 0:
                return send(data)
            self.died = True
            if self.where == "inside":
                send(data[:len(data) // 2])
            if self.where == "behind":
                send(data)
            raise Gone

        peer.raw = raw
        super().session(peer)


@pytest.mark.parametrize("commit", ["no", "message", "all", "async", "auto"])
@pytest.mark.parametrize("reset", ["earliest", "latest"])
@pytest.mark.parametrize("where", ["before", "inside", "behind"])
def test_connection_dies(where, reset, commit):
    """Whatever answer is the last one: no row is missing, and none comes before another that was written earlier."""
    count = 4
    # It subscribes again until it knows where it starts: then that is the moment which counts.
    subscribing = 0 if reset == "earliest" else 2
    for at in range(1, 40):
        script = Dies(numbered(count), at, where)
        if reset == "latest":
            script.end = lambda script=script, seen=[]: 0 if not script.died else 10  # the topic was empty when it was subscribed to
        settings = {"auto__offset__reset": reset, "commit": commit}
        if commit == "auto":
            settings.update(commit="no", enable__auto__commit="true", auto__commit__interval__ms="0")
        seen, _ = consume(script, messages=count, polls=3, **settings)
        assert seen.steps["subscribe"] == [(0, "success")], (at, seen.steps)
        assert seen.steps["called"] == [(0, "")], "each callback is called once"
        values = [int(row[1]) for row in seen.rows]
        if at < subscribing or (at == subscribing and where != "behind"):
            assert not values, (at, seen.steps)
            continue
        assert values == list(range(count)), (at, values, seen.steps)
        if not script.died:
            break
    else:
        raise AssertionError("it never came through")
    assert at >= 2 + 2 * count


@pytest.mark.parametrize("retries", [0, 2])
def test_server_goes_while_it_is_subscribed_to(retries):
    """Subscribing is tried as often as a query's connection, and what it says is about subscribing."""
    class Leaves(Subscriptions):
        times = 0

        def on_subscribe(self, peer, req_id, args):
            self.times += 1
            raise Gone

    script = Leaves(numbered(1))
    seen, _ = consume(script, conn_retries=retries, retry_backoff_ms=1)
    [(code, why)] = seen.steps["subscribe"]
    assert code == 0x80000018 and "the server closed the connection while it was subscribed to (" in why, why
    assert script.times == 1 + retries


def test_server_is_gone_for_a_while(tmp_path):
    """Polls answer an error, without a flood of attempts; when it is back the consumer goes on where it was."""
    class Leaves(Subscriptions):
        open = True

        def accept(self, peer):
            if not self.open:
                peer.reset()

        def on_poll(self, peer, req_id, args):
            if peer.last == 1 and self.open:
                self.open = False
                raise Gone
            super().on_poll(peer, req_id, args)

    script = Leaves(numbered(3))
    with ScriptedServer(script) as server:
        seen = consume_from(server.port, messages=3, polls=2, wait=600)
    assert [int(row[1]) for row in seen.rows] == [0]
    assert len(seen.steps["poll"]) == 2 and {code for code, _ in seen.steps["poll"]} == {0x8000000B}
    # /ws, the consumer, and in 1.2 seconds one attempt at once, then after 100, 200, 400 … ms, and as much again for the jitter.
    assert 4 <= server.accepted <= 10


def test_server_that_does_not_answer():
    """A poll has its thread back in time, and the next one finds the answer of the first: nothing is asked twice."""
    class Slow(Subscriptions):
        def announce(self, peer, req_id):
            if peer.last == 2:
                time.sleep(3)
            super().announce(peer, req_id)

    seen, server = consume(Slow(numbered(3)), messages=3, wait=100)
    assert [int(row[1]) for row in seen.rows] == [0, 1, 2]
    assert not seen.steps["poll"] and server.paths == ["/ws", "/rest/tmq"]
    assert [args["message_id"] for action, args in server.seen if action == "poll"] == [0, 1, 2]


def test_server_that_never_answers_again():
    """After read_timeout the connection counts as lost, and the consumer goes on with another one."""
    class Hangs(Subscriptions):
        hung = False

        def announce(self, peer, req_id):
            if peer.last == 2 and not self.hung:
                self.hung = True
                hang()
            super().announce(peer, req_id)

    seen, server = consume(Hangs(numbered(3)), messages=3, wait=100, polls=30, read_timeout="2")
    assert [int(row[1]) for row in seen.rows] == [0, 1, 2]
    assert server.paths == ["/ws", "/rest/tmq", "/rest/tmq"]


def test_others_have_gone_on():
    """Another consumer of the group has committed more meanwhile: what it was given does not come again."""
    class Others(Subscriptions):
        def on_poll(self, peer, req_id, args):
            if peer.last == 2:
                self.committed["tp", 7] = 5
                raise Gone
            super().on_poll(peer, req_id, args)

    seen, _ = consume(Others(numbered(7)), messages=4, polls=3)
    assert [int(row[1]) for row in seen.rows] == [0, 1, 5, 6]


class Returns(Subscriptions):
    """The connection dies behind two messages; the server needs a while until the new consumer has its vgroup."""
    deaths = 0

    def on_assignment(self, peer, req_id, args):
        if self.deaths:
            return self.refuse(peer, "assignment", req_id, 0x4010, "Assignment or poll interface need to be called first")
        super().on_assignment(peer, req_id, args)

    def on_poll(self, peer, req_id, args):
        if peer.last == 2 and not self.deaths:
            self.deaths += 1
            self.die(peer)
            raise Gone
        super().on_poll(peer, req_id, args)

    def die(self, peer):
        pass


def test_vgroup_comes_late():
    """The server needs a while until the new consumer has its vgroup: the first message from it is not behind a gap."""
    class Late(Returns):
        def end(self):
            return 0 if not self.deaths else 9

    seen, server = consume(Late(numbered(12)), messages=12, polls=3, **{"auto__offset__reset": "latest"})
    assert [int(row[1]) for row in seen.rows] == list(range(12))
    assert ("seek", 2) in {(action, args.get("offset")) for action, args in server.seen}


def test_others_have_gone_on_and_vgroup_comes_late():
    """The first message of the new connection is where the others left off: it is not passed over."""
    class Others(Returns):
        def die(self, peer):
            self.committed["tp", 7] = 5

    seen, _ = consume(Others(numbered(9)), messages=6, polls=3)
    assert [int(row[1]) for row in seen.rows] == [0, 1, 5, 6, 7, 8]


def test_log_was_cut_meanwhile():
    """What the program comes to next is gone: it goes on with the oldest there is."""
    class Cut(Returns):
        def die(self, peer):
            del self.messages[:5]

        def on_seek(self, peer, req_id, args):
            self.refuse(peer, "seek", req_id, 16391, "Offset out of range")

    seen, _ = consume(Cut(numbered(9)), messages=6, polls=3)
    assert [int(row[1]) for row in seen.rows] == [0, 1, 5, 6, 7, 8]


def test_vgroup_goes_to_another_while_it_is_moved():
    """Neither an error nor the end of the subscription: the vgroup may come back."""
    class Taken(Returns):
        refused = 0

        def on_seek(self, peer, req_id, args):
            self.refused += 1
            if self.refused < 3:
                peer.position[7] = 0
                return self.refuse(peer, "seek", req_id, 16392, "VgId does not belong to this consumer")
            super().on_seek(peer, req_id, args)

    seen, server = consume(Taken(numbered(5)), messages=5, polls=3)
    assert [int(row[1]) for row in seen.rows] == list(range(5))
    assert not seen.steps["poll"] and server.paths == ["/ws", "/rest/tmq", "/rest/tmq"]


@pytest.mark.parametrize("code", [16392, 0x4010])
def test_commit_of_what_others_have_by_now(code):
    """A vgroup that was taken away is no failure of a commit of everything; of a message, it is."""
    class Taken(Subscriptions):
        def on_commit_offset(self, peer, req_id, args):
            self.refuse(peer, "commit_offset", req_id, code, "VgId does not belong to this consumer")

    for commit, called in (("everything", [0]), ("async", [code | 0x80000000])):
        seen, _ = consume(Taken(numbered(1)), commit=commit)
        assert [outcome for outcome, _ in seen.steps["heard"]] == called


class TwoVgroups(Returns):
    """Behind the messages of the one vgroup comes one of another."""
    other = 8

    def __init__(self, messages):
        super().__init__(messages)
        self.rest = [dataclasses.replace(numbered(1)[0], vgroup=self.other)]

    def next_message(self, peer):
        is_behind = peer.topics and peer.position[VGROUP] >= self.messages[-1].end
        return super().next_message(peer) or (self.rest.pop() if is_behind and self.rest else None)

    def check(self, peer, action, req_id, topic, vgroup, at=0):
        return vgroup == self.other or super().check(peer, action, req_id, topic, vgroup, at)


def test_commits_of_everything_name_what_is_new():
    """Behind a lost connection, where offsets are committed: not again what is committed already."""
    seen, server = consume(TwoVgroups(numbered(4)), messages=5, polls=3, commit="all")
    assert [int(row[1]) for row in seen.rows] == [0, 1, 2, 3, 0]
    assert [(args["vgroup_id"], args["offset"]) for action, args in server.seen if action == "commit_offset"] == [(7, 3), (7, 4), (8, 1)]


@pytest.mark.parametrize("commit", ["all", "everything"])
def test_commits_of_others_are_not_taken_back(commit):
    """A vgroup goes to another consumer, which commits more, and comes back: a commit of everything, for another vgroup's message, leaves that alone."""
    class Taken(TwoVgroups):
        away = False

        def on_commit_offset(self, peer, req_id, args):
            if args["vgroup_id"] == VGROUP and self.deaths and not self.away:
                self.away = True
                self.committed[TOPIC, VGROUP] = 9
                return self.refuse(peer, "commit_offset", req_id, 16392, "VgId does not belong to this consumer")
            super().on_commit_offset(peer, req_id, args)

        def next_message(self, peer):
            message = super().next_message(peer)
            if message and message.vgroup == self.other:
                time.sleep(0.05)  # an asynchronous commit is answered before
            return message

    script = Taken(numbered(3))
    seen, _ = consume(script, messages=4, polls=3, commit=commit)
    assert [int(row[1]) for row in seen.rows] == [0, 1, 2, 0]
    assert script.committed == {(TOPIC, VGROUP): 9, (TOPIC, 8): 1}


@pytest.mark.parametrize("commit", ["all", "message"])
def test_what_was_sought_outlives_the_connection(commit):
    """Committed, then back to the beginning; when the connection dies there, the program is not taken back to the commit."""
    class Dies(Subscriptions):
        sought = 0

        def on_seek(self, peer, req_id, args):
            super().on_seek(peer, req_id, args)
            self.sought += 1
            if self.sought == 1:
                raise Gone

    seen, _ = consume(Dies(numbered(3)), messages=5, polls=3, commit=commit, again="2")
    assert [int(row[1]) for row in seen.rows] == [0, 1, 0, 1, 2]


@pytest.mark.parametrize("commit", ["all", "everything"])
@pytest.mark.parametrize("auto", ["true", "false"])
def test_what_was_sought_is_what_is_committed(commit, auto):
    """As natively: the place to go on from, whether the program has been given what is before it or not."""
    script = Subscriptions(numbered(3))
    consume(script, messages=2, commit=commit, again="2", enable__auto__commit=auto)
    assert script.committed == {(TOPIC, VGROUP): 0 if auto == "true" else 2}


def test_a_group_that_must_have_committed():
    """auto.offset.reset none: the error again and again, not the latest data at some time."""
    class Strict(Subscriptions):
        def on_poll(self, peer, req_id, args):
            if peer.from_the == "none" and not self.committed:
                return self.refuse(peer, "poll", req_id, 0x0A0D, "TQ no committed offset")
            super().on_poll(peer, req_id, args)

    seen, _ = consume(Strict(numbered(3)), polls=4, retry_backoff_ms=1, retry_backoff_max_ms=1, auto__offset__reset="none")
    assert [code for code, _ in seen.steps["poll"]] == [0x80000A0D] * 4 and not seen.messages


def test_an_asynchronous_commit_without_a_connection():
    """Closing waits until it is made, on a new one."""
    class Ends(Subscriptions):
        def on_fetch_raw_data(self, peer, req_id, args):
            super().on_fetch_raw_data(peer, req_id, args)
            if not self.committed and len(peer.server.paths) == 2:
                raise Gone

    script = Ends(numbered(1))
    seen, server = consume(script, commit="async", pause="500")
    assert seen.steps["heard"] == [(0, "")] and script.committed == {(TOPIC, VGROUP): 1}
    assert server.paths == ["/ws", "/rest/tmq", "/rest/tmq"]


def test_a_message_that_takes_long():
    """Announced, but not there in time: the program has its thread back, and the message comes with a later poll, fetched once."""
    class Slow(Subscriptions):
        def on_fetch_raw_data(self, peer, req_id, args):
            time.sleep(3)
            super().on_fetch_raw_data(peer, req_id, args)

    for polls, expected in (1, 0), (30, 1):
        seen, server = consume(Slow(numbered(1)), wait=100, polls=polls)
        assert len(seen.rows) == expected and not seen.steps["poll"]
        assert [action for action, _ in server.seen].count("fetch_raw_data") == 1 and server.paths == ["/ws", "/rest/tmq"]


# ---- snapshots


IN_SNAPSHOT = 0x80004006


def in_snapshot(number):
    """A message of what is in the tables: its offsets name a table and a time, no place in the log."""
    def place(at):
        return b"\x12" + struct.pack("<qqBq", 4711, at, 0, 0)
    message = numbered(1, first=number)[0]
    offsets = place(number) + place(number + 1)
    message.raw = b"\x64" + struct.pack("<i", len(offsets)) + offsets + message.raw[len(head(0, 1)):]
    message.start = message.end = -2147467258
    return message


class Snapshot(Subscriptions):
    """Two messages of what is in the tables, then the log; each new consumer begins again unless something was committed."""
    def on_subscribe(self, peer, req_id, args):
        peer.rest = self.messages[2 if self.committed else 0:]
        super().on_subscribe(peer, req_id, args)

    def next_message(self, peer):
        return peer.rest.pop(0) if peer.topics and peer.rest else None

    def on_assignment(self, peer, req_id, args):
        self.refuse(peer, "assignment", req_id, 0x4006, "Can not operate in snapshot mode")

    on_seek = on_assignment


def snapshot_and_log():
    return [in_snapshot(0), in_snapshot(1)] + numbered(3)


@pytest.mark.parametrize("commit", ["all", "message", "async", "everything"])
def test_snapshot(commit):
    """What has no offset is committed as what was handed out last; behind the snapshot, messages have offsets."""
    seen, server = consume(Snapshot(snapshot_and_log()), messages=5, polls=3, commit=commit)
    assert [m.about["offset"] for m in seen.messages[:2]] == [str(IN_SNAPSHOT - 2**32)] * 2 and len(seen.rows) == 5
    assert all(code == 0 for code, _ in seen.steps["commit"] + seen.steps["heard"])
    actions = [action for action, _ in server.seen if action.startswith("commit")]
    assert actions[:2] == ["commit"] * 2 and len(actions) == 5


def test_connection_dies_in_a_snapshot():
    """Nothing is committed: it begins again, and nothing is missing."""
    class Dies(Snapshot):
        deaths = 0

        def on_poll(self, peer, req_id, args):
            if peer.last == 1 and not self.deaths:
                self.deaths += 1
                raise Gone
            super().on_poll(peer, req_id, args)

    seen, _ = consume(Dies(snapshot_and_log()), messages=6, polls=3)
    assert [m.about["offset"] for m in seen.messages[:3]] == [str(IN_SNAPSHOT - 2**32)] * 3 and len(seen.rows) == 6


# ---- settings, and what travels


def test_what_the_server_is_told():
    """The keys of the configuration by their names on the wire; commits are not left to the server."""
    given = {"group.id": "g" * 250, "client.id": "c" * 250, "auto.offset.reset": "EARLIEST", "session.timeout.ms": "7000", "heartbeat.interval.ms": "2000",
             "max.poll.interval.ms": "10000", "msg.with.table.name": "TRUE", "experimental.snapshot.enable": "false", "enable.replay": "false",
             "msg.consume.excluded": "1", "msg.enable.batchmeta": "1", "fetch.max.wait.ms": "100", "min.poll.rows": "10", "enable.auto.commit": "true",
             "auto.commit.interval.ms": "100", "enable.heartbeat.background": "true", "td.connect.db": "x", "user_app": "app", "timezone": "UTC", "server.new.key": "As It Is"}
    seen, server = consume(Subscriptions(numbered(1)), **{key.replace(".", "__"): value for key, value in given.items()})
    assert not seen.steps["conf"]
    told = next(args for action, args in server.seen if action == "subscribe")
    told.pop("req_id")
    assert told.pop("connector").startswith("libtaos")
    assert told == {"user": "root", "password": "taosdata", "topics": ["tp"], "group_id": "g" * 250, "client_id": "c" * 250, "offset_rest": "earliest",
                    "auto_commit": "false", "snapshot_enable": "false", "with_table_name": "true", "enable_batch_meta": "1", "msg_consume_excluded": "1",
                    "session_timeout_ms": "7000", "max_poll_interval_ms": "10000", "tz": "UTC", "app": "app",
                    "config": {"heartbeat.interval.ms": "2000", "enable.replay": "false", "fetch.max.wait.ms": "100", "min.poll.rows": "10", "new.key": "As It Is"}}


def test_cloud_token_goes_with_the_upgrade():
    seen, server = consume(Subscriptions(numbered(1)), td__connect__token="T+/1")
    assert len(seen.rows) == 1
    assert server.paths == ["/rest/tmq?token=T%2B%2F1"]


def test_token_that_logs_in():
    """td.connect.token natively is a login, which servers have from 3.4.1.0 on."""
    class New(Subscriptions):
        version = "3.4.1.0"

    for settings, sent in [({"td__connect__token": "T+/1"}, {"td.connect.token": "T+/1"}), ({"bearer_token": "B", "td__connect__token": ""}, {"td.connect.token": "B"})]:
        seen, server = consume(New(numbered(1)), **settings)
        assert len(seen.rows) == 1
        assert next(args for action, args in server.seen if action == "subscribe").get("config") == sent


@pytest.mark.parametrize("said", ["init tscObj failed", ""])
@pytest.mark.parametrize("token", ["T", ""])
def test_subscribing_fails_with_a_text(said, token):
    """The adapter's own codes have none: on another thread than the one that subscribed there would be nothing to read."""
    class Refuses(Subscriptions):
        def on_subscribe(self, peer, req_id, args):
            self.refuse(peer, "subscribe", req_id, 65535, said)

    seen, _ = consume(Refuses(), td__connect__token=token)
    [(code, why)] = seen.steps["subscribe"]
    assert code == 0x80004003 and why.startswith(said or "the server does not say why")
    assert bool(token) == ("td.connect.token" in why and "3.4.1.0" in why and "3.3.7.5" in why)


def test_tls_by_its_key(certificates):
    """td.connect.websocket.scheme, as the cloud's guides write it; the certificate is looked at."""
    with ScriptedServer(Subscriptions(numbered(1)), tls=server_tls(certificates.of("localhost"))) as server:
        settings = {"td__connect__websocket__scheme": "wss", "tls_ca": certificates.ca}
        assert len(consume_from(server.port, host="localhost", **settings).rows) == 1
        [(code, why)] = consume_from(server.port, host="localhost", td__connect__websocket__scheme="wss").steps["new"]
        assert code == 0x8000000B and "certificate" in why


def test_key_that_the_server_does_not_know():
    class Strict(Subscriptions):
        def on_subscribe(self, peer, req_id, args):
            self.refuse(peer, "subscribe", req_id, 65534, "Unknown error 65534")

    seen, _ = consume(Strict(), min__poll__rows="10")
    [(code, why)] = seen.steps["subscribe"]
    assert code == 0x80000119 and "min.poll.rows" in why and "3.3.7.5" in why


@pytest.mark.parametrize("key, value", [("enable.replay", "true"), ("server.new.key", "1")])
def test_what_an_old_server_cannot_do(key, value):
    seen, _ = consume(Old(), **{key.replace(".", "__"): value})
    [(code, why)] = seen.steps["subscribe"]
    assert code == 0x80000100 and key.removeprefix("server.") in why and "3.3.6.0" in why


def test_unknown_topic():
    seen, _ = consume(Subscriptions(), topic="nope")
    assert seen.steps["subscribe"] == [(0x800003E1, "Topic not exist")]
