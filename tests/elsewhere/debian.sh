# Other releases of Debian, in folders of their own. Sourced by tests/elsewhere/run.
# shellcheck shell=bash disable=SC2154 # $root and $work are set there

# The archive that this machine's apt takes Debian's packages from.
archive() {
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "Debian" { print $2; exit }'
}

# fresh NAME RELEASE [ARCHITECTURE]: a new minimal system in $work/NAME with a clone of this checkout's commit in its
# /root/xgrad. What it was unpacked from is kept, and the packages that it will install.
fresh() {
  local system=$work/$1 kept=$work/kept/$2${3:+-$3}
  require debootstrap=command:debootstrap git=command:git
  rm -rf --one-file-system "$system"
  mkdir -p "$system" "$kept/archives/partial"
  if [[ ! -e $kept/system.tar ]]; then
    debootstrap --variant=minbase ${3:+--arch="$3"} "$2" "$system" "$(archive)"
    rm -f "$system"/var/cache/apt/archives/*.deb
    # Or apt removes each package that it has installed.
    echo 'APT::Keep-Downloaded-Packages "true";' >"$system/etc/apt/apt.conf.d/99keep"
    tar -C "$system" -cf "$kept/new.tar" . && mv "$kept/new.tar" "$kept/system.tar"
  else
    tar -C "$system" -xf "$kept/system.tar"
  fi
  cp /etc/resolv.conf "$system/etc/resolv.conf"
  ln -sfn "$kept/archives" "$system.archives"
  git clone --quiet "$root" "$system/root/xgrad"
}

# inside NAME COMMAND: runs a command of bash in that system, as its root. Its mounts and processes end with it.
inside() {
  unshare --mount --pid --fork bash -c '
    set -e
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount --bind "$1.archives/" "$1/var/cache/apt/archives"
    exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 bash -ec "cd /root; $2"' \
    _ "$work/$1" "$2"
}

# What a newcomer does: the two commands of the README on a fresh system.
newcomer() {
  local start tests=$work/$1.tests
  fresh "$1" "$2"
  inside "$1" 'apt-get -q update'
  start=$SECONDS
  inside "$1" './xgrad/examples/run'
  echo "passed: ./examples/run in $((SECONDS - start)) s"
  start=$SECONDS
  inside "$1" './xgrad/tests/run' | tee "$tests"
  echo "passed: ./tests/run in $((SECONDS - start)) s: $(grep 'tests passed' "$tests")"
  sed -n 's/.*- \(.*\) (Skipped)/passed, but skipped: \1/p' "$tests"
}
on_debian-12() { newcomer debian-12 bookworm; }
on_debian-13() { newcomer debian-13 trixie; }

# 32 bits, on a processor and kernel of 64. There libgomp may wait for ever for its second thread.
on_i386() {
  fresh i386 bookworm i386
  inside i386 'apt-get -q update
    DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends g++ cmake ninja-build libxsimd-dev \
      zlib1g-dev nlohmann-json3-dev libcli11-dev libbiosoup-dev catch2
    cmake -S xgrad -B build -G Ninja -DCMAKE_CXX_FLAGS="-msse2 -mfpmath=sse" -DCMAKE_CXX_FLAGS_RELEASE="-O1 -DNDEBUG" \
      -DCMAKE_UNITY_BUILD=ON -DXGRAD_WERROR=ON -DXGRAD_BUILD_FUZZERS=OFF
    cmake --build build --target xgrad_tests 01_cross_entropy_indices 02_cross_entropy_probabilities
    export OMP_NUM_THREADS=1
    build/tests/xgrad_tests "[serialize],[idx],[byte_order],[optim_save],[python_files]"
    ctest --test-dir build --output-on-failure -R "^example\.0[12]"' | tee "$work/i386.tests"
  sed -n 's/^All tests passed/passed: tests of files: all tests passed/p; s/^\(100% tests passed.*\)/passed: examples 01 and 02: \1/p' "$work/i386.tests"
}
