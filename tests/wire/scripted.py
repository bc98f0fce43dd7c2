"""A server whose every byte is ours to choose: a well-behaved adapter over plain sockets, to be overridden step by step.

    with ScriptedServer(Adapter()) as server:
        … a program talks to 127.0.0.1:server.port …
        server.seen          what was asked, in order

A misbehaviour is a subclass of Adapter that overrides the one step it does wrong; behaviours.py has them all."""
import base64
import hashlib
import json
import socket
import struct
import threading
import time
import zlib
from dataclasses import dataclass, field

from wire.block import SAMPLE, SAMPLE_REPLY

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Gone(Exception):
    """The client has closed the connection, or this server's script ends here."""


@dataclass
class Answer:
    """What a statement is answered with: the keys of the query reply, and the blocks of its result."""
    reply: dict = field(default_factory=lambda: dict(SAMPLE_REPLY))
    blocks: list = field(default_factory=lambda: [SAMPLE])


UPDATE = {"is_update": True, "affected_rows": 1, "fields_count": 0, "fields_names": None, "fields_types": None, "fields_lengths": None,
          "precision": 0, "fields_precisions": None, "fields_scales": None}


def frame(opcode, payload, fin=True, mask=b"", reserved=0):
    """One WebSocket frame."""
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 65536:
        head += struct.pack(">BH", bit | 126, len(payload))
    else:
        head += struct.pack(">BQ", bit | 127, len(payload))
    return head + mask + payload


def fetch_reply(req_id, result, block=None, code=0, message=""):
    """The binary answer to fetch_raw_block: a block, or the end of the data, or an error."""
    text = message.encode()
    head = struct.pack("<QQHQQII", 2**64 - 1, 7, 1, 1000, req_id, code, len(text)) + text
    if block is None:
        return head + struct.pack("<QB", result, 1)
    return head + struct.pack("<QBI", result, 0, len(block)) + block


def inflate(data):
    """A message compressed by permessage-deflate, without context takeover."""
    return zlib.decompressobj(-15).decompress(data + b"\0\0\xff\xff")


def deflate(data):
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


