#!/usr/bin/env python3
"""Compares the checks of Kubernetes manifests with checkov's, pair by pair of check and object, on trees that both scan in one run.

usage: kubernetes.py SECURESCAN CHECKOV FOLDER ...

Only checks that both have are compared: those of checkov whose id is an alias of ours. An object is a kind and a name in a file. With
`--list` each pair that only one of them reports is printed.
"""

import collections
import json
import os
import re
import subprocess
import sys
import time


def run(command, **more):
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    return done, time.monotonic() - start


def aliases(program):
    done, _ = run([program, "rules", "list", "-o", "json"])
    rules = json.loads(done.stdout)
    rules = rules["rules"] if isinstance(rules, dict) else rules
    return {alias for rule in rules if rule["scanner"] == "misconfig" for alias in rule["aliases"]}


def ours(program, folder):
    command = [program, "scan", folder, "--scanner", "misconfig", "-o", "json", "--min-confidence", "low", "--no-config",
               "--no-suppress"]
    done, took = run(command)
    document = json.loads(done.stdout)
    pairs = set()
    for finding in document["findings"]:
        resource = finding["metadata"].get("resource", "")
        found = re.match(r"(\w+)/(\S+)", resource)
        if not found:
            continue
        for alias in finding["metadata"].get("aliases", []):
            if alias.startswith("CKV_K8S_"):
                pairs.add((alias, finding["file_path"], found[1], found[2]))
    return pairs, took


def theirs(program, folder):
    command = [program, "-d", folder, "--framework", "kubernetes", "-o", "json", "--compact", "--skip-download"]
    environment = dict(os.environ, CKV_NO_UPDATE="1", LOG_LEVEL="ERROR")
    done, took = run(command, env=environment)
    document = json.loads(done.stdout[done.stdout.index("{"):] if "{" in done.stdout else "{}")
    sides = {"failed": set(), "passed": set()}
    for side, pairs in sides.items():
        for check in document.get("results", {}).get(f"{side}_checks", []):
            # Pods that checkov makes from templates are not in the file.
            kind, _, rest = check["resource"].partition(".")
            name = rest.split(".", 1)[1] if "." in rest else rest
            if ".app-" in name or not check["check_id"].startswith("CKV_K8S_"):
                continue
            path = os.path.relpath(check["file_abs_path"], folder)
            pairs.add((check["check_id"], path, kind, name))
    return sides["failed"], sides["passed"], took


def main():
    arguments = [one for one in sys.argv[1:] if one != "--list"]
    mine, checkov, folders = arguments[0], arguments[1], arguments[2:]
    print(run([mine, "--version"])[0].stdout.strip(), "| checkov", run([checkov, "--version"])[0].stdout.strip())
    both = aliases(mine)
    total = collections.Counter()
    for folder in map(os.path.abspath, folders):
        found, own_time = ours(mine, folder)
        failed, passed, their_time = theirs(checkov, folder)
        failed = {pair for pair in failed if pair[0] in both}
        passed = {pair for pair in passed if pair[0] in both} - failed
        missed, extra = failed - found, found & passed
        total.update(failed=len(failed), passed=len(passed), agreed=len(failed & found), extra=len(extra))
        print(f"{folder}: checkov fails {len(failed)}, we report {len(failed & found)} of them; "
              f"of {len(passed)} that it passes we report {len(extra)}; {own_time:.2f} s and {their_time:.2f} s")
        for name, pairs in (("missed", missed), ("extra", extra)):
            counts = collections.Counter(pair[0] for pair in pairs)
            print(f"  {name}: {dict(counts.most_common())}")
            if "--list" in sys.argv:
                for pair in sorted(pairs):
                    print("   ", *pair)
    if total["failed"]:
        share = 100 * total["agreed"] / total["failed"]
        more = 100 * total["extra"] / max(total["passed"], 1)
        print(f"together: {share:.1f} % of what checkov fails, {more:.1f} % of what it passes")


if __name__ == "__main__":
    main()
