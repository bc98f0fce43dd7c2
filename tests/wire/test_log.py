"""What the library writes of its own doings: enough to find a request in the server's log, and nothing that is nobody's business."""
import os
import re
import subprocess
import time
from urllib.parse import quote, unquote

import pytest

from support.cc import compile_c
from support.programs import environment, run
from wire.scripted import Adapter, ScriptedServer
from wire.statements import Statements
from wire.subscription import TOPIC, Subscriptions, numbered
from wire.test_tls_handshakes import demanding  # noqa: F401: a fixture
from wire.test_tls_handshakes import good  # noqa: F401: a fixture

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z +(ERROR|WARN|INFO|DEBUG|TRACE) (ThreadId\(\d+\)|[\w-]+) taos::[\w:]+: .+")
LEVELS = ["error", "warn", "info", "debug", "trace"]


class Everything(Statements, Subscriptions):
    """A server from 3.4 that takes all there is, and quotes statements in its errors."""
    version = "3.4.0.0"

    def __init__(self):
        Statements.__init__(self)
        Subscriptions.__init__(self, numbered(3))

    def query(self, peer, req_id, sql, action):
        if sql.startswith(b"bad"):
            return self.refuse(peer, action, req_id, 0x2600, "syntax error near \"%s\"" % sql.decode())
        super().query(peer, req_id, sql, action)

    def on_insert(self, peer, req_id, args):
        self.reply(peer, "insert", req_id, affected_rows=1, total_rows=1)

    def on_validate_sql(self, peer, req_id, args):
        self.reply(peer, "validate_sql", req_id, result_code=0x2600)


def strings(value):
    return "&".join("%s=%s" % pair for pair in value.items())


@pytest.fixture
def secrets(certificates):
    """The settings of the connection, of which each but the authority is a secret or nobody's business."""
    cert, key = certificates.of("client.example.com")
    return {"tls_ca": quote(str(certificates.ca), safe=""), "tls_cert": quote(str(cert), safe=""), "tls_key": quote(key.read_text(), safe=""),
            "token": "MARK-of-the-cloud"}


def whole_program(server, secrets, **env):
    url = "wss://root:MARK%%40word@127.0.0.1:%d?%s" % (server.port, strings(secrets))
    keys = {"td.connect.ip": "wss://127.0.0.1:%d?%s" % (server.port, strings({key: secrets[key] for key in ("tls_ca", "tls_cert", "tls_key")})),
            "td.connect.user": "root", "td.connect.pass": "MARK of the consumer", "td.connect.token": "MARK of the subscription", "auto.offset.reset": "earliest"}
    return run(compile_c("wire/log.c"), "work", url, "MARK of an argument", "MARK-totp", TOPIC, *("%s=%s" % pair for pair in keys.items()), env=env, quiet=False)


@pytest.mark.parametrize("demanding", ["1.3"], indirect=True)
@pytest.mark.parametrize("level", LEVELS)
def test_nothing_secret_is_in_it(demanding, certificates, secrets, level, tmp_path):  # noqa: F811
    """Passwords, tokens, keys, statements, rows: of a whole program at each level."""
    log = tmp_path / "log"
    with ScriptedServer(Everything(), tls=demanding) as server:
        out = whole_program(server, secrets, TAOS_LOG=level, TAOS_LOG_FILE=log)
    assert out.out == out.err == ""
    text = log.read_text()
    key = [line for line in certificates.of("client.example.com")[1].read_text().splitlines() if "-----" not in line]
    for secret in ("MARK", *key):
        assert secret not in text, [line for line in text.splitlines() if secret in line]
    # The server was told all of it.
    login = server.actions("conn")[0]
    assert (login["password"], login["totp_code"]) == ("MARK@word", "MARK-totp")
    assert {unquote(path.partition("token=")[2]) for path in server.paths} == {secrets["token"], "MARK of the subscription"}
    assert sum(b"MARK" in sql for sql in server.statements()) >= 4 and server.actions("insert")
    # Each request is found in the log by the id that the server saw.
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    if level in ("debug", "trace"):
        seen = {(action, args["req_id"]) for action, args in server.seen if action not in ("free_result",)}
        missing = [pair for pair in seen if not re.search(r"\breq_id=%d\b" % pair[1], text)]
        assert not missing, missing
        assert "req_id=%d " % 0x1234567890abc in text