class Peer:
    """One accepted connection."""

    def __init__(self, server, sock):
        self.server, self.sock = server, sock
        self.buffer = b""
        self.lock = threading.Lock()
        self.pongs = 0
        self.early = []  # messages that came while a pong was waited for
        self.results = {}

    def read(self, size):
        while len(self.buffer) < size:
            self.buffer += self.read_some()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def read_until(self, mark):
        while mark not in self.buffer:
            self.buffer += self.read_some()
        at = self.buffer.index(mark) + len(mark)
        return self.read(at)

    def read_some(self):
        try:
            more = self.sock.recv(65536)
        except OSError:
            more = b""
        if not more:
            raise Gone
        return more

    def frame(self):
        """The next frame: (last of its message, opcode, payload)."""
        first, second = self.read(2)
        size = second & 0x7F
        if size == 126:
            size, = struct.unpack(">H", self.read(2))
        elif size == 127:
            size, = struct.unpack(">Q", self.read(8))
        self.server.unmasked += not second & 0x80
        mask = self.read(4) if second & 0x80 else b"\0\0\0\0"
        payload = self.read(size)
        if size:
            key = (mask * (size // 4 + 1))[:size]
            payload = (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
        self.reserved = first >> 4 & 7
        return bool(first & 0x80), first & 15, payload

    def read_message(self):
        """The next data message, or a control frame: (opcode, payload)."""
        message, kind, compressed = b"", None, False
        while True:
            last, opcode, payload = self.frame()
            compressed |= self.reserved == 4
            if opcode == CLOSE:
                raise Gone
            if opcode == PONG:
                self.pongs += 1
            if opcode >= CLOSE:
                return opcode, payload
            kind = opcode or kind
            message += payload
            if last:
                self.server.compressed += compressed
                return kind, inflate(message) if compressed else message

    def receive(self):
        """The next data message, (opcode, payload). Counts pongs, answers nothing by itself."""
        if self.early:
            return self.early.pop(0)
        while True:
            opcode, payload = self.read_message()
            if opcode < CLOSE:
                return opcode, payload

    def raw(self, data):
        with self.lock:
            try:
                self.sock.sendall(data)
            except OSError:
                raise Gone from None

    def send(self, opcode, payload):
        self.raw(frame(opcode, payload))

    def text(self, value):
        self.send(TEXT, (value if isinstance(value, str) else json.dumps(value)).encode())

    def binary(self, payload):
        self.send(BINARY, payload)

    def reset(self):
        """Ends the connection with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def wait_for_pong(self, count, seconds=10):
        """Returns when `count` pongs have come; what else comes meanwhile is served later."""
        self.sock.settimeout(seconds)
        while self.pongs < count:
            opcode, payload = self.read_message()
            if opcode < CLOSE:
                self.early.append((opcode, payload))
        self.sock.settimeout(None)


class Adapter:
    """A taosAdapter: upgrade, version, conn, queries, fetches. Overriding a step makes one that misbehaves there."""
    version = "3.3.7.5"
    answers = {}

    def session(self, peer):
        self.accept(peer)
        self.upgrade(peer)
        while True:
            self.message(peer, *peer.receive())

    def accept(self, peer):
        """The TCP connection is there; not a byte has been read."""

    def upgrade(self, peer):
        head = peer.read_until(b"\r\n\r\n").decode("latin1")
        lines = head.split("\r\n")
        headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines[1:])}
        peer.server.paths.append(lines[0].split(" ")[1])
        peer.server.offers.append(headers.get("sec-websocket-extensions"))
        self.welcome(peer, headers.get("sec-websocket-key", ""))

    def welcome(self, peer, key):
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        peer.raw(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n" % accept).encode())

    def message(self, peer, kind, data):
        if kind == TEXT:
            request = json.loads(data)
            action, args = request["action"], request.get("args") or {}
            peer.server.note(action, args)
            getattr(self, "on_" + action, self.unknown)(peer, args.get("req_id", 0), args)
        else:
            req_id, target, action = struct.unpack_from("<QQQ", data)
            if action == 6:
                size, = struct.unpack_from("<I", data, 26)
                sql = data[30:30 + size]
                peer.server.note("binary_query", {"req_id": req_id, "sql": sql})
                self.query(peer, req_id, sql, "binary_query")
            elif action == 7:
                peer.server.note("fetch_raw_block", {"req_id": req_id, "id": target})
                self.fetch(peer, req_id, target)
            else:
                self.unknown(peer, req_id, {"action": action})

    # one method per request; each sends the whole answer

    def reply(self, peer, action, req_id, **keys):
        peer.text({"code": 0, "message": "", "action": action, "req_id": req_id, "timing": 1000, **keys})

    def refuse(self, peer, action, req_id, code, message):
        peer.text({"code": code, "message": message, "action": action, "req_id": req_id, "timing": 1000})

    def unknown(self, peer, req_id, args):
        self.refuse(peer, "unknown", req_id, 65535, "unknown action")

    def on_version(self, peer, req_id, args):
        self.reply(peer, "version", req_id, version=self.version)

    def on_conn(self, peer, req_id, args):
        self.reply(peer, "conn", req_id, version=self.version)

    def on_get_current_db(self, peer, req_id, args):
        self.reply(peer, "get_current_db", req_id, db="")

    def on_get_server_info(self, peer, req_id, args):
        self.reply(peer, "get_server_info", req_id, info="ver:" + self.version)

    def on_options_connection(self, peer, req_id, args):
        self.reply(peer, "options_connection", req_id)

    def on_free_result(self, peer, req_id, args):
        peer.results.pop(args.get("id"), None)

    def on_query(self, peer, req_id, args):
        self.query(peer, req_id, args["sql"].encode(), "query")

    def answer(self, sql):
        """What a statement is answered with; anything unknown gets the sample table."""
        if sql in self.answers:
            return self.answers[sql]
        return Answer(dict(UPDATE), []) if sql.lower().startswith(("insert", "create", "use", "drop")) else Answer()

    def query(self, peer, req_id, sql, action):
        answer = self.answer(sql.decode(errors="surrogateescape").strip())
        number = 0
        if not answer.reply["is_update"]:
            number = peer.server.next_result()
            peer.results[number] = list(answer.blocks)
        self.query_reply(peer, action, req_id, dict(answer.reply, id=number))

    def query_reply(self, peer, action, req_id, keys):
        self.reply(peer, action, req_id, **keys)

    def fetch(self, peer, req_id, number):
        """fetch_raw_block: the next block, or the end."""
        blocks = peer.results.get(number)
        if blocks is None:
            peer.binary(fetch_reply(req_id, number, None, 65535, "result is nil"))
        elif blocks:
            peer.binary(self.block_reply(req_id, number, blocks.pop(0)))
        else:
            del peer.results[number]
            peer.binary(fetch_reply(req_id, number))

    def block_reply(self, req_id, number, block):
        return fetch_reply(req_id, number, block)

    # the way of old servers: `fetch` moves on to the next block, `fetch_block` sends it

    def on_fetch(self, peer, req_id, args):
        blocks = peer.results.get(args["id"])
        if blocks is None:
            self.refuse(peer, "fetch", req_id, 65535, "result is nil")
        elif blocks:
            rows, = struct.unpack_from("<i", blocks[0], 8)
            self.reply(peer, "fetch", req_id, id=args["id"], completed=False, lengths=[], rows=rows)
        else:
            del peer.results[args["id"]]
            self.reply(peer, "fetch", req_id, id=args["id"], completed=True, lengths=None, rows=0)

    def on_fetch_block(self, peer, req_id, args):
        peer.binary(struct.pack("<QQ", 1000, args["id"]) + peer.results[args["id"]].pop(0))


class OldAdapter(Adapter):
    """Before binary queries and raw blocks."""
    version = "3.0.7.0"

    def message(self, peer, kind, data):
        if kind == BINARY:
            self.unknown(peer, struct.unpack_from("<Q", data)[0], {})
        else:
            super().message(peer, kind, data)

    def query_reply(self, peer, action, req_id, keys):
        keys = {key: value for key, value in keys.items() if key not in ("fields_precisions", "fields_scales")}
        super().query_reply(peer, action, req_id, keys)


class ScriptedServer:
    """Listens on a port, a free one by default, and lets `script` answer each connection in a thread of its own."""

    def __init__(self, script, tls=None, host="127.0.0.1", port=0):
        self.script, self.tls = script, tls
        self.seen, self.paths, self.unmasked, self.accepted, self.open = [], [], 0, 0, 0
        self.compressed, self.offers = 0, []
        self.changed = threading.Condition()
        self.results = 0
        self.errors = []
        self.peers = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, port), family=family, backlog=64)
        self.port = self.listener.getsockname()[1]
        self.start(self.listener)

    def start(self, listener):
        threading.Thread(target=self.listen, args=(listener,), daemon=True).start()

    def listen(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with self.changed:
                self.accepted += 1
                self.open += 1
                self.changed.notify_all()
            threading.Thread(target=self.talk, args=(sock,), daemon=True).start()

    def talk(self, sock):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            peer = Peer(self, sock)
            self.peers.append(peer)
            self.script.session(peer)
        except (Gone, OSError):
            pass
        except Exception as error:  # a bug of the script: the test must hear of it
            self.errors.append(error)
        finally:
            sock.close()
            with self.changed:
                self.open -= 1
                self.changed.notify_all()

    def read_to_the_end(self):
        """Waits until the clients have gone, and all that they sent was read."""
        assert self.wait_until(lambda: not self.open)

    def note(self, action, args):
        with self.changed:
            self.seen.append((action, args))
            self.changed.notify_all()

    def next_result(self):
        with self.changed:
            self.results += 1
            return self.results

    def wait_until(self, condition, seconds=20):
        """Waits until `condition()` holds; false when it did not in time. For conditions on what was seen."""
        end = time.monotonic() + seconds
        with self.changed:
            while not condition():
                if time.monotonic() > end:
                    return False
                self.changed.wait(0.05)
        return True

    def statements(self):
        return [args["sql"] for action, args in self.seen if action in ("query", "binary_query")]

    def actions(self, action):
        """The arguments of all requests of this name."""
        return [args for name, args in self.seen if name == action]

    def stop(self):
        """Connections break, new ones are refused."""
        for sock in [self.listener, *(peer.sock for peer in self.peers)]:
            try:
                # Wakes who waits on it, which close does not. That of an SSLSocket would have it read ciphertext from here on.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                pass
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.stop()
        if kind is None and self.errors:
            raise self.errors[0]


def hang():
    """Says nothing more; the client has to give up. (The server's end closes the socket.)"""
    threading.Event().wait(60)
    raise Gone


def garbage(size, seed=b"seed"):
    out = b""
    while len(out) < size:
        seed = hashlib.sha256(seed).digest()
        out += seed
    return out[:size]


