#!/usr/bin/env python3
"""Holds our reading of JavaScript lockfiles against the package managers' own: the sets of (name, version) must be equal.

usage: components_js.py --ours CMD --modules FOLDER [--pnpm-list PROGRAM] LOCKFILE...

CMD is run with the path of a lockfile and prints `name<TAB>version` lines. FOLDER holds a `node_modules` with
@npmcli/arborist, @yarnpkg/lockfile, @yarnpkg/cli-dist, @pnpm/lockfile.fs and @pnpm/lockfile.utils (or @pnpm/lockfile-file
and @pnpm/lockfile-utils for lockfileVersion 5), and bun: `npm i` them there. With --pnpm-list the listing of that pnpm is
asked for as well; it must be of the release that wrote the file and takes long for large trees.

Members of a workspace are compared by name alone: whether a tool gives them a version is its own affair. Prints a line
per file and what differs; exit 1 when anything does.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

# Each prints a JSON list of [name, version] for the lockfile of the folder it is given.
ARBORIST = """
const Arborist = require('@npmcli/arborist')
new Arborist({ path: process.argv[2] }).loadVirtual().then(tree => {
  const out = []
  for (const node of tree.inventory.values())
    if (!node.isProjectRoot && !node.isLink) {
      const from = node.resolved || ''
      let name = node.packageName || node.name, version = node.isWorkspace ? '' : node.package.version || ''
      // Bundled aliases of lockfileVersion 1 keep the alias for their name.
      const alias = /^npm:(@?[^@]+)@(.*)$/.exec(version)
      if (alias) [, name, version] = alias
      out.push([name, version, from])
    }
  console.log(JSON.stringify(out))
})
"""

YARN_CLASSIC = """
const fs = require('fs'), path = require('path')
const parsed = require('@yarnpkg/lockfile').parse(fs.readFileSync(path.join(process.argv[2], 'yarn.lock'), 'utf8'))
const out = []
for (const [pattern, entry] of Object.entries(parsed.object)) {
  const at = pattern.indexOf('@', 1)
  let name = pattern.slice(0, at), range = pattern.slice(at + 1)
  if (range.startsWith('npm:')) {
    const real = range.slice(4), end = real.indexOf('@', 1)
    name = end < 0 ? real : real.slice(0, end)
  }
  out.push([name, entry.version, ''])
}
console.log(JSON.stringify(out))
"""

PNPM = """
let fs, utils
try { fs = require('@pnpm/lockfile.fs'); utils = require('@pnpm/lockfile.utils') }
catch { fs = require('@pnpm/lockfile-file'); utils = require('@pnpm/lockfile-utils') }
fs.readWantedLockfile(process.argv[2], { ignoreIncompatible: false }).then(lockfile => {
  const out = []
  for (const [path, snapshot] of Object.entries(lockfile.packages || {})) {
    const { name, version } = utils.nameVerFromPkgSnapshot(path, snapshot)
    out.push([name, version, ''])
  }
  console.log(JSON.stringify(out))
})
"""


def node(source, modules, folder):
    with tempfile.NamedTemporaryFile("w", suffix=".js", dir=modules) as script:
        script.write(source)
        script.flush()
        return json.loads(run(["node", script.name, folder], modules))


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {(done.stderr or done.stdout)[-400:]}")
    return done.stdout


def berry(modules, folder):
    with tempfile.TemporaryDirectory() as copy:
        # The listing may want to write beside the lockfile.
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        program = os.path.join(modules, "node_modules/@yarnpkg/cli-dist/bin/yarn.js")
        out = []
        for line in run(["node", program, "info", "--all", "--recursive", "--json"], copy).splitlines():
            one = json.loads(line)
            name, reference = re.fullmatch(r"(@?[^@]+)@(.*)", one["value"]).groups()
            local = "workspace:" in reference
            out.append([name, "" if local else one["children"]["Version"], reference if local else ""])
        root = json.load(open(os.path.join(folder, "package.json")))
        return [one for one in out if not (one[2] and one[2].endswith("workspace:.") and one[0] == root.get("name"))]


def bun(modules, folder):
    listing = run([os.path.join(modules, "node_modules/.bin/bun"), "pm", "ls", "--all"], folder)
    # It lists aliases as such; which names they stand for is only in the file.
    entry = re.compile(r'^    "(?:.*?/)??(@[^"/@]+/[^"/]+|[^"/@]+)": \["(@?[^"@]+)@', re.MULTILINE)
    text = open(os.path.join(folder, "bun.lock"), encoding="utf-8").read()
    aliases = {alias: name for alias, name in entry.findall(text) if alias != name}
    out = []
    for line in listing.splitlines()[1:]:
        found = re.search(r"[├└]── (@?[^@\s]+)@(\S+)", line)
        if found:
            name, version = found.groups()
            real = re.fullmatch(r"npm:(@?[^@]+)@(.*)", version)
            name, version = real.groups() if real else (name, version)
            name = aliases.get(name, name)
            local = version.startswith("workspace:")
            out.append([name, "" if local else version, "local" if local else ""])
    return out


def pnpm_list(program, folder):
    command = [*shlex.split(program), "list", "--recursive", "--depth", "Infinity", "--json", "--lockfile-only"]
    out = []
    waiting = json.loads(run(command, folder))
    while waiting:
        one = waiting.pop()
        for group in ("dependencies", "devDependencies", "optionalDependencies", "unsavedDependencies"):
            for alias, child in one.get(group, {}).items():
                waiting.append(child)
                if not child["version"].startswith("link:"):
                    out.append([child.get("from", alias), child["version"], ""])
    return out


def theirs(path, modules):
    folder, name = os.path.split(os.path.abspath(path))
    if name in ("package-lock.json", "npm-shrinkwrap.json"):
        return node(ARBORIST, modules, folder)
    if name == "pnpm-lock.yaml":
        return node(PNPM, modules, folder)
    if name == "bun.lock":
        return bun(modules, folder)
    text = open(path, encoding="utf-8").read()
    return berry(modules, folder) if "\n__metadata:" in text else node(YARN_CLASSIC, modules, folder)


def compare(label, path, ours, other):
    nameless = {name for name, version, _ in other if not version}
    plain = lambda name, version: (name, "" if name in nameless else version)
    mine = {plain(name, version) for name, version in ours}
    other = {plain(name, version) for name, version, _ in other}
    same = mine == other
    print(f"{'ok  ' if same else 'DIFF'} {label:8} ours {len(mine):5} theirs {len(other):5}  {path}", flush=True)
    for sign, odd in (("+", mine - other), ("-", other - mine)):
        for name, version in sorted(odd)[:10]:
            print(f"     {sign} {name} {version}")
    return same


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("--ours", required=True)
    arguments.add_argument("--modules", required=True)
    arguments.add_argument("--pnpm-list")
    arguments.add_argument("lockfiles", nargs="+")
    arguments = arguments.parse_args()
    same = True
    for path in arguments.lockfiles:
        try:
            printed = run([*shlex.split(arguments.ours), os.path.abspath(path)], os.path.dirname(os.path.abspath(path)))
            ours = [tuple(line.split("\t")) for line in printed.splitlines()]
            same &= compare("itself", path, ours, theirs(path, os.path.abspath(arguments.modules)))
            if arguments.pnpm_list and path.endswith("pnpm-lock.yaml"):
                listed = pnpm_list(arguments.pnpm_list, os.path.dirname(os.path.abspath(path)))
                same &= compare("list", path, ours, listed)
        except (RuntimeError, OSError, ValueError) as error:
            print(f"FAIL {path}: {error}")
            same = False
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
