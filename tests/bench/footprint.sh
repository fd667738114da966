#!/usr/bin/env bash
# What xgrad costs before it computes: tests/bench/footprint.sh BUILD_FOLDER. Compiles a training program against both
# libraries, and starts a stripped program that makes one tensor.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=${CXX:-c++}
api=$(echo '#include <torch/csrc/api/include/torch/torch.h>' | $compiler -E -M -x c++ -isystem /usr/include/torch/csrc/api/include - 2>/dev/null |
  grep -o '[^ ]*/csrc/api/include/torch/torch.h' | head -1)
api=${api%/torch/torch.h}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# row WHAT FIGURE UNIT BESIDE BAR: figure against the bar, with a word on what stands beside it.
row() { awk -v w="$1" -v f="$2" -v u="$3" -v b="$4" -v bar="$5" 'BEGIN { printf "| %-44s | %9.2f %-3s | %-28s | <= %-6s | %-7s |\n", w, f, u, b, bar, f <= bar ? "met" : "NOT met" }'; }
# Processor seconds of a command, the median of three.
seconds() {
  local TIMEFORMAT='%U %S'
  for _ in 1 2 3; do { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }'; done | median
}
printf '\n## Footprint\n\n| what | xgrad | beside it | bar | |\n| --- | ---: | --- | --- | --- |\n'
program=("$compiler" -std=c++20 -O2 -c "$here/program.cpp" -o "$work/program.o")
ours=$(seconds "${program[@]}" -I "$build/include")
theirs=$(seconds "${program[@]}" -DWITH_LIBTORCH -isystem "$api")
row "compiling a training program, processor time" "$ours" s "(libtorch $theirs s)" 2

read -ra private < <(sed -n 's/^Libs: -L[^ ]* -lxgrad //p' "$build/xgrad.pc")
link=(-Wl,--gc-sections "$build/libxgrad.a" "${private[@]}")
"$compiler" -std=c++20 -O2 -I "$build/include" "$here/first_tensor.cpp" -o "$work/tensor" "${link[@]}"
"$compiler" -std=c++20 -O2 -DNOTHING "$here/first_tensor.cpp" -o "$work/nothing" -fopenmp
strip "$work/tensor" "$work/nothing"
# of PROGRAM COLUMN: what it prints there, the median of 21 runs.
of() { for _ in {1..21}; do "$1" | awk -v c="$2" '{ print $c }'; done | median; }
with=$(of "$work/tensor" 1) without=$(of "$work/nothing" 1)
row "resident at the first tensor, beyond no tensor" "$(awk "BEGIN { print ($with - $without) / 1024 }")" MB "(in all $((with / 1024)) MB)" 5
row "stripped program" "$(stat -c %s "$work/tensor" | awk '{ print $1 / 1048576 }')" MB "" 5
row "start to first tensor" "$(of "$work/tensor" 2)" ms "(without $(of "$work/nothing" 2) ms; page faults $(of "$work/tensor" 3), $(of "$work/nothing" 3))" 3
