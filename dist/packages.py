"""The `.deb` and `.rpm` files, by nfpm: the library, what is needed to compile with it, and the tools."""
import json
import shutil
from dataclasses import dataclass, field

import build
import tarballs
import tools
from targets import GLIBC, ROOT, VERSION
from tools import OUT, run

RELEASE = "1"
# TDengine's own packages, by the names that they have had. Their scripts link libtaos.so and taos.h into the system's folders.
NATIVE = ["tdengine", "tdengine-client", "tdengine-tsdb", "tdengine-tsdb-oss", "tdengine-tsdb-enterprise"]


@dataclass(frozen=True)
class Kind:
    """What differs between the two kinds of packages."""
    name: str
    libdir: str
    licences: str  # the folder, of the package of this name
    libc: str
    same: str  # how "this version, exactly" is written
    shared: list = field(default_factory=list)  # what the loader finds, where the package has to tell
    native: list = field(default_factory=list)  # whose library is the same file


def kinds(target):
    glibc = "%d.%d" % GLIBC
    yield Kind("deb", "/usr/lib/" + target.multiarch, "/usr/share/doc/%s", "libc6 (>= %s)" % glibc, "%s (= %s-%s)")
    yield Kind("rpm", "/usr/lib64", "/usr/share/licenses/%s", "glibc >= " + glibc, "%s = %s-%s",
               shared=["libtaos.so()(64bit)", "libtaosws.so()(64bit)"], native=[*NATIVE, "TDengine"])


@dataclass(frozen=True)
class Package:
    name: str
    summary: str
    packages: tuple  # of the workspace
    needs_library: bool = False


LIBRARY = Package("libtaos-ws", """TDengine's C client library over WebSocket
libtaos.so with the interface of TDengine's C client, which talks to taosAdapter (port 6041) by WebSocket.
Programs that were written for the native client run on it unchanged.""", ("libtaos",))
DEVELOPMENT = Package("libtaos-ws-dev", """TDengine's C client library over WebSocket - development files
Headers, static library, pkg-config and CMake files.""", ("libtaos",), needs_library=True)
TOOLS = Package("taos-tools-ws", """Tools for TDengine's C client library over WebSocket
taos-doctor says why a program does not connect; taos-sandbox is a small server to try programs against.""", ("taos-doctor", "taos-sandbox"))


def of_file(path):
    """The package that a path of `make install` belongs to."""
    if path.startswith("/usr/bin/") or path.startswith("/usr/share/man/man1/"):
        return TOOLS
    if path.startswith("/usr/include/") or path.endswith((".a", ".pc", ".cmake")):
        return DEVELOPMENT
    return LIBRARY


def tree(target, built, kind):
    """All files, as a system has them."""
    root = OUT / "tree" / ("%s-%s" % (target.name, kind.name))
    shutil.rmtree(root, ignore_errors=True)
    build.install(built, root, "/usr", kind.libdir)
    shutil.copy(built.file(build.SANDBOX), root / "usr" / "bin")
    shutil.copy(ROOT / "docs" / "man" / "taos-sandbox.1", root / "usr" / "share" / "man" / "man1")
    return root


def content(root, path):
    name = "/" + str(path.relative_to(root))
    if path.is_symlink():
        return {"src": str(path.readlink()), "dst": name, "type": "symlink"}
    return {"src": str(path), "dst": name, "file_info": {"mode": path.stat().st_mode & 0o755}}


def description(target, kind, package, root, folder):
    """What nfpm is told, in YAML - of which JSON is a part."""
    files = [content(root, path) for path in sorted(root.rglob("*")) if path.is_symlink() or path.is_file()]
    licences = kind.licences % package.name
    files += [{"src": str(path), "dst": "%s/%s" % (licences, path.name)} for path in sorted(folder.iterdir())]
    contents = [file for file in files if file["dst"].startswith(licences + "/") or of_file(file["dst"]) is package]
    # The system's folders are no package's own; these are, and go with it.
    own = {folder for folder in (file["dst"].rpartition("/")[0] for file in contents) if "taos" in folder.rpartition("/")[2]}
    whole = {
        "name": package.name, "arch": target.go_arch, "platform": "linux", "version": VERSION, "release": RELEASE,
        "section": "libdevel" if package is DEVELOPMENT else "libs" if package is LIBRARY else "database", "priority": "optional",
        "maintainer": "the libtaos project <libtaos@localhost>", "description": package.summary, "license": "MIT OR Apache-2.0",
        "depends": [kind.same % (LIBRARY.name, VERSION, RELEASE)] if package.needs_library else [kind.libc],
        "contents": contents + [{"dst": folder, "type": "dir"} for folder in sorted(own)],
    }
    if package is TOOLS:
        whole["recommends"] = [LIBRARY.name]
    if package is DEVELOPMENT:
        whole["conflicts"] = NATIVE  # taos.h is the same file on every system
    if package is LIBRARY:
        whole["provides"] = kind.shared
        whole["conflicts"] = kind.native
        whole["deb"] = {"triggers": {"activate_noawait": ["ldconfig"]}}
        if kind.name == "rpm":
            script = str(ROOT / "dist" / "ldconfig.sh")
            whole["scripts"] = {"postinstall": script, "postremove": script}
    return whole


def make(target, built):
    if target.libc != "glibc":
        return {}  # a system with musl has packages of other kinds
    made = {}
    for kind in kinds(target):
        root = tree(target, built, kind)
        for package in (LIBRARY, DEVELOPMENT, TOOLS):
            work = OUT / "tree" / ("%s-%s-%s" % (target.name, kind.name, package.name))
            shutil.rmtree(work, ignore_errors=True)
            tarballs.add_licences(work / "licences", package.packages, target.triple)
            if kind.name == "deb":
                (work / "licences" / "THIRD-PARTY.txt").rename(work / "licences" / "copyright")
            config = work / "nfpm.yaml"
            config.write_text(json.dumps(description(target, kind, package, root, work / "licences"), indent=1))
            architecture = target.go_arch if kind.name == "deb" else target.arch
            pattern = "%s_%s-%s_%s.deb" if kind.name == "deb" else "%s-%s-%s.%s.rpm"
            file = OUT / (pattern % (package.name, VERSION, RELEASE, architecture))
            run(tools.nfpm(), "package", "--config", config, "--packager", kind.name, "--target", file,
                env=tools.environment(SOURCE_DATE_EPOCH=str(tools.source_date())))
            made[file] = package.packages
    return made
