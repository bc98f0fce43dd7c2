"""`libtaos-VERSION-ARCH-LIBC.tar.gz`: what `make install` installs, to be unpacked anywhere; and its debugging information."""
import gzip
import shutil
import tarfile

import build
import licences
from targets import ROOT, VERSION
from tools import OUT, source_date


def pack(file, folder):
    """A folder as an archive that is the same whoever packs it, and when."""
    def plain(entry):
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = source_date()
        return entry

    with open(file, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(folder, folder.name, recursive=False, filter=plain)
        for path in sorted(folder.rglob("*")):
            archive.add(path, str(path.relative_to(folder.parent)), recursive=False, filter=plain)


def add_licences(folder, packages, triple):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        shutil.copy(ROOT / name, folder)
    (folder / "THIRD-PARTY.txt").write_text(licences.text(packages, triple))


def make(target, built):
    """The archives' files, each with the packages of the workspace that are in it."""
    name = "libtaos-%s-%s" % (VERSION, target.name)
    root = OUT / "tree" / target.name
    shutil.rmtree(root, ignore_errors=True)
    build.install(built, root, "/" + name, "/%s/lib" % name)
    folder = root / name
    add_licences(folder / "licences", ("libtaos", "taos-doctor"), target.triple)
    shutil.copy(ROOT / "README.md", folder)
    shutil.copy(ROOT / "docs" / "packages.md", folder)
    whole = OUT / (name + ".tar.gz")
    pack(whole, folder)

    apart = root / (name + "-debug")
    apart.mkdir()
    shutil.copy(built.debug, apart)
    debug = OUT / (name + "-debug.tar.gz")
    pack(debug, apart)
    return {whole: ("libtaos", "taos-doctor"), debug: ("libtaos",)}
