#!/usr/bin/env bash
# Runs every fuzz target for a while. See docs/contributing.md.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly cargo_fuzz_version=0.13.2
readonly at_once=2

usage() {
    cat <<'TEXT'
usage: tests/slow.sh [--seconds N] [--seed N] [TARGET...]

Runs each fuzz target of tests/fuzz (or only the named ones) for N seconds, two at a time; 600 when left out. Ends with
code 1 when one of them finds something, and names the file with the input that did it. With --seed N each takes the same
path through its inputs every time it starts from the same corpus; else a new one.

Seeds are made from the rules' own examples; what a run adds to them stays in tests/fuzz/corpus (ignored by git).
TEXT
}

die() {
    echo "slow: $*" >&2
    exit 2
}

seconds=600
seed=0
wanted=()
while [ $# -gt 0 ]; do
    case $1 in
        --help | -h) usage; exit ;;
        --seconds)
            seconds=${2:-}
            shift $(($# < 2 ? 1 : 2))
            ;;
        --seconds=*) seconds=${1#*=}; shift ;;
        --seed)
            seed=${2:-}
            shift $(($# < 2 ? 1 : 2))
            ;;
        --seed=*) seed=${1#*=}; shift ;;
        -*) die "unknown option $1 (see --help)" ;;
        *) wanted+=("$1"); shift ;;
    esac
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "--seconds needs a number from 1"
[[ $seed =~ ^[0-9]{1,9}$ ]] || die "--seed needs a number; 0 is another one every time"

type -P cargo >/dev/null || die "cargo is missing; install Rust from rustup.rs"
type -P cargo-fuzz >/dev/null || cargo install --locked --version "$cargo_fuzz_version" cargo-fuzz
mapfile -t targets < <(cargo fuzz list --fuzz-dir tests/fuzz)
if [ ${#wanted[@]} -eq 0 ]; then wanted=("${targets[@]}"); fi
for target in "${wanted[@]}"; do
    [[ " ${targets[*]} " == *" $target "* ]] || die "unknown target \"$target\" (known: ${targets[*]})"
done

cargo test --locked --quiet --test prop -- --ignored write_seeds >/dev/null

# Sanitizers are flags of the nightly compiler; this lets the stable one take them.
export RUSTC_BOOTSTRAP=1
export CARGO_TARGET_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/securescan-ci/fuzz
if [ ${#wanted[@]} -eq ${#targets[@]} ]; then
    cargo fuzz build --fuzz-dir tests/fuzz
else
    for target in "${wanted[@]}"; do cargo fuzz build --fuzz-dir tests/fuzz "$target"; done
fi

logs=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$logs"' EXIT

# Trees and packs are small on purpose: breadth finds more than size.
run() {
    local target=$1 longest=4096
    if [ "$target" = rules ]; then longest=16384; fi
    mkdir -p "tests/fuzz/artifacts/$target"
    cargo fuzz run --fuzz-dir tests/fuzz "$target" -- -seed="$seed" -max_total_time="$seconds" -max_len="$longest" -timeout=10 \
        -rss_limit_mb=2048 -dict="tests/fuzz/dictionaries/$target.dict" -print_final_stats=1 \
        >"$logs/$target" 2>&1
}

# report TARGET CODE: one line when all is well, else the end of the log.
report() {
    local runs covered
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$1")
    covered=$(grep -o 'cov: [0-9]*' "$logs/$1" | tail -n 1) || true
    if [ "$2" -eq 0 ]; then
        echo "$1: ${runs:-0} inputs, ${covered:-cov: 0}, nothing found"
        return
    fi
    tail -n 60 "$logs/$1" >&2
    echo "$1: FAILED; the input:" >&2
    grep -oE 'tests/fuzz/artifacts/[a-z_]+/[a-z]+-[0-9a-f]+' "$logs/$1" | sort -u >&2 || echo "  none was written" >&2
}

failed=0
for ((at = 0; at < ${#wanted[@]}; at += at_once)); do
    batch=("${wanted[@]:at:at_once}")
    running=()
    for target in "${batch[@]}"; do
        run "$target" &
        running+=($!)
    done
    for index in "${!batch[@]}"; do
        code=0
        wait "${running[index]}" || code=$?
        report "${batch[index]}" "$code"
        if [ "$code" -ne 0 ]; then failed=1; fi
    done
done
exit "$failed"
