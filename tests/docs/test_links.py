"""What the documents lead to is there: files, headings, and each page in the book's table of contents."""
import re
from urllib.parse import unquote

import pytest

from support.paths import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "sandbox" / "README.md", *ROOT.glob("tests/**/README.md"), *ROOT.glob("benches/**/*.md")])
LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^()\s]+)\)")


def prose(path):
    """The text without code: what looks like a link there is none."""
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "`", text)


def anchors(path):
    """Of a page's headings, as GitHub and mdBook make them."""
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(), flags=re.M | re.S)
    headings = re.findall(r"^#+ +(.*?) *#*$", text, re.M)
    return {re.sub(r" ", "-", re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())) for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page):
    broken = []
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z+]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or anchor and file.suffix == ".md" and anchor not in anchors(file):
            broken.append(target)
    assert broken == []


def test_links_are_found():
    """The check sees what it is to check."""
    assert "docs/settings.md" in LINK.findall(prose(ROOT / "README.md"))
    assert "from-native" not in anchors(ROOT / "README.md") and "try-it" in anchors(ROOT / "README.md")


def test_the_book_has_every_page():
    listed = re.findall(r"\]\(([^)]+)\)", (ROOT / "docs" / "SUMMARY.md").read_text())
    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md") if page.name != "SUMMARY.md")
