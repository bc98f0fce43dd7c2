"""A cluster of sandboxes, of which the programs name one."""
import os
import signal
import subprocess
import time

import pytest

from support.cc import compile_c
from support.paths import SANDBOX
from support.programs import environment
from support.servers import Child
from wire.test_several_hosts import Session

pytestmark = pytest.mark.sandbox_only


def member(file, port=0):
    return Child(SANDBOX, "--port", port, "--print-port", "--quiet", "--cluster", file)


def end(server, how):
    os.kill(server.process.pid, how)
    server.process.wait()
    server.stop()


@pytest.fixture
def cluster(tmp_path):
    """Three members, which a test may replace."""
    servers = []
    try:
        servers += [member(tmp_path / "cluster.db") for _ in range(3)]
        yield servers
    finally:
        for server in servers:
            server.stop()


def connections(servers):
    """How many TCP connections each of them has."""
    listed = subprocess.run(["ss", "-Htn", "state", "established"], capture_output=True, text=True, check=True).stdout
    here = [line.split()[2] for line in listed.splitlines()]
    return [here.count("127.0.0.1:%d" % server.port) for server in servers]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_named_one_is_gone(cluster, how):
    with Session() as session:
        assert session.tell("open", "ws://127.0.0.1:%d" % cluster[0].port)[0] == 0
        for sql in ("create database d", "use d", "create table t(ts timestamp, v int)", "insert into t values(1700000000000, 1)"):
            assert session.tell("ask", sql)[0] == 0
        end(cluster[0], how)
        assert session.tell("ask", "insert into t values(1700000000001, 2)") == (0, "0")
        assert session.tell("ask", "select * from t") == (0, "2")
        assert session.tell("open", "ws://127.0.0.1:%d/d" % cluster[0].port)[0] == 0
        assert session.tell("ask", "select * from t") == (0, "2")


def test_connections_are_balanced(cluster):
    with Session() as session:
        for _ in range(1 + 9):
            assert session.tell("open", "ws://127.0.0.1:%d?discover=balance" % cluster[0].port)[0] == 0
        assert sorted(connections(cluster)) == [3, 3, 4]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("rounds", [2, pytest.param(30, marks=pytest.mark.stress)])
def test_a_rolling_restart(cluster, database, tmp_path, how, rounds):
    """Each of the three in turn, under eight writers, who read as well, and two consumers."""
    command = [compile_c("c/rolling.c"), str(cluster[0].port), database, "8"]
    program = subprocess.Popen(command, env=environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = program.stdout.readline()
    assert said == "ready\n", said
    restarts = 0
    for number in [0, 1, 2] * rounds:
        time.sleep(0.5)
        port = cluster[number].port
        end(cluster[number], how)
        cluster[number] = member(tmp_path / "cluster.db", port)
        restarts += 1
    time.sleep(0.5)
    out, _ = program.communicate("end\n", timeout=300)
    assert program.returncode == 0, out
    print("\n%d restarts: %s" % (restarts, out.strip()))
