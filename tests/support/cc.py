"""Compiling the C programs of the tests against our header and library, once per change of their sources."""
import os
import subprocess
from pathlib import Path

from . import machines
from . import sanitizer as sanitizers
from .paths import BUILD, INCLUDE, LIB_DIR, TESTS

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# Programs are linked by their library's name alone; which libtaos.so they load is decided when they run.
LINK = ["-L", str(LIB_DIR), "-ltaos", "-lpthread", "-lm"]


def run_compiler(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, " ".join(map(str, command)) + "\n" + done.stderr
    return done


def compile_c(source, *flags, link=True, name=None, sanitizer=sanitizers.CHOSEN):
    """Path of the program made from tests/`source`; compiled again only when the source or a header is newer. With a
    sanitizer the library is in it, and what loads a library when it runs is without one. For another machine
    (TAOS_TEST_MACHINE), of what runs it."""
    source = TESTS / source
    machine = machines.CHOSEN
    watched = sanitizer if link and not machine else None
    program = BUILD / "bin" / (watched or machine and machine.name or "") / (name or source.stem)
    headers = [*source.parent.glob("*.h"), *(TESTS / "support").glob("*.h"), *INCLUDE.glob("*.h")]
    if watched:
        headers.append(sanitizers.library(watched))
    newest = max(path.stat().st_mtime for path in [source, *headers])
    if not program.exists() or program.stat().st_mtime < newest:
        program.parent.mkdir(parents=True, exist_ok=True)
        fresh = program.with_suffix(".%d" % os.getpid())
        compiler = ["g++", "-std=c++17"] if source.suffix == ".cc" else ["gcc", "-std=c11"]
        if machine:
            compiler = machine.compiler(source.suffix)
        command = [*compiler, "-D_GNU_SOURCE", "-O1", "-g", *([] if machine else WARNINGS), "-I", INCLUDE, "-I", TESTS / "support", *flags, "-o", fresh, source]
        if watched:  # in two steps: linking with the flag would bring in the C compiler's runtime
            unit = fresh.with_suffix(".o")
            run_compiler([*command, "-fsanitize=" + watched, "-c", "-o", unit])
            run_compiler([compiler[0], "-o", fresh, unit, *sanitizers.link(watched)])
            unit.unlink()
        else:
            run_compiler([*command, *(LINK if link else [])])
        fresh.replace(program)
    return machine.runnable(program, source.suffix) if machine else program
