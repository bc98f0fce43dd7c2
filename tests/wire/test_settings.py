"""Each setting of docs/settings.md through each of its doors: a connection string, the environment, taos_set_config, taos.cfg. That
a value was taken is seen by what it does; which door comes first, by two that disagree."""
import json
import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

import pytest

from support.cc import compile_c
from support.paths import ROOT
from support.programs import run
from wire import behaviours as bad
from wire.scripted import Adapter, Gone, ScriptedServer, hang
from wire.test_several_hosts import dead_port
from wire.test_tls import server_tls

FINE = "rows: 3 0x00000000 success"
BAD_OPTION, BAD_VALUE = "0x80000119", "0x80000133"


@dataclass
class Setting:
    name: str
    option: str
    env: str
    cfg: str
    values: str
    default: str


def table():
    """The rows of the documentation."""
    rows = re.findall(r"^\| (.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|", (ROOT / "docs" / "settings.md").read_text(), re.M)[2:]
    return [Setting(*(cell.strip(" `") for cell in row[:4]), row[4], row[5].strip(" `")) for row in rows]


TABLE = {setting.name if setting.name != "(whole process)" else setting.env: setting for setting in table()}


# Servers in which a setting shows.


class Versions(Adapter):
    """Notes which TLS was agreed on."""

    def accept(self, peer):
        peer.server.tls_version = peer.sock.version()


class HangsOnQuery(Adapter):
    def query(self, peer, req_id, sql, action):
        hang()


class EndsAtQuery(Adapter):
    """The connection ends in the middle of a statement that only reads, and then nobody is let in any more."""
    ended = False

    def accept(self, peer):
        if self.ended:
            raise Gone

    def query(self, peer, req_id, sql, action):
        self.ended = True
        raise Gone


class Tokens(Adapter):
    version = "3.4.0.0"


@dataclass
class Case:
    """How a value shows: behind which server, with which other settings in the string, and `seen(out, server)`."""
    value: object
    seen: object
    script: type = Adapter
    host: str = "127.0.0.1:{port}"
    other: dict = field(default_factory=dict)
    tls: object = None
    env: dict = field(default_factory=dict)
    listens: str = "127.0.0.1"


def login(key, value):
    return lambda out, server: server.actions("conn")[0].get(key) == value


def fine(out, server):
    return FINE in out.out


def said(*words):
    return lambda out, server: all(word in out.out for word in words)


def pauses(out):
    """Milliseconds of the pauses between two attempts, as they were logged."""
    unit = {"ms": 1, "s": 1000, "µs": 0.001}
    return [float(number) * unit[name] for number, name in re.findall(r"pause=([\d.]+)(ms|s|µs)", out.err)]


def paused(low, high, count):
    return lambda out, server: len(pauses(out)) == count and all(low <= pause <= high for pause in pauses(out))


def demands_certificate(files, ca):
    context = server_tls(files)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(str(ca))
    return context


RETRIES = {"conn_retries": 2, "retry_backoff_ms": 1, "retry_backoff_max_ms": 1}
LOGGED = {"TAOS_LOG": "warn"}


def without(settings, name):
    return {key: value for key, value in settings.items() if key != name}


def retrying(name, value, seen, **other):
    return Case(value, seen, EndsAtQuery, other={**without(RETRIES, name), **other}, env=LOGGED)


def cases(certificates, foreign):
    good, other_host = certificates.of("localhost", "127.0.0.1"), certificates.of("db.example.com")
    client = foreign.of("client.example.com")
    ca = {"tls_ca": certificates.ca}
    charset = [{"option": 0, "value": "GBK"}]

    def own(name):
        values = {"tls_cert": client[0], "tls_key": client[1]}
        return Case(values[name], fine, other={**ca, **without(values, name)}, tls=demands_certificate(good, foreign.ca))

    return {
        "timezone": Case("Asia/Kathmandu", login("tz", "Asia/Kathmandu")),
        "charset": Case("GBK", lambda out, server: [args["options"] for args in server.actions("options_connection")] == [charset]),
        "connect_timeout": Case("0.35", said("within 350ms"), bad.Silent),
        "read_timeout": Case("0.35", said("within 350ms (read_timeout)"), HangsOnQuery),
        "conn_retries": retrying("conn_retries", 3, paused(0, 1, 3)),
        "retry_backoff_ms": retrying("retry_backoff_ms", 40, paused(20, 40, 1), conn_retries=1),
        "retry_backoff_max_ms": retrying("retry_backoff_max_ms", 16, paused(4, 16, 3), retry_backoff_ms=8, conn_retries=3),
        "compression": Case("true", lambda out, server: "permessage-deflate" in (server.offers[0] or "")),
        "tls_mode": Case("insecure", fine, tls=server_tls(other_host)),
        "ws_tls_mode": Case(1, fine, tls=server_tls(other_host)),
        "tls_ca": Case(certificates.ca, fine, tls=server_tls(good)),
        "tls_version": Case("TLSv1.2", lambda out, server: server.tls_version == "TLSv1.2", Versions, tls=server_tls(good), other=ca),
        "tls_cert": own("tls_cert"),
        "tls_key": own("tls_key"),
        "tls_server_name": Case("db.example.com", fine, tls=server_tls(other_host), other=ca),
        "tcp_nodelay": Case("false", said("nodelay: 0")),
        "conn_mode": Case(1, login("mode", 0)),
        "user_app": Case("my application", login("app", "my application")),
        "user_ip": Case("10.1.2.3", login("ip", "10.1.2.3")),
        "connector_info": Case("gadget-1.2", lambda out, server: server.actions("conn")[0]["connector"].endswith(" gadget-1.2")),
        "version_prefer": Case("3.x", fine),
        "token": Case("a+b&c=/%", lambda out, server: parse_qs(server.paths[0].partition("?")[2]) == {"token": ["a+b&c=/%"]}),
        "bearer_token": Case("bear/er+", login("bearer_token", "bear/er+"), Tokens),
        "totp_code": Case("123456", login("totp_code", "123456"), Tokens),
        "adapter_list": Case("127.0.0.1:{dead}, 127.0.0.1:{port}", fine, host=""),
        "first_ep": Case("127.0.0.1:{port}", fine, host=""),
        "second_ep": Case("127.0.0.1:{port}", fine, host="", other={"first_ep": "127.0.0.1:{dead}"}),
        "discover": Case("off", login("list_instances", None)),
        "fqdn": Case("127.0.0.2", fine, host="", other={"server_port": "{port}"}, listens="127.0.0.2"),
        "server_port": Case("{port}", fine, host="127.0.0.1"),
        "TAOS_SET_LOCALE": Case("false", said("LC_CTYPE: C\n"), env={"LC_ALL": "C.UTF-8"}),
        "TAOS_LOG": Case("info", lambda out, server: " INFO " in out.err and "connected" in out.err),
        "TAOS_LOG_FILE": Case("{file}", lambda out, server: "connected" in server.log.read_text() and not out.err, env={"TAOS_LOG": "info"}),
    }


