"""The workflows, of the CI and of releases: what they do is a make target, and actionlint has nothing against them."""
import os
import re
import shutil
import subprocess

import pytest

from support.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
# What prepares a machine is no make target.
PREPARES = r'rustup toolchain install "\$\(make -s print-msrv\)" .*'


def test_steps_are_make_targets():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    steps = [step for path in WORKFLOWS for step in re.findall(r"^ *- run: (.*)$", path.read_text(), re.M)]
    assert len(steps) >= 5
    for step in steps:
        made = re.fullmatch(r'(?:sudo -E env "PATH=\$PATH" )?make ([a-z-]+)', step)
        assert made and made.group(1) in targets or re.fullmatch(PREPARES, step), step


def test_steps_are_one_line():
    """A script in a workflow is run by nobody but the CI."""
    assert [path for path in WORKFLOWS if re.search(r"run: *[|>]", path.read_text())] == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not shutil.which("go"), reason="go is not installed")
def test_actionlint(tmp_path):
    build = subprocess.run(["go", "install", ACTIONLINT], env={**os.environ, "GOBIN": str(tmp_path), "GOFLAGS": "-mod=mod"}, cwd=tmp_path, capture_output=True, text=True)
    if build.returncode:
        pytest.skip("actionlint cannot be had: " + build.stderr.strip()[-200:])
    done = subprocess.run([tmp_path / "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", *WORKFLOWS], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stdout, done.stdout + done.stderr
