"""Servers that are killed and restarted, and connections that are cut, under writers and consumers. The sandbox keeps the logs
of subscriptions in memory only, so the consumers' server stays and the way to it, a proxy, is cut."""
import os
import random
import signal
import subprocess
import time

import pytest

from support.cc import compile_c
from support.fault_proxy import FaultProxy
from support.programs import environment
from support.servers import Sandbox


@pytest.mark.sandbox_only
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seconds", [15, pytest.param(300, marks=pytest.mark.stress)])
def test_restarts(database, tmp_path, seconds):
    choose = random.Random(20)

    def server(number, port=0):
        return Sandbox(port=port, data=tmp_path / ("%d.db" % number))

    servers = [server(number) for number in range(3)]
    kills = cuts = 0
    try:
        with Sandbox() as steady, FaultProxy(steady.port) as proxy:
            program = subprocess.Popen([compile_c("c/restarts.c"), database, "8", str(proxy.port), *(str(s.port) for s in servers)],
                                       env=environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            said = program.stdout.readline()
            assert said == "ready\n", said
            end = time.monotonic() + seconds
            while time.monotonic() < end and program.poll() is None:
                time.sleep(choose.uniform(0.05, 1.0))
                if choose.random() < 0.4:
                    proxy.cut()
                    cuts += 1
                    continue
                number = choose.randrange(3)
                victim = servers[number]
                os.kill(victim.process.pid, signal.SIGKILL)
                victim.process.wait()
                victim.stop()
                time.sleep(choose.uniform(0, 1.0))
                servers[number] = server(number, victim.port)
                kills += 1
            out, _ = program.communicate("end\n", timeout=120)
    finally:
        for one in servers:
            one.stop()
    assert program.returncode == 0, out
    assert kills and cuts
    print("%d kills, %d cuts: %s" % (kills, cuts, out.strip()))
