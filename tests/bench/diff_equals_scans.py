#!/usr/bin/env python3
"""Holds `securescan diff` against two full scans, over adjacent commits of real repositories: NEW, FIXED and UNCHANGED
must be the set differences of what two scans of the exported trees find.

usage: diff_equals_scans.py PROGRAM PAIRS REPOSITORY...

Each tree is exported blob by blob into an empty folder, made a repository with every file of the commit added (so that
what the commit tracks is tracked there), and scanned with nothing suppressed left out. Prints a line per repository and
each pair that differs; exit 1 when one does.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile


def git(repository, *args, text=True):
    return subprocess.run(["git", "-C", repository, *args], check=True, capture_output=True, text=text).stdout


def export(repository, commit, folder):
    """Writes every blob of the commit; links and modes too."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    listing = git(repository, "ls-tree", "-r", "-z", commit, text=False)
    wanted = []
    for line in listing.split(b"\0"):
        if line:
            head, path = line.split(b"\t", 1)
            mode, kind, oid = head.split(b" ")
            if kind == b"blob":
                wanted.append((mode, oid, path))
    out = subprocess.run(
        ["git", "-C", repository, "cat-file", "--batch"],
        input=b"".join(oid + b"\n" for _, oid, _ in wanted),
        check=True,
        capture_output=True,
    ).stdout
    at = 0
    for mode, _, path in wanted:
        end = out.index(b"\n", at)
        size = int(out[at:end].split(b" ")[2])
        data = out[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
        full = os.path.join(os.fsencode(folder), path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if mode == b"120000":
            os.symlink(data, full)
        else:
            with open(full, "wb") as file:
                file.write(data)
            os.chmod(full, 0o755 if mode == b"100755" else 0o644)
    subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
    # Bytes as they are: no conversion of line ends.
    subprocess.run(
        ["git", "-C", folder, "-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "add", "-A", "-f"],
        check=True,
        stderr=subprocess.DEVNULL,
    )


def run(program, *args):
    done = subprocess.run([program, *args], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{program} {' '.join(args)} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def prints(findings):
    return {finding["fingerprint"] for finding in findings}


def scan(program, repository, commit, folder, cache):
    if commit not in cache:
        export(repository, commit, folder)
        document = run(program, "scan", folder, "-o", "json", "--show-suppressed", "--no-config", "--min-confidence", "low")
        cache[commit] = (prints(document["findings"]), prints(document["suppressed"]))
    return cache[commit]


def main():
    program, pairs, repositories = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    work = tempfile.mkdtemp()
    differing = 0
    for repository in repositories:
        commits = git(repository, "rev-list", "--first-parent", "HEAD").split()
        step = max(1, (len(commits) - 1) // pairs)
        cache, new_total, fixed_total, moved_total, unchanged_total, done = {}, 0, 0, 0, 0, 0
        for at in range(0, min(len(commits) - 1, step * pairs), step):
            head, base = commits[at], commits[at + 1]
            cache = {key: value for key, value in cache.items() if key in (base, head)}
            before, before_hidden = scan(program, repository, base, os.path.join(work, "tree"), cache)
            after, after_hidden = scan(program, repository, head, os.path.join(work, "tree"), cache)
            document = run(
                program, "diff", repository, "--base-ref", base, "--head-ref", head, "-o", "json",
                "--show-suppressed", "--include-unchanged", "--no-config", "--min-confidence", "low",
            )
            new = prints(document["new"]) | prints(document["suppressed"])
            fixed, unchanged = prints(document["fixed"]), prints(document["unchanged"])
            moved = prints(entry["finding"] for entry in document["moved"])
            all_before, all_after = before | before_hidden, after | after_hidden
            problems = []
            if new | moved != all_after - all_before:
                problems.append(f"new: {sorted((new | moved) ^ (all_after - all_before))}")
            expected_fixed = before - all_after
            if not (fixed <= expected_fixed and len(expected_fixed - fixed) <= len(moved)):
                problems.append(f"fixed: {sorted(fixed ^ expected_fixed)}")
            if unchanged != after & all_before:
                problems.append(f"unchanged: {sorted(unchanged ^ (after & all_before))}")
            if document["unchanged_count"] != len(unchanged) + len(moved):
                problems.append("the count of unchanged findings")
            for problem in problems:
                print(f"{repository} {base[:10]}..{head[:10]} {problem}")
            differing += bool(problems)
            new_total += len(new)
            fixed_total += len(fixed)
            moved_total += len(moved)
            unchanged_total += len(unchanged)
            done += 1
        print(
            f"{os.path.basename(os.path.dirname(repository)) or repository}: {done} pairs of {len(commits)} commits, "
            f"{new_total} new, {fixed_total} fixed, {moved_total} moved, {unchanged_total} unchanged"
        )
    shutil.rmtree(work)
    print(f"{differing} pairs differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
