#!/usr/bin/env python3
"""Holds the dockerfile scanner against hadolint, and against checkov where it is given, over the same Dockerfiles in one run:
what both find, and every finding that only one of them has, in rules that both have.

usage: dockerfiles.py --ours PROGRAM --hadolint PROGRAM [--checkov PROGRAM] [--show N] FOLDER

Every Dockerfile below FOLDER is looked at. A finding is a file, a rule of ours and the instruction it is about: their ids are turned
into ours through the aliases of our rules, and lines into the first line of their instruction. hadolint's findings in rules
that ours have no alias of are counted apart. Comments that silence findings count for neither side.

Prints the version of each peer and the seconds each took.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import time

# hadolint has them switched off until it is asked for, or is given a schema of labels or a list of registries.
OPTIONAL = {"DL3026", "DL3051", "DL3052", "DL3053", "DL3054", "DL3057"}
NAME = re.compile(r"(^|/)(dockerfile|containerfile)(\.[^/]*)?$|\.(dockerfile|containerfile)$", re.IGNORECASE)


def listed(folder):
    found = []
    for where, _, names in os.walk(folder):
        found += [os.path.join(where, name) for name in names if NAME.search(os.path.join(where, name))]
    return sorted(found)


def starts(path):
    """For each line the first line of its instruction."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    escape = "`" if any(re.match(r"#\s*escape\s*=\s*`", line) for line in lines[:5]) else "\\"
    answer, start, ends = {}, None, []
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if start is None and (not bare or bare.startswith("#")):
            continue
        if start is None:
            start = number
        answer[number] = start
        if ends:
            if line.lstrip("\t").rstrip("\r") == ends[0]:
                ends.pop(0)
            if not ends:
                start = None
            continue
        if bare.startswith("#") or not bare:
            continue
        ends += [name for _, name in re.findall(r"(?<!<)<<-?(['\"]?)([A-Za-z_][\w.]*)\1", line)]
        if not bare.endswith(escape) and not ends:
            start = None
    return answer


def timed(command, **more):
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    return done, time.monotonic() - began


def ours(program, folder):
    command = [program, "scan", folder, "--scanner", "dockerfile", "-o", "json", "--no-config", "--no-suppress", "--min-confidence", "low", "--no-ignore"]
    done, took = timed(command)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout), took


def aliases(program):
    done, _ = timed([program, "rules", "list", "--output", "json"])
    rules = json.loads(done.stdout)
    rules = rules["rules"] if isinstance(rules, dict) else rules
    table = collections.defaultdict(set)
    for rule in rules:
        if rule["scanner"] == "dockerfile":
            for alias in rule["aliases"]:
                table[alias].add(rule["id"])
    return table


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--hadolint")
    parser.add_argument("--checkov")
    parser.add_argument("--show", type=int, default=1000)
    parser.add_argument("folder")
    args = parser.parse_args()
    folder = os.path.abspath(args.folder)
    files = listed(folder)
    first = {path: starts(path) for path in files}
    table = aliases(args.ours)
    document, took = ours(args.ours, folder)
    print(f"{len(files)} files; ours {took:.2f} s, {len(document['findings'])} findings")
    mine = collections.defaultdict(set)
    root = folder
    while not os.path.exists(os.path.join(root, ".git")) and os.path.dirname(root) != root:
        root = os.path.dirname(root)
    for finding in document["findings"]:
        path = next(p for p in (os.path.join(folder, finding["file_path"]), os.path.join(root, finding["file_path"])) if os.path.exists(p))
        line = finding["line"] if "line" in finding else finding["line_start"]
        mine[finding["rule_id"]].add((path, first[path].get(line, line)))
    if args.hadolint:
        version, _ = timed([args.hadolint, "--version"])
        done, took = timed([args.hadolint, "--format", "json", "--no-fail", "--disable-ignore-pragma", *files])
        found = json.loads(done.stdout)
        print(f"{version.stdout.strip()}: {took:.2f} s, {len(found)} findings")
        unread = {one["file"] for one in found if one["code"] == "DL1000"}
        print(f"files it cannot read, left out: {len(unread)}")
        theirs = collections.defaultdict(set)
        unknown = collections.Counter()
        for one in found:
            rules = table.get(one["code"])
            if not rules:
                unknown[one["code"]] += 1
                continue
            for rule in rules:
                theirs[rule, one["code"]].add((one["file"], first[one["file"]].get(one["line"], one["line"])))
        compare(table, mine, theirs, "DL", unread, args.show, folder)
        print("rules that only hadolint has:", ", ".join(f"{code} {count}" for code, count in unknown.most_common()))
    if args.checkov:
        checkov(args, table, mine, files, folder)


def checkov(args, table, mine, files, folder):
    """checkov tells of lines of an instruction, or of a file."""
    version, _ = timed([args.checkov, "--version"])
    with tempfile.TemporaryDirectory() as work:
        env = {"PATH": os.environ["PATH"], "HOME": work, "CKV_NO_UPDATE": "1"}
        command = [args.checkov, "--framework", "dockerfile", "--skip-download", "--compact", "--quiet", "-o", "json", "-d", folder]
        done, took = timed(command, env=env)
    document = json.loads(done.stdout)
    document = document[0] if isinstance(document, list) else document
    failed = document["results"]["failed_checks"]
    print(f"checkov {version.stdout.strip()}: {took:.2f} s, {len(failed)} failed checks")
    theirs, unknown = collections.defaultdict(set), collections.Counter()
    for one in failed:
        rules = table.get(one["check_id"])
        if not rules:
            unknown[one["check_id"]] += 1
        for rule in rules or ():
            theirs[rule, one["check_id"]].add((folder + one["file_path"], 0))
    by_file = {rule: {(path, 0) for path, _ in places} for rule, places in mine.items()}
    compare(table, by_file, theirs, "CKV", set(), args.show, folder)
    print("rules that only checkov has:", dict(unknown))


def compare(table, mine, theirs, prefix, unread, show, folder):
    """Their finding is found if one of our rules with that alias has it; ours is an extra if none of the rule's aliases has it."""
    codes = sorted(code for code in table if code.startswith(prefix) and code not in OPTIONAL and not re.fullmatch(r"DL0\d\d", code))
    total = missed = 0
    everything = collections.defaultdict(set)
    for (_, code), places in theirs.items():
        everything[code] |= places
    only_theirs, only_ours = [], []
    for code in codes:
        union = set().union(*(mine.get(rule, set()) for rule in table[code]))
        total += len(everything[code])
        lost = everything[code] - union
        missed += len(lost)
        only_theirs += [(code, *place) for place in sorted(lost)]
    extras = 0
    for rule in sorted({rule for code in codes for rule in table[code]}):
        known = set().union(*(everything[code] for code in codes if rule in table[code]))
        for place in sorted(place for place in mine.get(rule, set()) - known if place[0] not in unread):
            extras += 1
            only_ours.append((rule, *place))
    share = 100 * (total - missed) / total if total else 100
    print(f"in rules of both: {total} of theirs, {total - missed} of these found ({share:.1f} %), {extras} more of ours")
    for who, rows in (("only theirs", only_theirs), ("only ours", only_ours)):
        counts = collections.Counter(row[0] for row in rows)
        print(f"{who}:", ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none")
        for name, path, line in rows[:show]:
            print(f"  {name} {os.path.relpath(path, folder)}:{line}")


if __name__ == "__main__":
    main()
