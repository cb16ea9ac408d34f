#!/bin/sh
# Compares what is pushed with what the other side has, and stops the push when it adds a finding of severity high or
# above that is not suppressed. A first push is compared with the remote's main branch; without one, the tree is scanned.
# Install: cp examples/ci/pre-push.sh .git/hooks/pre-push && chmod +x .git/hooks/pre-push
# Skip once: git push --no-verify
#
# The two ends of a push are compared: a secret that one commit adds and a later one deletes is not seen here.
set -eu

threshold=${PRE_PUSH_SEVERITY:-high}
remote=${1:-origin}

if ! command -v securescan >/dev/null 2>&1; then
    echo "pre-push: securescan is not installed; push stopped (git push --no-verify to go on)" >&2
    exit 1
fi

top=$(git rev-parse --show-toplevel)
main=$(git rev-parse --quiet --verify "refs/remotes/$remote/HEAD^{commit}" \
    || git rev-parse --quiet --verify "refs/remotes/$remote/main^{commit}" || true)
zero=0000000000000000000000000000000000000000

# Git gives the hook one line per branch on standard input.
while read -r _local_ref local_sha _remote_ref remote_sha; do
    case $local_sha in
    "$zero"*) continue ;; # a branch is deleted: nothing to look at
    esac
    base=$main
    case $remote_sha in
    "$zero"*) ;;
    *) if git cat-file -e "$remote_sha^{commit}" 2>/dev/null; then base=$remote_sha; fi ;;
    esac
    status=0
    if [ -n "$base" ]; then
        securescan diff "$top" --base-ref "$base" --head-ref "$local_sha" --output text \
            --fail-on-severity "$threshold" --fail-on incomplete >&2 </dev/null || status=$?
    else
        securescan scan "$top" --fail-on-severity "$threshold" --fail-on incomplete >&2 </dev/null || status=$?
    fi
    case $status in
    0) ;;
    1) echo "pre-push: findings of severity $threshold or above; push stopped" >&2 ;;
    3) echo "pre-push: the scan is incomplete; push stopped" >&2 ;;
    *) echo "pre-push: securescan ended with code $status; push stopped" >&2 ;;
    esac
    [ "$status" -eq 0 ] || exit "$status"
done
