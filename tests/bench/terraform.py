#!/usr/bin/env python3
"""Compares `misconfig` with checkov on trees of Terraform and CloudFormation: time, memory, and whether they agree.

usage: terraform.py PROGRAM TREE... [--checkov PATH] [--framework terraform|cloudformation] [--runs N] [--show N]

PROGRAM is a release build, each TREE a folder. checkov (`pip install checkov`) runs offline. Of the checks that both
have - ours list the ids of checkov as aliases - it counts the pairs of check and resource:

  reported   pairs that checkov fails and securescan reports, of all that checkov fails
  extra      pairs that securescan reports and checkov passes, of all that securescan reports

A resource is its file and its address without modules and indices: securescan tells a mistake of a module once, where
it stands. `--show N` prints up to N pairs of each difference.
"""

import argparse
import collections
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time


def measured(command, folder):
    """Standard output, seconds and peak memory in MiB of a command; both tools exit with 1 when they find something."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, 1):
            sys.exit(f"{command[0]} ended with {code} in {folder}")
        out.seek(0)
        return out.read(), seconds, usage.ru_maxrss / 1024


def address(text, framework):
    if framework == "cloudformation":
        return text.rsplit(".", 1)[-1]
    text = re.sub(r"\[[^\]]*\]", "", text)
    # A call within a module is written like a resource of one.
    if re.fullmatch(r"(module\.\w[\w-]*\.)+[\w-]+", text) and text.count(".") == 2:
        return text.rsplit(".", 1)[-1]
    while text.startswith("module.") and text.count(".") >= 3:
        text = text.split(".", 2)[2]
    return text


def of_checkov(text, framework):
    """Pairs that failed and pairs that passed; what fails for one instance fails."""
    results = json.loads(text)
    failed, passed = set(), set()
    for result in results if isinstance(results, list) else [results]:
        for key, pairs in (("failed_checks", failed), ("passed_checks", passed)):
            for one in result.get("results", {}).get(key, []):
                path = one["file_path"].lstrip("/")
                pairs.add((one["check_id"], path, address(one["resource"], framework)))
    return failed, passed - failed


def of_ours(text, framework):
    pairs = set()
    for finding in json.loads(text)["findings"]:
        if finding["rule_id"].startswith("misconfig/cfn-") != (framework == "cloudformation"):
            continue
        # Charts, workflows and the like may lie beside.
        if framework == "terraform" and not re.search(r"\.(tf|tofu)(\.json)?$", finding["file_path"]):
            continue
        metadata = finding["metadata"]
        for alias in metadata.get("aliases", []):
            if alias.startswith("CKV"):
                resource = metadata.get("resource", "")
                for prefix in ("provider.", "data.", "module."):
                    resource = resource.removeprefix(prefix)
                pairs.add((alias, finding["file_path"], resource))
    return pairs


def shared_checks(program, framework):
    rules = json.loads(subprocess.run([program, "rules", "list", "-o", "json"], check=True, capture_output=True).stdout)
    rules = rules["rules"] if isinstance(rules, dict) else rules
    ours = [rule for rule in rules if rule["id"].startswith("misconfig/")]
    ours = [rule for rule in ours if rule["id"].startswith("misconfig/cfn-") == (framework == "cloudformation")]
    return {alias for rule in ours for alias in rule.get("aliases", []) if alias.startswith("CKV")}


def share(part, whole):
    return f"{100 * part / whole:.1f} % ({part} of {whole})" if whole else "-"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("trees", nargs="+")
    parser.add_argument("--checkov", default="checkov")
    parser.add_argument("--framework", default="terraform", choices=["terraform", "cloudformation"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    checkov = os.path.abspath(arguments.checkov) if os.sep in arguments.checkov else arguments.checkov
    version = subprocess.run([checkov, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    own = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    print(f"checkov {version}, {own}, {arguments.framework}")
    shared = shared_checks(program, arguments.framework)
    ours_command = [program, "scan", ".", "--scanner", "misconfig", "-o", "json", "--no-suppress"]
    theirs_command = [checkov, "-d", ".", "--framework", arguments.framework, "-o", "json", "--skip-download"]
    total = collections.Counter()
    for tree in arguments.trees:
        theirs, their_seconds, their_memory = measured(theirs_command, tree)
        runs = [measured(ours_command, tree) for _ in range(arguments.runs)]
        seconds = statistics.median(run[1] for run in runs)
        memory = max(run[2] for run in runs)
        failed, passed = of_checkov(theirs, arguments.framework)
        failed = {pair for pair in failed if pair[0] in shared}
        ours = {pair for pair in of_ours(runs[0][0], arguments.framework) if pair[0] in shared}
        missed, extra = failed - ours, ours & passed
        total.update(failed=len(failed), reported=len(failed & ours), ours=len(ours), extra=len(extra))
        print(f"\n{tree}")
        print(f"  time      checkov {their_seconds:.2f} s, securescan {seconds:.3f} s: {their_seconds / seconds:.0f} times")
        print(f"  memory    checkov {their_memory:.0f} MiB, securescan {memory:.0f} MiB: {their_memory / memory:.1f} times")
        print(f"  reported  {share(len(failed & ours), len(failed))}")
        print(f"  extra     {share(len(extra), len(ours))}; further {len(ours - failed - passed)} that checkov says nothing of")
        for word, pairs in (("missed", missed), ("extra", extra)):
            for pair in sorted(pairs)[: arguments.show]:
                print(f"    {word}  {' '.join(pair)}")
    print("\nall trees")
    print(f"  reported  {share(total['reported'], total['failed'])}")
    print(f"  extra     {share(total['extra'], total['ours'])}")


if __name__ == "__main__":
    main()
