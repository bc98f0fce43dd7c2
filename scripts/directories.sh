#!/usr/bin/env bash
# For `make install` and `make uninstall`, which leaves a system as it was:
#   directories.sh make RECORD DIRECTORY...   makes them, and writes into the file RECORD (none if empty) which were not there
#   directories.sh remove RECORD DIRECTORY... removes them, and those of RECORD that are empty then
set -euo pipefail
action=$1 record=$2
shift 2
export LC_ALL=C # so that a directory is sorted before what is in it

case $action in
make)
    made=$(for directory in "$@"; do
        while [ ! -e "$directory" ]; do
            printf '%s\n' "$directory"
            directory=$(dirname "$directory")
        done
    done | sort -u)
    install -d "$@"
    # Installed twice, the second time makes nothing.
    if [ -n "$record" ] && [ -n "$made" ]; then printf '%s\n' "$made" >>"$record"; fi
    ;;
remove)
    made=$(sort -ru "$record" 2>/dev/null || true)
    rm -rf "$@"
    while IFS= read -r directory; do
        if [ -n "$directory" ]; then rmdir "$directory" 2>/dev/null || true; fi
    done <<<"$made"
    ;;
esac
