"""The probes against the sandbox: what it answers is what a real server answered, word for word."""
import subprocess
import sys

import pytest

from conformance.differences import admitted
from conformance.test_probes import EXPECTED, NOT_RECORDED
from conformance.transcripts import transcript
from support.paths import BUILD, CONFORMANCE, LIBRARY
from support.programs import environment

# What the sandbox can do: of area 07 all. What differs, differs for the library's reasons, in docs/differences.md.
AREAS = {"07": "07_schemaless", "09": "09_misc"}
SECTIONS = [("07", section) for section in EXPECTED["07"]] + [("09", "notify"), *NOT_RECORDED]


@pytest.fixture(scope="module")
def printed(sandbox):
    out = BUILD / "probes" / "sandbox"
    for area in AREAS:
        subprocess.run([sys.executable, CONFORMANCE / "run.py", "--lib", LIBRARY, "--port", str(sandbox.port), "--out", out, "--only", area],
                       env=environment(), capture_output=True, timeout=170, check=True)
    return {area: transcript((out / (name + ".txt")).read_text(errors="replace")) for area, name in AREAS.items()}


@pytest.mark.parametrize("area, section", [pytest.param(*section, id="%s %s" % section) for section in SECTIONS])
def test_section(printed, area, section):
    missing = admitted().get((area, section), [])
    got = printed[area][section]
    assert [line for line in EXPECTED[area][section] if line not in missing] == [line for line in got if line in EXPECTED[area][section]]
    assert len(got) == len(EXPECTED[area][section]), "\n".join(got)
