#!/usr/bin/env bash
# Runs one example and checks what it prints, also when it is told nonsense: tests/examples.sh BUILT_PROGRAM
set -euo pipefail
program=$(realpath "$1")
name=$(basename "$program")
expected=$(cd "$(dirname "$0")/../examples/expected" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
  echo "$name: $*" >&2
  exit 1
}
# refuses WORDS ARGUMENT…: the program must exit with 1 and an error that contains the words, and leave no file behind.
refuses() {
  local words=$1 code=0
  shift
  "$program" "$@" >out 2>err || code=$?
  [[ $code == 1 ]] || fail "'$*' exits with $code, expected 1"
  grep -qF -- "$words" err out || fail "'$*' does not say '$words' but: $(cat err out)"
  rm out err
  [[ -z $(ls -A) ]] || fail "'$*' leaves files behind: $(ls -A)"
}
# prints ARGUMENT…: the program must print what is expected of it.
prints() {
  "$program" "$@" >out || fail "exits with $?"
  diff -u "$expected/$name.txt" out || fail "does not print what it should"
  rm out
}
# draws: with --random it must draw other numbers each time.
draws() {
  "$program" --random >first
  "$program" --random >second
  ! cmp -s first second || fail "--random draws the same numbers twice"
  rm first second
}
# trains MINIMUM ARGUMENT…: the test accuracy must reach the minimum, and the curves be written.
trains() {
  local minimum=$1
  shift
  "$program" --svg curves.svg "$@" | tee out
  local accuracy
  accuracy=$(sed -n 's/^Test accuracy: \([0-9.]*\)%$/\1/p' out)
  awk "BEGIN { exit !(${accuracy:-0} >= $minimum) }" || fail "'$*': test accuracy ${accuracy:-missing}, expected $minimum"
  grep -qF "Confusion matrix" out || fail "'$*' prints no confusion matrix"
  grep -qF "</svg>" curves.svg || fail "'$*' writes no picture"
  ! grep -qE 'nan|inf|[[:cntrl:]]' curves.svg || fail "'$*' writes a damaged picture"
  ! grep -q $'\r' out || fail "'$*' draws a progress bar into a file"
  rm out curves.svg
}

case $name in
  04_train_classifier)
    trains 95
    trains 95 --optimizer sgd
    trains 60 --epochs 1 --hidden 32 16 --batch-size 1 --threads 1
    "$program" --help >help || fail "--help fails"
    rm help
    refuses "--epochs" --epochs 0
    refuses "--lr" --lr -1
    refuses "--optimizer" --optimizer adagrad
    refuses "--frobnicate" --frobnicate
    refuses "--data" --data "$work/none"
    refuses "cannot write $work/none/x.svg" --svg "$work/none/x.svg"
    refuses "cannot write $work" --svg "$work"
    refuses "smaller --lr" --optimizer sgd --lr 1e30 --svg ""
    if [[ -d /usr/share/datasets/fashion-mnist ]]; then
      trains 80 --fashion-mnist --epochs 1
      mkdir idx
      head -c 100000 /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz >idx/train-images-idx3-ubyte.gz
      cp /usr/share/datasets/fashion-mnist/*labels* idx
      "$program" --data idx --svg x.svg >out 2>err && fail "a truncated data set is accepted"
      grep -q "train-images-idx3-ubyte" err || fail "the error does not name the damaged file: $(cat err)"
      [[ ! -e x.svg && ! -e x.svg.tmp ]] || fail "a picture of nothing is left behind"
    else
      refuses "apt-get install dataset-fashion-mnist" --fashion-mnist
    fi
    ;;
  05_see_the_tape)
    prints
    grep -qF "</html>" tape.html || fail "writes no whole page"
    draws
    rm tape.html
    refuses "--frobnicate" --frobnicate
    refuses "cannot write $work/none/x.html" --html "$work/none/x.html"
    ;;
  *)
    prints
    case $name in
      01_* | 02_*) draws ;;
      10_*)
        mkdir pages
        prints --html pages
        for page in pages/sigmoid.html pages/relu.html; do grep -qF "</html>" $page || fail "writes no whole $page"; done
        rm -r pages
        refuses "cannot write $work/none/sigmoid.html" --html "$work/none"
        ;;
      12_*)
        grep -qF "</svg>" regions.svg || fail "writes no picture"
        ! grep -qE 'nan|inf' regions.svg || fail "writes a damaged picture"
        rm regions.svg
        refuses "cannot write $work/none/x.svg" --svg "$work/none/x.svg"
        ;;
    esac
    "$program" --help >help || fail "--help fails"
    rm help
    refuses "--frobnicate" --frobnicate
    ;;
esac
echo "$name: as expected"
