"""A server that is well: what is said of it; where settings came from; what is hidden; the other ways to run the doctor."""
import json
import os
import re
import socket
import subprocess

import pytest

from doctor.examining import CODES, examine
from support.cc import compile_c
from support.paths import DOCTOR, LIB_DIR, ROOT
from support.programs import run
from support.servers import Sandbox
from wire import behaviours as bad
from wire.scripted import Adapter, Answer, ScriptedServer

STEPS = ["settings", "look-up", "connect", "upgrade", "version", "login", "clock", "time zone", "database", "ping", "cluster", "loader"]


def test_all_is_well(sandbox):
    examined = examine("ws://%s:%d?timezone=Asia/Tokyo" % (sandbox.host, sandbox.port))
    assert examined.names == STEPS
    assert [step["step"] for step in examined.steps if step["outcome"] != "ok"] == []
    assert re.fullmatch(r"TDengine 3\.\d+\.\d+\.\d+", examined.one("version")["text"])
    ping = examined.one("ping")
    assert 0 < ping["p50_ms"] <= ping["p99_ms"]
    assert abs(examined.one("clock")["difference_ms"]) < 5000
    zone = examined.one("time zone")
    assert zone["connection"] == "Asia/Tokyo" and "Asia/Tokyo" in zone["server"] and "+0900" in zone["server"]


def test_in_words(sandbox):
    """For a reader: a line a step, with its time, and no colours where there is no terminal."""
    out = run(DOCTOR, sandbox.host, "--port", sandbox.port).out
    lines = out.splitlines()
    for step in STEPS:
        assert any(re.match(r"ok    %s +\d+\.\d ms  \S" % step, line) for line in lines), out
    assert lines[-1] == "all is well" and "\x1b" not in out
    assert "\x1b[32mok" in run(DOCTOR, sandbox.host, "--port", sandbox.port, env={"CLICOLOR_FORCE": 1}).out


def test_a_failure_in_words():
    with ScriptedServer(bad.http("404 Not Found")()) as server:
        out = run(DOCTOR, "ws://127.0.0.1:%d" % server.port, expect=CODES["upgrade"]).out
    assert re.search(r"^FAIL  upgrade +\d+\.\d ms  it answered 404 Not Found", out, re.M), out
    assert re.search(r"^ +what to do: this is a web server", out, re.M), out
    # Once more at the end, where a reader looks first.
    *_, what, advice = out.splitlines()
    assert what.startswith("upgrade failed (exit code 14): it answered 404") and advice.startswith("what to do: this is a web server"), out


def test_behind_tls(tls_sandbox):
    examined = examine(tls_sandbox.host)
    assert examined.names == [*STEPS[:3], "TLS", *STEPS[3:]]


def test_an_old_server(old_sandbox):
    """What it cannot do, by the table that the engine goes by."""
    examined = examine("ws://%s:%d" % (old_sandbox.host, old_sandbox.port))
    version = examined.one("version")
    missing = {row["what"]: row["since"] for row in version["missing"]}
    assert version["version"] == "3.0.7.0" and missing["BI mode"] == "3.2.2.0" and missing["prepared statements of version 2"] == "3.3.3.0"
    assert "needs TDengine 3.2.2.0 or later: BI mode" in version["details"]
    assert "/rest/ws" in examined.one("upgrade")["text"] or examined.one("upgrade")["outcome"] == "ok"


def test_a_newer_server_misses_less():
    with Sandbox(pose="3.4.1.12") as server:
        assert examine("ws://127.0.0.1:%d" % server.port).one("version")["missing"] == []


def test_the_clock():
    """A server an hour ahead."""
    import time
    from wire import block

    class AnHourAhead(Adapter):
        def answer(self, sql):
            if "now()" in sql:
                return Answer(dict(block.reply_of([("now()", 9, 8)])), [block.block([(9, 8, [int(time.time() * 1000) + 3600_000])])])
            return super().answer(sql)

    with ScriptedServer(AnHourAhead()) as server:
        clock = examine("ws://127.0.0.1:%d" % server.port).one("clock")
    assert clock["outcome"] == "warning" and 3_590_000 < clock["difference_ms"] < 3_610_000 and "ahead of this host's" in clock["text"], clock


def test_the_database(sandbox, database):
    where = "ws://%s:%d/%s" % (sandbox.host, sandbox.port, database)
    run(compile_c("c/run_sql.c"), sandbox.host, sandbox.port, "create database %s" % database)
    assert examine(where).one("database")["text"] == "%s is selected" % database


