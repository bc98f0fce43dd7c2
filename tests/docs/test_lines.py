"""Lines of prose are short enough to read in a terminal and in a diff."""
import re

import pytest

from docs.test_links import PAGES
from support.paths import ROOT

WIDTH = 120


def prose(path):
    """Lines outside of code, tables, and the list that conformance/differences.py reads: those cannot be broken."""
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(), flags=re.M | re.S)
    return [line for line in text.splitlines() if not re.match(r"\||    |- `(java )?\d\d ", line)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_lines(page):
    assert [line for line in prose(page) if len(line) > WIDTH] == []
