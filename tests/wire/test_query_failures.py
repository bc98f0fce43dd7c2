"""Servers that fail while a statement runs or its rows are fetched: never a wrong or missing row without an error."""
import pytest

from wire import behaviours as bad
from wire.asking import ask_script
from wire.block import SAMPLE, SAMPLE_ROWS
from wire.scripted import BINARY, TEXT, Adapter, frame

QUICK = "connect_timeout=5&read_timeout=2"

LOST = [bad.ClosesOnQuery, bad.ResetsOnQuery, bad.CloseFrameOnQuery, bad.HalfReply]
LOST_IN_FETCH = [bad.ClosesInMidBlock, bad.CloseFrameInMidBlock]
SILENT = [bad.NeverAnswers, bad.StallsInMidBlock, bad.NeverSendsBlock]

REPLIES = [
    bad.query_reply("Nulls for all arrays of a result.", fields_names=None, fields_types=None, fields_lengths=None),
    bad.query_reply("Arrays shorter than their count.", fields_names=["ts"], fields_types=[9], fields_lengths=[8]),
    bad.query_reply("Types of another kind.", fields_types=["timestamp", "int", "varchar", "nchar"]),
    bad.query_reply("Types nobody knows.", fields_types=[9, 99, -1, 300]),
    bad.query_reply("No id.", id=bad.REMOVED),
    bad.query_reply("A negative id.", id=-5),
]

# The count says what the arrays say as well: an error, or the arrays' rows.
COUNTS = [
    bad.query_reply("Four thousand million columns.", fields_count=2**32),
    bad.query_reply("Minus one columns.", fields_count=-1),
    bad.query_reply("A count of another kind.", fields_count="four"),
    bad.query_reply("No count.", fields_count=bad.REMOVED),
]

