"""Running a program as a user would, and saying what it did when it did wrong."""
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

from .machines import CHOSEN as MACHINE
from .paths import LIB_DIR, TESTS

# Settings of the machine that must not decide the outcome of a test.
FOREIGN = ("TAOS_", "TDENGINE_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "RUST_")
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible",
            "--show-leak-kinds=definite,indirect,possible", "--error-exitcode=9", "--num-callers=30",
            "--suppressions=%s" % (TESTS / "support" / "valgrind.supp")]


def environment(**extra):
    env = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    env["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, [str(LIB_DIR), os.environ.get("LD_LIBRARY_PATH")]))
    env.update({key: str(value) for key, value in extra.items()})
    return env


@dataclass
class Done:
    """A program that has ended."""
    code: int
    out: str
    err: str

    def lines(self, start=""):
        return [line for line in self.out.splitlines() if line.startswith(start)]


# valgrind does not see what the cryptographic code's vector instructions write: for TLS, only addresses and leaks are checked.
VALGRIND_TLS = [*VALGRIND, "--undef-value-errors=no"]


def have_valgrind():
    return shutil.which("valgrind") is not None


def run(program, *args, deadline=60, env=None, valgrind=False, expect=0, quiet=True, stdin=None):
    """Runs `program` to its end within `deadline` seconds. It must exit with `expect` and, when `quiet`, the library
    inside it must not have written to standard error. Under valgrind the deadline is ten times longer, and so it is where
    another machine is emulated."""
    watched = VALGRIND_TLS if any("wss://" in str(arg) for arg in args) else VALGRIND
    command = [str(part) for part in (*(watched if valgrind else ()), program, *args)]
    slower = 10 if valgrind else MACHINE.slower if MACHINE else 1
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", input=stdin,
                              env=environment(**(env or {})), timeout=deadline * slower)
    except subprocess.TimeoutExpired as late:
        out, err = ((stream or b"").decode(errors="backslashreplace") for stream in (late.stdout, late.stderr))
        raise AssertionError("no end after %s s: %s\n%s\n%s" % (late.timeout, command, out, err)) from None
    story = "%s\nexit %s\n--- stdout\n%s\n--- stderr\n%s" % (" ".join(command), done.returncode, done.stdout[-6000:], done.stderr[-6000:])
    story = story.encode(errors="backslashreplace").decode()
    assert done.returncode == expect, story
    assert not quiet or not done.stderr, story
    return Done(done.returncode, done.stdout, done.stderr)


def run_python(script, *args, **options):
    return run(sys.executable, script, *args, **options)
