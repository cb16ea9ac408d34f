#!/usr/bin/env bash
# Last step: the exit code of the scan becomes the one of the action, after every surface had its turn.
. "$(dirname "${BASH_SOURCE[0]}")/runner.sh"

case $CODE in
0) echo "securescan: passed" ;;
1) printf '::error title=securescan::%s\n' "The gate tripped: findings are left that this workflow does not allow." ;;
2) printf '::error title=securescan::%s\n' "Nothing was scanned: the usage, the configuration or the input is wrong; see the step before." ;;
3) printf '::error title=securescan::%s\n' "The scan is incomplete; do not read it as clean." ;;
*)
    printf '::error title=securescan::%s\n' "securescan ended unexpectedly."
    if ! [[ $CODE =~ ^[0-9]{1,3}$ ]] || [ "$CODE" -gt 255 ]; then CODE=2; fi
    ;;
esac
exit "$CODE"
