"""Prepared statements on servers before 3.3.3.0: what goes over the wire, and servers that fail at any of the many steps."""
import importlib.util
import json
import struct

import pytest

from support.cc import compile_c
from support.paths import CONFORMANCE
from support.programs import run
from wire.scripted import ScriptedServer
from wire.statements import FIELDS, OldStatements
from wire.test_statement_failures import FINE, INSERT, SELECT, VERSIONS, check_lost, closes, half, is_survived, is_well, replying, resets, silent, silent_once, told

# The recordings' reader of messages; its module has the name of this folder.
spec = importlib.util.spec_from_file_location("recorded_wire", CONFORMANCE / "replay" / "wire.py")
recorded_wire = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recorded_wire)
FIXTURES = CONFORMANCE / "fixtures" / "stmt2"
T0 = 1700000000000


def described(sql, bind, column=-1):
    """A decoded bind of version 2 in the words of binding.c."""
    tables = bind["tables"]
    lines = ["S " + sql, "B %d %d %d %d" % (column, len(tables), len(tables[0]["tags"]), len(tables[0]["cols"]))]
    for table in tables:
        lines.append("N " + (table["name"].encode().hex() if table["name"] else "-"))
        for item in table["tags"] + table["cols"]:
            lines.append("I %d %d" % (item["type"], len(item["v"])))
            lines += ["V " + ("-" if value is None else "=" if value == "none" else value or ".") for value in item["v"]]
    return "\n".join(lines) + "\n"


def sent(script, text):
    """What binding.c says, and what the server was asked, the look-up's own statement apart."""
    with ScriptedServer(script) as server:
        said = run(compile_c("wire/binding.c"), "127.0.0.1", server.port, stdin=text).out.splitlines()
        server.read_to_the_end()
    return said, [(action, what) for stmt, action, what in script.steps if stmt == 1], [(action, what) for stmt, action, what in script.steps if stmt != 1]


def fixture(name):
    recording = json.loads((FIXTURES / (name + ".json")).read_text())
    return recording, recorded_wire.decode_bind((FIXTURES / (name + ".bin")).read_bytes()[30:])


def fields_of(recording, kind):
    return [{key: value for key, value in field.items() if key != "bind_type"} for field in recording["prepare_reply"]["fields"] or [] if field["bind_type"] == kind]


def cells(block, items):
    """The values of a block, as the bind's items have them, after a look at its head and schema."""
    decoded = recorded_wire.decode_block(block)
    version, total, rows, columns, flag, group = struct.unpack_from("<iiiiIQ", block)
    assert (version, total, rows, columns, flag, group) == (1, len(block), len(items[0]["v"]), len(items), 0x80000000, 0)
    assert decoded["types"] == [item["type"] for item in items]
    return decoded["cols"]


@pytest.mark.parametrize("name", ["all_types", "json_tag", "plain_table", "using_two_tables", "table_name_only", "qualified_name"])
def test_recorded_values(name):
    """What a real server took as version 2 goes as version 1, value by value; decimals, which these servers have not, left out."""
    recording, bind = fixture(name)
    script, sql = OldStatements(), recording["sql"]
    decimals = [i for i, item in enumerate(bind["tables"][0]["cols"]) if item["type"] in (17, 21)]
    for table in bind["tables"]:
        table["cols"] = [item for i, item in enumerate(table["cols"]) if i not in decimals]
    sql = sql[:len(sql) - 2 * len(decimals) - 1] + ")" if decimals else sql
    of_table = json.loads((FIXTURES / "plain_table.json").read_text())
    source = recording if recording.get("prepare_reply", {}).get("fields") else of_table
    script.tags = fields_of(source, 2)
    script.columns = [field for i, field in enumerate(fields_of(source, 1)) if i not in decimals]
    said, steps, _ = sent(script, described(sql, bind))
    assert said == ["prepare: 0x00000000 success", "bind: 0x00000000 success", "exec: 0x00000000 affected=1"]
    expected, rest = [("init", None), ("prepare", sql)], iter(steps[2:])
    assert steps[:2] == expected
    for table in bind["tables"]:
        if "?" in sql.split("(")[0]:
            assert next(rest) == ("set_table_name", table["name"])
        if table["tags"]:
            action, block = next(rest)
            assert action == "set_tags" and cells(block, table["tags"]) == [item["v"] for item in table["tags"]]
        action, block = next(rest)
        assert action == "bind" and cells(block, table["cols"]) == [item["v"] for item in table["cols"]]
        assert next(rest) == ("add_batch", None)
    assert list(rest) == [("exec", None), ("close", None)]


