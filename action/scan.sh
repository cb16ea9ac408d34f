#!/usr/bin/env bash
# Third step: the one scan of the run. Its result is written once; every surface is made from it. A gate that trips is
# an output here, because the surfaces are wanted most when there is something to show.
. "$(dirname "${BASH_SOURCE[0]}")/runner.sh"

result=$FOLDER/result.json
report=$FOLDER/report.txt
sarif=$FOLDER/securescan.sarif

args=()
if [ -n "${IN_SCAN_TYPES:-}" ]; then args+=(--type "${IN_SCAN_TYPES// /}"); fi
if [ -n "${IN_BASELINE:-}" ]; then args+=(--baseline "$IN_BASELINE"); fi
if [ "${IN_FAIL_ON_INCOMPLETE,,}" = true ]; then args+=(--fail-on incomplete); fi
args+=(--output "json=$result" --output "text=$report" --output "sarif=$sarif")

if [ -n "${IN_FAIL_ON_SEVERITY:-}" ]; then args+=(--fail-on-severity="$IN_FAIL_ON_SEVERITY"); fi
if [ "$MODE" = diff ]; then
    # SARIF tells code scanning the state of the head: without what is unchanged, old alerts would be closed as fixed.
    args+=(--base-ref="$BASE" --head-ref="$HEAD" --policy-from="$IN_POLICY_FROM" --include-unchanged --no-cache)
    if [ "$TWO_DOT" = true ]; then args+=(--two-dot); fi
fi

cd "${GITHUB_WORKSPACE:?}"
code=0
quoted "$PROGRAM" "$MODE" "${args[@]}" -- "$TARGET" || code=$?
output exit-code "$code"
if [ ! -s "$result" ]; then
    # Wrong usage or input: securescan has said what, and there is nothing to show.
    exit 0
fi

echo '::group::securescan: report'
quoted cat "$report"
echo '::endgroup::'

# Counts are read from the fixed line of the text report that holds nothing of what was scanned: the first one of a
# comparison, the last total of a scan.
number='([0-9][0-9,]*)'
new='' fixed='' unchanged=''
if [ "$MODE" = diff ]; then
    IFS= read -r line <"$report" || true
    if [[ $line =~ ^SecureScan\ diff:\ $number\ new,\ $number\ fixed,\ $number\ unchanged ]]; then
        new=${BASH_REMATCH[1]//,/} fixed=${BASH_REMATCH[2]//,/} unchanged=${BASH_REMATCH[3]//,/}
    fi
else
    line=$(grep -E '^total +[0-9][0-9,]* findings?( |$)' "$report" | tail -n 1 || true)
    if [[ $line =~ ^total\ +$number ]]; then new=${BASH_REMATCH[1]//,/} fixed=0 unchanged=0; fi
fi
if [ -z "$new" ]; then warning "the report has no line with the counts; the outputs new, fixed and unchanged are empty"; fi
output new "$new"
output fixed "$fixed"
output unchanged "$unchanged"
output result-path "$result"
output sarif-path "$sarif"
