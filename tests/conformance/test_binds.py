"""What the library sends for a bind says the same as the recorded request that the real server accepted; what that server
refused is refused here, or sent and answered as it was."""
import importlib.util
import json
import re
import struct

import pytest

from support.cc import compile_c
from support.paths import CONFORMANCE
from support.programs import run
from wire.scripted import ScriptedServer
from wire.statements import Statements

# The replay server's reader of messages; its module has the name of the folder of another door.
spec = importlib.util.spec_from_file_location("recorded_wire", CONFORMANCE / "replay" / "wire.py")
recorded_wire = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recorded_wire)

FIXTURES = CONFORMANCE / "fixtures" / "stmt2"
PAYLOAD = 30


class Recorded(Statements):
    """Answers a recording's replies."""

    def __init__(self, recording, steps):
        super().__init__()
        self.recording, self.replies = recording, [step["reply"] for step in steps]

    def answer_as_recorded(self, peer, req_id, reply):
        peer.text({**reply, "req_id": req_id, "timing": 1})

    def on_stmt2_prepare(self, peer, req_id, args):
        if args["get_fields"] and self.recording.get("get_fields") is False:
            self.refuse(peer, "stmt2_prepare", req_id, 555, "Table does not exist")
        elif "prepare_reply" in self.recording:
            self.answer_as_recorded(peer, req_id, self.recording["prepare_reply"])
        else:
            super().on_stmt2_prepare(peer, req_id, args)

    def bind(self, peer, req_id, stmt):
        self.answer_as_recorded(peer, req_id, self.replies[len(self.binds) - 1])

    def on_stmt2_exec(self, peer, req_id, args):
        self.answer_as_recorded(peer, req_id, self.recording["exec_reply"])

    def on_stmt2_result(self, peer, req_id, args):
        self.answer_as_recorded(peer, req_id, self.recording["result_reply"])


def described(request):
    """A recorded request in the words of wire/binding.c."""
    tables = recorded_wire.decode_bind(request[PAYLOAD:])["tables"]
    lines = ["B %d %d %d %d" % (struct.unpack_from("<i", request, 26)[0], len(tables), len(tables[0]["tags"]), len(tables[0]["cols"]))]
    for table in tables:
        lines.append("N " + (table["name"].encode().hex() if table["name"] else "-"))
        for item in table["tags"] + table["cols"]:
            lines.append("I %d %d" % (item["type"], len(item["v"])))
            lines += ["V " + ("-" if value is None else "=" if value == "none" else value or ".") for value in item["v"]]
    return lines


def native(code):
    return "0x%08x" % (0x80000000 | code if code else 0)


NAMES = sorted(path.stem for path in FIXTURES.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_bind(name):
    recording = json.loads((FIXTURES / (name + ".json")).read_text())
    steps = recording.get("steps") or [{"file": name + ".bin", "reply": recording["bind_reply"]}]
    requests = [(FIXTURES / step["file"]).read_bytes() for step in steps]
    script = Recorded(recording, steps)
    if "steps" in recording:  # its table has three columns
        script.recording = dict(recording, prepare_reply=json.loads((FIXTURES / "plain_table.json").read_text())["prepare_reply"])
    text = ["S " + recording["sql"]] + [line for request in requests for line in described(request)]
    with ScriptedServer(script) as server:
        done = run(compile_c("wire/binding.c"), "127.0.0.1", server.port, stdin="\n".join(text) + "\n")
    said = done.out.splitlines()
    assert said[0].startswith("prepare: 0x00000000"), said
    assert [line.split()[1] for line in said if line.startswith("bind: ")] == [native(step["reply"]["code"]) for step in steps], said
    for got, want in zip(script.binds, requests):
        assert struct.unpack_from("<QHi", got, 16) == struct.unpack_from("<QHi", want, 16)
        assert recorded_wire.bind_diff(recorded_wire.decode_bind(want[PAYLOAD:]), recorded_wire.decode_bind(got[PAYLOAD:])) is None
    if all(step["reply"]["code"] == 0 for step in steps):
        assert len(script.binds) == len(requests)
        assert "exec: 0x00000000 affected=%d" % recording["exec_reply"]["affected"] in said, said
        if "result_reply" in recording:
            assert "fields: %d" % recording["result_reply"]["fields_count"] in said, said
    else:
        refused = next(line for line in said if line.startswith("bind: ") and "0x00000000" not in line)
        # What is found out here names the column behind the server's words.
        assert re.fullmatch(re.escape(steps[0]["reply"]["message"]) + r"( \(column \d+ of \d+, `\w+` \w+\))?", refused.split(" ", 2)[2])
        assert said[-1].startswith("exec: 0x8"), said


def test_there_are_recordings():
    assert len(NAMES) >= 18
