"""Servers the tests start: the sandbox, in the pose of a version and behind TLS when asked, and the replay server."""
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from .paths import BUILD, CONFORMANCE, SANDBOX


@dataclass
class Endpoint:
    """What a program is told in order to reach a server: the host and port arguments of taos_connect."""
    host: str
    port: int
    name: str = "ws"
    version: tuple = (3, 3, 7, 5)

    @property
    def args(self):
        return [self.host, str(self.port)]


def numbers(version):
    return tuple(int(part) for part in version.split(".")[:4])


class Child:
    """A server process that prints its port on its first line and is stopped by its own pid. What it says besides goes to
    target/tests/servers.log."""

    def __init__(self, *command):
        BUILD.mkdir(parents=True, exist_ok=True)
        with open(BUILD / "servers.log", "ab") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            self.stop()
            raise RuntimeError("%s did not print its port but %r" % (command, line))
        self.port = int(line)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Sandbox(Child):
    def __init__(self, pose=None, cert=None, key=None, port=0, data=None, token=None, login_token=None, cluster=None):
        self.version = numbers(pose or ("3.4.1.12" if cluster else "3.3.7.5"))
        command = [SANDBOX, "--port", port, "--print-port"]
        if data:
            command += ["--data", data]
        if cluster:
            command += ["--cluster", cluster]
        if token:
            command += ["--token", token]
        if login_token:
            command += ["--login-token", login_token]
        if cert:
            command += ["--tls-cert", cert, "--tls-key", key]
        if pose:
            command += ["--pose", pose]
        super().__init__(*command)

    def endpoint(self, name="ws"):
        return Endpoint("127.0.0.1", self.port, name, self.version)

    def tls_endpoint(self, ca, host="127.0.0.1"):
        return Endpoint("wss://%s:%d?tls_ca=%s" % (host, self.port, quote(str(ca), safe="/")), 0, "wss", self.version)


def real_adapter():
    """The adapter named by TAOS_TEST_URL (ws://user:password@host:6041), or None."""
    url = os.environ.get("TAOS_TEST_URL")
    if not url:
        return None
    parts = urlsplit(url)
    if (unquote(parts.username or "root"), unquote(parts.password or "taosdata")) != ("root", "taosdata"):
        raise RuntimeError("the tests log in as root/taosdata; TAOS_TEST_URL names another user")
    return Endpoint(parts.hostname, parts.port or 6041, "adapter")


class Replay(Child):
    """The recorded traffic of one area, as a server."""

    def __init__(self, cassette, *options):
        here = CONFORMANCE / "replay"
        super().__init__(sys.executable, here / "replay.py", here / "cassettes" / (cassette + ".json"), "--print-port", *options)

    def get(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return opener.open("http://127.0.0.1:%d%s" % (self.port, path), timeout=10).read().decode()
