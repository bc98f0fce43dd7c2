#!/usr/bin/env python3
"""Runs all tests of the project and says how they went in one last line: `N passed, N failed`.

    python3 tests/suite.py [--build] [--only GROUP]… [-k EXPRESSION]

--quick is what a contributor runs before each commit (`make check`): no drift, and of the doors the core alone.

Groups: fmt, clippy, cargo (the Rust tests), drift (generated files are what the source generates), pytest (everything
under tests/). The Makefile builds the library and the sandbox first; --build does that here. Needs nothing but Python:
what the tests use besides goes into target/venv, and valgrind is installed when it is missing and this is root."""
import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
VENV = TARGET / "venv"
# Tests wait more than they compute: as many workers as cores keep these busy. One real adapter is shared by all: one worker.
WORKERS = 1 if os.environ.get("TAOS_TEST_URL") else max(2, min(4, len(os.sched_getaffinity(0))))
GENERATED = [(["include/taos.h", "include/taoserror.h"], ["cargo", "build", "--release", "-p", "libtaos"]), (["docs/functions.md"], ["make", "matrix"])]


class Tally:
    """What passed and failed, over all groups."""
    passed = failed = skipped = 0

    def count(self, passed=0, failed=0, skipped=0):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped


class Clock:
    """How long something took, and how much processor time: on a busy machine only the second says something."""

    def __init__(self):
        self.start = self.now()

    def now(self):
        spent = os.times()
        return time.monotonic(), spent.children_user + spent.children_system

    def say(self, what):
        print("- %s: %.0f s, %.0f s of processor time" % (what, *(now - then for now, then in zip(self.now(), self.start))), flush=True)


def run(command, **options):
    print("+ " + " ".join(map(str, command)), flush=True)
    return subprocess.run([str(part) for part in command], cwd=ROOT, **options)


def one(tally, command):
    """A command that is one test."""
    good = run(command).returncode == 0
    tally.count(passed=int(good), failed=int(not good))


def fmt(tally, options):
    one(tally, ["cargo", "fmt", "--all", "--check"])


def clippy(tally, options):
    one(tally, ["cargo", "clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"])


def cargo(tally, options):
    """Each Rust test counts; a crate that does not compile is one failure."""
    # One package after the other finds its dependencies, and leaves the library, as `make` has built them: built together, they
    # would have each other's features.
    for package in ("libtaos", "taos-doctor", "taos-sandbox", *(() if options.quick else ("canned-server",))):
        done = run(["cargo", "test", "--release", "-p", package, "--no-fail-fast", *(["--", options.k] if options.k else [])], stdout=subprocess.PIPE, text=True)
        print(done.stdout)
        results = re.findall(r"^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored", done.stdout, re.M)
        tally.count(*(sum(int(result[i]) for result in results) for i in range(3)))
        if done.returncode and not any(int(result[1]) for result in results):
            tally.count(failed=1)


def drift(tally, options):
    """The generated files in the tree are what their source generates now."""
    (ROOT / "build.rs").touch()  # so that the build script, which writes the headers, runs
    for names, command in GENERATED:
        files = [ROOT / name for name in names]
        before = [file.read_bytes() if file.exists() else None for file in files]
        works = run(command).returncode == 0
        for file, was in zip(files, before):
            good = works and was is not None and file.read_bytes() == was
            if not good:
                print("%s: %s" % (file.relative_to(ROOT), "cannot be made" if not works else "was missing" if was is None else "was not what the source makes; it is now"))
            tally.count(passed=int(good), failed=int(not good))


def prepare_venv():
    """The Python of target/venv, which has tests/requirements.txt and is made again when that file changes; None if it cannot be."""
    wanted = hashlib.sha256((TESTS / "requirements.txt").read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / "requirements.sha256"
    python = VENV / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(VENV, ignore_errors=True)
        for command in ([sys.executable, "-m", "venv", VENV], [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", TESTS / "requirements.txt"]):
            if run(command).returncode:
                return None
        stamp.write_text(wanted)
    return python


def prepare_valgrind():
    if shutil.which("valgrind") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"stdout": subprocess.DEVNULL, "env": dict(os.environ, DEBIAN_FRONTEND="noninteractive")}
    if run(["apt-get", "install", "-y", "-qq", "valgrind"], **quiet).returncode:
        run(["apt-get", "update", "-qq"], **quiet)
        run(["apt-get", "install", "-y", "-qq", "valgrind"], **quiet)


# In the order in which they are run: what fails most comes first.
DOORS = ["wire", "c/test_versions.py", "c", "doctor", "conformance", "python", "sandbox", "abi", "docs",
         "install", "dist", "faults", "go", "rust", "java", "stacks", "fuzz", "miri", "asan", "tsan"]
# The file, the documents, the C interface against the sandbox, the native client's transcripts.
QUICK_DOORS = ["abi", "docs", "c/test_c.py", "conformance"]
# Several files of tests at a time, each by one of pytest-xdist's workers; and one after the other, by one worker: a worker that
# crashes, or is ended by a time-out, is a failure of the test that it was running, and another one goes on with the rest.
PASSES = {"shared": ("not alone", WORKERS), "alone": ("alone", 1)}


def pytest(tally, options):
    prepare_valgrind()
    python = prepare_venv()
    if python is None:
        print("cannot make %s" % VENV)
        tally.count(failed=1)
        return
    for name, (marks, workers) in PASSES.items():
        if options.quick and name == "alone":
            continue
        report = TARGET / "tests" / ("pytest-%s.xml" % name)
        report.parent.mkdir(parents=True, exist_ok=True)
        report.unlink(missing_ok=True)
        if options.quick:
            marks += " and not valgrind and not slow"
        clock = Clock()
        done = run([python, "-m", "pytest", "-c", TESTS / "pytest.ini", "--rootdir", TESTS, "--junitxml", report, "-n", workers, "--dist", "loadfile", "--no-loadscope-reorder",
                    "-m", marks, *(["-k", options.k] if options.k else []), *(TESTS / door for door in options.door or (QUICK_DOORS if options.quick else DOORS))])
        clock.say("pytest, " + name)
        count_report(tally, report, done.returncode)


def count_report(tally, report, code):
    if not report.exists():
        tally.count(failed=1)
        return
    suite = xml.parse(report).getroot().find("testsuite")
    total, failed, errors, skipped = (int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped"))
    tally.count(passed=total - failed - errors - skipped, failed=failed + errors, skipped=skipped)
    if code not in (0, 1, 5) or code == 1 and not failed + errors:  # 1: some failed; 5: nothing is selected; all else: it did not come to its end
        tally.count(failed=1)


GROUPS = {"fmt": fmt, "clippy": clippy, "cargo": cargo, "drift": drift, "pytest": pytest}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", action="store_true", help="build the library and the sandbox first")
    parser.add_argument("--only", action="append", choices=GROUPS, help="this group alone (may be repeated)")
    parser.add_argument("--quick", action="store_true", help="the core of all, in minutes")
    parser.add_argument("--door", action="append", help="with pytest: this folder of tests/ alone (may be repeated)")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose name matches (cargo: contains)")
    options = parser.parse_args()
    tally = Tally()
    if options.build and run(["cargo", "build", "--release", "--workspace"]).returncode:
        tally.count(failed=1)
    for name, group in GROUPS.items():
        if options.quick and name == "drift" or options.only and name not in options.only or options.k and not options.only and name not in ("cargo", "pytest"):
            continue
        clock = Clock()
        group(tally, options)
        clock.say(name)
    print("%d passed, %d failed%s" % (tally.passed, tally.failed, ", %d skipped" % tally.skipped if tally.skipped else ""))
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
