"""Servers that do one thing wrong, or one legal thing that nobody expects. Each class says which."""
import json
import struct
import time

from wire import block
from wire.scripted import (BINARY, CLOSE, PING, TEXT, Adapter, Answer, Gone, OldAdapter, fetch_reply, frame, garbage, hang)

# ---------------------------------------------------------------- before there is a session


class Silent(Adapter):
    """Accepts and says nothing."""
    def accept(self, peer):
        hang()


class ClosesAtOnce(Adapter):
    """Accepts and closes."""
    def accept(self, peer):
        raise Gone


class ResetsAtOnce(Adapter):
    """Accepts and resets."""
    def accept(self, peer):
        peer.reset()


class SshBanner(Adapter):
    """Speaks first, and not HTTP."""
    def accept(self, peer):
        peer.raw(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        hang()


class Garbage(Adapter):
    """Answers the upgrade with noise."""
    def welcome(self, peer, key):
        peer.raw(garbage(3000))
        hang()


class EndlessHeader(Adapter):
    """Answers the upgrade with a header that does not end."""
    def welcome(self, peer, key):
        peer.raw(b"HTTP/1.1 101 Switching Protocols\r\n")
        for _ in range(64 * 16):
            peer.raw(b"X-Filler: " + b"x" * 65524 + b"\r\n")
        hang()


class DrippingHeader(Adapter):
    """Answers the upgrade one byte at a time, for ever."""
    def welcome(self, peer, key):
        peer.raw(b"HTTP/1.1 101 Switching Protocols\r\nX-Filler: ")
        for _ in range(300):
            peer.raw(b"x")
            time.sleep(0.1)


class PlainHttp(Adapter):
    """Takes what comes for HTTP, and refuses it, as the adapter's port without TLS does with a TLS greeting."""
    def accept(self, peer):
        peer.read_some()
        peer.raw(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request")
        raise Gone


def http(status, body=b"<html>hello</html>"):
    class Http(Adapter):
        def welcome(self, peer, key):
            peer.raw(b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status.encode(), len(body), body))
            raise Gone
    Http.__doc__ = "A web server that answers %s." % status
    return Http


class WrongAccept(Adapter):
    """Upgrades with somebody else's Sec-WebSocket-Accept."""
    def welcome(self, peer, key):
        super().welcome(peer, "x3JJHMbDL1EzLkh9GBhXDw==")


class SilentAfterUpgrade(Adapter):
    """Upgrades, then answers nothing."""
    def message(self, peer, kind, data):
        hang()


class CloseAfterUpgrade(Adapter):
    """Upgrades, then sends an empty Close."""
    def message(self, peer, kind, data):
        peer.send(CLOSE, b"")
        raise Gone


class ConnNotJson(Adapter):
    """Answers conn with text that is not JSON."""
    def on_conn(self, peer, req_id, args):
        peer.text("welcome")


class ConnNoObject(Adapter):
    """Answers conn with JSON that is not an object."""
    def on_conn(self, peer, req_id, args):
        peer.text("[1, 2, 3]")


class ConnBinary(Adapter):
    """Answers conn with a binary message of 9 bytes."""
    def on_conn(self, peer, req_id, args):
        peer.binary(b"\xff" * 9)


class ConnBadUtf8(Adapter):
    """Answers conn with a text message that is not UTF-8."""
    def on_conn(self, peer, req_id, args):
        peer.send(TEXT, b'{"code":0,"message":"\xff\xfe","action":"conn","req_id":%d}' % req_id)


class WrongPassword(Adapter):
    """Refuses conn as the real server does."""
    def on_conn(self, peer, req_id, args):
        self.refuse(peer, "conn", req_id, 855, "Authentication failure")


class WrongPasswordSuccess(Adapter):
    """Refuses conn with the text "success", as real servers sometimes do."""
    def on_conn(self, peer, req_id, args):
        self.refuse(peer, "conn", req_id, 855, "success")


# ---------------------------------------------------------------- a statement fails


class NeverAnswers(Adapter):
    """Takes the statement and says nothing."""
    def query(self, peer, req_id, sql, action):
        hang()


class ClosesOnQuery(Adapter):
    """Ends the TCP connection in place of an answer."""
    def query(self, peer, req_id, sql, action):
        raise Gone


class ResetsOnQuery(Adapter):
    """Resets the TCP connection in place of an answer."""
    def query(self, peer, req_id, sql, action):
        peer.reset()


class CloseFrameOnQuery(Adapter):
    """Sends an empty Close frame in place of an answer, as when the user is dropped."""
    def query(self, peer, req_id, sql, action):
        peer.send(CLOSE, b"")
        raise Gone


class HalfReply(Adapter):
    """Ends the connection within the frame of the reply."""
    def query_reply(self, peer, action, req_id, keys):
        peer.raw(frame(TEXT, json.dumps(keys).encode())[:40])
        raise Gone


class SqlError(Adapter):
    """Refuses the statement with the server's own code and text."""
    def query(self, peer, req_id, sql, action):
        self.refuse(peer, action, req_id, 0x2603, "Table does not exist")


class SqlErrorSuccess(Adapter):
    """Refuses the statement with the text "success"."""
    def query(self, peer, req_id, sql, action):
        self.refuse(peer, action, req_id, 0x022A, "success")


class SqlErrorNoText(Adapter):
    """Refuses the statement with a code and no text."""
    def query(self, peer, req_id, sql, action):
        self.refuse(peer, action, req_id, 0x0388, "")


class SqlErrorBareCode(Adapter):
    """Refuses the statement with nothing but code, action and id."""
    def query(self, peer, req_id, sql, action):
        peer.text({"code": 0x0388, "action": action, "req_id": req_id})


def query_reply(doc, **changes):
    """A query reply with some keys replaced, or removed when None is given as REMOVED."""
    class Changed(Adapter):
        def query_reply(self, peer, action, req_id, keys):
            keys = {key: value for key, value in {**keys, **changes}.items() if value is not REMOVED}
            super().query_reply(peer, action, req_id, keys)
    Changed.__doc__ = doc
    return Changed


REMOVED = object()

# ---------------------------------------------------------------- a fetch fails


class ClosesInMidBlock(Adapter):
    """Ends the connection within the frame of a block."""
    def fetch(self, peer, req_id, number):
        whole = frame(BINARY, fetch_reply(req_id, number, block.SAMPLE))
        peer.raw(whole[:len(whole) // 2])
        raise Gone


class ClosesAfterFirstBlock(Adapter):
    """Sends one of two blocks, then ends the connection."""
    answers = {"select two blocks": Answer(blocks=[block.SAMPLE, block.SAMPLE])}

    def fetch(self, peer, req_id, number):
        if len(peer.results[number]) < 2:
            raise Gone
        super().fetch(peer, req_id, number)


class StallsInMidBlock(Adapter):
    """Sends half a block and no more."""
    def fetch(self, peer, req_id, number):
        whole = frame(BINARY, fetch_reply(req_id, number, block.SAMPLE))
        peer.raw(whole[:len(whole) // 2])
        hang()


class CloseFrameInMidBlock(Adapter):
    """Sends an empty Close frame between the fragments of a block."""
    def fetch(self, peer, req_id, number):
        whole = fetch_reply(req_id, number, block.SAMPLE)
        peer.raw(frame(BINARY, whole[:50], fin=False) + frame(CLOSE, b""))
        raise Gone


class NeverSendsBlock(Adapter):
    """Takes the fetch and says nothing."""
    def fetch(self, peer, req_id, number):
        hang()


class FetchError(Adapter):
    """Answers the fetch with an error: code and finished = 1."""
    def fetch(self, peer, req_id, number):
        peer.binary(fetch_reply(req_id, number, None, 0x0389, "Invalid database name, at last"))


class FetchErrorSuccess(Adapter):
    """Answers the fetch with a code and the text "success"."""
    def fetch(self, peer, req_id, number):
        peer.binary(fetch_reply(req_id, number, None, 0x0388, "success"))


class FetchErrorAsText(Adapter):
    """Answers the fetch with JSON where a binary message is due."""
    def fetch(self, peer, req_id, number):
        self.refuse(peer, "fetch_raw_block", req_id, 65535, "result is nil")


class FetchFine(Adapter):
    """Answers the fetch with a friendly JSON message and never with a block."""
    def fetch(self, peer, req_id, number):
        self.reply(peer, "fetch_raw_block", req_id, rows=3)


def block_reply(doc, change):
    """A fetch reply whose bytes are changed by `change(bytes) -> bytes`."""
    class Changed(Adapter):
        def fetch(self, peer, req_id, number):
            if peer.results.get(number):
                peer.results[number].pop()
                peer.binary(change(fetch_reply(req_id, number, block.SAMPLE)))
            else:
                super().fetch(peer, req_id, number)
    Changed.__doc__ = doc
    return Changed


def raw_frame(doc, data):
    """Raw bytes on the wire in place of the query's reply."""
    class Raw(Adapter):
        def query(self, peer, req_id, sql, action):
            peer.raw(data)
            hang()
    Raw.__doc__ = doc
    return Raw


# ---------------------------------------------------------------- legal, and unexpected


class Late(Adapter):
    """Takes its time for everything."""
    def message(self, peer, kind, data):
        time.sleep(0.2)
        super().message(peer, kind, data)


class Peculiar(Adapter):
    """Sends every message through `deliver`, which may cut it up or add to it."""
    def session(self, peer):
        plain = peer.send
        peer.send = lambda opcode, payload: self.deliver(peer, plain, opcode, payload)
        super().session(peer)


class Fragmented(Peculiar):
    """Splits each message into frames of 11 bytes, with pings and pongs in between."""
    def deliver(self, peer, send, opcode, payload):
        parts = [payload[i:i + 11] for i in range(0, len(payload), 11)] or [b""]
        for number, part in enumerate(parts):
            peer.raw(frame(0 if number else opcode, part, fin=number == len(parts) - 1))
            if number % 5 == 2:
                send(PING, b"are you there")
            if number % 7 == 3:
                send(10, b"")


class Dripped(Peculiar):
    """Sends each frame in TCP segments of one to seven bytes."""
    def deliver(self, peer, send, opcode, payload):
        whole = frame(opcode, payload)
        at = 0
        while at < len(whole):
            peer.raw(whole[at:at + 1 + at % 7])
            at += 1 + at % 7
            if at < 200:
                time.sleep(0.0005)


class EmptyFragments(Peculiar):
    """Puts empty frames before, between and after."""
    def deliver(self, peer, send, opcode, payload):
        half = len(payload) // 2
        peer.raw(frame(opcode, b"", fin=False) + frame(0, payload[:half], fin=False) + frame(0, b"", fin=False) + frame(0, payload[half:], fin=False) + frame(0, b""))


class Duplicated(Peculiar):
    """Sends each message twice."""
    def deliver(self, peer, send, opcode, payload):
        send(opcode, payload)
        send(opcode, payload)


class Strays(Peculiar):
    """Sends replies to nobody before each reply: for unknown ids, of unknown kinds."""
    def deliver(self, peer, send, opcode, payload):
        stray = {"code": 0, "message": "", "action": "query", "req_id": 2**64 - 2, "timing": 1, **block.reply_of([("stray", 4, 4)]), "id": 99}
        send(TEXT, json.dumps(stray).encode())
        send(TEXT, json.dumps({"code": 65535, "message": "unmarshal request error", "action": "", "req_id": 0}).encode())
        send(BINARY, fetch_reply(2**64 - 3, 77, block.SAMPLE))
        send(BINARY, struct.pack("<QQ", 1000, 98) + block.SAMPLE)
        send(opcode, payload)


class ExtraKeys(Adapter):
    """Adds keys nobody knows, in an order nobody expects."""
    def reply(self, peer, action, req_id, **keys):
        peer.text({"zeta": None, "nested": {"code": 7, "req_id": 1, "list": [1, {"id": 3}]}, **keys, "req_id": req_id, "action": action, "message": "",
                   "later": 1.5e300, "code": 0, "warning": "\ud83d\ude00\u0000", "timing": -1})


class Tells(Adapter):
    """Tells a login that asks the adapters of its cluster."""
    version = "3.4.1.12"

    def __init__(self, *hosts):
        self.hosts = list(hosts)

    def on_conn(self, peer, req_id, args):
        self.reply(peer, "conn", req_id, version=self.version, **({"list_instances": self.hosts} if args.get("list_instances") else {}))


class Pings(Adapter):
    """Pings before each reply and waits for the pong before it goes on."""
    def message(self, peer, kind, data):
        peer.send(PING, b"still there?")
        peer.wait_for_pong(peer.pongs + 1)
        super().message(peer, kind, data)


class NullsForUpdate(Adapter):
    """Leaves out what an update has no use for."""
    def query_reply(self, peer, action, req_id, keys):
        keys = {key: value for key, value in keys.items() if key in ("id", "is_update", "affected_rows") or keys["id"]}
        super().query_reply(peer, action, req_id, keys)


class SmallBlocks(Adapter):
    """One row per block."""
    answers = {"select * from many": Answer(blocks=[block.block([(9, 8, [r[0]]), (4, 4, [r[1]]), (8, 18, [r[2]]), (10, 34, [r[3]])]) for r in block.ROWS])}


class SmallBlocksAndSilence(SmallBlocks):
    """Small blocks; the statement `silence` and fetches of `select * from stuck` are never answered."""
    def query(self, peer, req_id, sql, action):
        if sql == b"silence":
            return
        super().query(peer, req_id, sql, action)
        if sql == b"select * from stuck":
            peer.results[peer.server.results] = None

    def fetch(self, peer, req_id, number):
        if peer.results.get(number, []) is not None:
            super().fetch(peer, req_id, number)


class SmallBlocksOld(SmallBlocks, OldAdapter):
    """One row per block, in the old way."""


class NoPrecisions(Adapter):
    """Leaves out fields_precisions and fields_scales, as servers before 3.3.6 do."""
    def query_reply(self, peer, action, req_id, keys):
        super().query_reply(peer, action, req_id, {key: value for key, value in keys.items() if key not in ("fields_precisions", "fields_scales")})


class NoVersionInConn(Adapter):
    """Does not say its version in the reply to conn, as servers before 3.3.6.19 do."""
    def on_conn(self, peer, req_id, args):
        self.reply(peer, "conn", req_id)


