"""Handshakes: versions, certificates of the client, and that a failure says which it was."""
import datetime
import socket
import ssl
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.cc import compile_c
from support.programs import run
from wire import behaviours as bad
from wire.asking import told
from wire.block import SAMPLE_ROWS
from wire.scripted import Adapter, Gone, ScriptedServer
from wire.test_tls import refused, server_tls

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now()


def settings_of(values):
    return "&".join("%s=%s" % (key, quote(str(value), safe="")) for key, value in values.items())


def ask(context, script=None, scheme="wss", host="127.0.0.1", env=None, **settings):
    with ScriptedServer(script or Adapter(), tls=context) as server:
        target = "%s://%s:%d?%s" % (scheme, host, server.port, settings_of(settings))
        seen = told(run(compile_c("wire/ask.c"), target, 0, "select * from t", "row", env=env))
    assert not seen.failure or not server.seen, "a login was sent to a server that was not believed"
    return seen


@pytest.fixture
def good(certificates):
    return certificates.of("localhost", "127.0.0.1")


@pytest.fixture
def ca(certificates):
    return certificates.ca


# Versions.


@pytest.mark.parametrize("wanted", [None, "TLSv1.2", "TLSv1.3", "TLSv1.2,TLSv1.3", "tlsv1.3,tlsv1.2"])
@pytest.mark.parametrize("spoken", ["1.2", "1.3"])
def test_versions(good, ca, wanted, spoken):
    context = server_tls(good)
    context.minimum_version = context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[spoken]
    seen = ask(context, tls_ca=ca, **({"tls_version": wanted} if wanted else {}))
    if wanted is None or spoken in wanted:
        assert seen.rows == SAMPLE_ROWS
    else:
        refused(seen, "tls_version")
        assert wanted in seen.connect.text, seen.connect.text


# The client's own certificate.


@pytest.fixture(params=["1.2", "1.3"])
def demanding(good, certificates, request):
    context = server_tls(good)
    context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[request.param]
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(str(certificates.ca))
    return context


@pytest.mark.parametrize("form", ["files", "texts", "one file with both"])
def test_the_clients_certificate(demanding, certificates, ca, form, tmp_path):
    cert, key = certificates.of("client.example.com")
    if form == "texts":
        cert, key = cert.read_text(), key.read_text()
    elif form == "one file with both":
        (tmp_path / "both.pem").write_text(key.read_text() + cert.read_text())
        cert = key = tmp_path / "both.pem"
    assert ask(demanding, tls_ca=ca, tls_cert=cert, tls_key=key).rows == SAMPLE_ROWS
    assert ask(demanding, env={"TAOS_TLS_CA": ca, "TAOS_TLS_CERT": cert, "TAOS_TLS_KEY": key}).rows == SAMPLE_ROWS


def test_no_certificate_where_one_is_wanted(demanding, ca):
    refused(ask(demanding, tls_ca=ca), "tls_cert")


def test_a_certificate_of_another_authority(demanding, foreign_certificates, ca):
    cert, key = foreign_certificates.of("client.example.com")
    refused(ask(demanding, tls_ca=ca, tls_cert=cert, tls_key=key), "tls_cert")