FRAMES = [
    bad.raw_frame("A masked frame.", frame(TEXT, b"hello", mask=b"\1\2\3\4")),
    bad.raw_frame("Reserved bits.", frame(TEXT, b"hello", reserved=7)),
    bad.raw_frame("An unknown opcode.", frame(5, b"hello")),
    bad.raw_frame("A control frame of 300 bytes.", frame(9, b"x" * 300)),
    bad.raw_frame("A fragmented ping.", frame(9, b"x", fin=False)),
    bad.raw_frame("A continuation of nothing.", frame(0, b"hello")),
    bad.raw_frame("A frame of 2^63 bytes.", b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff" + b"x" * 100),
    bad.raw_frame("A frame of 2^40 bytes.", b"\x82\x7f\x00\x00\x01\x00\x00\x00\x00\x00" + b"x" * 100),
    bad.raw_frame("Noise.", bad.garbage(4000)),
    bad.raw_frame("Text that is not UTF-8.", frame(TEXT, b"\xff\xfe{}")),
    bad.raw_frame("An empty binary message.", frame(BINARY, b"")),
    bad.raw_frame("A binary message of nine bytes.", frame(BINARY, b"\xff" * 9)),
    bad.raw_frame("A close frame of one byte.", frame(8, b"\1")),
]


def failed(seen):
    """The failure is one of ours or the server's: a code with the top bit, and a text that says something."""
    failure = seen.failure
    assert failure, "no error: %s" % seen
    assert failure.code & 0x80000000 and failure.text and failure.text != "success", failure
    return failure


@pytest.mark.parametrize("way", ["row", "async-row"])
@pytest.mark.parametrize("script", LOST, ids=lambda script: script.__doc__)
def test_connection_lost_in_query(script, way):
    seen, server = ask_script(script(), sql="insert into t values (1, 2)", way=way)
    assert seen.query.code and not seen.rows
    failed(seen)
    assert len(server.statements()) == 1, "a statement that may have run was sent again"


@pytest.mark.parametrize("way", ["row", "async-row"])
@pytest.mark.parametrize("script", LOST, ids=lambda script: script.__doc__)
def test_a_read_is_repeated_once(script, way):
    seen, server = ask_script(script(), sql="select * from t", way=way)
    assert seen.query.code and not seen.rows
    failed(seen)
    assert server.statements() == [b"select * from t"] * 2


@pytest.mark.parametrize("way", ["row", "async-row", "async-block"])
def test_a_read_that_loses_its_connection_is_answered_by_the_next(way):
    class Once(bad.ClosesOnQuery):
        def query(self, peer, req_id, sql, action):
            if len(peer.server.statements()) == 1:
                super().query(peer, req_id, sql, action)
            Adapter.query(self, peer, req_id, sql, action)

    seen, server = ask_script(Once(), sql="select * from t", way=way)
    assert seen.rows == SAMPLE_ROWS and server.statements() == [b"select * from t"] * 2


@pytest.mark.parametrize("way", ["row", "block", "block_s", "raw"])
@pytest.mark.parametrize("script", LOST_IN_FETCH, ids=lambda script: script.__doc__)
def test_connection_lost_in_fetch(script, way):
    """A result that breaks off is an error, not the end of the data."""
    seen, _ = ask_script(script(), way=way)
    assert seen.query.code == 0 and seen.end.code and not seen.rows and not seen.raw
    failed(seen)


@pytest.mark.parametrize("way", ["row", "block", "raw"])
def test_connection_lost_between_blocks(way):
    """The rows that came are handed out; then comes the error."""
    seen, _ = ask_script(bad.ClosesAfterFirstBlock(), sql="select two blocks", way=way)
    assert seen.rows == SAMPLE_ROWS if way != "raw" else seen.raw == [SAMPLE]
    assert seen.end.code
    failed(seen)


@pytest.mark.parametrize("script", SILENT, ids=lambda script: script.__doc__)
def test_no_answer_within_the_deadline(script):
    seen, _ = ask_script(script(), settings=QUICK)
    failed(seen)
    assert seen.query.ms < 10000 and (not seen.end or seen.end.ms < 10000)


@pytest.mark.parametrize("script, code, text", [
    (bad.SqlError, 0x80002603, "Table does not exist"),
    (bad.SqlErrorSuccess, 0x8000022A, "Stmt API usage error"),
    (bad.SqlErrorNoText, 0x80000388, "Database not exist"),
    (bad.SqlErrorBareCode, 0x80000388, "Database not exist"),
], ids=lambda value: getattr(value, "__doc__", None))
def test_the_servers_own_error(script, code, text):
    """The server's code and text; where it has no text, or "success", the native client's text of that code."""
    seen, _ = ask_script(script())
    assert (seen.query.said, seen.query.code, seen.query.text) == ("result", code, text)


@pytest.mark.parametrize("way", ["row", "block", "block_s", "raw"])
@pytest.mark.parametrize("script, code, text", [
    (bad.FetchError, 0x80000389, "Invalid database name, at last"),
    (bad.FetchErrorSuccess, 0x80000388, "Database not exist"),
], ids=lambda value: getattr(value, "__doc__", None))
def test_the_servers_own_error_in_fetch(script, code, text, way):
    seen, _ = ask_script(script(), way=way)
    assert (seen.query.code, seen.end.code, seen.end.text) == (0, code, text)


@pytest.mark.parametrize("script", [bad.FetchErrorAsText, bad.FetchFine], ids=lambda script: script.__doc__)
def test_text_where_a_block_is_due(script):
    seen, _ = ask_script(script(), settings=QUICK)
    assert seen.query.code == 0 and seen.end.code and not seen.rows
    failed(seen)
    assert seen.end.ms < 10000


@pytest.mark.parametrize("script", REPLIES, ids=lambda script: script.__doc__)
def test_replies_that_make_no_sense(script):
    seen, _ = ask_script(script(), settings=QUICK)
    failed(seen)
    assert not seen.rows


@pytest.mark.parametrize("script", COUNTS, ids=lambda script: script.__doc__)
def test_counts_that_make_no_sense(script):
    seen, _ = ask_script(script(), settings=QUICK)
    if seen.rows:
        assert seen.rows == SAMPLE_ROWS and seen.end.code == 0
    else:
        failed(seen)


@pytest.mark.parametrize("script", FRAMES, ids=lambda script: script.__doc__)
def test_frames_that_make_no_sense(script):
    seen, _ = ask_script(script(), settings=QUICK)
    assert seen.query.code
    failed(seen)
    assert seen.query.ms < 10000


@pytest.mark.valgrind
@pytest.mark.parametrize("script", [bad.ClosesOnQuery, bad.ClosesInMidBlock, bad.CloseFrameInMidBlock, bad.SqlError, bad.FetchError, bad.NeverSendsBlock,
                                    *REPLIES[:3], *FRAMES[6:12]], ids=lambda script: script.__doc__)
def test_under_valgrind(script):
    seen, _ = ask_script(script(), settings=QUICK, valgrind=True)
    failed(seen)


class Refuses(Adapter):
    """Refuses every statement: by rule, or because too many SELECTs are under way."""

    def __init__(self, code, message):
        self.code, self.words = code, message

    def query(self, peer, req_id, sql, action):
        self.refuse(peer, action, req_id, self.code, self.words)


@pytest.mark.parametrize("way", ["row", "async-row"])
@pytest.mark.parametrize("sql", ["select * from t", "show databases"])
@pytest.mark.parametrize("code, words", [(0xfffd, "reject sql"), (0xfffe, "[0xfffe] request wait queue is full, please try again later"), (0xfffe, "[0xfffe] request wait timeout, please try again later")])
def test_what_the_adapter_itself_refuses_is_not_asked_again(code, words, sql, way):
    """Even of a read: the answer would be the same, and asking again is what the limit is against."""
    seen, server = ask_script(Refuses(code, words), sql=sql, way=way)
    assert (seen.query.code, seen.query.text) == (0x80000000 | code, words)
    assert server.statements() == [sql.encode()]
