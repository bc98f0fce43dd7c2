"""Every crate that is built has a licence that deny.toml allows: what `cargo deny check licenses` says, without cargo-deny."""
import json
import re
import subprocess

import pytest

from support.paths import ROOT

tomllib = pytest.importorskip("tomllib")  # Python 3.11

DENY = tomllib.loads((ROOT / "deny.toml").read_text())["licenses"]


def is_allowed(expression, allowed):
    """Of an SPDX expression: AND binds closer than OR, `/` is an old way to write OR."""
    tokens = re.findall(r"\(|\)|[^()\s]+(?: WITH [^()\s]+)?", expression.replace("/", " OR "))

    def either(at):
        good, at = both(at)
        while at < len(tokens) and tokens[at] == "OR":
            other, at = both(at + 1)
            good = good or other
        return good, at

    def both(at):
        good, at = one(at)
        while at < len(tokens) and tokens[at] == "AND":
            other, at = one(at + 1)
            good = good and other
        return good, at

    def one(at):
        if tokens[at] == "(":
            good, at = either(at + 1)
            assert tokens[at] == ")"
            return good, at + 1
        return tokens[at] in allowed, at + 1

    good, end = either(0)
    assert end == len(tokens), expression
    return good


def crates():
    done = subprocess.run(["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [crate for crate in json.loads(done.stdout)["packages"] if crate["source"]]


def test_expressions():
    assert is_allowed("(MIT OR GPL-2.0) AND ISC", ["MIT", "ISC"]) and is_allowed("GPL-2.0/MIT", ["MIT"])
    assert not is_allowed("MIT AND GPL-2.0", ["MIT"]) and not is_allowed("Apache-2.0 WITH X", ["Apache-2.0"])


def test_licences():
    exceptions = {exception["crate"]: exception["allow"] for exception in DENY["exceptions"]}
    found = crates()
    assert len(found) > 50
    refused = ["%s: %s" % (crate["name"], crate["license"]) for crate in found
               if not is_allowed(crate["license"] or "none", DENY["allow"] + exceptions.get(crate["name"], []))]
    assert refused == []
    assert all("registry+" in crate["source"] for crate in found)


def test_exceptions_are_for_the_build_only():
    """What is allowed for one crate is not linked into the library."""
    done = subprocess.run(["cargo", "tree", "--locked", "-p", "libtaos", "-e", "normal", "--prefix", "none"], cwd=ROOT, capture_output=True, text=True, check=True)
    linked = {line.split()[0] for line in done.stdout.splitlines() if line}
    assert "tokio" in linked
    assert [exception["crate"] for exception in DENY["exceptions"] if exception["crate"] in linked] == []
