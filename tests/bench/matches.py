#!/usr/bin/env python3
"""Holds the osv scanner against each ecosystem's own implementation, on the same advisories and the same lockfiles, and
prints how many (package, version, advisory) triples either side has and every one that only one of them has.

    python3 tests/bench/matches.py --ours target/release/securescan --database advisories.db --advisories DIR LOCKFILE...

DIR holds folders `pypi` (PyPA, OSV YAML), `crates` (RustSec), `go` (vulndb, OSV JSON), `rubygems` (ruby-advisory-db),
`packagist` (FriendsOfPHP) and `npm` (security-wg), from which the database was built; a missing folder leaves its ecosystem out.
A LOCKFILE may be a folder; `@FILE` reads names from a file. Each lockfile is scanned alone, as a copy under its usual name.

What is expected is computed here from the files of DIR, with other parsers and other version orders than ours: Python's
`packaging`, ruby's Gem::Requirement, composer/semver, node-semver, Cargo's rules and Go's rules written anew. `--cargo-audit`
takes a cargo-audit instead for crates.io. An implementation that is not installed leaves its ecosystem out, and it is said.

A triple counts as found if ours has a finding for the package and version that bears the advisory's own id or, where an
advisory database gives none, its CVE or GHSA. `riders` are ids that ours lists with a finding though that advisory by itself
does not concern the version: it was merged with one that does. `kind` counts vulnerable told as unmaintained and the like.
`ours` counts findings: two places of a package in a lockfile are two, and advisories merged for their aliases are one.
Packages from git, single archives and folders are left out on both sides.

Needs packaging and PyYAML.
"""

import argparse
import collections
import functools
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

RUBY = r"""
STDIN.each_line(chomp: true) do |line|
  wanted, version = line.split("\t")
  begin
    puts Gem::Requirement.new(*wanted.split(',').map(&:strip)).satisfied_by?(Gem::Version.new(version)) ? 'y' : 'n'
  rescue ArgumentError, Gem::Requirement::BadRequirementError
    puts '?'
  end
end
"""

PHP = r"""
require $argv[1] . '/autoload.php';
while (($line = fgets(STDIN)) !== false) {
    [$wanted, $version] = explode("\t", rtrim($line, "\n"));
    try { echo Composer\Semver\Semver::satisfies($version, $wanted) ? "y\n" : "n\n"; }
    catch (Throwable $e) { echo "?\n"; }
}
"""

NODE = r"""
const semver = require(process.argv[1]);
const lines = require('fs').readFileSync(0, 'utf8').split('\n'); lines.pop();
const o = {loose: true, includePrerelease: true};
for (const line of lines) {
  const [wanted, version] = line.split('\t');
  console.log(semver.validRange(wanted, o) === null || !semver.valid(version, o) ? '?' : semver.satisfies(version, wanted, o) ? 'y' : 'n');
}
"""

Advisory = collections.namedtuple("Advisory", "id aliases package kind test")


def judge(command, questions):
    """Answers of an implementation to (requirement, version) pairs."""
    questions = sorted(questions)
    text = "".join(f"{wanted}\t{version}\n" for wanted, version in questions)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return dict(zip(questions, done.stdout.split("\n"), strict=False))


# ---- lockfiles

def pins(path):
    text = re.sub(r"\\\r?\n", " ", path.read_text(errors="replace"))
    for line in text.splitlines():
        line = re.split(r"\s+--?[a-z]|(?:^|\s)#", line)[0].strip()
        if not line or line.startswith("-"):
            continue
        try:
            wanted = Requirement(line)
        except InvalidRequirement:  # such as versions from before PEP 440
            old = re.fullmatch(r"([A-Za-z0-9][\w.-]*)\s*===?\s*([\w.+!-]+)", line)
            if old:
                yield old[1], old[2]
            continue
        exact = [s.version for s in wanted.specifier if s.operator in ("==", "===") and not s.version.endswith("*")]
        if len(exact) == 1 and not wanted.url:
            yield wanted.name, exact[0]


def toml_packages(path):
    document = tomllib.loads(path.read_text())
    for package in document.get("package", []) + document.get("packages", []):
        source = package.get("source")
        if isinstance(source, dict) and source.keys() & {"editable", "virtual", "directory", "git", "url", "path", "type"} and source.get("type") != "legacy":
            continue  # a folder, an archive, a repository: not the registry's package
        if "version" in package:
            yield package["name"], package["version"]


