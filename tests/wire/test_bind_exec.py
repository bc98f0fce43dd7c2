"""A bind and its execution in one message, where the server has it: what is sent, and that a program sees no difference."""
import struct

import pytest

from support.cc import compile_c
from support.programs import run
from support.servers import Sandbox
from wire.scripted import BINARY, ScriptedServer
from wire.statements import Statements

BIND, BIND_EXEC = 9, 11


def items(data, count):
    """The (type, rows) of each of `count` items that stand one behind the other, and nothing else."""
    out = []
    for _ in range(count):
        size, kind, rows = struct.unpack_from("<Iii", data)
        out.append((kind, rows))
        data = data[size:]
    assert not data
    return out


class Server(Statements):
    """Counts the rows that are bound, and refuses those of another type, as the real one does. `steps` keeps what came, in order."""
    knows_it = True
    version = "3.4.1.13"

    def __init__(self):
        super().__init__()
        self.steps, self.rows = [], 0

    def message(self, peer, kind, data):
        action = struct.unpack_from("<Q", data, 16)[0] if kind == BINARY else None
        if action not in (BIND, BIND_EXEC):
            return super().message(peer, kind, data)
        req_id, stmt, _ = struct.unpack_from("<QQQ", data)
        if action == BIND:
            total, tables, tags, columns, names_at, tags_at, columns_at = struct.unpack_from("<7I", data, 30)
            assert (total, tables, tags, names_at, tags_at, columns_at) == (len(data) - 30, 1, 0, 0, 0, 28)
            got = items(data[30 + 28 + 4:], columns)
            self.steps.append("bind")
            if [kind for kind, _ in got] != [9, 4]:
                return self.refuse(peer, "stmt2_bind", req_id, 0x0200, "Invalid operation")
            self.rows += got[0][1]
            return self.reply(peer, "stmt2_bind", req_id, stmt_id=stmt)
        if not self.knows_it:
            self.steps.append("unknown")
            return self.refuse(peer, "unknown", req_id, 65535, "unknown binary action 11")
        if len(data) < 26 + 20:
            self.steps.append("question")
            return self.refuse(peer, "stmt2_bind_exec", req_id, 65535, "data length is less than 20")
        version, total, rows, tables, columns, at = struct.unpack_from("<HIIIII", data, 24)
        assert (version, total, tables, at) == (1, len(data) - 26, 1, 20)
        assert items(data[46:], columns) == [(9, rows), (4, rows)]
        self.steps.append("both")
        self.executed(peer, "stmt2_bind_exec", req_id, stmt, rows)

    def executed(self, peer, action, req_id, stmt, rows):
        self.reply(peer, action, req_id, stmt_id=stmt, affected=rows)

    def on_stmt2_prepare(self, peer, req_id, args):
        self.rows = 0
        super().on_stmt2_prepare(peer, req_id, args)

    def on_stmt2_exec(self, peer, req_id, args):
        self.steps.append("exec")
        rows, self.rows = self.rows, 0
        self.reply(peer, "stmt2_exec", req_id, stmt_id=args["stmt_id"], affected=rows)


class Without(Server):
    """A build of that version before the action was there."""
    knows_it = False


class Older(Without):
    version = "3.4.1.11"


SAID = ["first: 2", "second: 2", "columns: 2", "two binds: 3", "with a NULL: 2", "another type: 0x80000200", "another statement: 2", "async: 2"]
OLD = ["bind", "exec"]
# The two binds and the NULL; the other type; the statement that is closed sends nothing where its bind waits.
PLAIN = OLD * 3 + ["bind", "bind", "exec"] + OLD + ["bind"] + OLD + ["bind", "bind"] + OLD
TOGETHER = ["question", "both", "both", "both", "bind", "bind", "exec", "bind", "exec", "bind", "both", "both"]


@pytest.mark.parametrize("script, steps", [(Server, TOGETHER), (Without, ["unknown"] + PLAIN), (Older, PLAIN)], ids=["there", "missing", "older"])
def test_in_one_message_where_it_is_known(script, steps):
    """Asked once for a connection, and not at all of older servers."""
    script = script()
    with ScriptedServer(script) as server:
        out = run(compile_c("wire/bind_exec.c"), "127.0.0.1", server.port).out
    assert out.splitlines() == SAID
    assert script.steps == steps


@pytest.mark.valgrind
def test_in_one_message_under_valgrind():
    with ScriptedServer(Server()) as server:
        run(compile_c("wire/bind_exec.c"), "127.0.0.1", server.port, valgrind=True)


@pytest.mark.parametrize("version", ["1", "2", "async"])
def test_a_refusal_is_the_executions(version):
    class Refuses(Server):
        def executed(self, peer, action, req_id, stmt, rows):
            if self.steps.count("both") == 1:
                self.refuse(peer, action, req_id, 0x0388, "Database not exist")
            else:
                super().executed(peer, action, req_id, stmt, rows)

    with ScriptedServer(Refuses()) as server:
        out = run(compile_c("wire/stmt.c"), "127.0.0.1", server.port, version, "insert into t values (?, ?)").out.splitlines()
    assert "bind: 0x00000000 success" in out and "exec: 0x80000388 Database not exist" in out
    assert not [line for line in out[out.index("again"):] if ": 0x8" in line]


@pytest.mark.parametrize("version", ["1", "2", "async"])
def test_without_an_answer(version):
    """The rows may have been written, so they are not sent again."""
    class Gone(Server):
        def executed(self, peer, action, req_id, stmt, rows):
            if self.steps.count("both") == 1:
                peer.reset()
            else:
                super().executed(peer, action, req_id, stmt, rows)

    script = Gone()
    with ScriptedServer(script) as server:
        out = run(compile_c("wire/stmt.c"), "127.0.0.1", server.port, version, "insert into t values (?, ?)").out.splitlines()
    said = next(line for line in out if line.startswith("exec: "))
    assert "0x80000018" in said and "may or may not have been written" in said
    again = out.index("again")
    assert script.steps.count("both") == 1 + sum(line.startswith("exec: ") for line in out[again:])


def test_of_the_sandbox():
    """It knows the action from the same version on, and writes what was bound."""
    for pose in ("3.4.1.12", "3.4.1.13"):
        with Sandbox(pose=pose) as server:
            where = server.endpoint().args
            for sql in ("create database bind_exec", "create table bind_exec.t (ts timestamp, v int)"):
                run(compile_c("c/run_sql.c"), *where, sql)
            out = run(compile_c("wire/bind_exec.c"), "ws://%s:%s/bind_exec" % tuple(where), 0).out.splitlines()
            # The same two rows again and again, and a NULL.
            assert out[:5] == SAID[:5] and out[6:] == SAID[6:], out
            assert out[5].startswith("another type: 0x8")
