"""What statements answer, line by line as the native client did on a real server (`*.native.txt`)."""
import pytest

from support.cc import compile_c
from support.paths import TESTS
from support.programs import run

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
