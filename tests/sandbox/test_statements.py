"""Version 1 statements: recorded sessions again, each request answered as the real server did; what the older paths and versions have of it."""
import base64
import json
import struct
import zlib

import pytest

from support.paths import CONFORMANCE
from support.servers import Sandbox

from .adapter import Session, refclient, rows

CASSETTES = CONFORMANCE / "replay" / "cassettes"
ACTIONS = {"init", "prepare", "set_table_name", "set_tags", "bind", "add_batch", "exec", "close", "get_tag_fields", "get_col_fields", "use_result", "stmt_num_params",
           "stmt_get_param"}
BINARY = {"set_tags": 1, "bind": 2}
T0 = 1700000000000


def told_by(line, action, number, payload=None, **args):
    """A reply without what is different each time; close has none."""
    if payload is not None:
        told = line.binary(BINARY[action], payload, number, action)
    elif action == "close":
        return line.send(action, stmt_id=number)
    else:
        told = line.call(action, **({"stmt_id": number} if number else {}), **args)
    return {key: value for key, value in told.items() if key not in ("req_id", "timing", "action")}


def comparable(reply):
    """Errors by their code: not every text is the recorded one."""
    return {key: value for key, value in reply.items() if not (reply["code"] and key == "message")}


@pytest.mark.parametrize("name, answers", [("05_stmt", 140), ("py/stmt1", 9)])
def test_recorded_sessions(port, closing, name, answers):
    recording = json.loads((CASSETTES / (name + ".json")).read_text())
    data = [zlib.decompress(base64.b64decode(blob)) for blob in recording["blobs"]]
    lines, numbers, compared = {}, {}, 0
    for x in recording["x"]:
        action, want = x["a"], x.get("rep", {})
        if action == "conn":
            lines[x["c"]] = closing(Session(port, x["db"]))
        elif action == "query":
            told, blocks = lines[x["c"]].query(x["sql"])
            assert told["code"] == want.get("code", 0), x["sql"]
            if "blocks" in x and "init" in {y["a"] for y in recording["x"] if y["c"] == x["c"]}:
                assert [row for block in blocks for row in rows(block)] == [row for n in x["blocks"] for row in rows(data[n])], x["sql"]
        elif action in ACTIONS:
            told = told_by(lines[x["c"]], action, numbers.get(x["s"]), data[x["data"]] if x.get("bin") else None, **x.get("args", {}))
            if action == "close":
                continue
            number = told.pop("stmt_id")
            assert number == numbers.setdefault(x["s"], number)
            result = told.pop("result_id", None)
            assert comparable(told) == comparable(want), x
            if result:
                blocks, error = lines[x["c"]].fetch(result)
                assert error is None and [rows(block) for block in blocks] == [rows(data[n]) for n in x["blocks"]]
            compared += 1
    assert compared > answers


@pytest.fixture
def table(session, db):
    session.run("create database %s" % db, "use %s" % db, "create stable st(ts timestamp, v int, s nchar(4)) tags(g int, l varchar(8), j timestamp)",
                "create table t(ts timestamp, v int, u tinyint unsigned, b bool, d double, x varbinary(8))")
    return session


def prepared(line, sql):
    number = line.call("init")["stmt_id"]
    assert told_by(line, "prepare", number, sql=sql)["code"] == 0
    return number


def test_values_in_json(table):
    number = prepared(table, "insert into ? using st tags(?,?,?) values(?,?,?)")
    assert told_by(table, "get_tag_fields", number)["code"] == 555  # of a table without a name
    for name, tags in (("a", [1, "x", T0]), ("b", [None, None, "2023-11-14T22:13:20.001Z"])):
        assert told_by(table, "set_table_name", number, name=name)["code"] == 0
        assert told_by(table, "set_tags", number, tags=tags)["code"] == 0
        assert told_by(table, "bind", number, columns=[[T0, "2023-11-14T22:13:21Z"], [None, -1], ["标签", ""]])["code"] == 0
        assert told_by(table, "add_batch", number)["code"] == 0
    assert told_by(table, "exec", number) == {"code": 0, "message": "", "stmt_id": number, "affected": 4}
    assert table.rows("select tbname, g, l, j, ts, v, s from st order by tbname, ts") == [
        ["a", "1", "x", str(T0), str(T0), None, "标签"], ["a", "1", "x", str(T0), str(T0 + 1000), "-1", ""],
        ["b", None, None, str(T0 + 1), str(T0), None, "标签"], ["b", None, None, str(T0 + 1), str(T0 + 1000), "-1", ""]]
    number = prepared(table, "insert into t values(?,?,?,?,?,?)")
    assert told_by(table, "bind", number, columns=[[T0], [1], [255], [True], [1.5], ["00ff"]])["code"] == 0
    told_by(table, "add_batch", number)
    assert told_by(table, "exec", number)["affected"] == 1
    assert table.rows("select * from t") == [[str(T0), "1", "255", "1", "1.5", "0x00ff"]]


