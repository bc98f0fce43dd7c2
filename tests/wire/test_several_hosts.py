"""A list of hosts: connections are spread over it, and what is lost on one goes on at another."""
import contextlib
import subprocess
import time

import pytest

from support.cc import compile_c
from support.programs import environment
from wire.behaviours import CloseAfterUpgrade, ClosesAtOnce, ConnNotJson, SilentAfterUpgrade, SmallBlocks, WrongPassword
from wire.scripted import UPDATE, Adapter, Answer, Gone, ScriptedServer, hang
from wire.statements import Statements

BROKEN, NO_CONNECTION, CLOSED = 0x80000018, 0x8000000B, 0x80000213
READ, WRITE = "select * from t", "insert into t values (now, 1)"


class Session:
    """A program with one session."""

    def __init__(self):
        self.process = subprocess.Popen([compile_c("wire/session.c")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=environment())

    def tell(self, *words):
        """(code, text) of a command."""
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        code, _, text = self.process.stdout.readline().rstrip("\n").partition(" ")
        return int(code, 16), text

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.stdin.close()
        if kind:
            self.process.kill()
        rest, code = self.process.stdout.read(), self.process.wait(20)
        self.process.stdout.close()
        assert kind or (code, rest) == (0, "")


def url(*servers, hosts=None, **settings):
    settings = {"retry_backoff_ms": 10, "retry_backoff_max_ms": 20, **settings}
    names = hosts or ["127.0.0.1:%d" % server.port for server in servers]
    return "ws://%s?%s" % (",".join(names), "&".join("%s=%s" % pair for pair in settings.items()))


def dead_port():
    with ScriptedServer(Adapter()) as server:
        return server.port


def of(servers, action):
    return [args for server in servers for args in server.actions(action)]


@pytest.fixture
def two():
    with ScriptedServer(Statements()) as one, ScriptedServer(Statements()) as other:
        yield one, other


def home(servers):
    """Where the only session is, and the other one."""
    return sorted(servers, key=lambda server: -server.accepted)


def test_connections_are_spread():
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(ScriptedServer(Adapter())) for _ in range(3)]
        with Session() as session:
            for _ in range(6):
                assert session.tell("open", url(*servers))[0] == 0
                assert session.tell("ask", READ) == (0, "3")
                session.tell("close")
        assert [server.accepted for server in servers] == [2, 2, 2]


def test_lists_used_in_turn_are_spread_each():
    with contextlib.ExitStack() as stack:
        lists = [[stack.enter_context(ScriptedServer(Adapter())) for _ in range(2)] for _ in range(2)]
        with Session() as session:
            for _ in range(4):
                for servers in lists:
                    assert session.tell("open", url(*servers))[0] == 0
                    session.tell("close")
        assert [server.accepted for servers in lists for server in servers] == [2, 2, 2, 2]


def test_a_host_named_twice_is_tried_once():
    with ScriptedServer(ClosesAtOnce()) as server, Session() as session:
        code, why = session.tell("open", url(server, server, server))
        assert code and why
        assert server.accepted == 1


def test_a_dead_host_is_left_alone_and_tried_again_later():
    port = dead_port()
    with ScriptedServer(Adapter()) as alive, Session() as session:
        hosts = ["127.0.0.1:%d" % number for number in (port, alive.port)]
        for count in range(1, 5):
            assert session.tell("open", url(hosts=hosts))[0] == 0
            session.tell("close")
            assert alive.accepted == count
        with ScriptedServer(Adapter(), port=port) as returned:
            end = time.monotonic() + 30
            while not returned.accepted and time.monotonic() < end:
                assert session.tell("open", url(hosts=hosts))[0] == 0
                session.tell("close")
                time.sleep(0.05)
            assert returned.accepted


class WithoutDatabase(Adapter):
    """An adapter whose server is down."""
    def on_conn(self, peer, req_id, args):
        self.refuse(peer, "conn", req_id, 0x000B, "Unable to establish connection")


@pytest.mark.parametrize("script", [SilentAfterUpgrade, CloseAfterUpgrade, ConnNotJson, WithoutDatabase], ids=lambda script: script.__name__)
def test_a_host_without_a_login_is_passed_over(script):
    with ScriptedServer(script()) as bad, ScriptedServer(Adapter()) as good, Session() as session:
        for _ in range(4):
            assert session.tell("open", url(bad, good, connect_timeout=2))[0] == 0
            session.tell("close")
        assert bad.accepted and good.accepted == 4
        code, why = session.tell("open", url(bad, connect_timeout=2))
        assert code and why and "statement in flight" not in why


