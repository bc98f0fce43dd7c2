#!/usr/bin/env bash
# Builds libtaos.so for Linux with glibc 2.28 or later (Debian 10, RHEL 8, Ubuntu 20.04), whatever glibc this machine has: zig
# brings the older one's symbols. It also needs no libgcc_s. The result is target/portable/libtaos.so.
set -euo pipefail
cd "$(dirname "$0")/.."

glibc=2.28
target=${CARGO_TARGET_DIR:-target}
tools=$target/zig
triple=$(rustc -vV | sed -n 's/^host: //p')
if [ ! -x "$tools/bin/cargo-zigbuild" ]; then
    "${PYTHON:-python3}" -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check ziglang==0.17.1 cargo-zigbuild==0.24.0
fi
PATH=$(realpath "$tools")/bin:$PATH cargo-zigbuild zigbuild --release -p libtaos --target "$triple.$glibc"

mkdir -p "$target/portable"
strip --strip-debug -o "$target/portable/libtaos.so" "$target/$triple/release/libtaos.so"
newest=$(readelf -V "$target/portable/libtaos.so" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
if [ "$(printf '%s\n' "$newest" "GLIBC_$glibc" | sort -V | tail -n 1)" != "GLIBC_$glibc" ]; then
    echo "target/portable/libtaos.so needs $newest, newer than $glibc" >&2
    exit 1
fi
echo "$target/portable/libtaos.so needs $newest; this machine has $(ldd --version | sed -n '1s/.* //p')"
