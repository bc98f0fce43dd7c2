#!/usr/bin/env bash
# Measures JDBC against the canned server: the driver's native form on this library beside its own WebSocket client, in one
# run. Asserts nothing. Needs a JDK and Maven; the driver is the one of java-example.
#
#     benches/jdbc.sh [LIB_DIR [ROUNDS]]
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
folder=${1:-$target/release}
# With more, the driver's own client was seen to wait in vain for a block of so quick a server.
rounds=${2:-2}
work=$target/bench/java

rm -rf "$work"
mkdir -p "$work"
cp -r java-example "$work/driver"
mvn --batch-mode --quiet -f "$work/driver" compile
classes="$work/classes:$work/driver/target/lib/*"
javac -encoding UTF-8 -d "$work/classes" -cp "$classes" benches/java/JdbcBench.java

cargo build --quiet --release -p canned-server
coproc SERVER { exec "$target/release/canned-server" --print-port; }
server=$SERVER_PID
trap 'kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true' EXIT
read -r port <&"${SERVER[0]}"

java "-Djava.library.path=$folder" -Dfile.encoding=UTF-8 -Xmx4g -cp "$classes" JdbcBench "$port" "$rounds"
