"""The runner of the tests: its last line counts everything, also a test that ends the process it runs in."""
import subprocess
import sys

import pytest

from support.paths import TESTS

CONFTEST = """
from support.workers import ByFile
def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)
"""
# Each file begins and ends with a test that passes: what comes after a crash is run.
FILES = {
    "test_one.py": "import os\ndef test_before(): pass\ndef test_crash(): os._exit(3)\ndef test_after(): pass\n",
    "test_two.py": "import pytest, time\ndef test_before(): pass\n@pytest.mark.timeout(1)\ndef test_late(): time.sleep(60)\ndef test_fails(): assert False\n"
                   "@pytest.mark.skip(reason='not now')\ndef test_skipped(): pass\ndef test_after(): pass\n",
    "test_three.py": "import os, pytest, signal\npytestmark = pytest.mark.alone\n@pytest.fixture\ndef broken(): raise OSError\n"
                     "def test_before(): pass\ndef test_killed(): os.kill(os.getpid(), signal.SIGKILL)\ndef test_error(broken): pass\ndef test_after(): pass\n",
    "test_four.py": "import os\ndef test_only(): os._exit(0)\n",
}

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    for name, text in {**FILES, "conftest.py": CONFTEST}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def last_line(*options, expect):
    done = subprocess.run([sys.executable, TESTS / "suite.py", "--only", "pytest", *options], capture_output=True, text=True)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


def test_everything_is_counted(folder):
    assert last_line("--door", folder, expect=1) == "6 passed, 6 failed, 1 skipped"


def test_some_by_name(folder):
    assert last_line("--door", folder, "-k", "before", expect=0) == "3 passed, 0 failed"


def test_nothing_is_no_success(folder):
    assert last_line("--door", folder, "-k", "no_such_test", expect=1) == "0 passed, 0 failed"


def test_a_folder_that_is_not_there(tmp_path):
    assert last_line("--door", tmp_path / "nowhere", expect=1).startswith("0 passed, ")