def pipfile(path):
    document = json.loads(path.read_text())
    for category in document:
        if category != "_meta":
            for name, entry in document[category].items():
                if str(entry.get("version", "")).startswith("=="):
                    yield name, entry["version"].lstrip("=")


def cargo(path):
    for package in tomllib.loads(path.read_text()).get("package", []):
        if package.get("source", "").startswith(("registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io")):
            yield package["name"], package["version"]


def gomod(path):
    text = re.sub(r"//.*", "", path.read_text())
    entries = []
    for block in re.finditer(r"(?ms)^(require|replace|exclude|go|toolchain)[ \t]*(?:\(\s*\n(.*?)^\)|([^\n(]*)$)", text):
        entries += [(block[1], line.split()) for line in (block[2] or block[3] or "").splitlines() if line.strip()]
    unquoted = [(verb, [word.strip('"`') for word in words]) for verb, words in entries]
    excluded = {tuple(words) for verb, words in unquoted if verb == "exclude"}
    replaced = {}
    for verb, words in unquoted:
        if verb == "replace":
            at = words.index("=>")
            replaced[tuple(words[:at])] = words[at + 1:]
    language = toolchain = None
    for verb, words in unquoted:
        if verb == "require" and tuple(words[:2]) not in excluded:
            target = replaced.get(tuple(words[:2])) or replaced.get((words[0],)) or words[:2]
            if len(target) == 2:
                yield target[0], target[1]
        elif verb == "go":
            language = words[0]
        elif verb == "toolchain" and words[0].startswith("go"):
            toolchain = words[0][2:]
    if language or toolchain:
        yield "stdlib", toolchain or language


def gemfile(path):
    section = ""
    for line in path.read_text().splitlines():
        if line and not line.startswith(" "):
            section = line
        found = re.fullmatch(r"    (\S+) \(([^)]+)\)", line)
        if found and section == "GEM":
            yield found[1], found[2].split("-")[0]


def composer(path):
    document = json.loads(path.read_text())
    for package in (document.get("packages") or []) + (document.get("packages-dev") or []):
        yield package["name"], package["version"]


def npm(path):
    document = json.loads(path.read_text())
    if "packages" in document:
        for place, entry in document["packages"].items():
            if "node_modules/" in place and not entry.get("link") and "version" in entry:
                yield entry.get("name") or place.rpartition("node_modules/")[2], entry["version"]
        return
    queue = [document]
    while queue:
        for name, entry in queue.pop().get("dependencies", {}).items():
            version = str(entry.get("version", ""))
            alias = re.fullmatch(r"npm:(.+)@([^@]+)", version)
            if alias:
                yield alias[1], alias[2]
            elif re.match(r"\d", version):
                yield name, version
            queue.append(entry)


READERS = [
    (r"requirements.*\.(txt|lock)|.*requirements\.txt", "pypi", pins, "requirements.txt"),
    (r"poetry\.lock|uv\.lock|pdm\.lock|pylock\.toml", "pypi", toml_packages, None),
    (r"Pipfile\.lock", "pypi", pipfile, None),
    (r"Cargo\.lock", "crates", cargo, None),
    (r"go\.mod", "go", gomod, None),
    (r"Gemfile\.lock|gems\.locked", "rubygems", gemfile, None),
    (r"composer\.lock", "packagist", composer, None),
    (r"package-lock\.json|npm-shrinkwrap\.json", "npm", npm, None),
]


def reader(path):
    for pattern, ecosystem, read, name in READERS:
        if re.fullmatch(pattern, path.name):
            return ecosystem, read, name or path.name
    if path.suffix == ".txt" and path.parent.name == "requirements":
        return "pypi", pins, "requirements.txt"
    return None


# ---- advisories; each gives a function that takes {(package, version)} and returns {(package, version): [advisory]}

def by_package(advisories, wanted):
    index = collections.defaultdict(list)
    for advisory in advisories:
        index[advisory.package].append(advisory)
    return {key: [a for a in index.get(key[0], []) if a.test(key[1])] for key in wanted}


