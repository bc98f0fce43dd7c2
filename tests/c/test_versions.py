"""Servers of other versions: what they have works, what they have not is an error that names the version needed."""
import pytest

from support.cc import compile_c
from support.programs import run
from support.servers import Sandbox, numbers
from wire.block import block, reply_of
from wire.scripted import Adapter, Answer, ScriptedServer

# What came when, by release line (from the adapter's tags). A server has it from the entry of its own line, or the last one.
SINCE = {
    "mode": [(3, 1, 1, 44), (3, 2, 2, 0)],
    "stmt": [(3, 0, 0, 0)],
    "stmt2": [(3, 0, 0, 0)],
    "options": [(3, 3, 5, 0)],
    "validate": [(3, 3, 6, 0)],
    "status": [(3, 3, 6, 0)],
    "token": [(3, 4, 0, 0)],
}
POSES = ["3.0.2.1", "3.0.7.0", "3.1.1.14", "3.1.1.15", "3.1.1.44", "3.2.3.0", "3.3.0.6", "3.3.2.0", "3.3.3.0", "3.3.5.0", "3.3.6.0", "3.3.7.5", "3.4.0.0", "3.4.1.10"]


def has(version, what):
    own = numbers(version)
    return any(own >= since and (since == SINCE[what][-1] or own[:2] == since[:2]) for since in SINCE[what])


@pytest.fixture(scope="module", params=POSES)
def pose(request):
    with Sandbox(pose=request.param, login_token="tok") as server:
        yield request.param, server.endpoint()


@pytest.mark.sandbox_only
def test_what_a_version_has(pose):
    version, endpoint = pose
    lines = run(compile_c("c/versions.c"), *endpoint.args, "versions").out.splitlines()
    said = dict(line.split(": ", 1) for line in lines if not line.startswith(("schemaless", "telnet")))
    assert said.pop("server") == "ver:" + version
    assert set(said) == set(SINCE)
    for what, outcome in said.items():
        assert outcome == "works" if has(version, what) else ".".join(map(str, SINCE[what][-1])) in outcome, (what, outcome)


@pytest.mark.sandbox_only
@pytest.mark.parametrize("precision", ["ms", "ns"])
def test_types(pose, precision):
    version, endpoint = pose
    run(compile_c("c/types.c"), *endpoint.args, "types_" + precision, precision, "all" if numbers(version) >= (3, 3, 7, 0) else "old")


@pytest.mark.sandbox_only
def test_schemaless_rows_go_where_the_session_is(pose):
    """Also on servers where rows have a connection of their own."""
    _, endpoint = pose
    said = run(compile_c("c/versions.c"), *endpoint.args, "versions").lines(("schemaless", "telnet"))
    assert said == ["schemaless: works", "telnet: works"] * 2


def statements_of(version):
    """What a server takes of prepared statements, as the programs call it."""
    own = numbers(version)
    return "inserts" if own < (3, 1, 1, 15) else "old" if own < (3, 3, 3, 0) else "all" if own >= (3, 3, 7, 0) else None


@pytest.mark.sandbox_only
@pytest.mark.parametrize("precision", ["ms", "ns"])
@pytest.mark.parametrize("program", ["stmt1", "stmt2"])
def test_statements(pose, program, precision):
    """By version 1's actions before 3.3.3.0, on a connection of their own before 3.1.1.15."""
    version, endpoint = pose
    if statements_of(version) is None:
        pytest.skip("by version 2's messages, without decimals or blobs")
    run(compile_c("c/%s.c" % program), *endpoint.args, "%s_%s" % (program, precision), precision, 20, statements_of(version), deadline=60)


@pytest.mark.valgrind
@pytest.mark.sandbox_only
@pytest.mark.parametrize("program", ["stmt1", "stmt2"])
@pytest.mark.parametrize("version", ["3.0.7.0", "3.2.3.0"])
def test_statements_under_valgrind(version, program):
    with Sandbox(pose=version) as server:
        run(compile_c("c/%s.c" % program), *server.endpoint().args, "valgrind", "ms", 6, statements_of(version), deadline=60, valgrind=True)


@pytest.mark.sandbox_only
def test_statements_wrong_use(pose):
    version, endpoint = pose
    run(compile_c("c/stmt_mistakes.c"), *endpoint.args, "mistakes", statements_of(version) or "all")


NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class WithoutWs(Adapter):
    """A server before 3.1.1.15: no /ws, and silence for actions that /rest/ws does not know."""
    version = "3.0.7.0"
    answers = {"select server_version()": Answer(reply_of([("server_version()", 8, 16)]), [block([(8, 18, ["3.0.7.0"])])])}

    def welcome(self, peer, key):
        if peer.server.paths[-1] == "/ws":
            peer.raw(NOT_FOUND)
        else:
            super().welcome(peer, key)

    def on_version(self, peer, req_id, args):
        peer.text({"code": 0, "message": "", "action": "version", "version": self.version})

    def on_conn(self, peer, req_id, args):
        self.reply(peer, "conn", req_id)

    def unknown(self, peer, req_id, args):
        pass

    on_get_server_info = on_get_current_db = on_options_connection = unknown


def test_the_old_path_is_remembered():
    with ScriptedServer(WithoutWs()) as server:
        done = run(compile_c("wire/two_servers.c"), "127.0.0.1", server.port, server.port)
    assert done.out == "ver:3.0.7.0\n" * 3
    assert server.paths == ["/ws", "/rest/ws", "/rest/ws"]


def test_neither_path():
    """Whoever has neither is not an old server, and the error is that of the current path."""
    class Neither(Adapter):
        def welcome(self, peer, key):
            peer.raw(NOT_FOUND)

    with ScriptedServer(Neither()) as server:
        out = run(compile_c("wire/connecting.c"), "127.0.0.1", server.port, "-", "-", "-").out
    assert "404" in out and "NULL" in out and server.paths == ["/ws", "/rest/ws"]
