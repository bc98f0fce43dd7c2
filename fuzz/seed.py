#!/usr/bin/env python3
"""Copies recorded traffic to where a fuzzer starts from: seed.py TARGET FOLDER. What is not recorded is in corpus/."""
import base64
import hashlib
import json
import sys
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "conformance" / "fixtures"
LONGEST = 4096  # what fuzzers are given: more is slower, and nothing else


def raw_block():
    for file in FIXTURES.glob("blocks/*.bin"):
        yield file.read_bytes()


def tmq_message():
    for file in FIXTURES.glob("tmq/*.bin"):
        yield file.read_bytes()


def received(kind, paths_wanted=("/ws",)):
    """What servers have sent, one line of each form."""
    forms = set()
    for file in sorted(FIXTURES.glob("wire/*.jsonl")):
        paths = {}
        for line in map(json.loads, file.read_text().splitlines()):
            if line["kind"] == "open":
                paths[line["conn"]] = line["path"]
            if line["dir"] == "s2c" and line["kind"] == kind and paths.get(line["conn"]) in paths_wanted:
                data = base64.b64decode(line["b64"]) if kind == "binary" else line["data"].encode()
                form = form_of(data) if kind == "text" else (len(data) // 16, data[:1])
                if form not in forms:
                    forms.add(form)
                    yield data


def form_of(text):
    reply = json.loads(text)
    return tuple(sorted((key, type(value).__name__, bool(value)) for key, value in reply.items())), reply.get("action")


def binary_reply():
    return received("binary", ("/ws", "/rest/tmq"))


def json_reply():
    yield from received("text", ("/ws", "/rest/tmq"))
    for entry in json.loads((FIXTURES / "errors.json").read_text()):
        reply = entry.get("reply")
        if reply is not None:
            yield (reply if isinstance(reply, str) else json.dumps(reply)).encode()


def bind():
    for file in FIXTURES.glob("stmt2/*.bin"):
        yield file.read_bytes()


def main():
    target, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    recorded = globals().get(target) if target in ("raw_block", "binary_reply", "json_reply", "bind", "tmq_message") else None
    for data in recorded() if recorded else ():
        if len(data) <= LONGEST:
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


if __name__ == "__main__":
    main()
