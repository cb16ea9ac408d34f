#!/bin/sh
# Scans the work tree before a push and stops the push when a finding of severity high or above is not suppressed.
# Install: cp examples/ci/pre-push.sh .git/hooks/pre-push && chmod +x .git/hooks/pre-push
# Skip once: git push --no-verify
#
# The work tree is scanned, not the commits: a secret that was committed and then deleted is not seen here.
set -eu

threshold=${PRE_PUSH_SEVERITY:-high}

if ! command -v securescan >/dev/null 2>&1; then
    echo "pre-push: securescan is not installed; push stopped (git push --no-verify to go on)" >&2
    exit 1
fi

# Git gives the hook one line per branch on standard input; a line that only deletes a branch has nothing to scan.
zero=0000000000000000000000000000000000000000
wanted=no
while read -r _local_ref local_sha _remote_ref _remote_sha; do
    case $local_sha in
    "$zero"*) ;;
    *) wanted=yes ;;
    esac
done
[ "$wanted" = yes ] || exit 0

status=0
securescan scan "$(git rev-parse --show-toplevel)" --fail-on-severity "$threshold" --fail-on incomplete >&2 || status=$?

case $status in
0) ;;
1) echo "pre-push: findings of severity $threshold or above; push stopped" >&2 ;;
3) echo "pre-push: the scan is incomplete; push stopped" >&2 ;;
*) echo "pre-push: securescan ended with code $status; push stopped" >&2 ;;
esac
exit "$status"