STRINGS = ["connect", "dsn", "bag", "tmq"]


def doors_of(key, setting):
    # A consumer's login has no one-time code, and test_logins.py sees it refused.
    strings = [door for door in STRINGS if (key, door) != ("totp_code", "tmq")]
    return [*(strings if setting.name == key else []), *(["option"] if setting.option else []), *(["environment"] if setting.env else []),
            *(["taos_set_config", "taos.cfg", "taos.cfg and tmq"] if setting.cfg else [])]


DOORS = [pytest.param(key, door, id="%s by %s" % (key, door)) for key, setting in TABLE.items() for door in doors_of(key, setting)]


def string(scheme, host, settings):
    return "%s://%s?%s" % (scheme, host, "&".join("%s=%s" % (key, quote(str(value), safe="")) for key, value in settings.items()))


@pytest.mark.parametrize("key, door", DOORS)
def test_setting(key, door, certificates, foreign_certificates, tmp_path):
    setting, case = TABLE[key], cases(certificates, foreign_certificates)[key]
    with ScriptedServer(case.script(), tls=case.tls, host=case.listens) as server:
        server.log = tmp_path / "log"
        fill = {"port": server.port, "dead": dead_port(), "file": server.log}
        value = str(case.value).format(**fill) if "{" in str(case.value) else str(case.value)
        other = {name: str(text).format(**fill) for name, text in case.other.items()}
        env, before, way = dict(case.env), [], "connect"
        if door in STRINGS:
            other[setting.name], way = value, door
        elif door == "option":
            before, way = ["option", "%s=%s" % (setting.option, value)], "bag"
        elif door == "environment":
            env[setting.env] = value
        elif door == "taos_set_config":
            before = ["json", json.dumps({setting.cfg: case.value if isinstance(case.value, int) else value})]
        else:
            (tmp_path / "taos.cfg").write_text("# settings\n  %s   %s   # this one\n" % (setting.cfg, value))
            before, way = ["dir", tmp_path], "tmq" if "tmq" in door else "connect"
        host = string("wss" if case.tls else "ws", case.host.format(**fill), other)
        if key == "ws_tls_mode":  # it says what the protocol says
            host = case.host.format(**fill) if door not in STRINGS else host.replace("wss:", "ws:")
        out = run(compile_c("wire/settings.c"), *before, way, host, env=env, quiet=False)
        assert case.seen(out, server), (out, server.seen, server.paths, server.offers)
        # A retried statement gives its connection up; else the program's streams are its own.
        assert out.err == "" or "TAOS_LOG" in env or key == "TAOS_LOG", out.err


def test_defaults_are_none_of_these(certificates, foreign_certificates):
    """What the cases above look for is not there without the setting."""
    # In place of the default port, on which somebody may listen.
    nowhere = {"TAOS_CONFIG_DIR": "/nonexistent", "TAOS_SERVER_PORT": dead_port()}
    for key, case in cases(certificates, foreign_certificates).items():
        if case.value in ("3.x",) or case.script in (bad.Silent, HangsOnQuery):
            continue  # accepted without effect; and the defaults of time-outs are long
        with ScriptedServer(case.script(), tls=case.tls, host=case.listens) as server:
            server.log = ROOT / "Cargo.toml"
            fill = {"port": server.port, "dead": dead_port(), "file": ""}
            host = string("wss" if case.tls else "ws", case.host.format(**fill), {name: str(text).format(**fill) for name, text in case.other.items()})
            out = run(compile_c("wire/settings.c"), "connect", host, env={**case.env, **nowhere}, quiet=False)
            assert not case.seen(out, server), key


# Where two doors disagree.


ZONES = ["Asia/Tokyo", "Europe/Oslo", "America/Lima", "Africa/Cairo", "Asia/Dubai", "Pacific/Apia"]


