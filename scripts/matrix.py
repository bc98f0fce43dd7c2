#!/usr/bin/env python3
"""Writes docs/functions.md: every function of the C interface and every native method of the JDBC driver, and what it does
in this library.

    python3 scripts/matrix.py            # make matrix

What there must be is the list docs/abi.csv; what there is, src/capi and src/jni say themselves, in a line of each exported
function's documentation:

    /// Here: works | local | not supported | not supported yet [- why, or ", except ..."]

Fails when a function of the list is not exported, when one is exported that the list does not have, and when one does
not say what it does: the table cannot be out of date without somebody noticing."""
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [ROOT / "src" / "capi", ROOT / "src" / "jni"]
LIST = ROOT / "docs" / "abi.csv"
TABLE = ROOT / "docs" / "functions.md"

# What a function may do, and what that means; the counts come in this order.
KINDS = {
    "works": "does what the native client's does, with the server",
    "local": "does what the native client's does, without asking the server",
    "not supported yet": "answers an error that says so; comes in a later version",
    "not supported": "answers an error that says so; the WebSocket interface cannot do it",
}
# How docs/abi.csv marks what Java looks for.
JAVA = "java"
JAVA_PREFIX = "Java_com_taosdata_jdbc_"

EXPORTED = re.compile(r'pub (?:unsafe )?extern "C" fn (\w+)')
# Methods of Java stand in a block for their class, which gives them the names that Java looks for.
CLASS = re.compile(r'methods! \{ "(\w+)";')
METHOD = re.compile(r"fn (\w+)\(")
HERE = re.compile(r"Here:\s*(%s)(?:(?: -|,)\s+(.+))?$" % "|".join(sorted(KINDS, key=len, reverse=True)))


class Mistake(Exception):
    """Something the table cannot be made of."""


def exported(text):
    """(name, documentation) of each function that a source file exports."""
    doc, no_mangle, java_class = [], False, None
    for full in text.splitlines():
        line = full.strip()
        function, of_class = EXPORTED.match(line), CLASS.match(line)
        method = java_class and METHOD.match(line)
        if of_class:
            java_class = of_class.group(1)
        elif full == "}":
            java_class = None
        if method:
            yield "%s%s_%s" % (JAVA_PREFIX, java_class, method.group(1)), doc
            doc = []
        elif line.startswith("///"):
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
    for file in sorted(file for source in SOURCES for file in source.rglob("*.rs")):
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
        raise Mistake("the source does not export: " + ", ".join(missing))
    if unknown:
        raise Mistake("the source exports what docs/abi.csv does not list: " + ", ".join(unknown))


def table(listed, found):
    of_c = [row for row in listed if row["in_taos_h"] != JAVA]
    counts = {kind: sum(found[row["function"]][0] == kind for row in of_c) for kind in KINDS}
    newer = sum(row["in_taos_h"] != "yes" for row in of_c)
    lines = [
        "# What each function does here",
        "",
        "Written from the source by `make matrix`; do not edit.",
        "",
        "The C interface has %d functions: the %d of TDengine 3.3.7.5's `taos.h`, and %d, marked †, that other versions of"
        % (len(of_c), len(of_c) - newer, newer),
        "it or their users have besides. All are exported, so every program finds the names it links with or looks up. Behind",
        "them come the %d native methods of TDengine's JDBC driver, versions 3.0 to 3.9, in its native form `jdbc:TAOS://`." % (len(listed) - len(of_c)),
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
        mark = " †" if row["in_taos_h"] == "no" else ""
        name = row["function"].removeprefix(JAVA_PREFIX).rpartition("_")[2] if row["in_taos_h"] == JAVA else row["function"]
        lines.append("| `%s`%s | %s | %s | %s |" % (name, mark, kind, why.replace("|", "\\|"), row["used_by"]))
    lines += [
        "",
        "## Not in this table",
        "",
        "`subscribeImp`, `consumeImp` and `unsubscribeImp`, which JDBC drivers before 3.1 declare, are subscriptions of",
        "TDengine 2, and missing natively, too.",
        "",
        "`taos_subscribe`, `taos_consume`, `taos_unsubscribe` and `tmq_get_raw_meta`, which some connectors still look for,",
        "left the interface with TDengine 2 and 3.0; they find them missing, as with the native client.",
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
