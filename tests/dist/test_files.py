"""Every file that is handed out has a checksum and a bill of materials; the archive of the library is whole."""
import hashlib
import json
import re
import subprocess
import zlib

import pytest

from dist.conftest import targets, unpacked
from support.paths import ROOT
from support.programs import run

pytestmark = pytest.mark.timeout(900)
VERSION = targets.VERSION


def handed_out(dist):
    files = [path for path in sorted(dist.iterdir()) if path.is_file() and path.suffix not in (".sha256", ".json")]
    assert {re.search(r"(tar\.gz|\w+)$", path.name).group() for path in files} == {"tar.gz", "deb", "rpm", "whl", "jar"}
    return files


def test_checksums(dist):
    for file in handed_out(dist):
        done = subprocess.run(["sha256sum", "--check", "--strict", file.name + ".sha256"], cwd=dist, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def crates_of(sbom):
    return {(part["name"], part["version"]) for part in sbom["components"]}


def test_bills_of_materials(dist):
    """Each names its file by its checksum, and the crates of Cargo.lock with theirs."""
    lock = (ROOT / "Cargo.lock").read_text()
    for file in handed_out(dist):
        sbom = json.loads(file.with_name(file.name + ".cdx.json").read_text())
        assert sbom["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}]
        rustls = next(part for part in sbom["components"] if part["name"] == "rustls")
        assert 'name = "rustls"\nversion = "%s"' % rustls["version"] in lock and rustls["hashes"][0]["content"] in lock and rustls["licenses"]
        names = {name for name, _ in crates_of(sbom)}
        assert {"std", "tokio"} <= names and not names & {"cbindgen", "serde_derive"}, "only what is linked"
        assert ("rusqlite" in names) == file.name.startswith("taos-tools-ws")


@pytest.fixture(scope="module", params=targets.TARGETS)
def archive(dist, request, tmp_path_factory):
    """Of each target: the folder that the archive becomes."""
    name = "libtaos-%s-%s" % (VERSION, request.param)
    if not (dist / (name + ".tar.gz")).exists():
        pytest.skip("was not made here")
    return targets.TARGETS[request.param], unpacked(dist, name, tmp_path_factory.mktemp("archive"))


def tool(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout


def test_archive_is_whole(archive):
    target, folder = archive
    real = folder / "lib" / ("libtaos.so." + VERSION)
    for name in ("libtaos.so", "libtaos.so.1", "libtaosws.so", "taos-driver/libtaosnative.so"):
        assert (folder / "lib" / name).samefile(real), name
    for name in ("include/taos.h", "include/taoserror.h", "lib/libtaos.a", "lib/pkgconfig/taos.pc", "lib/cmake/taos/taosConfig.cmake", "bin/taos-doctor", "README.md", "licences/LICENSE-MIT"):
        assert (folder / name).stat().st_size, name
    assert {"x86_64": "X86-64", "aarch64": "AArch64"}[target.arch] in tool("readelf", "-h", real)
    assert "Library soname: [libtaos.so]" in tool("readelf", "-d", real)
    exported = set(re.findall(r"(\S+)$", tool("readelf", "--dyn-syms", "-W", real), re.M))
    assert set((ROOT / "tests" / "abi" / "symbols.txt").read_text().split()) <= exported
    licences = (folder / "licences" / "THIRD-PARTY.txt").read_text()
    assert re.search(r"^rustls \d.*: Apache-2.0 OR ISC OR MIT", licences, re.M) and "Permission is hereby granted" in licences


def test_debugging_information_is_apart(archive, dist, tmp_path):
    """The library names the file and its checksum, and has none of it itself."""
    target, folder = archive
    debug = unpacked(dist, folder.name + "-debug", tmp_path) / "libtaos.so.debug"
    library = folder / "lib" / "libtaos.so"
    assert ".debug_line" in tool("readelf", "-SW", debug) and ".debug_line" not in tool("readelf", "-SW", library)
    link = tmp_path / "link"
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.gnu_debuglink", "--set-section-flags", ".gnu_debuglink=alloc", library, link], check=target.arch == "x86_64")
    if link.exists():
        assert link.read_bytes().startswith(b"libtaos.so.debug\0") and link.read_bytes().endswith(zlib.crc32(debug.read_bytes()).to_bytes(4, "little"))


def test_program_by_the_archive(archive, sandbox, tmp_path):
    """Compiled and run from what was unpacked, wherever that is."""
    target, folder = archive
    if target.name != "x86_64-glibc":
        pytest.skip("is run by test_machines")
    flags = tool("env", "PKG_CONFIG_PATH=%s" % (folder / "lib" / "pkgconfig"), "pkg-config", "--cflags", "--libs", "taos").split()
    subprocess.run(["cc", ROOT / "c-examples" / "connect.c", "-o", tmp_path / "program", *flags], check=True)
    done = run(tmp_path / "program", *sandbox.args, env={"LD_LIBRARY_PATH": folder / "lib"})
    assert re.search(r"^client interface: 3\.3\.7\.5$", done.out, re.M)
