#!/usr/bin/env bash
# Measures a libtaos against the canned server and prints the figures. Asserts nothing.
#
#     benches/run.sh [LIB [OTHER_LIB]] [-- options of bench]
#
# LIB defaults to the one that cargo built. With OTHER_LIB both are measured by one run, one after the other, each
# beside the baseline. One part alone: -- --only TEXT, as in --only "late server", --only threads, --only asynchronous,
# --only "connections in one process". The long form of that: -- --only "connections in one process" --connections 10000 --idle 60.
# BENCH_SERVER=HOST:PORT takes a server that is already there, and its real tables, instead.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
libraries=()
while [ $# -gt 0 ]; do
    if [ "$1" = -- ]; then
        shift
        break
    fi
    libraries+=("$1")
    shift
done
if [ ${#libraries[@]} -eq 0 ]; then libraries=("$target/release/libtaos.so"); fi

for library in "${libraries[@]}"; do
    if [ ! -e "$library" ]; then
        echo "$library is not there: make, or cargo build --release, builds the default one" >&2
        exit 1
    fi
done

# Many connections in one process: as many descriptors as the system lets us have, here and in the server.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true

mkdir -p "$target/bench"
gcc -std=gnu11 -O2 -Wall -Wextra -o "$target/bench/bench" benches/*.c -ldl -lpthread

# Client and server each get a processor of their own. Left to the scheduler, a connection is three times faster when
# both ends share one, and whether they do differs from one connection to the next.
pin_client=() pin_server=()
if command -v taskset >/dev/null; then
    processors=$(taskset -cp $$)
    processors=${processors##*: }
    first=${processors%%[,-]*} last=${processors##*[,-]}
    if [ "$first" != "$last" ]; then
        pin_client=(taskset -c "$first") pin_server=(taskset -c "$last")
    fi
fi

if [ -n "${BENCH_SERVER:-}" ]; then
    host=${BENCH_SERVER%:*} port=${BENCH_SERVER##*:}
    set -- --sandbox "$@"
    # Where that server runs is not known here.
    pin_client=()
else
    cargo build --quiet --release -p canned-server
    # Its standard output is a pipe to us, which tells the port once the server listens.
    coproc SERVER { exec "${pin_server[@]}" "$target/release/canned-server" --print-port; }
    # The shell forgets SERVER_PID when the server ends.
    server=$SERVER_PID
    trap 'kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true' EXIT
    host=127.0.0.1
    read -r port <&"${SERVER[0]}"
fi

if [ -z "${BENCH_SERVER:-}" ]; then
    "$target/release/canned-server" --print-sizes >&2
    echo >&2
fi
status=0
for library in "${libraries[@]}"; do
    # dlopen searches the system for a name without a slash; a file in this directory is meant.
    case $library in */*) ;; *) library=./$library ;; esac
    # shellcheck disable=SC2086 # BENCH_UNDER is words: a program that runs the bench, as valgrind
    "${pin_client[@]}" ${BENCH_UNDER:-} "$target/bench/bench" "$library" "$host" "$port" "$@" || status=$?
    if [ $# -eq 0 ]; then benches/syscalls.sh "$target/bench/bench" "$library" "$host" "$port" || status=$?; fi
    echo
done
exit "$status"
