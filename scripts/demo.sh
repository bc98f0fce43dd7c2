#!/usr/bin/env bash
# make demo: builds and installs the library under target/, starts the sandbox on a free port of 127.0.0.1, runs the C
# examples, a Python and a Java program against it, and says what that shows. Nothing is left running, nothing outside target/.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
prefix=$target/demo-prefix
work=$target/demo
venv=$target/demo-venv
log=$work/log
mkdir -p "$work"
: >"$log"

# Settings of this machine's user must not decide where the demo connects.
for name in $(compgen -e TAOS_ || true); do unset "$name"; done

say() { printf '%s\n' "$*"; }
step() { printf '\n%s\n' "$*"; }
indented() { sed 's/^/    /'; }

failed() {
    say "failed: $*" >&2
    tail -n 40 "$log" | indented >&2
    say "all of it: $log" >&2
    exit 1
}

# Runs a command with its output in the log, which is shown when it fails.
quietly() { "$@" >>"$log" 2>&1 || failed "$@"; }

# Runs a program with its output in a file.
into() {
    local file=$1
    shift
    "$@" >"$file" 2>>"$log" || { cat "$file" >>"$log"; failed "$@"; }
}

say "libtaos: TDengine's C client library over WebSocket. This builds it and runs programs on it."
say "Everything goes into $target. Crates from crates.io and a JDBC driver from Maven Central are kept in cargo's and Maven's own"
say "folders as well; taospy comes from PyPI. What the tools print goes to $log."
if ! command -v cargo >/dev/null; then
    say "There is no cargo: it comes with Rust, https://rustup.rs (1.89 or later)." >&2
    exit 1
fi
# Says what it installs, if anything is missing; never a compiler for Rust.
scripts/setup.sh demo

step "1. Build the library and the sandbox, a small server to try it against (three to five minutes on two cores, the first time;
   tail -f $log shows how far it is) ..."
start=$SECONDS
quietly make --no-print-directory build
say "   done in $((SECONDS - start)) s"

step "2. Install it: make install PREFIX=$prefix"
rm -rf "$prefix"
quietly make --no-print-directory install "PREFIX=$prefix" DESTDIR=
library=$prefix/lib/libtaos.so
say "   libtaos.so has $(stat -Lc %s "$library" | awk '{ printf "%.1f", $1 / 1000000 }') MB and needs the C library alone:"
objdump -p "$library" | awk '$1 == "NEEDED" { printf " %s", $2 } END { print "" }' | indented

# The sandbox prints its port once it listens, and is stopped by its own process id.
coproc SANDBOX { exec "$target/release/taos-sandbox" --port 0 --print-port 2>>"$log"; }
sandbox=$SANDBOX_PID
trap 'kill "$sandbox" 2>/dev/null && wait "$sandbox" 2>/dev/null || true' EXIT
host=127.0.0.1
if ! read -r port <&"${SANDBOX[0]}"; then
    say "the sandbox does not start: $log" >&2
    exit 1
fi

step "3. Build the C examples as a user would, against what was installed: by CMake and by pkg-config"
quietly cmake -S c-examples -B "$work/cmake" "-DCMAKE_PREFIX_PATH=$prefix" -DCMAKE_BUILD_TYPE=Release
quietly cmake --build "$work/cmake" --clean-first
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
read -ra flags <<<"$(pkg-config --cflags --libs taos)"
mkdir -p "$work/pkg-config"
for source in c-examples/*.c; do
    quietly cc -std=c11 -O2 -Wall "$source" -o "$work/pkg-config/$(basename "$source" .c)" "${flags[@]}"
done
say "   find_package(taos) and target_link_libraries(... taos::taos)"
say "   cc example.c \$(pkg-config --cflags --libs taos)"

step "4. Run them against the sandbox on $host:$port"
shown=$work/output
for example in connect create_insert query schemaless share errors; do
    # The one that CMake built knows where the library is; the other is told, as installed programs are.
    into "$shown" "$work/cmake/$example" "$host" "$port"
    into "$shown.2" env "LD_LIBRARY_PATH=$prefix/lib" "$work/pkg-config/$example" "$host" "$port"
    quietly cmp "$shown" "$shown.2"
    say "   \$ $example $host $port"
    # query reads every column of two rows: the beginning will do.
    head -n 12 "$shown" | indented
    if [ "$example" = query ]; then say "    ... and so on, for all types and a row of NULLs"; fi
done

step "5. Python: taospy 2.8.10 from PyPI, as it is"
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip show -q taospy 2>/dev/null; then
    quietly python3 -m venv "$venv"
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check taospy==2.8.10
fi
program=(demo/taospy_demo.py "$host" "$port")
if ! without=$(env -u LD_LIBRARY_PATH "$venv/bin/python" -c "import taos" 2>&1); then
    say "   \$ python3 -c 'import taos'"
    tail -n 1 <<<"$without" | indented
    say "   taospy needs TDengine's native client, which is not installed here. With this library in its place:"
fi
say "   \$ LD_LIBRARY_PATH=$prefix/lib python3 ${program[*]}"
into "$shown" env "LD_LIBRARY_PATH=$prefix/lib" "$venv/bin/python" "${program[@]}"
indented <"$shown"

step "6. Java: TDengine's JDBC driver 3.7.9 from Maven Central, as it is, in its native form"
if command -v javac >/dev/null && command -v mvn >/dev/null; then
    rm -rf "$work/java"
    cp -r java-example "$work/java"
    quietly mvn --batch-mode --quiet -f "$work/java" compile
    say "   \$ java -Djava.library.path=$prefix/lib -cp ... Example $host $port"
    into "$shown" java "-Djava.library.path=$prefix/lib" -Dfile.encoding=UTF-8 -cp "$work/java/target/classes:$work/java/target/lib/*" Example "$host" "$port"
    indented <"$shown"
else
    say "   left out: it needs a JDK and Maven (javac and mvn), which are not installed here"
fi

step "That is the whole client: one file in place of the native one, one port to the server, no matching versions."
say "A few functions cannot do their work over WebSocket and answer an error; docs/functions.md lists them."
say ""
say "To run your own program on it, against your own server (taosAdapter of TDengine 3.0 or later must be running there;"
say "port 0 or 6030 in the program means taosAdapter's 6041):"
say ""
say "    export LD_LIBRARY_PATH=$prefix/lib"
say "    python3 your_program.py        # or whatever loads or links libtaos.so"
