"""The wheel in a virtual environment of its own, with PyPI's taospy."""
import os
import shutil
import subprocess
import sys

import pytest

from dist.conftest import HERE, missing
from support.programs import environment

pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(missing() is not None, reason=str(missing()))]
QUERY = """import sys
import taos
connection = taos.connect(host=sys.argv[1], port=int(sys.argv[2]))
print(connection.query("select 41 + 1").fetch_all())
"""


@pytest.fixture(scope="module")
def python(dist, tmp_path_factory):
    """The Python of the environment; what is installed there comes from the folder of the files, and from PyPI."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    done = subprocess.run([folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--find-links", dist, "libtaos-ws[taospy]"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "bin" / "python"


def run(python, *words, expect=0):
    env = environment()
    del env["LD_LIBRARY_PATH"]
    done = subprocess.run([str(word) for word in (python, *words)], capture_output=True, text=True, env=env, cwd=python.parent, timeout=120)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_import_before_taospy(python, sandbox, tmp_path):
    (tmp_path / "plain.py").write_text(QUERY)
    assert "libtaos" in run(python, tmp_path / "plain.py", *sandbox.args, expect=1), "the test needs a system without a libtaos.so"
    (tmp_path / "program.py").write_text("import libtaos_ws\n" + QUERY)
    assert run(python, tmp_path / "program.py", *sandbox.args).strip().startswith("[(42")


def test_program_that_cannot_be_edited(python, sandbox, tmp_path):
    (tmp_path / "program.py").write_text(QUERY)
    assert run(python, "-m", "libtaos_ws", "run", tmp_path / "program.py", *sandbox.args).strip().startswith("[(42")


def test_where_it_is(python):
    """Where the library lies, its version, and what the doctor says; nothing listens on its default address, or something does."""
    env = environment(TAOS_ADAPTER_LIST="127.0.0.1:1")
    del env["LD_LIBRARY_PATH"]
    done = subprocess.run([python, "-m", "libtaos_ws"], capture_output=True, text=True, env=env, timeout=120)
    library, version, *doctor = done.stdout.splitlines()
    assert library.startswith("library: ") and os.path.exists(library.partition(" ")[2]) and version == "client interface: 3.3.7.5"
    assert done.returncode != 0 and "127.0.0.1" in "".join(doctor), "the doctor has tried that address"


def test_doctor(python, sandbox):
    said = run(python, "-m", "libtaos_ws", "doctor", "ws://%s:%d" % (sandbox.host, sandbox.port))
    assert said.endswith("all is well\n") and "libtaos_ws/lib/libtaos.so" in said


def test_usage(python):
    assert "usage" in run(python, "-m", "libtaos_ws", "walk", expect=1)


def test_musl_is_told_the_file(python, tmp_path):
    """As musl does, a loader that knows no library by its soname: the file is asked for."""
    code = ("import ctypes\nload = ctypes._dlopen\nasked = []\n"
            "def musl(name, *mode):\n    asked.append(name)\n    if name == 'libtaos.so': raise OSError(name)\n    return load(name, *mode)\n"
            "ctypes._dlopen = musl\nimport libtaos_ws\nctypes.CDLL('libtaos.so').taos_connect\nprint(asked[-1] == str(libtaos_ws.LIBRARY))\n")
    (tmp_path / "program.py").write_text(code)
    assert run(python, tmp_path / "program.py").strip() == "True"


@pytest.mark.skipif(not shutil.which("auditwheel"), reason="auditwheel is not installed")
def test_auditwheel(dist):
    [wheel] = dist.glob("libtaos_ws-*%s.whl" % HERE.arch)
    done = subprocess.run(["auditwheel", "show", wheel], capture_output=True, text=True, check=True)
    assert HERE.wheel_tag.partition("none-")[2] in done.stdout
