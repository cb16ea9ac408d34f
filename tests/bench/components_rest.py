#!/usr/bin/env python3
"""Compare the packages that lockfiles of Rust, Go, Ruby, PHP, Elixir, Dart and Apple platforms list with what the
ecosystem's own tool, or a second parser, reads from them.

Usage: components_rest.py --ours 'COMMAND' FILE|FOLDER...

COMMAND gets the path of a lockfile as its last argument and prints `name<TAB>version` lines. Folders are searched for
lockfiles. Oracles: Python's tomllib for Cargo.lock, `go mod edit -json` for go.mod, `Bundler::LockfileParser` for
Gemfile.lock, Python's json for composer.lock, Package.resolved and conan.lock, Elixir for mix.lock, PyYAML for
pubspec.lock and Podfile.lock. A file whose oracle cannot run counts as failed. Exit code 1 on any difference.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib

RUBY = """require 'bundler'
Bundler::LockfileParser.new(File.read(ARGV[0])).specs.each { |s| puts "#{s.name}\\t#{s.version}" }
"""

ELIXIR = """[path] = System.argv()
{lock, _} = Code.eval_string(File.read!(path))
for {app, value} <- lock do
  case value do
    {:git, _, commit, _} -> IO.puts("#{app}\\t#{commit}")
    value -> IO.puts("#{elem(value, 1)}\\t#{elem(value, 2)}")
  end
end
"""


def run(*command, **environment):
    environment = {**os.environ, **environment}
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment
    ).stdout


def pairs(text):
    return {tuple(line.split("\t", 1)) for line in text.splitlines() if "\t" in line}


def cargo(path):
    lock = tomllib.loads(path.read_text())
    packages = lock.get("package", []) + ([lock["root"]] if "root" in lock else [])
    return {(one["name"], one["version"]) for one in packages}


def go(path):
    text = path.read_text()
    # Directives that older commands refuse are read here; the rest is left to the command.
    newer = r"^(go|toolchain|godebug|tool)[ \t]+([^(\s]+)[^\n]*$"
    directives = {}
    for verb, value in re.findall(newer, text, re.M):
        directives.setdefault(verb, value)
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "go.mod")
        copy.write_text(re.sub(newer, "", text, flags=re.M))
        mod = json.loads(run("go", "mod", "edit", "-json", str(copy)))
    replaced = {}
    for one in mod.get("Replace") or []:
        replaced[one["Old"]["Path"], one["Old"].get("Version")] = one["New"]
    excluded = {(one["Path"], one["Version"]) for one in mod.get("Exclude") or []}
    out = set()
    for one in mod.get("Require") or []:
        key = one["Path"], one["Version"]
        new = replaced.get(key) or replaced.get((one["Path"], None))
        if key in excluded:
            continue
        out.add((new["Path"], new["Version"]) if new and "Version" in new else key)
    toolchain = directives.get("toolchain", "").removeprefix("go").split("-")[0]
    version = toolchain if toolchain[:1].isdigit() else directives.get("go")
    return out | ({("stdlib", version)} if version else set())


def ruby(path):
    # Bundler asks for the place of a Gemfile, not for the file.
    with tempfile.TemporaryDirectory() as folder:
        gemfile = str(pathlib.Path(folder, "Gemfile"))
        return pairs(run("ruby", "-e", RUBY, str(path), BUNDLE_GEMFILE=gemfile))


def composer(path):
    lock = json.loads(path.read_text())
    packages = lock["packages"] + (lock.get("packages-dev") or [])
    return {(one["name"], one["version"]) for one in packages}


def mix(path):
    return pairs(run("elixir", "-e", ELIXIR, str(path)))


def swift(path):
    resolved = json.loads(path.read_text())
    out = set()
    for pin in resolved.get("pins") or resolved["object"]["pins"]:
        address = pin.get("location") or pin.get("repositoryURL")
        name = re.sub(r"^(\w+://)?([^@/]*@)?", "", address).lower().removesuffix(".git")
        name = re.sub(r"^([^/:]+):(\d+/)?", r"\1/", name)
        out.add((name, pin["state"].get("version") or pin["state"]["revision"]))
    return out


def yaml(path):
    import yaml as parser

    # Everything is text: 1.10 is a version.
    return parser.load(path.read_text(), Loader=parser.BaseLoader)


def pub(path):
    packages = yaml(path)["packages"]
    return {(name, one["version"]) for name, one in packages.items()}


def pods(path):
    out = set()
    for pod in yaml(path)["PODS"]:
        head = pod if isinstance(pod, str) else next(iter(pod))
        name, version = head.removesuffix(")").split(" (")
        out.add((name.split("/")[0], version))
    return out


def conan(path):
    lock = json.loads(path.read_text())
    if "graph_lock" in lock:
        nodes = lock["graph_lock"]["nodes"].values()
        references = [one["ref"] for one in nodes if one.get("ref") and "path" not in one]
    else:
        kinds = ("requires", "build_requires", "python_requires", "config_requires")
        references = [one for kind in kinds for one in lock.get(kind) or []]
    return {tuple(re.split(r"[@#%:]", one)[0].split("/", 1)) for one in references}


ORACLES = {
    "Cargo.lock": cargo,
    "go.mod": go,
    "Gemfile.lock": ruby,
    "gems.locked": ruby,
    "composer.lock": composer,
    "mix.lock": mix,
    "Package.resolved": swift,
    "pubspec.lock": pub,
    "Podfile.lock": pods,
    "conan.lock": conan,
}


def files(arguments):
    for argument in map(pathlib.Path, arguments):
        if argument.is_dir():
            yield from sorted(one for name in ORACLES for one in argument.rglob(name))
        else:
            yield argument


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--ours", required=True, help="command that lists a lockfile")
    parser.add_argument("paths", nargs="+")
    arguments = parser.parse_args()
    totals, failed = {}, False
    for path in files(arguments.paths):
        same, different, packages = totals.setdefault(path.name, [0, 0, 0])
        try:
            expected = ORACLES[path.name](path)
        except Exception as error:
            # A file that its own tool refuses is no evidence either way, but it is not a success.
            print(f"ORACLE FAILED {path}: {type(error).__name__}")
            totals[path.name][1] += 1
            failed = True
            continue
        ours = subprocess.run(
            [*shlex.split(arguments.ours), str(path)], capture_output=True, text=True
        )
        found = pairs(ours.stdout)
        if ours.returncode == 0 and found == expected:
            totals[path.name] = [same + 1, different, packages + len(expected)]
            continue
        failed = True
        totals[path.name][1] += 1
        print(f"DIFFERENT {path}: {ours.stderr.strip()[:200]}")
        for what, these in (("only ours", found - expected), ("missing", expected - found)):
            for name, version in sorted(these)[:10]:
                print(f"  {what}: {name} {version}")
    for name, (same, different, packages) in sorted(totals.items()):
        print(f"{name}: {same} same ({packages} packages), {different} different or not judged")
    if not totals:
        print("no lockfile found")
    return 1 if failed or not totals else 0


if __name__ == "__main__":
    sys.exit(main())
