"""Servers that want more memory, stack or time than a client has: an error within the deadline, and a process that lives."""
import os
import subprocess

import pytest

from support.cc import compile_c
from support.programs import environment
from wire.asking import HEALTHY, told
from wire.behaviours import hang
from wire.scripted import BINARY, TEXT, Adapter, ScriptedServer, frame

DEADLINES = "connect_timeout=5&read_timeout=2"
DEEP = 100_000
MEMORY = 200 << 20  # of the whole process, with the program's own


def flood(doc, first, chunk):
    """Answers a statement with `first`, then `chunk` again and again."""
    class Flood(Adapter):
        def query(self, peer, req_id, sql, action):
            peer.raw(first)
            while True:
                peer.raw(chunk)
    Flood.__doc__ = doc
    return Flood


FLOODS = [
    flood("A message of endless empty fragments.", frame(BINARY, b"", fin=False), frame(0, b"", fin=False) * 100_000),
    flood("Endless pings.", b"", frame(9, b"") * 100_000),
    flood("Endless replies to nobody.", b"", frame(TEXT, b'{"code":0,"action":"query","req_id":18446744073709551000}') * 10_000),
    flood("Endless empty messages.", b"", frame(TEXT, b'{}') * 50_000),
]


def claim(doc, head):
    """Announces a frame, and sends a hundred bytes of it."""
    class Claim(Adapter):
        def query(self, peer, req_id, sql, action):
            peer.raw(head + b"x" * 100)
            hang()
    Claim.__doc__ = doc
    return Claim


CLAIMS = [
    claim("A frame of 4 GB that does not come.", b"\x82\x7f\x00\x00\x00\x01\x00\x00\x00\x00"),
    claim("A frame of almost 1 GiB that does not come.", b"\x82\x7f\x00\x00\x00\x00\x3f\xff\xff\xff"),
    claim("A fragment of 900 MB behind another.", frame(BINARY, b"x", fin=False) + b"\x00\x7f\x00\x00\x00\x00\x35\xa4\xe9\x00"),
]


def deep(doc, text):
    class Deep(Adapter):
        def query(self, peer, req_id, sql, action):
            peer.text(text % req_id)
    Deep.__doc__ = doc
    return Deep


LISTS, OBJECTS = "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP
COMMON = '{"code":0,"message":"","action":"binary_query","req_id":%d,"id":1,'
DEPTHS = [
    deep("Lists in lists where nobody looks.", COMMON + '"nobody":' + LISTS + "}"),
    deep("Objects in objects where nobody looks.", COMMON + '"nobody":' + OBJECTS + "}"),
    deep("Lists in lists that do not end.", COMMON + '"nobody":' + "[" * DEEP),
    deep("Lists in lists for a list of names.", COMMON + '"fields_names":' + LISTS + "}"),
    deep("Lists in lists for a number.", COMMON + '"fields_count":' + LISTS + "}"),
    deep("Lists in lists for the changes of tables.", COMMON + '"data":' + LISTS + "}"),
]


def ask_within(script, memory=MEMORY):
    """What the program saw of this server, and then of a healthy one; its memory stayed below the limit."""
    with ScriptedServer(script) as server, ScriptedServer(Adapter()) as healthy:
        target = "ws://127.0.0.1:%d?%s" % (server.port, DEADLINES)
        program = subprocess.Popen([compile_c("wire/ask.c"), target, "0", "select * from somewhere", "row", str(healthy.port)], env=environment(),
                                   stdout=subprocess.PIPE, text=True)
        out = program.stdout.read()
        program.stdout.close()
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = status
    assert status == 0, (status, out[-2000:])
    assert used.ru_maxrss * 1024 < memory, "%d KB" % used.ru_maxrss
    program.out = out
    seen = told(program)
    assert seen.healthy == HEALTHY, seen
    return seen


def refused(seen):
    assert seen.failure and seen.failure.code & 0x80000000 and seen.failure.text not in ("", "success"), seen
    assert not seen.rows


@pytest.mark.memory
@pytest.mark.parametrize("script", FLOODS, ids=lambda script: script.__doc__)
def test_floods(script):
    """The deadline holds, though there is always something more to read."""
    refused(ask_within(script()))


@pytest.mark.parametrize("script", CLAIMS, ids=lambda script: script.__doc__)
def test_claims(script):
    """No memory for what has only been announced."""
    refused(ask_within(script()))


@pytest.mark.parametrize("script", DEPTHS, ids=lambda script: script.__doc__)
def test_depths(script):
    """A hundred thousand levels of JSON take no stack: an error, or what is known of the reply."""
    refused(ask_within(script()))


def test_a_message_of_endless_fragments():
    """More than a message may have is an error, however it is cut; what came before it is given back."""
    endless = flood("", frame(BINARY, b"", fin=False), frame(0, b"x" * (1 << 20), fin=False))
    refused(ask_within(endless(), memory=3 << 30))
