"""Version 1 statements by version 1's actions, as on servers before 3.3.3.0: the recorded server, which takes both, says here that it is
older. It compares each bind's values with the recorded ones, and the probe prints what the native client printed."""
import json
import subprocess
import sys

import pytest

from conformance.test_probes import AREAS, EXPECTED
from conformance.transcripts import transcript
from support.paths import BUILD, CONFORMANCE, LIBRARY
from support.programs import environment
from support.servers import Replay

AREA = "05"
# Of the other sections the recording has rows in other portions, or did not ask what is asked here.
SECTIONS = ["init", "insert_using", "all_types", "query", "execute_unbound"]
# The table for which an insert with ? for its table is asked what it binds; what comes with the name is asked when that is known.
NOBODY = "set_table_name 'libtaos_any_table'"


@pytest.fixture(scope="module")
def run():
    name, out = AREAS[AREA], BUILD / "probes" / "old_statements"
    out.mkdir(parents=True, exist_ok=True)
    cassette = json.loads((CONFORMANCE / "replay" / "cassettes" / (name + ".json")).read_text())
    cassette["version"] = "3.3.2.0"
    for exchange in cassette["x"]:
        if "version" in exchange.get("rep", {}):
            exchange["rep"]["version"] = "3.3.2.0"
    (out / (name + ".json")).write_text(json.dumps(cassette))
    with Replay(str(out / name)) as server:
        done = subprocess.run([sys.executable, CONFORMANCE / "replay" / "runsec.py", "--lib", LIBRARY, "--port", str(server.port), "--out", out, "--only", AREA],
                              env=environment(), capture_output=True, text=True, timeout=170)
        assert done.returncode == 0, done.stderr
        return transcript((out / (name + ".txt")).read_text()), json.loads(server.get("/__report"))


@pytest.mark.parametrize("section", SECTIONS)
def test_section(run, section):
    assert run[0][section] == EXPECTED[AREA][section]


def test_version_1_was_spoken(run):
    assert {"stmt2_prepare", "stmt2_close"} <= set(run[1]["never_asked_by_action"])
    named = [request["what"] for request in run[1]["unmatched_list"] if "set_table_name" in request["what"]]
    assert named and all(what.startswith(NOBODY) for what in named)
