"""What is set of a connection costs nothing when it is set: the server is told before the next statement, or never when it
comes out the same."""
import threading

import pytest

from wire.behaviours import SmallBlocks
from wire.scripted import ScriptedServer, hang
from wire.statements import Statements
from wire.test_several_hosts import NO_CONNECTION, READ, WRITE, Session, cut, url

CLEAR, CHARSET, TIMEZONE, IP, APP, CONNECTOR, INVALID = -1, 0, 1, 2, 3, 4, 0x80000118


class Script(SmallBlocks, Statements):
    """Answers what a login has selected, and takes statements."""


@pytest.fixture
def server():
    with ScriptedServer(Script()) as server:
        yield server


@pytest.fixture
def session(server):
    with Session() as session:
        assert session.tell("open", url(server))[0] == 0
        yield session


def told(server):
    return [[(option["option"], option["value"]) for option in args["options"]] for args in server.actions("options_connection")]


def order(server):
    """The names of what was asked since the login, without ends of results."""
    return [action for action, _ in server.seen if action not in ("version", "conn", "fetch_raw_block", "free_result")]


def test_all_at_once_and_before_the_statement(server, session):
    for number, value in ((TIMEZONE, "Asia/Tokyo"), (CHARSET, "GBK"), (TIMEZONE, "Europe/Oslo")):
        assert session.tell("option", number, value) == (0, "success")
    assert told(server) == []
    assert session.tell("ask", READ) == (0, "3")
    assert session.tell("ask", READ) == (0, "3")
    assert told(server) == [[(TIMEZONE, "Europe/Oslo"), (CHARSET, "GBK")]]
    assert order(server) == ["options_connection", "binary_query", "binary_query"]


@pytest.mark.parametrize("words", [("prepare", "insert into t values (?, ?)"), ("select", "db1"), ("close_after_asking", READ)], ids=lambda words: words[0])
def test_before_whatever_depends_on_it(server, session, words):
    assert session.tell("option", TIMEZONE, "Asia/Tokyo")[0] == 0
    assert session.tell(*words)[0] == 0
    assert order(server)[0] == "options_connection" and len(order(server)) > 1


def test_the_same_for_each_request_is_told_once(server, session):
    """What taosAdapter does with the connections of its pool."""
    for _ in range(5):
        assert session.tell("option", IP, "10.1.2.3")[0] == 0
        assert session.tell("ask", READ) == (0, "3")
        assert session.tell("reset")[0] == 0
        assert session.tell("clear")[0] == 0
    assert told(server) == [[(IP, "10.1.2.3")], [(CLEAR, None)], [(IP, "10.1.2.3")]]
    assert len(server.actions("conn")) == 1
    assert session.tell("option", IP, "10.1.2.4")[0] == 0
    assert session.tell("ask", READ) == (0, "3")
    assert told(server)[3:] == [[(IP, "10.1.2.4")]]
    assert session.tell("clear")[0] == 0
    assert session.tell("ask", READ) == (0, "3")
    assert told(server)[4:] == [[(CLEAR, None)]]


class Slow(Script):
    """Takes its time for options; a statement before the answer to one that it is read by is an error."""
    waiting = 0

    def on_options_connection(self, peer, req_id, args):
        def answer():
            self.waiting -= 1
            self.reply(peer, "options_connection", req_id)
        self.waiting += 1
        threading.Timer(0.3, answer).start()

    def query(self, peer, req_id, sql, action):
        assert not self.waiting, sql
        super().query(peer, req_id, sql, action)


