#!/usr/bin/env python3
"""Compares the checks of Kubernetes manifests with trivy's, pair by pair of check and object. Needs PyYAML.

usage: kubernetes_trivy.py SECURESCAN TRIVY FOLDER ...

Only checks that both have are compared: those of trivy whose id is an alias of ours. An object is a kind and a name in a file; what trivy
says without a line, in a file of several objects, is counted as unplaced.
"""

import collections
import json
import os
import re
import subprocess
import sys

import yaml


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


def usual(identifier):
    """One spelling of an id: KSV-0017 for KSV017 and AVD-KSV-0017."""
    return re.sub(r"^(AVD-)?(KSV|KCV)-?0*(\d+)$", lambda m: f"{m[2]}-{int(m[3]):04}", identifier)


def objects(path):
    """First and last line, kind and name of each object of a file."""
    lines = open(path, errors="replace").read().split("\n")
    starts = [0] + [at + 1 for at, line in enumerate(lines) if re.match(r"---(\s|$)", line)] + [len(lines) + 1]
    found = []
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for start, end in zip(starts, starts[1:]):
        text = "\n".join(lines[start:end - 1]).replace("\t", " ")
        if "\nkind: CustomResourceDefinition" in f"\n{text}":
            found.append((start + 1, end - 1, "CustomResourceDefinition", "(unnamed)"))
            continue
        try:
            document = yaml.load(text, Loader=loader)
        except yaml.YAMLError:
            continue
        if isinstance(document, dict) and "kind" in document:
            meta = document.get("metadata") or {}
            name = str(meta.get("name") or meta.get("generateName") or "(unnamed)")
            name = "(unnamed)" if "{{" in name or "${" in name else name
            found.append((start + 1, end - 1, document["kind"], name))
    return found


def theirs(program, folder, known):
    command = [program, "config", "--skip-check-update", "--quiet", "--format", "json", "--include-non-failures",
               "--misconfig-scanners", "kubernetes", folder]
    pairs, files, unplaced, other = set(), set(), collections.Counter(), collections.Counter()
    for result in run(command).get("Results", []):
        path = result["Target"]
        files.add(path)
        inside = objects(os.path.join(folder, path))
        for case in result.get("Misconfigurations", []):
            identifier = usual(case["ID"])
            if case["Status"] != "FAIL":
                continue
            if identifier not in known:
                other[f"{identifier} {case['Title']}"] += 1
                continue
            named = re.search(r"of (\w+) '([^']+)'|^(\w+) '([^']+)'", case["Message"])
            kind, name = ((named[1] or named[3]).lower(), named[2] or named[4]) if named else ("", "")
            line = case.get("CauseMetadata", {}).get("StartLine") or 0
            one = inside if len(inside) == 1 else [o for o in inside if (o[2].lower(), o[3]) == (kind, name)]
            one = one or [o for o in inside if o[0] <= line <= o[1]]
            if one:
                pairs.add((identifier, path, one[0][2], one[0][3]))
            else:
                unplaced[identifier] += 1
    return pairs, files, unplaced, other


def ours(program, folder, known):
    command = [program, "scan", folder, "--scanner", "misconfig", "-o", "json", "--min-confidence", "low", "--no-config",
               "--no-suppress"]
    pairs = set()
    for finding in run(command)["findings"]:
        found = re.match(r"(\w+)/(\S+)", finding["metadata"].get("resource", ""))
        for alias in finding["metadata"].get("aliases", []) if found else []:
            if usual(alias) in known:
                pairs.add((usual(alias), finding["file_path"], found[1], found[2]))
    return pairs


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    securescan, trivy, folders = sys.argv[1], sys.argv[2], sys.argv[3:]
    rules = run([securescan, "rules", "list", "-o", "json"])
    known = {usual(alias) for rule in rules for alias in rule["aliases"] if re.match(r"(AVD-)?K[SC]V", alias)}
    for folder in folders:
        other, files, unplaced, lacking = theirs(trivy, folder, known)
        own = {pair for pair in ours(securescan, folder, known) if pair[1] in files}
        both = len(other & own)
        print(f"{folder}: trivy {len(other)}, both {both} ({both / max(1, len(other)):.1%}), only ours {len(own - other)}")
        for words, pairs in (("only trivy", other - own), ("only securescan", own - other)):
            print(f"  {words}: {collections.Counter(pair[0] for pair in pairs).most_common()}")
        print(f"  unplaced: {unplaced.most_common()}; not asked for here: {lacking.most_common()}")


if __name__ == "__main__":
    main()
