#!/usr/bin/env python3
"""Makes a git repository to measure comparisons on: FILES files of source-like text in a few hundred folders, one commit,
then a branch `change` that edits EDITS of them and adds a credential that is made up. The same arguments make the same
commits on every machine.

usage: make_repository.py FOLDER [FILES] [EDITS]
"""

import os
import random
import subprocess
import sys

WORDS = """account address amount batch buffer cache client column config count cursor customer default delta digest
driver entry error event field filter format frame handler header index invoice item key label level limit line list
lock log map mode model name node number offset option order output owner page parent part path plan price query queue
range rate record region report request result role route row rule scope session size slot source stage state status
step store stream table target task token total trace type unit update user value version view width window worker
""".split()
KINDS = ["py", "js", "go", "java", "rb", "ts", "yml", "md", "c", "sh"]


HEADER = """# Part of the measured repository. It is made up, and free to use, change and hand on under the terms of its licence,
# without any warranty: neither that it is fit for a purpose nor that it infringes nobody's rights.
"""


def line(rng):
    a, b, c = rng.choices(WORDS, weights=range(len(WORDS), 0, -1), k=3)
    indent = "    " * rng.randint(0, 3)
    return rng.choice(
        [
            f"{indent}{a}_{b} = {c}.{a}({b}, {rng.randint(0, 99)})",
            f'{indent}if {a}.{b} == "{c} {a}":',
            f"{indent}return {a}_{c}[{b}]",
            f"{indent}# the {a} of a {b} is never its {c}",
            f'{indent}raise Missing{a.title()}("no {b} for {c}")',
            f"{indent}{a}: {b}",
            "",
        ]
    )


def text(rng, habits):
    """Source repeats itself: two lines of three are habits of the folder, so that it compresses as source does."""
    lines = [rng.choice(habits) if rng.random() < 0.67 else line(rng) for _ in range(rng.randint(30, 160))]
    return HEADER + "\n".join(lines) + "\n"


def git(folder, *args):
    env = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": folder,
        "GIT_AUTHOR_DATE": "1700000000 +0000",
        "GIT_COMMITTER_DATE": "1700000000 +0000",
    }
    for who in ("AUTHOR", "COMMITTER"):
        env[f"GIT_{who}_NAME"] = "bench"
        env[f"GIT_{who}_EMAIL"] = "bench@example.invalid"
    subprocess.run(["git", "-C", folder, "-c", "gc.auto=0", *args], env=env, check=True, stdout=subprocess.DEVNULL)


def main():
    folder = sys.argv[1]
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    edits = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    rng = random.Random(7)
    paths = []
    habits = []
    for n in range(files):
        part, kind = n // 40, KINDS[n % len(KINDS)]
        if n % 40 == 0:
            habits = [line(rng) for _ in range(40)]
        path = f"{WORDS[part % len(WORDS)]}/{WORDS[part // 7 % len(WORDS)]}_{part}/{rng.choice(WORDS)}_{n}.{kind}"
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text(rng, habits))
        paths.append(path)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Begin")
    git(folder, "repack", "-adq")
    git(folder, "checkout", "-q", "-b", "change")
    for path in rng.sample(paths, edits):
        made_up = "".join(rng.choice("abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ23456789") for _ in range(24))
        with open(os.path.join(folder, path), "a", encoding="utf-8") as file:
            file.write(f'service_password = "{made_up}"\n')
    git(folder, "commit", "-qam", "Change")


if __name__ == "__main__":
    main()
