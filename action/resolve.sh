#!/usr/bin/env bash
# First step: what is compared with what, and which surfaces can show it. Everything that comes from the event arrives
# in the environment and is held to its form here; only what passed goes on as an output.
. "$(dirname "${BASH_SOURCE[0]}")/runner.sh"

readonly sha='^[0-9a-f]{40}([0-9a-f]{24})?$'
readonly zero='^0{40,64}$'

workspace=${GITHUB_WORKSPACE:?}
export GIT_TERMINAL_PROMPT=0

# The clone belongs to whoever checked it out, in a container often somebody else; nothing of it may run.
repository() {
    git -c safe.directory='*' -c core.hooksPath=/dev/null -c core.fsmonitor=false -c gc.auto=0 -C "$workspace" "$@"
}

fetch() {
    timeout 300 git -c safe.directory='*' -c core.hooksPath=/dev/null -c core.fsmonitor=false -c gc.auto=0 \
        -C "$workspace" fetch --quiet --no-tags --no-recurse-submodules "$@" 2>/dev/null
}

is_shallow() {
    [ "$(repository rev-parse --is-shallow-repository 2>/dev/null)" = true ]
}

# commit REF: the commit of a ref, fetched from origin when the clone lacks it; nothing when there is none.
commit() {
    local ref=$1 depth=()
    if repository rev-parse --quiet --verify --end-of-options "$ref^{commit}" 2>/dev/null; then return; fi
    # Never with a depth in a whole clone: that would cut its history off.
    if is_shallow; then depth=(--depth=1); fi
    if fetch "${depth[@]}" origin "${ref#origin/}"; then
        repository rev-parse --quiet --verify 'FETCH_HEAD^{commit}' 2>/dev/null || true
    fi
}

# A shallow clone may lack the commit where the branches parted: fetch more and more of the two sides.
deepen() {
    local depth
    for depth in 50 250 1000; do
        if repository merge-base "$1" "$2" >/dev/null 2>&1; then return; fi
        if ! is_shallow || ! fetch --depth="$depth" origin "$1" "$2"; then return; fi
    done
    if ! repository merge-base "$1" "$2" >/dev/null 2>&1; then fetch --unshallow origin || true; fi
}

# from_event NAME VALUE: a commit named by the event; empty when the event has none.
from_event() {
    if [ -n "$2" ] && ! [[ $2 =~ $sha ]]; then die "the $1 of the event is not a commit id"; fi
    printf '%s' "$2"
}

# ref NAME VALUE: a ref that somebody wrote into the workflow.
ref() {
    case $2 in
    -* | *[[:space:]]* | *[[:cntrl:]]*) die "the input $1 is not a git ref" ;;
    esac
    printf '%s' "$2"
}

# below NAME VALUE: a relative path that stays in the workspace.
below() {
    case "/$2/" in
    //?* | */../* | *[[:cntrl:]]*) die "the input $1 must be a path below the workspace" ;;
    esac
    case $2 in
    -*) die "the input $1 must not begin with a dash" ;;
    esac
    printf '%s' "$2"
}

number=${PULL_NUMBER:-}
if [ -n "$number" ] && ! [[ $number =~ ^[0-9]{1,18}$ ]]; then die "the pull request number of the event is not a number"; fi

comment_on_pr=$(switch comment-on-pr "${IN_COMMENT_ON_PR:-}")
upload_sarif=$(switch upload-sarif "${IN_UPLOAD_SARIF:-}")
switch inline-suggestions "${IN_INLINE_SUGGESTIONS:-}" >/dev/null
switch fail-on-incomplete "${IN_FAIL_ON_INCOMPLETE:-}" >/dev/null
switch prefer-image "${IN_PREFER_IMAGE:-}" >/dev/null
below baseline "${IN_BASELINE:-}" >/dev/null
target=$(below working-directory "${IN_WORKING_DIRECTORY:-.}")
[ -d "$workspace/$target" ] || die "the working-directory is not a folder of the workspace; is actions/checkout missing?"
case ${IN_PR_MODE:-} in
summary | inline | both) ;;
*) die "the input pr-mode is none of: summary, inline, both" ;;
esac
case ${IN_REVIEW_EVENT^^} in
COMMENT | REQUEST_CHANGES | APPROVE) ;;
*) die "the input review-event is none of: COMMENT, REQUEST_CHANGES, APPROVE" ;;
esac
case ${IN_POLICY_FROM:-} in
base | head) ;;
*) die "the input policy-from is none of: base, head" ;;
esac
words='^[a-z]+( *, *[a-z]+)*$'
if [ -n "${IN_SCAN_TYPES:-}" ] && ! [[ $IN_SCAN_TYPES =~ $words ]]; then
    die "the input scan-types is not a list of words separated by commas"