def test_bench(sandbox):
    bench = examine("ws://%s:%d" % (sandbox.host, sandbox.port), "--bench").one("bench")
    assert bench["rows"] == 20000 and bench["written_per_s"] > 0 and bench["read_per_s"] > 0


def test_bench_leaves_nothing():
    """Also where it fails: this server has other rows than were written. Without --bench no database is touched."""
    with ScriptedServer(Adapter()) as server:
        examined = examine("ws://127.0.0.1:%d" % server.port, "--bench", fails="bench")
        made, *_, dropped = [sql.decode() for sql in server.statements() if b"taos_doctor" in sql]
        assert "rows are missing" in examined.one("bench")["text"]
        assert made.startswith("create database taos_doctor_") and dropped == made.replace("create database", "drop database if exists")
        server.seen.clear()
        examine("ws://127.0.0.1:%d" % server.port)
        assert [sql for sql in server.statements() if not sql.startswith(b"select ")] == []


class ThreeNodes(Adapter):
    """Of a cluster with a node on this host and two that are not there."""
    def answer(self, sql):
        if "ins_dnodes" in sql:
            from wire import block
            return Answer(dict(block.reply_of([("endpoint", 8, 134)])), [block.block([(8, 136, [b"127.0.0.1:6030", b"localhost:6030", b"no-such-host.invalid:6030"])])])
        return super().answer(sql)


def test_the_other_adapters_of_the_cluster():
    """Which of the nodes have one on the same port that this host can reach."""
    with ScriptedServer(ThreeNodes()) as server:
        cluster = examine("ws://127.0.0.1:%d" % server.port).one("cluster")
    assert len(cluster["nodes"]) == 3 and cluster["other_adapters"] == ["localhost:%d" % server.port]
    assert any("no-such-host.invalid:%d takes no connections from here" % server.port in line for line in cluster["details"])


@pytest.mark.parametrize("discover, use", [("failover", "when the named hosts fail"), ("balance", "spread over it"), ("off", None)])
def test_hosts_that_the_cluster_tells(discover, use):
    """Not the named one, nor those that the library would not use; the others are asked as the library would ask them."""
    with ScriptedServer(bad.Tells()) as server, ScriptedServer(bad.Tells()) as other, ScriptedServer(bad.PlainHttp()) as no_adapter:
        at = ["127.0.0.1:%d" % one.port for one in (server, other, no_adapter)]
        server.script.hosts = at + ["no-such-host.invalid:6041", "not a host"]
        cluster = examine("ws://%s?discover=%s" % (at[0], discover)).one("cluster")
        assert cluster["outcome"] == "ok"
        if not use:
            assert cluster["discovered"] == [] and not other.accepted and not no_adapter.accepted
            return
        # In the order of hosts and ports, whichever of the two servers has the lower port.
        by_port = sorted((other, no_adapter), key=lambda one: one.port)
        urls = ["127.0.0.1:%d" % one.port for one in by_port] + ["no-such-host.invalid:6041"]
        answers = [one is other for one in by_port] + [False]
        assert cluster["discovered"] == [{"url": "ws://" + url, "answers": yes} for url, yes in zip(urls, answers)]
        assert cluster["other_adapters"] == [at[1]]
        lines = dict(zip(urls, cluster["details"]))
        assert "ws://%s, which answers, too: " % at[1] in lines[at[1]] and use in lines[at[1]]
        assert "does not answer: " in lines[at[2]] and "400" in lines[at[2]]
        assert "does not answer: " in lines["no-such-host.invalid:6041"]
        assert other.actions("conn") == [], "nobody logs in there"


# Settings.


def settings(examined):
    return {row["name"]: (row["value"], row["from"]) for row in examined.one("settings")["settings"]}


def test_where_settings_came_from(tmp_path):
    """The connection string, the environment, which line of which taos.cfg, the default."""
    (tmp_path / "taos.cfg").write_text("# ours\nreadTimeout 7\nconnectTimeout 8\ntimezone Asia/Tokyo\n")
    with ScriptedServer(Adapter()) as server:
        examined = examine("ws://me:hush-hush@127.0.0.1:%d?conn_retries=2" % server.port, env={"TAOS_CONFIG_DIR": tmp_path, "TAOS_READ_TIMEOUT": 9})
    seen = settings(examined)
    assert seen["conn_retries"] == ("2", "connection string")
    assert seen["read_timeout"] == ("9", "TAOS_READ_TIMEOUT")
    assert seen["connect_timeout"] == ("8", "%s:3: connectTimeout" % (tmp_path / "taos.cfg"))
    assert seen["timezone"] == ("Asia/Tokyo", "%s:4: timezone" % (tmp_path / "taos.cfg"))
    assert seen["compression"] == ("false", "default")
    details = examined.one("settings")["details"]
    assert "user: me (connection string)" in details and "password: (hidden) (connection string)" in details
    assert "%s (read)" % (tmp_path / "taos.cfg") in details


