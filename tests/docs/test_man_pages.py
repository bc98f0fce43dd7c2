"""The man pages written by hand name what there is."""
import re
import shutil
import subprocess

import pytest

from support.paths import ROOT, SANDBOX

PAGES = sorted((ROOT / "docs" / "man").glob("*.[17]"))


def text(name):
    return (ROOT / "docs" / "man" / name).read_text().replace("\\-", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_can_be_read(page):
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", page], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "SEE ALSO" in re.sub(".\b", "", done.stdout)  # bold is a letter, a backspace and the letter


def test_there_are_pages():
    assert [page.name for page in PAGES] == ["libtaos.7", "taos-sandbox.1"]


def test_options_of_the_sandbox():
    """Each of `--help`, and no other."""
    shown = subprocess.run([SANDBOX, "--help"], capture_output=True, text=True, check=True).stdout
    in_page = {option for line in text("taos-sandbox.1").splitlines() if re.match(r"\.BI? --", line) for option in re.findall(r"--[a-z-]+", line)}
    assert in_page == set(re.findall(r"^  (--[a-z-]+)", shown, re.M))


def test_variables_of_the_library():
    """Each is a setting's, by the table of docs/settings.md."""
    settings = set(re.findall(r"`(TAOS_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    named = set(re.findall(r"TAOS_[A-Z_]+", text("libtaos.7")))
    assert len(named) > 8 and named <= settings, named - settings
