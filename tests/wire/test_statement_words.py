"""What is wrong with the text of a version 1 statement is said in version 1's words: the server is asked for them when it has refused the text
by version 2's messages, and only then."""
import pytest

from support.cc import compile_c
from support.programs import run
from wire.scripted import Gone, ScriptedServer
from wire.statements import Statements

GOOD, BAD = "insert into t values (?, ?)", "insert into t (ts, zz) values (?, ?)"
BY_VERSION_2 = "0x80002602 Invalid column name: zz"


class Refusing(Statements):
    """Refuses a bad text by both versions, each in its own words."""
    ask = "stmt_num_params"

    def on_stmt2_prepare(self, peer, req_id, args):
        if args["sql"] == BAD and args["get_fields"]:
            self.refuse(peer, "stmt2_prepare", req_id, 0x2602, "Invalid column name: zz")
        else:
            super().on_stmt2_prepare(peer, req_id, args)

    def on_init(self, peer, req_id, args):
        self.last += 1
        self.reply(peer, "init", req_id, stmt_id=self.last)

    def on_prepare(self, peer, req_id, args):
        self.reply(peer, "prepare", req_id, stmt_id=args["stmt_id"], is_insert=True)

    def on_stmt_num_params(self, peer, req_id, args):
        self.refuse(peer, "stmt_num_params", req_id, 0x2602, "Invalid column name")

    def on_close(self, peer, req_id, args):
        """Not answered."""


class WithoutVersion1(Refusing):
    def on_init(self, peer, req_id, args):
        self.unknown(peer, req_id, args)


class WithoutTheQuestion(Refusing):
    def on_stmt_num_params(self, peer, req_id, args):
        self.unknown(peer, req_id, args)


class ContentWithIt(Refusing):
    def on_stmt_num_params(self, peer, req_id, args):
        self.reply(peer, "stmt_num_params", req_id, stmt_id=args["stmt_id"], num_params=2)


class SaysNothing(Refusing):
    def on_stmt_num_params(self, peer, req_id, args):
        self.refuse(peer, "stmt_num_params", req_id, 0x2602, "success")


class Goes(Refusing):
    def on_stmt_num_params(self, peer, req_id, args):
        raise Gone


def told(script, sql):
    """What the bind said, and which actions of version 1 were asked."""
    with ScriptedServer(script) as server:
        lines = run(compile_c("wire/stmt.c"), "127.0.0.1", server.port, "1", sql).out.splitlines()
        asked = [action for action, _ in server.seen if action in ("init", "prepare", "stmt_num_params", "get_tag_fields", "get_col_fields", "close")]
    assert "again" in lines and lines[-2].startswith("exec: 0x00000000"), lines
    return next(line for line in lines if line.startswith("bind: ")).split(" ", 1)[1], asked


def test_of_a_good_text_nothing_is_asked():
    assert told(Refusing(), GOOD) == ("0x00000000 success", [])


@pytest.mark.parametrize("script, words", [
    (Refusing, "0x80002602 Invalid column name"), (SaysNothing, "0x80002602 Invalid column name"), (ContentWithIt, BY_VERSION_2), (WithoutTheQuestion, BY_VERSION_2)])
def test_a_refused_text(script, words):
    said, asked = told(script(), BAD)
    assert (said, asked) == (words, ["init", "prepare", "stmt_num_params", "close"])


def test_no_version_1():
    assert told(WithoutVersion1(), BAD) == (BY_VERSION_2, ["init"])


def test_the_server_goes_meanwhile():
    """What it said before counts; the next statement works."""
    assert told(Goes(), BAD)[0] == BY_VERSION_2