def test_hosts_of_the_settings(tmp_path):
    with ScriptedServer(Adapter()) as server:
        (tmp_path / "taos.cfg").write_text("firstEp 127.0.0.1:%d\n" % server.port)
        examined = examine("--config-dir", tmp_path)
    assert examined.one("settings")["hosts"] == ["127.0.0.1:%d" % server.port]
    assert "host: first_ep, from %s:1: firstEp" % (tmp_path / "taos.cfg") in examined.one("settings")["details"]


def test_mistakes_are_warnings(tmp_path):
    (tmp_path / "taos.cfg").write_text("readTimeuot 7\nconnectTimeout soon\n")
    with ScriptedServer(Adapter()) as server:
        examined = examine("ws://127.0.0.1:%d" % server.port, env={"TAOS_CONFIG_DIR": tmp_path, "TAOS_READ_TIMEUOT": 9})
    said = [step["text"] for step in examined.of("settings") if step["outcome"] == "warning"]
    assert len(said) == 3 and any("TAOS_READ_TIMEUOT" in text for text in said) and any("connectTimeout=soon" in text for text in said), said


def test_a_taos_cfg_that_is_not_there(tmp_path):
    with ScriptedServer(Adapter()) as server:
        examined = examine("ws://127.0.0.1:%d" % server.port, env={"TAOS_CONFIG_DIR": tmp_path / "none"})
    assert any("none: No such file" in step["text"] for step in examined.of("settings")), examined.text


SECRETS = ["s3cret-password", "s3cret-token", "s3cret-bearer"]


@pytest.mark.parametrize("way", [[], ["--json"]])
def test_secrets_are_not_shown(way):
    """Not where they were given, and not where a server repeats them."""
    class Echoes(Adapter):
        def welcome(self, peer, key):
            body = ("<html><title>%s %s</title></html>" % (peer.server.paths[-1], SECRETS[0])).encode()
            peer.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    class Repeats(Adapter):
        def on_conn(self, peer, req_id, args):
            self.refuse(peer, "conn", req_id, 855, "no user %s with %s" % (args["user"], args["password"]))

    query = "token=%s&bearer_token=%s&totp_code=123456" % (SECRETS[1], SECRETS[2])
    for script, code in ((Echoes(), "upgrade"), (Repeats(), "login")):
        script.version = "3.4.1.0"
        with ScriptedServer(script) as server:
            out = run(DOCTOR, *way, "ws://me:%s@127.0.0.1:%d?%s" % (SECRETS[0], server.port, query), expect=CODES[code], env={"TAOS_FIRST_EP": "ws://me:s3cret@h?token=s3cret"}).out
        assert "s3cret" not in out and "123456" not in out and "(hidden)" in out, out
    out = run(DOCTOR, *way, "127.0.0.1", "-u", "me", "-p", SECRETS[0], "-P", server.port, expect=CODES["connect"]).out
    assert "s3cret" not in out, out


def test_a_server_does_not_drive_the_terminal():
    page = b"<html><title>\x1b[2J\x1b]0;owned\x07 hello \r\nok    login</title></html>"
    with ScriptedServer(bad.http("200 OK", page)()) as server:
        out = run(DOCTOR, "ws://127.0.0.1:%d" % server.port, expect=CODES["upgrade"]).out
    assert "hello" in out and not [c for c in out if ord(c) < 32 and c != "\n"] and "\nok    login" not in out, out


@pytest.mark.parametrize("zone, outcome", [("Asia/Tokyo", "warning"), ("UTC", "ok")])
def test_an_old_server_has_one_time_zone(old_sandbox, zone, outcome):
    """Which is no matter if the program wants the same."""
    step = examine("ws://%s:%d?timezone=%s" % (old_sandbox.host, old_sandbox.port, zone)).one("time zone")
    assert step["outcome"] == outcome and step["server"] == "UTC (UTC, +0000)"
    if outcome == "warning":
        assert "a server before 3.3.5.0 takes no time zone" in step["text"] and "offset" in step["advice"]


