"""The sandbox alone: no test here needs the library."""
import itertools

import pytest

from support.servers import Sandbox

from .adapter import Consumer, Session

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def port():
    with Sandbox() as server:
        yield server.port


@pytest.fixture
def closing():
    """Closes at the end what it is given."""
    opened = []

    def keep(one):
        opened.append(one)
        return one
    yield keep
    for one in opened:
        one.close()


@pytest.fixture
def session(port, closing):
    return closing(Session(port))


@pytest.fixture
def consumer(port, closing):
    """Makes consumers."""
    return lambda topics=(), group="g", **options: closing(Consumer(port, topics, group, **options))


@pytest.fixture
def db(session):
    """A name for a database and for what belongs to it; the test creates it."""
    name = "subs%d" % next(numbers)
    yield name
    for topic in session.rows("select topic_name from information_schema.ins_topics where db_name = '%s'" % name):
        session.sql("drop topic force `%s`" % topic[0])
    session.sql("drop database if exists %s" % name)
