"""Logins by token and by one-time code: what the server is told, and what is refused here."""
from support.cc import compile_c
from support.programs import run
from wire.asking import ask
from wire.scripted import Adapter, ScriptedServer
from wire.subscription import Subscriptions, consume, numbered


class New(Adapter):
    version = "3.4.0.0"


def test_a_token_goes_alone(tmp_path):
    """Neither the default user nor the default password: the server would look at them where it does not know tokens. Nor is it logged."""
    log = tmp_path / "log"
    with ScriptedServer(New()) as server:
        url = "ws://127.0.0.1:%d?bearer_token=MARK-of-the-bearer" % server.port
        run(compile_c("c/run_sql.c"), url, 0, "insert into t values (now, 1)", env={"TAOS_LOG": "trace", "TAOS_LOG_FILE": log}, quiet=False)
    login = server.actions("conn")[0]
    assert login["bearer_token"] == "MARK-of-the-bearer" and not {"user", "password"} & set(login)
    assert "MARK" not in log.read_text()


def test_two_tokens():
    """Beside a token in the URL a server passes over the one to log in with."""
    with ScriptedServer(New()) as server:
        out = ask(server.port, settings="token=a&bearer_token=b")
        assert not server.actions("conn")
    assert "token and bearer_token" in str(out), out


def test_a_consumer_has_no_one_time_code():
    seen, server = consume(Subscriptions(numbered(1)), totp_code="123456")
    [(code, why)] = seen.steps["new"]
    assert code and "totp_code" in why and not server.seen


def test_a_consumer_tells_its_connector():
    seen, server = consume(Subscriptions(numbered(1)), connector_info="gadget-1.2")
    assert next(args for action, args in server.seen if action == "subscribe")["connector"].endswith(" gadget-1.2")
