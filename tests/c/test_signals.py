"""Signals that end a process: they reach a program whose threads have all ended, and are left to one that takes them itself."""
import signal
import subprocess

import pytest

from support.cc import compile_c
from support.programs import environment
from wire.scripted import Adapter, ScriptedServer

ENDING = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT]


@pytest.fixture(scope="module")
def server():
    with ScriptedServer(Adapter()) as server:
        yield server


def signalled(server, number, *how):
    """(exit code, what it says) of the program when the signal came after it was ready."""
    program = subprocess.Popen([compile_c("c/alone.c"), "127.0.0.1", str(server.port), *how], env=environment(), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert program.stdout.readline() == "ready\n"
    program.send_signal(number)
    try:
        out, _ = program.communicate(timeout=20)
    finally:
        program.kill()
    return program.returncode, out


@pytest.mark.unsanitized
@pytest.mark.parametrize("connection", ["open", "closed"])
@pytest.mark.parametrize("number", ENDING)
def test_only_the_library_is_left(server, number, connection):
    assert signalled(server, number, connection) == (-number, "")


@pytest.mark.unsanitized
@pytest.mark.parametrize("number", ENDING)
def test_the_programs_handler_is_called(server, number):
    assert signalled(server, number, "handled") == (5, "handled %s\n" % chr(ord("0") + number))


@pytest.mark.parametrize("how", ["sigwait", "signalfd", "blocked"])
def test_the_program_takes_it_itself(server, how):
    assert signalled(server, signal.SIGTERM, how, str(int(signal.SIGTERM))) == (0, "")


def test_the_program_leaves_it(server):
    assert signalled(server, signal.SIGTERM, "leaves", str(int(signal.SIGTERM))) == (-signal.SIGTERM, "")
