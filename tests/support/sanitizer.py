"""The library with one of the compiler's sanitizers in it, and C programs with that library in them. `TAOS_TEST_SANITIZER`
(`address` or `thread`) has every program of the tests made so."""
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from .paths import ROOT, TARGET

CHOSEN = os.environ.get("TAOS_TEST_SANITIZER")
RUNTIMES = {"address": "asan", "thread": "tsan"}
# ThreadSanitizer must see the standard library's waits as well; without AddressSanitizer in it, the standard library's own
# allocations are watched all the same.
OWN_STANDARD_LIBRARY = ("thread",)


NIGHTLY = ("rustup", "run", "nightly")


@cache
def rustc(toolchain, *words):
    """What the compiler of a toolchain says; nothing if there is none."""
    try:
        return subprocess.run([*toolchain, "rustc", *words], capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def has_source(toolchain):
    return (Path(rustc(toolchain, "--print", "sysroot") or "/nowhere") / "lib" / "rustlib" / "src" / "rust" / "library" / "Cargo.lock").exists()


@cache
def toolchain(sanitizer):
    """The words before `rustc` and `cargo`: none for the default toolchain; the nightly one's where only that has the source."""
    return NIGHTLY if sanitizer in OWN_STANDARD_LIBRARY and not has_source(()) and has_source(NIGHTLY) else ()


def runtimes(sanitizer):
    sysroot = Path(rustc(toolchain(sanitizer), "--print", "sysroot"))
    return list(sysroot.glob("lib/rustlib/%s/lib/*rt.%s.a" % (host(), RUNTIMES[sanitizer])))


@cache
def host():
    return next(line.split()[1] for line in rustc((), "-vV").splitlines() if line.startswith("host:"))


def missing(sanitizer):
    """What is not there of what this needs, or None."""
    if not shutil.which("rustc"):
        return "no Rust"
    if sanitizer in OWN_STANDARD_LIBRARY and not has_source(toolchain(sanitizer)):
        return "the standard library's source is not there: rustup toolchain install nightly --component rust-src"
    if not runtimes(sanitizer):
        return "this Rust has no runtime of the %s sanitizer" % sanitizer
    return None


@cache
def library(sanitizer):
    """The static library. Slow the first time, and after a dependency has changed."""
    # Sanitizers and a standard library of one's own are for nightly compilers; a stable one does as well when told so.
    flags, build_std = "-Zsanitizer=" + sanitizer, []
    if sanitizer in OWN_STANDARD_LIBRARY:
        flags, build_std = flags + " -Cunsafe-allow-abi-mismatch=sanitizer", ["-Zbuild-std=std,panic_unwind"]
    target = TARGET / RUNTIMES[sanitizer]  # a build of everything: apart from the others, so that none undoes the other's
    build = subprocess.run([*toolchain(sanitizer), "cargo", "rustc", "--quiet", "--release", "--locked", "-p", "libtaos", "--lib", "--crate-type", "staticlib",
                            *build_std, "--target", host(), "--target-dir", target],
                           cwd=ROOT, env=dict(os.environ, RUSTC_BOOTSTRAP="1", RUSTFLAGS=flags), capture_output=True, text=True, timeout=800)
    assert build.returncode == 0, build.stdout + build.stderr
    return target / host() / "release" / "libtaos.a"


def link(sanitizer):
    """Arguments of the linker for a program with the library and Rust's runtime of the sanitizer, not the C compiler's, in it."""
    return [library(sanitizer), "-Wl,--whole-archive", runtimes(sanitizer)[0], "-Wl,--no-whole-archive", "-lpthread", "-lm", "-ldl", "-lrt"]
