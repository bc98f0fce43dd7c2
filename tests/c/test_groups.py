"""Consumers in one group, each a process: what is written arrives once between them, and after accidents at least once."""
import collections
import subprocess
import threading
import time

import pytest

from support.cc import compile_c
from support.fault_proxy import FaultProxy
from support.programs import environment, run

ROWS = 2000
PATIENCE = 60


class Member:
    """A process of group_member, and what it has told so far."""

    def __init__(self, port, topic, *how):
        command = [compile_c("c/group_member.c"), "read", "127.0.0.1", str(port), topic, *how]
        self.process = subprocess.Popen(command, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.values, self.errors = [], []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if line.strip().isdigit():
                self.values.append(int(line))
            else:
                self.errors.append(line)

    def leave(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.reader.join()
        assert self.process.returncode == 0, self.errors

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()


class Group:
    def __init__(self, endpoint, database):
        self.endpoint, self.database, self.topic, self.members = endpoint, database, database + "_topic", []
        setup = ["CREATE DATABASE %s VGROUPS 8 WAL_RETENTION_PERIOD 3600" % database, "USE " + database,
                 "CREATE STABLE st (ts TIMESTAMP, v INT) TAGS (g INT)", "CREATE TOPIC %s AS STABLE st" % self.topic]
        run(compile_c("c/run_sql.c"), *endpoint.args, *setup)

    def join(self, *how, port=None):
        self.members.append(Member(port or self.endpoint.port, self.topic, *how))
        return self.members[-1]

    def write(self):
        command = [compile_c("c/group_member.c"), "write", *self.endpoint.args, self.database, str(ROWS)]
        return subprocess.Popen([str(part) for part in command], env=environment())

    def seen(self):
        return collections.Counter(value for member in self.members for value in list(member.values))

    def until(self, share):
        """Waits until so much of the rows has arrived."""
        deadline = time.monotonic() + PATIENCE
        while len(self.seen()) < share * ROWS:
            assert time.monotonic() < deadline, (len(self.seen()), [member.errors for member in self.members])
            time.sleep(0.02)

    def close(self):
        for member in self.members:
            if member.process.poll() is None:
                member.kill()


@pytest.fixture
def group(sandbox, database):
    made = Group(sandbox, database)
    yield made
    made.close()


@pytest.mark.parametrize("how", [[], ["all"]], ids=["by message", "all"])
def test_every_row_once(group, how):
    """Two members, and a third that comes and goes, while rows are written."""
    first, second = group.join(*how), group.join(*how)
    writer = group.write()
    group.until(0.2)
    third = group.join(*how)
    group.until(0.6)
    third.leave()
    group.until(1)
    assert writer.wait(PATIENCE) == 0
    time.sleep(0.5)  # for a row that comes twice
    first.leave()
    second.leave()
    # Who was given how many is the scheduler's: on a busy machine one may come too late for any.
    assert not any(member.errors for member in group.members), [member.errors for member in group.members]
    assert sorted(group.seen().elements()) == list(range(ROWS))


@pytest.mark.parametrize("how", [[], ["all"]], ids=["by message", "all"])
def test_no_row_lost(group, how):
    """A member is killed, another one's connections are cut again and again."""
    with FaultProxy(group.endpoint.port) as proxy:
        doomed, cut = group.join(*how), group.join(*how, port=proxy.port)
        writer = group.write()
        cuts = 0
        for step in range(1, 10):
            group.until(step / 10)
            cuts += proxy.cut()
            if step == 3:
                doomed.kill()
            if step == 6:
                group.join(*how)
        group.until(1)
        assert writer.wait(PATIENCE) == 0
        cut.leave()
    assert cuts > 0
    assert sorted(group.seen()) == list(range(ROWS))
