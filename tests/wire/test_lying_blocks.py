"""Blocks that are cut off or lie about themselves: an error or a sane value for each cell, never a read outside."""
import json
import random
import struct

import pytest

from support.cc import compile_c
from support.paths import CONFORMANCE
from support.programs import run
from wire import behaviours as bad
from wire.asking import ask_script
from wire.block import SAMPLE, SAMPLE_REPLY, reply_of
from wire.scripted import Adapter, Answer, ScriptedServer

HEAD = 55  # bytes of a fetch reply before its block
SCHEMA, LENGTHS = 28, 28 + 5 * 4
DATA = LENGTHS + 4 * 4


def put(at, form, value):
    """The reply with one number of its block replaced."""
    def change(reply):
        reply = bytearray(reply)
        struct.pack_into(form, reply, HEAD + at, value)
        return bytes(reply)
    return change


def put_head(at, form, value):
    """The reply with one number of its own head replaced."""
    def change(reply):
        reply = bytearray(reply)
        struct.pack_into(form, reply, at, value)
        return bytes(reply)
    return change


def cut(keep):
    """The reply with its block cut to `keep` bytes; the lengths still claim the whole."""
    return lambda reply: reply[:HEAD + keep]


def cut_and_say_so(keep):
    """Cut, and the reply's block length agrees; the block's own total length does not."""
    return lambda reply: put_head(51, "<I", keep)(reply)[:HEAD + keep]


# Nothing of these can be believed.
LIES = {
    "total length too short": put(4, "<i", 100),
    "total length too long": put(4, "<i", 1 << 20),
    "negative total length": put(4, "<i", -1),
    "total length zero": put(4, "<i", 0),
    "a thousand million rows": put(8, "<i", 1 << 30),
    "most rows there can be": put(8, "<i", 0x7FFFFFFF),
    "negative rows": put(8, "<i", -3),
    "one row more": put(8, "<i", 4),
    "2^32 - 1 columns": put(12, "<I", 2**32 - 1),
    "most columns there can be": put(12, "<i", 0x7FFFFFFF),
    "no columns": put(12, "<i", 0),
    "more columns than asked": put(12, "<i", 5),
    "fewer columns than asked": put(12, "<i", 3),
    "a type nobody knows": put(SCHEMA + 5, "<B", 99),
    "another type than the reply's": put(SCHEMA + 5, "<B", 8),
    "a column longer than the block": put(LENGTHS + 4, "<i", 1 << 24),
    "a column of negative length": put(LENGTHS + 8, "<i", -7),
    "a column of most bytes": put(LENGTHS + 12, "<i", 0x7FFFFFFF),
    "a fixed column too short": put(LENGTHS, "<i", 8),
    "cut after the head": cut(28),
    "cut in the head": cut(9),
    "cut in the schema": cut(35),
    "cut in the data": cut(120),
    "the last byte missing": cut(len(SAMPLE) - 1),
    "nothing": cut(0),
    "cut to the head, and says so": cut_and_say_so(28),
    "cut in the data, and says so": cut_and_say_so(120),
    "empty, and says so": cut_and_say_so(0),
    "a longer block than was sent": put_head(51, "<I", 1 << 20),
    "a block of 2^32 - 1 bytes": put_head(51, "<I", 2**32 - 1),
    "a message of 2^32 - 1 bytes": put_head(38, "<I", 2**32 - 1),
}
# One cell of these cannot be believed; the others can.
S_OFFSETS = DATA + (1 + 24) + (1 + 12)
N_OFFSETS = S_OFFSETS + 12 + 7
CELLS = {
    "an offset behind the column": put(S_OFFSETS, "<i", 4000),
    "an offset at the column's end": put(S_OFFSETS, "<i", 7),
    "an offset on the last byte": put(S_OFFSETS, "<i", 6),
    "an offset of most bytes": put(S_OFFSETS, "<i", 0x7FFFFFFF),
    "an offset of -2": put(S_OFFSETS, "<i", -2),
    "the least offset": put(S_OFFSETS, "<i", -(1 << 31)),
    "a cell longer than its column": put(S_OFFSETS + 12, "<H", 60000),
    "a cell one byte too long": put(S_OFFSETS + 12, "<H", 6),
    "an nchar cell longer than its column": put(N_OFFSETS + 12, "<H", 65532),
    "an nchar cell of five bytes": put(N_OFFSETS + 12, "<H", 5),
    "an nchar cell of no character": put(N_OFFSETS + 14, "<I", 0xD800),
    "an nchar cell beyond Unicode": put(N_OFFSETS + 14, "<I", 0xFFFFFFFF),
}


