#!/usr/bin/env bash
# scripts/setup.sh demo|tests|dist: installs what the demo, the tests, or the tests of the files to hand out need of the system and do
# not find: by apt, as root. It says beforehand what it installs and why; where it cannot, it says what is missing. The library itself
# needs only Rust and a C compiler.
set -euo pipefail
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)

packages=() reasons=()
# need PACKAGE REASON COMMAND...: the package is missing when the command fails.
need() {
    local package=$1 reason=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    packages+=("$package")
    reasons+=("$(printf '  %-13s %s' "$package" "$reason")")
}
is_root() { [ "$(id -u)" -eq 0 ]; }

need gcc "compiles the C programs and links the library" command -v cc
need make "runs the Makefile" command -v make
need pkg-config "tells a C program's build where the library is" command -v pkg-config
need cmake "builds the C examples by find_package(taos)" command -v cmake
need python3 "runs the Python programs" command -v python3
need python3-venv "keeps their packages in target/" python3 -c 'import venv, ensurepip'

# A nightly Rust with Miri and the standard library's source, about 800 MB. Only `rustup run nightly` uses it: the default
# toolchain, and the components of the others, stay what they are.
nightly() {
    command -v rustup >/dev/null || return 0
    local sysroot default
    if rustup run nightly cargo miri --version >/dev/null 2>&1; then
        sysroot=$(rustup run nightly rustc --print sysroot)
        if [ -e "$sysroot/lib/rustlib/src" ]; then return 0; fi
    fi
    local install=(rustup toolchain install nightly --no-self-update --profile minimal --component miri --component rust-src)
    if ! is_root; then
        echo "There is no nightly Rust with Miri and rust-src: tests/miri and tests/tsan will be skipped. To have it: ${install[*]}"
        return 0
    fi
    echo "Installing a nightly Rust beside the others (about 800 MB) for tests/miri and tests/tsan; the default toolchain stays."
    # The first toolchain of a rustup that has no default one would become it.
    default=$(rustup default 2>/dev/null || true)
    "${install[@]}" >/dev/null 2>&1 || echo "That failed: tests/miri and tests/tsan will be skipped. By hand: ${install[*]}"
    if [ -z "$default" ]; then rustup default none >/dev/null 2>&1 || true; fi
}

case ${1:-} in
demo) ;;
tests)
    need g++ "compiles the C++ programs and the fuzzers" command -v c++
    nightly
    ;;
dist)
    need qemu-user "runs what is for aarch64" command -v qemu-aarch64
    need g++-aarch64-linux-gnu "compiles the C++ programs for it" command -v aarch64-linux-gnu-g++
    need debian-archive-keyring "vouches for the C libraries and the Python for it" test -e /usr/share/keyrings/debian-archive-keyring.gpg
    need musl "runs what is for musl" test -e "/lib/ld-musl-$(uname -m).so.1"
    need rpm "installs the .rpm files" command -v rpm
    need cpio "takes the files out of those for other machines" command -v cpio
    ;;
*)
    echo "usage: $0 demo|tests|dist" >&2
    exit 2
    ;;
esac

# What the tests of the files to hand out have of Debian's arm64 packages, in a folder of its own (74 MB).
arm64() {
    [ "$1" != dist ] || "$here/arm64_root.sh" "${CARGO_TARGET_DIR:-$here/../target}/arm64"
}
if [ ${#packages[@]} -eq 0 ]; then
    arm64 "$1"
    exit
fi
if ! is_root || ! command -v apt-get >/dev/null; then
    echo "Missing, by Debian's names; please install them:" >&2
    printf '%s\n' "${reasons[@]}" >&2
    exit 1
fi
echo "Installing by apt-get:"
printf '%s\n' "${reasons[@]}"
export DEBIAN_FRONTEND=noninteractive
# The list of packages may never have been fetched on a bare machine.
apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null
arm64 "$1"
