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
    """Nobody listens: said at once, with the native client's code and words in front; then who does not, and what to look at."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets this port meanwhile
        port = bound.getsockname()[1]
        seen = ask(port)
    told_why(seen)
    assert (seen.connect.code, seen.connect.text) == (0x8000000B, "%s127.0.0.1:%d: Connection refused%s" % (NATIVE, port, PORT))
    assert seen.connect.ms < 2000


NATIVE = "Unable to establish connection: "
PORT = "; taosAdapter listens on port 6041 unless configured otherwise, 6030 is TDengine's own"


@pytest.mark.parametrize("way", ["connect", "dsn", "bag", "tmq"])
def test_several_hosts(way):
    """A clause for each, and the advice once; a consumer's failure goes on with the same."""
    with socket.socket() as one, socket.socket() as other:
        for bound in (one, other):
            bound.bind(("127.0.0.1", 0))
        first, second = ("127.0.0.1:%d: Connection refused" % bound.getsockname()[1] for bound in (one, other))
        hosts = ",".join("127.0.0.1:%d" % bound.getsockname()[1] for bound in (one, other))
        out = run(compile_c("wire/settings.c"), way, "ws://" + hosts).out
        mixed = run(compile_c("wire/settings.c"), way, "ws://no-such-host.invalid:%d,%s" % (one.getsockname()[1], hosts.split(",")[1])).out
    start = "connect: NULL 0x8000000b %s%s" % ("init tscObj failed: " if way == "tmq" else "", NATIVE)
    assert out in ("%s%s; %s%s\n" % (start, *pair, PORT) for pair in ((first, second), (second, first)))
    assert mixed.startswith(start) and second in mixed and "`no-such-host.invalid`: " in mixed and mixed.endswith(PORT + "\n"), mixed


# What this library's own libraries say of such things, which is nobody's business.
INNER = ["httparse", "line 1 column", "expected", "os error", "IO error", "invalid utf-8", "Handshake not", "protocol error", "invalid type", "lookup address", "Error(", "corrupt"]


@pytest.mark.parametrize("script", IMMEDIATE + CONN + [bad.PlainHttp], ids=lambda script: script.__doc__)
def test_in_our_own_words(script):
    seen, _ = ask_script(script(), settings="connect_timeout=1&read_timeout=1")
    told_why(seen)
    assert not [word for word in INNER if word in seen.connect.text], seen.connect.text
    assert "127.0.0.1" in seen.connect.text, "which server was it?"


ADDRESSES = {
    "db1?connect_timeout=2": "has parameters but no protocol; such a text begins with ws:// or wss://",
    "db1:6041?a=b&c=d": "has parameters but no protocol",
    "db1/power": "has a database but no protocol",
    "root:taosdata@db1": "has a user but no protocol",
    "ftp://db1": "has the protocol `ftp`, which is none of ws, wss, http, https, taos, taosws and tmq",
    "taos+grpc://db1": "has the protocol `grpc`",
    "://": "has the protocol ``",
    "db1:65536": "has a port that is not a number from 1 to 65535",
}


@pytest.mark.parametrize("way", ["connect", "dsn", "bag", "tmq"])
def test_what_is_wrong_with_an_address(way):
    for host, words in ADDRESSES.items():
        out = run(compile_c("wire/settings.c"), way, host).out
        assert out.startswith("connect: NULL 0x80000118 ") and words in out and "taosdata" not in out, out


@pytest.mark.parametrize("setting, content, words", [
    ("tls_ca", "nothing of the kind", "`{file}` has no certificate in it"), ("tls_ca", "", "`{file}` has no certificate in it"),
    ("tls_ca", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n", "`{file}` is broken"),
    ("tls_ca", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "`{file}` is no certificate"),
    ("tls_ca", None, "`{file}`: No such file or directory"), ("tls_key", None, "`{file}`: No such file or directory"),
    ("tls_key", "no key", "`{file}` has no private key in it")])
def test_a_file_without_a_certificate_is_named(setting, content, words, tmp_path):
    file = tmp_path / "some.pem"
    if content is not None:
        file.write_text(content)
    other = "&tls_cert=%s" % file if setting == "tls_key" else ""
    with ScriptedServer(bad.Silent()) as server:
        out = run(compile_c("wire/settings.c"), "connect", "wss://127.0.0.1:%d?%s=%s%s" % (server.port, setting, file, other)).out
    assert "NULL 0x80000133" in out and "%s: %s; wanted a PEM file or PEM text" % (setting, words.format(file=file)) in out, out


@pytest.mark.parametrize("host", ["no-such-host.invalid", "mün.invalid", "a|b.invalid"])
def test_unknown_host(host):
    """Also if the name could not stand in a request."""
    seen = ask(6041, host=host)
    told_why(seen)
    assert seen.connect.code == 0x80000015


@pytest.mark.parametrize("host", ["ws://", "http://[::1", "wss://host:notaport", "ws://host:99999", "://", "a b", "h1:6041,", "ws://127.0.0.1:1?connect_timeout=soon"])
def test_no_address(host):
    """A host argument that makes no sense is an error, not a crash and not a long wait. One without a host means that of the
    settings, where nobody is."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        nobody = {"TAOS_FIRST_EP": "127.0.0.1:%d" % bound.getsockname()[1]}
        seen = told(run(compile_c("wire/ask.c"), host, 0, "select 1", "row", env=nobody))
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
