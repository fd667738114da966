#!/usr/bin/env bash
# Prints tensors in gdb with xgrad's printers: tests/gdb/run.sh DEBUGGED_PROGRAM
set -euo pipefail
command -v gdb >/dev/null || { echo "skipped: install gdb to test its printers"; exit 77; }
printers=$(cd "$(dirname "$0")/../../core" && pwd)/xgrad-gdb.py
commands=(-ex "source $printers" -ex "break stop_here" -ex run -ex up)
for variable in undefined x transposed labels scalar mask deep large; do commands+=(-ex "print $variable"); done
output=$(gdb --batch --nx -iex "set debuginfod enabled off" "${commands[@]}" "$1" 2>&1)
grep -qE "ptrace|Couldn't get|Operation not permitted" <<<"$output" && { echo "skipped: gdb may not run programs here"; exit 77; }
diff -u - <(sed -n 's/^\$[0-9]* = //p' <<<"$output" | sed 's/0x[0-9a-f]*$/ADDRESS/') <<'EXPECTED' || { echo "$output"; exit 1; }
undefined
Float [2, 3], requires_grad, [[1, 2.5, 3], [4, 5, 6]]
Float [3, 2], requires_grad, a view, [[1, 4], [2.5, 5], [3, 6]]
Long [2], a view, [8, 9]
Double [], -1.5
Bool [2], [True, False]
Float [1, 2, 1, 1, 2, 1, 1], [[[[[[[1]], [[1]]]]], [[[[[1]], [[1]]]]]]]
Float [100, 10], 1000 elements from 3 at ADDRESS
EXPECTED
echo "gdb shows tensors"
