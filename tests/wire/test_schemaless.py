"""Schemaless lines arrive as they were given, and whoever inserts learns what became of them, or that nobody knows."""
import re
from dataclasses import dataclass

import pytest

from support.cc import compile_c
from support.programs import run
from wire.scripted import CLOSE, TEXT, Adapter, Gone, ScriptedServer, frame

BROKEN, TIMEOUT, NOT_UNDERSTOOD = 0x80000018, 0x80000019, 0x80000115


class Schemaless(Adapter):
    """Takes schemaless lines and counts them. The first insert goes to `first`."""
    inserts = 0

    def on_insert(self, peer, req_id, args):
        self.inserts += 1
        if self.inserts == 1:
            self.first(peer, req_id, args)
        else:
            self.inserted(peer, req_id, args)

    def first(self, peer, req_id, args):
        self.inserted(peer, req_id, args)

    def inserted(self, peer, req_id, args, **keys):
        lines = args["data"].count("\n") + 1
        self.reply(peer, "insert", req_id, **{"affected_rows": lines, "total_rows": lines, **keys})


@dataclass
class Said:
    said: str
    code: int
    affected: int
    text: str


def insert(script, *lines, made=0, settings="", **options):
    """The first insert, the one after it, and the server."""
    with ScriptedServer(script) as server:
        target, port = ("ws://127.0.0.1:%d?%s" % (server.port, settings), 0) if settings else ("127.0.0.1", server.port)
        done = run(compile_c("wire/inserting.c"), target, port, made, *[line.hex() for line in lines], **options)
    found = re.findall(r"^\w+: (\w+) code=(0x\w+) affected=(-?\d+) text=(.*)$", done.out, re.M)
    first, after = [Said(said, int(code, 16), int(affected), text) for said, code, affected, text in found]
    assert (after.code, after.affected) == (0, 1), after
    return first, server


def requests(server):
    return [args for action, args in server.seen if action == "insert"]


def test_the_request():
    lines = [b"m,t=a v=1i 1", b's="quotes \\" and \t \x01\x7f"', "文字 \U0001f600 é=1".encode(), b"#odd v=1 2", b"# no row"]
    first, server = insert(Schemaless(), *lines)
    assert (first.said, first.code, first.affected, first.text) == ("result", 0, 5, "success")
    lines[3] = b" #odd v=1 2"  # a row, which in a text of lines would be a comment
    assert requests(server)[0] == {"req_id": 0x1234567890ABCDEF, "protocol": 1, "precision": "u", "ttl": 3, "table_name_key": "",
                                   "data": b"\n".join(lines).decode()}
    assert requests(server)[1]["precision"] == ""


@pytest.mark.parametrize("line", [b"m s=\"\xff\" 1", b"m s=\"\xed\xa0\x80\" 1", b"m s=\"\xe9t\xe9\" 1"])
def test_what_is_not_utf8_is_not_sent(line):
    first, server = insert(Schemaless(), b"m v=1 1", line)
    assert first.code == 0x80000118 and first.text == "Invalid parameters: line 2 is not UTF-8 from its byte 6 on"
    assert len(requests(server)) == 1


@pytest.mark.parametrize("goes", [False, True])
def test_another_character_set(goes):
    """What is not UTF-8 goes, as UTF-8, by a connection whose server was told of no other set, and into the same database."""
    script = Schemaless()
    if goes:
        script.first = Closes.first.__get__(script)
    first, server = insert(script, "m,t=电 v=1 1".encode("gbk"), settings="charset=GBK")
    assert (first.code, first.affected) == ((BROKEN, 0) if goes else (0, 1))
    assert [args["data"] for args in requests(server)] == ["m,t=电 v=1 1", "after v=1i 1700000000000"]
    logins = [args["db"] for args in server.actions("conn")]
    assert logins == ["some_db", "some_db"]
    actions = [action for action, _ in server.seen if action in ("conn", "options_connection", "insert")]
    assert actions == ["conn", "options_connection", "conn", "insert", "insert"]


