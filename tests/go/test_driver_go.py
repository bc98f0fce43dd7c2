"""driver-go, TDengine's Go connector, in its native form (cgo): built from an installed prefix by pkg-config, run as it is."""
import hashlib
import os
import shutil
import subprocess

import pytest

from support.paths import BUILD, INCLUDE, LIB_DIR, RELEASE, ROOT, SANDBOX, TESTS
from support.programs import run
from support.servers import Child, Endpoint, Sandbox

pytestmark = [pytest.mark.timeout(600), pytest.mark.skipif(not shutil.which("go"), reason="go is not installed")]
FOLDER = TESTS / "go"


def command(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    assert done.returncode == 0, "%s\n%s%s" % (" ".join(map(str, words)), done.stdout, done.stderr)
    return done.stdout.strip()


class Program:
    """Go's build cache does not see what a C header says: the header's digest is in the path of the prefix, and so in the
    compiler's options, which the cache does see. The library is the one that is there; `make install` builds no other."""

    def __init__(self):
        digest = hashlib.sha256((INCLUDE / "taos.h").read_bytes()).hexdigest()[:12]
        build = BUILD / "go"
        destination = build / digest
        for old in build.glob("*"):
            if old.is_dir() and old != destination:
                shutil.rmtree(old)
        library = os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "release", "libtaos.so")
        command("make", "-C", ROOT, "-o", library, "install", "PREFIX=/usr", "LIBDIR=/usr/lib", "DESTDIR=%s" % destination)
        self.lib = destination / "usr" / "lib"
        self.path = build / "driver-go"
        self.path.unlink(missing_ok=True)  # so that it is linked anew
        env = dict(os.environ, PKG_CONFIG_PATH=str(self.lib / "pkgconfig"), PKG_CONFIG_SYSROOT_DIR=str(destination))
        flags = {"CGO_" + name: command("pkg-config", option, "taos", env=env) for name, option in [("CFLAGS", "--cflags"), ("LDFLAGS", "--libs")]}
        self.env = dict(env, CGO_ENABLED="1", **flags)
        command("go", "build", "-mod=readonly", "-o", self.path, ".", cwd=FOLDER, env=self.env)

    def run(self, area, endpoint, database, **options):
        where = {"LD_LIBRARY_PATH": self.lib} if LIB_DIR == RELEASE.resolve() else {}
        done = run(self.path, area, *endpoint.args, database, env={**where, "LD_BIND_NOW": "1"}, **options)
        assert done.out == "ok\n"


@pytest.fixture(scope="session")
def program():
    return Program()


@pytest.mark.parametrize("area", ["types", "times", "arguments", "errors", "rows", "cancel", "goroutines", "af", "plain", "schemaless", "consumer", "statements", "events"])
def test_program(program, new_endpoint, database, area):
    program.run(area, new_endpoint, database)


@pytest.mark.sandbox_only
def test_statements_of_an_old_server(program, database):
    with Sandbox(pose="3.2.3.0") as server:
        program.run("statements", server.endpoint(), database)


@pytest.mark.sandbox_only
def test_consumer_with_a_token(program, certificates, database):
    """af/tmq as a cloud's user has it: TLS, and a server that wants a token."""
    cert, key = certificates.of("localhost", "127.0.0.1")
    with Sandbox(token="a token", cert=cert, key=key) as server:
        where = Endpoint("wss://localhost:%d?token=a%%20token&tls_ca=%s" % (server.port, certificates.ca), 0, "wss")
        program.run("consumer", where, database)


@pytest.mark.stress
@pytest.mark.sandbox_only
@pytest.mark.parametrize("area,rounds", [("rows", 40), ("cancel", 8), ("goroutines", 10)])
def test_small_blocks(program, database, area, rounds):
    """Replies that come one close after the other, many thousands of them: what races between the caller and the thread that
    reads shows here."""
    with Child(SANDBOX, "--port", "0", "--print-port", "--quiet", "--block-rows", "100") as server:
        for _ in range(rounds):
            program.run(area, Endpoint("127.0.0.1", server.port), database, deadline=30)


def test_go_vet(program):
    """Go's own checker, which knows the rules of cgo."""
    command("go", "vet", "-mod=readonly", ".", cwd=FOLDER, env=program.env)
