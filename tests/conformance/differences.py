"""What docs/differences.md admits: the lines of the native client's transcripts that are not reached.

A difference is a list item that starts with the section and the expected line, each in a code span (of two backticks when
the line itself has one), and may go on with the reason:

    - `01 connect_auth`: `connect_auth: connected` — the reason
    - ``01 load_table_info``: ``load "`t`": rc=0x00000000`` — the reason
    - `java 07 precision`: `us: year 55840` — the reason

Each item stands for one line of conformance/expected/; where it begins with `java`, of conformance/java/expected/."""
import re

from support.paths import ROOT

FILE = ROOT / "docs" / "differences.md"
ITEM = re.compile(r"^- (`+)((?:java )?\d\d) ([\w-]+)\1: (`+) ?(.*?) ?\4(?!`)", re.M)


def admitted():
    """{(area, section): [expected lines]}; an area of Java is "java 07"."""
    out = {}
    for _, area, section, _, line in ITEM.findall(FILE.read_text() if FILE.exists() else ""):
        out.setdefault((area, section), []).append(line)
    return out
