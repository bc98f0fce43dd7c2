"""Subscriptions as the cloud's guide has them: TLS and a token, by the keys of the guide, against a server that lets nobody else in."""
import pytest

from support.cc import compile_c
from support.paths import TESTS
from support.programs import run, run_python
from support.servers import Sandbox
from wire.subscription import consume_from

TOKEN = "a b&c+d"
SETUP = ["CREATE DATABASE d VGROUPS 1 WAL_RETENTION_PERIOD 3600", "CREATE TABLE d.t (ts TIMESTAMP, v INT)", "CREATE TOPIC tp AS SELECT ts, v FROM d.t",
         "INSERT INTO d.t VALUES (1700000000000, 42)"]

pytestmark = pytest.mark.sandbox_only


@pytest.fixture(scope="module")
def cloud(certificates):
    cert, key = certificates.of("localhost", "127.0.0.1")
    with Sandbox(token=TOKEN, cert=cert, key=key) as server:
        server.ca = certificates.ca
        run(compile_c("c/run_sql.c"), "wss://localhost:%d?token=a%%20b%%26c%%2Bd&tls_ca=%s" % (server.port, server.ca), 0, *SETUP)
        yield server


def consumed(server, **settings):
    keys = {"td__connect__websocket__scheme": "wss", "td__connect__token": TOKEN, "tls_ca": server.ca, **settings}
    return consume_from(server.port, host="localhost", **keys)


@pytest.mark.parametrize("settings", [{}, {"group__id": "g"}, {"group__id": "g" * 192, "client__id": "c" * 192}, {"group__id": "x", "client__id": "y"}])
def test_by_the_guide(cloud, settings):
    settings = {"session__timeout__ms": "12000", "max__poll__interval__ms": "300000", "experimental__snapshot__enable": "false",
                "enable__heartbeat__background": "true", "msg__with__table__name": "true", "enable__auto__commit": "true",
                "auto__commit__interval__ms": "1000", **settings, "auto__offset__reset": "earliest"}
    settings["group__id"] = settings.get("group__id", "first")
    seen = consumed(cloud, **settings)
    assert not seen.steps["conf"] and [row[1] for row in seen.rows] == ["42"]


@pytest.mark.parametrize("token", ["wrong", ""])
def test_wrong_token(cloud, token):
    [(code, why)] = consumed(cloud, td__connect__token=token).steps["new"]
    assert code and "401" in why, why


def test_no_tls_where_it_is_due(cloud):
    [(code, why)] = consumed(cloud, td__connect__websocket__scheme="ws").steps["new"]
    assert code and why.startswith("init tscObj failed"), why


def test_taospy(cloud):
    done = run_python(TESTS / "python" / "programs" / "cloud_consumer.py", "localhost", cloud.port, cloud.ca, TOKEN, quiet=False)
    assert done.out.endswith("done\n")
