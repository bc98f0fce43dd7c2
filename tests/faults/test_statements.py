"""Prepared statements that lose their connection between any two calls, or in the middle of one: no row is lost without a word, none
is written twice, and the statement works on. By version 2's messages, by version 1's actions, and on servers that take prepared
inserts on a connection of their own."""
import itertools
import re

import pytest

from support.cc import compile_c
from support.fault_proxy import FAULTS, Fault, FaultProxy, action
from support.programs import run
from support.servers import Sandbox

VERSIONS = {"messages": "3.3.7.5", "actions": "3.2.3.0", "inserts": "3.0.7.0"}
EXECUTIONS = "stmt2_exec", "exec"
numbers = itertools.count()


class ClosedOnFirstRequest(Fault):
    """the first request closes the connection, and does not arrive; later ones are fine"""
    wanted = None

    def meets(self, unit):
        return not self.used and (self.wanted is None or action(unit) in self.wanted)

    async def request(self, link, unit):
        if not self.meets(unit):
            return link.to_server(unit.raw)
        self.used = True
        link.drop()


class ResetOnExecution(Fault):
    """the first execution arrives, and its reply resets the connection; later ones are fine"""
    async def request(self, link, unit):
        if not self.used and action(unit) in EXECUTIONS:
            self.used = link
        link.to_server(unit.raw)

    async def reply(self, link, unit):
        if self.used is not link:
            return link.to_client(unit.raw)
        self.used = True
        link.reset()


class ClosedOnExecution(ClosedOnFirstRequest):
    """the first execution closes the connection, and does not arrive; later ones are fine"""
    wanted = EXECUTIONS


FAULTS = {**FAULTS, "closed-on-first-request": ClosedOnFirstRequest, "reset-on-execution": ResetOnExecution, "closed-on-execution": ClosedOnExecution}

# The calls before which a fault begins; those of inserts, up to the one after the execution.
CALLS = {
    "stmt": ["init", "prepare", "set_tbname_tags", "bind", "add", "set_tbname", "set_tags", "column 0", "column 1", "add", "bind", "add", "num_params", "exec", "after"],
    "stmt2": ["init", "prepare", "get_fields", "bind", "more", "more", "exec", "after"],
    "stmt_query": ["init", "prepare", "bind", "add", "exec", "result"],
    "stmt2_query": ["init", "prepare", "bind", "exec", "result"],
}
CALLS["stmt2_async"] = CALLS["stmt2"]


def expected(what, fault, call):
    """(told that it was not executed, without an answer), each at most once."""
    version_1 = what in ("stmt", "stmt_query")
    if fault.endswith("execution"):
        # From wherever it is in force: the execution is hit. A query is simply asked again.
        if call in ("after", "result"):
            return 0, 0
        return (1, 0) if what.endswith("query") else (0, 1)
    if fault == "gone":
        if call == "result":
            return 1, 0
        # Version 1's rows are with the library until they are executed.
        return int(not version_1 and call in ("more", "exec")), 0
    # The first request from there on is hit: version 1's execution binds first.
    if call == "result":
        return 1, 0
    if version_1:
        return 0, 0
    if call == "exec":
        return (1, 0) if what.endswith("query") else (0, 1)
    # Without waiting a bind cannot be repeated: its callback is told.
    return int(call == "more" or (what == "stmt2_async" and call in ("get_fields", "bind"))), 0


@pytest.fixture(scope="module", params=VERSIONS)
def server(request):
    with Sandbox(pose=VERSIONS[request.param]) as server:
        yield request.param, server


def go(server, fault, what):
    with FaultProxy(server.port, FAULTS) as proxy:
        done = run(compile_c("faults/statements.c"), proxy.port, proxy.control, server.port, "statements_%d" % next(numbers), fault, what, deadline=120)
    return done, proxy.requests


@pytest.mark.sandbox_only
@pytest.mark.parametrize("fault", ["gone", "reset-on-first-reply", "closed-on-first-request", "reset-on-execution", "closed-on-execution"])
@pytest.mark.parametrize("what", CALLS)
def test_cut_points(server, what, fault):
    way, server = server
    if way == "inserts" and what.endswith("query"):
        pytest.skip("such a server prepares inserts only")
    done, requests = go(server, fault, what)
    said = re.findall(r"^%s_(\d+) told (\d+) unanswered (\d+) executed (\d+) rows (\d+)$" % what, done.out, re.M)
    # One more than there are calls: a case without a fault.
    assert [int(at) for at, *_ in said] == list(range(len(CALLS[what]) + 1)), done.out
    for (at, told, unanswered, executed, rows), call in zip(said, CALLS[what]):
        case = "%s_%s" % (what, at)
        assert (int(told), int(unanswered)) == expected(what, fault, call), (case, call)
        # Nothing is executed twice: not a request more than the program asked for.
        sent = sum(requests[case].count(name) for name in EXECUTIONS)
        assert sent <= int(executed), (case, requests[case])
        if int(unanswered):
            assert int(rows) == (0 if fault.startswith("closed") else 4), case


@pytest.mark.sandbox_only
def test_altered_tables(server):
    go(server[1], "gone", "altered")


@pytest.mark.sandbox_only
def test_server_gone_for_long(server):
    go(server[1], "refused", "gone_for_long")


@pytest.mark.sandbox_only
def test_asynchronous_binds_do_not_wait(server):
    go(server[1], "accepts-only", "waits_on_another_thread")


@pytest.mark.sandbox_only
def test_after_taos_close(server):
    go(server[1], "gone", "closed")
