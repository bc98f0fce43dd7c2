"""A clone of this repository is all that building and testing need."""
import re

from support.paths import ROOT

OUTSIDE = re.compile(r"\.\./shared\b|(?<![\w.])/(?:work|root|home/\w+)/")
SKIPPED = {".git", "target", "fixtures", "cassettes", "__pycache__", ".pytest_cache"}


def sources(folder):
    for path in folder.iterdir():
        if path.name in SKIPPED or path.is_symlink():
            continue
        if path.is_dir():
            yield from sources(path)
        else:
            yield path


def test_no_path_leads_outside():
    """No file names a place outside the repository, of this machine or of another."""
    found = []
    for path in sources(ROOT):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += ["%s: %s" % (path.relative_to(ROOT), line.strip()[:100]) for line in text.splitlines() if OUTSIDE.search(line)]
    assert [line for line in found if not line.startswith("tests/install/test_stands_alone.py")] == []
