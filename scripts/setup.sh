#!/usr/bin/env bash
# Installs what the C examples' builds, the demo and the tests need of the system, where it is missing: as root, by apt.
# Where that cannot be done it says what is missing. The library itself needs only Rust and a C compiler.
set -euo pipefail

packages=()
missing() { packages+=("$1"); }

command -v cc >/dev/null || missing gcc
command -v c++ >/dev/null || missing g++
command -v make >/dev/null || missing make
command -v pkg-config >/dev/null || missing pkg-config
command -v cmake >/dev/null || missing cmake
command -v ninja >/dev/null || missing ninja-build
command -v python3 >/dev/null || missing python3
python3 -c 'import venv, ensurepip' 2>/dev/null || missing python3-venv

# For the tests that ThreadSanitizer watches, which are skipped without it.
if command -v rustup >/dev/null && [ ! -e "$(rustc --print sysroot)/lib/rustlib/src" ]; then
    rustup component add rust-src >/dev/null 2>&1 || echo "missing: rustup component add rust-src (for tests/tsan)" >&2
fi

# For tests/miri, which are skipped without it: a nightly compiler of its own, which nothing else uses.
if command -v rustup >/dev/null && ! rustup run nightly cargo miri --version >/dev/null 2>&1; then
    rustup toolchain install nightly --no-self-update --profile minimal --component miri --component rust-src >/dev/null 2>&1 ||
        echo "missing: rustup toolchain install nightly --component miri --component rust-src (for tests/miri)" >&2
fi

if [ ${#packages[@]} -eq 0 ]; then exit 0; fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing: ${packages[*]} (as Debian calls them); please install them" >&2
    exit 1
fi
echo "installing ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
# The list of packages may never have been fetched on a bare machine.
apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null