class Closes(Schemaless):
    """Ends the TCP connection in place of an answer."""
    def first(self, peer, req_id, args):
        raise Gone


class Resets(Schemaless):
    """Resets the TCP connection in place of an answer."""
    def first(self, peer, req_id, args):
        peer.reset()


class SendsClose(Schemaless):
    """Sends an empty Close frame in place of an answer."""
    def first(self, peer, req_id, args):
        peer.send(CLOSE, b"")
        raise Gone


class HalfAnAnswer(Schemaless):
    """Ends the connection within the answer, which would have been a good one."""
    def first(self, peer, req_id, args):
        peer.raw(frame(TEXT, b'{"code":0,"action":"insert","req_id":1,"affected_rows":1}')[:20])
        raise Gone


class GoneInMidRequest(Schemaless):
    """Reads the first bytes of a long insert, and goes."""
    gone = False

    def message(self, peer, kind, data):
        super().message(peer, kind, data)
        if b'"conn"' in data and not self.gone:
            self.gone = True
            peer.read(1000)
            raise Gone


@pytest.mark.parametrize("script", [Closes, Resets, SendsClose, HalfAnAnswer], ids=lambda script: script.__doc__)
def test_the_server_goes(script):
    """The rows may be in, or not, and the caller is told so; they are not sent again. The next insert connects anew."""
    first, server = insert(script(), made=10)
    assert (first.said, first.code, first.affected) == ("result", BROKEN, 0)
    assert "may or may not have been executed" in first.text
    assert [args["data"].count("\n") + 1 for args in requests(server)] == [10, 1]
    assert server.accepted == 2


def test_the_server_goes_while_rows_are_sent():
    first, server = insert(GoneInMidRequest(), made=300_000, deadline=60)
    assert (first.said, first.code, first.affected) == ("result", BROKEN, 0)
    assert "may or may not have been executed" in first.text
    assert len(requests(server)) == 1


class Silent(Schemaless):
    """Takes the rows and says nothing, now or later."""
    def first(self, peer, req_id, args):
        pass


def test_no_answer_within_the_deadline():
    first, server = insert(Silent(), made=10, settings="read_timeout=1")
    assert (first.said, first.code, first.affected) == ("result", TIMEOUT, 0)
    assert first.text.endswith("the rows may or may not have been written")
    assert len(requests(server)) == 2


def answer(doc, **keys):
    class Answers(Schemaless):
        def first(self, peer, req_id, args):
            self.inserted(peer, req_id, args, **keys)
    Answers.__doc__ = doc
    return Answers


@pytest.mark.parametrize("script, code, affected, text", [
    (answer("The server's own error.", code=543, message="SML line invalid key:line", affected_rows=7), 0x8000021F, 0, "SML line invalid key:line"),
    (answer("An error without a text.", code=12290, message="success"), 0x80003002, 0, "Invalid data format"),
    (answer("No count.", affected_rows=None, total_rows=None), 0, 0, "success"),
    (answer("A count that no int holds.", affected_rows=2**40), 0, 2**31 - 1, "success"),
], ids=lambda value: getattr(value, "__doc__", None) if isinstance(value, type) else "")
def test_answers(script, code, affected, text):
    first, _ = insert(script(), made=10)
    assert (first.said, first.code, first.affected, first.text) == ("result", code, affected, text)


@pytest.mark.parametrize("script", [
    answer("A count that is a text.", affected_rows="ten"),
    answer("A code that is a list.", code=[]),
    answer("A result with rows, of an insert.", is_update=False, id=5, fields_count=1, fields_names=["a"], fields_types=[4], fields_lengths=[4]),
], ids=lambda script: script.__doc__)
def test_answers_that_make_no_sense(script):
    """The rows may be in all the same."""
    first, _ = insert(script(), made=10, settings="read_timeout=2")
    assert first.code in (NOT_UNDERSTOOD, TIMEOUT, BROKEN) and "may or may not" in first.text, first


@pytest.mark.valgrind
def test_under_valgrind():
    first, _ = insert(Closes(), made=100, valgrind=True)
    assert first.code == BROKEN