def test_a_user_that_is_not_there(sandbox):
    examined = examine("ws://nobody_here:x@%s:%d" % (sandbox.host, sandbox.port), fails="login")
    step = examined.one("login")
    assert step["text"] == "Invalid user" and "check the user, nobody_here" in step["advice"] and "connection string" in step["advice"]


@pytest.mark.parametrize("given, is_said", [(["127.0.0.1:6030"], True), (["127.0.0.1", "--port", "6030"], True), (["127.0.0.1"], False), (["ws://127.0.0.1:6030"], False)])
def test_the_native_port_is_not_passed_over(given, is_said):
    """Who says 6030 and reads of another port is told why."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and does not listen
        env = {"TAOS_SERVER_PORT": bound.getsockname()[1]}
        out = run(DOCTOR, "--json", *given, expect=CODES["connect"], env=env).out
    details = json.loads(out)["steps"][0]["details"]
    assert ("port: 6030 is the native client's, and means taosAdapter's here" in details) == is_said, details


# The loader.


def test_which_library(sandbox, tmp_path):
    loader = examine("ws://%s:%d" % (sandbox.host, sandbox.port)).one("loader")
    assert loader["is_this_library"] and loader["path"] == str(LIB_DIR / "libtaos.so") and loader["version"] == "3.3.7.5"
    assert any(line.startswith("found: %s, soname libtaos.so, needs glibc " % (LIB_DIR / "libtaos.so")) for line in loader["details"]), loader


def in_front(folder):
    return {"LD_LIBRARY_PATH": "%s:%s" % (folder, LIB_DIR)}


def test_another_library_in_front(sandbox, tmp_path):
    """The native client's, here one that says no more than its version."""
    source = tmp_path / "native.c"
    source.write_text('const char *taos_get_client_info(void) { return "3.3.6.0"; }\n')
    run("gcc", "-shared", "-fPIC", "-Wl,-soname,libtaos.so.1", "-z", "execstack", "-o", tmp_path / "libtaos.so", source, quiet=False)
    loader = examine("ws://%s:%d" % (sandbox.host, sandbox.port), env=in_front(tmp_path), fails=None if loads(tmp_path) else "loader").one("loader")
    if loads(tmp_path):
        assert loader["outcome"] == "warning" and not loader["is_this_library"] and "TDengine's own client 3.3.6.0" in loader["text"]
    assert any("wants an executable stack" in line and "soname libtaos.so.1" in line for line in loader["details"]), loader


def loads(folder):
    import ctypes
    try:
        ctypes.CDLL(str(folder / "libtaos.so"))
    except OSError:
        return False
    return True


def test_a_library_that_is_none(sandbox, tmp_path):
    (tmp_path / "libtaos.so").write_text("not a library")
    loader = examine("ws://%s:%d" % (sandbox.host, sandbox.port), env=in_front(tmp_path), fails="loader").one("loader")
    assert "which is no library" in loader["details"][1]


def test_no_library_at_all(sandbox):
    if any(os.path.exists(os.path.join(folder, "libtaos.so")) for folder in ("/usr/lib", "/usr/local/lib", "/lib", "/lib64", "/usr/lib64")):
        pytest.skip("a libtaos.so is installed")
    loader = examine("ws://%s:%d" % (sandbox.host, sandbox.port), env={"LD_LIBRARY_PATH": ""}).one("loader")
    assert loader["outcome"] == "warning" and "finds none here" in loader["text"] and "LD_LIBRARY_PATH" in loader["advice"]


# Running a program.


def test_run(sandbox):
    """The program's output and exit code are its own; what the library has to say comes behind it."""
    program = compile_c("c/run_sql.c")
    done = run(DOCTOR, "run", program, sandbox.host, sandbox.port, "select 1", env={"LD_LIBRARY_PATH": ""}, quiet=False)
    assert "ended well" in done.err and "it connected by this library" in done.err


def test_run_a_program_that_cannot_connect():
    with ScriptedServer(bad.http("404 Not Found")()) as server:
        done = run(DOCTOR, "run", compile_c("wire/settings.c"), "connect", "ws://127.0.0.1:%d" % server.port, quiet=False, env={"LD_LIBRARY_PATH": ""})
    assert "no connection came about" in done.err and "it answered 404 Not Found" in done.err, done.err


