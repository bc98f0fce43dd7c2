#!/usr/bin/env bash
# Counts the system calls of a one-row query: by the library, and by the minimal client.
#
#     benches/syscalls.sh BENCH LIB HOST PORT
#
# Two runs of different length are compared, so that what a process does once is not counted.
set -euo pipefail
bench=$1 library=$2 host=$3 port=$4
few=100 many=1100

if ! strace -o /dev/null true 2>/dev/null; then
    echo "system calls of a one-row query: skipped, strace is not here or may not trace"
    exit 0
fi

# NAME COUNT for each system call of so many queries.
counts() {
    strace -f -qq -c -U name,calls -o "$2" "$bench" "$library" "$host" "$port" --queries "$1" "${@:3}"
}

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
for client in library baseline; do
    option=()
    if [ $client = baseline ]; then option=(--baseline); fi
    counts $few "$folder/few" "${option[@]}"
    counts $many "$folder/many" "${option[@]}"
    awk -v client=$client -v queries=$((many - few)) '
        $2 !~ /^[0-9]+$/ || $1 == "total" { next }
        FNR == NR { few[$1] = $2; next }
        { each = ($2 - few[$1]) / queries; if (each >= 0.01) { all += each; list = list sprintf(" %s %.2f", $1, each) } }
        END { printf "system calls of a one-row query, %s: %.2f (%s)\n", client, all, substr(list, 2) }
    ' "$folder/few" "$folder/many"
done