@pytest.mark.parametrize("option, value", [(TIMEZONE, "Asia/Tokyo"), (CHARSET, "GBK"), (CLEAR, "")])
def test_a_statement_waits_until_the_server_knows(option, value):
    """The adapter handles requests in any order."""
    with ScriptedServer(Slow()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("option", option, value)[0] == 0
        assert session.tell("threads", 8, READ) == (0, "24")
        assert len(told(server)) == 1


class SilentOptions(Script):
    def on_options_connection(self, peer, req_id, args):
        """Never answered."""


def test_what_is_only_shown_is_not_waited_for():
    with ScriptedServer(SilentOptions()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("option", APP, "mine")[0] == 0
        assert session.tell("ask", READ) == (0, "3")
        assert told(server) == [[(APP, "mine")]]


class Hangs(Script):
    """Says nothing more once it has been told to."""
    silent = False

    def message(self, peer, kind, data):
        if self.silent:
            hang()
        super().message(peer, kind, data)


def test_nobody_waits_for_a_server_that_is_gone():
    """Silent first, then not there."""
    with ScriptedServer(Hangs()) as server, Session() as session:
        assert session.tell("open", url(server, conn_retries=0))[0] == 0
        assert session.tell("select", "db1")[0] == 0
        seen = len(server.seen)
        for step in (lambda: setattr(server.script, "silent", True), server.stop):
            step()
            for words in (("option", TIMEZONE, "Asia/Tokyo"), ("option", IP, "1.2.3.4"), ("option", CLEAR), ("reset",), ("bi", 1)):
                assert session.tell(*words) == (0, "success"), words
            assert session.tell("current") == (0, "")
        assert len(server.seen) == seen
        assert session.tell("ask", READ)[0] == NO_CONNECTION


class Refuses(Script):
    """Does not take the character set Big5, nor any address."""
    def on_options_connection(self, peer, req_id, args):
        if any(option["value"] == "Big5" or option["option"] == IP for option in args["options"]):
            return self.refuse(peer, "options_connection", req_id, 0x0118, "no such thing")
        super().on_options_connection(peer, req_id, args)


@pytest.fixture
def refusing():
    with ScriptedServer(Refuses()) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        yield server, session


def test_statements_answer_what_the_server_says_against_it(refusing):
    """Until the option is set anew: nothing is read in another character set than the program's."""
    server, session = refusing
    assert session.tell("option", CHARSET, "Big5")[0] == 0
    for statement in (READ, WRITE):
        assert session.tell("ask", statement) == (INVALID, "no such thing")
    assert server.statements() == []
    assert session.tell("option", CHARSET, "GBK")[0] == 0
    assert session.tell("ask", READ) == (0, "3")


@pytest.mark.parametrize("back", ["option", "clear"])
def test_what_was_sent_with_a_refused_one_is_told_again(refusing, back):
    """The server may have taken the zone, and refused the character set beside it."""
    server, session = refusing
    if back == "clear":
        assert session.tell("clear")[0] == 0
    else:
        assert session.tell("option", TIMEZONE, "UTC")[0] == 0
    assert session.tell("ask", READ) == (0, "3")
    for number, value in ((TIMEZONE, "Asia/Tokyo"), (CHARSET, "Big5")):
        assert session.tell("option", number, value)[0] == 0
    assert session.tell("ask", READ) == (INVALID, "no such thing")
    if back == "clear":
        assert session.tell("clear")[0] == 0
        again = [(CLEAR, None)]
    else:
        assert session.tell("option", CHARSET, "GBK")[0] == 0
        assert session.tell("option", TIMEZONE, "UTC")[0] == 0
        again = [(TIMEZONE, "UTC"), (CHARSET, "GBK")]
    assert session.tell("ask", READ) == (0, "3")
    assert told(server)[-1] == again


def test_a_refusal_of_what_is_only_shown_stops_nobody(refusing):
    server, session = refusing
    for address in ("nowhere", "nobody"):
        assert session.tell("option", IP, address)[0] == 0
        assert session.tell("ask", READ) == (0, "3")
    assert len(told(server)) == 2


@pytest.mark.parametrize("option", [-2, 5, 77])
def test_options_that_there_are_not(server, session, option):
    assert session.tell("option", option, "x") == (INVALID, "Invalid parameters")
    assert session.tell("ask", READ) == (0, "3")
    assert told(server) == []


@pytest.mark.parametrize("version, expected", [("3.3.7.5", []), ("3.0.7.0", []), ("3.4.0.0", [[(CONNECTOR, "me")]])])
def test_the_connector(version, expected):
    script = Script()
    script.version = version
    with ScriptedServer(script) as server, Session() as session:
        assert session.tell("open", url(server))[0] == 0
        assert session.tell("option", CONNECTOR, "me") == (0, "success")
        assert session.tell("ask", WRITE)[0] == 0
        assert told(server) == expected


# ---- the database that is not selected any more

def logins(server):
    return [args["db"] for args in server.actions("conn")]


def test_a_reset_moves_the_session_with_the_next_statement(server, session):
    assert session.tell("select", "db1")[0] == 0
    assert session.tell("hold", "select * from many") == (0, "row")
    assert session.tell("reset") == (0, "success")
    assert logins(server) == [""]
    assert session.tell("current") == (0, "")
    assert session.tell("ask", READ) == (0, "3")
    assert session.tell("ask", READ) == (0, "3")
    assert session.tell("next") == (0, "success")  # where it was begun
    assert logins(server) == ["", ""]


@pytest.mark.parametrize("use", [("select", "db2"), ("ask", "use db2")])
def test_a_reset_before_another_selection_costs_nothing(server, session, use):
    for _ in range(3):
        assert session.tell("select", "db1")[0] == 0
        assert session.tell("reset")[0] == 0
        assert session.tell(*use)[0] == 0
    assert logins(server) == [""]
    cut(server)
    assert session.tell("ask", READ) == (0, "3")
    assert logins(server) == ["", "db2"]


def test_a_reset_without_a_selection_costs_nothing(server, session):
    assert session.tell("reset")[0] == 0
    assert session.tell("ask", READ) == (0, "3")
    assert logins(server) == [""]


def test_a_reset_of_the_logins_database(server):
    with Session() as session:
        assert session.tell("open", url(server).replace("?", "/db1?"))[0] == 0
        assert session.tell("reset")[0] == 0
        assert session.tell("ask", READ) == (0, "3")
        assert logins(server) == ["db1", ""]


def test_a_reset_of_a_lost_connection(server, session):
    assert session.tell("select", "db1")[0] == 0
    assert session.tell("reset")[0] == 0
    cut(server)
    assert session.tell("ask", READ) == (0, "3")
    assert logins(server) == ["", ""]


class Forgets(Script):
    """Does as a `use` says, and its answer gets lost."""
    def query(self, peer, req_id, sql, action):
        if not sql.startswith(b"use"):
            super().query(peer, req_id, sql, action)


def test_a_reset_after_a_selection_without_an_answer():
    with ScriptedServer(Forgets()) as server, Session() as session:
        assert session.tell("open", url(server, read_timeout=1))[0] == 0
        assert session.tell("select", "db1")[0] != 0
        assert session.tell("reset")[0] == 0
        assert session.tell("ask", READ) == (0, "3")
        assert logins(server) == ["", ""]


def test_bi_mode_and_the_database_in_one_login(server, session):
    assert session.tell("select", "db1")[0] == 0
    assert session.tell("bi", 1) == (0, "success")
    assert session.tell("bi", 0) == (0, "success")
    assert session.tell("ask", READ) == (0, "3")
    assert len(logins(server)) == 1
    assert session.tell("bi", 1)[0] == 0
    assert session.tell("option", TIMEZONE, "Asia/Tokyo")[0] == 0
    assert session.tell("ask", READ) == (0, "3")
    first, second = server.actions("conn")
    assert (first.get("mode"), second.get("mode")) == (None, 0) and second["db"] == "db1"
    assert told(server) == [[(TIMEZONE, "Asia/Tokyo")]]
