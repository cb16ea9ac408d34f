# shellcheck shell=bash
# How the steps of the action talk to the runner. Sourced by each of them; does nothing by itself.
set -euo pipefail

# The text as the data of a workflow command: one line, whatever it holds.
escaped() {
    local text=$1
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    text=${text//$'\n'/%0A}
    printf '%s' "$text"
}

notice() { printf '::notice title=securescan::%s\n' "$(escaped "$*")"; }
warning() { printf '::warning title=securescan::%s\n' "$(escaped "$*")"; }

# Wrong use of the action: exit code 2, as everywhere in securescan. The runner reads commands on standard error too,
# and standard output may be the value that a caller asked for.
die() {
    printf '::error title=securescan::%s\n' "$(escaped "$*")" >&2
    exit 2
}

# output NAME VALUE: an output of the step. A value of several lines could add outputs of its own.
output() {
    case $2 in
    *$'\n'* | *$'\r'*) die "the value of the output $1 has several lines" ;;
    esac
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# quoted COMMAND...: runs it with workflow commands switched off, because its output repeats what stands in scanned
# files. Answers with its exit code.
quoted() {
    local token code=0
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$token"
    "$@" 2>&1 || code=$?
    # The token counts only at the beginning of a line.
    printf '\n::%s::\n' "$token"
    return "$code"
}

# switch NAME VALUE: `true` or `false`, in any case; anything else is refused.
switch() {
    case ${2,,} in
    true | false) printf '%s' "${2,,}" ;;
    *) die "the input $1 is neither true nor false" ;;
    esac
}

# Elsewhere bash is too old or another shell altogether; better one line here than a riddle later.
if [ "${RUNNER_OS:-Linux}" != Linux ]; then die "the action runs on Linux; on ${RUNNER_OS} call the program itself"; fi
