"""Servers that fail under a prepared statement: the caller learns it, and whether rows may have been written; the next statement works."""
import struct

import pytest

from support.cc import compile_c
from support.programs import run
from wire.scripted import BINARY, TEXT, Gone, ScriptedServer, frame, hang
from wire.statements import FIELDS, RESULT, Statements

INSERT, SELECT = "insert into t values (?, ?)", "select ts, v from t where ts = ? and v = ?"
FINE = ["init: 0x00000000", "prepare: 0x00000000", "bind: 0x00000000", "exec: 0x00000000", "close: 0x00000000"]
UNSURE = "; the execution had no answer; the rows may or may not have been written"


class Sick(Statements):
    """Is ill once: in the first statement, at one step."""
    def __init__(self, step, illness):
        super().__init__()
        self.step, self.illness, self.ill = step, illness, True

    def falls_ill(self, step, peer, req_id):
        if self.ill and step == self.step:
            self.ill = False
            self.illness(peer, req_id)
            return True

    def bind(self, peer, req_id, stmt):
        self.falls_ill("bind", peer, req_id) or super().bind(peer, req_id, stmt)


for step in ("init", "prepare", "exec", "result"):
    def on_step(self, peer, req_id, args, step=step):
        self.falls_ill(step, peer, req_id) or getattr(Statements, "on_stmt2_" + step)(self, peer, req_id, args)
    setattr(Sick, "on_stmt2_" + step, on_step)


def closes(peer, req_id):
    raise Gone


def resets(peer, req_id):
    peer.reset()


def half(peer, req_id):
    peer.raw(frame(TEXT, b'{"code":0,"message":""' + b" " * 100)[:60])
    raise Gone


def silent(peer, req_id):
    hang()


def silent_once(peer, req_id):
    """This request is not answered, others are."""


def told(script, version, sql=INSERT, settings="", **options):
    """What was said before and after `again`: {step: (code, text)} each."""
    with ScriptedServer(script) as server:
        target = ("ws://127.0.0.1:%d?%s" % (server.port, settings), 0) if settings else ("127.0.0.1", server.port)
        lines = run(compile_c("wire/stmt.c"), *target, version, sql, **options).out.splitlines()
    at = lines.index("again")
    return [{step: (int(code, 16), text) for step, code, text in (line.replace(": ", " ", 1).split(" ", 2) for line in part)} for part in (lines[:at], lines[at + 1:])], lines[at + 1:]


def is_well(again):
    assert [line[:len(want)] for line, want in zip(again, FINE)] == FINE and len(again) == len(FINE), again


