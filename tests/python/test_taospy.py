"""The door of Python programs: PyPI's taospy, unmodified, with our library where it looks for libtaos.so."""
import importlib.metadata
import os

import pytest

from support.paths import LIB_DIR, TESTS
from support.programs import run_python
from support.servers import Sandbox

PROGRAMS = TESTS / "python" / "programs"
# What the server answers to CREATE TABLE 123: recorded from 3.3.7.5; and from taospy's documentation, for older ones.
SYNTAX_ERROR = ("0x80002600", 'syntax error near "123"')
OLD_SYNTAX_ERROR = ("0x80000216", "syntax error near 'Incomplete SQL statement'")


def program(name, *args, deadline=90, **options):
    # pandas and SQLAlchemy may warn on standard error; the library may not (test_the_library_is_ours looks)
    assert run_python(PROGRAMS / (name + ".py"), *args, deadline=deadline, quiet=False, **options).out.endswith("done\n")


def test_the_library_is_ours():
    """taospy of PyPI, and the libtaos.so it found is the one under test."""
    assert importlib.metadata.version("taospy") == "2.8.10"
    done = run_python("-c", "import taos; print([line.split()[-1] for line in open('/proc/self/maps') if 'libtaos' in line][0])")
    assert os.path.samefile(os.path.dirname(done.out.strip()), LIB_DIR)


def test_connect_and_query(endpoint, database):
    program("connect_and_query", *endpoint.args, database)


def test_after_close(endpoint, database):
    program("after_close", *endpoint.args, database)


def test_executemany(new_endpoint, database):
    program("executemany", *new_endpoint.args, database)


def test_statements(new_endpoint, database):
    program("statements", *new_endpoint.args, database)


@pytest.mark.sandbox_only
def test_statements_of_an_old_server(database):
    with Sandbox(pose="3.2.3.0") as server:
        program("statements", *server.endpoint().args, database, "old")
        program("executemany", *server.endpoint().args, database + "_many")


@pytest.mark.parametrize("precision", ["ms", "us", "ns"])
def test_types(endpoint, database, precision):
    program("all_types", *endpoint.args, database, precision, "old" if endpoint.name == "old" else "all")


def test_schemaless(new_endpoint, database):
    program("schemaless", *new_endpoint.args, database)


def test_errors(endpoint):
    program("error_reporting", *endpoint.args, *(OLD_SYNTAX_ERROR if endpoint.name == "old" else SYNTAX_ERROR))


def test_pandas_and_sqlalchemy(endpoint, database):
    program("pandas_and_sqlalchemy", *endpoint.args, database)


def test_sqlalchemy_parameters(new_endpoint, database):
    program("sqlalchemy_parameters", *new_endpoint.args, database)


def test_threads_and_forked_workers(endpoint, database):
    program("threads_and_forks", *endpoint.args, database)


def test_consumer(new_endpoint, database):
    program("consumer", *new_endpoint.args, database)


def test_the_documented_error(old_sandbox):
    """To the letter what taospy's documentation shows."""
    code = ("import sys, taos\nconn = taos.connect(host=sys.argv[1], port=int(sys.argv[2]))\n"
            "try:\n    conn.execute('CREATE TABLE 123')\nexcept taos.Error as e:\n    print(e)\n    print('exception class: ', e.__class__.__name__)\n"
            "    print('error number:', e.errno)\n    print('error message:', e.msg)\n")
    done = run_python("-c", code, *old_sandbox.args)
    assert done.out == ("[0x0216]: syntax error near 'Incomplete SQL statement'\nexception class:  ProgrammingError\nerror number: -2147483114\n"
                        "error message: syntax error near 'Incomplete SQL statement'\n")