def test_a_refused_login_is_not_tried_elsewhere():
    with ScriptedServer(WrongPassword()) as one, ScriptedServer(WrongPassword()) as other, Session() as session:
        assert session.tell("open", url(one, other)) == (0x80000357, "Authentication failure")
        assert len(of([one, other], "conn")) == 1


def test_hosts_as_names_and_addresses():
    with ScriptedServer(Adapter()) as four, ScriptedServer(Adapter(), host="::1") as six, Session() as session:
        for host, server in (("[::1]:%d" % six.port, six), ("127.0.0.1:%d" % four.port, four), ("localhost:%d" % four.port, four)):
            before = server.accepted
            assert session.tell("open", url(hosts=["127.0.0.1:%d" % dead_port(), host]))[0] == 0, host
            assert session.tell("ask", READ) == (0, "3")
            session.tell("close")
            assert server.accepted == before + 1


def test_a_session_moves_with_what_was_set(two):
    with Session() as session:
        assert session.tell("open", url(*two))[0] == 0
        here, there = home(two)
        for words in (("select", "db1"), ("timezone", "Asia/Tokyo"), ("charset", "GBK")):
            assert session.tell(*words)[0] == 0
        here.stop()
        assert session.tell("ask", READ) == (0, "3")
        [login] = there.actions("conn")
        assert login["db"] == "db1"
        assert here.actions("options_connection") == []  # there was no statement
        [told] = there.actions("options_connection")
        assert told["options"] == [{"option": 1, "value": "Asia/Tokyo"}, {"option": 0, "value": "GBK"}]
        assert there.accepted == 1


def cut(server):
    """Every connection of it is lost; new ones are taken."""
    for peer in server.peers:
        with contextlib.suppress(OSError):
            peer.sock.shutdown(2)


class Dropped(Statements):
    """The database of a login has been dropped."""
    answers = {"/* which */ use db1": Answer(dict(UPDATE), [])}

    def on_conn(self, peer, req_id, args):
        if args.get("db"):
            return self.refuse(peer, "conn", req_id, 0x388, "Database not exist")
        super().on_conn(peer, req_id, args)


