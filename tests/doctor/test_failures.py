"""Each thing that goes wrong between a program and its server has its line: which step, why, and what to do."""
import socket

import pytest

from doctor.examining import examine, failure
from wire import behaviours as bad
from wire.scripted import Adapter, Gone, ScriptedServer
from wire.test_connect_failures import ADDRESSES, CONN, ENDLESS, IMMEDIATE, INNER

QUICK = "connect_timeout=1&read_timeout=1"


class Http2Only(Adapter):
    """Speaks HTTP/2 and nothing else: settings, and good-bye."""
    def accept(self, peer):
        peer.read_some()
        peer.raw(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64" + b"\0\0\x08\x07\0\0\0\0\0" + b"\0" * 8)
        raise Gone


class TlsAlert(Adapter):
    """Answers what is no TLS with an alert."""
    def accept(self, peer):
        peer.read_some()
        peer.raw(b"\x15\x03\x03\0\x02\x02\x46")
        raise Gone


class Redirects(Adapter):
    """Sends everybody elsewhere."""
    def welcome(self, peer, key):
        peer.raw(b"HTTP/1.1 302 Found\r\nServer: front\r\nLocation: https://db.example.com/ws?token=abc\r\nContent-Length: 0\r\n\r\n")
        raise Gone


PAGE = b"<html><head><title>Welcome to\nthe intranet</title></head></html>"
# What answers in place of taosAdapter, and words of the text or the advice.
NO_WEBSOCKET = [
    (bad.ClosesAtOnce, ["closed the connection without an answer", "6041", "wss://"]),
    (bad.ResetsAtOnce, ["closed the connection without an answer"]),
    (bad.SshBanner, ["SSH server", "OpenSSH_9.2p1", "6041"]),
    (bad.Garbage, ["not HTTP"]),
    (bad.http("200 OK", PAGE), ["200 OK", "HTML page \"Welcome to the intranet\"", "does not know WebSocket"]),
    (bad.http("200 OK"), ["200 OK", "HTML page"]),
    (bad.http("401 Unauthorized"), ["401 Unauthorized", "token=..."]),
    (bad.http("403 Forbidden"), ["403 Forbidden", "token"]),
    (bad.http("404 Not Found"), ["404 Not Found", "no /ws"]),
    (bad.http("407 Proxy Authentication Required"), ["407", "a proxy wants a login"]),
    (bad.http("426 Upgrade Required"), ["HTTP/1.1"]),
    (bad.http("302 Found"), ["302 Found", "redirects are not followed", "the adapter itself"]),
    (bad.http("500 Internal Server Error"), ["500", "6041"]),
    (bad.http("502 Bad Gateway"), ["502", "nobody behind it"]),
    (bad.http("503 Service Unavailable", b""), ["503 Service Unavailable", "nobody behind it"]),
    (bad.WrongAccept, ["of another request", "proxy"]),
    (bad.PlainHttp, ["400 Bad Request"]),
    (bad.http("400 Bad Request", b"Client sent an HTTP request to an HTTPS server.\n"), ["Client sent an HTTP request", "wss://"]),
    (bad.Silent, ["no answer to the request within 1s", "wss://"]),
    (bad.EndlessHeader, ["cannot be read"]),
    (bad.DrippingHeader, ["no end within 1s"]),
    (Http2Only, ["HTTP/2 only", "HTTP/1.1"]),
    (TlsAlert, ["it speaks TLS", "wss://"]),
    (Redirects, ["from front", "https://db.example.com/ws"]),
]


def of_script(script, fails, settings=QUICK, **options):
    with ScriptedServer(script) as server:
        examined = examine("ws://127.0.0.1:%d?%s" % (server.port, settings), fails=fails, **options)
    said = [text for step in examined.steps for text in (step["text"], step["advice"] or "")]
    assert not [word for word in INNER for text in said if word in text], said
    return examined, server


@pytest.mark.parametrize("script, words", NO_WEBSOCKET, ids=lambda value: getattr(value, "__doc__", "")[:40] if isinstance(value, type) else "")
def test_no_websocket(script, words):
    examined, server = of_script(script(), "upgrade")
    text, advice = failure(examined)
    assert not [word for word in words if word not in text + " / " + advice], (text, advice)
    assert advice, "what is to be done?"
    assert "token=abc" not in examined.text
    assert examined.names == ["settings", "look-up", "connect", "upgrade", "loader"] and not server.seen


def test_all_of_the_wire_doors_are_here():
    """What tests/wire can do before there is a session, this door does as well."""
    here = {script.__doc__ for script, _ in NO_WEBSOCKET} | {script.__doc__ for script in SESSIONS}
    assert {script.__doc__ for script in IMMEDIATE + ENDLESS + CONN} - here == set()


# Servers that upgrade and go no further: the step, and words.
SESSIONS = {
    bad.SilentAfterUpgrade: ("version", ["connect_timeout"]),
    bad.CloseAfterUpgrade: ("version", ["closed"]),
    bad.ConnNotJson: ("login", ["cannot be understood"]),
    bad.ConnNoObject: ("login", ["cannot be understood"]),
    bad.ConnBinary: ("login", []),
    bad.ConnBadUtf8: ("login", ["UTF-8"]),
    bad.WrongPassword: ("login", ["Authentication failure", "the password is the default one"]),
    bad.WrongPasswordSuccess: ("login", ["Authentication failure"]),
}


@pytest.mark.parametrize("script", SESSIONS, ids=lambda script: script.__doc__)
def test_no_session(script):
    fails, words = SESSIONS[script]
    examined, server = of_script(script(), fails)
    text, advice = failure(examined)
    assert not [word for word in words if word not in text + " / " + advice], (text, advice)
    assert examined.one("upgrade")["outcome"] == "ok"
    assert [action for action, _ in server.seen].count("conn") <= 1, "accounts get locked"


# After the login: statements and their results fail. All that behaviours.py has.
STATEMENTS = [bad.NeverAnswers, bad.ClosesOnQuery, bad.ResetsOnQuery, bad.CloseFrameOnQuery, bad.HalfReply, bad.SqlError, bad.SqlErrorSuccess, bad.SqlErrorNoText,
              bad.SqlErrorBareCode, bad.ClosesInMidBlock, bad.StallsInMidBlock, bad.CloseFrameInMidBlock, bad.NeverSendsBlock, bad.FetchError,
              bad.FetchErrorSuccess, bad.FetchErrorAsText, bad.FetchFine]


@pytest.mark.parametrize("script", STATEMENTS, ids=lambda script: script.__doc__)
def test_statements_fail(script):
    examined, _ = of_script(script(), "ping", QUICK + "&conn_retries=0")
    ping = examined.one("ping")
    assert ping["code"].startswith("0x8") and ping["text"] != "success" and ping["details"] == ["after 0 of 100 statements"]
    # What can only be asked by statements is no failure of its own.
    assert {examined.one(step)["outcome"] for step in ("clock", "time zone")} == {"warning"}


@pytest.mark.parametrize("script", [bad.Late, bad.Fragmented, bad.Duplicated, bad.Strays, bad.ExtraKeys, bad.Pings, bad.SmallBlocks, bad.NoPrecisions, bad.NoVersionInConn],
                         ids=lambda script: script.__doc__)
def test_legal_and_unexpected(script):
    """No reason to complain."""
    examined, _ = of_script(script(), None, "connect_timeout=20")
    assert examined.one("ping")["outcome"] == "ok"


# Before there is a connection.


def nobody():
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets this port meanwhile
    return bound


def test_nobody_listens():
    with nobody() as bound:
        port = bound.getsockname()[1]
        examined = examine("127.0.0.1", "--port", port, fails="connect")
        text, advice = failure(examined)
    assert text == "127.0.0.1:%d: nothing listens there (connection refused)" % port
    assert "is taosAdapter running" in advice and "6041" in advice
    assert examined.names == ["settings", "look-up", "connect", "loader"]


def test_unknown_host():
    examined = examine("no-such-host.invalid", fails="look-up")
    text, advice = failure(examined)
    assert "no-such-host.invalid" in text and "spelling" in advice and "lookup address" not in text


def test_the_native_port():
    """A server of TDengine's own protocol takes the connection, and ends it at the first line of HTTP."""
    with ScriptedServer(bad.ClosesAtOnce(), host="127.0.0.1", port=0) as server:
        examined = examine("ws://127.0.0.1:%d" % server.port, fails="upgrade")
    assert "6030 is TDengine's own port" in failure(examined)[1]


@pytest.mark.parametrize("host", ADDRESSES)
def test_no_address(host):
    """A host that makes no sense is told in the library's words, without what may be secret in it."""
    examined = examine(host, fails="settings")
    assert ADDRESSES[host].split("?")[0] in failure(examined)[0] and "taosdata" not in examined.text
    assert examined.names == ["settings", "loader"]


def test_a_setting_that_makes_no_sense():
    assert "number of seconds" in failure(examine("ws://h?read_timeout=soon", fails="settings"))[0]
    assert "is read_timeout meant?" in failure(examine("ws://h?read_timeuot=3", fails="settings"))[0]


def test_one_of_two_hosts():
    """Both are looked at; the exit code is that of the first failure; a session's steps are taken once."""
    with nobody() as bound, ScriptedServer(Adapter()) as one, ScriptedServer(Adapter()) as other:
        hosts = "127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d" % (bound.getsockname()[1], one.port, other.port)
        examined = examine("ws://" + hosts, fails="connect")
    assert [step["outcome"] for step in examined.of("connect")] == ["failure", "ok", "ok"]
    assert len(examined.of("login")) == 2 and len(examined.of("ping")) == 1


def test_a_database_that_is_not_there(sandbox):
    examined = examine("ws://%s:%d/no_such_db" % (sandbox.host, sandbox.port), fails="database")
    text, advice = failure(examined)
    assert examined.one("database")["code"] == "0x80000388" and "show databases" in advice, text
    assert examined.one("login")["outcome"] == "ok" and examined.one("ping")["outcome"] == "ok"
