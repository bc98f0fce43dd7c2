"""The C programs of asynchronous calls with a library in which ThreadSanitizer watches every access, Rust's standard library
included: parking_lot and tokio wait by futex, which valgrind's helgrind and drd take for races."""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.cc import compile_c
from support.paths import BUILD, ROOT, SANDBOX
from support.programs import run
from support.servers import Child
from wire.behaviours import SmallBlocksAndSilence
from wire.scripted import ScriptedServer

TARGET = BUILD.parent / "tsan"  # a build of everything: apart from the others, so that none undoes the other's


def rustc(*words):
    return subprocess.run(["rustc", *words], capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


def missing():
    """What is not there of what this needs, or None."""
    if not shutil.which("rustc"):
        return "no Rust"
    root = Path(rustc("--print", "sysroot"))
    if not (root / "lib" / "rustlib" / "src" / "rust" / "library" / "Cargo.lock").exists():
        return "the standard library's source is not there: rustup component add rust-src"
    if not list(root.glob("lib/rustlib/*/lib/*rt.tsan.a")):
        return "this Rust has no ThreadSanitizer"
    return None


pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(missing() is not None, reason=missing() or "")]


@pytest.fixture(scope="session")
def watched():
    """Makes a program of tests/c with the library in it. Slow the first time, and after a dependency has changed."""
    host = next(line.split()[1] for line in rustc("-vV").splitlines() if line.startswith("host:"))
    # The sanitizer and a standard library of one's own are for nightly compilers; this one does as well when told so.
    env = dict(os.environ, RUSTC_BOOTSTRAP="1", RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer")
    build = subprocess.run(["cargo", "rustc", "--quiet", "--release", "--locked", "-p", "libtaos", "--lib", "--crate-type", "staticlib",
                            "-Zbuild-std=std,panic_unwind", "--target", host, "--target-dir", TARGET],
                           cwd=ROOT, env=env, capture_output=True, text=True, timeout=800)
    assert build.returncode == 0, build.stdout + build.stderr
    library = TARGET / host / "release" / "libtaos.a"
    runtime = next(Path(rustc("--print", "sysroot")).glob("lib/rustlib/%s/lib/*rt.tsan.a" % host))

    def program(name):
        made = BUILD / "bin" / (name + "_tsan")
        made.unlink(missing_ok=True)  # the library is in it
        rest = ["-x", "none", library, "-Wl,--whole-archive", runtime, "-Wl,--no-whole-archive", "-lpthread", "-lm", "-ldl", "-lrt"]
        unit = compile_c("c/%s.c" % name, "-fsanitize=thread", "-c", link=False, name=name + "_tsan.o")
        done = subprocess.run(["gcc", "-o", made, unit, *rest], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return made

    return program


@pytest.mark.parametrize("name, extra", [("async_many", [3]), ("async", [2]), ("interrupted", []), ("handles", [5]), ("closing", [5])])
def test_no_race(watched, name, extra):
    with ScriptedServer(SmallBlocksAndSilence()) as server:
        run(watched(name), "127.0.0.1", server.port, *extra, env={"TSAN_OPTIONS": "exitcode=66"})


@pytest.mark.sandbox_only
def test_no_race_in_a_mix(watched, database):
    with Child(SANDBOX, "--port", "0", "--print-port", "--quiet", "--block-rows", "20") as server:
        run(watched("async_mix"), "127.0.0.1", server.port, database, 8, 2, 2, 10, env={"TSAN_OPTIONS": "exitcode=66"}, deadline=120)