@pytest.mark.parametrize("first", range(6))
@pytest.mark.parametrize("way", ["connect", "tmq"])
def test_order_of_doors(first, way, tmp_path):
    """The connection string, taos_options, the environment, taos_set_config, taos.cfg, the host's own."""
    by_string, option, env, item, file, host = ZONES
    (tmp_path / "taos.cfg").write_text("timezone %s\n" % (file if first <= 4 else ""))
    with ScriptedServer(Adapter()) as server:
        before = ["dir", tmp_path, *(["json", json.dumps({"timezone": item})] if first <= 3 else []), *(["zone", option] if first <= 1 else [])]
        url = string("ws", "127.0.0.1:%d" % server.port, {"timezone": by_string} if first == 0 else {})
        environment = {"TZ": host, **({"TAOS_TIMEZONE": env} if first <= 2 else {})}
        run(compile_c("wire/settings.c"), *before, way, url, env=environment)
        assert server.actions("conn")[0]["tz"] == ZONES[first]


@pytest.mark.parametrize("first", range(4))
def test_order_of_doors_without_an_option(first, tmp_path):
    by_string, env, item, file = ("0.31", "0.32", "0.33", "0.34")
    (tmp_path / "taos.cfg").write_text("READTIMEOUT %s" % file)
    with ScriptedServer(HangsOnQuery()) as server:
        before = ["dir", tmp_path, *(["json", json.dumps({"readTimeout": float(item)})] if first <= 2 else [])]
        url = string("ws", "127.0.0.1:%d" % server.port, {"read_timeout": by_string} if first == 0 else {})
        out = run(compile_c("wire/settings.c"), *before, "connect", url, env={"TAOS_READ_TIMEOUT": env} if first <= 1 else {})
    assert "within %s0ms" % [by_string, env, item, file][first][2:] in out.out


def test_the_place_of_the_file(tmp_path):
    """taos_options comes before TAOS_CONFIG_DIR; either names the directory or the file itself."""
    for name, zone in (("one", "Asia/Tokyo"), ("other", "Europe/Oslo")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "taos.cfg").write_text("timezone %s" % zone)
    for before, variable, zone in (([], tmp_path / "one", "Asia/Tokyo"), ([], tmp_path / "one" / "taos.cfg", "Asia/Tokyo"),
                                   (["dir", tmp_path / "other"], tmp_path / "one", "Europe/Oslo"), (["dir", tmp_path / "other" / "taos.cfg"], "", "Europe/Oslo")):
        with ScriptedServer(Adapter()) as server:
            run(compile_c("wire/settings.c"), *before, "connect", "127.0.0.1:%d" % server.port, env={"TAOS_CONFIG_DIR": variable})
            assert server.actions("conn")[0]["tz"] == zone


@pytest.mark.parametrize("content", [None, b"", b"timezone\xff UTC\ntimezone \xff\xfe\n\x00\x01\n", b"x" * 100000], ids=["missing", "empty", "no text", "one long word"])
def test_a_file_with_nothing_in_it(content, tmp_path):
    """The program goes on with the defaults; that a file which was asked for is missing is logged."""
    if content is not None:
        (tmp_path / "taos.cfg").write_bytes(content)
    with ScriptedServer(Adapter()) as server:
        for before, env in ((["dir", tmp_path], {}), ([], {"TAOS_CONFIG_DIR": tmp_path})):
            out = run(compile_c("wire/settings.c"), *before, "connect", "127.0.0.1:%d" % server.port, env={"TAOS_LOG": "warn", **env}, quiet=False)
            assert FINE in out.out
            assert ("no configuration file: %s" % (tmp_path / "taos.cfg") in out.err) == (content is None), out.err


def test_arguments_of_the_call_and_the_string():
    with ScriptedServer(Adapter()) as server:
        arguments = ["user", "u1", "pass", "p1", "db", "d1", "port", dead_port()]
        run(compile_c("wire/settings.c"), *arguments, "connect", "ws://u2:p2@127.0.0.1:%d/d2" % server.port)
        run(compile_c("wire/settings.c"), *arguments[:6], "connect", "ws://127.0.0.1:%d" % server.port)
        run(compile_c("wire/settings.c"), *arguments, "bag", "ws://:p2@127.0.0.1:%d" % server.port)
    assert [(args["user"], args["password"], args.get("db")) for args in server.actions("conn")] == [("u2", "p2", "d2"), ("u1", "p1", "d1"), ("u1", "p2", "d1")]


@pytest.mark.parametrize("host", ["-", "", "ws:///power", "ws://someone:secret@/"])
def test_hosts_of_the_settings_and_the_port_of_the_call(host, tmp_path):
    """A native taos.cfg names the native port, which no adapter listens on."""
    with ScriptedServer(Adapter()) as server:
        (tmp_path / "taos.cfg").write_text("firstEp 127.0.0.1:6030\n")
        assert FINE in run(compile_c("wire/settings.c"), "dir", tmp_path, "port", server.port, "connect", host).out
        (tmp_path / "taos.cfg").write_text("firstEp 127.0.0.1:6030\nserverPort %d\n" % server.port)
        assert FINE in run(compile_c("wire/settings.c"), "dir", tmp_path, "connect", host).out


HOSTS = ["adapter_list", "first_ep", "second_ep", "fqdn"]


def as_a_setting(key, door, value, folder):
    """The arguments and the environment by which a setting of the process is said."""
    if door == "environment":
        return [], {TABLE[key].env: value}
    if door == "taos_set_config":
        return ["json", json.dumps({TABLE[key].cfg: value})], {}
    (folder / "taos.cfg").write_text("%s %s\n" % (TABLE[key].cfg, value))
    return ["dir", folder], {}