@pytest.mark.parametrize("action, args, code, text", [
    ("bind", {"columns": [[T0]]}, 65535, "stmt column count not match"),
    ("bind", {"columns": [[T0], ["x"], [1], [True], [1], ["00"]]}, 65535, "stmt parse column json"),
    ("bind", {"columns": [[T0], [2**31], [1], [True], [1], ["00"]]}, 65535, "stmt parse column json"),
    ("bind", {"columns": [[T0, T0], [1], [1], [True], [1], ["00"]]}, 512, "row number"),
    ("bind", {"columns": 5}, 65535, "unmarshal stmt bind request error"),
    ("set_tags", {"tags": [1]}, 554, "Stmt API usage error"),
    ("add_batch", {}, 554, "Stmt API usage error"),
    ("exec", {}, 554, "Stmt API usage error"),
    ("use_result", {}, 554, "Stmt API usage error"),
    ("stmt_get_param", {"index": 6}, 280, "Invalid parameters"),
])
def test_wrong_use(table, action, args, code, text):
    number = prepared(table, "insert into t values(?,?,?,?,?,?)")
    told = told_by(table, action, number, **args)
    assert told["code"] == code and text in told["message"]
    if action in ("add_batch", "exec") or action == "bind" and code == 512:
        assert told_by(table, "add_batch", number) == {"code": code, "message": "success", "stmt_id": number}  # it stays until the next prepare
    assert told_by(table, "prepare", number, sql="insert into t values(?,?,?,?,?,?)")["code"] == 0
    assert told_by(table, "bind", number, columns=[[T0], [1], [1], [True], [1], ["00"]])["code"] == 0


@pytest.mark.parametrize("sql, tags, columns", [
    ("insert into t values(?,?,?,?,?,?)", (554, "Stmt API usage error"), 6),
    ("insert into x using st tags(?,?,?) values(?,?,?)", 3, 3),
    ("insert into x using st tags(1,?,null) values(now(),?,'x')", 3, 3),
    ("insert into ? using st tags(?,?,?) (ts) values(?)", (555, "Stmt table name not set correctly"), 1),
    ("insert into ? values(?,?)", (555, "Table does not exist"), (9731, "Table does not exist")),
    ("insert into x using ? tags(?) values(?,?)", (555, "Table does not exist"), (9731, "Table does not exist")),
    ("insert into absent values(?,?)", (555, "Table does not exist"), (9731, "Table does not exist")),
    ("insert into st(tbname,ts,v,g) values(?,?,?,?)", (512, "Invalid operation"), (512, "Invalid operation")),
])
def test_fields(table, sql, tags, columns):
    """As the native client answered of such texts (tests/c/stmt_answers.native.txt): the adapter asks that."""
    number = prepared(table, sql)
    for action, want in (("get_tag_fields", tags), ("get_col_fields", columns), ("stmt_num_params", columns)):
        told = told_by(table, action, number)
        if isinstance(want, tuple):
            assert (told["code"], told["message"]) == want, action
        else:
            assert told["code"] == 0 and (told["num_params"] if action == "stmt_num_params" else len(told["fields"])) == want, action


def test_the_versions_do_not_mix(table):
    first, second = prepared(table, "insert into t values(?,?,?,?,?,?)"), table.call("stmt2_init")["stmt_id"]
    assert second == first + 1
    assert told_by(table, "exec", second)["message"] == "stmt is nil"
    assert table.call("stmt2_exec", stmt_id=first)["message"] == "stmt2 is nil"
    assert table.call("stmt2_close", stmt_id=first)["message"] == "stmt type not match"
    assert table.call("close", stmt_id=second)["message"] == "stmt type not match"
    assert told_by(table, "exec", 777)["message"] == "stmt is nil"
    told_by(table, "close", first)
    assert told_by(table, "exec", first)["message"] == "stmt is nil"


def test_blocks_that_are_none(table):
    """The real server reads them unchecked; here every one has an answer."""
    number = prepared(table, "insert into t(ts, v) values(?,?)")
    good = bytes.fromhex("01000000 46000000 01000000 02000000 00000080 0000000000000000 0908000000 0404000000 08000000 04000000 00 0068e5cf8b010000 00 05000000 00")
    good = good[:4] + struct.pack("<i", len(good)) + good[8:]
    for end in range(len(good)):
        told = told_by(table, "bind", number, good[:end])
        assert told["code"] == 65535
        told_by(table, "prepare", number, sql="insert into t(ts, v) values(?,?)")
    assert told_by(table, "bind", number, good)["code"] == 0
    told_by(table, "prepare", number, sql="insert into t(ts, u) values(?,?)")
    assert "column 1 has type Int" in told_by(table, "bind", number, good)["message"]


def test_the_path_before_ws():
    with Sandbox(pose="3.0.7.0") as server:
        query = refclient.Sock("ws://127.0.0.1:%d/rest/ws" % server.port)
        assert query.call("conn", user="root", password="taosdata", db="")["code"] == 0
        for sql in ("create database d", "use d", "create table t(ts timestamp, v int)"):
            assert query.call("query", sql=sql)["code"] == 0
        line = refclient.Sock("ws://127.0.0.1:%d/rest/stmt" % server.port)
        assert line.call("conn", user="root", password="taosdata", db="d")["code"] == 0
        for unknown in ("query", "use_result", "stmt_num_params", "stmt2_init", "insert"):
            line.send(unknown)  # not answered
        number = prepared(line, "insert into t values(?,?)")
        assert [field["name"] for field in told_by(line, "get_col_fields", number)["fields"]] == ["ts", "v"]
        assert told_by(line, "bind", number, columns=[[T0, T0 + 1], [1, 2]])["code"] == 0
        assert told_by(line, "add_batch", number)["code"] == 0
        assert told_by(line, "exec", number)["affected"] == 2
        query.close()
        line.close()


@pytest.mark.parametrize("pose, known", [("3.1.1.15", False), ("3.1.1.16", True), ("3.2.3.0", True)])
def test_counting_parameters(closing, pose, known):
    with Sandbox(pose=pose) as server:
        line = closing(Session(server.port))
        told = told_by(line, "stmt_num_params", prepared(line, "select server_version() where 1 = ?"))
        assert told.get("num_params") == 1 if known else told["message"] == "unknown action stmt_num_params"
