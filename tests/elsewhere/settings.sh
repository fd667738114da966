# Other settings of the compiler and of CMake, on this machine. Sourced by tests/elsewhere/run.
# shellcheck shell=bash

# setting NAME CMAKE_ARGUMENT…: builds with warnings as errors, then runs the unit tests and the first two examples.
setting() {
  local folder=$work/$1 summary
  require "${library_needs[@]}" "${example_needs[@]}" catch2=header:catch2 ninja-build=command:ninja
  configure "$folder" -DXGRAD_WERROR=ON -DXGRAD_BUILD_FUZZERS=OFF "${@:2}"
  cmake --build "$folder" --parallel 2 --target xgrad_tests xgrad_kernel_tests 01_cross_entropy_indices 02_cross_entropy_probabilities
  ctest --test-dir "$folder" --output-on-failure -R '^(unit|kernels|example\.0[12].*)$' | tee "$folder.tests"
  summary=$(grep 'tests passed' "$folder.tests")
  echo "passed: $summary"
}
on_c++23() { setting c++23 -DCMAKE_CXX_STANDARD=23 -DCMAKE_UNITY_BUILD=ON; }
on_unity() { setting unity -DCMAKE_UNITY_BUILD=ON; }
on_lto() { setting lto -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON; }
on_fewer() { setting fewer -DXGRAD_OPENMP=OFF -DXGRAD_ZLIB=OFF -DXGRAD_LIBBACKTRACE=OFF -DCMAKE_UNITY_BUILD=ON; }

on_clang-19() {
  require clang-19=command:clang++-19
  setting clang-19 -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
}

# Exported are xgrad's own symbols, and none of the kernels'.
on_shared() {
  setting shared -DBUILD_SHARED_LIBS=ON -DCMAKE_CXX_VISIBILITY_PRESET=hidden
  local exported kernels
  exported=$(nm -DC --defined-only "$work/shared/libxgrad.so")
  # The names of functions: what stands last before their arguments.
  kernels=$(awk '$2 == "T"' <<<"$exported" | sed 's/(.*//' | awk '$NF ~ /^xgrad::kernels::/' | head -5)
  [[ -z $kernels ]] || stop "kernels are exported: $kernels"
  echo "passed: $(wc -l <<<"$exported") symbols are exported, no kernels among them"
}
