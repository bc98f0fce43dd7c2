#!/usr/bin/env bash
# scripts/arm64_root.sh FOLDER: unpacks into FOLDER what a Debian of arm64 needs to run programs under qemu: both C libraries,
# gcc's unwinder and Python. By apt, with lists of its own, so that nothing of this system changes; root is not needed.
set -euo pipefail

folder=$1
packages=(libc6 libgcc-s1 musl python3)
keys=/usr/share/keyrings/debian-archive-keyring.gpg

[ "$(cat "$folder/complete" 2>/dev/null)" != "${packages[*]}" ] || exit 0
command -v apt-get >/dev/null && [ -e "$keys" ] || { echo "apt and debian-archive-keyring are needed to fetch Debian's arm64 packages" >&2; exit 1; }
rm -rf "$folder"
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/state/lists/partial "$work"/cache/archives/partial
: >"$work/state/status"
echo "deb [arch=arm64 signed-by=$keys] http://deb.debian.org/debian bookworm main" >"$work/sources.list"
apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "APT::Sandbox::User=$(id -un)"
    -o "Dir::State=$work/state" -o "Dir::State::status=$work/state/status" -o "Dir::Cache=$work/cache"
    -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Acquire::Languages=none)
"${apt[@]}" update
"${apt[@]}" install --yes --no-install-recommends --download-only "${packages[@]}" >/dev/null
for package in "$work"/cache/archives/*.deb; do
    dpkg-deb --extract "$package" "$folder"
done
echo "${packages[*]}" >"$folder/complete"
