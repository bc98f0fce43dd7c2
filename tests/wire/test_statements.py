"""Statements arrive as the caller's bytes, whatever they are and however many."""
import pytest

from support.cc import compile_c
from support.programs import run
from wire.scripted import Adapter, OldAdapter, ScriptedServer

LIMIT = 1024 * 1024  # bytes of SQL the server's parser takes


class Limited(Adapter):
    """Refuses what is longer than the server's limit, as the real one does."""
    def query(self, peer, req_id, sql, action):
        if len(sql) > LIMIT:
            self.refuse(peer, action, req_id, 0x0219, "SQL statement too long")
        else:
            super().query(peer, req_id, sql, action)


class LimitedOld(OldAdapter, Limited):
    """The same, and old."""


def expected(length, tail=b""):
    sql = bytearray(b"insert into t values (1, '" + tail)
    while len(sql) + 2 < length:
        sql.append(ord("a") + len(sql) % 26)
    return bytes(sql) + b"')"


def send(script, length, hexadecimal="", **options):
    with ScriptedServer(script) as server:
        done = run(compile_c("wire/sending.c"), "127.0.0.1", server.port, length, hexadecimal, **options)
    return done.out.splitlines(), [sql if isinstance(sql, bytes) else sql.encode() for sql in server.statements()], server


FINE = "code=0x00000000 affected=1 text=success"


@pytest.mark.parametrize("script", [Limited, LimitedOld])
@pytest.mark.parametrize("length", [100, 125, 126, 4096, 65535, 65536, 900_000])
def test_length(script, length):
    said, got, _ = send(script(), length)
    assert said == ["query: " + FINE, "with_reqid: " + FINE, "after: rows=3"]
    assert got[:2] == [expected(length)] * 2


@pytest.mark.parametrize("script", [Limited, LimitedOld])
def test_two_megabytes(script):
    """More than the server takes: the native client's code and text, and the connection goes on."""
    said, _, _ = send(script(), 2 * LIMIT)
    refused = "code=0x80000219 affected=0 text=SQL statement too long"
    assert said == ["query: " + refused, "with_reqid: " + refused, "after: rows=3"]


@pytest.mark.valgrind
def test_two_megabytes_under_valgrind():
    said, _, _ = send(Limited(), 2 * LIMIT, valgrind=True)
    assert said[-1] == "after: rows=3"


BYTES = {"invalid UTF-8": "fffe80c0af", "a lone surrogate": "eda080", "beyond Unicode": "f4908080", "Latin-1": "e9e8fc", "quotes and controls": "5c5c225c6e0a0d09017f", "an emoji": "f09f9880"}


@pytest.mark.parametrize("name", BYTES)
def test_bytes(name):
    """The server gets exactly these bytes (or, for what is no text, the caller a clear error)."""
    said, got, _ = send(Adapter(), 200, BYTES[name])
    want = expected(200, bytes.fromhex(BYTES[name]))
    if "insert" in str(got[:1]):
        assert got[:2] == [want] * 2
        assert said == ["query: " + FINE, "with_reqid: " + FINE, "after: rows=3"]
    else:
        assert name in ("invalid UTF-8", "a lone surrogate", "beyond Unicode", "Latin-1")
        assert said[0].startswith("query: code=0x8") and said[2] == "after: rows=3"


@pytest.mark.parametrize("name", BYTES)
def test_bytes_to_an_old_server(name):
    """Through JSON only text can go; the rest gets an error and is not sent altered."""
    said, got, _ = send(OldAdapter(), 200, BYTES[name])
    if name in ("quotes and controls", "an emoji"):
        assert got[:2] == [expected(200, bytes.fromhex(BYTES[name]))] * 2
    else:
        assert len(got) == 1, "sent something else than the caller's statement"
        assert said[0].startswith("query: code=0x8") and not said[0].endswith("text=")
    assert said[2] == "after: rows=3"


def test_the_callers_request_id():
    """taos_query_with_reqid: the id is the one the server sees, as far as the connection's own ids allow."""
    _, _, server = send(Adapter(), 100)
    ids = [args["req_id"] for action, args in server.seen if action in ("binary_query", "fetch_raw_block", "conn")]
    assert ids[2] == 0x1234567890ABCDEF
    assert len(set(ids)) == len(ids), "two requests of one id"
