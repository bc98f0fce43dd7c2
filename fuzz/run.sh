#!/usr/bin/env bash
# Fuzzes each target for SECONDS (600): fuzz/run.sh [--build | SECONDS] [TARGET...]. Exits with 1 if anything was found.
#
# Works with a stable toolchain and a C++ compiler: the flags are those of cargo-fuzz, of which only the address sanitizer
# needs a nightly one. FUZZ_SANITIZER=address turns that on (slower; for what reads through raw pointers).
# Inputs worth keeping go to target/fuzz/corpus, findings to target/fuzz/findings; both are run first the next time.
set -euo pipefail
cd "$(dirname "$0")"

TARGETS=(raw_block binary_reply json_reply connection_string taos_cfg bind tmq_message)
only_build=false seconds=600
case ${1:-} in
--build) only_build=true ;;
'' | *[!0-9]*) ;;
*)
    seconds=$1
    shift
    ;;
esac
if [ $# -eq 0 ]; then set -- "${TARGETS[@]}"; fi

mkdir -p "${CARGO_TARGET_DIR:=../target}"
folder=$(cd "$CARGO_TARGET_DIR" && pwd)/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')

flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0
    -Cforce-frame-pointers=yes"
build=$folder/build
if [ "${FUZZ_SANITIZER:-}" = address ]; then
    flags+=" -Zsanitizer=address"
    build=$folder/build-address
    export RUSTC_BOOTSTRAP=1
fi
# With --target the flags are not for build scripts and macros, which run in the compiler.
RUSTFLAGS=$flags cargo build --quiet --release --locked --bins --target "$host" --target-dir "$build"
if $only_build; then exit; fi

export RUST_BACKTRACE=${RUST_BACKTRACE:-1}
failed=0
for target in "$@"; do
    kept=$folder/corpus/$target seeds=$folder/seeds/$target findings=$folder/findings/$target log=$folder/$target.log
    mkdir -p "$kept" "$findings"
    python3 seed.py "$target" "$seeds"
    inputs=("$kept" "$seeds" "$findings")
    if [ -d "corpus/$target" ]; then inputs+=("corpus/$target"); fi
    # shellcheck disable=SC2206 # several options in one variable
    options=(${FUZZ_OPTIONS:-} -max_total_time="$seconds" -rss_limit_mb=1024 -malloc_limit_mb=512 -timeout=10 -max_len=4096
        -artifact_prefix="$findings/" -print_final_stats=1)
    if [ -f "$target.dict" ]; then options+=(-dict="$target.dict"); fi

    echo "== $target, $seconds s"
    touch "$folder/started"
    if "$build/$host/release/$target" "${options[@]}" "${inputs[@]}" >"$log" 2>&1; then
        grep -E 'INITED|DONE|stat::number_of_executed|stat::peak_rss' "$log" || true
    else
        failed=1
        tail -n 60 "$log"
    fi
    find "$findings" -type f -newer "$folder/started" | while read -r file; do
        echo "-- found: $file"
        head -c 512 "$file" | od -An -v -tx1
    done
done
if [ "$failed" -eq 0 ]; then echo "nothing found"; fi
exit "$failed"
