#!/usr/bin/env bash
# How many instructions the small cases take, under callgrind, beside the committed counts.txt: fails over +5%, which a
# noisy machine cannot fake. tests/bench/count.sh PROGRAM [--update]; --update rewrites the file instead.
set -euo pipefail
counts=$(cd "$(dirname "$0")" && pwd)/counts.txt
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

valgrind --tool=callgrind --callgrind-out-file="$work/part" "$program" 2>"$work/errors" || { cat "$work/errors" >&2; exit 1; }
# Each part names its case and sums up the instructions of ten turns.
for part in "$work"/part.*; do
  awk '/^desc: Trigger: Client Request: / { name = $NF } /^(summary|totals):/ { sum = $2 } END { if (name != "") printf "%s %.0f\n", name, sum / 10 }' "$part"
done | sort >"$work/counts"
[[ -s $work/counts ]] || { echo "count.sh: callgrind counted nothing" >&2; exit 1; }

if [[ ${2:-} == --update ]]; then
  { echo "# Instructions a turn, $(c++ --version | head -1), AVX2 kernels; rewritten by run --count --update"; cat "$work/counts"; } >"$counts"
  echo "wrote $(wc -l <"$work/counts") counts"
  exit
fi
sed -n 's/^# Instructions a turn, \(.*\), AVX2.*/committed with \1/p' "$counts"
awk 'NR == FNR { if ($1 != "#") before[$1] = $2; next }
  !($1 in before) { printf "%-36s %10d   new: run --count --update\n", $1, $2; next }
  { change = 100 * ($2 / before[$1] - 1); over = change > 5; bad += over
    printf "%-36s %10d %10d %+7.1f%%%s\n", $1, before[$1], $2, change, over ? "  MORE" : ""
    delete before[$1] }
  END { for (name in before) { printf "%-36s is no longer counted\n", name; bad++ }
    printf "%d over +5%% or gone\n", bad; exit bad > 0 }' "$counts" "$work/counts"
