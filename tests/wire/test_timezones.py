"""In which time zone the server takes each statement: that of the connection, or else that of the process's options."""
import pytest

from support.cc import compile_c
from support.programs import run
from wire.scripted import Adapter, ScriptedServer

TIMEZONE = 1  # TSDB_OPTION_CONNECTION_TIMEZONE


def zones(seen):
    """{statement: zone in force when it arrived}; a zone that was reset counts as None."""
    zone, out = None, {}
    for action, args in seen:
        if action == "conn":
            zone = args.get("tz")
        elif action == "options_connection":
            for option in args["options"]:
                zone = option["value"] if option["option"] == TIMEZONE else zone
        elif action == "binary_query":
            out[args["sql"].decode().split()[1]] = zone
    return out


def test_zone_of_each_statement():
    with ScriptedServer(Adapter()) as server:
        run(compile_c("wire/timezones.c"), "127.0.0.1", server.port)
    seen = zones(server.seen)
    assert [seen[name] for name in ("first", "second", "third", "fourth")] == ["Asia/Shanghai", "America/New_York", "Europe/Oslo", "Europe/Oslo"]
    assert seen["fifth"] in ("UTC", None)


@pytest.mark.parametrize("value, zone", [
    ("Europe/Berlin", "Europe/Berlin"), (":Europe/Berlin", "Europe/Berlin"), ("/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
    (":/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"), ("", "UTC")])
def test_the_programs_own_variable(value, zone):
    """TZ, as the C library reads it."""
    with ScriptedServer(Adapter()) as server:
        run(compile_c("wire/settings.c"), "connect", "127.0.0.1:%d" % server.port, env={"TZ": value})
    assert server.actions("conn")[0]["tz"] == zone