def walk(events, version, order):
    """The algorithm of the OSV specification: the last event at or before the version decides."""
    affected = False
    steps = [step for event in events for step in event.items()]
    steps.sort(key=lambda step: (0,) if step[1] == "0" else (1, order(step[1])))
    for what, limit in steps:
        if what == "introduced" and (limit == "0" or version >= order(limit)):
            affected = True
        elif what == "fixed" and version >= order(limit):
            affected = False
        elif what == "last_affected" and version > order(limit):
            affected = False
    return affected


def pypi(folder, wanted, options):
    def test(affected):
        names = set(affected.get("versions") or [])

        @functools.cache
        def parsed():
            out = set()
            for name in names:
                try:
                    out.add(Version(name))
                except InvalidVersion:
                    pass
            return out

        def concerns(version):
            if version in names:
                return True
            try:
                this = Version(version)
                if this in parsed():
                    return True
                return any(walk(r["events"], this, Version) for r in affected.get("ranges", []) if r["type"] == "ECOSYSTEM")
            except InvalidVersion:
                return False

        return concerns

    advisories = []
    for path in sorted(folder.rglob("*.yaml")):
        document = yaml.load(path.read_text(), LOADER)
        if not document.get("withdrawn"):
            for affected in document.get("affected", []):
                name = canonicalize_name(affected["package"]["name"])
                advisories.append(Advisory(document["id"], document.get("aliases") or [], name, "vulnerable", test(affected)))
    return by_package(advisories, wanted)


def semver(text):
    """A key in the order of SemVer 2, with missing numbers as 0."""
    text = re.sub(r"^v", "", text).split("+")[0]
    numbers, _, pre = text.partition("-")
    key = [int(n) for n in numbers.split(".")]
    key += [0] * (3 - len(key))
    parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in pre.split(".")) if pre else ((2, 0, ""),)
    return tuple(key), parts


def go_standard(text):
    """`1.21rc2` as the semantic version that the Go database writes for it."""
    found = re.fullmatch(r"(\d+)\.(\d+)(?:\.(\d+))?((?:rc|beta)\d+)?(?:-.*)?", text)
    if not found:
        raise ValueError(f"no version of Go: {text}")
    pre = re.sub(r"(rc|beta)(\d+)", r"-\1.\2", found[4] or "")
    return f"{found[1]}.{found[2]}.{found[3] or 0}{pre}"


def go(folder, wanted, options):
    def test(affected, standard):
        def concerns(version):
            this = semver(go_standard(version) if standard else version)
            return any(walk(r["events"], this, semver) for r in affected.get("ranges", []) if r["type"] == "SEMVER")

        return concerns

    advisories = []
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text())
        if "affected" in document and not document.get("withdrawn"):
            for affected in document["affected"]:
                name = affected["package"]["name"]
                advisories.append(Advisory(document["id"], document.get("aliases") or [], name, "vulnerable", test(affected, name == "stdlib")))
    return by_package(advisories, wanted)


def cargo_requirement(text):
    """Bounds of a requirement as Cargo reads it, in pure order: pre-releases are nothing special, as in RustSec."""
    low, high = [], []
    for part in text.split(","):
        operator, number = re.fullmatch(r"(>=|<=|>|<|=|\^|~)?\s*(\S+)", part.strip()).groups()
        core, _, pre = number.partition("-")
        given = [int(n) for n in core.split(".") if n not in "*xX"]
        this = semver(number.replace(".*", ""))

        def up(at):
            return semver(".".join(str(n) for n in [*given[:at], given[at] + 1] + [0] * (2 - at)) + "-0")

        if operator == ">=":
            low.append((this, True))
        elif operator == ">":
            low.append((this, False) if len(given) == 3 else (up(len(given) - 1), True))
        elif operator == "<":
            high.append((this, False))
        elif operator == "<=":
            high.append((this, True) if len(given) == 3 else (up(len(given) - 1), False))
        elif operator == "=":
            low.append((this, True))
            high.append((this, True) if len(given) == 3 else (up(len(given) - 1), False))
        elif operator == "~":
            low.append((this, True))
            high.append((up(min(1, len(given) - 1)), False))
        else:
            low.append((this, True))
            first = next((i for i, n in enumerate(given) if n), len(given) - 1)
            high.append((up(first), False))

    def holds(version):
        return all(version > l or inclusive and version == l for l, inclusive in low) and all(
            version < h or inclusive and version == h for h, inclusive in high)

    return holds


