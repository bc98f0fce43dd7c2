"""A proxy between a program and a server that does to their connections what networks and dying servers do. Which fault
is in force may change while connections are up: `arm` and `heal`, from any thread, or as lines to its control port
(`arm FAULT NAME`, `heal`; the answer is `ok`). Faults work on whole units: the upgrade's HTTP head, then WebSocket frames."""
import asyncio
import json
import random
import socket
import struct
import threading
from dataclasses import dataclass

HTTP, PING = -1, 9
PAUSE = 0.05


@dataclass
class Unit:
    """An HTTP head or a frame: its bytes on the wire, and its payload without a mask."""
    kind: int
    raw: bytes
    payload: bytes = b""


class Units:
    """Cuts a stream into units."""

    def __init__(self):
        self.rest, self.upgraded = b"", False

    def feed(self, data):
        self.rest += data
        while (unit := self.next()) is not None:
            self.rest = self.rest[len(unit.raw):]
            yield unit

    def next(self):
        rest = self.rest
        if not self.upgraded:
            end = rest.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.upgraded = True
            return Unit(HTTP, rest[:end + 4])
        if len(rest) < 2:
            return None
        size, at = rest[1] & 0x7F, 2
        for mark, form in ((126, ">H"), (127, ">Q")):
            if size == mark:
                if len(rest) < 2 + struct.calcsize(form):
                    return None
                at += struct.calcsize(form)
                size, = struct.unpack_from(form, rest, 2)
                break
        mask = rest[at:at + 4] if rest[1] & 0x80 else b""
        end = at + (4 if rest[1] & 0x80 else 0) + size
        if len(rest) < end:
            return None
        payload = rest[end - size:end]
        if mask:
            payload = bytes(b ^ mask[i & 3] for i, b in enumerate(payload))
        return Unit(rest[0] & 15, rest[:end], payload)


def action(unit):
    """What a client's message asks for."""
    if unit.kind == HTTP:
        return "upgrade"
    try:
        return json.loads(unit.payload)["action"] if unit.kind == 1 else "binary %d" % struct.unpack_from("<Q", unit.payload, 16)
    except (ValueError, KeyError, TypeError, struct.error):
        return "control" if unit.kind > 7 else "unknown"


def reset(side):
    sock = side.get_extra_info("socket")
    if sock and not side.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        side.transport.abort()


class Link:
    """One connection of the program, and the one to the server that belongs to it."""

    def __init__(self, proxy, client):
        self.proxy, self.client, self.server, self.damaged, self.held = proxy, client, None, False, None
        self.ended = self.server_ended = False  # write_eof was called

    def to_client(self, data):
        if not self.client.is_closing() and not self.ended:
            self.client.write(data)

    def to_server(self, data):
        if not self.server.is_closing() and not self.server_ended:
            self.server.write(data)

    def drop(self):
        """Ends both sides in good order."""
        for side in (self.client, self.server):
            if side:
                side.close()

    def reset(self):
        """Ends the program's side by a TCP reset."""
        reset(self.client)
        if self.server:
            self.server.close()

    def cut(self):
        """Ends both sides by a TCP reset."""
        for side in (self.client, self.server):
            if side:
                reset(side)


# ---------------------------------------------------------------- faults


class Fault:
    """Nothing is wrong."""
    refuses = False
    # May rows or texts arrive changed? TCP and WebSocket carry no proof of them; only TLS does.
    garbles = False

    def __init__(self, seed=0):
        self.chance, self.used = random.Random(seed), False

    def armed(self, link):
        """The fault begins while the link is up."""

    async def accepted(self, link):
        """The program has connected anew."""

    async def request(self, link, unit):
        link.to_server(unit.raw)

    async def reply(self, link, unit):
        link.to_client(unit.raw)


class Gone(Fault):
    """the server has closed the idle connection; a new one is fine"""
    def armed(self, link):
        link.drop()


class Refused(Fault):
    """connections are reset, and new ones refused"""
    refuses = True

    def armed(self, link):
        link.reset()


class AcceptsOnly(Gone):
    """connections are closed; new ones are taken and get no answer"""
    async def accepted(self, link):
        link.damaged = True
        await link.proxy.healthy.wait()


class AcceptsAndCloses(Gone):
    """connections are closed, new ones as soon as they are there"""
    async def accepted(self, link):
        link.drop()


class ClosedOnRequest(Fault):
    """each request closes the connection, and does not arrive"""
    async def request(self, link, unit):
        link.drop()


class ResetOnRequest(Fault):
    """each request resets the connection, and does not arrive"""
    async def request(self, link, unit):
        link.reset()


class ResetOnReply(Fault):
    """each request arrives; its reply resets the connection"""
    async def reply(self, link, unit):
        link.reset()


class ResetOnFirstReply(Fault):
    """the first request arrives, its reply resets the connection; later ones are fine"""
    async def reply(self, link, unit):
        if self.used:
            return link.to_client(unit.raw)
        self.used = True
        link.reset()


