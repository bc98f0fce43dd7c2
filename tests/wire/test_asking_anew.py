"""Results that are lost with their connection before a row of them was fetched: a statement that only reads is asked once more, and
nobody notices - unless it could mean something else by now."""
import contextlib
import socket
import time

import pytest

from wire import behaviours as bad
from wire.asking import ask_script
from wire.block import SAMPLE, SAMPLE_ROWS, block, reply_of
from wire.scripted import Adapter, Answer, Gone, OldAdapter, ScriptedServer, hang
from wire.test_several_hosts import BROKEN, READ, Session, url

KILLED = 0x8000022D
WAYS = ["row", "block", "block_s", "raw_block", "rows_a", "raw_block_a"]


class Loses(Adapter):
    """Ends the connection behind the answer to the first read, and to `more` others."""

    def __init__(self, more=0):
        self.left = 1 + more

    def query_reply(self, peer, action, req_id, keys):
        super().query_reply(peer, action, req_id, keys)
        if not keys["is_update"]:
            self.answered(peer)

    def loses(self):
        self.left -= 1
        return self.left >= 0

    def answered(self, peer):
        if self.loses():
            raise Gone


class Resets(Loses):
    """Resets the connection behind the answer."""
    def answered(self, peer):
        if self.loses():
            peer.reset()


class LosesAtTheFetch(Loses):
    """Ends it in place of the first block."""
    def answered(self, peer):
        pass

    def fetch(self, peer, req_id, number):
        if self.loses():
            raise Gone
        super().fetch(peer, req_id, number)


class LosesInMidBlock(LosesAtTheFetch):
    """Ends it in the middle of the first block."""
    def fetch(self, peer, req_id, number):
        if self.loses():
            bad.ClosesInMidBlock().fetch(peer, req_id, number)
        Adapter.fetch(self, peer, req_id, number)


class OldLoses(LosesAtTheFetch, OldAdapter):
    """Ends it in place of the answer to the older `fetch`."""
    def on_fetch(self, peer, req_id, args):
        if self.loses():
            raise Gone
        super().on_fetch(peer, req_id, args)


class OldLosesBlock(LosesAtTheFetch, OldAdapter):
    """Ends it in place of the block that the older `fetch` has announced."""
    def on_fetch_block(self, peer, req_id, args):
        if self.loses():
            raise Gone
        super().on_fetch_block(peer, req_id, args)


MOMENTS = [Loses, Resets, LosesAtTheFetch, LosesInMidBlock, OldLoses, OldLosesBlock]


@contextlib.contextmanager
def posed(script, sql=READ, **settings):
    """A result whose connection is lost, or will be when it is read."""
    with ScriptedServer(script) as server, Session() as session:
        assert session.tell("open", url(server, **settings))[0] == 0
        assert session.tell("pose", sql)[0] == 0
        yield server, session
        assert not server.errors


def lost(told, why=""):
    code, text = told
    assert code == BROKEN and "could not be had anew: " + why in text, told


