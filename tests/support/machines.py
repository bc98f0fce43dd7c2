"""Programs for other machines than this one: TAOS_TEST_MACHINE names one of those for which files are handed out, by its name in
dist/targets.py. The C programs of the tests are then compiled for it by zig, against its libtaos.so, and run by what this machine
has for that: qemu, and the loader of musl. The servers stay this machine's own."""
import os
import platform
import shlex
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .paths import ROOT, TARGET

sys.path.insert(0, str(ROOT / "dist"))
import targets  # noqa: E402
import tools  # noqa: E402

# The libraries and the Python of a Debian of arm64, as scripts/arm64_root.sh unpacks them.
ARM64 = TARGET / "arm64"


@dataclass(frozen=True)
class Machine:
    target: targets.Target

    @property
    def name(self):
        return self.target.name

    @property
    def is_emulated(self):
        return self.target.arch != platform.machine()

    def is_by_gcc(self, suffix):
        """zig's C++ library brings an unwinder of its own into the program, and glibc ends threads by gcc's."""
        return suffix == ".cc" and self.target.libc == "glibc"

    def runner(self, suffix=".c"):
        """The words in front of a program that was made of such a file: gcc's programs need the libraries that came with it."""
        libraries = "/usr/%s" % self.target.multiarch if self.is_by_gcc(suffix) else str(ARM64)
        return ["qemu-" + self.target.arch, "-L", libraries] if self.is_emulated else []

    @property
    def slower(self):
        """How many times longer than on a machine of its own a program may take."""
        return 10 if self.is_emulated else 1

    def missing(self):
        """What cannot be had here of what running its programs takes, or None."""
        if self.is_emulated:
            if not shutil.which(self.runner()[0]):
                return self.runner()[0] + " is not installed (scripts/setup.sh dist)"
            if not (ARM64 / "complete").exists():
                return "the libraries of an arm64 Debian are not there (scripts/setup.sh dist)"
        elif self.target.libc == "musl" and not Path("/lib/ld-musl-%s.so.1" % self.target.arch).exists():
            return "musl is not installed (scripts/setup.sh dist)"
        return None

    def compiler(self, suffix):
        """zig's, which warns of other things than the compilers of this machine, who see the programs, too; or gcc's."""
        if self.is_by_gcc(suffix):
            return [self.target.multiarch + "-g++", "-std=c++17"]
        libc = {"glibc": "gnu.%d.%d" % targets.GLIBC, "musl": "musl"}[self.target.libc]
        language = ["c++", "-std=c++17"] if suffix == ".cc" else ["cc", "-std=c11"]
        return [zig(), "-m", "ziglang", *language, "-target", "%s-linux-%s" % (self.target.arch, libc), "-dynamic", "-fno-sanitize=undefined", "-w"]

    def runnable(self, program, suffix):
        """What runs the program: itself, or a script beside it."""
        runner = self.runner(suffix)
        if not runner:
            return program
        script = program.with_name(program.name + ".sh")
        script.write_text("#!/bin/sh\nexec %s %s \"$@\"\n" % (shlex.join(runner), shlex.quote(str(program))))
        script.chmod(0o755)
        return script


@cache
def zig():
    """The Python that has it, in the version that the library is linked with."""
    return tools.zig() / "python"


CHOSEN = Machine(targets.TARGETS[os.environ["TAOS_TEST_MACHINE"]]) if os.environ.get("TAOS_TEST_MACHINE") else None