class HalfClosedByServer(Fault):
    """the server's side of the stream ends after the request; the connection stays"""
    async def request(self, link, unit):
        if not link.ended and not link.client.is_closing():
            link.ended = True
            link.client.write_eof()
        link.to_server(unit.raw)

    async def reply(self, link, unit):
        pass


class HalfClosedByClient(Fault):
    """the program's side of the stream ends after the request, as the server sees it"""
    async def request(self, link, unit):
        link.to_server(unit.raw)
        if not link.server_ended and not link.server.is_closing():
            link.server_ended = True
            link.server.write_eof()


class RequestStalls(Fault):
    """requests arrive only when the fault is over"""
    async def request(self, link, unit):
        await link.proxy.healthy.wait()
        link.to_server(unit.raw)


class ReplyStalls(Fault):
    """requests arrive; replies only when the fault is over"""
    async def reply(self, link, unit):
        await link.proxy.healthy.wait()
        link.to_client(unit.raw)


class Delayed(Fault):
    """every message takes 50 ms longer"""
    async def request(self, link, unit):
        await asyncio.sleep(PAUSE)
        link.to_server(unit.raw)

    async def reply(self, link, unit):
        await asyncio.sleep(PAUSE)
        link.to_client(unit.raw)


class Throttled(Fault):
    """1 KB a second, both ways"""
    async def trickle(self, link, put, raw):
        for at in range(0, len(raw), 51):
            put(raw[at:at + 51])
            if not link.proxy.healthy.is_set():
                await asyncio.sleep(PAUSE)

    async def request(self, link, unit):
        await self.trickle(link, link.to_server, unit.raw)

    async def reply(self, link, unit):
        await self.trickle(link, link.to_client, unit.raw)


class Segments(Fault):
    """every byte of the first 500 is a segment of its own; of the upgrade's answer, every eight"""
    async def reply(self, link, unit):
        # The WebSocket layer takes an answer in more than 64 small segments for an attack.
        step = 8 if unit.kind == HTTP else 1
        for at in range(0, min(len(unit.raw), 500), step):
            link.to_client(unit.raw[at:min(at + step, 500)])
            await asyncio.sleep(0)
        link.to_client(unit.raw[500:])


class Coalesced(Fault):
    """replies are gathered for 50 ms and come as one segment"""
    async def reply(self, link, unit):
        if link.held is not None:
            link.held += unit.raw
            return
        link.held = unit.raw
        asyncio.get_running_loop().call_later(PAUSE, self.flush, link)

    def flush(self, link):
        held, link.held = link.held, None
        link.to_client(held)


class Corrupt(Fault):
    """one byte of each reply is another: {where}"""
    garbles = True

    def place(self, raw):
        return 0

    async def reply(self, link, unit):
        link.damaged = True
        raw = bytearray(unit.raw)
        raw[self.place(raw)] ^= self.chance.randrange(1, 256)
        link.to_client(bytes(raw))


class CorruptOpcode(Corrupt):
    """the first byte of each reply is another"""


class CorruptLength(Corrupt):
    """the second byte of each reply, its length, is another"""
    def place(self, raw):
        return 1


class CorruptHead(Corrupt):
    """a byte among the first forty of each reply is another"""
    def place(self, raw):
        return self.chance.randrange(min(len(raw), 40))


class CorruptAnywhere(Corrupt):
    """a byte somewhere in each reply is another"""
    def place(self, raw):
        return self.chance.randrange(len(raw))


class CorruptRequest(Fault):
    """the first byte of each request is another"""
    async def request(self, link, unit):
        link.damaged = True
        link.to_server(bytes([unit.raw[0] ^ 0x70]) + unit.raw[1:])


class Duplicated(Fault):
    """each reply comes twice"""
    async def reply(self, link, unit):
        link.to_client(unit.raw if unit.kind == HTTP else unit.raw * 2)


class Reordered(Fault):
    """a reply waits 50 ms for the next one, and comes after it"""
    async def reply(self, link, unit):
        if link.held is not None:
            held, link.held = link.held, None
            return link.to_client(unit.raw + held)
        link.held = unit.raw
        asyncio.get_running_loop().call_later(PAUSE, self.flush, link)

    def flush(self, link):
        held, link.held = link.held, None
        if held is not None:
            link.to_client(held)


class NoPings(Fault):
    """pings and pongs get lost"""
    async def request(self, link, unit):
        if unit.kind < PING:
            link.to_server(unit.raw)

    async def reply(self, link, unit):
        if unit.kind < PING:
            link.to_client(unit.raw)


class StopsInside(Fault):
    """half of a reply; the rest only when the fault is over"""
    async def reply(self, link, unit):
        half = len(unit.raw) // 2
        link.to_client(unit.raw[:half])
        await link.proxy.healthy.wait()
        link.to_client(unit.raw[half:])


