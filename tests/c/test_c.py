"""The door of C programs: compiled against include/taos.h, linked with libtaos.so, run against a server."""
import os
import subprocess
from pathlib import Path

import pytest

from support import sanitizer
from support.cc import compile_c
from support.paths import LIBRARY, SANDBOX
from support.programs import environment, run
from support.servers import Child, Sandbox
from wire.behaviours import SmallBlocks, SmallBlocksAndSilence, SmallBlocksOld
from wire.scripted import Adapter, ScriptedServer


@pytest.fixture
def scripted():
    with ScriptedServer(Adapter()) as server:
        yield server


# ---- against the sandbox (plain, behind TLS, in the pose of an old server), or a real adapter

def test_first_steps(endpoint, database):
    run(compile_c("c/first_steps.c"), *endpoint.args, database)


def test_users(endpoint, database):
    run(compile_c("c/users.c"), *endpoint.args, "user_" + database)


@pytest.mark.parametrize("precision", ["ms", "us", "ns"])
def test_types(endpoint, database, precision):
    run(compile_c("c/types.c"), *endpoint.args, database, precision, "old" if endpoint.name == "old" else "all")


@pytest.mark.parametrize("precision", ["ms", "us", "ns"])
@pytest.mark.parametrize("program", ["stmt1", "stmt2"])
def test_statements(new_endpoint, database, program, precision):
    run(compile_c("c/%s.c" % program), *new_endpoint.args, database, precision, 100)


def test_statements_wrong_use(new_endpoint, database):
    run(compile_c("c/stmt_mistakes.c"), *new_endpoint.args, database)


@pytest.mark.valgrind
@pytest.mark.parametrize("program, extra", [("stmt1", ["ms", 6]), ("stmt2", ["ms", 6]), ("stmt_mistakes", ["alone"])])
def test_statements_under_valgrind(sandbox, database, program, extra):
    run(compile_c("c/%s.c" % program), *sandbox.args, database, *extra, deadline=30, valgrind=True)


def test_many_rows(endpoint, database):
    run(compile_c("c/many_rows.c"), *endpoint.args, database, 20000, deadline=120)


def test_server_truths(sandbox, database):
    run(compile_c("c/server_truths.c"), *sandbox.args, database)


def test_charsets(new_endpoint, database):
    run(compile_c("c/charsets.c"), *new_endpoint.args, database)


@pytest.mark.valgrind
def test_charsets_under_valgrind(sandbox, database):
    run(compile_c("c/charsets.c"), *sandbox.args, database, valgrind=True)


def test_schemaless(endpoint, database):
    run(compile_c("c/schemaless.c"), *endpoint.args, database, "old" if endpoint.name == "old" else "all", deadline=60)


def test_small_things(new_endpoint, database):
    run(compile_c("c/small_things.c"), *new_endpoint.args, database)


def test_consumer(endpoint, database):
    """Needs a server that has `create topic … with meta` and raw messages, or one in the older pose, which has only the former."""
    if endpoint.version < (3, 3, 1, 2):
        pytest.skip("an old server has no raw messages to copy")
    run(compile_c("c/consumer.c"), *endpoint.args, database, deadline=120)


@pytest.mark.parametrize("precision", ["ms", "us", "ns"])
def test_topics(sandbox, database, precision):
    run(compile_c("c/topics.c"), *sandbox.args, database, precision)


def test_polling(sandbox, database):
    run(compile_c("c/polling.c"), *sandbox.args, database)


@pytest.mark.valgrind
def test_consumer_under_valgrind(sandbox, database):
    run(compile_c("c/consumer.c"), *sandbox.args, database, valgrind=True)


@pytest.mark.slow
def test_memory_is_bounded(sandbox, database):
    """A million rows in an address space that may grow by 64 MiB, also for slow and impatient readers."""
    run(compile_c("c/memory_cap.c"), *sandbox.args, database, 1000000, deadline=120)


