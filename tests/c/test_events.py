"""Events of users, white lists, digests and instances: what the protocol has no word for."""
import pytest

from support.cc import compile_c
from support.programs import run
from support.servers import Sandbox

pytestmark = pytest.mark.sandbox_only


@pytest.fixture
def own():
    """A sandbox of one's own: users are dropped, and variables of the cluster change."""
    with Sandbox() as server:
        yield server.endpoint()


CASES = ["all_three", "lists", "drop_alone", "ends", "costs", "many", pytest.param("forks", marks=pytest.mark.unsanitized), "refusals"]


@pytest.mark.parametrize("case", CASES)
def test_events(own, case):
    run(compile_c("c/events.c"), *own.args, "somebody", case, deadline=100)


@pytest.mark.valgrind
@pytest.mark.parametrize("case", ["all_three", "ends", "drop_alone"])
def test_events_under_valgrind(own, case):
    run(compile_c("c/events.c"), *own.args, "somebody", case, deadline=150, valgrind=True)


@pytest.mark.parametrize("case", ["off", "on", "errors"])
def test_white_lists(own, case):
    run(compile_c("c/white_lists.c"), *own.args, case)


@pytest.mark.parametrize("watched", [False, pytest.param(True, marks=pytest.mark.valgrind)], ids=["plain", "valgrind"])
def test_white_lists_of_times(watched):
    with Sandbox(pose="3.4.0.0") as server:
        run(compile_c("c/white_lists.c"), *server.endpoint().args, "newer", deadline=60, valgrind=watched)


@pytest.mark.valgrind
@pytest.mark.parametrize("case", ["off", "on", "errors"])
def test_white_lists_under_valgrind(own, case):
    run(compile_c("c/white_lists.c"), *own.args, case, deadline=60, valgrind=True)


def test_digests(own):
    run(compile_c("c/digests.c"), *own.args)


@pytest.mark.parametrize("version", ["3.3.7.5", "3.4.1.12"])
def test_instances(version):
    with Sandbox(pose=version) as server:
        run(compile_c("c/instances.c"), *server.endpoint().args, "told" if version == "3.4.1.12" else "unknown")


@pytest.mark.valgrind
def test_instances_under_valgrind():
    with Sandbox(pose="3.4.1.12") as server:
        run(compile_c("c/instances.c"), *server.endpoint().args, "told", deadline=60, valgrind=True)


@pytest.mark.parametrize("watched", [False, pytest.param(True, marks=pytest.mark.valgrind)], ids=["plain", "valgrind"])
def test_adapter(own, watched):
    """taosAdapter's calls, in its order."""
    run(compile_c("c/adapter.c"), "edge_user", "edge", env={"TAOS_FQDN": own.host, "TAOS_SERVER_PORT": own.port}, deadline=120, valgrind=watched)
