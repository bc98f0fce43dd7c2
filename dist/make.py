#!/usr/bin/env python3
"""Makes the files to hand out, under target/dist, each with its checksum and its bill of materials.

    python3 dist/make.py [--kind KIND]… [TARGET]…

TAOS_DIST names another folder. A target is one of the names that --help lists; without one, all are made. KIND is one of tarball,
package (.deb and .rpm), wheel, jar; without one, all."""
import argparse
import hashlib
import importlib
import os
import subprocess
import sys

import build
import tools
from targets import TARGETS


def checksum(file):
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_name(file.name + ".sha256").write_text("%s  %s\n" % (digest, file.name))


def make(target, kinds, compiled):
    import sbom
    built = compiled(target)
    for kind in kinds:
        for file, packages in importlib.import_module(KINDS[kind]).make(target, built).items():
            checksum(file)
            sbom.write(file, packages, target.triple)
            print("%-60s %8d bytes" % (file.name, file.stat().st_size), flush=True)


# The modules that make them; imported when they are needed, by the Python that has the tools.
KINDS = {"tarball": "tarballs", "package": "packages", "wheel": "wheels", "jar": "jars"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", choices=[[], *TARGETS], help=", ".join(TARGETS))
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--packed-only", dest="compiled", action="store_const", const=build.before, default=build.build, help="pack what was compiled before")
    parser.add_argument("--as-built", dest="compiled", action="store_const", const=build.of_release, help="pack what `make` has built, for this machine: to try packing")
    options = parser.parse_args()
    try:
        python = tools.packing() / "python"
        if os.path.realpath(sys.prefix) != os.path.realpath(python.parent.parent):
            # Once more, by the Python that has the tools.
            sys.exit(subprocess.run([str(python), *sys.argv]).returncode)
        for name in options.targets or TARGETS:
            make(TARGETS[name], options.kind or KINDS, options.compiled)
    except tools.Missing as missing:
        sys.exit("dist: %s" % missing)


if __name__ == "__main__":
    main()
