"""Servers that are none, or break off before there is a session: a clear error within the deadline, and no harm done."""
import socket

import pytest

from support.cc import compile_c
from support.programs import run
from wire import behaviours as bad
from wire.asking import ask, ask_script, told
from wire.scripted import ScriptedServer

QUICK = "connect_timeout=2&read_timeout=2"

# What is over at once, however long the deadlines are.
IMMEDIATE = [bad.ClosesAtOnce, bad.ResetsAtOnce, bad.SshBanner, bad.Garbage, bad.http("200 OK"), bad.http("401 Unauthorized"), bad.http("404 Not Found"),
             bad.http("302 Found"), bad.http("503 Service Unavailable", b""), bad.WrongAccept, bad.CloseAfterUpgrade]
# What only a deadline ends.
ENDLESS = [bad.Silent, bad.EndlessHeader, bad.DrippingHeader, bad.SilentAfterUpgrade]
# What comes in place of the reply to conn.
CONN = [bad.ConnNotJson, bad.ConnNoObject, bad.ConnBinary, bad.ConnBadUtf8]


def told_why(seen):
    assert seen.connect.said == "NULL" and seen.connect.code & 0x80000000, seen.connect
    assert seen.connect.text and seen.connect.text != "success", seen.connect


@pytest.mark.parametrize("script", IMMEDIATE, ids=lambda script: script.__doc__)
def test_no_websocket_here(script):
    seen, _ = ask_script(script())
    told_why(seen)
    assert seen.connect.ms < 10000


@pytest.mark.parametrize("script", ENDLESS + CONN, ids=lambda script: script.__doc__)
def test_no_session_within_the_deadline(script):
    seen, server = ask_script(script(), settings=QUICK)
    told_why(seen)
    assert server.accepted, seen.connect.text
    assert seen.connect.ms < 8000


def test_the_deadline_from_the_environment():
    """TAOS_CONNECT_TIMEOUT, for programs that give a plain host."""
    with ScriptedServer(bad.Silent()) as server:
        seen = told(run(compile_c("wire/ask.c"), "127.0.0.1", server.port, "select 1", "row", env={"TAOS_CONNECT_TIMEOUT": 2}))
    told_why(seen)
    assert seen.connect.ms < 8000


def test_refused_port():
    """Nobody listens: said at once, with the native client's code and text."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets this port meanwhile
        seen = ask(bound.getsockname()[1])
    told_why(seen)
    assert seen.connect.code == 0x8000000B
    assert seen.connect.ms < 2000


def test_unknown_host():
    seen = ask(6041, host="no-such-host.invalid")
    told_why(seen)
    assert seen.connect.code == 0x80000015


@pytest.mark.parametrize("host", ["ws://", "http://[::1", "wss://host:notaport", "ws://host:99999", "://", "a b", "h1:6041,", "ws://127.0.0.1:1?connect_timeout=soon"])
def test_no_address(host):
    """A host argument that makes no sense is an error, not a crash and not a long wait."""
    seen = told(run(compile_c("wire/ask.c"), host, 0, "select 1", "row"))
    told_why(seen)


@pytest.mark.parametrize("script", [bad.WrongPassword, bad.WrongPasswordSuccess], ids=lambda script: script.__doc__)
def test_wrong_password(script):
    """The server's own code; and a text that says what it means, even when the server's is "success"."""
    seen, _ = ask_script(script())
    assert (seen.connect.said, seen.connect.code, seen.connect.text) == ("NULL", 0x80000357, "Authentication failure")


def test_a_wrong_password_is_tried_once():
    """It does not get better by trying again, and accounts get locked."""
    _, server = ask_script(bad.WrongPassword())
    assert [action for action, _ in server.seen].count("conn") == 1


@pytest.mark.valgrind
@pytest.mark.parametrize("script", [bad.SshBanner, bad.Garbage, bad.WrongAccept, bad.CloseAfterUpgrade, bad.ConnBinary, bad.WrongPassword], ids=lambda script: script.__doc__)
def test_under_valgrind(script):
    seen, server = ask_script(script(), settings="connect_timeout=20&read_timeout=20", valgrind=True)
    told_why(seen)
    assert server.accepted, seen.connect.text
