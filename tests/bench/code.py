#!/usr/bin/env python3
"""Compares `sast` with semgrep, ruff and bandit on the same trees: time, memory, findings.

usage: code.py PROGRAM TREE... [--semgrep PATH --rules FOLDER] [--ruff PATH] [--bandit PATH] [--runs N]

PROGRAM is a release build. With `--semgrep` and `--rules` both tools run the same local rules, and the lines each
reports are compared. With `--ruff` and `--bandit` the built-in rules run against `ruff check --select S --no-cache` and
bandit with `# nosec` ignored, and what bandit reports with severity medium or high is compared by id and line: ours may
lie on any line of bandit's range. Every figure is the median of `--runs` runs in turns after one warm-up run.
"""

import argparse
import collections
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def measured(command, folder, allowed=(0, 1)):
    """Standard output, seconds and peak memory in MiB of a command and what it started."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        code = os.waitstatus_to_exitcode(status)
        if code not in allowed:
            sys.exit(f"{command[0]} ended with {code} in {folder}")
        out.seek(0)
        return out.read(), seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def figures(commands, folder, runs):
    """For each command its last output and the medians of seconds, MiB and CPU seconds; the commands take turns."""
    samples = {name: [] for name in commands}
    outputs = {}
    for turn in range(runs + 1):
        for name, command in commands.items():
            outputs[name], *sample = measured(command, folder)
            if turn:
                samples[name].append(sample)
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in samples.items()}
    return outputs, medians


def table(medians):
    base = medians["securescan"]
    print(f"{'tool':12} {'wall s':>8} {'MiB':>7} {'CPU s':>8} {'wall x':>7} {'MiB x':>7}")
    for name, (wall, memory, cpu) in medians.items():
        print(f"{name:12} {wall:8.3f} {memory:7.0f} {cpu:8.3f} {wall / base[0]:7.1f} {memory / base[1]:7.1f}")


def ours(output):
    """Lines by id and by alias of what securescan reports."""
    found = set()
    for one in json.loads(output)["findings"]:
        ids = [one["rule_id"], *one.get("metadata", {}).get("aliases", [])]
        found.update((one["file_path"], one["line"], id) for id in ids)
    return found


def compared(name, theirs, mine):
    both = theirs & mine
    share = 100 * len(both) / len(theirs) if theirs else 100
    print(f"{name}: {len(both)} of {len(theirs)} reported by both ({share:.1f} %)")
    for path, line, id in sorted(theirs - mine)[:20]:
        print(f"  only {name}: {path}:{line} {id}")


def compared_by_range(results, mine):
    """What bandit reports against ours, in all and by id."""
    found, missed = collections.Counter(), []
    for one in results:
        path, id = one["filename"].removeprefix("./"), one["test_id"]
        if any((path, line, id) in mine for line in one["line_range"]):
            found[id] += 1
        else:
            missed.append((path, one["line_number"], id))
    total = collections.Counter(one["test_id"] for one in results)
    share = 100 * found.total() / total.total() if total else 100
    print(f"bandit: {found.total()} of {total.total()} reported by both ({share:.1f} %)")
    print("  " + ", ".join(f"{id} {found[id]}/{count}" for id, count in sorted(total.items())))
    for path, line, id in sorted(missed)[:20]:
        print(f"  only bandit: {path}:{line} {id}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("trees", nargs="+")
    parser.add_argument("--semgrep")
    parser.add_argument("--rules")
    parser.add_argument("--ruff")
    parser.add_argument("--bandit")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    scan = [program, "scan", "--native-only", "--no-config", "--no-suppress", "--no-ignore", "--scanner", "sast", "-o", "json", "."]
    for tree in options.trees:
        print(f"== {tree}")
        if options.semgrep:
            rules = os.path.abspath(options.rules)
            semgrep = [options.semgrep, "scan", "--metrics=off", "--json", "--quiet", "--no-git-ignore", "--config", rules, "."]
            outputs, medians = figures(
                {"securescan": [*scan, "--rules", rules, "--min-confidence", "low"], "semgrep": semgrep}, tree, options.runs
            )
            table(medians)
            found = json.loads(outputs["semgrep"])["results"]
            theirs = {(one["path"].removeprefix("./"), one["start"]["line"], one["check_id"]) for one in found}
            mine = {(path, line, id) for path, line, id in ours(outputs["securescan"])}
            known = {id for _, _, id in mine}
            last = {id.rsplit(".", 1)[-1]: id for id in known}
            theirs = {(path, line, id if id in known else last.get(id.rsplit(".", 1)[-1], id)) for path, line, id in theirs}
            compared("semgrep", theirs, mine)
        commands = {"securescan": scan}
        if options.ruff:
            commands["ruff"] = [options.ruff, "check", "--select", "S", "--no-cache", "--isolated", "--output-format", "json", "."]
        if options.bandit:
            commands["bandit"] = [options.bandit, "-q", "-r", "--ignore-nosec", "-f", "json", "."]
        if len(commands) > 1:
            outputs, medians = figures(commands, tree, options.runs)
            table(medians)
        if options.bandit:
            all_of_ours, *_ = measured([*scan, "--min-confidence", "low"], tree)
            results = json.loads(outputs["bandit"])["results"]
            severe = [one for one in results if one["issue_severity"] in ("MEDIUM", "HIGH")]
            compared_by_range(severe, ours(all_of_ours))


if __name__ == "__main__":
    main()
