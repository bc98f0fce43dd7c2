"""Every recorded block, through the C ABI: the bytes a real server sent, the cells the native client made of them."""
import hashlib
import json
import select
import struct
import time

import pytest

from support.paths import CONFORMANCE
from wire.asking import ask_script
from wire.behaviours import Dripped, Fragmented
from wire.scripted import Adapter, Answer, OldAdapter

FILES = sorted((CONFORMANCE / "fixtures" / "blocks").glob("*.json"))
DECIMALS = (17, 21)
VARIABLE = (8, 10, 15, 16, 18, 19, 20)


class Recorded:
    """One file of fixtures/blocks."""

    def __init__(self, path):
        self.about = json.loads(path.read_text())
        data = path.with_suffix(".bin").read_bytes()
        self.blocks = [data[piece["offset"]:piece["offset"] + piece["length"]] for piece in self.about["blocks"]]
        self.fields = self.about["native_fields"]
        self.answer = Answer(dict(self.about["reply"], affected_rows=0), self.blocks)

    def check_rows(self, rows):
        if "rows" in self.about:
            assert rows == [tuple(row) for row in self.about["rows"]]
            return
        assert len(rows) == self.about["row_count"]
        assert rows[:5] == [tuple(row) for row in self.about["rows_head"]]
        assert rows[-5:] == [tuple(row) for row in self.about["rows_tail"]]
        text = "\n".join("\t".join("N" if cell is None else cell for cell in row) for row in rows)
        assert hashlib.sha256(text.encode()).hexdigest() == self.about["rows_sha256"]


def serving(script, recorded):
    return type("Serving" + script.__name__, (script,), {"answers": {recorded.about["sql"]: recorded.answer}})()


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def recorded(request):
    return Recorded(request.param)


def cell_length(field, cell):
    """taos_fetch_lengths of a cell: 0 for NULL, 64 for a decimal's text, bytes of a text, the type's size otherwise."""
    if cell is None:
        return 0
    if field["type"] in DECIMALS:
        return 64
    if field["type"] in VARIABLE:
        return (len(cell) - 2) // 2 if field["type"] in (16, 18, 19, 20) else len(cell.encode())
    return field["bytes"]


def printed(field, cell):
    """A cell as taos_print_row writes it."""
    if cell is None:
        return b"NULL"
    if field["type"] == 6:
        return ("%.6g" % struct.unpack("<f", struct.pack("<f", float(cell)))).encode()
    if field["type"] == 7:
        return ("%.15g" % float(cell)).encode()
    if field["type"] in (16, 18, 19):
        return b"\\x" + cell[2:].upper().encode()
    if field["type"] == 20:
        return bytes.fromhex(cell[2:])
    return b"" if field["type"] == 15 else cell.encode()


def test_row_by_row(recorded):
    """taos_fetch_row, taos_fetch_lengths, taos_print_row and both kinds of fields, as the native client has them."""
    seen, _ = ask_script(serving(Adapter, recorded), sql=recorded.about["sql"])
    assert seen.query.code == 0 and seen.end.code == 0
    assert seen.fields == recorded.fields
    assert seen.shape["precision"] == recorded.about["reply"]["precision"] and seen.shape["update"] == 0
    recorded.check_rows(seen.rows)
    assert seen.lengths == [[cell_length(*pair) for pair in zip(recorded.fields, row)] for row in seen.rows]
    assert seen.prints == [b" ".join(printed(*pair) for pair in zip(recorded.fields, row)) for row in seen.rows]


@pytest.mark.parametrize("way", ["block", "block_s"])
def test_block_by_block(recorded, way):
    """taos_fetch_block(_s): NCHAR as UTF-8 and decimals as text, one call per block of the server."""
    seen, _ = ask_script(serving(Adapter, recorded), sql=recorded.about["sql"], way=way)
    assert seen.end.code == 0
    assert seen.blocks == [piece["rows"] for piece in recorded.about["blocks"]]
    recorded.check_rows(seen.rows)


def test_raw(recorded):
    """taos_fetch_raw_block hands out the server's bytes."""
    seen, _ = ask_script(serving(Adapter, recorded), sql=recorded.about["sql"], way="raw")
    assert seen.end.code == 0
    assert seen.raw == recorded.blocks


@pytest.mark.parametrize("way", ["row", "raw"])
def test_from_an_old_server(recorded, way):
    """The same blocks by JSON `query`, `fetch` and `fetch_block`, from a server that has no other way."""
    seen, server = ask_script(serving(OldAdapter, recorded), sql=recorded.about["sql"], way=way)
    assert seen.end.code == 0
    if way == "row":
        recorded.check_rows(seen.rows)
    else:
        assert seen.raw == recorded.blocks
    assert {action for action, _ in server.seen} & {"query", "fetch"} == {"query", "fetch"}


@pytest.mark.parametrize("script", [Fragmented, Dripped])
def test_in_pieces(recorded, script):
    """However a block is cut into frames and segments."""
    seen, _ = ask_script(serving(script, recorded), sql=recorded.about["sql"], deadline=60)
    assert seen.end.code == 0
    recorded.check_rows(seen.rows)


def test_one_fetch_at_a_time():
    """A result is never asked for a block while another one of it is on its way: the server would answer in any order."""
    recorded = Recorded(next(path for path in FILES if path.stem == "multi_block"))
    overlaps = []

    class Slow(Adapter):
        answers = {recorded.about["sql"]: recorded.answer}

        def fetch(self, peer, req_id, number):
            time.sleep(0.2)
            readable, _, _ = select.select([peer.sock], [], [], 0)
            overlaps.extend(readable)
            super().fetch(peer, req_id, number)

    seen, server = ask_script(Slow(), sql=recorded.about["sql"])
    assert len(seen.rows) == 10000
    assert not overlaps, "something was sent while a fetch was not answered"
    assert [action for action, _ in server.seen].count("fetch_raw_block") == len(recorded.blocks) + 1