@pytest.mark.parametrize("how", [("ask", "use db1"), ("select", "db1"), ("ask", "/* which */ use db1")])
def test_a_database_that_is_gone_is_forgotten(how):
    """Else nobody could log in any more, not even to make it anew."""
    with ScriptedServer(Dropped()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell(*how)[0] == 0
        for statement in (READ, "create database db1"):
            cut(server)
            assert session.tell("ask", statement)[0] == 0, statement
        assert [login.get("db") or "" for login in server.actions("conn")] == ["", "db1", "", ""]


def test_a_first_login_says_that_there_is_no_such_database():
    with ScriptedServer(Dropped()) as server, Session() as session:
        code, why = session.tell("open", url(server).replace("?", "/db1?"))
        assert code & 0xffff == 0x388 and "not exist" in why
        assert len(server.actions("conn")) == 1


def test_cleared_options_stay_cleared():
    """Those of the connection string, which the next login tells, too."""
    with ScriptedServer(Adapter()) as server, Session() as session:
        assert session.tell("open", url(server, timezone="Asia/Tokyo", charset="GBK"))[0] == 0
        for words in (("timezone", "Europe/Oslo"), ("clear",), ("charset", "GB18030")):
            assert session.tell(*words)[0] == 0
        told = len(server.actions("options_connection"))
        cut(server)
        assert session.tell("ask", READ) == (0, "3")
        options = [option for args in server.actions("options_connection")[told:] for option in args["options"]]
        assert [(option["option"], option["value"]) for option in options] == [(-1, None), (0, "GB18030")]


class LosesOptions(Adapter):
    """The connection ends when an option of it is set."""

    def on_options_connection(self, peer, req_id, args):
        raise Gone


@pytest.mark.parametrize("statement, said", [(READ, "3"), (WRITE, "0")])
def test_a_connection_lost_before_the_statement_was_sent(statement, said):
    """When it was to learn of the process's new time zone: nothing has been executed, and the next login tells the zone."""
    with ScriptedServer(LosesOptions()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("zone", "Asia/Seoul")[0] == 0
        assert session.tell("ask", statement) == (0, said)
        assert len(server.statements()) == 1 and server.actions("conn")[-1]["tz"] == "Asia/Seoul"


def test_a_result_ends_with_its_connection_and_a_statement_goes_on():
    with ScriptedServer(Statements()) as one, ScriptedServer(SmallBlocks()) as slow, Session() as session:
        assert session.tell("open", url(slow))[0] == 0
        assert session.tell("hold", "select * from many") == (0, "row")
        slow.stop()
        code, why = session.tell("next")
        assert code == BROKEN and why
        assert session.tell("open", url(one))[0] == 0
        assert session.tell("prepare", "insert into t values (?, ?)")[0] == 0
        cut(one)
        assert session.tell("execute")[0] == 0
        assert len(one.actions("stmt2_exec")) == 1


class Dropping(Adapter):
    """Ends the connection when it is asked something, the first time of all or each time."""

    def __init__(self, server_of, once):
        self.server_of, self.once = server_of, once

    def query(self, peer, req_id, sql, action):
        if len(self.server_of()) == 1 or not self.once:
            raise Gone
        super().query(peer, req_id, sql, action)


@contextlib.contextmanager
def dropping(once):
    servers = []
    script = Dropping(lambda: [sql for server in servers for sql in server.statements()], once)
    with ScriptedServer(script) as one, ScriptedServer(script) as other:
        servers += [one, other]
        yield servers


@pytest.mark.parametrize("statement", [WRITE, "create table x (ts timestamp, v int)", "drop table x", "delete from t"])
def test_a_write_is_never_sent_twice(statement):
    with dropping(once=True) as servers, Session() as session:
        assert session.tell("open", url(*servers))[0] == 0
        code, why = session.tell("ask", statement)
        assert code == BROKEN and why
        assert len([sql for server in servers for sql in server.statements()]) == 1
        assert session.tell("ask", READ) == (0, "3")


@pytest.mark.parametrize("read", [READ, "/* a comment */ select 1", "(select 1)", "explain select 1"])
@pytest.mark.parametrize("once", [True, False])
def test_a_read_is_repeated_once(once, read):
    with dropping(once) as servers, Session() as session:
        assert session.tell("open", url(*servers))[0] == 0
        code, said = session.tell("ask", read)
        assert (code, said) == (0, "3") if once else code == BROKEN
        assert len([sql for server in servers for sql in server.statements()]) == 2


def test_retries_end():
    """As many attempts as the settings say, each of all hosts; then the error says why."""
    with ScriptedServer(Adapter()) as server, Session() as session:
        assert session.tell("open", url(server, conn_retries=3))[0] == 0
        server.stop()
        with ScriptedServer(ClosesAtOnce(), port=server.port) as broken:
            code, why = session.tell("ask", READ)
            assert code in (BROKEN, NO_CONNECTION) and why
            assert broken.accepted == 4
        code, why = session.tell("ask", READ)
        assert code == NO_CONNECTION and why
        with ScriptedServer(Adapter(), port=server.port):
            assert session.tell("ask", READ) == (0, "3")


@pytest.mark.parametrize("count", [8, 32])
def test_threads_that_lose_their_connection_share_the_next(two, count):
    with Session() as session:
        assert session.tell("open", url(*two))[0] == 0
        here, there = home(two)
        here.stop()
        assert session.tell("threads", count, READ) == (0, str(3 * count))
        assert there.accepted == 1 and len(there.actions("conn")) == 1


def test_threads_without_a_server_hear_so(two):
    with Session() as session:
        assert session.tell("open", url(*two, conn_retries=2))[0] == 0
        for server in two:
            server.stop()
        assert session.tell("threads", 8, WRITE) == (NO_CONNECTION, "0")


class FallsSilent(Adapter):
    """Accepts and says nothing from some time on."""
    silent = False

    def accept(self, peer):
        if self.silent:
            hang()


def test_read_timeout_ends_a_reconnect():
    """Each of the silent hosts could take longer than the whole call may."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(ScriptedServer(FallsSilent())) for _ in range(4)]
        with Session() as session:
            assert session.tell("open", url(*servers, connect_timeout=5, read_timeout=2))[0] == 0
            here, *others = home(servers)
            for server in servers:
                server.script.silent = True
            here.stop()
            code, why = session.tell("ask", WRITE)
            assert code == NO_CONNECTION and why
            assert sum(server.accepted for server in others) == 1


def test_close_ends_a_reconnect():
    """A thousand retries with a pause of a second each would outlast the test."""
    with ScriptedServer(Adapter()) as server, Session() as session:
        assert session.tell("open", url(server, conn_retries=1000, retry_backoff_ms=1000, retry_backoff_max_ms=1000))[0] == 0
        server.stop()
        assert session.tell("close_during", READ)[0] == CLOSED
