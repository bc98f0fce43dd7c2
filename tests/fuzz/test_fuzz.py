"""A short run of every fuzzer: its seeds, what was ever found, and some thousand inputs beyond, the same in every run: a test
must not fail by chance. `fuzz/run.sh` goes on for longer and elsewhere."""
import os
import shutil
import subprocess

import pytest

from support.paths import ROOT

SECONDS = 30  # at most
INPUTS = "-seed=1 -runs=20000"
TARGETS = sorted(file.stem for file in (ROOT / "fuzz" / "fuzz_targets").glob("*.rs") if "fuzz_target!" in file.read_text())

pytestmark = pytest.mark.skipif(shutil.which(os.environ.get("CXX", "c++")) is None, reason="libFuzzer needs a C++ compiler")


@pytest.fixture(scope="module")
def fuzzers():
    """Builds them: slow the first time, and after the library's own dependencies have changed."""
    build = subprocess.run([ROOT / "fuzz" / "run.sh", "--build"], capture_output=True, text=True, timeout=600)
    assert build.returncode == 0, build.stdout + build.stderr


@pytest.mark.timeout(700)
@pytest.mark.parametrize("target", TARGETS)
def test_target(fuzzers, target):
    done = subprocess.run([ROOT / "fuzz" / "run.sh", str(SECONDS), target], capture_output=True, text=True, timeout=60 + SECONDS,
                          env=dict(os.environ, FUZZ_OPTIONS=INPUTS))
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_are_run():
    """Each target has an entry in the manifest, and in what the script runs of its own accord."""
    manifest, script = (ROOT / "fuzz" / "Cargo.toml").read_text(), (ROOT / "fuzz" / "run.sh").read_text()
    listed = next(line for line in script.splitlines() if line.startswith("TARGETS=("))
    assert sorted(listed[len("TARGETS=("):-1].split()) == TARGETS
    assert [target for target in TARGETS if 'name = "%s"' % target not in manifest] == []


def test_format():
    done = subprocess.run(["cargo", "fmt", "--check", "--manifest-path", ROOT / "fuzz" / "Cargo.toml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
