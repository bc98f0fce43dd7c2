"""The .deb and .rpm files, installed by dpkg and rpm into a root of their own, beside and against TDengine's own package."""
import json
import os
import re
import subprocess

import pytest

from dist.conftest import HERE, missing, targets
from support.paths import ROOT, TARGET
from support.programs import run

pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(missing() is not None or os.geteuid() != 0, reason=str(missing() or "installs as root does"))]
PACKAGES = ["libtaos-ws", "libtaos-ws-dev", "taos-tools-ws"]
FULL = targets.VERSION + "-1"


def do(*words, expect=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    assert (done.returncode == 0) == (expect == 0), "%s\n%s%s" % (words, done.stdout, done.stderr)
    return done.stdout + done.stderr


class Debian:
    """A system of dpkg, with nothing but a C library that is said to be there."""
    libdir = "usr/lib/" + HERE.multiarch if HERE else ""

    def __init__(self, folder):
        self.root = folder / "root"
        (self.root / "var" / "lib" / "dpkg" / "info").mkdir(parents=True)
        (self.root / "var" / "lib" / "dpkg" / "updates").mkdir()
        (self.root / "var" / "lib" / "dpkg" / "status").write_text("")
        self.made = folder
        self.fake("libc6", "2.28")

    def fake(self, name, version):
        """Installs a package of this name, with nothing in it."""
        folder = self.made / ("made-" + name)
        (folder / "DEBIAN").mkdir(parents=True)
        (folder / "DEBIAN" / "control").write_text("Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: nobody <nobody@localhost>\nDescription: nothing\n" % (name, version, HERE.go_arch))
        do("dpkg-deb", "--build", folder, folder.with_suffix(".deb"))
        self.install(folder.with_suffix(".deb"))

    def install(self, *files, expect=0):
        return do("dpkg", "--root=%s" % self.root, "--install", *files, expect=expect)

    def remove(self, *names):
        do("dpkg", "--root=%s" % self.root, "--purge", *names)

    @staticmethod
    def file(dist, name):
        return dist / ("%s_%s_%s.deb" % (name, FULL, HERE.go_arch))


class Fedora:
    """The same of rpm."""
    libdir = "usr/lib64"

    def __init__(self, folder):
        self.root = folder / "root"
        self.root.mkdir()
        self.made = folder
        self.fake("glibc", "2.28")

    def fake(self, name, version):
        config = self.made / (name + ".yaml")
        config.write_text(json.dumps({"name": name, "arch": HERE.go_arch, "version": version, "maintainer": "nobody", "description": "nothing"}))
        package = self.made / (name + ".rpm")
        do(TARGET / "dist-tools" / "bin" / "nfpm", "package", "--config", config, "--packager", "rpm", "--target", package)
        self.install(package)

    def install(self, *files, expect=0):
        # Without the scripts, which run ldconfig: this root has no programs.
        return do("rpm", "--root", self.root, "--dbpath", "/var/lib/rpm", "--install", "--noscripts", *files, expect=expect)

    def remove(self, *names):
        do("rpm", "--root", self.root, "--dbpath", "/var/lib/rpm", "--erase", "--noscripts", *names)

    @staticmethod
    def file(dist, name):
        return dist / ("%s-%s.%s.rpm" % (name, FULL, HERE.arch))


@pytest.fixture(params=[Debian, Fedora], ids=["deb", "rpm"])
def system(request, tmp_path):
    return request.param(tmp_path)


def ours(system):
    return [path for path in system.root.rglob("*") if "taos" in path.name and "var" not in path.relative_to(system.root).parts]


def test_installed(system, dist, sandbox, tmp_path):
    """A program is compiled and run with what the packages have brought, the doctor finds all well; then all is gone again."""
    system.install(*[system.file(dist, name) for name in PACKAGES])
    usr, lib = system.root / "usr", system.root / system.libdir
    program = tmp_path / "program"
    flags = do("env", "PKG_CONFIG_PATH=%s" % (lib / "pkgconfig"), "pkg-config", "--define-prefix", "--cflags", "--libs", "taos").split()
    do("cc", ROOT / "c-examples" / "connect.c", "-o", program, *flags)
    done = run(program, *sandbox.args, env={"LD_LIBRARY_PATH": lib})
    assert re.search(r"^client interface: 3\.3\.7\.5$", done.out, re.M)
    do("cc", ROOT / "c-examples" / "connect.c", "-o", program, "-I", usr / "include", lib / "libtaos.a", "-lm")
    run(program, *sandbox.args, env={"LD_LIBRARY_PATH": ""})
    assert run(usr / "bin" / "taos-doctor", "ws://%s:%d" % (sandbox.host, sandbox.port), env={"LD_LIBRARY_PATH": lib}).out.endswith("all is well\n")
    assert "--port" in run(usr / "bin" / "taos-sandbox", "--help").out
    assert (usr / "share" / "man" / "man1" / "taos-sandbox.1").exists()
    system.remove(*reversed(PACKAGES))
    assert ours(system) == []


def test_header_is_one_packages(system, dist):
    """taos.h of TDengine's own package is the same file: the development files are refused beside it, and say why."""
    system.fake("tdengine", "3.3.7.5")
    if system.libdir.endswith("lib64"):
        assert "conflict" in system.install(system.file(dist, "libtaos-ws"), expect=1)  # /usr/lib64/libtaos.so is, too
        return
    system.install(system.file(dist, "libtaos-ws"))  # lies in another folder than the native one
    assert "conflict" in system.install(system.file(dist, "libtaos-ws-dev"), expect=1)


def test_development_files_need_their_library(system, dist):
    assert "libtaos-ws" in system.install(system.file(dist, "libtaos-ws-dev"), expect=1)


def test_for_other_machines(dist):
    """What is for another machine says so; it is run in test_machines."""
    for target in targets.TARGETS.values():
        for file in dist.glob("*_%s.deb" % target.go_arch):
            assert do("dpkg-deb", "--field", file, "Architecture").strip() == target.go_arch
        for file in dist.glob("*.%s.rpm" % target.arch):
            assert do("rpm", "-qp", "--qf", "%{ARCH}", file) == target.arch