@pytest.mark.parametrize("key", HOSTS)
@pytest.mark.parametrize("door", ["environment", "taos_set_config", "taos.cfg"])
def test_a_connection_string_as_a_setting(key, door, tmp_path):
    """Whole, and less than what the call says."""
    with ScriptedServer(Adapter()) as server:
        text = "ws://someone:s3cret%%40@127.0.0.1:%d/power?timezone=Asia/Tokyo&token=t0ken" % server.port
        before, env = as_a_setting(key, door, text, tmp_path)
        env.update(TAOS_LOG="trace", TAOS_TIMEZONE="UTC")
        for way in ("connect", "tmq"):
            for more in ([], ["user", "someone"], ["user", "u1", "pass", "p1", "db", "d1"], ["user", "u1"]):
                out = run(compile_c("wire/settings.c"), *before, *more, way, "-", env=env, quiet=False)
                assert FINE in out.out and "s3cret" not in out.out + out.err and "t0ken" not in out.out + out.err
        assert FINE in run(compile_c("wire/settings.c"), *before, "connect", "ws://u2:p2@/d2?timezone=Europe/Oslo", env=env, quiet=False).out
    # A consumer has no argument for the database.
    by_connect = [("someone", "s3cret@", "power"), ("someone", "s3cret@", "power"), ("u1", "p1", "d1"), ("u1", "taosdata", "power")]
    by_tmq = [("someone", "s3cret@"), ("someone", "s3cret@"), ("u1", "p1"), ("u1", "taosdata")]
    seen = [(args["user"], args["password"], args.get("db"), args["tz"]) for args in server.actions("conn")]
    assert seen[:4] == [(*login, "Asia/Tokyo") for login in by_connect] and seen[-1] == ("u2", "p2", "d2", "Europe/Oslo")
    assert {login[:2] for login in seen[4:-1]} == set(by_tmq) and {login[3] for login in seen[4:-1]} == {"Asia/Tokyo"}
    assert {path.partition("?")[2] for path in server.paths} == {"token=t0ken"}


@pytest.mark.parametrize("key", HOSTS)
@pytest.mark.parametrize("door", ["environment", "taos_set_config", "taos.cfg"])
@pytest.mark.parametrize("wrong", ["ws://root:s3cret@h:0/?token=t0ken", "ws://root:s3cret@/", "ws://root:s3cret@h/?s3cret=1", "ws://root:s3cret@h/?read_timeout=s3cret",
                                   "root:s3cret@h", "root:s3cret", "ftp://root:s3cret@h", "ws://h/?first_ep=ws://root:s3cret@h"])
def test_a_connection_string_that_is_passed_over_is_not_shown(key, door, wrong, tmp_path):
    with ScriptedServer(Adapter()) as server:
        before, env = as_a_setting(key, door, wrong, tmp_path)
        out = run(compile_c("wire/settings.c"), *before, "port", server.port, "connect", "-", env={**env, "TAOS_LOG": "trace"}, quiet=False)
    assert FINE in out.out and "s3cret" not in out.out + out.err and "t0ken" not in out.out + out.err
    assert "%s passed over: it must be " % (TABLE[key].env if door == "environment" else TABLE[key].cfg) in out.err


def test_a_tls_address_as_a_setting(certificates):
    with ScriptedServer(Adapter(), tls=server_tls(certificates.of("localhost", "127.0.0.1"))) as server:
        text = "wss://127.0.0.1:%d?tls_ca=%s" % (server.port, quote(str(certificates.ca), safe=""))
        for host in ("-", "ws:///"):
            assert FINE in run(compile_c("wire/settings.c"), "connect", host, env={"TAOS_FIRST_EP": text}).out


# Mistakes.


WRONG = [("read_timeuot=3", BAD_OPTION, "read_timeout"), ("Tls_Mod=insecure", BAD_OPTION, "tls_mode"), ("adapterlist=h", BAD_OPTION, "adapter_list"),
         ("log=debug", BAD_OPTION, "TAOS_LOG"), ("=1", BAD_OPTION, "is not a setting"),
         ("read_timeout=86401", BAD_VALUE, "86400 is the nearest"), ("read_timeout=0", BAD_VALUE, "0.05 is the nearest"), ("read_timeout=soon", BAD_VALUE, "0.05 to 86400"),
         ("read_timeout=nan", BAD_VALUE, "0.05 to 86400"), ("connect_timeout=-1", BAD_VALUE, "0.05 is the nearest"), ("conn_retries=1001", BAD_VALUE, "1000 is the nearest"),
         ("conn_retries=-1", BAD_VALUE, "0 to 1000"), ("conn_retries=99999999999999999999", BAD_VALUE, "1000 is the nearest"),
         ("conn_retries=1.5", BAD_VALUE, "a whole number"), ("compression=maybe", BAD_VALUE, "true or false"),
         ("tls_mode=insecur", BAD_VALUE, "one of verify_identity verify_ca insecure"), ("tls_mode=verify-ca", BAD_VALUE, "verify_ca is the nearest"),
         ("tls_version=TLSv1.1", BAD_VALUE, "TLSv1.2"), ("version_prefer=2.x", BAD_VALUE, "3.x"), ("charset=latin-99", BAD_VALUE, "character set"),
         ("server_port=70000", BAD_VALUE, "65535 is the nearest"), ("first_ep=h:0", BAD_VALUE, "1 to 65535"), ("adapter_list=a,b c", BAD_VALUE, "host"), ("compression", BAD_VALUE, "true or false"),
         ("password=x", BAD_OPTION, "ws://user:password@"), ("user=x", BAD_OPTION, "ws://user:password@"), ("=x", BAD_OPTION, "ws://user:password@"),
         ("token=a@b&x=1", BAD_OPTION, "`x` is not a setting"), ("conn_mode=2", BAD_VALUE, "1 is the nearest"), ("retry_backoff_ms=0", BAD_VALUE, "1 is the nearest")]


