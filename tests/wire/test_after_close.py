"""A closed connection that something still uses: when the server hears the good-bye, and what a server does meanwhile."""
import subprocess
import time

import pytest

from support.cc import compile_c
from support.programs import environment, run
from wire.behaviours import SmallBlocks
from wire.scripted import CLOSE, PING, Gone, ScriptedServer
from wire.statements import Statements
from wire.test_old_statements import OwnPath
from wire.test_several_hosts import CLOSED, READ, Session, cut, url

TIMEOUT = 0x80000019


class Farewells(SmallBlocks, Statements):
    """Notes when a connection has ended."""
    def session(self, peer):
        try:
            super().session(peer)
        except Gone:
            peer.server.note("good-bye", {})
            raise


@pytest.fixture
def server():
    with ScriptedServer(Farewells()) as server:
        yield server


def said_goodbye(server):
    return server.wait_until(lambda: server.actions("good-bye"))


def test_at_once_when_nothing_is_open(server):
    with Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("ask", READ) == (0, "3")
        session.tell("close")
        assert said_goodbye(server)


class CloseFrames(Farewells):
    """Notes the close frame, what is in it, and the end of the stream behind it: a reset may be all that a server gets, and its log
    then has an error. Pings after the last statement."""
    def session(self, peer):
        read = peer.frame

        def noted():
            last, opcode, payload = read()
            if opcode == CLOSE:
                peer.server.note("close frame", payload)
            return last, opcode, payload

        peer.frame = noted
        try:
            super().session(peer)
        finally:
            try:
                read()
            finally:
                peer.server.note("end", {})

    def query(self, peer, req_id, sql, action):
        super().query(peer, req_id, sql, action)
        if b"last" in sql:
            time.sleep(0.1)
            peer.send(PING, b"late")


@pytest.mark.parametrize("unread", [False, True])
def test_the_close_frame_arrives(unread):
    """Also when the answer to a fetch that was sent ahead has come, and nobody reads it any more."""
    with ScriptedServer(CloseFrames()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        if unread:
            assert session.tell("hold", "select * from many") == (0, "row")
            assert server.wait_until(lambda: len(server.actions("fetch_raw_block")) == 2)
            time.sleep(0.1)  # the answer is on its way
            session.tell("free")
        session.tell("close")
        assert said_goodbye(server)
        assert server.actions("close frame")


@pytest.mark.parametrize("statement", ["insert into t values (now, 1)", "select * from t"])
def test_at_once_when_a_result_is_read_to_its_end(server, statement):
    """Programs that forget to free results leave no sessions on the server."""
    with Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("leave", statement)[0] == 0
        session.tell("close")
        assert said_goodbye(server)


def test_with_the_last_result(server):
    with Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("hold", "select * from many") == (0, "row")
        session.tell("close")
        assert session.tell("ask", READ)[0] == CLOSED
        assert not server.actions("good-bye")
        assert session.tell("next") == (0, "success")
        assert said_goodbye(server)
        assert server.accepted == 1


def test_with_the_last_statement(server):
    with Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("prepare", "insert into t values (?, ?)")[0] == 0
        session.tell("close")
        assert not server.actions("good-bye")
        assert session.tell("execute")[0] == 0
        assert said_goodbye(server)
        assert server.accepted == 1


class FarewellsOfItsOwnPath(OwnPath):
    """A server on which each prepared insert has a connection of its own."""
    def session(self, peer):
        path = len(peer.server.paths)
        try:
            super().session(peer)
        except Gone:
            peer.server.note("good-bye", peer.server.paths[path])
            raise


def test_an_old_servers_insert_has_its_own_connection():
    with ScriptedServer(FarewellsOfItsOwnPath()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("prepare", "insert into t values (?, ?)")[0] == 0
        session.tell("close")
        assert session.tell("execute")[0] == 0
        assert server.wait_until(lambda: "/rest/stmt" in server.actions("good-bye"))
        assert server.paths == ["/ws", "/rest/ws", "/rest/stmt"]


def test_nothing_connects_anew(server):
    with Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("prepare", "insert into t values (?, ?)")[0] == 0
        assert session.tell("hold", "select * from many") == (0, "row")
        session.tell("close")
        cut(server)
        code, why = session.tell("next")
        assert code and why
        code, why = session.tell("execute")
        assert code and why
        assert server.accepted == 1


class Slow(Farewells):
    """Takes longer for a statement than the program for closing."""
    def query(self, peer, req_id, sql, action):
        time.sleep(1)
        super().query(peer, req_id, sql, action)


def test_a_call_in_progress_goes_on():
    with ScriptedServer(Slow()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("close_during", READ) == (3, "")  # the number of rows
        assert said_goodbye(server)


class SilentFetches(Farewells):
    """Answers the second fetch of a result and those after it with nothing."""
    def fetch(self, peer, req_id, number):
        if len(peer.results[number]) < 3:
            return
        super().fetch(peer, req_id, number)


def test_a_silent_server_keeps_nothing_for_ever():
    with ScriptedServer(SilentFetches()) as server, Session() as session:
        assert session.tell("open", url(server, read_timeout=1))[0] == 0
        assert session.tell("hold", "select * from many") == (0, "row")
        session.tell("close")
        assert session.tell("next")[0] == TIMEOUT
        assert said_goodbye(server)


class SilentStatements(Farewells):
    def query(self, peer, req_id, sql, action):
        """Never answered."""


def test_a_callback_comes_when_its_time_is_over():
    with ScriptedServer(SilentStatements()) as server, Session() as session:
        assert session.tell("open", url(server, read_timeout=1))[0] == 0
        assert session.tell("close_after_asking", READ)[0] == TIMEOUT
        assert said_goodbye(server)


def test_bytes_that_nobody_has_read():
    """Closing a socket with unread bytes resets the connection. The close frame must have gone out before."""
    with ScriptedServer(CloseFrames()) as server:
        run(compile_c("wire/leaving.c"), "127.0.0.1", server.port, "unread")
        assert server.wait_until(lambda: server.actions("end"))
        assert server.actions("close frame") == [b""]


def test_a_forked_child_has_the_socket_too():
    """The parent's connection has ended when it has closed it, not when the child ends."""
    with ScriptedServer(CloseFrames()) as server:
        program = subprocess.Popen([compile_c("wire/leaving.c"), "127.0.0.1", str(server.port), "forked"], stdin=subprocess.PIPE, env=environment())
        ended = server.wait_until(lambda: server.actions("end"), 10)
        program.communicate(b"go on\n", timeout=30)
        assert ended and server.actions("close frame") == [b""] and program.returncode == 0