@pytest.mark.parametrize("name, said_by, since", [("blob", "bind", "3.3.7.0"), ("tbname_column", "prepare", "3.3.3.0"), ("all_types", "bind", "3.3.6.0")])
def test_what_needs_a_newer_server(name, said_by, since):
    recording, bind = fixture(name)
    script = OldStatements()
    script.tags, script.columns = fields_of(recording, 2), fields_of(recording, 1)
    said, steps, _ = sent(script, described(recording["sql"], bind))
    refused = next(line for line in said if line.startswith(said_by + ": 0x8"))
    assert refused.startswith(said_by + ": 0x80000100") and "needs a server from %s; this one is 3.3.2.0" % since in refused
    assert "bind" not in [action for action, _ in steps] and said[-1].startswith("exec: 0x8")


REFUSED = {
    "bad_row_mismatch": 512, "bad_too_long": 9811, "bad_type": 512,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_server_would_not_survive(name):
    """It reads blocks by the types of its own columns, without a look at their schema."""
    recording, bind = fixture(name)
    script = OldStatements()
    script.columns = fields_of(recording, 1)
    said, steps, _ = sent(script, described(recording["sql"], bind))
    # The server's words, and then which column.
    assert said[1].startswith("bind: 0x%08x %s (column " % (0x80000000 | REFUSED[name], recording["bind_reply"]["message"])), said[1]
    assert [action for action, _ in steps] == ["init", "prepare", "close"]


@pytest.mark.parametrize("name", ["query_int", "query_string", "query_two_ts"])
def test_queries(name):
    """Timestamps go as the numbers that they are; the other values by their own types."""
    recording, bind = fixture(name)
    said, steps, others = sent(OldStatements(), described(recording["sql"], bind))
    assert said == ["prepare: 0x00000000 success", "bind: 0x00000000 success", "exec: 0x00000000 affected=0", "fields: 2"]
    assert [action for action, _ in steps] == ["init", "prepare", "stmt_num_params", "bind", "add_batch", "exec", "use_result", "close"] and others == []
    items = [dict(item, type=5 if item["type"] == 9 else item["type"]) for item in bind["tables"][0]["cols"]]
    assert cells(steps[3][1], items) == [item["v"] for item in items]


def one_row(*tables, **keys):
    return {"tables": [dict({"name": name, "tags": [], "cols": [{"type": 9, "v": [struct.pack("<q", T0).hex()]}, {"type": 4, "v": ["05000000"]}]}, **keys) for name in tables]}


def test_the_bytes_of_a_bind():
    _, steps, _ = sent(OldStatements(), described(INSERT, one_row(None)))
    assert dict(steps)["bind"].hex() == ("01000000" "3d000000" "01000000" "02000000" "00000080" "0000000000000000" "0908000000" "0404000000" "08000000" "04000000"
                                         "00" "0068e5cf8b010000" "00" "05000000" "00")


def test_who_is_asked_for_the_columns():
    """A statement of its own, once for all tables of a super table, once for each table otherwise; what was bound stays as it was."""
    script = OldStatements()
    script.tags = [dict(FIELDS[1], name="g")]
    tags = {"tags": [{"type": 4, "v": ["07000000"]}]}
    _, steps, others = sent(script, described("insert into ? using st tags (?) values (?, ?)", one_row("d1", "d2", "d1", **tags)))
    assert [action for action, _ in others] == ["init", "prepare", "set_table_name", "get_tag_fields", "get_col_fields", "close"]
    assert [what for action, what in steps if action == "set_table_name"] == ["d1", "d2", "d1"]

    class ByTable(OldStatements):
        """Has no table of the name that stands for any."""
        def on_set_table_name(self, peer, req_id, args):
            if args["name"] in ("d1", "d2"):
                return super().on_set_table_name(peer, req_id, args)
            self.refuse(peer, "set_table_name", req_id, 9731, "Table does not exist")

    said, steps, others = sent(ByTable(), described("insert into ? values (?, ?)", one_row("d1", "d2", "d1")))
    assert said[1:] == ["bind: 0x00000000 success", "exec: 0x00000000 affected=1"]
    assert [action for action, _ in others] == ["init", "prepare", "close", "init", "prepare"] + ["set_table_name", "get_col_fields"] * 2 + ["close"]
    said, _, _ = sent(ByTable(), described("insert into ? values (?, ?)", one_row("d1", "absent")))
    assert said[1] == "bind: 0x80002603 Table does not exist"
    said, _, _ = sent(ByTable(), described("insert into ? values (?, ?)", one_row(None)))
    assert said[1].startswith("bind: 0x8000022b")


def columns_one_by_one(*orders):
    lines = ["S " + INSERT]
    for column, value in orders:
        kind = (9, 4)[column]
        lines += ["B %d 1 0 1" % column, "N -", "I %d 1" % kind, "V " + value]
    return "\n".join(lines) + "\n"


FIRST, SECOND = (0, struct.pack("<q", T0).hex()), (1, "05000000")


def test_columns_one_by_one():
    """They wait here for the last one."""
    said, steps, _ = sent(OldStatements(), columns_one_by_one(FIRST, SECOND, (0, struct.pack("<q", T0 + 1).hex()), SECOND))
    assert said == ["prepare: 0x00000000 success"] + ["bind: 0x00000000 success"] * 4 + ["exec: 0x00000000 affected=1"]
    assert [action for action, _ in steps] == ["init", "prepare"] + ["bind", "add_batch"] * 2 + ["exec", "close"]
    for wrong in ([SECOND], [FIRST], [FIRST, FIRST], [FIRST, SECOND, SECOND], [FIRST, SECOND, FIRST]):
        said, _, _ = sent(OldStatements(), columns_one_by_one(*wrong))
        assert said[-1].startswith("exec: 0x8000022a"), (wrong, said)


# ---- constants among the ?: the server is given a value for each column

def column(name, kind, width, precision=0):
    return {"name": name, "field_type": kind, "precision": precision, "scale": 0, "bytes": width}


TS, V, S, N = column("ts", 9, 8), column("v", 4, 4), column("s", 8, 12), column("n", 10, 42)


def item(kind, *values):
    return {"type": kind, "v": [None if value is None else value.hex() for value in values]}


def int32(number):
    return struct.pack("<i", number)


def int64(number):
    return struct.pack("<q", number)


TIMES = item(9, int64(T0), int64(T0 + 1))


def with_columns(*columns):
    script = OldStatements()
    script.columns = list(columns)
    return script


@pytest.mark.parametrize("values, columns, bound, sent_as", [
    ("(?, 3, ?)", [TS, V, S], [TIMES, item(8, b"a", None)], [TIMES, item(4, int32(3), int32(3)), item(8, b"a", None)]),
    ("(?, -7,'it''s' , ?) ;", [TS, V, S, N], [TIMES, item(10, b"a", b"b")], [TIMES, item(4, int32(-7), int32(-7)), item(8, b"it's", b"it's"), item(10, b"a", b"b")]),
    ("(?, NULL, null)", [TS, V, S], [TIMES], [TIMES, item(4, None, None), item(8, None, None)]),
    ("(%d, ?)" % T0, [TS, V], [item(4, int32(1))], [item(9, int64(T0)), item(4, int32(1))]),
    ("(?, true, 1.5, -2e3, 18446744073709551615)", [TS, column("b", 1, 1), column("f", 6, 4), column("d", 7, 8), column("u", 14, 8)], [TIMES],
     [TIMES, item(1, b"\1", b"\1"), item(6, *[struct.pack("<f", 1.5)] * 2), item(7, *[struct.pack("<d", -2000)] * 2), item(14, *[b"\xff" * 8] * 2)]),
])
def test_constants_among_the_marks(values, columns, bound, sent_as):
    for table, name in (("t", None), ("?", "d1")):
        said, steps, _ = sent(with_columns(*columns), described("insert into %s values %s" % (table, values), {"tables": [{"name": name, "tags": [], "cols": bound}]}))
        assert said == ["prepare: 0x00000000 success", "bind: 0x00000000 success", "exec: 0x00000000 affected=1"]
        actions = [action for action, _ in steps]
        assert actions == ["init", "prepare"] + ["set_table_name"] * (table == "?") + ["bind", "add_batch", "exec", "close"]
        assert steps[1][1].count("?") == len(columns) + (table == "?")
        assert cells(dict(steps)["bind"], sent_as) == [item["v"] for item in sent_as]


def test_constants_with_columns_one_by_one():
    one = "S insert into t values (?, 3, ?)\nB 0 1 0 1\nN -\nI 9 1\nV %s\nB 1 1 0 1\nN -\nI 8 1\nV 61\n" % int64(T0).hex()
    said, steps, _ = sent(with_columns(TS, V, S), one)
    assert said[1:] == ["bind: 0x00000000 success"] * 2 + ["exec: 0x00000000 affected=1"]
    items = [item(9, int64(T0)), item(4, int32(3)), item(8, b"a")]
    assert cells(dict(steps)["bind"], items) == [item["v"] for item in items]


@pytest.mark.parametrize("constant, kind", [("now()", 9), ("'2023-11-14 22:13:20'", 9), ("1 + 1", 4), ("'3'", 4), ("3.5", 4), ("2147483648", 4), ("3", 8), ("'a\\n'", 8), ("'x'", 16)])
def test_constants_that_the_server_would_have_to_read(constant, kind):
    """These are not guessed: the program is told what to write."""
    script = with_columns(TS, column("x", kind, 12 if kind in (8, 16) else 8 if kind == 9 else 4))
    said, steps, _ = sent(script, described("insert into t values (?, %s)" % constant, {"tables": [{"name": None, "tags": [], "cols": [TIMES]}]}))
    assert said[0].startswith("prepare: 0x80000100 ") and constant + " among the ? of VALUES" in said[0] and "write ? and bind the value (column 2 of 2, `x` " in said[0], said
    assert "bind" not in [action for action, _ in steps]


@pytest.mark.parametrize("columns, bound, code", [([TS, V, S, N], [TIMES, item(8, b"a", b"b")], 0x80000115), ([TS, V], [TIMES, item(8, b"a", b"b")], 0x80000115),
                                                 ([TS, V, column("s", 8, 4)], [TIMES, item(8, b"abc", b"b")], 0x80002653)])
def test_constants_and_other_columns(columns, bound, code):
    said, steps, _ = sent(with_columns(*columns), described("insert into t values (?, 3, ?)", {"tables": [{"name": None, "tags": [], "cols": bound}]}))
    assert "0x%08x" % code in " ".join(said), said
    assert "bind" not in [action for action, _ in steps]


# ---- servers that fail

class Sick(OldStatements):
    """Is ill once, at one step of the first statement, or at its look-up."""
    def __init__(self, sick_action, illness):
        super().__init__()
        self.sick_action, self.illness, self.ill = sick_action, illness, True

    def step(self, peer, action, req_id, stmt, what=None, **keys):
        if self.ill and action == self.sick_action:
            self.ill = False
            return self.illness(peer, req_id)
        super().step(peer, action, req_id, stmt, what, **keys)


INSERT_STEPS = ["init", "prepare", "get_col_fields", "bind", "add_batch", "exec"]


def failure_of(first):
    return next(((step, code, text) for step, (code, text) in first.items() if code), None)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("step", INSERT_STEPS)
@pytest.mark.parametrize("illness", [closes, resets, half], ids=lambda f: f.__name__)
def test_connection_lost(version, step, illness):
    (first, _), again = told(Sick(step, illness), version)
    check_lost(first, version, step)
    is_well(again)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("step, illness", [(step, silent_once) for step in INSERT_STEPS[1:]] + [("add_batch", silent)])
def test_no_answer(version, step, illness):
    (first, second), again = told(Sick(step, illness), version, settings="read_timeout=1")
    assert any("read_timeout" in text for _, text in first.values()), first
    assert first["exec"][0] & 0x80000000
    if illness is silent_once:
        is_well(again)


def refuses(peer, req_id):
    peer.text({"code": 9811, "message": "Value too long for column/tag", "action": "", "req_id": req_id, "timing": 1})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("step", INSERT_STEPS)
def test_refused(version, step):
    """Each step may be refused; the server's words arrive, and what was not written is not said to be."""
    (first, _), again = told(Sick(step, refuses), version)
    is_well(again)
    if step == "get_col_fields" and version != "1":  # as for a table that the bind names: it is asked again
        assert failure_of(first) is None
        return
    where, code, text = failure_of(first)
    assert (code, text) == (0x80002653, "Value too long for column/tag") or version == "async" and where == "exec", first
    assert step == "init" or first["exec"][0] & 0x80000000


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("step", ["stmt_num_params", "bind", "add_batch", "exec", "use_result"])
@pytest.mark.parametrize("illness", [closes, refuses], ids=lambda f: f.__name__)
def test_query_fails(version, step, illness):
    (first, _), again = told(Sick(step, illness), version, SELECT)
    failure = failure_of(first)
    if illness is refuses:
        assert failure and failure[2], first
    elif step in ("exec", "use_result"):
        assert failure and failure[2].count("; bind and execute again") == 1, first
    else:  # it is prepared and bound anew
        assert failure is None, first
    is_well(again)


def field(**keys):
    return {**FIELDS[1], **keys}


LIES = {
    "no id": ("init", replying(stmt_id=None)),
    "a negative id": ("init", replying(stmt_id=-1)),
    "more columns than ?": ("get_col_fields", replying(fields=[FIELDS[0]] * 5000)),
    "fewer columns than ?": ("get_col_fields", replying(fields=[FIELDS[0]])),
    "no columns": ("get_col_fields", replying(fields=None)),
    "columns that are no list": ("get_col_fields", replying(fields=7)),
    "absurd bytes": ("get_col_fields", replying(fields=[FIELDS[0], field(bytes=-2**31)])),
    "text in place of a number": ("get_col_fields", replying(fields=[FIELDS[0], field(field_type=8, bytes=-5)])),
    "a type nobody knows": ("get_col_fields", replying(fields=[FIELDS[0], field(field_type=250)])),
    "a blob in place of a number": ("get_col_fields", replying(fields=[FIELDS[0], field(field_type=18)])),
    "a list": ("bind", lambda peer, req_id: peer.text("[%d]" % req_id)),
    "minus rows": ("exec", replying(affected=-(2**63))),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", LIES)
def test_lies(name, version):
    is_survived(Sick(*LIES[name]), version)


@pytest.mark.valgrind
@pytest.mark.parametrize("name", ["more columns than ?", "fewer columns than ?", "text in place of a number", "a blob in place of a number"])
def test_lies_under_valgrind(name):
    told(Sick(*LIES[name]), "2", settings="read_timeout=20", deadline=30, valgrind=True)


@pytest.mark.parametrize("version", ["1", "2"])
def test_another_number_of_parameters(version):
    """Fewer values than the server wants would end it."""
    (first, _), again = told(Sick("stmt_num_params", replying(num_params=3)), version, SELECT)
    assert failure_of(first)[1] == 0x80000115 and "3 ? of a query with 2" in failure_of(first)[2]
    is_well(again)


# ---- before 3.1.1.15

class OwnPath(OldStatements):
    """Has inserts on a path of their own, and answers there what it knows only."""
    version = "3.0.7.0"

    def welcome(self, peer, key):
        if peer.server.paths[-1] == "/ws":
            return peer.raw(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        super().welcome(peer, key)

    def on_version(self, peer, req_id, args):
        peer.text({"code": 0, "message": "", "action": "version", "version": self.version})

    def on_conn(self, peer, req_id, args):
        self.reply(peer, "conn", req_id)

    def on_prepare(self, peer, req_id, args):
        self.texts[args["stmt_id"]] = args["sql"].lower()
        self.step(peer, "prepare", req_id, args["stmt_id"], args["sql"])  # does not say whether it is an insert


@pytest.mark.parametrize("version", VERSIONS)
def test_a_path_of_their_own(version):
    script = OwnPath()
    with ScriptedServer(script) as server:
        lines = run(compile_c("wire/stmt.c"), "127.0.0.1", server.port, version, INSERT).out.splitlines()
        assert server.paths == ["/ws", "/rest/ws", "/rest/stmt", "/rest/stmt"]  # one for each statement
    at = lines.index("again")
    is_well(lines[:at])
    is_well(lines[at + 1:])
    assert [action for _, action, _ in script.steps if action in ("bind", "add_batch", "exec")] == ["bind", "add_batch", "exec"] * 2


@pytest.mark.parametrize("version", ["1", "2"])
def test_no_queries_there(version):
    script = OwnPath()
    with ScriptedServer(script) as server:
        lines = run(compile_c("wire/stmt.c"), "127.0.0.1", server.port, version, SELECT).out.splitlines()
    assert "a prepared query needs a server from 3.1.1.15; this one is 3.0.7.0" in lines[1]
    assert all(action != "prepare" or what == INSERT for _, action, what in script.steps)  # it was not asked
