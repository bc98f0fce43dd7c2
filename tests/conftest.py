"""Fixtures of all doors. A session has one sandbox per kind (plain, TLS, old version); tests take databases of their own."""
import itertools
import os

import pytest

from support import programs, sanitizer
from support.paths import LIBRARY, TESTS
from support.servers import Endpoint, Sandbox, real_adapter
from support.workers import ByFile

# Doors whose tests share the machine with other tests. Each test of the other doors has it for itself: it measures, or what it
# builds or starts keeps all cores busy.
SHARING = ("abi", "c", "conformance", "docs", "doctor", "python", "sandbox", "wire")
OLD_SERVER = "3.0.7.0"  # knows neither binary queries nor raw blocks: only JSON `query`, `fetch`, `fetch_block`


def pytest_configure(config):
    if not LIBRARY.exists():
        pytest.exit("there is no %s: run `make` first" % LIBRARY, 2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getoption("dist") == "loadfile":
        return ByFile(config, log)
    return None


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.relative_to(TESTS).parts[0] not in SHARING or item.get_closest_marker("memory"):
            item.add_marker("alone")
        if item.get_closest_marker("valgrind") and not programs.have_valgrind():
            item.add_marker(pytest.mark.skip(reason="valgrind is not installed"))
        if sanitizer.CHOSEN and any(map(item.get_closest_marker, ("valgrind", "memory", "unsanitized"))):
            item.add_marker(pytest.mark.skip(reason="a sanitizer watches"))
        if item.get_closest_marker("stress") and not os.environ.get("TAOS_TEST_STRESS"):
            item.add_marker(pytest.mark.skip(reason="a search for rare races: set TAOS_TEST_STRESS=1"))
        if item.get_closest_marker("sandbox_only") and real_adapter():
            item.add_marker(pytest.mark.skip(reason="TAOS_TEST_URL names a real adapter"))


class Certificates:
    """A certificate authority of this test run, and certificates of it."""

    def __init__(self, folder):
        import trustme
        self.folder = folder
        self.authority = trustme.CA()
        self.ca = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(str(self.ca))
        self.made = {}

    def of(self, *names, **limits):
        """(certificate, key) files of a server with these names."""
        key = names, tuple(limits.items())
        if key not in self.made:
            made = self.authority.issue_cert(*names, **limits)
            files = self.folder / ("%d.pem" % len(self.made)), self.folder / ("%d.key" % len(self.made))
            for number, blob in enumerate(made.cert_chain_pems):
                blob.write_to_path(str(files[0]), append=number > 0)
            made.private_key_pem.write_to_path(str(files[1]))
            self.made[key] = files
        return self.made[key]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def foreign_certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("foreign-ca"))


@pytest.fixture(scope="session")
def sandbox():
    """A plain `ws` endpoint: the sandbox, or the real adapter named by TAOS_TEST_URL."""
    if real_adapter():
        yield real_adapter()
        return
    with Sandbox() as server:
        yield server.endpoint()


@pytest.fixture(scope="session")
def tls_sandbox(certificates):
    """The sandbox behind TLS; its endpoint's connection string names our own CA."""
    with Sandbox(cert=certificates.of("localhost", "127.0.0.1")[0], key=certificates.of("localhost", "127.0.0.1")[1]) as server:
        yield server.tls_endpoint(certificates.ca)


@pytest.fixture(scope="session")
def old_sandbox():
    with Sandbox(pose=OLD_SERVER) as server:
        yield server.endpoint("old")


ENDPOINTS = {"ws": "sandbox", "wss": "tls_sandbox", "old": "old_sandbox"}


def endpoints(*names):
    """Parametrizes a test over kinds of server: plain, behind TLS, an old version."""
    return [pytest.param(name, id=name, marks=[] if name == "ws" else pytest.mark.sandbox_only) for name in names]


@pytest.fixture(params=endpoints("ws", "wss", "old"))
def endpoint(request) -> Endpoint:
    return request.getfixturevalue(ENDPOINTS[request.param])


@pytest.fixture(params=endpoints("ws", "wss"))
def new_endpoint(request) -> Endpoint:
    """For what old servers cannot do."""
    return request.getfixturevalue(ENDPOINTS[request.param])


databases = itertools.count()


@pytest.fixture
def database():
    """The name of a database that no other test uses."""
    return "test_%d" % next(databases)
