"""What systems the library is handed out for. All names that a system has, here and with others, are in this table."""
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def of_cargo_toml(key):
    return re.search(r'^%s = "([^"]+)"' % key, (ROOT / "Cargo.toml").read_text(), re.M).group(1)


VERSION = of_cargo_toml("version")
# The oldest C libraries that the files run with: Debian 10, RHEL 8, Ubuntu 20.04; Alpine 3.13.
GLIBC = (2, 28)
MUSL = (1, 2)


@dataclass(frozen=True)
class Target:
    arch: str  # the kernel's name, and rpm's and the wheels'
    libc: str
    go_arch: str  # Go's name, which nfpm takes and Debian's packages have
    environment: str  # Rust's name of the C library

    @property
    def name(self):
        return "%s-%s" % (self.arch, self.libc)

    @property
    def triple(self):
        return "%s-unknown-linux-%s" % (self.arch, self.environment)

    @property
    def multiarch(self):
        """The name of Debian's folder for such libraries."""
        return "%s-linux-%s" % (self.arch, self.environment)

    @property
    def for_zig(self):
        """The triple, with the version of glibc to link for."""
        return self.triple + (".%d.%d" % GLIBC if self.libc == "glibc" else "")

    @property
    def wheel_tag(self):
        kind, version = ("manylinux", GLIBC) if self.libc == "glibc" else ("musllinux", MUSL)
        return "py3-none-%s_%d_%d_%s" % (kind, *version, self.arch)


TARGETS = {target.name: target for target in [
    Target("x86_64", "glibc", "amd64", "gnu"),
    Target("aarch64", "glibc", "arm64", "gnu"),
    Target("x86_64", "musl", "amd64", "musl"),
    Target("aarch64", "musl", "arm64", "musl"),
]}
