"""What a program in another character set than UTF-8 writes: the server is told of the set, and gets the bytes as they are."""
import pytest

from support.cc import compile_c
from support.programs import run
from wire.scripted import Adapter, ScriptedServer
from wire.statements import FIELDS, Statements


def url(server, name):
    return "ws://127.0.0.1:%d?charset=%s" % (server.port, name)


@pytest.mark.parametrize("name, text", [("GBK", "插入".encode("gbk")), ("UTF-16LE", "\u4e01\u4141".encode("utf-16-le")), ("ISO-8859-1", b"\x80\xe9")])
def test_statements(name, text):
    with ScriptedServer(Adapter()) as server:
        run(compile_c("wire/sending.c"), url(server, name), 0, 60 + len(text), text.hex())
    assert [args["options"] for args in server.actions("options_connection")] == [[{"option": 0, "value": name}]]
    sent = [sql for sql in server.statements() if b"insert" in sql]
    assert len(sent) == 2 and all(b"'" + text in sql for sql in sent)


class Named(Statements):
    """One `?` is the table, the next an NCHAR."""
    def on_stmt2_prepare(self, peer, req_id, args):
        fields = [dict(FIELDS[0], name="tbname", field_type=8, bytes=194, bind_type=4), FIELDS[0], dict(FIELDS[1], name="n", field_type=10, bytes=42)]
        self.inserts[args["stmt_id"]] = True
        self.reply(peer, "stmt2_prepare", req_id, stmt_id=args["stmt_id"], is_insert=True, fields=fields, fields_count=3)


@pytest.mark.parametrize("name, text", [("GBK", "电气".encode("gbk")), ("UTF-16LE", "电气".encode("utf-16-le")), ("UCS-4LE", "a😀".encode("utf-32-le"))])
def test_binds(name, text):
    table, script = "表".encode("gbk"), Named()
    lines = ["S insert into ? values (?, ?)", "B -1 1 0 2", "N " + table.hex(), "I 9 1", "V 0100000000000000", "I 10 1", "V " + text.hex()]
    with ScriptedServer(script) as server:
        said = run(compile_c("wire/binding.c"), url(server, name), 0, stdin="\n".join(lines) + "\n").out.splitlines()
    assert [line.split()[1] for line in said] == ["0x00000000"] * 3, said
    bind, = script.binds
    assert table + b"\0" in bind and bind.endswith(text)


def test_a_prepared_text_that_a_message_cannot_carry():
    with ScriptedServer(Statements()) as server:
        text = "S insert into 表 values (?, ?)\n".encode("gbk").decode("latin1")
        said = run(compile_c("wire/binding.c"), url(server, "GBK"), 0, stdin=text.encode("latin1").decode(errors="surrogateescape"))
    first = said.out.splitlines()[0]
    assert first.startswith("prepare: 0x80000118 Invalid parameters: the statement is not UTF-8")
    assert first.endswith("bind what is in another character set")
    assert not server.actions("stmt2_prepare")


@pytest.mark.parametrize("version", ["1", "2", "async"])
def test_a_prepared_text_that_is_not_utf8_is_answered_by_each_call(version):
    """With the reason, until the next text: Java's driver does not look at what preparing answers."""
    with ScriptedServer(Statements()) as server:
        out = run(compile_c("wire/stmt.c"), "127.0.0.1", server.port, version, "insert into \udcff values (?, ?)").out.splitlines()
        assert len(server.actions("stmt2_prepare")) == 1, "the statement of another text"
    said = dict(line.split(": ", 1) for line in out[:out.index("again")])
    for step in ("prepare", "bind", "exec"):
        assert said[step].startswith("0x80000118 Invalid parameters: the statement is not UTF-8"), said
