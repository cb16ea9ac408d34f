#!/usr/bin/env bash
# Fifth step, the only one that has the token: the comment and the review on the pull request. securescan itself falls
# back to annotations and the log when it may not write, so nothing of this fails the job.
. "$(dirname "${BASH_SOURCE[0]}")/runner.sh"

cd "${GITHUB_WORKSPACE:?}"
common=(--format-file "$RESULT" --repo "${GITHUB_REPOSITORY:?}" --pr "$PULL" --expect-head "$PULL_HEAD"
    --api-url "${GITHUB_API_URL:-https://api.github.com}")
log=$FOLDER/post.txt

# The summary of the job is written already; a fallback must not write it a second time.
unset GITHUB_STEP_SUMMARY

post() {
    local code=0
    "$PROGRAM" post "$@" "${common[@]}" >"$log" || code=$?
    cat "$log"
    if [ "$code" -ne 0 ]; then warning "securescan post $1 ended with code $code"; fi
}

case $POST in
summary | both) post comment ;;
esac
case $POST in
inline | both)
    if [ "$POST" = both ] && grep -Eq '^::(error|warning|notice) [^:]*file=' "$log"; then
        # The comment fell back to annotations; a review would fail alike and say everything twice.
        exit 0
    fi
    review=(review "--review-event=${IN_REVIEW_EVENT^^}")
    if [ "${IN_INLINE_SUGGESTIONS,,}" != true ]; then review+=(--no-suggestions); fi
    post "${review[@]}"
    ;;
esac
