# Sourced by tests/elsewhere/run: xgrad built for arm64 with Debian's cross compiler and run under qemu, with the
# libraries of Debian's arm64 packages. Needs g++-aarch64-linux-gnu, qemu-user-static and ninja-build.
# shellcheck shell=bash disable=SC2154 # $root and $work are set there

# Unpacks packages for arm64 into the folder $1. Nothing is installed: apt works in folders of its own.
unpack_arm64() {
  local into=$1 state=$1.apt package
  shift
  [[ -e $into/complete ]] && return
  mkdir -p "$into" "$state"/{state/lists/partial,cache/archives/partial,packages}
  : >"$state/status"
  local apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root
    -o "Dir::State=$state/state" -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache")
  "${apt[@]}" update
  (cd "$state/packages" && "${apt[@]}" download "$@")
  for package in "$state"/packages/*.deb; do dpkg-deb -x "$package" "$into"; done
  touch "$into/complete"
}

# passes NAME COMMAND…: one line that says how long it took; what it printed, if it failed.
passes() {
  local LC_ALL=C name=$1 output start=$EPOCHREALTIME
  shift
  if output=$("$@" 2>&1); then
    printf 'took %6.1f s: %s\n' "$(awk "BEGIN { print $EPOCHREALTIME - $start }")" "$name"
  else
    printf 'FAILED: %s\n%s\n' "$name" "$output"
    return 1
  fi
}
export -f passes

on_arm64() {
  local build=$root/build/elsewhere/arm64 program names failed=0
  local unpacked=$build/root emulated=$build/emulated
  require "${library_needs[@]}" g++-aarch64-linux-gnu=command:aarch64-linux-gnu-g++ qemu-user-static=command:qemu-aarch64-static ninja-build=command:ninja
  unpack_arm64 "$unpacked" zlib1g-dev zlib1g libxsimd-dev \
    nlohmann-json3-dev catch2 xtl-dev libxtensor-dev libcli11-dev libbiosoup-dev

  # All but the kernels is compiled faster than -O2 would make it.
  configure "$build" --toolchain "$root/tests/elsewhere/arm64.cmake" \
    -DCMAKE_CXX_FLAGS_RELEASE="-O1 -DNDEBUG" -DXGRAD_WERROR=ON
  cmake --build "$build" --parallel "$(nproc)"

  # Programs of the same names that start the built ones under qemu.
  mkdir -p "$emulated"
  for program in "$build"/tests/xgrad_tests "$build"/tests/xgrad_kernel_tests "$build"/tests/xgrad_xtensor_tests "$build"/examples/[0-9][0-9]_*; do
    [[ -f $program && -x $program ]] || continue
    cat >"$emulated/${program##*/}" <<SCRIPT
#!/bin/sh
libraries="$unpacked/usr/lib/aarch64-linux-gnu"
exec qemu-aarch64-static -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH="\$libraries:$unpacked/lib/aarch64-linux-gnu" "$program" "\$@"
SCRIPT
    chmod +x "$emulated/${program##*/}"
  done

  # Each case by itself: several run at once, and slow ones are seen. Commas and brackets have a meaning in Catch2.
  for program in xgrad_tests xgrad_kernel_tests xgrad_xtensor_tests; do
    # Catch2 2 lists them one way, and ends with their number; 3 knows only another.
    names=$("$emulated/$program" --list-test-names-only) || true
    [[ -n $names ]] || names=$("$emulated/$program" --list-tests --verbosity quiet) || true
    [[ -n $names ]] || stop "$program lists no tests"
    sed 's/[][,\\]/\\&/g' <<<"$names" |
      xargs -d '\n' -P "$(nproc)" -I{} bash -c 'passes "$2" "$1" "$2"' passes "$emulated/$program" {} || failed=1
  done
  for program in "$emulated"/[0-9][0-9]_*; do
    passes "${program##*/}" "$root/tests/examples.sh" "$program" || failed=1
  done
  [[ $failed == 0 ]] && echo "passed: $(grep -c '^took' "$work/arm64.log") cases and examples, one by one"
}