@pytest.mark.parametrize("asked", ["", "a "], ids=["sync", "async"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("script", MOMENTS, ids=lambda script: script.__doc__)
def test_nobody_notices(script, way, asked):
    with posed(script(), asked + READ) as (server, session):
        assert session.tell("read", way) == (0, "3")
        sql = READ if isinstance(script(), OldAdapter) else READ.encode()
        assert (server.statements(), server.accepted) == ([sql] * 2, 2)
        session.tell("free")
        assert session.tell("ask", READ) == (0, "3")


@pytest.mark.parametrize("way", ["row", "block", "block_s", "async-row"])
@pytest.mark.parametrize("sql", [READ, "select now()", "show databases", "describe t", "(select 1) union (select 2)"])
def test_what_is_read(sql, way):
    """`taos_affected_rows` of what the native client answers by itself fetches, too."""
    seen, server = ask_script(Loses(), sql=sql, way=way)
    assert (seen.rows, seen.end.code) == (SAMPLE_ROWS, 0) and server.statements() == [sql.encode()] * 2


def test_a_block_without_rows_is_nothing_yet():
    class Empty(LosesAtTheFetch):
        """Sends a block without rows, and loses the connection at the next."""
        def fetch(self, peer, req_id, number):
            if len(peer.server.actions("fetch_raw_block")) == 1:
                return Adapter.fetch(self, peer, req_id, number)
            super().fetch(peer, req_id, number)

        answers = {READ: Answer(blocks=[block([(9, 8, []), (4, 4, []), (8, 18, []), (10, 34, [])]), SAMPLE])}

    for way in WAYS:
        with posed(Empty()) as (server, session):
            assert session.tell("read", way) == (0, "3")
            assert server.statements() == [READ.encode()] * 2


@pytest.mark.parametrize("way", WAYS)
def test_rows_that_were_handed_out(way):
    """What follows them is lost."""
    with posed(bad.ClosesAfterFirstBlock(), "select two blocks") as (server, session):
        code, text = session.tell("read", way)
        assert code == BROKEN and "anew" not in text
        assert len(server.statements()) == 1


@pytest.mark.parametrize("way", WAYS)
def test_twice_is_too_much(way):
    with posed(Loses(more=1)) as (server, session):
        assert session.tell("read", way)[0] == BROKEN
        assert len(server.statements()) == 2


class LosesTheAnswer(Loses):
    """Loses the result, and then the connection before the answer."""
    def query(self, peer, req_id, sql, action):
        if len(peer.server.statements()) == 2:
            raise Gone
        super().query(peer, req_id, sql, action)


class Refuses(Loses):
    """Has no such table any more."""
    def query(self, peer, req_id, sql, action):
        if len(peer.server.statements()) == 2:
            return self.refuse(peer, action, req_id, 0x2603, "Table does not exist")
        super().query(peer, req_id, sql, action)


class IsGone(Loses):
    """Takes no other connection."""
    def answered(self, peer):
        peer.server.listener.shutdown(socket.SHUT_RDWR)
        super().answered(peer)


@pytest.mark.parametrize("script, why", [(LosesTheAnswer, ""), (Refuses, "Table does not exist"), (IsGone, "")], ids=["its answer is lost", "it is refused", "nobody is there"])
@pytest.mark.parametrize("way", WAYS)
def test_it_cannot_be_had_anew(script, why, way):
    """The error is that of the connection, and says what else went wrong."""
    with posed(script(), conn_retries=1) as (_, session):
        lost(session.tell("read", way), why)


OTHERS = [
    {"fields_names": ["ts", "v", "s", "m"]}, {"fields_types": [9, 4, 8, 8]}, {"fields_lengths": [8, 4, 16, 9]}, {"precision": 1},
    reply_of([("ts", 9, 8), ("v", 4, 4), ("s", 8, 16)]), {"fields_scales": [0, 0, 0, 1]},
    {"is_update": True, "fields_count": 0, "fields_names": None, "fields_types": None, "fields_lengths": None},
]


@pytest.mark.parametrize("others", OTHERS, ids=lambda others: "-".join(others))
def test_other_columns(others):
    class Changes(Loses):
        """The table was made anew meanwhile, with other columns."""
        def query_reply(self, peer, action, req_id, keys):
            changed = others if len(peer.server.statements()) == 2 else {}
            super().query_reply(peer, action, req_id, {**keys, **changed})

    with posed(Changes()) as (server, session):
        lost(session.tell("read", "row"), "its columns are others now")
        session.tell("free")
        session.tell("close")
        server.read_to_the_end()
        assert [args["id"] for args in server.actions("free_result")] == ([] if "is_update" in others and others["is_update"] else [2])


@pytest.mark.parametrize("sql", ["call p()", "/* select */ delete from t", "insert into t select * from u", "with x as (select 1) select * from x"])
def test_what_may_do_something(sql):
    """Only what is known to change nothing is asked twice."""
    class Rows(Loses):
        def answer(self, sql):
            return Answer()

    with posed(Rows(), sql) as (server, session):
        code, text = session.tell("read", "row")
        assert code == BROKEN and "anew" not in text
        assert server.statements() == [sql.encode()]


ANOTHER = "the connection's database or an option has been set since"
CHANGES = [("select", "other"), ("ask", "use other"), ("timezone", "Asia/Tokyo"), ("charset", "GBK"), ("clear",), ("reset",), ("bi", 1), ("zone", "Asia/Tokyo"),
           ("option", 3, "x")]


class LosesWhenTold(Adapter):
    """Ends the first connection when a result of it is fetched from."""
    def fetch(self, peer, req_id, number):
        if peer is peer.server.peers[0]:
            raise Gone
        super().fetch(peer, req_id, number)


@pytest.mark.parametrize("way", ["row", "rows_a"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: " ".join(map(str, change)))
def test_it_would_mean_something_else(change, way):
    with ScriptedServer(LosesWhenTold()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("select", "d")[0] == 0
        assert session.tell("pose", READ)[0] == 0
        assert session.tell(*change)[0] == 0
        if change[0] == "zone":
            # Only now the connection follows.
            assert session.tell("ask", "use d")[0] == 0
        lost(session.tell("read", way), ANOTHER)
        assert server.statements().count(READ.encode()) == 1


@pytest.mark.parametrize("change", [("select", "d"), ("ask", "use D"), ("timezone", "UTC"), ("option", 3, "x"), ("bi", 0)], ids=lambda change: " ".join(map(str, change)))
def test_what_was_set_is_set_again(change):
    with ScriptedServer(LosesWhenTold()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        for before in (("select", "d"), ("timezone", "UTC"), ("option", 3, "x")):
            assert session.tell(*before)[0] == 0
        assert session.tell("pose", READ)[0] == 0
        assert session.tell(*change)[0] == 0
        assert session.tell("read", "row") == (0, "3")
        assert [args["db"] for args in server.actions("conn")] == ["", "d"]
        options = [[(o["option"], o["value"]) for o in args["options"]] for args in server.actions("options_connection")]
        assert sorted(sum(options[-2:], [])) == [(1, "UTC"), (3, "x")]


def test_the_time_zone_has_changed_unnoticed():
    """The process's zone is followed by the next statement; here that is the one that is asked anew."""
    with ScriptedServer(LosesWhenTold()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("pose", READ)[0] == 0
        assert session.tell("zone", "Asia/Tokyo")[0] == 0
        lost(session.tell("read", "row"), ANOTHER)
        assert server.statements() == [READ.encode()]


def test_a_database_that_is_gone():
    class Drops(Loses):
        """The database was dropped meanwhile."""
        def on_conn(self, peer, req_id, args):
            if args["db"]:
                return self.refuse(peer, "conn", req_id, 0x0388, "Database not exist")
            super().on_conn(peer, req_id, args)

    with ScriptedServer(Drops()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("select", "d")[0] == 0
        assert session.tell("pose", READ)[0] == 0
        lost(session.tell("read", "row"), ANOTHER)
        assert server.statements() == [b"use d", READ.encode()]


def test_a_use_that_had_no_answer():
    """The result may be of either database."""
    class Silent(Loses):
        def query(self, peer, req_id, sql, action):
            if sql != b"use other":
                super().query(peer, req_id, sql, action)

    with ScriptedServer(Silent()) as server, Session() as session:
        assert session.tell("open", url(server, read_timeout=1))[0] == 0
        assert session.tell("select", "d")[0] == 0
        assert session.tell("select", "other")[0]
        assert session.tell("pose", READ)[0] == 0
        code, text = session.tell("read", "row")
        assert code == BROKEN and "anew" not in text
        assert server.statements().count(READ.encode()) == 1


def test_a_use_that_was_refused():
    class Refuses(Loses):
        def query(self, peer, req_id, sql, action):
            if sql == b"use other":
                return self.refuse(peer, action, req_id, 0x0388, "Database not exist")
            super().query(peer, req_id, sql, action)

    with ScriptedServer(Refuses()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("select", "d")[0] == 0
        assert session.tell("select", "other")[0]
        assert session.tell("pose", READ)[0] == 0
        assert session.tell("read", "row") == (0, "3")


class AnswersLate(Loses):
    """Keeps the answer to what is asked anew until there is another statement, and then answers that first."""
    waiting = None

    def query(self, peer, req_id, sql, action):
        if len(peer.server.statements()) == 2:
            self.waiting = req_id, sql, action
            return
        super().query(peer, req_id, sql, action)
        if self.waiting:
            super().query(peer, *self.waiting)


def test_another_database_while_it_is_asked():
    """The server handles the requests of a connection in any order: it may have read the other database's table."""
    with posed(AnswersLate()) as (server, session):
        session.tell("begin", "row")
        assert server.wait_until(lambda: len(server.statements()) == 2)
        assert session.tell("select", "other")[0] == 0
        lost(session.tell("end"), ANOTHER)


class SilentAtFirst(Loses):
    """Takes the second connection and says nothing."""
    def accept(self, peer):
        if len(peer.server.peers) == 2:
            hang()


class SilentAtTheLogin(Loses):
    """Upgrades the second connection, and does not answer its login."""
    def on_conn(self, peer, req_id, args):
        if len(peer.server.peers) == 2:
            hang()
        super().on_conn(peer, req_id, args)


class SilentToTheStatement(Loses):
    """Does not answer the statement that is asked anew."""
    def query(self, peer, req_id, sql, action):
        if len(peer.server.statements()) != 2:
            super().query(peer, req_id, sql, action)


def wait_for_second(server):
    assert server.wait_until(lambda: server.accepted == 2)
    time.sleep(0.2)


@pytest.mark.parametrize("way", ["row", "block_s", "rows_a", "raw_block_a"])
@pytest.mark.parametrize("act", ["stop", "kill", "close", "free"])
@pytest.mark.parametrize("script", [SilentAtFirst, SilentAtTheLogin, SilentToTheStatement], ids=lambda script: script.__doc__)
def test_it_is_wanted_no_more(script, act, way):
    with posed(script(), connect_timeout=60, read_timeout=60) as (server, session):
        session.tell("begin", way)
        wait_for_second(server)
        began = time.monotonic()
        session.tell(act)
        code, text = session.tell("end")
        assert time.monotonic() - began < 5
        if act == "stop":
            assert (code, text) == (0, "0")
        elif act == "kill":
            assert code == KILLED
        elif act == "close":
            lost((code, text), "Disconnected")
        elif way.endswith("_a"):
            assert code
        if act != "close":
            # The connection is of use.
            assert session.tell("ask", READ) == (0, "3")


@pytest.mark.parametrize("act", ["kill", "close"])
@pytest.mark.parametrize("script", [SilentAtFirst, SilentAtTheLogin], ids=lambda script: script.__doc__)
def test_a_statement_that_connects_is_wanted_no_more(script, act):
    with posed(script(), connect_timeout=60, read_timeout=60) as (server, session):
        session.tell("free")
        session.tell("begin", "ask", READ)
        wait_for_second(server)
        began = time.monotonic()
        session.tell(act)
        assert session.tell("end")[0] == (KILLED if act == "kill" else 0x80000213)
        assert time.monotonic() - began < 5


def test_one_gives_up_and_another_goes_on():
    """Both wait for the same connection, which the one that gives up was making."""
    with posed(SilentAtFirst(), connect_timeout=60, read_timeout=60) as (server, session):
        session.tell("begin", "row")
        wait_for_second(server)
        # The other waits for its turn until then.
        session.tell("stop", 500)
        began = time.monotonic()
        assert session.tell("ask", READ) == (0, "3")
        assert 0.4 < time.monotonic() - began < 5
        assert session.tell("end") == (0, "0")


@pytest.mark.parametrize("count", [2, 20])
def test_all_of_a_connection(count):
    class LosesAll(Adapter):
        """Ends the connection with all its results."""
        def query_reply(self, peer, action, req_id, keys):
            super().query_reply(peer, action, req_id, keys)
            if len(peer.server.statements()) == count:
                raise Gone

    with ScriptedServer(LosesAll()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("crowd", count, READ) == (0, str(3 * count))
        assert (server.accepted, len(server.statements())) == (2, 2 * count)


@pytest.mark.parametrize("way", WAYS)
def test_time_that_is_over_is_no_loss(way):
    with posed(bad.NeverSendsBlock(), read_timeout=1) as (server, session):
        code, text = session.tell("read", way)
        assert code == 0x80000019 and "read_timeout" in text
        assert (len(server.statements()), server.accepted) == (1, 1)


@pytest.mark.parametrize("way", ["row", "rows_a"])
def test_a_closed_connection_is_not_made_anew(way):
    with posed(LosesAtTheFetch()) as (server, session):
        session.tell("close")
        lost(session.tell("read", way), "Disconnected")
        assert (len(server.statements()), server.accepted) == (1, 1)
