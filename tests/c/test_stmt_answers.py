"""What statements answer, line by line as the native client did on a real server (`*.native.txt`)."""
import pytest

from support.cc import compile_c
from support.paths import TESTS
from support.programs import run
from support.servers import Sandbox

NATIVE = (TESTS / "c" / "stmt_answers.native.txt").read_text().splitlines()


def pairs(lines):
    """{text or first word of a line: what was printed of it}"""
    out, text = {}, None
    for line in lines:
        if line.startswith("["):
            text = line
        elif line.startswith("  "):
            out[text] = line.strip().split("; ")
        else:
            out[line.split()[0]] = [line]
    return out


@pytest.fixture(scope="module")
def printed(sandbox):
    return pairs(run(compile_c("c/stmt_answers.c"), *sandbox.args, "stmt_answers").out.splitlines())


@pytest.mark.parametrize("text", pairs(NATIVE))
def test_text(printed, text):
    assert printed[text] == pairs(NATIVE)[text]


def test_there_are_all_of_them(printed):
    assert list(printed) == list(pairs(NATIVE)) and sum(text.startswith("[") for text in printed) == 20


def test_results(new_endpoint):
    run(compile_c("c/stmt_results.c"), *new_endpoint.args, "stmt_results")


@pytest.mark.valgrind
def test_results_under_valgrind(sandbox):
    run(compile_c("c/stmt_results.c"), *sandbox.args, "stmt_results_slow", deadline=30, valgrind=True)


@pytest.mark.sandbox_only
@pytest.mark.parametrize("pose", ["3.4.0.1", "3.4.1.12", "3.4.1.13"])
def test_on_newer_servers(pose):
    """Which leave results to the client; the newest binds and executes in one exchange."""
    with Sandbox(pose=pose) as server:
        for program, more in (("stmt_results", []), ("stmt1", ["ms", 20]), ("stmt2", ["ms", 20])):
            run(compile_c("c/%s.c" % program), *server.endpoint().args, program, *more, deadline=60)


@pytest.mark.sandbox_only
@pytest.mark.parametrize("pose", ["3.1.1.15", "3.3.2.0"])
def test_results_by_version_1_actions(pose):
    with Sandbox(pose=pose) as server:
        run(compile_c("c/stmt_results.c"), *server.endpoint().args, "stmt_results", "old")
