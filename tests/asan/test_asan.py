"""C programs and a library that AddressSanitizer watches: no access outside of an object or after its end, of the heap, the stack
or globals, and nothing lost when the program ends. In short, the programs that go through every chapter of the header and
through callers' mistakes; with TAOS_TEST_STRESS=1 all that the doors of C programs have."""
import os
import subprocess
import sys

import pytest

from support import sanitizer
from support.cc import compile_c
from support.paths import TESTS
from support.programs import run
from wire.behaviours import SmallBlocks, SmallBlocksAndSilence
from wire.scripted import Adapter, ScriptedServer
from wire.test_lying_blocks import mutants

missing = sanitizer.missing("address")
pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(missing is not None, reason=missing or "")]


def watched(name):
    return compile_c("c/%s.c" % name, sanitizer="address")


CHAPTERS = [("first_steps", []), ("types", ["ns", "all"]), ("many_rows", [9000]), ("stmt1", ["ms", 6]), ("stmt2", ["ms", 6]), ("stmt_mistakes", []),
            ("schemaless", ["all"]), ("consumer", []), ("topics", ["us"]), ("polling", []), ("threads", [16, 50, "shared"]),
            ("after_close", [5000, "statements"]), ("shared_result", [20, "threads"]), ("stopped", []), ("affected", []), ("last_error", []), ("small_things", [])]
MISTAKES = [("nulls", Adapter), ("handles", Adapter), ("cleanup", Adapter), ("closing", Adapter), ("async", SmallBlocks), ("async_many", SmallBlocks),
            ("interrupted", SmallBlocksAndSilence), ("fork", Adapter)]


@pytest.mark.parametrize("name, extra", CHAPTERS)
def test_chapter(sandbox, database, name, extra):
    run(watched(name), *sandbox.args, database, *extra, deadline=120)


@pytest.mark.parametrize("name, script", MISTAKES)
def test_mistakes(name, script):
    with ScriptedServer(script()) as server:
        run(watched(name), "127.0.0.1", server.port, 5, deadline=120)


@pytest.mark.parametrize("mistake, told", [("row", "heap-use-after-free"), ("lost", "detected memory leaks")])
def test_programs_mistake(sandbox, database, mistake, told):
    """It does watch, and the library's memory too."""
    done = run(compile_c("asan/mistakes.c", sanitizer="address"), *sandbox.args, database, mistake, expect=1, quiet=False)
    assert told in done.err, done.err


def test_mutants():
    mutants(1000, compile_c("wire/mutants.c", sanitizer="address"), deadline=120)


@pytest.mark.stress
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("door", ["c", "wire", "faults"])
def test_door(door):
    env = {key: value for key, value in os.environ.items() if key != "TAOS_TEST_STRESS"}
    done = subprocess.run([sys.executable, "-m", "pytest", "-c", TESTS / "pytest.ini", "--rootdir", TESTS, TESTS / door],
                          env=dict(env, TAOS_TEST_SANITIZER="address"), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr
