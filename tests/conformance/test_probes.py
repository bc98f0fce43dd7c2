"""The probes against recorded traffic of a real server: they print what the native client printed.

A line that differs must stand in docs/differences.md (its form: differences.py), and what stands there must differ."""
import json
import subprocess
import sys

import pytest

from conformance.differences import admitted
from conformance.transcripts import compare, transcript
from support.paths import BUILD, CONFORMANCE, LIBRARY
from support.programs import environment
from support.servers import Replay

AREAS = {"01": "01_connection", "02": "02_query_types", "03": "03_blocks", "04": "04_async", "05": "05_stmt", "06": "06_stmt2", "07": "07_schemaless", "08": "08_tmq", "09": "09_misc"}
# Requests that the recorded client did not make; their answer, an error, changes nothing in what the probe prints.
UNRECORDED = {"08": ['assignment {"topic":"probe_08_q"} (group g_latest; recorded for it: [])'],
              "09": ["query show cluster variables like 'enableWhiteList'"] * 2}
# Sections in which this library asks, by SQL, what no recorded client has asked: test_sandbox.py has them.
NOT_RECORDED = [("09", "notify_drop"), ("09", "whitelist")]
# In the second way each reply overtakes others by up to 15 ms; in the third one messages are compressed.
WAYS = {"plain": [], "jitter": ["--jitter", "15"], "compressed": []}
SETTINGS = {"compressed": {"TAOS_COMPRESSION": "1"}}
# Large blocks and small ones; the others would only be slower.
COMPRESSED_AREAS = {"02", "03"}


class Run:
    """One area's sections, each in a process of its own, against the replay server."""

    def __init__(self, area, way):
        name = AREAS[area]
        out = BUILD / "probes" / way
        with Replay(name, *WAYS[way]) as server:
            done = subprocess.run([sys.executable, CONFORMANCE / "replay" / "runsec.py", "--lib", LIBRARY, "--port", str(server.port), "--out", out, "--only", area],
                                  env=environment(**SETTINGS.get(way, {})), capture_output=True, text=True, timeout=170)
            assert done.returncode == 0, done.stderr
            self.report = json.loads(server.get("/__report"))
        self.sections = transcript((out / (name + ".txt")).read_text(errors="replace"))


runs = {}


def run_of(area, way):
    if (area, way) not in runs:
        runs[area, way] = Run(area, way)
    return runs[area, way]


EXPECTED = {area: transcript((CONFORMANCE / "expected" / (name + ".txt")).read_text(errors="replace")) for area, name in AREAS.items()}
SECTIONS = [pytest.param(area, section, way, id="%s %s-%s" % (area, section, way)) for area in EXPECTED for section in EXPECTED[area]
            if (area, section) not in NOT_RECORDED for way in WAYS if way != "compressed" or area in COMPRESSED_AREAS]


@pytest.mark.parametrize("area, section, way", SECTIONS)
def test_section(area, section, way):
    compare(EXPECTED[area][section], run_of(area, way).sections.get(section, []), admitted().get((area, section), []))


@pytest.mark.parametrize("area", AREAS)
def test_only_what_was_recorded_is_asked(area):
    """A request the recording has not would have been answered by chance."""
    asked = [request["what"] for request in run_of(area, "plain").report["unmatched_list"]]
    assert asked == UNRECORDED.get(area, [])


def test_differences_name_sections_that_exist():
    known = {(area, section) for area in EXPECTED for section in EXPECTED[area]}
    assert [key for key in admitted() if key[0] in AREAS and key not in known] == []
