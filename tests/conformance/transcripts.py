"""What a probe has printed beside what it printed with the native client."""
import difflib
from collections import Counter


def transcript(text):
    """{section: [lines]}"""
    out, section = {}, None
    for line in text.splitlines():
        if line == "== end":
            continue
        if line.startswith("== "):
            section = line[3:]
            out[section] = []
        else:
            out.setdefault(section, []).append(line)
    return out


def compare(want, got, admitted):
    """The lines of a section: those that are missing are the admitted ones, all of them, and more was printed only in their place."""
    changes = [op for op in difflib.SequenceMatcher(None, want, got, autojunk=False).get_opcodes() if op[0] != "equal"]
    missing = [line for _, i, j, _, _ in changes for line in want[i:j]]
    extra = [line for _, _, _, i, j in changes for line in got[i:j]]
    inserted = [line for op, _, _, i, j in changes if op == "insert" for line in got[i:j]]
    difference = "\n".join(difflib.unified_diff(want, got, "native", "here", lineterm="", n=1))
    assert not any(line.startswith("!!") for line in extra), difference
    assert Counter(missing) == Counter(admitted), difference
    assert not inserted, difference