@pytest.mark.sandbox_only
@pytest.mark.parametrize("tls", [False, True], ids=["ws", "wss"])
def test_server_goes_and_returns(certificates, tmp_path, tls):
    cert, key = certificates.of("localhost", "127.0.0.1") if tls else (None, None)
    settings = {"cert": cert, "key": key, "data": tmp_path / "sandbox.db"}
    with Sandbox(**settings) as server:
        endpoint = server.tls_endpoint(certificates.ca) if tls else server.endpoint()
        run(compile_c("c/database.c"), *endpoint.args, "kept")
        program = subprocess.Popen([compile_c("c/server_gone.c"), *endpoint.args, "kept"], env=environment(), text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert program.stdout.readline() == "stop\n"
        port = server.port
    program.stdin.write("stopped\n")
    program.stdin.flush()
    seen = program.stdout.readline()
    assert seen == "start\n", seen + program.stdout.read()
    with Sandbox(port=port, **settings):
        out, _ = program.communicate("started\n", timeout=60)
    assert (program.returncode, out) == (0, "end\n")


def test_affected_rows(endpoint, database):
    run(compile_c("c/affected.c"), *endpoint.args, database)


def test_last_error(new_endpoint, database):
    run(compile_c("c/last_error.c"), *new_endpoint.args, database)


def test_stopped(endpoint, database):
    run(compile_c("c/stopped.c"), *endpoint.args, database)


def test_after_close(endpoint, database):
    run(compile_c("c/after_close.c"), *endpoint.args, database, 10000, *([] if endpoint.name == "old" else ["statements"]), deadline=120)


@pytest.mark.valgrind
def test_after_close_under_valgrind(sandbox, database):
    run(compile_c("c/after_close.c"), *sandbox.args, database, 5000, "statements", deadline=60, valgrind=True)


@pytest.mark.slow
@pytest.mark.parametrize("connections", ["shared", "own"])
def test_threads(endpoint, database, connections):
    """Sixteen threads with a thousand queries each."""
    run(compile_c("c/threads.c"), *endpoint.args, database, 16, 1000, connections, deadline=150)


@pytest.mark.timeout(700)
@pytest.mark.parametrize("cancelled", [1000, pytest.param(100000, marks=pytest.mark.stress)])
def test_handed_on(sandbox, database, cancelled):
    """Threads that are cancelled while they wait on a connection that others wait on, too."""
    run(compile_c("c/handed_on.c"), *sandbox.args, database, cancelled, deadline=600)


@pytest.mark.valgrind
@pytest.mark.parametrize("connections", ["shared", "own"])
def test_threads_under_valgrind(sandbox, database, connections):
    run(compile_c("c/threads.c"), *sandbox.args, database, 16, 20, connections, deadline=30, valgrind=True)


def test_shared_result(sandbox, database):
    without = ["threads"] if sanitizer.CHOSEN else []  # what the sanitizers cannot watch: see there
    run(compile_c("c/shared_result.c"), *sandbox.args, database, 200, *without, deadline=120)


@pytest.mark.valgrind
def test_shared_result_under_valgrind(sandbox, database):
    run(compile_c("c/shared_result.c"), *sandbox.args, database, 5, "threads", deadline=60, valgrind=True)


@pytest.mark.valgrind
@pytest.mark.parametrize("program, extra", [("first_steps", []), ("types", ["ns", "all"]), ("many_rows", [9000]), ("schemaless", ["all"])])
def test_under_valgrind(sandbox, database, program, extra):
    run(compile_c("c/%s.c" % program), *sandbox.args, database, *extra, deadline=30, valgrind=True)


# ---- against a scripted server: what a caller does wrong is the library's to notice

@pytest.mark.parametrize("program", ["nulls", "handles", "cleanup", "closing"])
def test_callers_mistakes(scripted, program):
    run(compile_c("c/%s.c" % program), "127.0.0.1", scripted.port, 20)


@pytest.mark.valgrind
@pytest.mark.parametrize("program", ["nulls", "handles", "cleanup", "closing"])
def test_callers_mistakes_under_valgrind(scripted, program):
    run(compile_c("c/%s.c" % program), "127.0.0.1", scripted.port, 2, deadline=30, valgrind=True)


@pytest.mark.parametrize("script", [SmallBlocks, SmallBlocksOld], ids=["new", "old"])
def test_async(script):
    with ScriptedServer(script()) as server:
        run(compile_c("c/async.c"), "127.0.0.1", server.port, 10)


@pytest.mark.valgrind
def test_async_under_valgrind():
    with ScriptedServer(SmallBlocks()) as server:
        run(compile_c("c/async.c"), "127.0.0.1", server.port, 1, deadline=30, valgrind=True)


@pytest.mark.parametrize("watched, rounds", [(False, 50), pytest.param(True, 1, marks=pytest.mark.valgrind)], ids=["plain", "valgrind"])
def test_many_in_flight(watched, rounds):
    with ScriptedServer(SmallBlocks()) as server:
        run(compile_c("c/async_many.c"), "127.0.0.1", server.port, rounds, valgrind=watched)


def test_async_while_cleanup():
    with ScriptedServer(Adapter()) as server:
        run(compile_c("c/async_cleanup.c"), "127.0.0.1", server.port, 500, deadline=100)


def test_at_exit(scripted):
    run(compile_c("c/at_exit.c"), "127.0.0.1", scripted.port)


@pytest.mark.parametrize("seconds", [0, 3])
def test_descriptors_closed(scripted, seconds):
    run(compile_c("c/descriptors.c"), "127.0.0.1", scripted.port, seconds)


def test_no_threads(scripted):
    run(compile_c("c/no_threads.c", "-Wno-pedantic", "-ldl", sanitizer=None), "127.0.0.1", scripted.port)


def interrupted(**options):
    with ScriptedServer(SmallBlocksAndSilence()) as server:
        run(compile_c("c/interrupted.c"), "127.0.0.1", server.port, **options)
        assert server.wait_until(lambda: ("free_result", 1) in [(action, args.get("id")) for action, args in server.seen])


def test_interrupted():
    interrupted()


def test_stopped_while_a_fetch_waits():
    with ScriptedServer(SmallBlocksAndSilence()) as server:
        run(compile_c("c/stopped.c"), "127.0.0.1", server.port)


@pytest.mark.valgrind
def test_interrupted_under_valgrind():
    interrupted(deadline=30, valgrind=True)


@pytest.mark.sandbox_only
@pytest.mark.timeout(700)
@pytest.mark.parametrize("how", [[12, 3, 2, 60], [1, 1, 0, 60, "calm"], *(pytest.param(how, marks=pytest.mark.stress) for how in ([12, 3, 2, 6000], [1, 1, 0, 10000, "calm"]))],
                         ids=["mix", "calm", "long-mix", "long-calm"])
def test_async_mix(database, how):
    """Chains of asynchronous calls that are stopped, freed, killed and joined by synchronous ones at any moment; replies of a
    few rows come one close after the other."""
    with Child(SANDBOX, "--port", "0", "--print-port", "--quiet", "--block-rows", "20") as server:
        run(compile_c("c/async_mix.c"), "127.0.0.1", server.port, database, *how, deadline=600)


def test_fork(scripted):
    run(compile_c("c/fork.c"), "127.0.0.1", scripted.port)


@pytest.mark.slow
@pytest.mark.sandbox_only
@pytest.mark.timeout(700)
@pytest.mark.parametrize("rounds", [200, pytest.param(5000, marks=pytest.mark.stress)])
@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_forks_of_a_busy_program(database, certificates, rounds, scheme):
    """Every object is inherited, several in the middle of a call of another thread."""
    cert, key = certificates.of("127.0.0.1")
    tls = ["--tls-cert", cert, "--tls-key", key] if scheme == "wss" else []
    with Child(SANDBOX, "--port", "0", "--print-port", "--quiet", *tls) as server:
        run(compile_c("c/forks.c"), "%s://127.0.0.1:%d?tls_ca=%s" % (scheme, server.port, certificates.ca), 0, database, rounds, deadline=600)


@pytest.mark.sandbox_only
@pytest.mark.alone
@pytest.mark.timeout(1200)
@pytest.mark.memory
@pytest.mark.parametrize("scale", [1, pytest.param(10, marks=pytest.mark.stress)])
def test_nothing_is_left_behind(database, scale):
    with Child(SANDBOX, "--port", "0", "--print-port", "--quiet") as server:
        done = run(compile_c("c/leaks.c"), "127.0.0.1", server.port, database, 10000 * scale, deadline=1100)
    print(done.out)


@pytest.mark.alone
@pytest.mark.parametrize("seconds, most", [(5, 0.01), pytest.param(60, 0.001, marks=pytest.mark.stress)])
def test_idle_without_a_server(database, seconds, most):
    """A dead connection and a dead consumer take no processor time, and a consumer that polls with a timeout next to none."""
    with Child(SANDBOX, "--port", "0", "--print-port", "--quiet") as server:
        program = subprocess.Popen([compile_c("c/waiting.c"), "127.0.0.1", str(server.port), database, str(seconds)], env=environment(), text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert program.stdout.readline() == "ready\n"
    out, _ = program.communicate("gone\n", timeout=60 + 2 * seconds)
    assert program.returncode == 0, out
    idle, polling = map(int, out.split())
    print("of %d s each: idle %d us, polling %d us" % (seconds, idle, polling))
    assert max(idle, polling) < seconds * 1000000 * most, out


def test_host_process(scripted, tmp_path):
    """No output, no changed environment, locale, signal handler or limit; at most one thread, and none before it is needed."""
    report = tmp_path / "report"
    done = run(compile_c("c/host_process.c"), "127.0.0.1", scripted.port, report, env={"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"})
    assert done.out == "" and done.err == ""
    lines = report.read_text().splitlines()
    counts = {line.split(": ")[0]: int(line.split(": ")[1]) for line in lines if line.startswith("threads")}
    assert [line for line in lines if not line.startswith("threads")] == ["connected: 1", "rows: 3"]
    assert counts["threads before"] == counts["threads after init"] == counts["threads after cleanup"] == 1
    assert counts["threads connected"] <= 2


LOCALE = {"all": "C.UTF-8", "ctype": "LC_CTYPE=C.UTF-8;LC_NUMERIC=C;LC_TIME=C;LC_COLLATE=C;LC_MONETARY=C;LC_MESSAGES=C;LC_PAPER=C;LC_NAME=C;LC_ADDRESS=C;"
          "LC_TELEPHONE=C;LC_MEASUREMENT=C;LC_IDENTIFICATION=C", "none": "C"}


@pytest.mark.parametrize("steps, env, expected", [
    (["init", "connect"], {"LC_ALL": "C.UTF-8"}, ["none", "ctype", "ctype"]),
    (["connect", "init"], {"LC_ALL": "C", "LANG": "C.UTF-8"}, ["none", "none", "none"]),
    (["connect"], {"LC_CTYPE": "C.UTF-8"}, ["none", "ctype"]),
    (["consumer"], {"LANG": "C.UTF-8"}, ["none", "ctype"]),
    (["C.UTF-8", "init", "connect"], {"LC_ALL": "C"}, ["none", "ctype", "ctype", "ctype"]),
    # Once: what the program does later is its own.
    (["init", "C", "init", "connect", "consumer"], {"LC_ALL": "C.UTF-8"}, ["none", "ctype", "none", "none", "none", "none"]),
    (["init", "connect"], {"LC_ALL": "no_SUCH.locale"}, ["none", "none", "none"]),
    (["init", "connect"], {"LC_ALL": "C.UTF-8", "TAOS_SET_LOCALE": "false"}, ["none", "none", "none"]),
    (["init", "connect"], {"LC_ALL": "C.UTF-8", "TAOS_CONFIG_DIR": "{folder}"}, ["none", "none", "none"])])
def test_locale(sandbox, steps, env, expected, tmp_path):
    """A program that has not chosen a character locale has that of its environment, as with the native client; nothing else changes."""
    (tmp_path / "taos.cfg").write_text("setLocale 0\n")
    unset = {"LC_ALL": "", "LC_CTYPE": "", "LANG": ""}
    done = run(compile_c("c/locale.c"), *sandbox.args, *steps, env={**unset, **{name: value.format(folder=tmp_path) for name, value in env.items()}})
    assert done.out.splitlines() == [LOCALE[name] for name in expected]


def test_refused_options():
    run(compile_c("c/refused_options.c"))


def test_start_of_tdengines_tools(sandbox, database, tmp_path):
    """Drivers, configuration, a host that taos.cfg names as natively; and NCHAR converted by the process's locale."""
    (tmp_path / "taos.cfg").write_text("firstEp %s:6030\nserverPort %d\n" % (sandbox.args[0], int(sandbox.args[1])))
    program = compile_c("c/tools_start.c")
    for tool in ("benchmark", "dump"):
        assert run(program, tool, tmp_path, database).out == ""
    plain = {"LC_ALL": "C.UTF-8"}
    assert run(program, "cli", tmp_path, database, env=plain).out == "äöü 温度\n"
    assert "?" in run(program, "cli", tmp_path, database, env={**plain, "TAOS_SET_LOCALE": "false"}).out
    logged = run(program, "cli", tmp_path, database, env={**plain, "TAOS_LOG": "warn"}, quiet=False)
    assert logged.err.count("taos_set_config passed over: its text is not a JSON object") == 1, logged.err


def test_unload():
    """dlclose after taos_cleanup: no thread, no file and no fork handler stays."""
    with ScriptedServer(SmallBlocks()) as server:
        done = run(compile_c("c/unload.c", "-Wno-pedantic", "-ldl", link=False), LIBRARY, "127.0.0.1", server.port, 20)
    assert done.out == ""


def test_nothing_is_written_to_disk(scripted, tmp_path):
    """Not in the working directory, and not where the native client puts its logs."""
    logs = Path("/var/log/taos")
    before = sorted(logs.glob("*")) if logs.exists() else None
    subprocess.run([compile_c("c/cleanup.c"), "127.0.0.1", str(scripted.port), "1"], cwd=tmp_path, env=environment(HOME=tmp_path), check=True, timeout=60)
    assert os.listdir(tmp_path) == []
    assert (sorted(logs.glob("*")) if logs.exists() else None) == before