fi
if [ -n "${IN_FAIL_ON_SEVERITY:-}" ] && ! [[ $IN_FAIL_ON_SEVERITY =~ ^[a-z]+$ ]]; then
    die "the input fail-on-severity is none of: none, info, low, medium, high, critical"
fi

base='' head='' two_dot=false
case ${GITHUB_EVENT_NAME:-} in
pull_request | pull_request_target)
    base=$(from_event "base of the pull request" "${PULL_BASE:-}")
    # Not GITHUB_SHA: that is a merge commit which is not part of the pull request.
    head=$(from_event "head of the pull request" "${PULL_HEAD:-}")
    ;;
merge_group)
    base=$(from_event "base of the merge group" "${GROUP_BASE:-}")
    head=$(from_event "head of the merge group" "${GROUP_HEAD:-}")
    two_dot=true
    ;;
push)
    base=$(from_event "commit before the push" "${PUSH_BEFORE:-}")
    head=$(from_event "commit after the push" "${PUSH_AFTER:-}")
    two_dot=true
    ;;
esac
asked_base=$(ref base-ref "${IN_BASE_REF:-}")
asked_head=$(ref head-ref "${IN_HEAD_REF:-}")
if [ -n "$asked_base" ]; then base=$asked_base two_dot=false; fi
if [ -n "$asked_head" ]; then head=$asked_head; fi
if [ -n "$asked_head" ] && [ -z "$base" ]; then die "head-ref needs base-ref: this event names nothing to compare with"; fi

mode=scan
if [[ $base =~ $zero ]]; then
    notice "This push made the branch, so there is nothing to compare with; the whole tree is scanned."
elif [ -n "$base" ]; then
    mode='diff'
    head=${head:-${GITHUB_SHA:-HEAD}}
    found=$(commit "$base")
    if [ -z "$found" ] && [ "${GITHUB_EVENT_NAME:-}" = push ] && [ -z "$asked_base" ]; then
        notice "The commit before this push is gone (a force-push?); the whole tree is scanned."
        mode=scan
    else
        # A commit that cannot be had keeps its name: securescan says in one line what to do about it.
        base=${found:-$base}
        found=$(commit "$head")
        head=${found:-$head}
        if [ "$two_dot" = false ]; then deepen "$base" "$head"; fi
    fi
fi

post=none
if [ -n "$number" ] && [ "$mode" = diff ] && [ "$comment_on_pr" = true ]; then post=${IN_PR_MODE}; fi

upload=false
if [ "$upload_sarif" = true ]; then
    if [ "${GITHUB_EVENT_NAME:-}" = merge_group ]; then
        notice "Code scanning takes no results from a merge queue; the SARIF upload is skipped."
    elif [ -n "$number" ] && [ "${PULL_REPOSITORY:-}" != "${GITHUB_REPOSITORY:-}" ]; then
        notice "A pull request from a fork cannot write to code scanning; the SARIF upload is skipped."
    elif [ "${GITHUB_ACTOR:-}" = 'dependabot[bot]' ]; then
        notice "Runs of Dependabot cannot write to code scanning; the SARIF upload is skipped."
    else
        upload=true
    fi
fi
# Results belong to the commit that was looked at. For a pull request the default would be the merge commit.
sarif_ref='' sarif_sha=''
if [ -n "$number" ] && [[ $head =~ $sha ]]; then
    sarif_ref=refs/pull/$number/head
    sarif_sha=$head
fi

output mode "$mode"
output base "$base"
output head "$head"
output two-dot "$two_dot"
output target "$target"
output post "$post"
output pull "$number"
output pull-head "${PULL_HEAD:-}"
output upload "$upload"
output sarif-ref "$sarif_ref"
output sarif-sha "$sarif_sha"
output folder "$(mktemp -d "${RUNNER_TEMP:?}/securescan-XXXXXXXXXX")"
if [ "$mode" = diff ]; then
    printf 'securescan: comparing %s with %s\n' "${head:0:40}" "${base:0:40}"
else
    echo "securescan: scanning the whole tree"
fi
