"""Running wire/ask.c against a scripted server, and reading what it tells."""
import codecs
import re
from dataclasses import dataclass, field

from support.cc import compile_c
from support.programs import run
from wire.scripted import Adapter, ScriptedServer


def unescape(text):
    """The bytes of an escaped cell."""
    return codecs.escape_decode(text.encode(errors="surrogateescape"))[0]


def cells(line):
    """The cells of a row: text, or 0x… for bytes that are no text, or None for NULL."""
    out = []
    for cell in line.split("\t"):
        value = None if cell == "\\N" else unescape(cell)
        try:
            out.append(value if value is None else value.decode())
        except UnicodeDecodeError:
            out.append("0x" + value.hex())
    return tuple(out)


@dataclass
class Step:
    """connect, query or end: what came of it, and how long it took."""
    said: str
    code: int
    ms: int
    text: str


@dataclass
class Told:
    """All that a caller could see."""
    connect: Step = None
    query: Step = None
    end: Step = None
    fields: list = field(default_factory=list)
    shape: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)
    lengths: list = field(default_factory=list)
    prints: list = field(default_factory=list)
    blocks: list = field(default_factory=list)
    raw: list = field(default_factory=list)
    healthy: str = ""
    valgrind: str = ""

    @property
    def failure(self):
        """The step that failed: the one that carries an error code."""
        return next((step for step in (self.connect, self.query, self.end) if step and step.code), None)


def told(done):
    out = Told()
    for line in done.out.splitlines():
        key, _, rest = line.partition(": ")
        if key in ("connect", "query", "end"):
            said, code, ms, text = re.fullmatch(r"(\S+) code=(0x[0-9a-f]{8}) ms=(\d+) text=(.*)", rest).groups()
            setattr(out, key, Step(said, int(code, 16), int(ms), unescape(text).decode(errors="replace")))
        elif key == "fields":
            out.shape = {name: int(value) for name, value in (pair.split("=") for pair in rest.split())}
        elif key == "field":
            name, kind, width, same, precision, scale = rest.split("\t")
            assert same == "1", "taos_fetch_fields and taos_fetch_fields_e disagree: " + line
            out.fields.append({"name": unescape(name).decode(errors="surrogateescape"), "type": int(kind), "precision": int(precision), "scale": int(scale), "bytes": int(width)})
        elif key == "row":
            out.rows.append(cells(rest))
        elif key == "lengths":
            out.lengths.append([int(part) for part in rest.split()])
        elif key == "print":
            out.prints.append(unescape(rest))
        elif key == "block":
            out.blocks.append(int(rest.split("=")[1]))
        elif key == "raw":
            out.raw.append(bytes.fromhex(rest))
        elif key == "healthy":
            out.healthy = rest
        elif line.startswith("lengths:"):
            out.lengths.append([int(part) for part in line[8:].split()])
    return out


HEALTHY = "rows=3 code=0x00000000"


def ask(port, sql="select * from somewhere", way="row", settings="", deadline=30, valgrind=False, host="127.0.0.1"):
    """Asks the server on `port`; then a healthy server, from the same process, which must answer all its rows."""
    target, number = ("ws://%s:%d?%s" % (host, port, settings), 0) if settings else (host, port)
    with ScriptedServer(Adapter()) as healthy:
        out = told(run(compile_c("wire/ask.c"), target, number, sql, way, healthy.port, deadline=deadline, valgrind=valgrind))
    assert out.healthy == HEALTHY, out
    return out


def ask_script(script, **options):
    """The same, of a scripted server of this behaviour."""
    with ScriptedServer(script) as server:
        return ask(server.port, **options), server
