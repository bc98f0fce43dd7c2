"""The probes against the sandbox: what it answers is what a real server answered, word for word."""
import subprocess
import sys

import pytest

from conformance.differences import admitted
from conformance.test_probes import EXPECTED, transcript
from support.paths import BUILD, CONFORMANCE, LIBRARY
from support.programs import environment

# The areas of which the sandbox can do all. What differs, differs for the library's reasons, in docs/differences.md.
AREAS = {"07": "07_schemaless"}


@pytest.fixture(scope="module")
def printed(sandbox):
    out = BUILD / "probes" / "sandbox"
    for area in AREAS:
        subprocess.run([sys.executable, CONFORMANCE / "run.py", "--lib", LIBRARY, "--port", str(sandbox.port), "--out", out, "--only", area],
                       env=environment(), capture_output=True, timeout=170, check=True)
    return {area: transcript(out / (name + ".txt")) for area, name in AREAS.items()}


@pytest.mark.parametrize("area, section", [pytest.param(area, section, id="%s %s" % (area, section)) for area in AREAS for section in EXPECTED[area]])
def test_section(printed, area, section):
    missing = admitted().get((area, section), [])
    got = printed[area][section]
    assert [line for line in EXPECTED[area][section] if line not in missing] == [line for line in got if line in EXPECTED[area][section]]
    assert len(got) == len(EXPECTED[area][section]), "\n".join(got)