@pytest.mark.parametrize("wrong, code, words", WRONG)
def test_a_mistake_in_a_connection_string(wrong, code, words):
    for way in ("connect", "dsn", "tmq"):
        with ScriptedServer(Adapter()) as server:
            out = run(compile_c("wire/settings.c"), way, "ws://u:secret@127.0.0.1:%d?%s" % (server.port, wrong)).out
        assert out.startswith("connect: NULL " + code) and words in out and "secret" not in out, out
        assert not server.accepted and "insecure is the nearest" not in out


@pytest.mark.parametrize("text", ["x" * 65000, "ws://" + "x" * 65000, "ws://h:" + "x" * 65000, "ws://h?" + "x" * 65000 + "=1", "ws://h?read_timeout=" + "é" * 5000])
def test_a_long_mistake_is_not_quoted_whole(text):
    out = run(compile_c("wire/settings.c"), "connect", text).out
    assert out.startswith("connect: NULL 0x8") and len(out) < 600 and ("xxx" in out or "ééé" in out or "host" in out), out


MISTAKES = {
    "connect_timeout": "0", "read_timeout": "nan", "conn_retries": "-3", "retry_backoff_ms": "x", "retry_backoff_max_ms": "600001", "compression": "si",
    "tls_mode": "none", "tls_version": "SSLv3", "tcp_nodelay": "2", "charset": "latin-99", "server_port": "sixty", "adapter_list": "h:h",
    "discover": "on", "first_ep": ":::", "second_ep": "[]", "fqdn": "a b"}


@pytest.mark.parametrize("door", ["environment", "taos_set_config", "taos.cfg"])
def test_a_mistake_elsewhere_is_passed_over(door, tmp_path):
    """And logged, by the name under which it was given."""
    with ScriptedServer(Adapter()) as server:
        before, env = [], {"TAOS_LOG": "warn"}
        if door == "environment":
            env.update({TABLE[key].env: value for key, value in MISTAKES.items()}, TAOS_NO_SUCH_SETTING="1")
        elif door == "taos_set_config":
            before = ["json", json.dumps({**{TABLE[key].cfg: value for key, value in MISTAKES.items()}, "noSuchSetting": [1, {}]})]
        else:
            (tmp_path / "taos.cfg").write_text("".join("%s %s\n" % (TABLE[key].cfg, value) for key, value in MISTAKES.items()) + "noSuchSetting 1\nalone\n")
            before = ["dir", tmp_path]
        out = run(compile_c("wire/settings.c"), *before, "port", server.port, "connect", "-", env=env, quiet=False)
    assert FINE in out.out
    for key, value in MISTAKES.items():
        name = TABLE[key].env if door == "environment" else TABLE[key].cfg
        shown = "" if TABLE[key].values == "hosts" else "=" + re.escape(value)
        assert re.search(r" WARN .* %s%s passed over: it must be " % (name, shown), out.err), (key, out.err)


SLIPS = {"TAOS_READ_TIMEUOT": "TAOS_READ_TIMEOUT", "TAOS_TIMEZON": "TAOS_TIMEZONE", "TAOS_FIRSTEP": "TAOS_FIRST_EP", "TAOS_CONFG_DIR": "TAOS_CONFIG_DIR",
         "TAOS_LOGS": "TAOS_LOG", "TAOS_read_timeout": "TAOS_READ_TIMEOUT", "TAOS_WSTLSCA": "TAOS_TLS_CA"}
# Of the native client, of TDengine's other programs, of nobody.
NO_SLIPS = ["TAOS_LOG_DIR", "TAOS_DEBUG_FLAG", "TAOS_NUM_OF_LOG_LINES", "TAOS_ADAPTER_PORT", "TAOS_KEEPER_HOST", "TAOS_SHARE_CONN_LIMIT", "TAOS_X", "TAOS_", "TAOS_USER", "TAOS_HOME"]


def complaints(done):
    lines = done.err.splitlines()
    assert all(line.startswith("libtaos: ") for line in lines), done.err
    return sorted(line[len("libtaos: "):] for line in lines)


@pytest.mark.parametrize("way", ["connect", "tmq"])
def test_a_slip_in_the_environment_is_said(way):
    """Once, on standard error, with what was meant; in the log when there is one; not at all with TAOS_LOG=off."""
    with ScriptedServer(Adapter()) as server:
        wrong = {**{name: "1" for name in [*SLIPS, *NO_SLIPS]}, "TAOS_CONN_RETRIES": "1001"}
        arguments = [compile_c("wire/settings.c"), way, "127.0.0.1:%d" % server.port]
        expected = sorted(["TAOS_CONN_RETRIES=1001 passed over: it must be a whole number from 0 to 1000; 1000 is the nearest",
                           *("%s is no setting; is %s meant?" % pair for pair in SLIPS.items())])
        assert complaints(run(*arguments, env=wrong, quiet=False)) == expected
        assert run(*arguments, env={**wrong, "TAOS_LOG": "off"}).err == ""
        logged = run(*arguments, env={**wrong, "TAOS_LOG": "warn"}, quiet=False).err.splitlines()
        assert sorted(line.split(": ", 1)[1] for line in logged if " WARN " in line) == expected and len(logged) == len(expected), logged


