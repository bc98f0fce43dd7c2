"""The probes in Java, through the JDBC driver's native form: they print what they printed with the native client.

As for the probes in C (test_probes.py), a line that differs must stand in docs/differences.md, and what stands there must differ."""
import re
from functools import lru_cache

import pytest

from conformance.differences import admitted
from conformance.transcripts import compare, transcript
from support.java import PROBES, class_path, jni_warnings, missing, run_java, without_warnings
from support.servers import Replay, Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.skipif(missing() is not None, reason=str(missing()))]

# Area and class.
AREAS = {"01": "Connect", "02": "Statement", "03": "Types", "04": "Metadata", "05": "Prepared", "06": "Schemaless", "07": "Tmq", "08": "ReqId", "09": "Concurrency",
         "10": "Properties", "11": "Natives"}
# Not recorded (10, 11), or asked by several threads at once, whose order the recording cannot know (09).
OF_THE_SANDBOX = {"01", "09", "10", "11"}
# Where rows are taken one by one, these lines are not compared: with the native client they show what freed memory had in it, half a character
# of four bytes, binary values up to their first zero, or the identity of a Java object. The last of each area is in docs/differences.md.
NOT_BY_ROWS = {
    "02": r"old next|new next|rs next after stmt close|unicode literal row 0|too long sql",
    "03": r"\w+\.(vb|ge)|max\.vc|getBytes|varbinary row 0",
    "06": r"type changed",
}
OLDER = ["3.4.0", "3.2.11"]


def name(area):
    return "%s_%s" % (area, AREAS[area].lower())


def on_any_machine(text):
    """Without what depends on the machine: whether it has this locale, and that the recorded server listened on the default port of URLs."""
    return re.sub(r"^early \| setOptions\(0, \"en_US.*\n", "", text, flags=re.M).replace("[::1]:6030", "[::1]:PORT")


def expected(area, folder="expected"):
    return transcript(on_any_machine((PROBES / folder / (name(area) + ".txt")).read_text()))


def server(area):
    return Sandbox(pose="3.3.7.5.alpha") if area in OF_THE_SANDBOX else Replay("java/" + name(area))


class Run:
    """One area, in one JVM, as run.py of the recording started it."""

    def __init__(self, area, folder, classes, options=()):
        with server(area) as child:
            # Where a URL names no port, the recorded one was the default.
            (folder / "taos.cfg").write_text("firstEp 127.0.0.1:%d\nserverPort %d\ntimezone UTC\ncharset UTF-8\nlocale C.UTF-8\n" % (child.port, child.port))
            self.ended = run_java(classes, "probe.P%s%s" % (area, AREAS[area]), "127.0.0.1", child.port, options=["-Dprobe.cfg=%s" % folder, *options], deadline=170)
        self.sections = transcript(on_any_machine(without_warnings(self.ended.out)))


@pytest.fixture(scope="session")
def run_of(tmp_path_factory):
    @lru_cache(maxsize=None)
    def run(area, driver=None):
        folder = tmp_path_factory.mktemp("probe")
        if driver is None:
            return Run(area, folder, class_path("probes"))
        return Run(area, folder, class_path("programs-" + driver, "probes"), ["-Dprobe.props=batchfetch=false"])
    return run


EXPECTED = {area: expected(area) for area in AREAS}


@pytest.mark.parametrize("area, section", [pytest.param(area, section, id="%s %s" % (area, section)) for area in EXPECTED for section in EXPECTED[area]])
def test_section(run_of, area, section):
    compare(EXPECTED[area][section], run_of(area).sections.get(section, []), admitted().get(("java " + area, section), []))


@pytest.mark.parametrize("area", AREAS)
def test_end(run_of, area):
    """The JVM ends as it should, and -Xcheck:jni has nothing to say of the library's methods."""
    ended = run_of(area).ended
    assert ended.code == 0, ended.story
    assert not jni_warnings(ended.out), "".join(jni_warnings(ended.out))


@pytest.mark.parametrize("driver, area", [(driver, area) for driver in OLDER for area in NOT_BY_ROWS])
def test_row_by_row(run_of, driver, area):
    """Drivers up to 3.4.0 take rows one by one when their property batchfetch is false."""
    run = run_of(area, driver)
    for section, lines in expected(area, "expected-old/" + driver).items():
        want, got = ([line for line in some if not re.match(r"(%s):" % NOT_BY_ROWS[area], line)] for some in (lines, run.sections.get(section, [])))
        compare(want, got, [])
    assert run.ended.code == 0 and not jni_warnings(run.ended.out), run.ended.story


def test_hazards(tmp_path):
    """Calls that end a JVM with the native client: here each of its JVMs goes on to its end."""
    with Sandbox() as child:
        ended = run_java(class_path("probes"), "probe.P90Hazards", "127.0.0.1", child.port, options=["-Dprobe.cfg=%s" % tmp_path], deadline=170)
    exits = dict(re.findall(r"^([\w-]+) exit: (.*)$", ended.out, re.M))
    assert len(exits) == 23 and set(exits.values()) == {"0"}, ended.story
    assert not jni_warnings(ended.out), "".join(jni_warnings(ended.out))


def test_differences_name_sections_that_exist():
    known = {("java " + area, section) for area in EXPECTED for section in EXPECTED[area]}
    assert [key for key in admitted() if key[0].startswith("java") and key not in known] == []
