"""What was made for another machine, or another C library, than this one's: run by qemu and by musl's loader against this machine's
sandbox. The C programs are those of the other doors (TAOS_TEST_MACHINE, see support/machines.py)."""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

import pytest

from dist.conftest import HERE, targets, unpacked
from support.machines import Machine
from support.paths import BUILD, ROOT, TESTS
from support.programs import FOREIGN

pytestmark = [pytest.mark.timeout(3000), pytest.mark.skipif("TAOS_DIST" not in os.environ, reason="only this machine's files are made by make test: make dist-test")]
MACHINES = [name for name, target in targets.TARGETS.items() if target is not HERE]

# The files of tests with C programs.
FILES = ["c/test_c.py", "c/test_ends.py", "c/test_events.py", "c/test_signals.py", "c/test_stmt_answers.py", "c/test_tokens.py", "c/test_versions.py", "c/test_clusters.py", "c/test_groups.py"]
# No test that measures, or takes long where a machine is emulated, or is another tool's.
MARKS = "not valgrind and not alone and not slow and not stress and not memory"

# What is left out where, and why.
EVERYWHERE = {
    "c/test_tokens.py::test_taospy": "runs this machine's Python",
}
OF_QEMU = "qemu's own threads stand in /proc/self/task beside the program's"
FORKS = "qemu 7.2 ends a forked child that starts a thread, when its parent had several"
EMULATED = {
    "c/test_c.py::test_callers_mistakes[cleanup]": OF_QEMU,
    "c/test_c.py::test_nothing_is_written_to_disk": OF_QEMU,
    "c/test_c.py::test_host_process": OF_QEMU,
    "c/test_c.py::test_unload": OF_QEMU,
    "c/test_events.py::test_events[costs]": OF_QEMU,
    "c/test_signals.py::test_only_the_library_is_left": OF_QEMU,
    "c/test_signals.py::test_the_program_leaves_it": OF_QEMU,
    "c/test_c.py::test_fork": FORKS,
    "c/test_events.py::test_events[forks]": FORKS,
}
MUSL = {
}


def left_out(machine):
    return {**EVERYWHERE, **(EMULATED if machine.is_emulated else {}), **(MUSL if machine.target.libc == "musl" else {})}


@pytest.fixture(scope="module", params=MACHINES)
def machine(request, dist, tmp_path_factory):
    """The machine, and the folder that its archive becomes."""
    found = Machine(targets.TARGETS[request.param])
    name = "libtaos-%s-%s" % (targets.VERSION, request.param)
    if not (dist / (name + ".tar.gz")).exists():
        pytest.skip("was not made here")
    if found.missing():
        pytest.skip(found.missing())
    found.folder = unpacked(dist, name, tmp_path_factory.mktemp("machine"))
    return found


def environment(machine, **extra):
    env = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN) and key != "LD_LIBRARY_PATH"}
    return {**env, "TAOS_TEST_MACHINE": machine.name, "TAOS_LIB_DIR": str(machine.folder / "lib"), **extra}


@pytest.mark.parametrize("file", FILES)
def test_c_programs(machine, file):
    report = BUILD / ("%s-%s.xml" % (machine.name, file.replace("/", "-")))
    without = ["--deselect=" + test for test in left_out(machine) if test.startswith(file)]
    done = subprocess.run([sys.executable, "-m", "pytest", file, "-m", MARKS, *without, "--junitxml", report, "--override-ini", "timeout=900"],
                          cwd=TESTS, env=environment(machine), capture_output=True, text=True)
    counts = xml.parse(report).getroot().find("testsuite").attrib
    print("%s on %s: %s tests, %s skipped, left out: %s" % (file, machine.name, counts["tests"], counts["skipped"], without))
    assert done.returncode == 0, done.stdout[-12000:]
    assert int(counts["tests"]) > int(counts["skipped"])