@pytest.mark.parametrize("stderr, said", [("as it is", True), ("appended to", True), ("a pipe", True), ("nobody's", False), ("closed", False), ("a file", False)])
def test_standard_error_may_be_something_else(stderr, said, tmp_path):
    """A program that closes all descriptors, as daemons do, may have a file of its own under that number."""
    out = tmp_path / "file"
    with ScriptedServer(Adapter()) as server:
        done = run(compile_c("wire/other_stderr.c"), stderr, out, "127.0.0.1:%d" % server.port, env={"TAOS_READ_TIMEOUT": "soon"}, quiet=False)
    written = done.err + done.out + (out.read_text() if out.exists() else "")
    assert written == ("libtaos: TAOS_READ_TIMEOUT=soon passed over: it must be a number of seconds from 0.05 to 86400\n" if said else "")


FILE = """# of the native client
locale          en_US.UTF-8
logDir          /var/log/taos
debugFlag       131
udf             0
ReadTimeout     86401
read_timeuot    3
frstEp          h:6041
wsTlsMode       4
timezone        No/Where
nothing_of_it   1
"""


def test_a_slip_in_the_file_is_said_with_its_line(tmp_path):
    (tmp_path / "taos.cfg").write_text(FILE)
    path = tmp_path / "taos.cfg"
    expected = sorted(["%s:6: ReadTimeout=86401 passed over: it must be a number of seconds from 0.05 to 86400; 86400 is the nearest" % path,
                       "%s:7: read_timeuot is no setting; is readTimeout meant?" % path, "%s:8: frstEp is no setting; is firstEp meant?" % path,
                       "%s:9: wsTlsMode=4 passed over: it must be a whole number from 0 to 3; 3 is the nearest" % path,
                       "%s:10: timezone=No/Where passed over: it must be a time zone of this host's database, such as Asia/Shanghai, or a rule such as CST-8" % path])
    with ScriptedServer(Adapter()) as server:
        for way in ("connect", "tmq"):
            arguments = [compile_c("wire/settings.c"), "dir", tmp_path, way, "127.0.0.1:%d" % server.port]
            assert complaints(run(*arguments, quiet=False)) == expected
            assert run(*arguments, env={"TAOS_LOG": "off"}).err == ""
    assert "No/Where" not in [args["tz"] for args in server.actions("conn")]


@pytest.mark.parametrize("way", STRINGS)
def test_a_zone_that_is_none(way):
    with ScriptedServer(Adapter()) as server:
        for zone, fits in (("No/Where", False), ("UTC-99", False), ("Asia/Tokyo", True), ("CST-8", True), ("UTC", True)):
            out = run(compile_c("wire/settings.c"), way, "ws://127.0.0.1:%d?timezone=%s" % (server.port, quote(zone, safe=""))).out
            assert (FINE in out) == fits and (fits or BAD_VALUE in out and "timezone=%s: it must be a time zone" % zone in out), out
    assert {args["tz"] for args in server.actions("conn")} == {"Asia/Tokyo", "CST-8", "UTC"}


def test_the_native_port_in_a_host(tmp_path):
    """Native programs write it there; it means what the call's own 6030 means: taosAdapter's."""
    with ScriptedServer(Adapter()) as server:
        (tmp_path / "taos.cfg").write_text("serverPort %d\n" % server.port)
        for way in ("connect", "bag", "tmq"):
            for host in ("127.0.0.1:6030", "localhost:6030,127.0.0.1:6030"):
                assert FINE in run(compile_c("wire/settings.c"), "dir", tmp_path, way, host).out
                assert FINE in run(compile_c("wire/settings.c"), "port", server.port, way, host).out


def test_the_names_of_tdengines_examples():
    """As they stand there, all at once; and none of them with a value."""
    pairs = {"userIp": "127.0.0.1", "userApp": "user_app", "connectorInfo": "connector_info", "connRetries": "5", "retryBackoffMs": "200", "retryBackoffMaxMs": "2000",
             "wsTlsMode": "0", "wsTlsVersion": "TLSv1.3", "wsTlsCa": "", "adapterList": "", "charset": "UTF-8", "timezone": "UTC", "compression": "0"}
    with ScriptedServer(Adapter()) as server:
        for values in (pairs, dict.fromkeys(pairs, ""), {"retryBackoffMS": "200", "USERIP": "127.0.0.1"}):
            options = [part for pair in values.items() for part in ("option", "%s=%s" % pair)]
            assert FINE in run(compile_c("wire/settings.c"), *options, "port", server.port, "bag", "127.0.0.1").out
        adapters = ["option", "adapterList=127.0.0.1:%d" % server.port]
        assert FINE in run(compile_c("wire/settings.c"), *adapters, "bag", "-").out
        for wrong, code in (("nosuch=", BAD_OPTION), ("userip_=1", BAD_OPTION), ("wsTlsMode=4", BAD_VALUE), ("connRetries=x", BAD_VALUE)):
            assert "connect: NULL " + code in run(compile_c("wire/settings.c"), "option", wrong, "port", server.port, "bag", "127.0.0.1").out
    first = server.actions("conn")[0]
    assert (first["app"], first["ip"], first["tz"]) == ("user_app", "127.0.0.1", "UTC") and first["connector"].endswith(" connector_info")


def test_an_environment_that_is_no_text():
    with ScriptedServer(Adapter()) as server:
        out = run(compile_c("wire/settings.c"), "connect", "127.0.0.1:%d" % server.port, env={"TAOS_TIMEZONE": b"\xff\xfe".decode(errors="surrogateescape"), "TAOS_LOG": "warn", "TZ": "UTC"}, quiet=False)
    assert FINE in out.out and "TAOS_TIMEZONE" in out.err
    assert server.actions("conn")[0]["tz"] == "UTC"


