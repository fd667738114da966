# A big-endian processor that xsimd has no vectors for. Sourced by tests/elsewhere/run.
# shellcheck shell=bash disable=SC2154 # $root and $work are set there

# Configuring ends in one line that says why.
on_s390x() {
  local words
  require "${library_needs[@]}" g++-s390x-linux-gnu=command:s390x-linux-gnu-g++
  rm -rf "$work/s390x"
  if words=$(cmake -S "$root" -B "$work/s390x" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=s390x \
    -DCMAKE_CXX_COMPILER=s390x-linux-gnu-g++ -DXGRAD_BUILD_TESTS=OFF -DXGRAD_BUILD_EXAMPLES=OFF 2>&1); then
    stop "configuring for s390x did not end with an error"
  fi
  echo "$words"
  grep 'xsimd has no vectors' <<<"$words" | sed 's/^ */passed: refused: /'
}
