"""C programs of connections that threads share and of asynchronous calls, with a library in which ThreadSanitizer watches every
access, Rust's standard library included: locks wait by futex, which valgrind's helgrind and drd take for races."""
import pytest

from support import sanitizer
from support.cc import compile_c
from support.paths import SANDBOX
from support.programs import run
from support.servers import Child
from wire.behaviours import SmallBlocksAndSilence
from wire.scripted import ScriptedServer

missing = sanitizer.missing("thread")
pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(missing is not None, reason=missing or "")]


def watched(name):
    return compile_c("c/%s.c" % name, sanitizer="thread")


@pytest.mark.parametrize("name, extra", [("async_many", [3]), ("async", [2]), ("interrupted", []), ("handles", [5]), ("closing", [5])])
def test_no_race(name, extra):
    with ScriptedServer(SmallBlocksAndSilence()) as server:
        run(watched(name), "127.0.0.1", server.port, *extra)


@pytest.mark.parametrize("connections", ["shared", "own"])
def test_no_race_of_threads(sandbox, database, connections):
    run(watched("threads"), *sandbox.args, database, 16, 50, connections, deadline=120)


def test_no_race_for_a_result(sandbox, database):
    run(watched("shared_result"), *sandbox.args, database, 20, "threads", deadline=120)


def test_no_race_after_close(sandbox, database):
    run(watched("after_close"), *sandbox.args, database, 5000, "statements", deadline=120)


def test_no_race_of_polls(sandbox, database):
    run(watched("polling"), *sandbox.args, database, deadline=120)


@pytest.mark.sandbox_only
def test_no_race_in_a_mix(database):
    with Child(SANDBOX, "--port", "0", "--print-port", "--quiet", "--block-rows", "20") as server:
        run(watched("async_mix"), "127.0.0.1", server.port, database, 8, 2, 2, 10, deadline=120)