def lying(change):
    return bad.block_reply("A block that lies.", change)()


@pytest.mark.parametrize("way", ["row", "block", "raw"])
@pytest.mark.parametrize("lie", LIES)
def test_blocks_that_lie(lie, way):
    """An error of the fetch; none of the block's rows is handed out."""
    seen, _ = ask_script(lying(LIES[lie]), way=way, settings="connect_timeout=5&read_timeout=3")
    assert seen.query.code == 0
    assert seen.end.code & 0x80000000 and seen.end.text not in ("", "success"), seen.end
    assert not seen.rows and not seen.raw


@pytest.mark.parametrize("way", ["row", "block"])
@pytest.mark.parametrize("lie", CELLS)
def test_cells_that_lie(lie, way):
    """An error of the fetch; or that one cell is what the library makes of it, and all others are right."""
    seen, _ = ask_script(lying(CELLS[lie]), way=way)
    if seen.end.code == 0:
        assert [row[:2] for row in seen.rows] == [("1700000000000", "10"), ("1700000001000", None), ("1700000002000", "-1")]
        assert seen.rows[1][2:] == (None, None)
    else:
        assert seen.end.code & 0x80000000 and seen.end.text not in ("", "success")


@pytest.mark.valgrind
@pytest.mark.parametrize("lie", ["a thousand million rows", "2^32 - 1 columns", "a column of most bytes", "cut in the data, and says so", "one row more"])
def test_lies_under_valgrind(lie):
    seen, _ = ask_script(lying(LIES[lie]), settings="connect_timeout=20&read_timeout=20", valgrind=True)
    assert seen.end.code


class Mutants(Adapter):
    """Answers `mutant N` with a recorded block in which chance, seeded by N, has changed some bytes."""
    recorded = CONFORMANCE / "fixtures" / "blocks"

    def __init__(self):
        self.sources = []
        for name in ("all_types", "blob", "json_tag", "bitmap_19_rows", "decimal_math", "tags"):
            about = json.loads((self.recorded / (name + ".json")).read_text())
            self.sources.append((dict(about["reply"], affected_rows=0), (self.recorded / (name + ".bin")).read_bytes()))
        self.sources.append((dict(SAMPLE_REPLY), SAMPLE))
        self.sources.append((reply_of([("t%d" % i, 9, 8) for i in range(4)]), SAMPLE))

    def answer(self, sql):
        if not sql.startswith("mutant "):
            return super().answer(sql)
        chance = random.Random(int(sql.split()[1]))
        reply, data = chance.choice(self.sources)
        data = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            at = chance.randrange(len(data)) if chance.random() < 0.5 else chance.randrange(min(len(data), 28 + 9 * reply["fields_count"]))
            data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        if chance.random() < 0.1:
            del data[chance.randrange(len(data)):]
        return Answer(reply, [bytes(data)])


def mutants(count, program=None, **options):
    with ScriptedServer(Mutants()) as server:
        done = run(program or compile_c("wire/mutants.c"), "127.0.0.1", server.port, count, **options)
    assert "asked %d" % count in done.out, done.out
    return done


def test_mutants():
    """Two thousand damaged blocks, read by row, by block and raw: the process lives to read the undamaged one."""
    done = mutants(2000, deadline=120)
    assert "sample rows: 3" in done.out


@pytest.mark.valgrind
def test_mutants_under_valgrind():
    """Every byte that is read for a caller is inside the block."""
    mutants(150, deadline=60, valgrind=True)
