"""A thread that waits for its reply sleeps shortly at first, and nobody can end that sleep; then it sleeps where others
can. Either way a wait ends when another thread says so, and what another thread has to write goes out."""
import threading
import time

import pytest

from support.cc import compile_c
from support.programs import run
from wire.scripted import PING, Adapter, Gone, ScriptedServer


class Silent(Adapter):
    """Answers neither the statement `silence` nor a fetch from `select silence`."""
    def __init__(self):
        self.silent = set()

    def query(self, peer, req_id, sql, action):
        if sql == b"silence":
            return
        super().query(peer, req_id, sql, action)
        if sql == b"select silence":
            self.silent.add(max(peer.results))

    def fetch(self, peer, req_id, number):
        if number not in self.silent:
            super().fetch(peer, req_id, number)


class Chatty(Silent):
    """Sends a ping every few milliseconds, so that each short sleep finds something."""
    def welcome(self, peer, key):
        super().welcome(peer, key)
        threading.Thread(target=self.chat, args=(peer,), daemon=True).start()

    def chat(self, peer):
        try:
            while True:
                peer.send(PING, b"")
                time.sleep(0.003)
        except Gone:
            pass


DELAYS = [1000, 3000, 8000, 9900, 12000, 100000]
# A stopped result has no further row, and that is no error.
ENDS = {"stop": "0x00000000", "kill": "0x8000022d", "cancel": "cancelled"}


def ended_waits(script=Silent, **options):
    with ScriptedServer(script()) as server:
        done = run(compile_c("wire/woken.c"), "127.0.0.1", server.port, deadline=60, **options)
        server.read_to_the_end()
        assert not server.errors
    return done.out.splitlines()


EXPECTED = [f"{end} after {delay}: {how}" for delay in DELAYS for end, how in ENDS.items()]


def test_another_thread_ends_the_wait():
    assert ended_waits() == EXPECTED


def test_another_thread_ends_the_wait_of_a_busy_leader():
    assert ended_waits(Chatty) == EXPECTED


@pytest.mark.valgrind
def test_another_thread_ends_the_wait_under_valgrind():
    assert ended_waits(valgrind=True) == EXPECTED


class Drips(Adapter):
    """Sends its answer to the upgrade byte by byte."""
    def welcome(self, peer, key):
        for byte in b"HTTP/1.1 101 Switching Protocols\r\nX: " + b"x" * 1000:
            peer.raw(bytes([byte]))
            time.sleep(0.004)


def test_connecting_to_a_server_that_drips_is_cancelled():
    with ScriptedServer(Drips()) as server:
        assert run(compile_c("wire/dripped.c"), "127.0.0.1", server.port).out == "cancelled\n"


class Pauses(Adapter):
    """Reads nothing for a while after `insert pause`, and answers it then."""
    def query(self, peer, req_id, sql, action):
        if sql == b"insert pause":
            time.sleep(0.1)
        super().query(peer, req_id, sql, action)


def test_another_thread_writes_more_than_the_kernel_takes():
    size, rounds = 16 << 20, 16
    with ScriptedServer(Pauses()) as server:
        run(compile_c("wire/large_beside.c"), "127.0.0.1", server.port, size, rounds, deadline=100)
        assert sorted(len(sql) for sql in server.statements()) == [len("insert pause")] * rounds + [size] * rounds


def test_freeing_is_no_cancellation_point():
    """Not when what it has to say does not go out at once, either."""
    with ScriptedServer(Pauses()) as server:
        run(compile_c("wire/free_beside.c"), "127.0.0.1", server.port, 16 << 20, 16, deadline=100)
