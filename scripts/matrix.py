#!/usr/bin/env python3
"""Writes docs/functions.md: every function of the C interface, and what it does in this library.

    python3 scripts/matrix.py            # make matrix

What there must be is the list docs/abi.csv; what there is, src/capi says itself, in a line of each exported function's
documentation:

    /// Here: works | local | not supported | not supported yet [- why, or ", except ..."]

Fails when a function of the list is not exported, when one is exported that the list does not have, and when one does
not say what it does: the table cannot be out of date without somebody noticing."""
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "capi"
LIST = ROOT / "docs" / "abi.csv"
TABLE = ROOT / "docs" / "functions.md"

# What a function may do, and what that means; the counts come in this order.
KINDS = {
    "works": "does what the native client's does, with the server",
    "local": "does what the native client's does, without asking the server",
    "not supported yet": "answers an error that says so; comes in a later version",
    "not supported": "answers an error that says so; the WebSocket interface cannot do it",
}
# The Java Native Interface's entry points in the native libtaos.so.
JNI_FUNCTIONS = 69

EXPORTED = re.compile(r'pub (?:unsafe )?extern "C" fn (\w+)')
HERE = re.compile(r"Here:\s*(%s)(?:(?: -|,)\s+(.+))?$" % "|".join(sorted(KINDS, key=len, reverse=True)))


class Mistake(Exception):
    """Something the table cannot be made of."""


def exported(text):
    """(name, documentation) of each function that a source file exports."""
    doc, no_mangle = [], False
    for line in map(str.strip, text.splitlines()):
        function = EXPORTED.match(line)
        if line.startswith("///"):
            doc.append(line[3:].strip())
        elif line.startswith("#["):
            no_mangle = no_mangle or "no_mangle" in line
        else:
            if function and no_mangle:
                yield function.group(1), doc
            doc, no_mangle = [], False


def here(name, doc):
    """(kind, why) of a function. The line may go on in the next ones, up to an empty one."""
    paragraphs = " ".join(line or "\n" for line in doc).split("\n")
    said = [HERE.match(p.strip()) for p in paragraphs if p.strip().startswith("Here:")]
    if len(said) != 1 or not said[0]:
        raise Mistake("%s: its documentation must have one line `Here: %s`, with ` - why` where there is something to say" % (name, " | ".join(KINDS)))
    return said[0].group(1), said[0].group(2) or ""


def read_source():
    found = {}
    for file in sorted(SOURCE.rglob("*.rs")):
        for name, doc in exported(file.read_text(encoding="utf-8")):
            found[name] = here(name, doc)
    return found


def read_list():
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compare(listed, found):
    names = {row["function"] for row in listed}
    missing, unknown = sorted(names - set(found)), sorted(set(found) - names)
    if missing:
        raise Mistake("src/capi does not export: " + ", ".join(missing))
    if unknown:
        raise Mistake("src/capi exports what docs/abi.csv does not list: " + ", ".join(unknown))


def table(listed, found):
    counts = {kind: sum(row[0] == kind for row in found.values()) for kind in KINDS}
    newer = sum(row["in_taos_h"] != "yes" for row in listed)
    lines = [
        "# What each function does here",
        "",
        "Written from the source by `make matrix`; do not edit.",
        "",
        "The C interface has %d functions: the %d of TDengine 3.3.7.5's `taos.h`, and %d, marked †, that other versions of it or"
        % (len(listed), len(listed) - newer, newer),
        "their users have besides. All are exported, so every program finds the names it links with or looks up.",
        "",
        "| | functions | |",
        "|---|---:|---|",
    ]
    lines += ["| %s | %d | %s |" % (kind, counts[kind], meaning) for kind, meaning in KINDS.items() if counts[kind]]
    lines += ["", "*Used by* names the programs and connectors whose source calls the function: what they need is in the table."]
    chapter = None
    for row in listed:
        if row["chapter"] != chapter:
            chapter = row["chapter"]
            lines += ["", "## " + chapter, "", "| function | here | why | used by |", "|---|---|---|---|"]
        kind, why = found[row["function"]]
        mark = "" if row["in_taos_h"] == "yes" else " †"
        lines.append("| `%s`%s | %s | %s | %s |" % (row["function"], mark, kind, why.replace("|", "\\|"), row["used_by"]))
    lines += [
        "",
        "## Not in this table",
        "",
        "The native `libtaos.so` also carries the %d `Java_com_taosdata_jdbc_*` functions of the JDBC driver's native mode. They" % JNI_FUNCTIONS,
        "are not exported here yet and come in a later version. That driver's WebSocket mode needs no library at all.",
        "",
        "`taos_subscribe`, `taos_consume`, `taos_unsubscribe` and `tmq_get_raw_meta`, which some connectors still look for, left the",
        "interface with TDengine 2 and 3.0; they find them missing, as with the native client.",
    ]
    return "\n".join(lines) + "\n"


def main():
    try:
        listed, found = read_list(), read_source()
        compare(listed, found)
        TABLE.write_text(table(listed, found), encoding="utf-8")
    except Mistake as mistake:
        print("matrix: %s" % mistake, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
