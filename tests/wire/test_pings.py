"""A server cuts a client that does not answer its pings: they are answered whatever the program does meanwhile."""
import subprocess
import threading

import pytest

from support.cc import compile_c
from support.programs import environment
from wire.asking import ask_script
from wire.block import SAMPLE_ROWS
from wire.scripted import PING, Adapter, ScriptedServer


class Idle:
    """A program that has connected and makes no call until told to go on."""

    def __init__(self, port):
        self.process = subprocess.Popen([compile_c("wire/idle.c"), "127.0.0.1", str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=environment())
        assert self.process.stdout.readline() == "idle\n"

    def go_on(self):
        said, _ = self.process.communicate("go on\n", timeout=30)
        assert self.process.returncode == 0, said
        return said.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def test_ping_while_idle():
    """Three pings to a program that makes no call: each gets its pong; then the connection still works."""
    with ScriptedServer(Adapter()) as server, Idle(server.port) as program:
        peer = server.peers[-1]
        for count in (1, 2, 3):
            peer.send(PING, b"ping %d" % count)
            assert server.wait_until(lambda: peer.pongs >= count, 5), "no pong to an idle program's ping"
        assert program.go_on() == "after: rows=3 code=0x00000000 text=success"
        assert server.accepted == 1


def test_ping_while_a_statement_runs():
    """The server needs long for a statement and pings meanwhile."""
    ponged = threading.Event()

    class Busy(Adapter):
        def query(self, peer, req_id, sql, action):
            peer.send(PING, b"busy")
            peer.wait_for_pong(peer.pongs + 1, 5)
            ponged.set()
            super().query(peer, req_id, sql, action)

    seen, _ = ask_script(Busy())
    assert ponged.is_set() and seen.rows == SAMPLE_ROWS


@pytest.mark.parametrize("goodbye", ["close frame", "end of stream"])
def test_server_goes_away_while_idle(goodbye):
    """The next call either works over a new connection, or says why not; it does not hang and invents nothing."""
    with ScriptedServer(Adapter()) as server, Idle(server.port) as program:
        peer = server.peers[-1]
        if goodbye == "close frame":
            peer.send(8, b"")
        peer.sock.shutdown(2)
        said = program.go_on()
    assert server.accepted <= 2, "reconnected without being asked to, or again and again"
    if server.accepted > 1:
        assert said == "after: rows=3 code=0x00000000 text=success"
    else:
        assert said.startswith("after: rows=0 code=0x8") and not said.endswith("text="), said
