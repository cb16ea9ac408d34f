#!/usr/bin/env python3
"""Counts how many annotated rule tests of a checkout of Semgrep-syntax rules securescan passes.

usage: semgrep_rules.py PROGRAM CHECKOUT [--show] [--json FILE]

PROGRAM is a build of securescan, CHECKOUT a folder of rules with files beside them (a.yaml and a.py) whose comments
`ruleid: ID` and `ok: ID` say what the next line is. A pair of rule and file passes when every `ruleid` line is
reported and no `ok` line is. The table counts pairs by the first language of the rule; `--show` lists what failed,
with the construct that is missing where the rule was skipped.
"""

import argparse
import collections
import json
import subprocess
import sys

NAMES = {"js": "javascript", "ts": "typescript", "kt": "kotlin", "C#": "csharp", "terraform": "hcl", "py": "python"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("checkout")
    parser.add_argument("--show", action="store_true", help="list what failed")
    parser.add_argument("--json", help="write all outcomes to this file")
    options = parser.parse_args()
    command = [options.program, "rules", "test", "--output", "json", options.checkout]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"securescan ended with {run.returncode}")
    outcomes = json.loads(run.stdout)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(outcomes, file, indent=1)
    by_language = collections.defaultdict(lambda: [0, 0, collections.Counter()])
    for one in outcomes:
        passed = not (one["missing"] or one["unexpected"] or one.get("skipped"))
        language = NAMES.get(one["language"], one["language"])
        for name in (language, "all"):
            row = by_language[name]
            row[0] += passed
            row[1] += 1
            if not passed:
                row[2]["skipped" if one.get("skipped") else "differs"] += 1
        if options.show and not passed:
            why = one.get("skipped") or f"missing {one['missing']}, unexpected {one['unexpected']}"
            print(f"{one['target']}: {one['rule']}: {why}")
    print(f"{'language':14} {'pass':>5} {'of':>5} {'share':>7} {'skipped':>8} {'differs':>8}")
    for name, (passed, number, why) in sorted(by_language.items(), key=lambda row: -row[1][1]):
        share = 100 * passed / number
        print(f"{name:14} {passed:5} {number:5} {share:6.1f}% {why['skipped']:8} {why['differs']:8}")


if __name__ == "__main__":
    main()
