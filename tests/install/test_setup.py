"""What `make demo`, `make test` and `make setup` may install: scripts/setup.sh with another machine's commands before its eyes."""
import os
import shutil
import stat
import subprocess

import pytest

from support.paths import ROOT

SYSTEM = ["bash", "cat", "grep", "sed", "mkdir", "rm", "env"]  # what the script itself is written in
TOOLS = ["cc", "c++", "make", "pkg-config", "cmake", "python3"]
# Each of them writes down how it was called.
FAKES = {
    "id": 'echo "$USER_ID"',
    "apt-get": 'echo "apt-get $*" >> "$CALLS"',
    "rustup": """echo "rustup $*" >> "$CALLS"
case "$1 $2" in
"run nightly") exit 1 ;;
"default ") [ -n "$DEFAULT_TOOLCHAIN" ] && echo "$DEFAULT_TOOLCHAIN (default)" ;;
esac""",
}


class Machine:
    def __init__(self, folder):
        self.bin, self.calls = folder / "bin", folder / "calls"
        self.bin.mkdir()
        for name in SYSTEM:
            (self.bin / name).symlink_to(shutil.which(name))
        for name in TOOLS:
            self.has(name, "exit 0")
        for name, text in FAKES.items():
            self.has(name, text)

    def has(self, name, text):
        file = self.bin / name
        file.write_text("#!%s\n%s\n" % (shutil.which("bash"), text))
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def has_not(self, name):
        (self.bin / name).unlink()

    def setup(self, what, user=0, default="stable-x86_64-unknown-linux-gnu", expect=0):
        """What it said, and what it had done."""
        self.calls.write_text("")
        env = {"PATH": str(self.bin), "CALLS": str(self.calls), "USER_ID": str(user), "DEFAULT_TOOLCHAIN": default, "HOME": str(self.bin)}
        done = subprocess.run([ROOT / "scripts" / "setup.sh", what], env=env, capture_output=True, text=True)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr, self.calls.read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize("user", [0, 1000])
def test_demo_touches_no_toolchain(machine, user):
    assert machine.setup("demo", user) == ("", [])


def test_demo_says_what_it_installs_and_why(machine):
    machine.has_not("cmake")
    said, called = machine.setup("demo")
    assert said.startswith("Installing by apt-get:\n") and "cmake         builds the C examples" in said
    assert called == ["apt-get install -y -qq --no-install-recommends cmake"]


def test_says_what_is_missing_where_it_may_not_install(machine):
    machine.has_not("pkg-config")
    said, called = machine.setup("demo", user=1000, expect=1)
    assert "Missing" in said and "pkg-config    tells a C program's build" in said
    assert called == []


def test_nothing_asks_for_what_nothing_uses(machine):
    """ninja, for example: the machine has none."""
    assert not (machine.bin / "ninja").exists()
    assert machine.setup("tests", user=1000)[1] == ["rustup run nightly cargo miri --version"]


def installs(called):
    return [call for call in called if " install " in call]


def test_tests_install_a_nightly_toolchain_as_root(machine):
    said, called = machine.setup("tests")
    assert "800 MB" in said and "tests/miri" in said
    assert installs(called) == ["rustup toolchain install nightly --no-self-update --profile minimal --component miri --component rust-src"]
    assert not [call for call in called if call.startswith("rustup component") or call.startswith("rustup default ") and call.split()[2:]]


def test_a_nightly_toolchain_never_becomes_the_default(machine):
    """rustup makes the first toolchain the default one where there is none."""
    assert machine.setup("tests", default="")[1][-1] == "rustup default none"


def test_tests_say_why_they_skip(machine):
    said, called = machine.setup("tests", user=1000)
    assert "tests/miri and tests/tsan will be skipped" in said and "rustup toolchain install nightly" in said
    assert installs(called) == []


@pytest.mark.parametrize("text", ["demo.sh", "../Makefile"])
def test_nobody_else_installs(text):
    """setup.sh is the only place that installs; the demo's Python packages go into a venv of its own."""
    words = (ROOT / "scripts" / text).read_text()
    assert not any(word in words for word in ("apt-get", "rustup toolchain", "rustup component", "rustup default"))


def test_usage():
    done = subprocess.run([ROOT / "scripts" / "setup.sh"], capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 2 and "demo|tests" in done.stderr
