"""What an adapter's client says by itself, without the library: the recordings' reference client, pointed at the sandbox."""
import importlib.util
import json
import struct
import sys

from support.paths import CONFORMANCE

REPLAY = CONFORMANCE / "replay"


def reference(name):
    """A module of conformance/replay. Not by its own name: `wire` is another door's folder, too."""
    spec = importlib.util.spec_from_file_location("recorded_" + name, REPLAY / (name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


wire = reference("wire")
other, sys.modules["wire"] = sys.modules.get("wire"), wire  # by this name the client imports it
refclient = reference("refclient")
sys.modules.pop("wire")
if other:
    sys.modules["wire"] = other
VARIABLE_TEXT = (8, 10, 15)
FORMATS = {1: "<b", 2: "<b", 3: "<h", 4: "<i", 5: "<q", 6: "<f", 7: "<d", 9: "<q", 11: "<B", 12: "<H", 13: "<I", 14: "<Q"}


def cell(kind, value, scale=0):
    """A decoded cell as the recordings write it."""
    if value is None:
        return None
    value = bytes.fromhex(value)
    if kind in VARIABLE_TEXT:
        return value.decode()
    if kind in (17, 21):
        number = int.from_bytes(value, "little", signed=True)
        digits = str(abs(number)).rjust(scale + 1, "0")
        return "0" if not number else "-" * (number < 0) + digits[:-scale] + "." + digits[-scale:]
    if kind not in FORMATS:
        return "0x" + value.hex()
    number, = struct.unpack(FORMATS[kind], value)
    return "%.9g" % number if kind == 6 else "%.17g" % number if kind == 7 else str(number)


def rows(block):
    """A raw block's rows."""
    decoded = wire.decode_block(block)
    scales = [block[28 + 5 * i + 1] for i in range(len(decoded["types"]))]
    columns = [[cell(kind, value, scale) for value in column] for kind, scale, column in zip(decoded["types"], scales, decoded["cols"])]
    return [list(row) for row in zip(*columns)]


class Session(refclient.Conn):
    """A logged-in session; its statements must succeed."""

    def __init__(self, port, db="", path="/ws"):
        if path == "/ws":
            super().__init__("127.0.0.1", port)
        else:  # there the answer to `version` names no request
            refclient.Sock.__init__(self, "ws://127.0.0.1:%d%s" % (port, path))
            self.send("version")
            self.version = json.loads(self.ws.recv(10))["version"]
        assert self.conn(db=db)["code"] == 0
        self.old = self.version.startswith("3.0.")  # before binary queries

    def sql(self, sql):
        return self.call("query", sql=sql) if self.old else super().sql(sql)

    def run(self, *statements):
        for sql in statements:
            reply = self.sql(sql)
            assert reply["code"] == 0, (sql, reply)

    def error(self, sql):
        reply = self.sql(sql)
        return reply["code"], reply["message"]

    def rows(self, sql):
        reply, blocks = self.query(sql)
        assert reply["code"] == 0, (sql, reply)
        return [row for block in blocks for row in rows(block)]

    def write_raw(self, raw_type, raw):
        return self.binary(3, struct.pack("<IH", len(raw), raw_type) + raw)


class Consumer(refclient.Consumer):
    """A consumer that begins at the start of the log and commits when told to."""

    def __init__(self, port, topics=(), group="g", **options):
        super().__init__("127.0.0.1", port)
        if topics:
            reply = self.subscribe(topics, group, **options)
            assert reply["code"] == 0, reply

    def subscribe(self, topics, group="g", **options):
        options = {"offset_rest": "earliest", "auto_commit": "false", **options}
        return self.call("subscribe", user="root", password="taosdata", group_id=group, client_id="c", topics=list(topics), **options)

    def messages(self, wait=300):
        """(poll's reply, raw type, raw bytes) until a poll finds nothing."""
        while True:
            told = self.poll(wait)
            assert told["code"] == 0, told
            if not told["have_message"]:
                return
            raw = self.raw(told["message_id"])
            assert raw["code"] == 0
            yield told, *raw["raw"]

    def all_rows(self, wait=300):
        """[(table, row)] of what is there."""
        out = []
        for _, raw_type, raw in self.messages(wait):
            for block in wire.raw_blocks(raw_type, raw):
                out += [(block["table"], row) for row in rows(block["block"])]
        return out

    def offsets(self, action, topic, *vgroups):
        return self.call(action, topic_vgroup_ids=[{"topic": topic, "vgroup_id": v} for v in vgroups])