NATIVE = """
########################################################
#  TDengine's own file, as its package installs it     #
########################################################
firstEp                   127.0.0.1:{dead}
secondEp                  127.0.0.1:{port}
# fqdn                    buildkitsandbox
serverPort                6030
logDir                    /var/log/taos
dataDir                   /var/lib/taos
timezone                  Asia/Shanghai (CST, +0800)
locale                    en_US.UTF-8
charset                   UTF-8
minimalLogDirGB           1.0
numOfLogLines             10000000
asyncLog                  1
logKeepDays               0
debugFlag                 131
rpcDebugFlag              135
jniDebugFlag              143
smlDot2Underline          1
crashReporting            0
enableCoreFile            1
tempDir                   /tmp/
queryPolicy               1
maxShellConns             50000
supportVnodes             256
monitor                   0
"""


def test_a_native_file(tmp_path):
    """Hosts and time zone are taken from it; what means nothing here is no mistake."""
    with ScriptedServer(Adapter()) as server:
        (tmp_path / "taos.cfg").write_text(NATIVE.format(dead=dead_port(), port=server.port))
        for _ in range(3):
            out = run(compile_c("wire/settings.c"), "dir", tmp_path, "connect", "-", env={"TAOS_LOG": "warn"}, quiet=False)
            assert FINE in out.out
            assert not re.search("passed over|DebugFlag|locale", out.err), out.err
    assert {args["tz"] for args in server.actions("conn")} == {"Asia/Shanghai"}
    assert not server.actions("options_connection"), "UTF-8 is what there is already"


@pytest.mark.parametrize("before, cfg, env, expected", [
    (["charset", "GB18030"], "GBK", {"TAOS_CHARSET": "UTF-16LE"}, "GB18030"), ([], "GBK", {"TAOS_CHARSET": "UTF-16LE"}, "UTF-16LE"), ([], "GBK", {}, "GBK"), ([], "latin-99", {}, None)])
def test_charset(before, cfg, env, expected, tmp_path):
    """What taos_options(TSDB_OPTION_CHARSET) does, from the other doors."""
    (tmp_path / "taos.cfg").write_text("charset %s\n" % cfg)
    with ScriptedServer(Adapter()) as server:
        out = run(compile_c("wire/settings.c"), "dir", tmp_path, *before, "connect", "127.0.0.1:%d" % server.port, env=env, quiet=expected is not None)
        assert FINE in out.out
        told = [option for args in server.actions("options_connection") for option in args["options"]]
    assert told == ([{"option": 0, "value": expected}] if expected else [])


def test_more_than_one_word_in_the_file(certificates, tmp_path):
    """A list with blanks, a folder with blanks, a certificate itself."""
    folder = tmp_path / "my certificates"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(certificates.ca.read_bytes())
    text = certificates.ca.read_text().strip().replace("\n", "\\n")
    for ca in (folder / "ca.pem", text):
        with ScriptedServer(Adapter(), tls=server_tls(certificates.of("localhost", "127.0.0.1"))) as server:
            (tmp_path / "taos.cfg").write_text("wsTlsCa %s # ours\nadapterList 127.0.0.1:%d, 127.0.0.1:%d\n" % (ca, dead_port(), server.port))
            assert FINE in run(compile_c("wire/settings.c"), "dir", tmp_path, "connect", "wss:///").out


@pytest.mark.valgrind
def test_under_valgrind(tmp_path):
    """What is kept of the settings is held by pointers that valgrind understands."""
    with ScriptedServer(Adapter()) as server:
        (tmp_path / "taos.cfg").write_text(NATIVE.format(dead=dead_port(), port=server.port))
        before = ["dir", tmp_path, "zone", "UTC", "charset", "GBK", "json", json.dumps({"adapterList": "127.0.0.1:%d, [::1]:1" % server.port, "readTimeout": "x"})]
        for way in ("connect", "tmq"):
            done = run(compile_c("wire/settings.c"), *before, way, "-", valgrind=True, quiet=False)
            assert FINE in done.out and done.err.startswith("libtaos: readTimeout=x passed over: ") and done.err.count("\n") == 1


# Passwords and hosts.


PASSWORDS = ["".join(map(chr, range(1, 128))), "".join(map(chr, range(0x80, 0x800))), "\ufeff中文😀", "%", "%41", "+ +", "a&b=c?d#e/f@g:h"]


@pytest.mark.parametrize("password", PASSWORDS, ids=["every ASCII byte", "two bytes", "three and four", "percent", "looks escaped", "plus", "signs"])
def test_a_password_of_any_bytes(password):
    """By a connection string escaped, byte by byte or only where it must be; by an argument as it is."""
    every = "".join("%%%02x" % byte for byte in password.encode())
    with ScriptedServer(Adapter()) as server:
        at = "127.0.0.1:%d" % server.port
        for way in STRINGS:
            for escaped in (every, quote(password, safe="")):
                assert FINE in run(compile_c("wire/settings.c"), way, "ws://root:%s@%s/" % (escaped, at)).out
        for way in ("connect", "bag", "tmq"):
            assert FINE in run(compile_c("wire/settings.c"), "pass", password, way, at).out
    assert {args["password"] for args in server.actions("conn")} == {password}