class ClosesInside(Fault):
    """half of a reply, then the connection is closed"""
    async def reply(self, link, unit):
        link.to_client(unit.raw[:len(unit.raw) // 2])
        link.drop()


FAULTS = {
    "gone": Gone, "refused": Refused, "accepts-only": AcceptsOnly, "accepts-and-closes": AcceptsAndCloses, "closed-on-request": ClosedOnRequest,
    "reset-on-request": ResetOnRequest, "reset-on-reply": ResetOnReply, "reset-on-first-reply": ResetOnFirstReply,
    "half-closed-by-server": HalfClosedByServer, "half-closed-by-client": HalfClosedByClient, "request-stalls": RequestStalls,
    "reply-stalls": ReplyStalls, "delayed": Delayed, "throttled": Throttled, "segments": Segments, "coalesced": Coalesced,
    "corrupt-opcode": CorruptOpcode, "corrupt-length": CorruptLength, "corrupt-head": CorruptHead, "corrupt-anywhere": CorruptAnywhere,
    "corrupt-request": CorruptRequest, "duplicated": Duplicated, "reordered": Reordered, "no-pings": NoPings, "stops-inside": StopsInside,
    "closes-inside": ClosesInside,
}

# ---------------------------------------------------------------- the proxy


class FaultProxy:
    """Listens on two ports of 127.0.0.1: `port` for the program, `control`. Runs on a thread of its own. `faults` are those
    that it knows."""

    def __init__(self, server_port, faults=FAULTS):
        self.faults = faults
        self.server_port, self.links, self.fault, self.requests = server_port, set(), Fault(), {}
        self.window, self.tasks = "", set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.call(self.open())

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    async def open(self):
        self.healthy = asyncio.Event()
        self.healthy.set()
        # Bound as long as the proxy lives, so that nobody else gets the port while connections are refused.
        # Only a port that was asked for by its number stays bound when the socket ends listening.
        any_port, self.socket = socket.socket(), socket.socket()
        for each in any_port, self.socket:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with any_port:
            any_port.bind(("127.0.0.1", 0))
            self.port = any_port.getsockname()[1]
            self.socket.bind(("127.0.0.1", self.port))
        await self.listen()
        self.controller = await asyncio.start_server(self.controlled, "127.0.0.1", 0)
        self.control = self.controller.sockets[0].getsockname()[1]

    async def listen(self):
        self.listener = await asyncio.start_server(self.connected, sock=self.socket.dup())

    def refuse(self):
        self.listener.close()
        # Ends listening; the port stays bound.
        self.socket.shutdown(socket.SHUT_RDWR)

    def arm(self, fault, window=""):
        self.call(self._arm(fault, window))

    def heal(self):
        self.call(self._heal())

    def cut(self):
        """Cuts every connection on both sides, whatever fault is in force. Returns how many there were."""
        return self.call(self._cut())

    async def _cut(self):
        links = list(self.links)
        for link in links:
            link.cut()
        return len(links)

    async def _arm(self, name, window):
        self.window, self.requests[window] = window, []
        self.fault = self.faults[name](seed=name + window)
        self.healthy.clear()
        if self.fault.refuses:
            self.refuse()
        for link in list(self.links):
            self.fault.armed(link)
        await asyncio.sleep(0.01)  # closes have left

    async def _heal(self):
        refused, self.fault, self.window = self.fault.refuses, Fault(), ""
        self.healthy.set()
        for link in list(self.links):
            if link.damaged:
                link.reset()
        if refused:
            await self.listen()

    async def controlled(self, reader, writer):
        while line := (await reader.readline()).decode().split():
            await (self._arm(*line[1:]) if line[0] == "arm" else self._heal())
            writer.write(b"ok\n")
        writer.close()

    async def connected(self, reader, writer):
        task = asyncio.current_task()
        self.tasks.add(task)
        link = Link(self, writer)
        self.links.add(link)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await self.fault.accepted(link)
            if writer.is_closing():
                return
            server_reader, link.server = await asyncio.open_connection("127.0.0.1", self.server_port)
            back = asyncio.ensure_future(self.pump(link, server_reader, self.on_reply))
            self.tasks.add(back)
            await self.pump(link, reader, self.on_request)
            await back
            self.tasks.discard(back)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            link.drop()
            self.links.discard(link)
            self.tasks.discard(task)

    async def pump(self, link, reader, pass_on):
        units = Units()
        try:
            while data := await reader.read(1 << 16):
                for unit in units.feed(data):
                    await pass_on(link, unit)
        except OSError:
            pass
        # Who was asked to end its side only may still have something to say.
        if pass_on == self.on_request and link.server and not link.server.is_closing():
            link.server.close()
        elif pass_on == self.on_reply and not link.client.is_closing():
            link.client.close()

    async def on_request(self, link, unit):
        if self.window:
            self.requests[self.window].append(action(unit))
        await self.fault.request(link, unit)

    async def on_reply(self, link, unit):
        await self.fault.reply(link, unit)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        async def close():
            self.controller.close()
            self.listener.close()
            self.socket.close()
            for link in list(self.links):
                link.drop()
            for task in list(self.tasks):
                task.cancel()
            await asyncio.sleep(0)
        self.call(close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
