"""The files that are handed out. TAOS_DIST names the folder of those to test, which `make dist` has made; without it, this
machine's are packed of what `make` has built."""
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from support.paths import BUILD, ROOT

sys.path.insert(0, str(ROOT / "dist"))
import targets  # noqa: E402

HERE = targets.TARGETS.get("%s-glibc" % os.uname().machine)


def missing():
    """Why nothing can be packed here, or None."""
    if not HERE:
        return "files for %s are not handed out" % os.uname().machine
    absent = [name for name in ("go", "javac", "dpkg", "rpm") if not shutil.which(name)]
    return "not installed: " + ", ".join(absent) if absent and "TAOS_DIST" not in os.environ else None


@pytest.fixture(scope="session")
def dist():
    """The folder of the files."""
    if "TAOS_DIST" in os.environ:
        return Path(os.environ["TAOS_DIST"]).resolve()
    if missing():
        pytest.skip(missing())
    folder = BUILD / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["make", "-C", ROOT, "man"], check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run([sys.executable, ROOT / "dist" / "make.py", "--as-built", HERE.name], env={**os.environ, "TAOS_DIST": str(folder)}, capture_output=True, text=True)
    if "Could not find a version" in done.stderr or "dial tcp" in done.stderr:
        pytest.skip("the tools cannot be had: " + done.stderr.strip()[-300:])
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def unpacked(dist, name, folder):
    with tarfile.open(dist / (name + ".tar.gz")) as archive:
        archive.extractall(folder, filter="tar")
    return folder / name
