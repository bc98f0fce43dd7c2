"""A server of subscriptions whose every byte is ours to choose: an adapter that hands out messages of one topic, and what a
program (wire/consume.c) tells of them."""
import json
import struct
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

from support.cc import compile_c
from support.programs import run
from wire.asking import cells, unescape
from wire.block import block
from wire.scripted import Adapter, ScriptedServer

DATA, META, METADATA, RAW = 1, 2, 3, 4
TOPIC, DATABASE, VGROUP = "tp", "db1", 7
NO_COMMITTED = -2147467247


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def zigzag(number):
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def text(value):
    value = value.encode() + b"\0"
    return varint(len(value)) + value


def offset(version):
    return b"\x11" + struct.pack("<q", version)


def head(start, end):
    offsets = offset(start) + offset(end)
    return b"\x64" + struct.pack("<i", len(offsets)) + offsets


def encoded_block(table, fields, rows, precision=0):
    """A block of a raw message; `fields` are (name, type, schema bytes)."""
    data = block([(kind, width, [row[i] for row in rows]) for i, (_, kind, width) in enumerate(fields)])
    whole = struct.pack("<q", 1) + struct.pack(">q", len(rows)) + bytes([0, precision]) + data
    schema = zigzag(len(fields)) + zigzag(0)
    for number, (name, kind, width) in enumerate(fields, 1):
        schema += bytes([kind, 1]) + zigzag(width) + zigzag(number) + text(name)
    return varint(len(whole)) + whole + schema + text(table)


def raw_message(start, end, blocks):
    """A raw message of type 2; `blocks` are encoded."""
    return head(start, end) + struct.pack("<i", len(blocks)) + b"\1\1" + b"".join(blocks) + struct.pack("<q", 0)


@dataclass
class Message:
    start: int
    end: int
    kind: int = DATA
    raw_type: int = 2
    raw: bytes = b""
    meta: object = None
    topic: str = TOPIC
    database: str = DATABASE
    vgroup: int = VGROUP
    blocks: list = field(default_factory=list)  # (keys of the reply to `fetch`, block), for servers without raw messages


FIELDS = [("ts", 9, 8), ("v", 4, 4), ("s", 8, 12)]


def numbered(count, step=1, first=0):
    """Messages of one row each, whose values are their numbers."""
    out = []
    for i in range(count):
        start, rows = first + i * step, [(1700000000000 + i, i, "row %d" % i)]
        out.append(Message(start, start + step, raw=raw_message(start, start + step, [encoded_block("t%d" % (i % 2), FIELDS, rows)])))
    return out


def raw_reply(req_id, message_id, raw_type=0, raw=None, code=0, why=""):
    """The answer to fetch_raw_data."""
    said = why.encode()
    out = struct.pack("<QQHQQII", 2**64 - 1, 8, 1, 1000, req_id, code, len(said)) + said + struct.pack("<Q", message_id)
    return out if raw is None else out + struct.pack("<HI", raw_type, len(raw)) + raw