def test_a_password_that_is_no_text():
    """JSON, in which it travels, has texts only."""
    with ScriptedServer(Adapter()) as server:
        for arguments in (["connect", "ws://root:%%ff%%fe@127.0.0.1:%d" % server.port], ["pass", b"\xff\xfe", "connect", "127.0.0.1:%d" % server.port]):
            out = run(compile_c("wire/settings.c"), *(part if isinstance(part, str) else part.decode(errors="surrogateescape") for part in arguments)).out
            assert out.startswith("connect: NULL 0x8") and "UTF-8" in out
        assert not server.accepted


def host_doors(value, folder):
    """The arguments and the environment that name hosts in each door."""
    (folder / "list").mkdir(exist_ok=True)
    (folder / "list" / "taos.cfg").write_text("adapterList %s\n" % value)
    yield ["connect", value], {}
    yield ["tmq", value], {}
    yield ["bag", value], {}
    for way in STRINGS:
        yield [way, "ws://%s" % value], {}
        yield [way, "ws:///?adapter_list=" + quote(value)], {}
    yield ["connect", "-"], {"TAOS_ADAPTER_LIST": value}
    yield ["tmq", "-"], {"TAOS_ADAPTER_LIST": value}
    yield ["json", json.dumps({"adapterList": value}), "connect", "-"], {}
    yield ["dir", folder / "list", "connect", "-"], {}
    if "," not in value:
        yield ["connect", "-"], {"TAOS_FIRST_EP": value}
        yield ["json", json.dumps({"firstEp": value}), "tmq", "-"], {}


def test_a_list_of_hosts_in_each_door(tmp_path):
    with ScriptedServer(Adapter()) as server:
        for value in ("127.0.0.1:{0},127.0.0.1:{1}", "127.0.0.1:{1}, localhost:{0}", "localhost:{0},127.0.0.1:{0},127.0.0.1:{1}"):
            for arguments, env in host_doors(value.format(dead_port(), server.port), tmp_path):
                assert FINE in run(compile_c("wire/settings.c"), *arguments, env=env).out, (arguments, env)


def test_ipv6_in_each_door(tmp_path):
    try:
        server = ScriptedServer(Adapter(), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        for value in ("[::1]:{1}", "[0:0:0:0:0:0:0:1]:{1}", "[::1]:{0},[::1]:{1}", "127.0.0.1:{0},[::1]:{1}"):
            for arguments, env in host_doors(value.format(dead_port(), server.port), tmp_path):
                assert FINE in run(compile_c("wire/settings.c"), *arguments, env=env).out, (arguments, env)
        for host in ("::1", "[::1]"):
            assert FINE in run(compile_c("wire/settings.c"), "port", server.port, "connect", host).out
            (tmp_path / "taos.cfg").write_text("fqdn %s\nserverPort %d\n" % (host, server.port))
            assert FINE in run(compile_c("wire/settings.c"), "dir", tmp_path, "connect", "-").out
        for host in ("fe80::1%lo", "[fe80::1%lo]", "ws://[fe80::1%25lo]", "ws://[fe80::1%lo]"):
            # Whether anything is there is the network's business; the address is one.
            out = run(compile_c("wire/settings.c"), "port", server.port, "connect", host).out
            assert "resolve" not in out and "wanted a host" not in out, out
        for host in ("fe80::1%lo:6041", "fe80::1%"):
            assert "in `[]`" in run(compile_c("wire/settings.c"), "connect", host).out


def test_what_changes_between_two_connections():
    """Settings are looked up anew only when a source has changed. Each connection must have what holds when it is made."""
    changes = {
        "TAOS_TIMEZONE=Asia/Tokyo": ("Asia/Tokyo", None), "TAOS_USER_APP=me": ("Asia/Tokyo", "me"), "-TAOS_TIMEZONE": ("Europe/Oslo", "me"),
        "TZ=Asia/Kathmandu": ("Asia/Kathmandu", "me"), "TAOS_USER_APP+abcd": ("Asia/Kathmandu", "xxxx"), "X=y": ("Asia/Kathmandu", "xxxx"),
        "-TAOS_USER_APP": ("Asia/Kathmandu", None), "zone:UTC": ("UTC", None), "TAOS_TIMEZONE=Asia/Tokyo ": ("UTC", None),
        "TAOS_READ_TIMEOUT=soon": ("UTC", None), "-TZ": ("UTC", None), "TAOS_READ_TIMEOUT=later": ("UTC", None), "TAOS_READ_TIMEOUT=soon ": ("UTC", None)}
    with ScriptedServer(Adapter()) as server:
        done = run(compile_c("wire/again.c"), "127.0.0.1", server.port, *changes, env={"TZ": "Europe/Oslo"}, quiet=False)
    seen = [(args["tz"], args.get("app")) for args in server.actions("conn")]
    assert seen == [("Europe/Oslo", None), *changes.values()]
    said = [line.partition(" passed over")[0] for line in done.err.splitlines()]
    # A zone that was set by taos_options comes before that of the environment, which then does not matter.
    assert said == ["libtaos: TAOS_READ_TIMEOUT=soon", "libtaos: TAOS_READ_TIMEOUT=later", "libtaos: TAOS_READ_TIMEOUT=soon "]


def test_a_mistake_in_what_the_call_gives_itself():
    """It is not reported: the value does not matter."""
    env = {"TAOS_READ_TIMEOUT": "soon", "TAOS_CONN_RETRIES": "many"}
    with ScriptedServer(Adapter()) as server:
        done = run(compile_c("wire/settings.c"), "connect", "ws://127.0.0.1:%d/?read_timeout=9" % server.port, env=env, quiet=False)
    assert FINE in done.out
    assert [line.partition(" passed over")[0] for line in done.err.splitlines()] == ["libtaos: TAOS_CONN_RETRIES=many"]
