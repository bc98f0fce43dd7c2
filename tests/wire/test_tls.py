"""Whose certificate is believed: by default only that of the host asked for, signed by an authority we know."""
import datetime
import ssl
from urllib.parse import quote

import pytest

from support.cc import compile_c
from support.programs import run
from wire import behaviours as bad
from wire.asking import told
from wire.block import SAMPLE_ROWS
from wire.scripted import Adapter, ScriptedServer


def server_tls(files):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, files))
    return context


def ask_tls(files, settings="", host="127.0.0.1", script=None, env=None, **options):
    with ScriptedServer(script or Adapter(), tls=server_tls(files) if files else None) as server:
        target = "wss://%s:%d%s" % (host, server.port, "?" + settings if settings else "")
        return told(run(compile_c("wire/ask.c"), target, 0, "select * from t", "row", env=env, **options)), server


def refused(seen, *words):
    """No connection, and a text that names the reason."""
    assert seen.connect.said == "NULL" and seen.connect.code & 0x80000000, seen.connect
    assert any(word in seen.connect.text.lower() for word in words), seen.connect.text


@pytest.fixture
def good(certificates):
    return certificates.of("localhost", "127.0.0.1")


@pytest.fixture
def own_ca(certificates):
    return "tls_ca=" + quote(str(certificates.ca), safe="/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_our_own_authority(good, own_ca, host):
    seen, server = ask_tls(good, own_ca, host)
    assert seen.rows == SAMPLE_ROWS
    assert server.errors == []


def test_authority_from_the_environment(good, certificates):
    """TAOS_TLS_CA as a file's name, and as the certificate itself."""
    for value in (certificates.ca, certificates.ca.read_text()):
        seen, _ = ask_tls(good, env={"TAOS_TLS_CA": value})
        assert seen.rows == SAMPLE_ROWS


def test_an_unknown_authority_is_refused(good):
    seen, server = ask_tls(good)
    refused(seen, "certificate", "unknownissuer", "tls")
    assert not server.seen


def test_another_authority_is_refused(good, foreign_certificates):
    seen, server = ask_tls(good, "tls_ca=" + quote(str(foreign_certificates.ca), safe="/"))
    refused(seen, "certificate", "tls")
    assert not server.seen, "credentials were sent to a server that was not believed"


def test_another_host_is_refused(certificates, own_ca):
    """A good certificate of somebody else."""
    seen, server = ask_tls(certificates.of("db.example.com"), own_ca)
    refused(seen, "name", "host", "certificate")
    assert not server.seen


def test_an_expired_certificate_is_refused(certificates, own_ca):
    past = datetime.datetime(2020, 1, 1)
    files = certificates.of("127.0.0.1", not_before=past, not_after=past + datetime.timedelta(days=1))
    seen, server = ask_tls(files, own_ca)
    refused(seen, "expired", "certificate")
    assert not server.seen


def test_verify_ca_believes_any_host_of_our_authority(certificates, own_ca):
    seen, _ = ask_tls(certificates.of("db.example.com"), own_ca + "&tls_mode=verify_ca")
    assert seen.rows == SAMPLE_ROWS


def test_verify_ca_believes_no_other_authority(good):
    seen, server = ask_tls(good, "tls_mode=verify_ca")
    refused(seen, "certificate", "tls")
    assert not server.seen


def test_insecure_believes_everybody(certificates):
    seen, _ = ask_tls(certificates.of("db.example.com"), "tls_mode=insecure")
    assert seen.rows == SAMPLE_ROWS


@pytest.mark.parametrize("settings", ["tls_mode=maybe", "tls_ca=/no/such/file.pem", "tls_ca=not-a-certificate"])
def test_settings_that_make_no_sense(good, settings):
    """A mistyped setting must not mean less security."""
    seen, server = ask_tls(good, settings)
    refused(seen, "tls_mode", "tls_ca", "certificate", "pem")
    assert not server.seen


def test_a_server_without_tls(own_ca):
    seen, _ = ask_tls(None, own_ca, script=bad.PlainHttp())
    refused(seen, "tls", "handshake", "certificate", "corrupt", "invalid", "closed")


def test_a_server_that_stalls_in_the_handshake(own_ca):
    with ScriptedServer(bad.Silent()) as server:
        seen = told(run(compile_c("wire/ask.c"), "wss://127.0.0.1:%d?%s&connect_timeout=2" % (server.port, own_ca), 0, "select 1", "row"))
    refused(seen, "time", "tls", "connect")
    assert seen.connect.ms < 8000


def test_plain_ws_to_a_tls_port(good):
    with ScriptedServer(Adapter(), tls=server_tls(good)) as server:
        seen = told(run(compile_c("wire/ask.c"), "ws://127.0.0.1:%d?connect_timeout=3" % server.port, 0, "select 1", "row"))
    assert seen.connect.said == "NULL" and seen.connect.code and seen.connect.text


@pytest.mark.parametrize("script", [bad.Fragmented, bad.Dripped], ids=lambda script: script.__doc__)
def test_in_pieces(good, own_ca, script):
    """Records, frames and messages have borders of their own."""
    seen, _ = ask_tls(good, own_ca, script=script())
    assert seen.rows == SAMPLE_ROWS


@pytest.mark.valgrind
def test_under_valgrind(good, own_ca):
    seen, _ = ask_tls(good, own_ca + "&connect_timeout=60", valgrind=True)
    assert seen.rows == SAMPLE_ROWS
