#!/bin/sh
# Tells what the commits of this branch add compared with the main branch, as a pull request would be told.
# Use: examples/ci/diff-main.sh [BASE]; what is not committed is not looked at.
set -eu

threshold=${DIFF_SEVERITY:-high}
top=$(git rev-parse --show-toplevel)
base=${1:-$(git symbolic-ref --quiet --short refs/remotes/origin/HEAD || echo main)}

exec securescan diff "$top" --base-ref "$base" --head-ref HEAD --output text \
    --fail-on-severity "$threshold" --fail-on incomplete
