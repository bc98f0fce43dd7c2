"""The crate `taos`, TDengine's Rust connector, in its native form: it loads the library by name when it runs."""
import shutil
import subprocess

import pytest

from support.paths import LIBRARY, SANDBOX, TARGET, TESTS
from support.programs import run
from support.servers import Child, Endpoint

# The first build takes minutes: the connector has some 180 dependencies.
pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(not shutil.which("cargo"), reason="cargo is not installed")]


@pytest.fixture(scope="session")
def program():
    target = TARGET / "tests-rust"
    command = ["cargo", "build", "--release", "--locked", "--manifest-path", str(TESTS / "rust" / "Cargo.toml"), "--target-dir", str(target)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, " ".join(command) + "\n" + done.stderr
    return target / "release" / "taos-connector"


@pytest.mark.parametrize("area", ["types", "times", "structs", "errors", "rows", "cancel", "tasks", "schemaless", "sync"])
def test_program(program, new_endpoint, database, area):
    assert run(program, area, *new_endpoint.args, database).out == "ok\n"


@pytest.mark.stress
@pytest.mark.sandbox_only
@pytest.mark.parametrize("area,rounds", [("rows", 40), ("cancel", 8), ("tasks", 10)])
def test_small_blocks(program, database, area, rounds):
    """Many thousands of replies, as in go/: here callbacks wake tasks instead of threads."""
    with Child(SANDBOX, "--port", "0", "--print-port", "--quiet", "--block-rows", "100") as server:
        for _ in range(rounds):
            run(program, area, *Endpoint("127.0.0.1", server.port).args, database, deadline=30)


def test_library_of_another_path(program, sandbox, database):
    """TAOS_LIBRARY_PATH is the connector's own way to name the library."""
    assert run(program, "structs", *sandbox.args, database, env={"TAOS_LIBRARY_PATH": LIBRARY, "LD_LIBRARY_PATH": ""}).out == "ok\n"
