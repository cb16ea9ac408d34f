#!/usr/bin/env python3
"""Compares what securescan and zizmor say of workflows: for each audit both have, the places both name and those one names alone.

    tests/bench/workflows.py FOLDER [--program PATH] [--zizmor PATH] [--checkov PATH] [--show AUDIT]

FOLDER holds repositories, or only their `.github` folders. zizmor runs offline, so what it has to ask GitHub for is not compared.
With --checkov its framework github_actions is compared too, by check and file.
A place is a file and a line; where the two name different lines of one thing on purpose (LOOSE), it is the file.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

# Audits whose findings stand at different lines: ours stands once for a workflow, theirs for each job.
LOOSE = {
    "excessive-permissions",
    "dangerous-triggers",
    "artipacked",
    "dependabot-cooldown",
    "hardcoded-container-credentials",
    "secrets-inherit",
    "use-trusted-publishing",
}
# Rules that speak once of a step: what the audit finds further down in it is found.
OF_STEPS = {"misconfig/gha-template-output"}
STEP = re.compile(r"\s*-\s+(name|id|uses|run|if|env|with|shell|working-directory|continue-on-error|timeout-minutes)\s*:")
# Audits for which there is no check, with the reason in docs/scanners/github-actions.md.
OURS_ALONE = "supply-chain/unpinned-action"


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if not result.stdout.strip():
        sys.exit(f"{command[0]} said nothing: {result.stderr[-500:]}")
    return result.stdout


def version(program):
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def of_zizmor(program, folder):
    text = run([program, "--offline", "--no-exit-codes", "--collect", "all", "--format", "json", folder])
    for finding in json.loads(text):
        primary = [one for one in finding["locations"] if one["symbolic"]["kind"] == "Primary"]
        for location in primary[:1]:
            path = next(iter(location["symbolic"]["key"].values()))["verbatim_path"]
            start = location["concrete"]["location"]["start_point"]["row"] + 1
            # A finding about a part of a block is somewhere in it.
            end = location["concrete"]["location"]["end_point"]["row"] + 1
            yield finding["ident"], path, start, end


def of_securescan(program, folder):
    text = run([program, "scan", folder, "-o", "json", "--scanner", "misconfig", "--scanner", "supply-chain"])
    for finding in json.loads(text)["findings"]:
        names = finding.get("metadata", {}).get("aliases", [])
        if finding["rule_id"] == OURS_ALONE:
            names = ["zizmor/unpinned-uses"]
        for name in names:
            if name.startswith("zizmor/"):
                yield name.removeprefix("zizmor/"), finding["file_path"], finding["line"], finding["rule_id"]


def of_checkov(program, folder):
    """Failed pairs of check and file."""
    with tempfile.TemporaryDirectory() as home:
        env = {"PATH": os.environ["PATH"], "HOME": home, "CKV_NO_UPDATE": "1"}
        command = [program, "--framework", "github_actions", "--skip-download", "--compact", "--quiet", "-o", "json", "-d", folder]
        document = json.loads(subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout)
    document = document[0] if isinstance(document, list) else document
    return {(one["check_id"], one["file_path"].lstrip("/")) for one in document["results"]["failed_checks"]}


def against_checkov(options, folder):
    theirs = of_checkov(options.checkov, folder)
    document = json.loads(run([options.program, "scan", folder, "-o", "json", "--scanner", "misconfig"]))
    ours = {
        (alias, finding["file_path"])
        for finding in document["findings"]
        for alias in finding.get("metadata", {}).get("aliases", [])
        if "_GHA_" in alias
    }
    print(f"checkov {version(options.checkov)}")
    for check in sorted({check for check, _ in theirs | ours}):
        wanted, found = ({path for one, path in pairs if one == check} for pairs in (theirs, ours))
        print(f"{check:32} {len(wanted):7} {len(wanted & found):6} {'':6} {len(found):6} {len(found - wanted):6}")
        if options.show == check:
            for who, paths in (("checkov   ", wanted - found), ("securescan", found - wanted)):
                for path in sorted(paths):
                    print(f"  only {who} {path}")


def steps(folder, path, known={}):
    """For each line of a file the line that its step begins with."""
    if path not in known:
        known[path], start = [0], 0
        with open(os.path.join(folder, path), encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                start = number if STEP.match(line) else start
                known[path].append(start)
    return known[path]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--program", default="securescan")
    parser.add_argument("--zizmor", default="zizmor")
    parser.add_argument("--checkov")
    parser.add_argument("--show", help="print the differences of one audit")
    options = parser.parse_args()
    folder = options.folder.rstrip("/")
    theirs = collections.defaultdict(list)
    for ident, path, start, end in of_zizmor(options.zizmor, folder):
        theirs[ident].append((path.removeprefix(folder + "/").removeprefix("./"), start, end))
    ours = collections.defaultdict(set)
    for ident, path, line, rule in of_securescan(options.program, folder):
        ours[ident].add((path, line, rule))
    print(f"{version(options.program)}; {version(options.zizmor)}")
    print(f"{'audit':32} {'theirs':>7} {'both':>6} {'share':>6} {'ours':>6} {'alone':>6}")
    for ident in sorted(set(theirs) | set(ours)):
        loose = ident in LOOSE
        files = {path for path, _, _ in ours[ident]}
        lines, of_steps = collections.defaultdict(list), set()
        for path, line, rule in ours[ident]:
            lines[path].append(line)
            if rule in OF_STEPS:
                of_steps.add((path, steps(folder, path)[line]))

        def is_found(path, start, end):
            if loose:
                return path in files
            return any(start <= line <= end for line in lines[path]) or (path, steps(folder, path)[start]) in of_steps

        missed = [one for one in theirs[ident] if not is_found(*one)]
        alone = [
            one
            for one in sorted(ours[ident])
            if not any(
                path == one[0] and (loose or start <= one[1] <= end) for path, start, end in theirs[ident]
            )
        ]
        total = len(theirs[ident])
        both = total - len(missed)
        share = f"{100 * both / total:.0f}%" if total else "-"
        print(f"{ident:32} {total:7} {both:6} {share:>6} {len(ours[ident]):6} {len(alone):6}")
        if options.show == ident:
            for path, start, end in missed:
                print(f"  only zizmor      {path}:{start}-{end}")
            for path, line, rule in alone:
                print(f"  only securescan  {path}:{line} {rule}")
    if options.checkov:
        against_checkov(options, folder)


if __name__ == "__main__":
    main()