@pytest.mark.parametrize("number", range(len(LEVELS)))
def test_levels(number, tmp_path):
    """Each has its own lines and those of the levels before."""
    with ScriptedServer(Adapter()) as server:
        for name in (LEVELS[number], LEVELS[number].upper()):
            out = run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env={"TAOS_LOG": name}, quiet=False)
            seen = {line.split()[1].lower() for line in out.err.splitlines()}
            assert seen <= set(LEVELS[:number + 1])
            assert number < 2 or "info" in seen
            assert number < 3 or "debug" in seen


@pytest.mark.parametrize("level", ["loud", "off", "", "7"])
def test_no_log(level, tmp_path):
    """What is no level is passed over, and said so once: no file, and no line beside it."""
    with ScriptedServer(Adapter()) as server:
        done = run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env={"TAOS_LOG": level, "TAOS_LOG_FILE": tmp_path / "log"}, quiet=False)
    assert not (tmp_path / "log").exists()
    is_level = level in ("off", "")
    assert done.err == ("" if is_level else "libtaos: TAOS_LOG=%s passed over: it must be one of off error warn info debug trace\n" % level)


def test_a_level_that_is_none_gives_way_to_the_file(tmp_path):
    """taos.cfg comes next."""
    (tmp_path / "taos.cfg").write_text("logLevel info\nlogFile %s\n" % (tmp_path / "my log"))
    with ScriptedServer(Adapter()) as server:
        run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env={"TAOS_LOG": "loud", "TAOS_CONFIG_DIR": tmp_path})
    assert "INFO" in (tmp_path / "my log").read_text()
    assert "TAOS_LOG=loud passed over" in (tmp_path / "my log").read_text()


@pytest.mark.parametrize("where", ["/no/such/folder/log", "/"])
def test_the_lowest_level_says_that_there_is_no_file(where):
    with ScriptedServer(Adapter()) as server:
        out = run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env={"TAOS_LOG": "error", "TAOS_LOG_FILE": where}, quiet=False)
    assert where in out.err and out.err.count("standard error") == 1


def test_a_pipe_as_the_file(tmp_path):
    """It is not waited for: neither that somebody reads, nor that somebody reads on."""
    os.mkfifo(tmp_path / "pipe")
    env = {"TAOS_LOG": "trace", "TAOS_LOG_FILE": tmp_path / "pipe"}
    with ScriptedServer(Adapter()) as server:
        out = run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env=env, quiet=False)
        assert str(tmp_path / "pipe") in out.err and "connected" in out.err
        reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        try:
            run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env=env)
            assert b"connected" in os.read(reader, 1 << 20)
            run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 200, env=env)
            lines = os.read(reader, 1 << 20).decode().splitlines()
            assert len(lines) > 100 and [line for line in lines if not LINE.fullmatch(line)] == []
        finally:
            os.close(reader)


class ClosesReader(Adapter):
    """Nobody reads the log any more once a connection is made."""
    reader = None

    def accept(self, peer):
        if self.reader is not None:
            os.close(self.reader)
        self.reader = None


@pytest.mark.parametrize("to", ["file", "stderr"])
def test_a_pipe_that_nobody_reads_any_more(to, tmp_path):
    """Its signal would end the program."""
    script = ClosesReader()
    if to == "file":
        os.mkfifo(tmp_path / "pipe")
        script.reader, writer = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK), subprocess.PIPE
    else:
        script.reader, writer = os.pipe()
    with ScriptedServer(script) as server:
        env = environment(TAOS_LOG="trace", **({"TAOS_LOG_FILE": tmp_path / "pipe"} if to == "file" else {}))
        done = subprocess.run([compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, "2", "3"], env=env, stderr=writer, timeout=120)
    if to == "stderr":
        os.close(writer)
    assert done.returncode == 0 and not done.stderr and script.reader is None


