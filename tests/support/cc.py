"""Compiling the C programs of the tests against our header and library, once per change of their sources."""
import os
import subprocess
from pathlib import Path

from .paths import BUILD, INCLUDE, LIB_DIR, TESTS

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# Programs are linked by their library's name alone; which libtaos.so they load is decided when they run.
LINK = ["-L", str(LIB_DIR), "-ltaos", "-lpthread", "-lm"]


def run_compiler(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, " ".join(map(str, command)) + "\n" + done.stderr
    return done


def compile_c(source, *flags, link=True, name=None):
    """Path of the program made from tests/`source`; compiled again only when the source or a header is newer."""
    source = TESTS / source
    program = BUILD / "bin" / (name or source.stem)
    headers = [*source.parent.glob("*.h"), *(TESTS / "support").glob("*.h"), *INCLUDE.glob("*.h")]
    newest = max(path.stat().st_mtime for path in [source, *headers])
    if not program.exists() or program.stat().st_mtime < newest:
        program.parent.mkdir(parents=True, exist_ok=True)
        fresh = program.with_suffix(".%d" % os.getpid())
        run_compiler(["gcc", "-std=c11", "-D_GNU_SOURCE", "-O1", "-g", *WARNINGS, "-I", INCLUDE, "-I", TESTS / "support",
                      *flags, "-o", fresh, source, *(LINK if link else [])])
        fresh.replace(program)
    return Path(program)
