"""The recordings agree with each other, and the replay server notices a client's mistakes."""
import subprocess
import sys

from support.paths import CONFORMANCE


def test_fixtures():
    done = subprocess.run([sys.executable, CONFORMANCE / "check_fixtures.py"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.endswith(" 0 bad\n"), done.stdout


def test_replay_server():
    done = subprocess.run([sys.executable, CONFORMANCE / "replay" / "badclient.py"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
