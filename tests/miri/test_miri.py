"""Rust's own tests of the rooms without sockets, run by Miri: it interprets them, and sees what a sanitizer does not - a pointer
to what is not its own, a value that its type does not have, a wrong alignment, a race. In short: what reads bytes from outside,
how C sees a column, and the locks; with TAOS_TEST_STRESS=1 all of them."""
import os
import re
import shutil
import subprocess

import pytest

from support.paths import ROOT, TARGET

# The fuzzers' crate has these rooms without the others, some of whose system calls Miri does not know.
MANIFEST = ROOT / "fuzz" / "Cargo.toml"


def missing():
    """What is not there of what this needs, or None."""
    if not shutil.which("rustup"):
        return "Miri comes by rustup only"
    if subprocess.run(["rustup", "run", "nightly", "cargo", "miri", "--version"], capture_output=True).returncode:
        return "Miri is not there: rustup toolchain install nightly --component miri --component rust-src"
    return None


pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")


def interpreted(*which):
    env = dict(os.environ, CARGO_TARGET_DIR=str(TARGET / "miri"), MIRIFLAGS="-Zmiri-disable-isolation")
    done = subprocess.run(["rustup", "run", "nightly", "cargo", "miri", "test", "--quiet", "--locked", "--manifest-path", MANIFEST, "--lib", "--", *which],
                          env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-10000:] + done.stderr[-10000:]
    return sum(map(int, re.findall(r"(\d+) passed", done.stdout)))


@pytest.mark.timeout(900)
def test_what_comes_from_outside():
    assert interpreted("protocol::", "column_view::", "sync::") >= 30


@pytest.mark.stress
@pytest.mark.timeout(1800)
def test_everything():
    assert interpreted("--skip", "the_page_is_the_table") >= 40  # a page of docs/, which is not that crate's
