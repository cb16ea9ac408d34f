#!/usr/bin/env bash
# Fourth step: the surfaces that need no token: the summary of the job, and annotations where nothing is posted.
. "$(dirname "${BASH_SOURCE[0]}")/runner.sh"

cd "${GITHUB_WORKSPACE:?}"
"$PROGRAM" render "$RESULT" --output "job-summary=$FOLDER/summary.md"
cat "$FOLDER/summary.md" >>"$GITHUB_STEP_SUMMARY"

# A comment or a review tells it all; when it cannot be posted, the posting step annotates.
if [ "$POST" = none ]; then "$PROGRAM" render "$RESULT" --output github-annotations; fi