@pytest.mark.parametrize("to", ["file", "stderr"])
def test_a_daemon_that_closes_all_descriptors(to, tmp_path):
    """The number of the log's may be that of a file of the program's by then."""
    with ScriptedServer(Adapter()) as server:
        env = {"TAOS_LOG": "info", **({"TAOS_LOG_FILE": os.path.relpath(tmp_path / "log")} if to == "file" else {})}
        run(compile_c("wire/log.c"), "daemon", "127.0.0.1:%d" % server.port, tmp_path / "data", env=env, quiet=to == "file")
    assert (tmp_path / "data").read_bytes() == b""
    if to == "file":
        lines = [line for line in (tmp_path / "log").read_text().splitlines() if "connected" in line]
        assert len(lines) == server.accepted == 2, lines


@pytest.mark.parametrize("where", ["/no/such/folder/log", "/", ""])
def test_a_file_that_cannot_be_written(where):
    """The log goes to standard error, and says why."""
    with ScriptedServer(Adapter()) as server:
        out = run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env={"TAOS_LOG": "info", "TAOS_LOG_FILE": where}, quiet=False)
    assert "connected" in out.err
    assert (where in out.err and "standard error" in out.err.splitlines()[0]) if where else "standard error" not in out.err


def test_a_full_disk():
    """What cannot be written is lost; the program goes on, and its own streams stay its own."""
    with ScriptedServer(Adapter()) as server:
        run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env={"TAOS_LOG": "trace", "TAOS_LOG_FILE": "/dev/full"})


def test_a_file_is_gone_on_with(tmp_path):
    log = tmp_path / "log"
    log.write_text("before\n")
    with ScriptedServer(Adapter()) as server:
        for _ in range(2):
            run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 0, 1, env={"TAOS_LOG": "info", "TAOS_LOG_FILE": log})
    assert log.read_text().startswith("before\n") and log.read_text().count("INFO") >= 4


@pytest.mark.parametrize("to", ["file", "stderr"])
def test_forked_children_log_too(to, tmp_path):
    """Parent, threads and children write at the same time: lines stay whole, and nobody waits for a lock that nobody holds."""
    log = tmp_path / "log"
    with ScriptedServer(Adapter()) as server:
        out = run(compile_c("wire/log.c"), "fork", "127.0.0.1:%d" % server.port, 4, 12, env={"TAOS_LOG": "trace", **({"TAOS_LOG_FILE": log} if to == "file" else {})}, quiet=False)
    assert out.out == ""
    lines = (log.read_text() if to == "file" else out.err).splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    ids = [args["req_id"] for action, args in server.seen if action == "binary_query"]
    assert len(ids) == 7 * 12
    text = "\n".join(lines)
    assert [number for number in ids if not re.search(r"\breq_id=%d\b" % number, text)] == []


class ResetsAfterTheLast(Adapter):
    """Resets the connection some time after the last statement, which may be sent again."""
    def query(self, peer, req_id, sql, action):
        super().query(peer, req_id, sql, action)
        if b"last" in sql:
            time.sleep(0.1)
            peer.reset()


def test_why_a_connection_was_lost(tmp_path):
    """Whoever notices it: the thread that looks before it asks has the system's words, as one that reads."""
    file = tmp_path / "log"
    with ScriptedServer(ResetsAfterTheLast()) as server:
        run(compile_c("wire/leaving.c"), "127.0.0.1", server.port, "ask", env={"TAOS_LOG": "warn", "TAOS_LOG_FILE": file})
        assert server.accepted == 2
    lost, = [line for line in file.read_text().splitlines() if "connection lost" in line]
    assert "Connection reset by peer" in lost, lost


def test_a_missing_configuration_file_is_told_once(tmp_path):
    """Not for each connection, nor each time that settings are read again."""
    env = {"TAOS_LOG": "warn", "TAOS_LOG_FILE": tmp_path / "log", "TAOS_CONFIG_DIR": tmp_path / "none"}
    with ScriptedServer(Adapter()) as server:
        run(compile_c("wire/again.c"), "127.0.0.1", server.port, "X=y", "TAOS_USER_APP=me", "zone:UTC", env=env)
    assert (tmp_path / "log").read_text().count("no configuration file") == 1
