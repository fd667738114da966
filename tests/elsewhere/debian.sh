# Other releases of Debian, in folders of their own. Sourced by tests/elsewhere/run.
# shellcheck shell=bash

# The archive that this machine's apt takes Debian's packages from.
archive() {
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "Debian" { print $2; exit }'
}

# fresh NAME RELEASE: a new minimal system of that release in $work/NAME; what it was unpacked from is kept.
fresh() {
  local system=$work/$1 kept=$work/$2.tar
  require debootstrap=command:debootstrap
  rm -rf --one-file-system "$system"
  mkdir -p "$system" "$work/archives-$2/partial"
  if [[ ! -e $kept ]]; then
    debootstrap --variant=minbase "$2" "$system" "$(archive)"
    rm -f "$system"/var/cache/apt/archives/*.deb
    tar -C "$system" -cf "$kept.new" . && mv "$kept.new" "$kept"
  else
    tar -C "$system" -xf "$kept"
  fi
  # Or apt removes each package that it has installed.
  echo 'Binary::apt::APT::Keep-Downloaded-Packages "true"; APT::Keep-Downloaded-Packages "true";' >"$system/etc/apt/apt.conf.d/keep"
  cp /etc/resolv.conf "$system/etc/resolv.conf"
}

# inside NAME RELEASE COMMAND: runs a command of bash in that system, as its root. Its mounts and processes end with it.
inside() {
  unshare --mount --pid --fork bash -c '
    set -e
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount --bind "$2" "$1/var/cache/apt/archives"
    exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 bash -ec "$3"' \
    _ "$work/$1" "$work/archives-$2" "$3"
}

# What a newcomer does: a fresh system, a clone of this checkout's commit, the two commands of the README.
newcomer() {
  local system=$work/$1 start
  fresh "$1" "$2"
  git clone --quiet "$root" "$system/root/xgrad"
  start=$SECONDS
  inside "$1" "$2" 'apt-get -q update; cd /root/xgrad && ./examples/run'
  echo "passed: ./examples/run in $((SECONDS - start)) s"
  start=$SECONDS
  inside "$1" "$2" 'cd /root/xgrad && ./tests/run' | tee "$work/$1.tests"
  echo "passed: ./tests/run in $((SECONDS - start)) s: $(grep 'tests passed' "$work/$1.tests")"
  echo "passed: $(grep -c 'Skipped' "$work/$1.tests") entries of them skipped: $(sed -n 's/.*- \(.*\) (Skipped)/\1/p' "$work/$1.tests" | paste -sd' ')"
}
on_debian-12() { newcomer debian-12 bookworm; }
on_debian-13() { newcomer debian-13 trixie; }