def test_an_expired_certificate_of_the_client(demanding, certificates, ca):
    cert, key = certificates.of("client.example.com", not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    refused(ask(demanding, tls_ca=ca, tls_cert=cert, tls_key=key), "tls_cert")


def test_certificate_and_key_that_do_not_fit(demanding, certificates, good, ca):
    cert, _ = certificates.of("client.example.com")
    refused(ask(demanding, tls_ca=ca, tls_cert=cert, tls_key=good[1]), "tls_cert")


@pytest.mark.parametrize("given", ["tls_cert", "tls_key"])
def test_half_of_a_pair(demanding, certificates, ca, given):
    cert, key = certificates.of("client.example.com")
    refused(ask(demanding, tls_ca=ca, **{given: {"tls_cert": cert, "tls_key": key}[given]}), "tls_cert and tls_key are needed together")


def test_a_key_that_is_none_is_not_shown(demanding, certificates, ca, tmp_path):
    """The words name the setting; what stands in it may be half a key."""
    cert, _ = certificates.of("client.example.com")
    for key in ("-----BEGIN PRIVATE KEY-----\nc2VjcmV0IGtleQ==\n-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0IGtleQ", "-----BEGIN EC-----"):
        seen = ask(demanding, tls_ca=ca, tls_cert=cert, tls_key=key)
        refused(seen, "tls_key", "tls_cert")
        assert "c2Vj" not in seen.connect.text


# The server's name and authority.


def test_the_name_to_expect(certificates, ca):
    context = server_tls(certificates.of("db.example.com"))
    assert ask(context, tls_ca=ca, tls_server_name="db.example.com").rows == SAMPLE_ROWS
    refused(ask(context, tls_ca=ca, tls_server_name="other.example.com"), "another host")
    refused(ask(context, tls_ca=ca, tls_server_name="no name"), "no name")


def test_the_name_is_sent(certificates, ca):
    """By which a gateway finds the certificate; an address is not sent (RFC 6066)."""
    names = []
    context = server_tls(certificates.of("localhost", "127.0.0.1", "db.example.com"))
    context.sni_callback = lambda sock, name, _: names.append(name)
    for host, settings in (("127.0.0.1", {}), ("localhost", {}), ("127.0.0.1", {"tls_server_name": "db.example.com"})):
        assert ask(context, host=host, tls_ca=ca, **settings).rows == SAMPLE_ROWS
    assert names == [None, "localhost", "db.example.com"]


def test_two_authorities_in_one_text(certificates, foreign_certificates):
    both = foreign_certificates.ca.read_text() + certificates.ca.read_text()
    for ca in (both, both.replace("\n", "\\n")):
        for authority in (certificates, foreign_certificates):
            assert ask(server_tls(authority.of("127.0.0.1")), tls_ca=ca).rows == SAMPLE_ROWS


@pytest.mark.parametrize("mode", [{}, {"tls_mode": "verify_ca"}, {"tls_mode": "VERIFY_IDENTITY"}])
def test_nothing_but_the_name_is_forgiven(certificates, foreign_certificates, ca, mode):
    """insecure is insecure only when it is asked for by name."""
    expired = certificates.of("127.0.0.1", not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    refused(ask(server_tls(expired), tls_ca=ca, **mode), "has expired")
    refused(ask(server_tls(foreign_certificates.of("127.0.0.1")), tls_ca=ca, **mode), "authority that is not trusted")
    assert ask(server_tls(expired), tls_mode="insecure").rows == SAMPLE_ROWS


def test_a_host_without_authorities(good, ca):
    """As in a small container: one's own is enough, and none is said to be missing."""
    bare = {"SSL_CERT_FILE": "/dev/null", "SSL_CERT_DIR": "/nonexistent"}
    assert ask(server_tls(good), env=bare, tls_ca=ca).rows == SAMPLE_ROWS
    for mode in ("verify_ca", "verify_identity"):
        refused(ask(server_tls(good), env=bare, tls_mode=mode), "no certificate authorities to trust: set tls_ca")
    assert ask(server_tls(good), env=bare, tls_mode="insecure").rows == SAMPLE_ROWS


# Which failure it was.


def test_expired(certificates, ca):
    seen = ask(server_tls(certificates.of("127.0.0.1", not_before=NOW - 9 * DAY, not_after=NOW - DAY)), tls_ca=ca)
    refused(seen, "has expired")


def test_not_yet_valid(certificates, ca):
    seen = ask(server_tls(certificates.of("127.0.0.1", not_before=NOW + 2 * DAY, not_after=NOW + 9 * DAY)), tls_ca=ca)
    refused(seen, "not valid yet")


def test_another_host(certificates, ca):
    seen = ask(server_tls(certificates.of("db.example.com")), tls_ca=ca)
    refused(seen, "another host")
    assert "127.0.0.1" in seen.connect.text and "db.example.com" in seen.connect.text and "tls_server_name" in seen.connect.text, seen.connect.text


def test_a_foreign_authority(good, foreign_certificates):
    for settings in ({}, {"tls_ca": foreign_certificates.ca}):
        seen = ask(server_tls(good), **settings)
        refused(seen, "authority that is not trusted")
        assert "tls_ca" in seen.connect.text and "self-signed" not in seen.connect.text


def self_signed(folder, is_authority, until=NOW + DAY):
    """As `openssl req -x509` makes one; (certificate, key) files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 3 * DAY).not_valid_after(until)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), True).sign(key, hashes.SHA256()))
    (folder / "own.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (folder / "own.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder / "own.pem", folder / "own.key"


@pytest.mark.parametrize("is_authority", [False, True])
def test_self_signed(is_authority, tmp_path, ca):
    files = self_signed(tmp_path, is_authority)
    for settings in ({}, {"tls_ca": ca}, {"tls_ca": ca, "tls_mode": "verify_ca"}):
        refused(ask(server_tls(files), host="localhost", **settings), "self-signed")
    assert ask(server_tls(files), host="localhost", tls_mode="insecure").rows == SAMPLE_ROWS


@pytest.mark.parametrize("is_authority", [False, True])
def test_a_self_signed_certificate_that_is_trusted(tmp_path, is_authority):
    files = self_signed(tmp_path, is_authority)
    assert ask(server_tls(files), host="localhost", tls_ca=files[0]).rows == SAMPLE_ROWS
    refused(ask(server_tls(files), host="127.0.0.1", tls_ca=files[0]), "another host")
    assert ask(server_tls(files), host="127.0.0.1", tls_ca=files[0], tls_mode="verify_ca").rows == SAMPLE_ROWS
    expired = self_signed(tmp_path, is_authority, NOW - DAY)
    refused(ask(server_tls(expired), host="localhost", tls_ca=expired[0]), "expired")


class Alerts(Adapter):
    """Answers the first message of the handshake with an alert."""

    def __init__(self, alert):
        self.alert = alert

    def accept(self, peer):
        kind, _, _, high, low = peer.read(5)
        peer.read(high << 8 | low)
        peer.raw(bytes([21, 3, 3, 0, 2, 2, self.alert]))
        raise Gone


@pytest.mark.parametrize("alert, own, words", [
    (44, True, "it is revoked"), (45, True, "it has expired"), (48, True, "authority that the server does not trust"), (42, True, "refused the client's certificate"),
    (42, False, "wants a certificate of the client"), (116, False, "wants a certificate of the client"), (70, False, "no version of TLS in common"),
    (112, False, "tls_server_name"), (40, False, "refused the handshake"), (80, False, "ended the handshake: internal error"), (200, False, "ended the handshake")])
def test_what_the_server_says(certificates, ca, alert, own, words):
    cert, key = certificates.of("client.example.com")
    refused(ask(None, Alerts(alert), tls_ca=ca, **({"tls_cert": cert, "tls_key": key} if own else {})), words.lower())


class CloseInHandshake(Adapter):
    """Reads the first message and is gone."""

    def accept(self, peer):
        peer.read(5)
        raise Gone


@pytest.mark.parametrize("script, words", [
    (bad.PlainHttp, "does not speak tls"), (bad.SshBanner, "does not speak tls"), (bad.ClosesAtOnce, "closed the connection"), (CloseInHandshake, "closed the connection")],
    ids=["HTTP", "ssh", "closes at once", "closes in the handshake"])
def test_wss_to_a_server_without_tls(ca, script, words):
    refused(ask(None, script(), tls_ca=ca), words)


class LikeGo(Adapter):
    """What Go's HTTPS server says to a plain request; nginx's is like it."""

    def accept(self, peer):
        peer.read_until(b"\r\n\r\n")
        peer.raw(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
        raise Gone


class LikeOpenSsl(Adapter):
    """An alert in place of an answer."""

    def accept(self, peer):
        peer.read_until(b"\r\n\r\n")
        peer.raw(bytes([21, 3, 3, 0, 2, 2, 22]))
        raise Gone


@pytest.mark.parametrize("script", [LikeGo, LikeOpenSsl, None])
def test_ws_to_a_server_with_tls(good, script):
    seen = ask(None if script else server_tls(good), script and script(), scheme="ws")
    refused(seen, "wss://")


def test_a_proxy_that_ends_in_the_middle(good, ca):
    """Of the handshake, byte by byte."""
    with ScriptedServer(Adapter(), tls=server_tls(good)) as server:
        for size in (0, 1, 5, 100, 900):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                seen = told(cut_after(size, listener, server.port, ca))
            refused(seen, "closed the connection", "eof", "reset")


def cut_after(size, listener, port, ca):
    import threading

    def carry():
        client, _ = listener.accept()
        with client, socket.create_connection(("127.0.0.1", port)) as onward:
            onward.sendall(client.recv(65536))
            left = size
            while left and (data := onward.recv(left)):
                client.sendall(data)
                left -= len(data)

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        return run(compile_c("wire/ask.c"), "wss://127.0.0.1:%d?tls_ca=%s" % (listener.getsockname()[1], ca), 0, "select * from t", "row")
    finally:
        thread.join()


# Sessions.


class NotesResumption(Adapter):
    def __init__(self):
        self.resumed = []

    def upgrade(self, peer):
        self.resumed.append(peer.sock.session_reused)
        super().upgrade(peer)


def test_a_forked_child_starts_anew(good, ca):
    """Later connections resume the session of earlier ones; not those of a child, as a thread of the parent may have been in the
    middle of that memory, its lock held for ever."""
    script = NotesResumption()
    with ScriptedServer(script, tls=server_tls(good)) as server:
        run(compile_c("wire/forked_tls.c"), "wss://127.0.0.1:%d?tls_ca=%s" % (server.port, ca), 0)
    assert script.resumed == [False, True, False, True, True]
