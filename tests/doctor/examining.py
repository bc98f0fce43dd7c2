"""Running taos-doctor, and reading what it says."""
import json
from dataclasses import dataclass

from support.paths import DOCTOR
from support.programs import run

# Of the table in `taos-doctor --help`.
CODES = {None: 0, "settings": 10, "look-up": 11, "connect": 12, "TLS": 13, "upgrade": 14, "version": 15, "login": 16, "database": 19, "ping": 20,
         "bench": 21, "loader": 22}


@dataclass
class Examined:
    """The steps that were taken, and what was said besides."""
    steps: list
    whole: dict
    text: str

    def of(self, name):
        return [step for step in self.steps if step["step"] == name]

    def one(self, name):
        found = self.of(name)
        assert len(found) == 1, self.text
        return found[0]

    @property
    def names(self):
        return [step["step"] for step in self.steps]


def examine(*args, fails=None, env=None, deadline=60):
    """`taos-doctor --json ARGS…`, whose first failure must be of the step `fails`; None for none."""
    done = run(DOCTOR, "--json", *args, expect=CODES[fails], env=env, deadline=deadline)
    whole = json.loads(done.out)
    assert (whole["first_failure"], whole["exit_code"]) == (fails, CODES[fails]), done.out
    for step in whole["steps"]:
        assert step["outcome"] in ("ok", "warning", "failure") and step["ms"] >= 0 and step["text"], step
    return Examined(whole["steps"], whole, done.out)


def failure(examined):
    """What is said of the first failure: its text, and what to do."""
    step = next(step for step in examined.steps if step["outcome"] == "failure")
    return step["text"], step["advice"] or ""