def rustsec_files(folder):
    for path in sorted(folder.rglob("RUSTSEC-*.md")):
        if "crates" in path.relative_to(folder).parts:
            head = re.match(r"```toml\n(.*?)\n```", path.read_text(), re.S)
            yield tomllib.loads(head[1])


def crates(folder, wanted, options):
    advisories = []
    for document in rustsec_files(folder):
        head = document["advisory"]
        if head.get("withdrawn"):
            continue
        versions = document.get("versions", {})
        fine = [cargo_requirement(text) for text in versions.get("patched", []) + versions.get("unaffected", [])]

        def concerns(version, fine=fine):
            return not any(holds(semver(version)) for holds in fine)

        advisories.append(Advisory(head["id"], head.get("aliases", []), head["package"], head.get("informational", "vulnerable"), concerns))
    return by_package(advisories, wanted)


def asked(advisories, wanted, command):
    """Advisories whose test is (requirements that must not hold, requirements of which one must hold): one question for all."""
    index = collections.defaultdict(list)
    for advisory in advisories:
        index[advisory.package].append(advisory)
    questions = {(text, version) for name, version in wanted for a in index.get(name, []) for text in a.test[0] + (a.test[1] or [])}
    answers = judge(command, questions)
    out = {}
    for name, version in wanted:
        def yes(texts):
            return any(answers[text, version] == "y" for text in texts)

        out[name, version] = [a for a in index.get(name, []) if not yes(a.test[0]) and (a.test[1] is None or yes(a.test[1]))]
    unknown = sorted(q for q, answer in answers.items() if answer == "?")
    if unknown:
        print(f"not understood by the implementation: {len(unknown)}, such as {unknown[:3]}")
    return out


def rubygems(folder, wanted, options):
    advisories = []
    for path in sorted(folder.rglob("*.yml")):
        document = yaml.load(path.read_text(), LOADER)
        if "gem" not in document:
            continue
        ids = [f"{kind}-{document[kind.lower()]}" for kind in ("CVE", "GHSA", "OSVDB") if document.get(kind.lower())]
        fine = [str(text) for text in (document.get("patched_versions") or []) + (document.get("unaffected_versions") or [])]
        advisories.append(Advisory(path.stem, ids, document["gem"], "vulnerable", (fine, None)))
    return asked(advisories, wanted, ["ruby", "-e", RUBY])


def packagist(folder, wanted, options):
    advisories = []
    for path in sorted(folder.rglob("*.yaml")):
        document = yaml.load(path.read_text(), LOADER)
        if "reference" not in document:
            continue
        name = document["reference"].removeprefix("composer://")
        bad = [",".join(branch["versions"]) for branch in document["branches"].values()]
        own = document.get("cve")
        own = str(own) if own and own != "~" else f"FriendsOfPHP/{name}/{path.stem}"
        advisories.append(Advisory(own, [], name.lower(), "vulnerable", ([], bad)))
    return asked(advisories, wanted, ["php", "-d", "error_reporting=0", "-r", PHP, "--", options.composer_semver])


def nodejs(folder, wanted, options):
    advisories = []
    for path in sorted(folder.rglob("npm/*.json")):
        document = json.loads(path.read_text())
        if "module_name" in document:
            ids = [*document.get("cves", []), f"NSWG-ECO-{document['id']}"]
            bad = document.get("vulnerable_versions")
            fine = document.get("patched_versions")
            test = ([], [bad]) if bad else ([fine], None) if fine else ([], ["*"])
            advisories.append(Advisory(f"NSWG-ECO-{document['id']}", ids, document["module_name"], "vulnerable", test))
    return asked(advisories, wanted, ["node", "-e", NODE, options.node_semver])


EXPECT = {"pypi": pypi, "crates": crates, "go": go, "rubygems": rubygems, "packagist": packagist, "npm": nodejs}
NEEDS = {"rubygems": "ruby", "packagist": "php", "npm": "node"}


