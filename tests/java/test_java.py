"""TDengine's JDBC driver, unmodified, in its native form (jdbc:TAOS://): its 63 native methods are this library's."""
import os
import subprocess
from functools import lru_cache

import pytest

from support.java import class_path, jni_warnings, missing, run_java
from support.paths import ROOT

pytestmark = [pytest.mark.timeout(300), pytest.mark.skipif(missing() is not None, reason=str(missing()))]

NEWEST = "3.7.9"
AREAS = ["basics", "types", "rows", "errors", "prepared", "bound", "schemaless", "consumer", "pool", "templates", "threads", "natives"]


class Session:
    """One JVM that has run several areas, one after the other."""

    def __init__(self, driver, endpoint, areas, folder, database):
        # A Java URL has no room for another: a connection string is what the driver's cfgdir says when the URL names no host.
        plain = endpoint.port != 0
        (folder / "taos.cfg").write_text("" if plain else "adapterList %s\n" % endpoint.host)
        self.ended = run_java(class_path("programs-" + driver), "user.Main", endpoint.host if plain else "", endpoint.port, database, *areas, options=["-Dcfgdir=%s" % folder])

    def check(self, area):
        """The area was run to its end and had nothing to say."""
        _, begun, rest = self.ended.out.partition("== %s\n" % area)
        assert begun, "not begun; before it:\n" + self.ended.story
        said, came, _ = rest.partition("== %s ok\n" % area)
        assert came, said.split("\n== ")[0] + "\n" + self.ended.story
        assert not jni_warnings(said), "".join(jni_warnings(said))

    def check_end(self):
        assert self.ended.code == 0, self.ended.story
        assert not jni_warnings(self.ended.out), "".join(jni_warnings(self.ended.out))


@pytest.fixture(scope="session")
def session_of(request, tmp_path_factory):
    """The JVM of these areas, driver and kind of server; started once."""
    @lru_cache(maxsize=None)
    def started(driver, kind, areas):
        endpoint = request.getfixturevalue({"ws": "sandbox", "wss": "tls_sandbox"}[kind])
        return Session(driver, endpoint, areas, tmp_path_factory.mktemp("java"), "java_%s_%s" % (kind, driver.replace(".", "_")))
    return started


def endpoint_kinds():
    return [pytest.param("ws", id="ws"), pytest.param("wss", id="wss", marks=pytest.mark.sandbox_only)]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("kind", endpoint_kinds())
def test_program(session_of, kind, area):
    session_of(NEWEST, kind, tuple(AREAS)).check(area)


@pytest.mark.parametrize("kind", endpoint_kinds())
def test_end_of_the_programs(session_of, kind):
    """The JVM ends, with no signal's handler changed and no warning from between the programs."""
    session_of(NEWEST, kind, tuple(AREAS)).check_end()


@pytest.mark.parametrize("driver", ["3.4.0", "3.2.11"])
@pytest.mark.parametrize("area", AREAS)
def test_older_driver(session_of, driver, area):
    session_of(driver, "ws", tuple(AREAS)).check(area)


@pytest.mark.sandbox_only
def test_server_gone(session_of):
    session_of(NEWEST, "ws", ("gone",)).check("gone")


def test_first_call_is_another(session_of):
    session_of(NEWEST, "ws", ("bare",)).check("bare")


def test_end_under_threads(session_of):
    """A JVM ends while its threads are inside native methods and nothing is closed."""
    session = session_of(NEWEST, "ws", ("leaving",))
    session.check("leaving")
    session.check_end()


def test_example(sandbox, tmp_path):
    """java-example/, as README and the demo have it."""
    classes = class_path("programs-" + NEWEST)
    source = ROOT / "java-example" / "src" / "main" / "java" / "Example.java"
    done = subprocess.run(["javac", "-encoding", "UTF-8", "-d", tmp_path, "-cp", classes, source], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ended = run_java(os.pathsep.join([str(tmp_path), classes]), "Example", *sandbox.args)
    assert ended.out == "20.5 晴 ☀\n20.25 null\n", ended.story
