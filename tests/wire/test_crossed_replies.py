"""Many threads on one connection, and replies in another order than the requests: everybody gets the own answer."""
import threading

import pytest

from support.cc import compile_c
from support.programs import run
from wire.block import block, reply_of
from wire.scripted import Adapter, Answer, OldAdapter, ScriptedServer

THREADS = 8


class Crossing:
    """Holds replies back until `THREADS` requests wait, then answers the last one first."""

    def __init__(self):
        self.waiting = []

    def answer(self, sql):
        number = int(sql.split()[1])
        return Answer(reply_of([("n", 4, 4), ("s", 8, 20)]), [block([(4, 4, [number]), (8, 22, [str(number)])])])

    def hold(self, reply):
        self.waiting.append(reply)
        if len(self.waiting) == THREADS:
            for held in reversed(self.waiting):
                held()
            self.waiting.clear()

    def query(self, peer, req_id, sql, action):
        self.hold(lambda: super(Crossing, self).query(peer, req_id, sql, action))

    def fetch(self, peer, req_id, number):
        self.hold(lambda: super(Crossing, self).fetch(peer, req_id, number))


class Crossed(Crossing, Adapter):
    pass


class CrossedOld(Crossing, OldAdapter):
    """`fetch_block` replies carry only the id of their result."""


@pytest.mark.parametrize("script", [Crossed, CrossedOld])
def test_each_gets_the_own_answer(script):
    with ScriptedServer(script()) as server:
        run(compile_c("wire/crossed.c"), "127.0.0.1", server.port, THREADS, 40, deadline=120)
    assert server.accepted == 1
    assert len(server.statements()) == THREADS * 40


@pytest.mark.valgrind
def test_under_valgrind():
    with ScriptedServer(Crossed()) as server:
        run(compile_c("wire/crossed.c"), "127.0.0.1", server.port, THREADS, 4, deadline=60, valgrind=True)


def test_one_slow_statement_holds_up_nobody():
    """While one thread waits for its slow statement, the others' are answered."""
    quick = threading.Event()

    class OneSlow(Crossed):
        seen = 0

        def hold(self, reply):
            reply()

        def query(self, peer, req_id, sql, action):
            if sql == b"number 1000":
                def later():
                    quick.wait(30)
                    Crossed.query(self, peer, req_id, sql, action)
                threading.Thread(target=later, daemon=True).start()
                return
            OneSlow.seen += 1
            super().query(peer, req_id, sql, action)
            if OneSlow.seen == (THREADS - 1) * 5:
                quick.set()

    with ScriptedServer(OneSlow()) as server:
        run(compile_c("wire/crossed.c"), "127.0.0.1", server.port, THREADS, 5, deadline=60)
    assert quick.is_set(), "the others waited for the slow one"
