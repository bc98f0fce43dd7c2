"""Threads that are cancelled in the middle of each operation that waits for the server."""
import itertools

import pytest

from faults.test_matrix import GROUPS
from support.cc import compile_c
from support.fault_proxy import FaultProxy
from support.programs import run
from support.servers import Sandbox

# Those that answer without the server, or do not wait for it long.
RETURN = {"options_connection", "set_conn_mode", "reset_current_db", "close", "stmt_bind_param", "stmt_num_params", "stmt_close", "stmt2_get_fields", "stmt2_close"}
numbers = itertools.count()


@pytest.mark.sandbox_only
@pytest.mark.timeout(300)
@pytest.mark.parametrize("stack", [1024, 192], ids=["alone", "helped"])
@pytest.mark.parametrize("group", GROUPS)
def test_cancelled(group, stack):
    """On a small stack, a helper connects, which is cancelled with the thread that waits for it."""
    with Sandbox() as server, FaultProxy(server.port) as proxy:
        done = run(compile_c("faults/cancelled.c"), proxy.port, proxy.control, server.port, "cancelled_%d" % next(numbers), group, stack, deadline=200)
    print(done.out)
    returned = {line.split()[1] for line in done.lines("returned")}
    assert returned <= RETURN, returned
    assert len(done.lines("ended")) > 2
