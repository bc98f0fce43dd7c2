"""Small stacks: programs whose every call of the library is made on a thread with one. Together they call every function."""
import pytest

from faults.test_matrix import GROUPS
from stacks import interpose
from support.cc import compile_c, run_compiler
from support.fault_proxy import FaultProxy
from support.paths import BUILD, INCLUDE, TESTS
from support.programs import run
from support.servers import Sandbox


@pytest.fixture(scope="session")
def interposed():
    """The library that is loaded before ours."""
    folder = BUILD / "stacks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "interpose.c").write_text(interpose.source())
    run_compiler(["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O1", "-fPIC", "-shared", "-I", INCLUDE, "-I", TESTS / "stacks",
                  "-o", folder / "interpose.so", folder / "interpose.c", "-ldl"])
    return folder / "interpose.so"


# Programs of other doors that between them call nearly all functions, and one for the rest.
PROGRAMS = [("c/first_steps.c",), ("c/users.c",), ("c/types.c", "ms", "all"), ("c/stmt1.c", "ms", 20), ("c/stmt2.c", "ms", 20), ("c/schemaless.c", "all"),
            ("c/consumer.c",), ("c/topics.c", "ms"), ("c/polling.c",), ("c/charsets.c",), ("c/affected.c",), ("c/last_error.c",), ("c/stopped.c",),
            ("c/after_close.c", 10000, "statements"), ("c/stmt_results.c",), ("c/many_rows.c", 9000), ("stacks/rest.c",)]


@pytest.mark.timeout(600)
def test_every_function(new_endpoint, database, interposed, tmp_path):
    """On a thread with 32 KB of stack in all, of which the C library takes its share; most would do with 16. docs/host.md names the sizes."""
    report = tmp_path / "report"
    env = {"LD_PRELOAD": interposed, "TAOS_STACK": 32768, "TAOS_STACK_REPORT": report}
    for number, (source, *arguments) in enumerate(PROGRAMS):
        run(compile_c(source, sanitizer=None), *new_endpoint.args, "%s_%d" % (database, number), *arguments, env=env, deadline=120)
    most = {}
    for line in report.read_text().splitlines():
        name, _, used = line.split()
        most[name] = max(most.get(name, 0), int(used))
    print("\n".join("%6d %s" % (used, name) for name, used in sorted(most.items(), key=lambda item: item[1])))
    assert set(most) == {name for _, name, _, _ in interpose.declarations()}
    assert sum(used <= 16384 for used in most.values()) > 0.9 * len(most)


@pytest.mark.sandbox_only
@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", ["reset-on-request", "refused", "corrupt-head"])
def test_connections_that_are_lost(interposed, fault):
    """What fails has a text to make, and calls connect anew."""
    with Sandbox() as server, FaultProxy(server.port) as proxy:
        for group in GROUPS:
            run(compile_c("faults/operations.c", sanitizer=None), proxy.port, proxy.control, server.port, "stacks_" + group, fault, int(fault == "corrupt-head"), group,
                env={"LD_PRELOAD": interposed, "TAOS_STACK": 32768}, deadline=150)
