"""A program with more rights than who runs it does not do what the environment says: that is anybody's."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from support.cc import compile_c
from support.paths import LIBRARY
from support.servers import Sandbox
from wire.scripted import Adapter, ScriptedServer

NOBODY = 65534


@pytest.fixture
def folder():
    """A folder that every user can read, with the library in it."""
    with tempfile.TemporaryDirectory(prefix="taos-setuid-") as path:
        path = Path(path)
        path.chmod(0o755)
        shutil.copy(LIBRARY, path / "libtaos.so")
        yield path


def copied(program, folder, mode):
    copy = folder / ("%s-%o" % (program.name, mode))
    shutil.copy(program, copy)
    copy.chmod(mode)
    return copy


@pytest.mark.sandbox_only
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a program that is setuid")
def test_setuid(folder, certificates):
    """Once with its user's rights, when the environment decides; once setuid, when it does not."""
    written = folder / "written"
    written.mkdir(mode=0o777)
    written.chmod(0o777)
    (folder / "taos.cfg").write_text("logLevel info\nlogFile %s/by_cfg\n" % written)
    ca = folder / "ca.pem"
    shutil.copy(certificates.ca, ca)
    ca.chmod(0o644)
    program = compile_c("c/setuid.c", "-Wl,-rpath,%s" % folder, name="setuid-" + folder.name, sanitizer=None)

    def ran(mode, *args, **variables):
        """What it says, run by nobody with these variables."""
        done = subprocess.run([copied(program, folder, mode), *map(str, args)], env={k: str(v) for k, v in variables.items()}, user=NOBODY, group=NOBODY,
                              extra_groups=[], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done
        return done.stdout

    try:
        with ScriptedServer(Adapter()) as ours, ScriptedServer(Adapter()) as theirs:
            theirs_only = {"TAOS_FIRST_EP": "127.0.0.1:%d" % theirs.port}
            assert ran(0o755, ours.port, **theirs_only) == "secure 0 user %d connected 1\n" % NOBODY
            assert theirs.seen and not ours.seen
            theirs.seen.clear()
            assert ran(0o4755, ours.port, **theirs_only) == "secure 1 user 0 connected 1\n"
            assert ours.seen and not theirs.seen
            for variables, name in [({"TAOS_LOG": "info", "TAOS_LOG_FILE": written / "by_variable"}, "by_variable"), ({"TAOS_CONFIG_DIR": folder}, "by_cfg")]:
                ran(0o4755, ours.port, **variables)
                assert not list(written.iterdir()), variables
                ran(0o755, ours.port, **variables)
                assert [path.name for path in written.iterdir()] == [name]
                (written / name).unlink()
        cert, key = certificates.of("localhost", "127.0.0.1")
        with Sandbox(cert=cert, key=key) as server:
            url = "wss://127.0.0.1:%d" % server.port
            for variable in "SSL_CERT_FILE", "TAOS_TLS_CA":
                assert "connected 1" in ran(0o755, 1, url, **{variable: ca})
                assert "connected 0" in ran(0o4755, 1, url, **{variable: ca})
    finally:
        program.unlink()
