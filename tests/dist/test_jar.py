"""The jar: prints the folder into which it has unpacked the library, and a virtual machine that is told that folder loads it."""
import hashlib
import os
import subprocess
import zipfile

import pytest

from dist.conftest import HERE, missing
from support import java

pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(missing() is not None, reason=str(missing()))]
LOAD = """public class Load {
    public static void main(String[] arguments) {
        System.loadLibrary("taos");
        System.out.println("loaded");
    }
}
"""


@pytest.fixture(scope="module")
def jar(dist):
    [found] = dist.glob("libtaos-ws-*-linux-%s.jar" % HERE.name)
    return found


def run(*words, expect=0, **env):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env={**java.java_environment(), **{name: str(value) for name, value in env.items()}}, timeout=120)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout.strip()


def test_unpacks_once(jar, tmp_path):
    folder = run("java", "-jar", jar, XDG_CACHE_HOME=tmp_path)
    file = os.path.join(folder, "libtaos.so")
    with zipfile.ZipFile(jar) as archive, open(file, "rb") as unpacked:
        assert hashlib.sha256(archive.read("libtaosws/libtaos.so")).digest() == hashlib.sha256(unpacked.read()).digest()
    before = os.stat(file)
    assert run("java", "-jar", jar, XDG_CACHE_HOME=tmp_path) == folder
    assert (os.stat(file).st_ino, os.stat(file).st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert os.listdir(folder) == ["libtaos.so"]


def test_mends_what_is_broken(jar, tmp_path):
    (tmp_path / "libtaos.so").write_bytes(b"half of it")
    assert run("java", "-jar", jar, tmp_path) == str(tmp_path)
    assert (tmp_path / "libtaos.so").stat().st_size > 1 << 20


def test_says_why_it_cannot(jar, tmp_path):
    (tmp_path / "file").write_text("")
    run("java", "-jar", jar, tmp_path / "file", expect=1)


def test_loaded_by_its_name(jar, tmp_path):
    """Not found without the folder; found with it in the command line, in JDK_JAVA_OPTIONS and in LD_LIBRARY_PATH."""
    (tmp_path / "Load.java").write_text(LOAD)
    subprocess.run(["javac", "-d", tmp_path, tmp_path / "Load.java"], check=True)
    folder = run("java", "-jar", jar, XDG_CACHE_HOME=tmp_path)
    run("java", "-cp", tmp_path, "Load", expect=1)
    assert run("java", "-Djava.library.path=" + folder, "-cp", tmp_path, "Load") == "loaded"
    assert run("java", "-cp", tmp_path, "Load", JDK_JAVA_OPTIONS="-Djava.library.path=" + folder) == "loaded"
    assert run("java", "-cp", tmp_path, "Load", LD_LIBRARY_PATH=folder) == "loaded"
