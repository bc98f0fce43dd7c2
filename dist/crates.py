"""The crates that are in a file: by Cargo's own account, for the SBOM and the licences."""
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from targets import ROOT
from tools import run

LICENCE = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.I)


@dataclass(frozen=True)
class Crate:
    name: str
    version: str
    licence: str
    repository: str
    checksum: str  # SHA-256 of the crate's file at crates.io; none for those of this project
    folder: Path

    @property
    def is_own(self):
        return not self.checksum

    def texts(self):
        """The files of the licences and notices that the crate brings."""
        return sorted(path for path in self.folder.iterdir() if path.is_file() and LICENCE.match(path.name) and path.suffix not in (".rs", ".toml"))


@lru_cache(maxsize=None)
def known():
    """All crates of Cargo.lock, by name and version."""
    lock = (ROOT / "Cargo.lock").read_text()
    sums = {(name, version): checksum for name, version, checksum in re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([0-9a-f]+)"', lock)}
    metadata = json.loads(run("cargo", "metadata", "--locked", "--format-version", "1"))
    return {(crate["name"], crate["version"]): Crate(crate["name"], crate["version"], crate["license"] or "", crate["repository"] or "",
                                                     sums.get((crate["name"], crate["version"]), ""), Path(crate["manifest_path"]).parent)
            for crate in metadata["packages"]}


@lru_cache(maxsize=None)
def linked(packages, triple):
    """The crates whose code is in what these packages of the workspace become; and for each, those it uses."""
    edges = {}
    path = []
    for package in packages:
        for line in run("cargo", "tree", "--locked", "-p", package, "-e", "normal,no-proc-macro", "--target", triple, "--prefix", "depth", "--no-dedupe", "--format", " {p}").splitlines():
            depth, name, version = re.match(r"(\d+) (\S+) v(\S+)", line).groups()
            crate = known()[name, version]
            del path[int(depth):]
            if path:
                edges[path[-1]].add(crate)
            edges.setdefault(crate, set())
            path.append(crate)
    return edges
