"""Every operation under every fault of the proxy: it ends, with success or a code and a text; what it says is true; the next
call on the same connection works once nothing is wrong; in the end no thread and no descriptor is left. One program for each
fault and group of operations, in parallel; with TAOS_TEST_STRESS=1 also one for each fault and operation.

TAOS_WRITE_DOCS=1 writes what came of them into docs/faults.md."""
import itertools
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from support.cc import compile_c
from support.fault_proxy import FAULTS, FaultProxy
from support.paths import ROOT
from support.programs import environment, run
from support.servers import Sandbox

PAGE = ROOT / "docs" / "faults.md"
PARALLEL = 20
GROUPS = ("connection", "query", "stmt", "stmt2", "tmq")
numbers = itertools.count()

# Codes that a fault may give, besides success: those of src/error/codes.rs for connections, deadlines and answers that make no sense.
CODES = {
    0x8000000B: "no connection", 0x80000018: "connection lost", 0x80000019: "timeout", 0x80000115: "invalid answer",
    0x80000213: "disconnected", 0x8000022D: "killed",
}
# What must not be sent twice, by the name of its request.
ONCE = {"query_write": "binary 6", "schemaless_insert": "insert", "write_raw_block": "binary 5", "stmt_execute": "stmt2_exec",
        "stmt2_exec": "stmt2_exec", "stmt2_exec_async": "stmt2_exec", "tmq_write_raw": "binary 3"}
# A fault that only slows down or repeats is not noticed.
HARMLESS = ("delayed", "segments", "coalesced", "duplicated", "reordered", "no-pings")


@cache
def program():
    return compile_c("faults/operations.c")


@cache
def operations():
    """(group, name) of each, as the program lists them."""
    listed = subprocess.run([program(), "list"], env=environment(), stdout=subprocess.PIPE, text=True, check=True).stdout
    return [tuple(line.split()) for line in listed.splitlines()]


def go(server, fault, what):
    """Runs operations under a fault: {operation: (code, text)}, {operation: requests seen}."""
    with FaultProxy(server.port) as proxy:
        done = run(program(), proxy.port, proxy.control, server.port, "faults_%d" % next(numbers), fault, int(FAULTS[fault].garbles), what, deadline=150)
    outcomes = {name: (int(code, 16), text) for name, code, text in re.findall(r"^outcome (\S+) (0x\w{8}) ?(.*)$", done.out, re.M)}
    return outcomes, proxy.requests


# What was bound on a connection that the server has closed cannot go on, and neither can its results. Everything else gets a new one, and
# results of which nothing was read are asked for there.
BOUND = ("stmt_use_result", "stmt2_exec", "stmt2_result")


def check(fault, what, outcomes, requests):
    assert set(outcomes) == {name for group, name in operations() if what in (group, name)}
    for name, (code, text) in outcomes.items():
        assert code == 0 or FAULTS[fault].garbles or code in CODES, (name, hex(code), text)
        assert code == 0 or fault not in HARMLESS or name in ("stop_query", "kill_query"), (name, hex(code), text)
        assert code == 0 or fault != "gone" or name.startswith(BOUND) or name in ("stop_query", "kill_query"), (name, hex(code), text)
        if name in ONCE:
            assert requests[name].count(ONCE[name]) <= 1, (name, requests[name])


@pytest.fixture(scope="module")
def matrix():
    """What came of each fault and group."""
    with Sandbox() as server, ThreadPoolExecutor(PARALLEL) as pool:
        program()
        yield {case: pool.submit(go, server, *case) for case in itertools.product(FAULTS, GROUPS)}


@pytest.mark.sandbox_only
@pytest.mark.timeout(400)
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("fault", FAULTS)
def test_group(matrix, fault, group):
    check(fault, group, *matrix[fault, group].result())


@pytest.mark.stress
@pytest.mark.sandbox_only
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_alone(fault):
    """A program for each operation: none leans on what the one before it left."""
    with Sandbox() as server, ThreadPoolExecutor(PARALLEL) as pool:
        cases = [(name, pool.submit(go, server, fault, name)) for _, name in operations()]
        for name, case in cases:
            check(fault, name, *case.result())


def word(outcome):
    return "works" if outcome[0] == 0 else CODES.get(outcome[0], "error 0x%04x" % (outcome[0] & 0xFFFF))


def page(matrix):
    """docs/faults.md, with an outcome in each cell."""
    doc = "# Operations and faults\n\n" \
        "Written by `TAOS_WRITE_DOCS=1 python3 tests/suite.py --only pytest --door faults`: what each operation answered while\n" \
        "a proxy between library and server did this to the connection. Deadlines were 1.5 s, with one retry. In every cell the\n" \
        "call ended, rows were right, a write was there at most once (and once where it says `works`), and the next call worked.\n" \
        "Some outcomes depend on the moment.\n\n"
    doc += "".join("- **%s**: %s\n" % (name, FAULTS[name].__doc__.strip()) for name in FAULTS)
    for group in GROUPS:
        names = [name for g, name in operations() if g == group]
        doc += "\n## %s\n\n| fault | %s |\n|%s\n" % (group, " | ".join("`%s`" % name for name in names), " --- |" * (len(names) + 1))
        for fault in FAULTS:
            outcomes = matrix[fault, group].result()[0] if matrix else {}
            doc += "| %s | %s |\n" % (fault, " | ".join(word(outcomes[name]) if outcomes else "" for name in names))
    return doc


def frame(text):
    """The page without its outcomes: headings, columns, and the first cell of each row."""
    return [line if "`" in line or not line.startswith("|") else line.split("|")[1] for line in text.splitlines()]


@pytest.mark.sandbox_only
@pytest.mark.timeout(400)
def test_page(matrix):
    """docs/faults.md has every operation and every fault."""
    if os.environ.get("TAOS_WRITE_DOCS"):
        PAGE.write_text(page(matrix))
    assert frame(PAGE.read_text()) == frame(page(None)), "make it again: TAOS_WRITE_DOCS=1"
