"""The sandbox as a program: what it says of itself, of its port, and to a client that speaks TLS where it does not, or the other way round."""
import re
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

import pytest

from support.paths import ROOT, SANDBOX
from support.servers import Child, Sandbox


def sandbox(*options):
    return subprocess.run([SANDBOX, *map(str, options)], capture_output=True, text=True, timeout=30)


def test_version():
    wanted = re.search(r'^version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
    done = sandbox("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "taos-sandbox %s\n" % wanted, "")


def test_help_names_every_option_of_the_readme():
    shown = sandbox("--help").stdout
    options = re.findall(r"^\| `(--.*?)` \|", (ROOT / "sandbox" / "README.md").read_text(), re.M)
    assert len(options) > 8
    for option in options:
        for name in re.findall(r"--[a-z-]+", option):
            assert name + " " in shown, name


def test_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = sandbox("--port", port)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("taos-sandbox: cannot listen on 127.0.0.1:%d: Address already in use" % port)
    assert "another program, listens there already; --port takes another, --port 0 any free one" in done.stderr
    assert "taosAdapter" not in done.stderr


def test_port_of_the_adapter(netns=("unshare", "-rn")):
    """6041, in a network of its own: no test takes that port from this machine."""
    script = """import socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
other = socket.create_server(("127.0.0.1", 6041))
sys.exit(subprocess.run([sys.argv[1]]).returncode)"""
    try:
        subprocess.run([*netns, "ip", "link", "set", "lo", "up"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no network namespaces here")
    done = subprocess.run([*netns, "python3", "-c", script, SANDBOX], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and "perhaps a taosAdapter, whose port this is" in done.stderr


def test_tls_on_the_plain_port():
    """Answered at once, in words that a look at the bytes shows; the log says it, too."""
    with Sandbox() as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
            hello, out = ssl.MemoryBIO(), ssl.MemoryBIO()
            client = ssl.create_default_context().wrap_bio(hello, out, server_hostname="localhost")
            with pytest.raises(ssl.SSLWantReadError):
                client.do_handshake()
            raw.sendall(out.read())
            answer = b"".join(iter(lambda: raw.recv(4096), b"")).decode()
    assert answer.startswith("HTTP/1.1 400 ")
    assert "this port has no TLS: connect with ws:// instead of wss://" in answer and "--tls-cert" in answer


def test_no_tls_on_the_tls_port(certificates):
    cert, key = certificates.of("localhost", "127.0.0.1")
    with Sandbox(cert=cert, key=key) as server:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with pytest.raises(urllib.error.HTTPError) as answer:
            opener.open("http://127.0.0.1:%d/ws" % server.port, timeout=5)
    assert answer.value.code == 400
    assert answer.value.read().decode() == "this port is for TLS: connect with wss:// instead of ws://\n"


def test_older_server():
    """By its name of today, and by its first one."""
    for option in ("--server-version", "--pose"):
        with Child(SANDBOX, "--port", "0", "--print-port", "--quiet", option, "3.0.7.0") as server:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with pytest.raises(urllib.error.HTTPError) as answer:
                opener.open("http://127.0.0.1:%d/ws" % server.port, timeout=5)
            assert answer.value.code in (400, 404)
