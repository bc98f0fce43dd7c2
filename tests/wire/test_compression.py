"""permessage-deflate, when it is asked for: what a server that speaks it sends in any form, and what one sends that lies."""
import base64
import hashlib
import os
import struct
import zlib

import pytest

from support.cc import compile_c
from support.programs import run
from wire.asking import HEALTHY, ask, told
from wire.behaviours import Peculiar
from wire.block import SAMPLE_ROWS, block, reply_of
from wire.scripted import BINARY, PING, Adapter, Answer, OldAdapter, ScriptedServer, deflate, frame, hang
from wire.test_tls import server_tls

ON = "compression=1"
LONG = "select '%s'" % ("a long statement " * 100)
COMPRESSED = 4


class Compressing(Peculiar):
    """Takes the extension and compresses every message."""
    extension = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    def welcome(self, peer, key):
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        peer.raw(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"
                  "Sec-WebSocket-Extensions: %s\r\n\r\n" % (accept, self.extension)).encode())

    def deliver(self, peer, send, opcode, payload):
        if opcode > BINARY:
            return send(opcode, payload)
        self.compressed(peer, opcode, payload)

    def compressed(self, peer, opcode, payload):
        peer.raw(frame(opcode, deflate(payload), reserved=COMPRESSED))


class InFragments(Compressing):
    """Splits compressed messages into frames of 7 bytes, some of them empty, with pings in between."""
    def compressed(self, peer, opcode, payload):
        data = deflate(payload)
        for number, at in enumerate(range(0, len(data), 7)):
            peer.raw(frame(0 if number else opcode, data[at:at + 7], fin=False, reserved=0 if number else COMPRESSED))
            if number % 3 == 0:
                peer.raw(frame(PING, b"?") + frame(0, b"", fin=False))
        peer.raw(frame(0, b""))


class ByteByByte(Compressing):
    """Sends compressed frames in segments of one byte."""
    def compressed(self, peer, opcode, payload):
        for byte in frame(opcode, deflate(payload), reserved=COMPRESSED):
            peer.raw(bytes([byte]))


class Mixed(Compressing):
    """Compresses every other message."""
    turn = 0

    def compressed(self, peer, opcode, payload):
        self.turn += 1
        if self.turn % 2:
            return super().compressed(peer, opcode, payload)
        peer.raw(frame(opcode, payload))


class Stored(Compressing):
    """Sends stored blocks: compressed in name only."""
    def compressed(self, peer, opcode, payload):
        packer = zlib.compressobj(0, zlib.DEFLATED, -15)
        peer.raw(frame(opcode, (packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4], reserved=COMPRESSED))


class Finished(Compressing):
    """Ends its streams, as a compressor does that does not know the protocol's form."""
    def compressed(self, peer, opcode, payload):
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        peer.raw(frame(opcode, packer.compress(payload) + packer.flush() + b"\0", reserved=COMPRESSED))


class CompressingOld(Compressing, OldAdapter):
    """Compresses the older form of messages."""


@pytest.mark.parametrize("way", ["row", "block", "raw"])
@pytest.mark.parametrize("script", [Compressing, InFragments, ByteByByte, Mixed, Stored, Finished, CompressingOld], ids=lambda s: s.__name__)
def test_forms(script, way):
    if way == "raw" and script is CompressingOld:
        way = "block_s"
    with ScriptedServer(script()) as server:
        seen = ask(server.port, LONG, way, settings=ON)
    assert not seen.failure, seen.failure
    assert (seen.rows == SAMPLE_ROWS) if way != "raw" else len(seen.raw) == 1
    assert "permessage-deflate" in server.offers[0]
    assert server.statements()[0] in (LONG, LONG.encode()) and server.compressed >= 1


def test_not_asked_for():
    with ScriptedServer(Adapter()) as server:
        assert ask(server.port, LONG).rows == SAMPLE_ROWS
    assert server.offers == [None] and not server.compressed


def test_declined():
    """The server does not answer the offer: nothing is compressed either way."""
    with ScriptedServer(Adapter()) as server:
        assert ask(server.port, LONG, settings=ON).rows == SAMPLE_ROWS
    assert "permessage-deflate" in server.offers[0] and not server.compressed


def test_behind_tls(certificates):
    files = certificates.of("localhost", "127.0.0.1")
    with ScriptedServer(Compressing(), tls=server_tls(files)) as server:
        seen = told(run(compile_c("wire/ask.c"), "wss://127.0.0.1:%d?%s&tls_ca=%s" % (server.port, ON, certificates.ca), 0, LONG, "row"))
    assert seen.rows == SAMPLE_ROWS and server.compressed >= 1


MANY = [(1700000000000 + n, os.urandom(1).hex() * 20) for n in range(20000)]


class Large(Compressing):
    """A block of a megabyte."""
    answers = {"select large": Answer(reply_of([("ts", 9, 8), ("s", 8, 40)]), [block([(9, 8, [r[0] for r in MANY]), (8, 42, [r[1] for r in MANY])])])}


