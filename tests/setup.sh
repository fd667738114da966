# Sourced by examples/run and tests/run: gets what the build needs, then builds. Needs bash and nothing else.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian's packages, each with what shows that it is there on a system that is not Debian's: a command or a header.
library_needs=(g++=command:c++ cmake=command:cmake libxsimd-dev=header:xsimd/xsimd.hpp
  zlib1g-dev=header:zlib.h nlohmann-json3-dev=header:nlohmann/json.hpp)
example_needs=(libcli11-dev=header:CLI/CLI.hpp libbiosoup-dev=header:biosoup/progress_bar.hpp)
test_needs=(catch2=header:catch2 libtorch-dev=header:torch/csrc/api/include/torch/torch.h libxtensor-dev=header:xtensor
  dataset-fashion-mnist=path:/usr/share/datasets/fashion-mnist pkg-config=command:pkg-config
  python3-numpy=command:python3)
# Those without which a test is skipped, or the viewer's graph is plainer.
welcome_in_examples=(graphviz=command:dot)
welcome_in_tests=(graphviz=command:dot doxygen=command:doxygen gdb=command:gdb chromium=command:chromium
  chromium-driver=command:chromedriver clang=command:clang++ libclang-rt-dev=path:/usr/lib/clang
  python3-torch=path:/usr/lib/python3/dist-packages/torch)

export CCACHE_SLOPPINESS=pch_defines,time_macros
# Threads that wait asleep: spinning, they slow whatever else runs on the machine, and themselves.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

stop() {
  echo "xgrad: $*" >&2
  exit 1
}

# Whether one need, PACKAGE=KIND:WHAT, is met.
met() {
  local package=${1%%=*} kind=${1#*=} what=${1#*:}
  kind=${kind%%:*}
  if [[ $kind == command ]]; then
    command -v "$what" >/dev/null && return
  elif ! command -v dpkg-query >/dev/null; then
    [[ $kind == path && -e $what ]] && return
    # A header may be a folder: the compiler's own search path decides.
    local folder
    for folder in $(c++ -xc++ -E -v /dev/null 2>&1 | sed -n 's/^ \(\/.*\)/\1/p'); do
      [[ -e $folder/$what ]] && return
      compgen -G "$folder/openblas*/$what" >/dev/null && return
    done
    return 1
  fi
  dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed'
}

# require NEED…: installs what is missing with apt, or stops and names it.
require() {
  local need missing=() apt=(apt-get -o DPkg::Lock::Timeout=120)
  command -v ninja >/dev/null || command -v make >/dev/null || set -- "$@" ninja-build=command:ninja
  for need in "$@"; do met "$need" || missing+=("$need"); done
  [[ ${#missing[@]} == 0 ]] && return

  local packages=("${missing[@]%%=*}")
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    for need in "${missing[@]}"; do echo "  ${need#*:}   (Debian: ${need%%=*})" >&2; done
    stop "the commands and headers above are missing; install them with this system's package manager, then start again"
  fi
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || stop "run this as root: apt-get install ${packages[*]}"
    apt=(sudo "${apt[@]}")
  fi
  echo "== Installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${apt[@]}" -qq --simulate install --no-install-recommends "${packages[@]}" >/dev/null 2>&1 || "${apt[@]}" -q update
  local install=("${apt[@]}" -q -y install --no-install-recommends "${packages[@]}")
  # Package lists that are too old name files that are gone.
  "${install[@]}" </dev/null || { "${apt[@]}" -q update && "${install[@]}" </dev/null; } ||
    stop "apt could not install ${packages[*]}"
}

# welcome NEED…: installs those that apt offers, asking for no password; goes on without the others.
welcome() {
  local need packages=() apt=(apt-get -o DPkg::Lock::Timeout=120) plan
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 0
  if [[ $(id -u) != 0 ]]; then
    sudo -n true 2>/dev/null || return 0
    apt=(sudo "${apt[@]}")
  fi
  for need in "$@"; do
    met "$need" && continue
    plan=$("${apt[@]}" --simulate install --no-install-recommends "${need%%=*}" 2>/dev/null) || continue
    # Ubuntu's chromium is a package that fetches a snap.
    grep -q '^Inst snapd' <<<"$plan" || packages+=("${need%%=*}")
  done
  [[ ${#packages[@]} == 0 ]] && return
  echo "== Installing ${packages[*]}, which can be done without"
  export DEBIAN_FRONTEND=noninteractive
  "${apt[@]}" -q -y install --no-install-recommends "${packages[@]}" </dev/null ||
    echo "xgrad: apt could not install ${packages[*]}; what needs them is skipped" >&2
}

# configure FOLDER CMAKE_ARGUMENT…: by ninja and with ccache, where they are.
configure() {
  local folder=$1 generator=() launcher=()
  shift
  if [[ ! -e $folder/CMakeCache.txt ]]; then
    command -v ninja >/dev/null && generator=(-G Ninja)
    # What ccache needs to keep what was compiled with a precompiled header.
    command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache "-DCMAKE_CXX_FLAGS=${CXXFLAGS:-} -fpch-preprocess")
  fi
  cmake -S "$root" -B "$folder" "${generator[@]}" "${launcher[@]}" -DCMAKE_BUILD_TYPE=Release "$@"
}

# build FOLDER CMAKE_ARGUMENT…: configures and builds in build/FOLDER all, or what the array `targets` names.
targets=()
build() {
  local folder=$root/build/$1
  shift
  echo "== Building in $folder"
  configure "$folder" "$@"
  cmake --build "$folder" --parallel "$(nproc 2>/dev/null || echo 2)" ${targets:+--target "${targets[@]}"}
}
