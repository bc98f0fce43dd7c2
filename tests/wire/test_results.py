"""Results at their edges: long names, numbers that are none, accessors, and how far the library reads ahead."""
import math

import pytest

from support.cc import compile_c
from support.programs import run
from wire import behaviours as odd
from wire.asking import ask_script
from wire.block import SAMPLE, block, reply_of
from wire.scripted import Adapter, Answer, ScriptedServer
from wire.statements import RESULT, Statements


def serve(answer):
    return type("Serving", (Adapter,), {"answers": {"select": answer}})()


@pytest.mark.parametrize("name", ["x" * 64, "x" * 65, "x" * 300, "é" * 40, "", "tab\tand\nmore", "文字" * 11])
def test_column_names(name):
    """At most 64 bytes and a NUL; never a byte behind the field."""
    seen, _ = ask_script(serve(Answer(reply_of([(name, 4, 4), ("second", 4, 4)]), [block([(4, 4, [7]), (4, 4, [8])])])), sql="select")
    assert seen.rows == [("7", "8")]
    got = seen.fields[0]["name"].encode(errors="surrogateescape")
    whole = name.encode()
    assert whole.startswith(got) and min(len(whole), 61) <= len(got) <= 64  # a cut character may be left out
    assert seen.fields[1]["name"] == "second"


def test_numbers_that_are_none():
    """NaN and infinities as the C library prints them; %.6g and %.15g for the others."""
    doubles = [math.nan, math.inf, -math.inf, 1.0, 1e10, 0.1, -0.0, 1e100, 123456789.0123456789]
    floats = [math.nan, math.inf, -math.inf, 1.0, 1e10, 0.1, -0.0, 1e-30, 16777217.0]
    answer = Answer(reply_of([("d", 7, 8), ("f", 6, 4)]), [block([(7, 8, doubles), (6, 4, floats)])])
    seen, _ = ask_script(serve(answer), sql="select")
    assert [line.replace(b"-nan", b"nan") for line in seen.prints] == [
        b"nan nan", b"inf inf", b"-inf -inf", b"1 1", b"10000000000 1e+10", b"0.1 0.1", b"-0 -0", b"1e+100 1e-30", b"123456789.012346 1.67772e+07"]


def test_null_in_every_row_and_column():
    """9 rows, so that the null bitmap has a second byte."""
    rows = [None] * 9
    answer = Answer(reply_of([("a", 4, 4), ("b", 8, 10), ("c", 1, 1)]), [block([(4, 4, rows), (8, 12, rows), (1, 1, rows)])])
    for way in ("row", "block"):
        seen, _ = ask_script(serve(answer), sql="select", way=way)
        assert seen.rows == [(None, None, None)] * 9


def test_cells_may_lie_in_any_order_and_share_bytes():
    """Offsets need not grow, nor differ."""
    data = bytearray(block([(8, 12, ["first", "second", "third"])]))
    start = 28 + 5 + 4
    offsets = [int.from_bytes(data[start + 4 * i:start + 4 * i + 4], "little") for i in range(3)]
    for row, offset in enumerate((offsets[2], offsets[0], offsets[2])):
        data[start + 4 * row:start + 4 * row + 4] = offset.to_bytes(4, "little")
    for way in ("row", "block"):
        seen, _ = ask_script(serve(Answer(reply_of([("s", 8, 10)]), [bytes(data)])), sql="select", way=way)
        assert seen.rows == [("third",), ("first",), ("third",)]


def test_nchar_cells_that_share_bytes():
    """NCHAR is converted in place: what two rows share must come out right in both."""
    data = bytearray(block([(10, 42, ["naïve", "文字 😀"])]))
    start = 28 + 5 + 4
    data[start + 4:start + 8] = data[start:start + 4]
    for way in ("row", "block"):
        seen, _ = ask_script(serve(Answer(reply_of([("n", 10, 10)]), [bytes(data)])), sql="select", way=way)
        assert seen.rows == [("naïve",), ("naïve",)]


@pytest.mark.parametrize("valgrind", [False, pytest.param(True, marks=pytest.mark.valgrind)])
def test_accessors_move_nothing(valgrind):
    with ScriptedServer(odd.SmallBlocks()) as server:
        run(compile_c("wire/accessors.c"), "127.0.0.1", server.port, valgrind=valgrind)


def test_one_block_ahead():
    """A caller who wants one row gets it at the price of two blocks at most, and the server hears that it may free the rest."""
    class Large(Adapter):
        answers = {"select * from large": Answer(blocks=[SAMPLE] * 200)}

    with ScriptedServer(Large()) as server:
        run(compile_c("wire/one_row.c"), "127.0.0.1", server.port)
    actions = [action for action, _ in server.seen]
    assert actions.count("fetch_raw_block") <= 2
    assert actions.count("free_result") == 1


class Prepared(Statements):
    """A prepared query's result of three blocks, a row each."""
    blocks = [block([(9, 8, [at]), (4, 4, [at])]) for at in range(3)]

    def on_stmt2_result(self, peer, req_id, args):
        number = peer.server.next_result()
        peer.results[number] = list(self.blocks)
        self.reply(peer, "stmt2_result", req_id, stmt_id=args["stmt_id"], id=number, **RESULT)


@pytest.mark.parametrize("version, fetches", [("3.4.0.1", 2), ("3.4.0.0", 1), ("3.3.7.5", 1)])
def test_one_block_ahead_of_a_statement(version, fetches):
    """Where its result is independent of the statement; elsewhere closing that would leave the fetch without an answer."""
    script = Prepared()
    script.version = version
    with ScriptedServer(script) as server:
        run(compile_c("wire/ahead.c"), "127.0.0.1", server.port, 3)
        peer, = server.peers
        assert server.wait_until(lambda: not peer.results, 5), peer.results
    actions = [action for action, _ in server.seen]
    assert actions[:actions.index("binary_query")].count("fetch_raw_block") == fetches


@pytest.mark.parametrize("script", [odd.SmallBlocks, odd.SmallBlocksOld], ids=lambda script: script.__doc__)
def test_no_result_is_left_on_the_server(script):
    """However far it was read: what its reader frees, the server may free."""
    with ScriptedServer(script()) as server:
        run(compile_c("wire/unread.c"), "127.0.0.1", server.port)
        peer, = server.peers
        assert server.wait_until(lambda: not peer.results, 5), peer.results


def test_a_result_read_to_its_end_is_not_freed_again():
    """The server has freed it with the last reply."""
    _, server = ask_script(Adapter())
    assert "free_result" not in [action for action, _ in server.seen]
