#!/usr/bin/env python3
"""Writes functions-in-use.ld, by which the linker puts the functions that programs call again and again side by side.

    benches/in_use.py LIB...

Small operations of the benchmark run under callgrind (package valgrind). What an operation calls at least `TIMES` times
is in use. Libraries of several profiles may be named: what is a function in one is inlined in another.
"""
import collections
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "functions-in-use.ld"
# The benchmark's cases, the most frequent first: what is in use by the first of them lies closest together.
CASES = ["select 1", "insert 1 row", "asynchronous", "stmt", "by row", "consumed", "connect + close"]
# More than there are callback threads (32): starting one is rare.
TIMES = 35
# Instances of a generic function have one name but for a hash, which differs from build to build. All of them are taken, unless
# those that are not in use would be more bytes than this.
BESIDES = 4096

HEAD = """\
/* The functions that programs call again and again, for the linker to put side by side. A statement then passes half as
 * many pages of code. After a wait, these pages have to be found anew. Each function begins a line of the processor's
 * cache: where a short loop lies in its lines makes a tenth of its time.
 *
 * Written by benches/in_use.py (make in-use). A pattern that fits no function does no harm. */
OVERWRITE_SECTIONS
{
  .text :
  {
"""
TAIL = """\
    *(.text .text.*)
  }
}
"""


def pattern(name):
    """A symbol without what differs from build to build: hashes, and numbers that the optimiser has added."""
    name = re.sub(r"\.llvm\.\d+$", "*", name)
    name = re.sub(r"17h[0-9a-f]{16}E", "17h*E", name)
    return re.sub(r"Cs[0-9A-Za-z]{8,14}_", "Cs*_", name)


def calls(profile, library):
    """How often each function of the library was called, from callgrind's file."""
    names, objects, count = {}, {}, collections.Counter()

    def read(table, text):
        number, name = re.match(r"\((\d+)\)(?: (.*))?", text).groups()
        if name is not None:
            table[number] = name
        return table[number]

    here = called_in = called = None
    for line in profile.read_text().splitlines():
        key, _, value = line.partition("=")
        if key == "ob":
            here = called_in = read(objects, value)
        elif key == "fn":
            read(names, value)
            called_in = here
        elif key == "cob":
            called_in = read(objects, value)
        elif key == "cfn":
            called = read(names, value).split("'")[0]
        elif key == "calls":
            if Path(called_in).name == library.name:
                count[called] += int(value.split()[0])
            called_in = here
    return count


def run_case(name, library, folder):
    profile = Path(folder) / "profile"
    under = "valgrind --quiet --tool=callgrind --demangle=no --callgrind-out-file=%s" % profile
    subprocess.run([ROOT / "benches/run.sh", library, "--", "--only", name, "--rounds", "1", "--rows", "8192"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "BENCH_UNDER": under})
    return {pattern(function) for function, count in calls(profile, library).items() if count >= TIMES}


def sizes(library):
    """The sizes of all functions that fit a pattern."""
    found = collections.defaultdict(list)
    for line in subprocess.run(["nm", "-S", "--defined-only", library], check=True, capture_output=True, text=True).stdout.splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] in "tTwW":
            found[pattern(fields[3])].append(int(fields[1], 16))
    return found


def main():
    libraries = [Path(name).resolve() for name in sys.argv[1:]]
    if not libraries:
        sys.exit(__doc__)
    all_sizes = [sizes(library) for library in libraries]
    chosen = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            for library, of in zip(libraries, all_sizes):
                in_use = sorted(run_case(case, library, folder))
                chosen.update(dict.fromkeys(name for name in in_use if name in of and sum(of[name]) - max(of[name]) <= BESIDES))
    SCRIPT.write_text(HEAD + "".join("    . = ALIGN(64); *(.text.%s)\n" % name for name in chosen) + TAIL)
    for library, of in zip(libraries, all_sizes):
        found = [sum(of[name]) for name in chosen if name in of]
        print("%s: %d functions, %d KiB" % (library, len(found), sum(found) // 1024))


if __name__ == "__main__":
    main()
