"""Compiles the library and its tools for a target, and installs them as `make install` does."""
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import tools
from targets import GLIBC, ROOT
from tools import COMPILED, OUT, TARGET, objcopy, run

# A stripped library that is larger has caught something that it does not need.
LIMIT = 4 << 20
DOCTOR, SANDBOX = "taos-doctor", "taos-sandbox"


def programs(target):
    """The sandbox is in packages alone, which are for glibc."""
    return [DOCTOR, SANDBOX] if target.libc == "glibc" else [DOCTOR]


@dataclass
class Built:
    """The files of a target, stripped, in one folder; and what was taken out of the library."""
    folder: Path
    debug: Path

    def file(self, name):
        return self.folder / name


def compile_all(target):
    """Cargo, with zig as C compiler and linker. Libraries and programs apart: the library's own crate is not to be an rlib,
    which would keep it from being optimized as a whole."""
    environment = tools.environment(tools.zig())
    if target.libc == "musl":
        # Rust's default for musl is a program without any shared library.
        environment["CARGO_TARGET_%s_RUSTFLAGS" % target.triple.upper().replace("-", "_")] = "-C target-feature=-crt-static"
    missing = target.triple not in installed_targets()
    if missing and shutil.which("rustup"):
        run("rustup", "target", "add", target.triple)
    elif missing:
        raise tools.Missing("Rust's standard library for %s is not installed" % target.triple)
    common = ["--locked", "--profile", "dist", "--target", target.for_zig, "--target-dir", COMPILED]
    run("cargo-zigbuild", "rustc", *common, "-p", "libtaos", "--lib", "--crate-type", "cdylib,staticlib", env=environment)
    for program in programs(target):
        # zig's default for musl, too, is a program that can load no library, which the doctor does.
        linked = ["--", "-C", "link-arg=-dynamic"] if target.libc == "musl" else []
        run("cargo-zigbuild", "rustc", *common, "-p", program, *linked, env=environment)
    return COMPILED / target.triple / "dist"


def installed_targets():
    sysroot = Path(run("rustc", "--print", "sysroot").strip())
    return {folder.parent.name for folder in sysroot.glob("lib/rustlib/*/lib")}


def strip(target, made):
    """Copies what was made, the debugging information taken out. The library's goes into a file of its own, which debuggers
    find by the name and the checksum that the library keeps."""
    built = before(target)
    shutil.rmtree(built.folder, ignore_errors=True)
    built.folder.mkdir(parents=True)
    objcopy("--only-keep-debug", made / "libtaos.so", built.debug)
    objcopy("--strip-all", "--add-gnu-debuglink=" + built.debug.name, made / "libtaos.so", built.file("libtaos.so"), cwd=built.folder)
    objcopy("--strip-debug", made / "libtaos.a", built.file("libtaos.a"))
    for program in programs(target):
        objcopy("--strip-all", made / program, built.file(program))
    # The page is the same on every system, and is written by the doctor of this one.
    shutil.copy(TARGET / "release" / "taos-doctor.1", built.folder)
    return built


def check(target, built):
    """The library is as small, and needs as little, as it is said to."""
    library = built.file("libtaos.so")
    size = library.stat().st_size
    if size > LIMIT:
        sys.exit("%s has %d bytes, more than %d" % (library, size, LIMIT))
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", library)))
    allowed = {"libc.so"} if target.libc == "musl" else {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
    if needed - allowed:
        sys.exit("%s needs %s" % (library, ", ".join(sorted(needed - allowed))))
    for file in [library, *map(built.file, programs(target))]:
        versions = {tuple(map(int, version.split("."))) for version in re.findall(r"\bGLIBC_([0-9.]+)", run("readelf", "-V", file))}
        if max(versions, default=(0,)) > GLIBC:
            sys.exit("%s needs glibc %s" % (file, ".".join(map(str, max(versions)))))


def before(target):
    """What was built before."""
    folder = OUT / "stage" / target.name
    return Built(folder, folder / "libtaos.so.debug")


def of_release(target):
    """What `make` has built for this machine, in place of what is built to be handed out: neither as small nor for older systems."""
    return strip(target, TARGET / "release")


def build(target):
    built = strip(target, compile_all(target))
    check(target, built)
    return built


def install(built, root, prefix, libdir):
    """`make install`, of what was built, into a folder that stands for the system's root."""
    given = [built.file(name) for name in ("libtaos.so", DOCTOR, "taos-doctor.1")]
    old = [word for file in given for word in ("-o", str(file))]  # they are what they are, whatever the sources' times
    quiet = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    run("make", "-C", ROOT, *old, "install", "RELEASE=%s" % built.folder, "STRIP=", "PREFIX=%s" % prefix, "LIBDIR=%s" % libdir, "DESTDIR=%s" % root, env=quiet)
