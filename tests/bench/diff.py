#!/usr/bin/env python3
"""Times comparisons and staged scans on a generated repository, against git and against a scan of the head, in turn in one
run, and holds the ratios to what the project promises.

usage: diff.py PROGRAM [REPOSITORY [RUNS]]

Without a repository, one of 20,000 files with a 20-file change is made (tests/bench/make_repository.py). Prints medians
and ratios; exit 1 when a promise is broken.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def timed(command, folder, env):
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    wall = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{command} ended with {done.returncode}: {done.stderr.decode()}")
    return wall


def peak_memory(command, folder, env):
    """Megabytes, of a child of its own."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def main():
    program = os.path.abspath(sys.argv[1])
    work = tempfile.mkdtemp()
    if len(sys.argv) > 2:
        repository = os.path.abspath(sys.argv[2])
    else:
        repository = os.path.join(work, "repository")
        subprocess.run([sys.executable, os.path.join(HERE, "make_repository.py"), repository], check=True)
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 11
    env = {"PATH": os.environ["PATH"], "HOME": work, "GIT_CONFIG_NOSYSTEM": "1"}
    git = ["git", "-C", repository]
    subprocess.run([*git, "checkout", "-q", "change"], env=env, check=True)
    diff = [program, "diff", "--base-ref", "main", "--head-ref", "change", "--output", "json"]
    commands = {
        "git diff --stat": [*git, "diff", "--stat", "main...change"],
        "diff, warm": diff,
        "diff, cold": [*diff, "--no-cache"],
        "diff --changed-only": [*diff, "--changed-only", "--no-cache"],
        "scan of the head": [program, "scan", "--output", "json"],
    }
    for command in commands.values():
        timed(command, repository, env)
    times = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(timed(command, repository, env))
    # Twenty staged files, beside the work tree of the change.
    listed = subprocess.run([*git, "ls-files", "-z"], env=env, capture_output=True, check=True).stdout.split(b"\0")[:-1]
    for path in listed[:: max(1, len(listed) // 20)][:20]:
        with open(os.path.join(os.fsencode(repository), path), "ab") as file:
            file.write(b"staged_value = 1\n")
        subprocess.run([*git, "add", "--", path], env=env, check=True)
    staged = [program, "scan", "--staged", "--output", "json"]
    timed(staged, repository, env)
    times["scan --staged"] = [timed(staged, repository, env) for _ in range(runs)]
    subprocess.run([*git, "reset", "-q", "--hard"], env=env, check=True)
    middle = {name: statistics.median(list_) * 1000 for name, list_ in times.items()}
    for name, value in middle.items():
        low, high = min(times[name]) * 1000, max(times[name]) * 1000
        print(f"{name:<20} {value:7.0f} ms  ({low:.0f} to {high:.0f}, {runs} runs)")
    memory = max(peak_memory(diff, repository, env), peak_memory(commands["diff, cold"], repository, env))
    bound = 2 * middle["git diff --stat"] + 150
    ratio = statistics.median(
        cold / scan for cold, scan in zip(times["diff, cold"], times["scan of the head"], strict=True)
    )
    promises = [
        ("diff, warm, at most 300 ms", middle["diff, warm"] <= 300, f"{middle['diff, warm']:.0f} ms"),
        ("diff, warm, at most 2 x git + 150 ms", middle["diff, warm"] <= bound, f"{middle['diff, warm']:.0f} of {bound:.0f} ms"),
        ("diff, cold, at most 1.2 x a scan", ratio <= 1.2, f"{ratio:.2f}"),
        ("scan --staged below 150 ms", middle["scan --staged"] < 150, f"{middle['scan --staged']:.0f} ms"),
        ("peak memory below 400 MB", memory < 400, f"{memory:.0f} MB"),
    ]
    for name, kept, figure in promises:
        print(f"{'kept' if kept else 'SHORT':<6} {name}: {figure}")
    shutil.rmtree(work)
    sys.exit(0 if all(kept for _, kept, _ in promises) else 1)


if __name__ == "__main__":
    main()
