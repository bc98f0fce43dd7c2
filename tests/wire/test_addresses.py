"""A name with several addresses."""
import socket

import pytest

from support.cc import compile_c
from support.programs import run
from wire.asking import told
from wire.scripted import Adapter, ScriptedServer


@pytest.fixture
def dead_first():
    """What has the name `dead-first.test` mean 127.0.0.2, then 127.0.0.1."""
    names = compile_c("wire/addresses.c", "-shared", "-fPIC", "-Wno-pedantic", "-ldl", link=False, name="addresses.so")
    return {"LD_PRELOAD": names}


def ask(server, env):
    url = "ws://dead-first.test:%d?connect_timeout=10" % server.port
    seen = told(run(compile_c("wire/ask.c", sanitizer=None), url, 0, "select * from t", "row", env=env))
    assert seen.connect.code == 0, seen.connect
    assert server.accepted == 1


def test_the_first_refuses(dead_first):
    with ScriptedServer(Adapter()) as server:
        ask(server, dead_first)


def test_the_first_is_silent(dead_first):
    """Its packets are lost: the second gets its turn beside it, and not when the time is over."""
    with ScriptedServer(Adapter()) as server, socket.create_server(("127.0.0.2", server.port), backlog=0) as full:
        # One that is not accepted fills its queue; the requests of others are passed over.
        with socket.create_connection(full.getsockname()):
            ask(server, dead_first)
