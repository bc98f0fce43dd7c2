"""A class loader goes: nothing of the library holds it, and the library's threads go on; the next one loads it again."""
import shutil
import subprocess

import pytest

from support.paths import LIB_DIR, TESTS

pytestmark = [pytest.mark.timeout(120), pytest.mark.skipif(not shutil.which("javac"), reason="no JDK")]


@pytest.mark.sandbox_only
def test_redeploy(sandbox, tmp_path):
    command = ["java", "-Xcheck:jni", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=%s" % (tmp_path / "crash.log"), "-Djava.library.path=%s" % LIB_DIR,
               TESTS / "java" / "redeploy" / "Redeploy.java", sandbox.port, tmp_path]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=100)
    rounds = "".join("code 0\nround %d: collected\n" % n for n in (1, 2, 3))
    assert (done.returncode, done.stdout) == (0, rounds), done.stdout[-3000:] + done.stderr[-3000:]
