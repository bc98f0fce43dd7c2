"""What servers may do, though no one expects it: the rows are the rows all the same."""
import pytest

from wire import behaviours as odd
from wire.asking import ask_script
from wire.block import SAMPLE, SAMPLE_ROWS
from wire.scripted import OldAdapter

SCRIPTS = [odd.Late, odd.Fragmented, odd.Dripped, odd.EmptyFragments, odd.Duplicated, odd.Strays, odd.ExtraKeys, odd.Pings, odd.NoPrecisions, odd.NoVersionInConn, OldAdapter]


@pytest.mark.parametrize("way", ["row", "block", "raw"])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__doc__)
def test_rows(script, way):
    seen, server = ask_script(script(), way=way)
    assert seen.failure is None, seen.failure
    if way == "raw":
        assert seen.raw == [SAMPLE]
    else:
        assert seen.rows == SAMPLE_ROWS
    assert server.unmasked == 0, "a client must mask its frames"
    assert len(server.statements()) == 1


@pytest.mark.parametrize("script", [odd.Duplicated, odd.Strays, odd.ExtraKeys, odd.NullsForUpdate, OldAdapter], ids=lambda script: script.__doc__)
def test_updates(script):
    seen, _ = ask_script(script(), sql="insert into t values (now, 1)")
    assert seen.failure is None
    assert seen.shape == {"count": 0, "precision": 0, "update": 1, "affected": 1}


@pytest.mark.parametrize("way", ["row", "block", "block_s"])
def test_one_row_per_block(way):
    seen, _ = ask_script(odd.SmallBlocks(), sql="select * from many", way=way)
    assert seen.rows == SAMPLE_ROWS
    assert way == "row" or seen.blocks == [1, 1, 1]


@pytest.mark.valgrind
@pytest.mark.parametrize("script", [odd.Fragmented, odd.Duplicated, odd.Strays, odd.ExtraKeys, OldAdapter], ids=lambda script: script.__doc__)
def test_under_valgrind(script):
    seen, _ = ask_script(script(), valgrind=True)
    assert seen.rows == SAMPLE_ROWS
