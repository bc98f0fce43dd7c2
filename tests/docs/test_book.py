"""docs/ as the book that `make docs` makes of it: nothing is complained of, every page is there, and no link leads to nowhere."""
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from support.paths import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("mdbook"), reason="mdbook is not installed: cargo install mdbook --locked")


class Page(HTMLParser):
    """What a page links to, and what on it can be linked to."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.add(attributes.get("id"))
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    done = subprocess.run(["mdbook", "build", "--dest-dir", folder], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search(r"\b(WARN|ERROR)\b", done.stdout + done.stderr), done.stdout + done.stderr
    return folder


def test_every_page_is_there(book):
    wanted = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"SUMMARY"}
    assert wanted <= {path.stem for path in book.glob("*.html")}


def test_links_of_the_book(book):
    pages = {path.relative_to(book): Page(path) for path in book.rglob("*.html")}
    broken, seen = [], 0
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z+]+:", link) or name.name in ("404.html", "toc.html"):  # whose links depend on where they are shown
                continue
            seen += 1
            file, _, anchor = unquote(link).partition("#")
            target = Path(os.path.normpath(name.parent / file)) if file else name
            if not (book / target).exists() or anchor and target in pages and anchor not in pages[target].anchors:
                broken.append("%s: %s" % (name, link))
    assert broken == []
    assert seen > 100
