"""The README's commands, pasted into a shell one after the other as they are. Only what a test may not touch is replaced: /usr/local
by a prefix of its own, and taosAdapter's port by that of the sandbox."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.paths import BUILD, ROOT
from support.programs import environment

README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
PREFIX = BUILD / "readme"

# Lines that are not run here, and why.
ELSEWHERE = {
    r"make demo": "is a test of its own, of minutes",
    r"make test": "runs this",
    r"make": "was run before the tests",
    r"sudo ldconfig": "changes the machine",
    r"python3 -m venv venv && \. venv/bin/activate": "the tests have an environment",
    r"pip install taospy": "is in it",
    r"target/release/taos-sandbox --quiet &": "runs already, on another port",
    r"mvn -q -f java-example compile": "needs a JDK and Maven; tests/java has the program",
    r"java -Djava.library.path=\S+ -cp \S+ Example localhost 6041": "the same",
    r"LD_LIBRARY_PATH=\S+ taos -h localhost": "needs TDengine's own client package",
}
CONNECTED = r"^client interface: 3\.3\.7\.5$"
OF_GO = r"^ok$"
# What the commands must have printed, in this order.
SHOWN = [CONNECTED, CONNECTED, CONNECTED, r"^ver:3\.3\.7\.5", OF_GO, r"^ok +login .* as root$", r"calling init: \S*/libtaos\.so", r"^200$", r"GNU_STACK.* RW ", r"INFO.*connect"]
GO = re.compile(r"^(go build|LD_LIBRARY_PATH=\S+ \./program types|export CGO_)")


def lines():
    return [line for block in BLOCK.findall(README) for line in block.splitlines() if line]


def is_elsewhere(line):
    return any(re.fullmatch(pattern, line) for pattern in ELSEWHERE)


def test_nothing_is_left_out_for_nothing():
    for pattern in ELSEWHERE:
        assert any(re.fullmatch(pattern, line) for line in lines()), "%s is not in the README" % pattern


def test_commands_are_in_blocks():
    """What looks like a command to be pasted is in a block that is run. An indented one is only shown."""
    shown = [line for line in README.splitlines() if re.match(r" {4}(make|sudo|cc|cmake|go|python3|pip|curl|LD_LIBRARY_PATH=\S+)\b", line)]
    assert shown == []


@pytest.mark.timeout(600)
def test_commands(sandbox, tmp_path):
    """In a folder that has all of the repository and may be written to."""
    for entry in ROOT.iterdir():
        if entry.name not in (".git", "build", "program"):
            (tmp_path / entry.name).symlink_to(entry)
    shutil.rmtree(PREFIX, ignore_errors=True)
    has_go = shutil.which("go")
    script = ["set -e -o pipefail", "set -x"]
    for line in lines():
        if is_elsewhere(line) or GO.match(line) and not has_go:
            continue
        script.append(line.replace("sudo ", "").replace("make install", "make -C '%s' install" % ROOT).replace("/usr/local", str(PREFIX)).replace("localhost:6041", "127.0.0.1:%d" % sandbox.port))
    env = environment(TAOS_SERVER_PORT=sandbox.port)
    del env["LD_LIBRARY_PATH"]
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    env["no_proxy"] = "127.0.0.1"
    done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
    at = 0
    for pattern in SHOWN:
        if pattern != OF_GO or has_go:
            found = re.compile(pattern, re.M).search(done.stdout, at)
            assert found, "%r is not in\n%s" % (pattern, done.stdout[at:][-6000:])
            at = found.end()