def cargo_audit(program, database, path):
    """What cargo-audit says of one lockfile."""
    command = [program, "audit", "--db", database, "--no-fetch", "--stale", "--no-yanked", "--json", "-f", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    report = json.loads(done.stdout)
    found = report["vulnerabilities"]["list"] + [w for warnings in report["warnings"].values() for w in warnings]
    out = collections.defaultdict(list)
    for entry in found:
        advisory, package = entry.get("advisory"), entry["package"]
        if advisory:
            kind = advisory.get("informational") or "vulnerable"
            out[package["name"], package["version"]].append(Advisory(advisory["id"], advisory["aliases"], package["name"], kind, None))
    return out


# ---- lists made of the versions that advisories name

VERSION = re.compile(r"\d+(?:\.[0-9A-Za-z]+)*(?:[-+_][0-9A-Za-z.+_-]*[0-9A-Za-z])?")
NEAR = {
    "pypi": ["{}", "{}rc1", "{}.post1", "{}.dev1", "{}.1", "{}+local.1"],
    "crates": ["{}", "{}-rc.1", "{}+1.2"],
    "go": ["v{}", "v{}-0.20230101000000-0123456789ab", "v{}-rc.1", "v{}+incompatible"],
    "rubygems": ["{}", "{}.rc1", "{}.1"],
    "packagist": ["{}", "v{}", "{}-RC1", "{}-p1", "dev-master", "{}.x-dev"],
    "npm": ["{}", "{}-rc.1", "{}-0"],
}


def named(ecosystem, folder):
    """{package: texts with versions}, of every advisory."""
    out = collections.defaultdict(set)
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".md" and path.stem.startswith("RUSTSEC-") and "crates" in path.relative_to(folder).parts:
            document = tomllib.loads(re.match(r"```toml\n(.*?)\n```", path.read_text(), re.S)[1])
            versions = document.get("versions", {})
            out[document["advisory"]["package"]].update(["0.1.0", *versions.get("patched", []), *versions.get("unaffected", [])])
        elif path.suffix in (".yaml", ".yml", ".json") and (ecosystem != "npm" or path.parent.name == "npm"):
            text = path.read_text()
            document = json.loads(text) if path.suffix == ".json" else yaml.load(text, LOADER)
            if not isinstance(document, dict):
                continue
            for affected in document.get("affected", []):
                texts = list(affected.get("versions") or [])
                texts += [limit for r in affected.get("ranges", []) if r["type"] != "GIT" for e in r["events"] for limit in e.values()]
                out[affected["package"]["name"]].update(texts)
            if "gem" in document:
                texts = [*(document.get("patched_versions") or []), *(document.get("unaffected_versions") or [])]
                out[document["gem"]].update(["0.1", *map(str, texts)])
            if "reference" in document:
                texts = [v for branch in document["branches"].values() for v in branch["versions"]]
                out[document["reference"].removeprefix("composer://")].update(texts)
            if "module_name" in document:
                out[document["module_name"]].update(["0.1.0", str(document.get("vulnerable_versions")), str(document.get("patched_versions"))])
    return out


def made(ecosystem, folder, target, count):
    """`count` lockfiles: each holds every package that an advisory names, at one of the versions named, one beside it, or one
    just before or after it."""
    rng = random.Random(ecosystem)
    dotted = 3 if ecosystem in ("crates", "go", "npm") else 1
    lists = [[] for _ in range(count)]
    for package, texts in sorted(named(ecosystem, folder).items()):
        if package in ("stdlib", "toolchain"):
            continue
        versions = set()
        for text in sorted(texts):
            for version in VERSION.findall(text):
                core = re.match(r"[\d.]+\d|\d", version)[0].split(".")
                if len(core) > 3 and dotted == 3:
                    continue
                core += ["0"] * (dotted - len(core))
                around = [core]
                for step in (1, -1):
                    if len(core[-1]) < 9 and int(core[-1]) + step >= 0:
                        around.append([*core[:-1], str(int(core[-1]) + step)])
                versions |= {form.format(".".join(c)) for c in around for form in NEAR[ecosystem]}
                if dotted == 1 or version.count(".") == 2:
                    versions.add(("v" if ecosystem == "go" else "") + version)
        versions = sorted(versions)
        rng.shuffle(versions)
        for at, version in enumerate(versions[:count]):
            lists[at].append((package, version))
    for at, packages in enumerate(lists):
        place = target / f"{at:04}"
        place.mkdir()
        if ecosystem == "pypi":
            name, text = "requirements.txt", "".join(f"{n}=={v}\n" for n, v in packages)
        elif ecosystem == "crates":
            source = "registry+https://github.com/rust-lang/crates.io-index"
            entries = (f'[[package]]\nname = "{n}"\nversion = "{v}"\nsource = "{source}"\n\n' for n, v in packages)
            name, text = "Cargo.lock", "version = 3\n\n" + "".join(entries)
        elif ecosystem == "go":
            name, text = "go.mod", "module m\n\nrequire (\n" + "".join(f"\t{n} {v}\n" for n, v in packages) + ")\n"
        elif ecosystem == "rubygems":
            specs = "".join(f"    {n} ({v})\n" for n, v in packages)
            name, text = "Gemfile.lock", f"GEM\n  remote: https://rubygems.org/\n  specs:\n{specs}\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n"
        elif ecosystem == "packagist":
            entries = [{"name": n, "version": v, "notification-url": "https://packagist.org/downloads/"} for n, v in packages]
            name, text = "composer.lock", json.dumps({"packages": entries, "packages-dev": []}, indent=1)
        else:
            entries = {"": {}, **{f"node_modules/{n}": {"version": v} for n, v in packages}}
            name, text = "package-lock.json", json.dumps({"name": "a", "lockfileVersion": 3, "packages": entries}, indent=1)
        (place / name).write_text(text)
        yield place / name


# ---- ours

def ours(options, path, name):
    """{(package, version): [(ids, kind)]} of one lockfile scanned alone."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(path, Path(folder) / name)
        command = [options.ours, "scan", "--scanner", "osv", "--db", options.database, "--no-config", "--no-ignore", "-q", "-o", "json", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        report = json.loads(done.stdout)
    found = collections.defaultdict(list)
    for finding in report["findings"]:
        data = finding["metadata"]
        if "advisory" not in data:
            continue
        ids = {finding["rule_id"], *data.get("aliases", [])}
        kind = next((i[4:].replace("package-notice", "notice").removesuffix("-package") for i in ids if i.startswith("osv/")), "vulnerable")
        found[data["package"], data["installed_version"]].append(({i for i in ids if not i.startswith("osv/")}, kind))
    return found


def spelled(ecosystem, name, version):
    if ecosystem == "pypi":
        return canonicalize_name(name), version
    if ecosystem == "packagist":
        return name.lower(), version
    return name, version


def loose(version):
    return re.sub(r"^(v|go)|\+incompatible$", "", version)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True, help="the program")
    parser.add_argument("--database", required=True, help="its advisory database")
    parser.add_argument("--advisories", required=True, type=Path, help="folder of the advisories the database was made from")
    parser.add_argument("--ecosystem", action="append", choices=sorted(EXPECT), help="only this one; may be repeated")
    parser.add_argument("--composer-semver", default="/usr/share/php/Composer/Semver", help="folder with autoload.php")
    parser.add_argument("--node-semver", default="/usr/lib/node_modules/npm/node_modules/semver", help="folder of node-semver")
    parser.add_argument("--cargo-audit", help="a cargo-audit, to be asked too")
    parser.add_argument("--rustsec", help="advisory-db as a git repository, for --cargo-audit")
    parser.add_argument("--show", type=int, default=1000, help="differences to print of each class")
    parser.add_argument("--made", type=int, default=0, metavar="N", help="N lists per ecosystem of versions that the advisories name, too")
    parser.add_argument("--keep", type=Path, help="empty folder for those lists; without it they are removed at the end")
    parser.add_argument("lockfiles", nargs="*", metavar="LOCKFILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return held(options, options.keep or Path(folder))


def held(options, folder):

    paths = []
    for name in options.lockfiles:
        names = Path(name[1:]).read_text().split("\n") if name.startswith("@") else [name]
        for path in (Path(n) for n in names if n):
            paths += sorted(p for p in path.rglob("*") if p.is_file() and reader(p)) if path.is_dir() else [path]

    for ecosystem in EXPECT if options.made else ():
        if (options.advisories / ecosystem).is_dir() and (not options.ecosystem or ecosystem in options.ecosystem):
            (folder / ecosystem).mkdir(parents=True)
            paths += made(ecosystem, options.advisories / ecosystem, folder / ecosystem, options.made)

    sets = collections.defaultdict(list)
    for path in paths:
        ecosystem, read, name = reader(path)
        try:
            packages = {spelled(ecosystem, *package) for package in read(path)}
        except (ValueError, KeyError, AttributeError) as error:
            print(f"not read here: {path}: {error}")
            continue
        sets[ecosystem].append((path, name, packages))

    rows = []
    for ecosystem in EXPECT:
        folder = options.advisories / ecosystem
        if options.ecosystem and ecosystem not in options.ecosystem or not sets[ecosystem]:
            continue
        if not folder.is_dir() or not shutil.which(NEEDS.get(ecosystem, sys.executable)):
            print(f"{ecosystem}: left out, no {'advisories' if not folder.is_dir() else NEEDS[ecosystem]}")
            continue
        wanted = {package for _, _, packages in sets[ecosystem] for package in packages}
        expected = EXPECT[ecosystem](folder, wanted, options)
        mine = {path: ours(options, path, name) for path, name, _ in sets[ecosystem]}
        rows.append(compare(ecosystem, sets[ecosystem], lambda path, package: expected[package], mine, options.show))
        if ecosystem == "crates" and options.cargo_audit:
            theirs = {path: cargo_audit(options.cargo_audit, options.rustsec, path) for path, _, _ in sets[ecosystem]}
            rows.append(compare("cargo-audit", sets[ecosystem], lambda path, package: theirs[path].get(package, []), mine, options.show))

    print()
    heads = "ecosystem files packages entries expected ours missing extra riders kind".split()
    print("".join(head.rjust(12) for head in heads))
    for row in rows:
        print("".join(str(cell).rjust(12) for cell in row))
    return 1 if any(any(row[6:8]) or row[9] for row in rows) else 0


def compare(label, sets, expected, mine, show):
    counts = collections.Counter()
    shown = collections.defaultdict(dict)
    distinct = set()
    for path, _, packages in sets:
        found = collections.defaultdict(list)
        for (name, version), findings in mine[path].items():
            key = (canonicalize_name(name) if label == "pypi" else name, loose(version))
            found[key] += findings
        seen = set()
        for package in packages:
            distinct.add(package)
            key = (package[0], loose(package[1]))
            seen.add(key)
            advisories = expected(path, package)
            counts["expected"] += len(advisories)
            everything = {i for a in advisories for i in (a.id, *a.aliases)}
            own = {a.id for a in advisories}
            for advisory in advisories:
                hit = [f for f in found[key] if advisory.id in f[0]] or [f for f in found[key] if f[0] & set(advisory.aliases)]
                if not hit:
                    counts["missing"] += 1
                    shown["missing"][*package, advisory.id] = path
                elif all(kind != advisory.kind for _, kind in hit):
                    counts["kind"] += 1
                    shown["kind"][*package, advisory.id, advisory.kind, hit[0][1]] = path
            for ids, _ in found[key]:
                counts["ours"] += 1
                if not ids & everything:
                    counts["extra"] += 1
                    shown["extra"][*package, " ".join(sorted(ids))] = path
                else:
                    prefix = {"pypi": "PYSEC-", "crates": "RUSTSEC-", "cargo-audit": "RUSTSEC-", "go": "GO-"}.get(label)
                    for rider in sorted(i for i in ids if prefix and i.startswith(prefix) and i not in own):
                        counts["riders"] += 1
                        shown["riders"][*package, rider, " ".join(sorted(ids))] = path
        for key in found.keys() - seen:
            for ids, _ in found[key]:
                counts["ours"] += 1
                counts["extra"] += 1
                shown["extra"][*key, "no such package read here", " ".join(sorted(ids))] = path
    for what, entries in shown.items():
        print(f"{label}: {what}: {len(entries)} distinct")
        for entry, path in sorted(entries.items())[:show]:
            print("   ", *entry, "|", path)
    pairs = sum(len(packages) for _, _, packages in sets)
    return [label, len(sets), len(distinct), pairs] + [counts[what] for what in ("expected", "ours", "missing", "extra", "riders", "kind")]


if __name__ == "__main__":
    sys.exit(main())