class Subscriptions(Adapter):
    """Serves `/rest/tmq`; one group's offsets, kept over connections. Polls wait until there is a message, a while."""

    def __init__(self, messages=()):
        self.messages = list(messages)
        self.committed = {}  # (topic, vgroup) -> offset
        self.lock = threading.Lock()

    def end(self):
        return self.messages[-1].end if self.messages else 0

    def session(self, peer):
        peer.position, peer.topics, peer.message, peer.last, peer.from_the = None, None, None, 0, "latest"
        super().session(peer)

    # one method per request

    def on_subscribe(self, peer, req_id, args):
        if peer.topics:
            return self.refuse(peer, "subscribe", req_id, 65535, "tmq should have unsubscribed first")
        if TOPIC not in args["topics"]:
            return self.refuse(peer, "subscribe", req_id, 993, "Topic not exist")
        peer.topics, peer.from_the = args["topics"], args.get("offset_rest", "latest")
        peer.position = {VGROUP: self.committed.get((TOPIC, VGROUP), 0 if peer.from_the == "earliest" else self.end())}
        self.reply(peer, "subscribe", req_id, version=self.version)

    def on_unsubscribe(self, peer, req_id, args):
        peer.topics = peer.message = None
        self.reply(peer, "unsubscribe", req_id)

    def next_message(self, peer):
        if not peer.topics:
            return None
        at = peer.position[VGROUP]
        return next((m for m in self.messages if m.start >= at or m.start < at < m.end), None)

    def on_poll(self, peer, req_id, args):
        if peer.message and args.get("message_id", peer.last) != peer.last:
            return self.announce(peer, req_id)
        message = self.next_message(peer)
        if not message:
            time.sleep(args["blocking_time"] / 1000)
            return self.reply(peer, "poll", req_id, have_message=False, topic="", database="", vgroup_id=0, message_type=0, message_id=0, offset=0)
        peer.message, peer.last, peer.cursor = message, peer.last + 1, -1
        peer.position[VGROUP] = message.end
        self.announce(peer, req_id)

    def announce(self, peer, req_id):
        m = peer.message
        self.reply(peer, "poll", req_id, have_message=True, topic=m.topic, database=m.database, vgroup_id=m.vgroup, message_type=m.kind,
                   message_id=peer.last, offset=m.end if m.kind == META else m.start)

    def on_fetch_raw_data(self, peer, req_id, args):
        if not peer.message or args["message_id"] != peer.last:
            return peer.binary(raw_reply(req_id, args["message_id"], code=65535, why="message ID is not equal"))
        peer.binary(self.raw(peer, req_id, peer.message))

    def raw(self, peer, req_id, message):
        return raw_reply(req_id, peer.last, message.raw_type, message.raw)

    def on_fetch_json_meta(self, peer, req_id, args):
        self.reply(peer, "fetch_json_meta", req_id, message_id=args["message_id"], data=peer.message.meta)

    def on_fetch(self, peer, req_id, args):
        peer.cursor, peer.fetch_id = peer.cursor + 1, req_id
        if peer.cursor < len(peer.message.blocks):
            about, _ = peer.message.blocks[peer.cursor]
            self.reply(peer, "fetch", req_id, message_id=peer.last, completed=False, **about)
        else:
            self.reply(peer, "fetch", req_id, message_id=peer.last, completed=True, table_name="", rows=0, fields_count=0, fields_names=None,
                       fields_types=None, fields_lengths=None, precision=0)

    def on_fetch_block(self, peer, req_id, args):
        peer.binary(struct.pack("<QQQ", 1000, peer.fetch_id, peer.last) + peer.message.blocks[peer.cursor][1])

    def on_commit(self, peer, req_id, args):
        for vgroup, at in peer.position.items():
            self.committed[TOPIC, vgroup] = at
        self.reply(peer, "commit", req_id)

    def check(self, peer, action, req_id, topic, vgroup, at=0):
        code, why = (16393, "Topic does not belong to this consumer") if topic != TOPIC else \
            (16392, "VgId does not belong to this consumer") if vgroup != VGROUP else \
            (16391, "Offset out of range") if at > self.end() else (0, "")
        if code:
            self.refuse(peer, action, req_id, code, why)
        return not code

    def on_commit_offset(self, peer, req_id, args):
        if self.check(peer, "commit_offset", req_id, args["topic"], args["vgroup_id"], args["offset"]):
            self.committed[args["topic"], args["vgroup_id"]] = args["offset"]
            self.reply(peer, "commit_offset", req_id)

    def on_committed(self, peer, req_id, args):
        [one] = args["topic_vgroup_ids"]
        if self.check(peer, "committed", req_id, one["topic"], one["vgroup_id"]):
            self.reply(peer, "committed", req_id, committed=[self.committed.get((one["topic"], one["vgroup_id"]), NO_COMMITTED)])

    def on_position(self, peer, req_id, args):
        [one] = args["topic_vgroup_ids"]
        if self.check(peer, "position", req_id, one["topic"], one["vgroup_id"]):
            self.reply(peer, "position", req_id, position=[peer.position[one["vgroup_id"]]])

    def on_assignment(self, peer, req_id, args):
        self.reply(peer, "assignment", req_id, assignment=[{"vgroup_id": v, "offset": at, "begin": 0, "end": self.end()} for v, at in peer.position.items()])

    def on_seek(self, peer, req_id, args):
        if self.check(peer, "seek", req_id, args["topic"], args["vgroup_id"], args["offset"]):
            peer.position[args["vgroup_id"]] = max(args["offset"], 0)
            self.reply(peer, "seek", req_id)


@dataclass
class Consumed:
    about: dict
    meta: object = None
    blocks: list = field(default_factory=list)  # (head, rows)
    whole: tuple = None
    raw: list = field(default_factory=list)


@dataclass
class Seen:
    """What the program told."""
    steps: dict = field(default_factory=lambda: defaultdict(list))  # step -> [(code, text)]
    messages: list = field(default_factory=list)

    @property
    def rows(self):
        return [row for message in self.messages for _, rows in message.blocks for row in rows]


def told(out):
    seen = Seen()
    for line in out.splitlines():
        key, _, rest = line.partition(": ")
        last = seen.messages[-1] if seen.messages else None
        if key == "message":
            seen.messages.append(Consumed(dict(pair.split("=") for pair in rest.split())))
        elif key == "meta":
            last.meta = rest
        elif key == "block":
            last.blocks.append((rest, []))
        elif key == "row":
            last.blocks[-1][1].append(cells(rest))
        elif key == "whole":
            kind, data = rest.split()
            last.whole = int(kind), bytes.fromhex(data)
        elif key == "raw":
            last.raw.append(bytes.fromhex(rest))
        else:
            code, _, why = rest.partition(" ")
            seen.steps[key].append((int(code, 16), unescape(why).decode(errors="replace")))
    return seen


def consume_from(port, way="row", messages=1, deadline=60, topic=TOPIC, host="127.0.0.1", **settings):
    """What a consumer of the server on `port` sees until it has so many messages."""
    pairs = ["%s=%s" % (key.replace("__", "."), value) for key, value in settings.items()]
    return told(run(compile_c("wire/consume.c"), host, port, topic, way, messages, *pairs, deadline=deadline).out)


def consume(script, **options):
    with ScriptedServer(script) as server:
        return consume_from(server.port, **options), server


def meta_text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
