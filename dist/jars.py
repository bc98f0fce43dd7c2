"""The jar `libtaos-ws`, of a platform each: the library, and a class that unpacks it."""
import shutil
from datetime import datetime, timezone

import tarballs
import tools
from targets import ROOT, VERSION
from tools import OUT, run, source_date


def make(target, built):
    for tool in ("javac", "jar"):
        if not shutil.which(tool):
            raise tools.Missing("%s is not installed: the jar needs a JDK, 17 or later" % tool)
    folder = OUT / "tree" / (target.name + "-jar")
    shutil.rmtree(folder, ignore_errors=True)
    run("javac", "--release", "8", "-Xlint:-options", "-d", folder, ROOT / "dist" / "java" / "libtaosws" / "LibTaos.java")
    shutil.copy(built.file("libtaos.so"), folder / "libtaosws")
    tarballs.add_licences(folder / "META-INF" / "licences", ("libtaos",), target.triple)
    file = OUT / ("libtaos-ws-%s-linux-%s.jar" % (VERSION, target.name))
    date = datetime.fromtimestamp(source_date(), timezone.utc).isoformat()
    run("jar", "--create", "--file", file, "--main-class", "libtaosws.LibTaos", "--date", date, "-C", folder, ".")
    return {file: ("libtaos",)}