VERSIONS = ["1", "2", "async"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("step", ["init", "prepare", "bind", "exec"])
@pytest.mark.parametrize("illness", [closes, resets, half], ids=lambda f: f.__name__)
def test_connection_lost(version, step, illness):
    (first, _), again = told(Sick(step, illness), version)
    check_lost(first, version, step)
    is_well(again)


def check_lost(first, version, step):
    """What was said of a statement whose connection was lost by a step."""
    if step == "exec":
        code, text = first["exec"]
        assert code & 0x80000000, "success was claimed"
        assert UNSURE in text or version == "async", first  # a callback is told the code; the text is the statement's
    else:  # nothing is lost with it: the statement is made, prepared and bound anew
        assert not any(code for code, _ in first.values()), first


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("step", ["prepare", "bind", "exec"])
@pytest.mark.parametrize("illness", [silent, silent_once], ids=lambda f: f.__name__)
def test_no_answer(version, step, illness):
    """The deadline ends the wait. With a server that is silent for good, the next statement has a deadline too."""
    (first, second), again = told(Sick(step, illness), version, settings="read_timeout=1")
    assert any("read_timeout" in text and "may or may not" in text for _, text in first.values()), first
    assert first["exec"][0] & 0x80000000
    if illness is silent_once:
        is_well(again)
    else:
        assert all(code for name, (code, _) in second.items() if name == "exec")


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("step", ["result"])
def test_result_lost(version, step):
    (first, _), again = told(Sick(step, closes), version, SELECT)
    assert first["exec"][0] == 0 and first["result"][0] & 0x80000000
    assert "the result was lost with the connection; bind and execute again" in first["result"][1]
    is_well(again)


def replying(**keys):
    """Answers with these keys."""
    def illness(peer, req_id):
        peer.text({"code": 0, "message": "", "action": "", "req_id": req_id, "timing": 1, "stmt_id": 1, **keys})
    return illness


def field(**keys):
    return {**FIELDS[1], **keys}


LIES = {
    "init: no id": ("init", replying(stmt_id=None)),
    "init: an id of another kind": ("init", replying(stmt_id="one")),
    "init: a negative id": ("init", replying(stmt_id=-1)),
    "prepare: more fields than ?": ("prepare", replying(is_insert=True, fields=[FIELDS[0]] * 5000, fields_count=5000)),
    "prepare: fewer fields than ?": ("prepare", replying(is_insert=True, fields=[FIELDS[0]], fields_count=1)),
    "prepare: no fields": ("prepare", replying(is_insert=True, fields=[], fields_count=2)),
    "prepare: fields that are no list": ("prepare", replying(is_insert=True, fields=7, fields_count=2)),
    "prepare: an insert, it says": ("prepare", replying(is_insert="yes", fields=FIELDS, fields_count=2)),
    "prepare: a query, it says": ("prepare", replying(is_insert=False, fields=None, fields_count=2**40)),
    "prepare: minus one fields": ("prepare", replying(is_insert=False, fields=None, fields_count=-1)),
    "prepare: absurd bytes": ("prepare", replying(is_insert=True, fields=[FIELDS[0], field(bytes=-2**31)], fields_count=2)),
    "prepare: bytes beyond an int": ("prepare", replying(is_insert=True, fields=[FIELDS[0], field(bytes=2**60)], fields_count=2)),
    "prepare: text in place of v": ("prepare", replying(is_insert=True, fields=[FIELDS[0], field(field_type=8, bytes=-5)], fields_count=2)),
    "prepare: a type nobody knows": ("prepare", replying(is_insert=True, fields=[FIELDS[0], field(field_type=250)], fields_count=2)),
    "prepare: a type beyond a byte": ("prepare", replying(is_insert=True, fields=[FIELDS[0], field(field_type=1000)], fields_count=2)),
    "prepare: a name of 5000 bytes": ("prepare", replying(is_insert=True, fields=[FIELDS[0], field(name="v" * 5000)], fields_count=2)),
    "prepare: all tags": ("prepare", replying(is_insert=True, fields=[field(bind_type=2), field(bind_type=2)], fields_count=2)),
    "prepare: all names": ("prepare", replying(is_insert=True, fields=[field(bind_type=4), field(bind_type=4)], fields_count=2)),
    "bind: a list": ("bind", lambda peer, req_id: peer.text("[%d]" % req_id)),
    "bind: noise": ("bind", lambda peer, req_id: peer.raw(frame(BINARY, b"\xff" * 40))),
    "exec: rows of another kind": ("exec", replying(affected="many")),
    "exec: minus rows": ("exec", replying(affected=-(2**63))),
    "exec: too many rows": ("exec", replying(affected=2**63 - 1)),
    "exec: nothing but a code": ("exec", lambda peer, req_id: peer.text({"code": 9731, "req_id": req_id})),
}


def is_survived(script, version):
    """An error or not, but no crash and no hang; where it is an error it says something, and the next statement works."""
    (first, _), again = told(script, version, settings="read_timeout=2")
    for code, text in first.values():
        assert code == 0 or code & 0x80000000 and text and text != "success", first
    is_well(again)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", LIES)
def test_lies(name, version):
    is_survived(Sick(*LIES[name]), version)


@pytest.mark.valgrind
@pytest.mark.parametrize("name", ["prepare: more fields than ?", "prepare: text in place of v", "prepare: all tags", "exec: minus rows"])
def test_lies_under_valgrind(name):
    step, illness = LIES[name]
    told(Sick(step, illness), "2", settings="read_timeout=20", deadline=30, valgrind=True)


RESULTS = {
    "no columns": dict(RESULT, fields_count=0, fields_names=[], fields_types=[], fields_lengths=[]),
    "a thousand million columns": dict(RESULT, fields_count=10**9),
    "absurd lengths": dict(RESULT, fields_lengths=[2**62, -2**62]),
    "types nobody knows": dict(RESULT, fields_types=[200, 255]),
    "types of another kind": dict(RESULT, fields_types="ts"),
    "no id": {key: value for key, value in RESULT.items() if key != "id"},
}


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("name", RESULTS)
def test_lies_about_a_result(name, version):
    (first, _), again = told(Sick("result", replying(**RESULTS[name])), version, SELECT)
    code, text = first["result"]
    assert code == 0 or code & 0x80000000 and text, first
    is_well(again)
