#!/usr/bin/env bash
# Installs xgrad from a finished build into a folder of its own, moves that, and builds and runs a program that uses xgrad
# in each way there is: find_package, pkg-config, as a sub-directory, fetched.
# tests/packaging/run.sh BUILD_FOLDER C++_COMPILER [CMAKE_ARGUMENT…]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1")
compiler=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() {
  echo "== $1"
  local output
  output=$("$2")
  [[ $output == "weight.grad of shape [2, 3]" ]] || { echo "$1: printed '$output'" >&2; exit 1; }
}
configure() {
  cmake -S "$here/consumer" -B "$work/$1" -DHOW="$1" -DCMAKE_CXX_COMPILER="$compiler" "${@:2}" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
}
compile() {
  cmake --build "$work/$1" --target consumer --parallel 2 >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
  check "$1" "$work/$1/consumer"
}

cmake --install "$build" --prefix "$work/first" >"$work/log"
mv "$work/first" "$work/prefix"
headers=$work/prefix/include/xgrad
for header in xgrad.hpp core/tensor.hpp autograd/ops.hpp; do
  [[ -f $headers/$header ]] || { echo "$header is not installed" >&2; exit 1; }
done
if find "$headers" -path '*kernels*' | grep . || grep -rlE '#include <(xsimd|zlib|xgrad/core/kernels)' "$headers"; then
  echo "the files above are not public but installed" >&2
  exit 1
fi

configure find_package -DCMAKE_PREFIX_PATH="$work/prefix" "$@"
compile find_package

PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name xgrad.pc)")
export PKG_CONFIG_PATH
read -ra flags <<<"$(pkg-config --cflags --libs xgrad)"
"$compiler" -std=c++20 "$here/consumer/consumer.cpp" "${flags[@]}" -o "$work/pkg-config"
check pkg-config "$work/pkg-config"

# The first program of the README, which must do what it says there.
awk '/^```/ { inside = 0 } inside; /^```cpp/ && ++count == 1 { inside = 1 }' "$here/../../README.md" >"$work/readme.cpp"
"$compiler" -std=c++20 "$work/readme.cpp" "${flags[@]}" -o "$work/readme"
"$work/readme" | tee "$work/log"
awk 'END { exit !($2 > 0.95) }' "$work/log" || { echo "the README's program does not learn" >&2; exit 1; }

# The source tree twice: configured as a sub-directory; built as fetched, quickly: in large units, without optimising.
source=$(dirname "$(dirname "$here")")
configure subdirectory -DXGRAD_SOURCE="$source" "$@"
configure fetch -DXGRAD_SOURCE="$source" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=ON "$@"
compile fetch
