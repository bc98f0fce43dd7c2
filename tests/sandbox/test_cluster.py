"""Several sandboxes of one cluster: the same data, each other's addresses, and nothing lost with any of them."""
import contextlib
import fcntl
import os
import signal
import subprocess
import time

import pytest

from support.paths import SANDBOX
from support.servers import Sandbox

from .adapter import Consumer, Session, refclient

T0 = 1700000000000


def told(server):
    """What a login is told of the adapters."""
    line = refclient.Conn("127.0.0.1", server.port)
    reply = line.conn(list_instances=True)
    line.close()
    assert reply["code"] == 0
    return reply["list_instances"]


def addresses(servers):
    return sorted("127.0.0.1:%d" % server.port for server in servers)


def kill(server):
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    server.stop()


def wait_until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_over(file):
    """Nobody has the data open."""
    with open("%s.lock" % file, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            return False


@pytest.fixture
def file(tmp_path):
    yield tmp_path / "cluster.db"
    wait_until(lambda: is_over(tmp_path / "cluster.db"))


@pytest.fixture
def line_to(closing):
    return lambda port: closing(Session(port))


@pytest.fixture
def cluster(file):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Sandbox(cluster=file)) for _ in range(3)]


def test_they_tell_each_other(cluster):
    for server in cluster:
        assert sorted(told(server)) == addresses(cluster)


def test_they_share_their_data(cluster, line_to):
    one, other, third = (line_to(server.port) for server in cluster)
    assert one.version == "3.4.1.12"
    one.run("create database d", "create table d.t(ts timestamp, v int)", "insert into d.t values(%d, 1)" % T0)
    other.run("insert into d.t values(%d, 2)" % (T0 + 1))
    assert third.rows("select v from d.t") == [["1"], ["2"]]
    other.run("drop database d")
    assert third.error("select v from d.t")[0]


@pytest.mark.parametrize("victim", range(3))
def test_one_is_killed_and_the_others_go_on(cluster, file, victim, line_to):
    """The first one as well, which has started the process with the data. The killed one's connections end, and no others."""
    others = [server for server in cluster if server is not cluster[victim]]
    lines = [line_to(server.port) for server in others]
    lost = line_to(cluster[victim].port)
    lines[0].run("create database d", "create table d.t(ts timestamp, v int)")
    lost.run("insert into d.t values(%d, 1)" % T0)
    kill(cluster[victim])
    with pytest.raises(Exception):
        lost.rows("select 1")
    for line in lines:
        assert line.rows("select v from d.t") == [["1"]]
    wait_until(lambda: sorted(told(others[0])) == addresses(others))
    with Sandbox(cluster=file) as returned:
        assert line_to(returned.port).rows("select v from d.t") == [["1"]]
        assert sorted(told(others[1])) == addresses([*others, returned])


def test_the_data_outlives_the_cluster(file, line_to):
    with Sandbox(cluster=file) as server:
        line_to(server.port).run("create database d", "create table d.t(ts timestamp, v int)", "insert into d.t values(%d, 7)" % T0)
    with Sandbox(cluster=file) as server:
        assert line_to(server.port).rows("select v from d.t") == [["7"]]


def test_all_are_killed(file):
    servers = [Sandbox(cluster=file) for _ in range(2)]
    for server in servers:
        kill(server)
    wait_until(lambda: is_over(file))
    with Sandbox(cluster=file) as server:
        assert told(server) == addresses([server])


def test_many_start_at_once(file, line_to):
    command = [SANDBOX, "--port", "0", "--print-port", "--quiet", "--cluster", file]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    try:
        ports = [int(one.stdout.readline()) for one in started]
        line = line_to(ports[0])
        line.run("create database d")
        for port in ports:
            line_to(port).run("use d")
    finally:
        for one in started:
            one.terminate()
            one.wait()
            one.stdout.close()


def test_the_process_with_the_data_is_killed(cluster, file, line_to):
    """Another one takes its place, with what is on disk, and has the same members."""
    line_to(cluster[0].port).run("create database d")
    found = subprocess.run(["pgrep", "-f", "%s --as-store" % file], capture_output=True, text=True).stdout.split()
    [number] = [int(n) for n in found]
    os.kill(number, signal.SIGKILL)

    def is_back():
        with contextlib.suppress(Exception):
            return sorted(told(cluster[2])) == addresses(cluster)
    wait_until(is_back)
    line_to(cluster[1].port).run("use d")


def test_a_consumer_is_told(cluster, line_to, closing):
    line = line_to(cluster[0].port)
    line.run("create database d vgroups 1", "create table d.t(ts timestamp, v int)", "create topic tp as select ts, v from d.t")
    for asked in (True, False):
        reader = closing(Consumer(cluster[1].port))
        reply = reader.subscribe(["tp"], "g%d" % asked, list_instances=asked)
        assert sorted(reply.get("list_instances", [])) == (addresses(cluster) if asked else [])
    line.run("insert into d.t values(%d, 1)" % T0)
    assert [row for _, row in reader.all_rows()] == [[str(T0), "1"]]


def test_each_with_a_scheme_of_its_own(file, certificates):
    cert, key = certificates.of("localhost", "127.0.0.1")
    with Sandbox(cluster=file) as plain, Sandbox(cluster=file, cert=cert, key=key) as tls:
        assert sorted(told(plain)) == sorted(addresses([plain]) + ["https://127.0.0.1:%d" % tls.port])


def test_a_file_that_is_none(tmp_path):
    done = subprocess.run([SANDBOX, "--port", "0", "--cluster", tmp_path / "no folder" / "x"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and "no folder" in done.stderr and "No such file" in done.stderr, done.stderr
