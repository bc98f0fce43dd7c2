"""Hosts that no program has named: the adapters of a cluster tell each other's addresses."""
import contextlib

import pytest

from wire.behaviours import Tells
from wire.scripted import ScriptedServer, hang
from wire.subscription import TOPIC, VGROUP, Subscriptions, consume_from, numbered
from wire.test_several_hosts import BROKEN, NO_CONNECTION, READ, WRITE, Session, cut, dead_port, url
from wire.test_tls import server_tls


def at(server, scheme=""):
    return "%s127.0.0.1:%d" % (scheme, server.port)


@contextlib.contextmanager
def cluster(count=2, kind=Tells, tls=None, scheme=""):
    """Servers that tell each other."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(ScriptedServer(kind(), tls=tls)) for _ in range(count)]
        for server in servers:
            server.script.hosts = [at(one, scheme) for one in servers]
        yield servers


def accepted(servers):
    return [server.accepted for server in servers]


@pytest.mark.parametrize("discover", [{}, {"discover": "failover"}, {"discover": "Balance"}], ids=str)
@pytest.mark.parametrize("statement", [READ, WRITE])
def test_the_only_named_host_is_lost(discover, statement):
    """Before the statement is sent, so that a write goes there as well; and all later connections do."""
    with cluster() as (named, other), Session() as session:
        assert session.tell("open", url(named, **discover))[0] == 0
        assert session.tell("select", "db1")[0] == 0
        named.stop()
        assert session.tell("ask", statement)[0] == 0
        assert other.actions("conn")[0]["db"] == "db1" and other.actions("conn")[0]["password"] == "taosdata"
        assert session.tell("open", url(named, **discover))[0] == 0
        assert accepted([named, other]) == [1, 2]


class FallsSilent(Tells):
    silent = False

    def accept(self, peer):
        if self.silent:
            hang()


def test_a_silent_host_takes_one_connect_timeout():
    """Of the named one; those that were told share another, however many of them are silent as well."""
    with cluster(5, FallsSilent) as (named, *others), Session() as session:
        assert session.tell("open", url(named, connect_timeout=4, conn_retries=0))[0] == 0
        for server in (named, *others[:-1]):
            server.script.silent = True
        cut(named)
        assert session.tell("ask", WRITE)[0] == 0
        assert named.accepted == 2 and others[-1].accepted == 1 and max(accepted(others)) == 1


def test_nobody_is_asked_with_discover_off():
    with cluster() as (named, other), Session() as session:
        assert session.tell("open", url(named, discover="off", conn_retries=1))[0] == 0
        named.stop()
        assert session.tell("ask", WRITE)[0] == NO_CONNECTION
        assert [login.get("list_instances") for login in named.actions("conn")] == [None] and not other.accepted


def test_what_others_were_told_is_not_used_with_discover_off():
    with cluster() as (named, other), Session() as session:
        assert session.tell("open", url(named))[0] == 0
        named.stop()
        assert session.tell("open", url(named, discover="off"))[0] == NO_CONNECTION and not other.accepted


def test_told_hosts_are_left_alone_while_a_named_one_answers():
    with cluster(3) as servers, Session() as session:
        for _ in range(6):
            assert session.tell("open", url(*servers[:1]))[0] == 0
            cut(servers[0])
            assert session.tell("ask", WRITE)[0] == 0
            session.tell("close")
        assert accepted(servers) == [12, 0, 0]


def test_connections_are_balanced():
    with cluster(3) as servers, Session() as session:
        for _ in range(1 + 6):
            assert session.tell("open", url(*servers[:1], discover="balance"))[0] == 0
            assert session.tell("ask", READ) == (0, "3")
            session.tell("close")
        assert accepted(servers) == [3, 2, 2]


def test_a_server_that_tells_nothing():
    """Too old, or without a list at that moment."""
    class Nothing(Tells):
        def on_conn(self, peer, req_id, args):
            self.reply(peer, "conn", req_id, version=self.version, **({} if self.hosts is None else {"list_instances": self.hosts}))

    for hosts in (None, []):
        script = Nothing()
        script.hosts = hosts
        with ScriptedServer(script) as server, Session() as session:
            assert session.tell("open", url(server, discover="balance"))[0] == 0
            cut(server)
            assert session.tell("ask", READ) == (0, "3")
            server.stop()
            assert session.tell("ask", WRITE)[0] == NO_CONNECTION


def test_the_latest_list_counts():
    with cluster(3) as (named, old, new), Session() as session:
        named.script.hosts = [at(named), at(old)]
        assert session.tell("open", url(named))[0] == 0
        named.script.hosts = [at(named), at(new)]
        cut(named)
        assert session.tell("ask", READ) == (0, "3")
        named.stop()
        assert session.tell("ask", READ) == (0, "3")
        assert accepted([old, new]) == [0, 1]


def test_told_names_that_lead_nowhere():
    """They are passed over, and keep nobody from coming back to the named host."""
    nowhere = ["no-such-name.invalid:6041", "127.0.0.1:%d" % dead_port(), "!", "", "x" * 300, "https://", "adapter:0"]
    with ScriptedServer(Tells()) as other, ScriptedServer(Tells(*nowhere)) as named, Session() as session:
        assert session.tell("open", url(named))[0] == 0
        cut(named)
        assert session.tell("ask", READ) == (0, "3")
        named.script.hosts.append(at(other))
        cut(named)
        assert session.tell("ask", READ) == (0, "3")
        named.stop()
        assert session.tell("ask", READ) == (0, "3")
        assert accepted([named, other]) == [3, 1]


def test_a_cluster_that_is_gone_says_so():
    with cluster(3) as servers, Session() as session:
        assert session.tell("open", url(*servers[:1], conn_retries=0))[0] == 0
        for server in servers:
            server.stop()
        code, why = session.tell("ask", WRITE)
        assert code == NO_CONNECTION and all(at(server) in why for server in servers), why


class RefusesLater(Tells):
    def on_conn(self, peer, req_id, args):
        self.refuse(peer, "conn", req_id, 0x357, "Authentication failure")


def test_a_login_that_a_told_host_refuses_is_refused():
    with ScriptedServer(RefusesLater()) as other, ScriptedServer(Tells(at(other))) as named, Session() as session:
        assert session.tell("open", url(named))[0] == 0
        named.stop()
        assert session.tell("ask", READ) == (0x80000357, "Authentication failure")


def test_a_write_in_flight_is_not_sent_to_another():
    class Drops(Tells):
        def query(self, peer, req_id, sql, action):
            peer.reset()

    with cluster(2, Drops) as servers, Session() as session:
        assert session.tell("open", url(*servers[:1]))[0] == 0
        code, why = session.tell("ask", WRITE)
        assert code == BROKEN and why and len([sql for server in servers for sql in server.statements()]) == 1


# TLS: a host that was only told gets a password over no weaker connection than the one that told it.


@pytest.fixture
def good(certificates):
    return server_tls(certificates.of("localhost", "127.0.0.1"))


def wss(server, certificates, **settings):
    return url(server, tls_ca=certificates.ca, **settings).replace("ws://", "wss://")


@pytest.mark.parametrize("scheme", ["", "https://"])
def test_a_told_host_speaks_tls_as_the_one_that_told(certificates, good, scheme):
    with cluster(2, tls=good, scheme=scheme) as (named, other), Session() as session:
        assert session.tell("open", wss(named, certificates))[0] == 0
        named.stop()
        assert session.tell("ask", READ) == (0, "3")
        assert len(other.actions("conn")) == 1


@pytest.mark.parametrize("settings", [{}, {"tls_server_name": "localhost"}], ids=str)
def test_the_certificate_is_for_the_name_that_was_told(certificates, good, settings):
    """Not for another of the cluster, nor for the name that the program gave for the hosts it named."""
    wrong = server_tls(certificates.of("localhost", "db.example.com"))
    with ScriptedServer(Tells(), tls=wrong) as other, ScriptedServer(Tells(at(other)), tls=good) as named, Session() as session:
        assert session.tell("open", wss(named, certificates, conn_retries=0, **settings))[0] == 0
        named.stop()
        code, why = session.tell("ask", READ)
        assert code == NO_CONNECTION and "certificate" in why
        assert other.accepted and not other.seen and not other.paths


@pytest.mark.parametrize("mode", ["verify_ca", "insecure"])
def test_the_mode_is_that_of_the_connection(certificates, foreign_certificates, good, mode):
    files = {"verify_ca": certificates, "insecure": foreign_certificates}[mode].of("db.example.com")
    with ScriptedServer(Tells(), tls=server_tls(files)) as other, ScriptedServer(Tells(at(other)), tls=good) as named, Session() as session:
        assert session.tell("open", wss(named, certificates, tls_mode=mode))[0] == 0
        named.stop()
        assert session.tell("ask", READ) == (0, "3")
        # A connection that wants more was not told by one that proved it.
        before = other.accepted
        assert session.tell("open", wss(named, certificates))[0] == NO_CONNECTION
        assert other.accepted == before


@pytest.mark.parametrize("scheme", ["", "http://", "ws://"])
def test_no_password_goes_without_tls_to_a_host_told_in_tls(certificates, good, scheme):
    with ScriptedServer(Tells()) as other, ScriptedServer(Tells(at(other, scheme)), tls=good) as named, Session() as session:
        assert session.tell("open", wss(named, certificates, conn_retries=0))[0] == 0
        named.stop()
        assert session.tell("ask", READ)[0] == NO_CONNECTION
        assert not other.seen and not other.paths and bool(other.accepted) == (not scheme)


def test_https_means_tls(certificates, good):
    with ScriptedServer(Tells(), tls=good) as other, ScriptedServer(Tells(at(other, "https://"))) as named, Session() as session:
        for authority, code in ((certificates.ca, 0), ("", NO_CONNECTION)):
            settings = {"tls_ca": authority} if authority else {"conn_retries": 0}
            with ScriptedServer(Tells(at(other, "https://"))) as named:
                assert session.tell("open", url(named, **settings))[0] == 0
                named.stop()
                assert session.tell("ask", READ)[0] == code
        assert len(other.actions("conn")) == 1


def test_a_token_goes_along():
    with cluster() as (named, other), Session() as session:
        assert session.tell("open", url(named, token="t0ken"))[0] == 0
        named.stop()
        assert session.tell("ask", READ) == (0, "3")
        assert other.paths == ["/ws?token=t0ken"]


# Consumers.


class TellsConsumers(Subscriptions):
    """Of a cluster; ends for good after so many messages."""
    version = "3.4.1.12"
    hosts, most = [], 10 ** 6

    def on_subscribe(self, peer, req_id, args):
        told = {"list_instances": self.hosts} if args.get("list_instances") else {}
        peer.topics, peer.from_the = args["topics"], args.get("offset_rest", "latest")
        peer.position = {VGROUP: self.committed.get((TOPIC, VGROUP), 0)}
        self.reply(peer, "subscribe", req_id, version=self.version, **told)

    def on_poll(self, peer, req_id, args):
        if peer.last >= self.most:
            peer.server.stop()
        super().on_poll(peer, req_id, args)


@pytest.mark.parametrize("discover", ["failover", "balance"])
def test_a_consumer_goes_on_with_another(discover):
    """With what it was told by its own subscription, at the message at which it stood."""
    named, other = TellsConsumers(numbered(9)), TellsConsumers(numbered(9))
    named.most = 4
    with ScriptedServer(named) as first, ScriptedServer(other) as second:
        named.hosts = [at(first), at(second)]
        seen = consume_from(first.port, messages=9, auto__offset__reset="earliest", discover=discover)
        assert [row[1] for row in seen.rows] == ["%d" % i for i in range(9)]
        assert len(second.actions("subscribe")) == 1


def test_a_consumer_asks_who_can_tell():
    for version, discover, asked in (("3.4.1.12", "failover", True), ("3.4.1.12", "off", None), ("3.4.1.9", "failover", None), ("3.3.7.5", "failover", None)):
        script = TellsConsumers(numbered(1))
        script.version = version
        with ScriptedServer(script) as server:
            consume_from(server.port, messages=1, auto__offset__reset="earliest", discover=discover)
            assert [args.get("list_instances") for args in server.actions("subscribe")] == [asked]