def test_a_large_block():
    with ScriptedServer(Large()) as server:
        assert ask(server.port, "select large", settings=ON).rows == [(str(ts), s) for ts, s in MANY]


# ---------------------------------------------------------------- servers that lie


def lies(doc, data):
    """In place of the query's reply, these bytes."""
    class Lying(Compressing):
        def query(self, peer, req_id, sql, action):
            try:
                for part in data() if callable(data) else [data]:
                    peer.raw(part)
            finally:
                hang()
    Lying.__doc__ = doc
    return Lying


# A megabyte of zeros; so many of them are more than the largest message.
ZEROS = deflate(bytes(1 << 20)) + b"\0\0\xff\xff"
TOO_MANY = 1100


def bomb():
    yield frame(BINARY, ZEROS * TOO_MANY, reserved=COMPRESSED)


def bomb_in_fragments():
    for number in range(TOO_MANY):
        yield frame(0 if number else BINARY, ZEROS, fin=False, reserved=0 if number else COMPRESSED)


LIES = {
    "garbage": lies("No deflate stream.", frame(BINARY, b"\xff" * 200, reserved=COMPRESSED)),
    "invalid-distance": lies("A match before the beginning.", frame(BINARY, b"\x02\x7f\xff\xff", reserved=COMPRESSED)),
    "huge-frame": lies("Announces 2^62 bytes.", bytes([0xC2, 127]) + struct.pack(">Q", 1 << 62)),
    "compressed-ping": lies("A control frame that claims to be compressed.", frame(PING, deflate(b"hello"), reserved=COMPRESSED)),
    "compressed-continuation": lies("A continuation that claims to be compressed.", frame(BINARY, deflate(b"x" * 100), fin=False, reserved=COMPRESSED)
                                    + frame(0, deflate(b"y"), reserved=COMPRESSED)),
    "reserved-2": lies("Another reserved bit.", frame(BINARY, b"abc", reserved=2)),
    "reserved-both": lies("Compressed, with another reserved bit.", frame(BINARY, deflate(b"abc"), reserved=COMPRESSED | 2)),
    "empty": lies("A compressed message of nothing.", frame(BINARY, b"", reserved=COMPRESSED)),
    "interleaved": lies("A message inside another one.", frame(BINARY, deflate(b"x" * 100)[:5], fin=False, reserved=COMPRESSED) + frame(BINARY, b"new")),
    "orphan": lies("A continuation of nothing.", frame(0, b"abc")),
}


@pytest.mark.parametrize("script", LIES.values(), ids=LIES)
def test_lies(script):
    """An error at once - nobody waits for read_timeout - and the process is well."""
    with ScriptedServer(script()) as server:
        seen = ask(server.port, settings=ON + "&read_timeout=60", deadline=30)
    assert seen.failure and seen.failure.code & 0x80000000 and seen.failure.text


@pytest.mark.memory
@pytest.mark.parametrize("data", [bomb, bomb_in_fragments])
def test_bombs(data):
    """A message beyond the largest one is not decompressed to its end; an address space of 3 GiB is enough to refuse it."""
    with ScriptedServer(lies("A bomb.", data)()) as server, ScriptedServer(Adapter()) as healthy:
        target = "ws://127.0.0.1:%d?%s" % (server.port, ON)
        seen = told(run("/bin/sh", "-c", 'ulimit -v 3145728; exec "$@"', "sh", compile_c("wire/ask.c"), target, 0, "select bomb", "row", healthy.port, deadline=60))
    assert seen.failure and "larger" in seen.failure.text, seen.failure
    assert seen.healthy == HEALTHY


class Unasked(Adapter):
    """Compresses although the extension was not negotiated."""
    def query_reply(self, peer, action, req_id, keys):
        peer.raw(frame(BINARY, deflate(b"x" * 100), reserved=COMPRESSED))
        hang()


@pytest.mark.parametrize("settings", ["", ON], ids=["not offered", "declined"])
def test_compressed_without_negotiation(settings):
    with ScriptedServer(Unasked()) as server:
        seen = ask(server.port, settings=settings, deadline=30)
    assert seen.failure and seen.failure.text


@pytest.mark.parametrize("extension", ["permessage-deflate", "x-webkit-deflate-frame", "permessage-deflate; server_max_window_bits=10",
                                       "permessage-deflate; unknown=1"])
def test_other_answers_to_the_offer(extension):
    """A server that answers what was not offered gets either an answer that can be read, or a refusal; never garbage."""
    class Other(Compressing):
        pass
    Other.extension = extension
    with ScriptedServer(Other()) as server:
        seen = ask(server.port, settings=ON + "&read_timeout=5", deadline=30)
    assert seen.rows == SAMPLE_ROWS or seen.failure and seen.failure.text