def test_run_tells_how_it_ended(tmp_path):
    done = run(DOCTOR, "run", "sh", "-c", "exit 3", expect=3, quiet=False)
    assert "ended with exit code 3" in done.err and "made no connection" in done.err
    done = run(DOCTOR, "run", "sh", "-c", "kill -9 $$", expect=137, quiet=False)
    assert "was ended by signal 9" in done.err
    assert "no-such-program: No such file" in run(DOCTOR, "run", "./no-such-program", expect=127, quiet=False).err
    assert "no libtaos.so in" in run(DOCTOR, "run", "--library", tmp_path, "true", expect=127, quiet=False).err


def test_run_keeps_a_log(sandbox, tmp_path):
    log = tmp_path / "the.log"
    run(DOCTOR, "run", "--log", "debug", "--log-file", log, compile_c("c/run_sql.c"), sandbox.host, sandbox.port, "select 1", quiet=False)
    assert "connected" in log.read_text()


def test_the_library_is_not_built_twice():
    """What the library and the doctor both depend on, macros' own dependencies included, the doctor wants with the library's features. With
    others, cargo would build all of it a second time, the library too."""
    def tree(package):
        command = ["cargo", "tree", "--locked", "-p", package, "-e", "normal,build", "-f", "{p}|{f}", "--prefix", "none", "--no-dedupe"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return {tuple(line.split("|")) for line in done.stdout.splitlines()}

    library, doctor = tree("libtaos"), tree("taos-doctor")
    assert len(library) > 30 and library - doctor == set()
    both = {package for package, _ in library}
    assert {row for row in doctor if row[0] in both} - library == set()


# The command line.


def test_help_has_the_exit_codes():
    out = run(DOCTOR, "--help").out
    table = {name: int(code) for code, name in re.findall(r"^ +(\d+)  ([^:\n]+):", out, re.M)}
    assert table == {name: code for name, code in CODES.items() if name}


def test_a_command_line_that_makes_no_sense():
    assert "--port" in run(DOCTOR, "--prot", "1", expect=2, quiet=False).err


def test_the_man_page():
    page = run(DOCTOR, "man").out
    for line in (".TH TAOS-DOCTOR 1", ".SH NAME", ".SH RUNNING A PROGRAM", ".SS Options of run", ".SH EXIT STATUS", ".TP\n14\nupgrade: "):
        assert line in page, line
    assert "taos\\-doctor\\-run(1)" not in page, "there is no such page"


def test_what_is_no_client_of_tdengine(sandbox, tmp_path):
    (tmp_path / "other.c").write_text("int x;\n")
    run("gcc", "-shared", "-fPIC", "-o", tmp_path / "libtaos.so", tmp_path / "other.c", quiet=False)
    loader = examine("ws://%s:%d" % (sandbox.host, sandbox.port), env=in_front(tmp_path)).one("loader")
    assert loader["outcome"] == "warning" and "no client of TDengine" in loader["text"] and "in front in LD_LIBRARY_PATH" in loader["advice"], loader


def test_a_library_of_another_machine(sandbox, tmp_path):
    """The loader passes it over: the line of what is found says why."""
    built = bytearray((LIB_DIR / "libtaos.so").read_bytes())
    built[18:20] = (243).to_bytes(2, "little")  # RISC-V
    (tmp_path / "libtaos.so").write_bytes(built)
    loader = examine("ws://%s:%d" % (sandbox.host, sandbox.port), env=in_front(tmp_path)).one("loader")
    assert loader["is_this_library"] and any("for another machine (243)" in line for line in loader["details"]), loader


def test_a_library_for_musl(sandbox, tmp_path):
    """Which the loader of glibc takes up, and then does not find its C library."""
    run("gcc", "-shared", "-fPIC", "-nostdlib", "-Wl,-soname,libc.so", "-o", tmp_path / "libc.so", "-x", "c", "/dev/null", quiet=False)
    run("gcc", "-shared", "-fPIC", "-nostdlib", "-Wl,--no-as-needed", "-o", tmp_path / "libtaos.so", "-x", "c", "/dev/null", "-x", "none", tmp_path / "libc.so", quiet=False)
    (tmp_path / "libc.so").unlink()
    loader = examine("ws://%s:%d" % (sandbox.host, sandbox.port), env=in_front(tmp_path), fails="loader").one("loader")
    assert "cannot be loaded" in loader["text"] and "in front in LD_LIBRARY_PATH" in loader["advice"]
    assert any("needs musl" in line for line in loader["details"]), loader
