"""From the arguments of taos_connect to what arrives at the server."""
import socket
from urllib.parse import parse_qs

import pytest

from support.cc import compile_c
from support.programs import run
from wire.behaviours import NoVersionInConn
from wire.scripted import PING, Adapter, ScriptedServer, frame

FINE = "connect: ok code=0x00000000 text=success\nrows: 3\n"


def connect(host, port=0, user="-", password="-", database="-", **options):
    return run(compile_c("wire/connecting.c"), host, port, user, password, database, **options).out


def login(server):
    return next(args for action, args in server.seen if action == "conn")


@pytest.fixture
def server():
    with ScriptedServer(Adapter()) as running:
        yield running


def test_plain_arguments(server):
    assert connect("127.0.0.1", server.port, "someone", "secret", "power") == FINE
    assert {key: login(server)[key] for key in ("user", "password", "db")} == {"user": "someone", "password": "secret", "db": "power"}
    assert server.paths == ["/ws"]


def test_defaults(server):
    assert connect("127.0.0.1", server.port) == FINE
    assert (login(server)["user"], login(server)["password"], login(server).get("db", "")) == ("root", "taosdata", "")


def test_no_host_is_this_machine(server):
    assert connect("-", server.port) == FINE


@pytest.mark.parametrize("password", ["p@ss:/?#w%41&x=1", "ünï", "'\"\\", " spaces ", "%"])
def test_a_password_is_any_text(server, password):
    """It is not part of any URL on its way."""
    assert connect("127.0.0.1", server.port, "root", password) == FINE
    assert login(server)["password"] == password


@pytest.mark.parametrize("text", ["ws://someone:p%40ss%3A%2F@127.0.0.1:{port}/power?timezone=Asia%2FTokyo", "taos+ws://someone:p%40ss%3A%2F@127.0.0.1:{port}/power?timezone=Asia/Tokyo"])
def test_connection_string(server, text):
    assert connect(text.format(port=server.port)) == FINE
    args = login(server)
    assert (args["user"], args["password"], args["db"], args["tz"]) == ("someone", "p@ss:/", "power", "Asia/Tokyo")


def test_what_the_connection_string_names_comes_first(server):
    """Many programs always pass root and taosdata beside the host."""
    assert connect("ws://someone:else@127.0.0.1:%d" % server.port, 0, "root", "taosdata", "power") == FINE
    args = login(server)
    assert (args["user"], args["password"], args["db"]) == ("someone", "else", "power")


def test_cloud_token(server):
    """A token goes into the path of the upgrade, where the gateway reads it."""
    assert connect("ws://127.0.0.1:%d?token=a1b2C3-_.%%2B%%26" % server.port) == FINE
    path, query = server.paths[0].split("?")
    assert (path, parse_qs(query)) == ("/ws", {"token": ["a1b2C3-_.+&"]})


def dead_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


@pytest.mark.parametrize("form", ["127.0.0.1:{dead},127.0.0.1:{port}", "ws://127.0.0.1:{dead},127.0.0.1:{port}/power", "127.0.0.1:{port},127.0.0.1:{dead}"])
def test_a_list_of_hosts(server, form):
    """The first one that answers."""
    assert connect(form.format(dead=dead_port(), port=server.port)) == FINE


def test_a_host_with_its_port(server):
    assert connect("127.0.0.1:%d" % server.port) == FINE
    assert connect("localhost:%d" % server.port) == FINE


@pytest.mark.parametrize("form", ["::1", "[::1]", "[::1]:{port}", "ws://[::1]:{port}"])
def test_ipv6(form):
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listener, ScriptedServer(Adapter()) as running:
        running.start(listener)
        port = listener.getsockname()[1]
        assert connect(form.format(port=port), 0 if "{port}" in form else port) == FINE


def test_two_round_trips(server):
    """The upgrade and `conn`, no more, before the first statement."""
    connect("127.0.0.1", server.port)
    assert [action for action, _ in server.seen][:2] == ["conn", "binary_query"]


class Learns(NoVersionInConn):
    """Is replaced by a newer one after two logins."""
    logins = 0

    def on_conn(self, peer, req_id, args):
        self.logins += 1
        known = {"version": self.version} if self.logins > 2 else {}
        self.reply(peer, "conn", req_id, **known)


@pytest.mark.parametrize("script, logins", [
    # Asked after the first login, and from then on along with it, in the same two round trips.
    (NoVersionInConn, [["conn", "version"], ["version", "conn"], ["version", "conn"]]),
    (Learns, [["conn", "version"], ["version", "conn"], ["version", "conn"]]),
    (Adapter, [["conn"]] * 3),
])
def test_a_server_that_does_not_tell_its_version(script, logins):
    with ScriptedServer(script()) as server:
        run(compile_c("wire/again.c"), "127.0.0.1", server.port, "-X", "-X")
    actions = [action for action, _ in server.seen if action in ("conn", "version", "binary_query")]
    rest = iter(actions)
    assert [list(iter(lambda: next(rest), "binary_query")) for _ in logins] == logins


OTHER_FORMS = {
    "lists, and lists on several lines": lambda head: [head.replace("Upgrade: websocket", "Upgrade: h2c, WebSocket").replace(
        "Connection: ", "Connection: keep-alive\r\nConnection: close, ")],
    "names in any case, no reason, no blanks": lambda head: [head.replace(" Switching Protocols", "").replace(": ", ":").replace("Sec-WebSocket", "sec-websocket")],
    "lines that end with LF": lambda head: [head.replace("\r", "")],
    "an empty list of extensions": lambda head: [head.replace("Upgrade: ", "Sec-WebSocket-Extensions:\r\nUpgrade: ", 1)],
    "a byte at a time": list,
    "a long header": lambda head: [head.replace("Upgrade: ", "X-Trace: %s\r\nUpgrade: " % ("x" * 5000), 1)],
    "messages in the same packet": lambda head: [head + frame(PING, b"early").decode("latin1") * 300],
}


@pytest.mark.parametrize("settings", ["", "?compression=1"])
@pytest.mark.parametrize("form", OTHER_FORMS)
def test_other_forms_of_the_upgrade(form, settings):
    """RFC 9112 and RFC 6455 leave a server these, or want clients to take them."""
    class Other(Adapter):
        def welcome(self, peer, key):
            said, peer.raw = [], lambda part: said.append(part)
            super().welcome(peer, key)
            del peer.raw
            for part in OTHER_FORMS[form](b"".join(said).decode("latin1")):
                peer.raw(part.encode("latin1"))

    with ScriptedServer(Other()) as server:
        assert connect("ws://127.0.0.1:%d%s" % (server.port, settings)) == FINE


def test_a_host_that_does_not_answer_tcp():
    """The backlog is full, so the connection is neither accepted nor refused."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        said = connect("ws://127.0.0.1:%d?connect_timeout=2" % full.getsockname()[1], deadline=15)
        for filler in fillers:
            filler.close()
    assert said.startswith("connect: NULL code=0x8") and not said.strip().endswith("text=")


def test_two_servers_have_two_versions():
    """What one server said of itself is not what another one is."""
    class Older(Adapter):
        version = "3.3.6.1"

    with ScriptedServer(Adapter()) as one, ScriptedServer(Older()) as other:
        done = run(compile_c("wire/two_servers.c"), "127.0.0.1", one.port, other.port)
    assert done.out == "ver:3.3.7.5\nver:3.3.6.1\nver:3.3.7.5\n"
