"""TLS: what is wrong with a certificate, what it says of itself, and which setting mends it."""
import datetime
import ssl
from urllib.parse import quote

import pytest

from doctor.examining import examine, failure
from wire import behaviours as bad
from wire.scripted import Adapter, ScriptedServer
from wire.test_tls import server_tls
from wire.test_tls_handshakes import self_signed

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now()


def of_certificate(context, fails=None, host="127.0.0.1", env=None, script=None, **settings):
    query = "&".join("%s=%s" % (key, quote(str(value), safe="")) for key, value in {"connect_timeout": 3, **settings}.items())
    with ScriptedServer(script or Adapter(), tls=context) as server:
        examined = examine("wss://%s:%d?%s" % (host, server.port, query), fails=fails, env=env)
    assert not fails or not server.seen, "a login was sent to a server that was not believed"
    return examined


@pytest.fixture
def good(certificates):
    return server_tls(certificates.of("localhost", "127.0.0.1", not_after=NOW + 300 * DAY))


def test_it_works(good, certificates):
    tls = of_certificate(good, tls_ca=certificates.ca).one("TLS")
    assert tls["outcome"] == "ok" and tls["version"] == "TLS 1.3" and "is trusted" in tls["text"]
    own = tls["certificates"][0]
    assert sorted(own["names"]) == ["127.0.0.1", "localhost"] and "trustme" in own["issuer"]
    assert own["not_after"].startswith((NOW + 300 * DAY).strftime("%Y-")) and own["not_after"].endswith("Z")
    assert any("for localhost, 127.0.0.1" in line and "issued by" in line for line in tls["details"]), tls["details"]


def test_an_authority_that_is_missing(good, foreign_certificates):
    for settings in ({}, {"tls_ca": foreign_certificates.ca}):
        examined = of_certificate(good, "TLS", **settings)
        text, advice = failure(examined)
        assert "authority that is not trusted" in text
        assert "missing here is the authority" in advice and "trustme" in advice and "tls_ca=FILE" in advice and "TAOS_TLS_CA" in advice
        assert examined.one("TLS")["certificates"], "what was not believed is shown"


def test_self_signed(tmp_path):
    text, advice = failure(of_certificate(server_tls(self_signed(tmp_path, False)), "TLS", host="localhost"))
    assert "self-signed" in text and "tls_ca" in advice and "`localhost`" in advice


def test_another_host(certificates):
    text, advice = failure(of_certificate(server_tls(certificates.of("db.example.com")), "TLS", tls_ca=certificates.ca))
    assert "another host" in text and "db.example.com" in text and "tls_server_name=db.example.com" in advice


def test_expired(certificates):
    context = server_tls(certificates.of("127.0.0.1", not_before=NOW - 9 * DAY, not_after=NOW - DAY))
    examined = of_certificate(context, "TLS", tls_ca=certificates.ca)
    text, advice = failure(examined)
    assert "has expired" in text and "renew" in advice
    assert any("EXPIRED" in line for line in examined.one("TLS")["details"])


def test_not_yet_valid(certificates):
    context = server_tls(certificates.of("127.0.0.1", not_before=NOW + 2 * DAY, not_after=NOW + 9 * DAY))
    text, advice = failure(of_certificate(context, "TLS", tls_ca=certificates.ca))
    assert "not valid yet" in text and "clock" in advice


def test_one_that_expires_soon(certificates):
    tls = of_certificate(server_tls(certificates.of("127.0.0.1", not_after=NOW + 9 * DAY)), tls_ca=certificates.ca).one("TLS")
    assert tls["outcome"] == "warning" and "expires in" in tls["text"] and "renew" in tls["advice"]


@pytest.mark.parametrize("mode", ["insecure", "verify_ca"])
def test_what_is_not_checked(certificates, mode):
    tls = of_certificate(server_tls(certificates.of("db.example.com")), tls_ca=certificates.ca, tls_mode=mode).one("TLS")
    assert tls["outcome"] == "warning" and mode in tls["text"]


def test_versions_that_do_not_meet(good, certificates):
    good.maximum_version = ssl.TLSVersion.TLSv1_2
    text, _ = failure(of_certificate(good, "TLS", tls_ca=certificates.ca, tls_version="TLSv1.3"))
    assert "tls_version" in text


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_of_the_client_is_wanted(good, certificates, version):
    good.maximum_version = version
    good.verify_mode = ssl.CERT_REQUIRED
    good.load_verify_locations(str(certificates.ca))
    text, _ = failure(of_certificate(good, "TLS", tls_ca=certificates.ca))
    assert "tls_cert" in text
    cert, key = certificates.of("client.example.com")
    of_certificate(good, tls_ca=certificates.ca, tls_cert=cert, tls_key=key)


def test_a_server_without_tls(certificates):
    for script in (bad.PlainHttp(), bad.ClosesAtOnce()):
        text, advice = failure(of_certificate(None, "TLS", script=script, tls_ca=certificates.ca))
        assert "TLS" in text and ("connect with ws://" in advice or "closed the connection" in text)


def test_a_server_that_stalls_in_the_handshake(certificates):
    text, advice = failure(of_certificate(None, "TLS", script=bad.Silent(), tls_ca=certificates.ca, connect_timeout=1))
    assert "did not finish the handshake within 1s" in text and "ws://" in advice


def test_plain_ws_to_a_tls_port(good):
    with ScriptedServer(Adapter(), tls=good) as server:
        _, advice = failure(examine("ws://127.0.0.1:%d?connect_timeout=2" % server.port, fails="upgrade"))
    assert "wss://" in advice


def test_files_that_are_none(good):
    assert "`/no/such/file.pem`: No such file or directory" in failure(of_certificate(good, "TLS", tls_ca="/no/such/file.pem"))[0]


def test_a_host_without_authorities(good):
    bare = {"SSL_CERT_FILE": "/dev/null", "SSL_CERT_DIR": "/nonexistent"}
    assert "set tls_ca" in failure(of_certificate(good, "TLS", env=bare))[0]
