"""Threads that are cancelled while they ask anew for a result that was lost with its connection: the thread ends at once, others use the
connection on, and nothing stays open, here or at the server."""
import itertools
import threading
import time

import pytest

from support.cc import compile_c
from support.programs import run
from wire.scripted import Adapter, Answer, Gone, ScriptedServer
from wire.test_asking_anew import AnswersLate, Loses, SilentToTheStatement
from wire.test_several_hosts import READ, Session, url

WAYS = ["row", "block", "block_s", "raw_block"]


class SilentAtFirst(Loses):
    """Takes the second connection and says nothing."""
    def accept(self, peer):
        while len(peer.server.peers) == 2:
            peer.read(1)


class SilentAtTheLogin(Loses):
    """Does not answer the login of the second connection."""
    def on_conn(self, peer, req_id, args):
        if len(peer.server.peers) != 2:
            super().on_conn(peer, req_id, args)


class SilentToTheFetch(Loses):
    """Does not send the block of the result that was had anew."""
    def fetch(self, peer, req_id, number):
        if number != 2:
            super().fetch(peer, req_id, number)


MOMENTS = {SilentAtFirst: lambda server: server.accepted == 2, SilentAtTheLogin: lambda server: len(server.actions("conn")) == 2,
           SilentToTheStatement: lambda server: len(server.statements()) == 2, SilentToTheFetch: lambda server: 2 in [args["id"] for args in server.actions("fetch_raw_block")]}


def lose(server, session):
    assert session.tell("open", url(server, connect_timeout=60, read_timeout=60))[0] == 0
    assert session.tell("pose", READ)[0] == 0


def wait_for(server, script, session, way):
    """Until the other thread waits where this server leaves it."""
    session.tell("begin", way)
    assert server.wait_until(lambda: MOMENTS[script](server))
    time.sleep(0.1)


def cancel(session):
    began = time.monotonic()
    assert session.tell("cancel") == (0, "cancelled")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("script", MOMENTS, ids=lambda script: script.__doc__)
def test_the_thread_ends_and_nothing_stays(script, way):
    with Session() as session:
        files = session.tell("files")
        for _ in range(3):
            with ScriptedServer(script()) as server:
                lose(server, session)
                wait_for(server, script, session, way)
                cancel(session)
                # The connection is of use, while the result is still there and after it.
                assert session.tell("ask", READ) == (0, "3")
                session.tell("free")
                assert session.tell("ask", READ) == (0, "3")
                session.tell("close")
                server.read_to_the_end()
                assert not server.errors
            session.tell("cleanup")
            assert session.tell("files") == files


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("script", MOMENTS, ids=lambda script: script.__doc__)
def test_the_result_is_read_by_another_thread(script, way):
    """As after any fetch that was cancelled: rows or an error, and an end."""
    with ScriptedServer(script()) as server, Session() as session:
        lose(server, session)
        wait_for(server, script, session, "row")
        cancel(session)
        began = time.monotonic()
        code, text = session.tell("read", way)
        assert time.monotonic() - began < 5
        assert (code, text) == (0, "3") or code & 0x80000000 and text
        assert session.tell("ask", READ) == (0, "3")
        session.tell("free")
        session.tell("close")
        server.read_to_the_end()


def test_the_result_that_came_too_late_is_freed():
    """The answer is on its way when the thread ends, and the program never learns of this result."""
    with ScriptedServer(AnswersLate()) as server, Session() as session:
        lose(server, session)
        session.tell("begin", "row")
        assert server.wait_until(lambda: len(server.statements()) == 2)
        time.sleep(0.1)
        cancel(session)
        assert session.tell("ask", READ) == (0, "3")
        assert server.wait_until(lambda: server.actions("free_result"))
        session.tell("free")
        session.tell("close")
        server.read_to_the_end()
        # That of the statement after it, which the server answers first, was read to its end.
        assert [args["id"] for args in server.actions("free_result")] == [3]


@pytest.mark.parametrize("script", [SilentAtFirst, SilentAtTheLogin], ids=lambda script: script.__doc__)
def test_others_wait_for_the_same_connection(script):
    """The thread that is cancelled was making it."""
    with ScriptedServer(script()) as server, Session() as session:
        lose(server, session)
        wait_for(server, script, session, "row")
        session.tell("cancel", 500)
        began = time.monotonic()
        assert session.tell("ask", READ) == (0, "3")
        assert 0.3 < time.monotonic() - began < 5
        assert session.tell("end") == (0, "cancelled")
        session.tell("free")


class LosesMany(Adapter):
    """Ends the connection behind the answer to one statement in four of its kind, in place of the first block of others, or leaves a login,
    a statement or a block unanswered for a while."""
    answers = {"select lost": Answer()}

    def __init__(self):
        self.turns, self.waits, self.lock = itertools.count(), itertools.count(), threading.Lock()

    def wait(self):
        with self.lock:
            turn = next(self.waits)
        time.sleep(0.0002 * (turn % 13) if turn % 3 == 0 else 0)

    def on_conn(self, peer, req_id, args):
        self.wait()
        super().on_conn(peer, req_id, args)

    def query(self, peer, req_id, sql, action):
        self.wait()
        super().query(peer, req_id, sql, action)
        if sql == b"select lost":
            with self.lock:
                turn = next(self.turns)
            if turn % 4 == 0:
                raise Gone

    def fetch(self, peer, req_id, number):
        self.wait()
        if number % 11 == 0:
            raise Gone
        super().fetch(peer, req_id, number)


@pytest.mark.timeout(700)
@pytest.mark.parametrize("cancelled", [300, pytest.param(20000, marks=pytest.mark.stress)])
def test_again_and_again(cancelled):
    with ScriptedServer(LosesMany()) as server:
        run(compile_c("wire/cancelled_anew.c"), "127.0.0.1", server.port, cancelled, deadline=600)
        server.read_to_the_end()
        assert not server.errors


@pytest.mark.valgrind
def test_again_and_again_under_valgrind():
    with ScriptedServer(LosesMany()) as server:
        run(compile_c("wire/cancelled_anew.c"), "127.0.0.1", server.port, 20, deadline=60, valgrind=True)
        server.read_to_the_end()
