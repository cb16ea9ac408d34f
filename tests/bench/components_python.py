#!/usr/bin/env python3
"""Compares what is read out of Python lockfiles and installed trees with what the tools that write them read out of them.

usage: components_python.py --ours COMMAND [--folder FOLDER] [--only WORD] [--more FOLDER]

COMMAND gets the path of a lockfile (or of an installed METADATA or PKG-INFO) and prints `name<TAB>version` for each of its
packages. Lockfiles of well-known projects are made with pip-compile, uv, Poetry, PDM and Pipenv (installed by pip into
FOLDER, kept there); `--more` adds the lockfiles found anywhere below a folder, unpacked source archives for example. Prints a line for each
lockfile and every difference; exit 1 when there is one.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tomllib
import venv

# Each in an environment of its own: their dependencies do not agree. Old ones for the older layouts of their files.
ENVIRONMENTS = {
    "tools": ["pip-tools", "uv", "packaging>=26"],
    "poetry": ["poetry"],
    "pdm": ["pdm", "hishel==1.4.0"],
    "pipenv": ["pipenv"],
    "poetry-1.8": ["poetry==1.8.5"],
    "poetry-1.4": ["poetry==1.4.2"],
    "pdm-2.7": ["pdm==2.7.4", "resolvelib<1.1"],
}
WEB = ["django>=4,<5", "djangorestframework", "celery[redis]", "psycopg2-binary", "gunicorn", "requests[socks]==2.31.0"]
API = ["fastapi[all]", "sqlalchemy[asyncio]>=2", "alembic", "uvicorn[standard]", "httpx[http2]"]
SCIENCE = ["pandas", "scikit-learn", "matplotlib", "jupyterlab", "numpy; python_version < '4'"]
WORK = ["pytest", "pytest-cov", "mypy", "ruff", "pre-commit"]
DOCS = ["sphinx", "furo"]


def project(name, needs, extras=(), groups=()):
    quoted = lambda words: "[" + ", ".join(json.dumps(word) for word in words) + "]"
    text = f'[project]\nname = "{name}"\nversion = "0.1.0"\nrequires-python = ">=3.11,<3.14"\ndependencies = {quoted(needs)}\n'
    if extras:
        text += "[project.optional-dependencies]\n" + "".join(f"{key} = {quoted(words)}\n" for key, words in extras)
    if groups:
        text += "[dependency-groups]\n" + "".join(f"{key} = {quoted(words)}\n" for key, words in groups)
    return text


# Poetry asks the index's JSON pages, which mirrors need not have, unless the index is a source like others.
SOURCE = '[[tool.poetry.source]]\nname = "index"\nurl = "https://pypi.org/simple/"\npriority = "primary"\n'
OLD_SOURCE = SOURCE.replace('priority = "primary"', "default = true")


def poetry_tables(needs, dev, line="[tool.poetry.group.dev.dependencies]", source=SOURCE):
    table = lambda words: "".join(f"{word}\n" for word in words)
    return (
        '[tool.poetry]\nname = "sample"\nversion = "0.1.0"\ndescription = ""\nauthors = []\n'
        f'[tool.poetry.dependencies]\npython = ">=3.11,<3.13"\n{table(needs)}{line}\n{table(dev)}{source}'
        '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
    )


PIPFILE = """[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"
[packages]
flask = "*"
celery = {extras = ["redis"], version = "*"}
requests = "==2.31.0"
[dev-packages]
pytest = "*"
black = "*"
[docs]
sphinx = "*"
"""

# Name of the folder, files written into it, the tool, its command, the lockfile it makes.
PROJECTS = [
    ("compile-web", {"requirements.in": "\n".join(WEB)}, "pip-compile", "pip-compile -q --strip-extras --generate-hashes requirements.in", "requirements.txt"),
    ("compile-api", {"requirements.in": "\n".join(API)}, "pip-compile", "pip-compile -q --no-strip-extras requirements.in", "requirements.txt"),
    ("compile-old-style", {"requirements.in": "\n".join(WEB)}, "pip-compile", "pip-compile -q --no-strip-extras --annotation-style line requirements.in", "requirements.txt"),
    ("uv-compile", {"pyproject.toml": project("sample", SCIENCE)}, "uv", "uv pip compile -q pyproject.toml --universal --generate-hashes -o requirements.txt", "requirements.txt"),
    ("uv-web", {"pyproject.toml": project("sample", WEB, [("docs", DOCS)], [("dev", WORK)])}, "uv", "uv lock -q", "uv.lock"),
    ("uv-science", {"pyproject.toml": project("sample", SCIENCE, groups=[("dev", WORK), ("docs", DOCS)])}, "uv", "uv lock -q", "uv.lock"),
    ("uv-workspace", {
        "pyproject.toml": project("sample", ["member", *API]) + '[tool.uv.workspace]\nmembers = ["parts/*"]\n[tool.uv.sources]\nmember = { workspace = true }\n',
        "parts/member/pyproject.toml": project("member", ["attrs", "rich"]) + '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    }, "uv", "uv lock -q", "uv.lock"),
    ("uv-pylock", {"pyproject.toml": project("sample", API)}, "uv", "uv pip compile -q pyproject.toml --universal --format pylock.toml -o pylock.toml", "pylock.toml"),
    ("poetry-new", {"pyproject.toml": project("sample", WEB, [("docs", DOCS)], [("dev", WORK)]) + SOURCE}, "poetry", "poetry lock -n", "poetry.lock"),
    ("poetry-tables", {"pyproject.toml": poetry_tables(['django = "^4.2"', 'celery = {extras = ["redis"], version = "*"}'], ['pytest = "*"', 'mypy = "*"'])}, "poetry", "poetry lock -n", "poetry.lock"),
    ("poetry-1.8", {"pyproject.toml": poetry_tables(['fastapi = {extras = ["all"], version = "*"}'], ['pytest = "*"'])}, "poetry-1.8", "poetry lock -n", "poetry.lock"),
    ("poetry-1.4", {"pyproject.toml": poetry_tables(['flask = "^3.0"', 'requests = {extras = ["socks"], version = "2.31.0"}'], ['pytest = "*"'], source=OLD_SOURCE)}, "poetry-1.4", "poetry lock -n", "poetry.lock"),
    ("pdm-web", {"pyproject.toml": project("sample", WEB, [("docs", DOCS)], [("dev", WORK)])}, "pdm", "pdm lock -q", "pdm.lock"),
    ("pdm-science", {"pyproject.toml": project("sample", SCIENCE) + '[tool.pdm.dev-dependencies]\ntest = ["pytest"]\n'}, "pdm", "pdm lock -q -G :all", "pdm.lock"),
    ("pdm-static-urls", {"pyproject.toml": project("sample", API)}, "pdm", "pdm lock -q --static-urls", "pdm.lock"),
    ("pdm-2.7", {"pyproject.toml": project("sample", ["flask", "requests[socks]"])}, "pdm-2.7", "pdm lock", "pdm.lock"),
    ("pdm-pylock", {"pyproject.toml": project("sample", WEB, groups=[("dev", ["pytest"])])}, "pdm", "sh -c 'pdm config --local lock.format pylock && pdm lock -q'", "pylock.toml"),
    ("pipenv", {"Pipfile": PIPFILE}, "pipenv", "pipenv lock --categories 'packages dev-packages docs'", "Pipfile.lock"),
]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.made = {}

    def tools(self, name="tools"):
        """Folder with the programs of an environment; made once."""
        name = name if name in ENVIRONMENTS else "tools"
        root = self.folder / "environments" / name
        if name not in self.made:
            done = root / "done"
            if not done.exists():
                venv.create(root, with_pip=True, clear=True)
                subprocess.run([root / "bin/pip", "-q", "install", *ENVIRONMENTS[name]], check=True)
                done.write_text("")
            self.made[name] = root / "bin"
        return self.made[name]

    def lock(self, name, files, tool, command, lockfile):
        """Path of the lockfile; made once."""
        root = self.folder / "projects" / name
        path = root / lockfile
        if not path.exists():
            for file, text in files.items():
                (root / file).parent.mkdir(parents=True, exist_ok=True)
                (root / file).write_text(text)
            programs = self.tools(tool)
            env = dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}", PIPENV_IGNORE_VIRTUALENVS="1", POETRY_VIRTUALENVS_CREATE="false",
                       PDM_CHECK_UPDATE="0", UV_PYTHON=sys.executable, PDM_PYTHON=sys.executable, PIPENV_PYTHON=sys.executable)
            env.pop("VIRTUAL_ENV", None)
            done = subprocess.run(shlex.split(command), cwd=root, env=env, capture_output=True, text=True, timeout=900, check=False)
            if done.returncode or not path.exists():
                raise RuntimeError(f"{command}: {done.returncode}\n{done.stdout[-500:]}\n{done.stderr[-1500:]}")
        return path

    def script(self, code, *arguments, tool="tools"):
        """Runs Python among the tools; gives pairs back."""
        done = subprocess.run([self.tools(tool) / "python", "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-1500:])
        return {(canonical(name), version) for name, version in json.loads(done.stdout.splitlines()[-1])}


# pip's own reader of requirement files; a version is what a single `==` names.
REQUIREMENTS = """
import json, sys
from pip._internal.req.req_file import parse_requirements
from pip._internal.req.constructors import install_req_from_parsed_requirement as make
from pip._internal.network.session import PipSession
out = []
for parsed in parse_requirements(sys.argv[1], session=PipSession()):
    # Files that are listed by themselves are not followed.
    if parsed.comes_from and ("-r %s " % sys.argv[1]) not in parsed.comes_from and ("-c %s " % sys.argv[1]) not in parsed.comes_from: continue
    # Text only: neither folders nor addresses are looked at.
    try: need = make(parsed).req
    except Exception: continue
    if need is None: continue
    for clause in need.specifier:
        if clause.operator in ("==", "===") and not clause.version.endswith("*"): out.append((need.name, clause.version))
print(json.dumps(out))
"""

POETRY = """
import json, sys, pathlib, logging
logging.disable(logging.CRITICAL)
from poetry.packages.locker import Locker
locker = Locker(pathlib.Path(sys.argv[1]), {})
try: packages = locker.locked_packages() if hasattr(locker, "locked_packages") else locker.locked_repository().packages
except Exception: packages = locker.locked_repository().packages
print(json.dumps([(package.name, str(package.version)) for package in packages]))
"""

PYLOCK = """
import json, sys, tomllib
from packaging.pylock import Pylock
lock = Pylock.from_dict(tomllib.load(open(sys.argv[1], "rb")))
print(json.dumps([(package.name, str(package.version or "")) for package in lock.packages]))
"""

EXPORTED = """
import json, re, sys
from packaging.requirements import Requirement
out = []
for line in sys.stdin.read().splitlines():
    line = line.strip()
    if not line or line.startswith(("#", "-i ", "--")): continue
    if line.startswith("-e ") or line.startswith(("./", "../")): continue
    need = Requirement(re.sub(r"\\s+--hash=\\S+", "", line.rstrip("\\\\")).strip())
    for clause in need.specifier:
        out.append((need.name, clause.version))
print(json.dumps(out))
"""

INSTALLED = """
import importlib.metadata, json, sys
out = []
for found in importlib.metadata.distributions(path=[sys.argv[1]]):
    out.append((found.metadata["Name"] or "", found.version or ""))
print(json.dumps(out))
"""


def unexported(path):
    """Packages with a version that uv exports without it, or not at all: members of a workspace, folders, repositories."""
    packages = tomllib.loads(path.read_text())["package"]
    other = [package for package in packages if "registry" not in package["source"] and "." not in package["source"].values()]
    return {(canonical(package["name"]), package["version"]) for package in other if "version" in package}


def exported(bench, path, command, tool=None):
    env = dict(os.environ, PATH=f"{bench.tools(tool or command[0])}:{os.environ['PATH']}", PIPENV_IGNORE_VIRTUALENVS="1", PIPENV_VERBOSITY="-1", PDM_CHECK_UPDATE="0")
    done = subprocess.run(command, cwd=path.parent, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-800:])
    parsed = subprocess.run([bench.tools() / "python", "-c", EXPORTED], input=done.stdout, capture_output=True, text=True, check=False)
    if parsed.returncode:
        raise RuntimeError(parsed.stderr[-800:])
    return {(canonical(name), version) for name, version in json.loads(parsed.stdout)}


def expected(bench, path):
    """What the file's own tool reads, and what that was."""
    name = path.name
    if name.endswith(".py.lock"):
        return exported(bench, path, ["uv", "export", "-q", "--frozen", "--script", name.removesuffix(".lock"), "--no-hashes"]) | unexported(path), "uv export"
    if name == "uv.lock":
        return exported(bench, path, ["uv", "export", "-q", "--frozen", "--all-extras", "--all-groups", "--all-packages", "--no-hashes", "--no-emit-workspace"]) | unexported(path), "uv export"
    if name == "poetry.lock":
        return bench.script(POETRY, path, tool="poetry"), "poetry's Locker"
    if name == "pdm.lock":
        # Newer ones do not export what older ones locked.
        groups_missing = not any("groups" in package for package in tomllib.loads(path.read_text())["package"])
        if groups_missing:
            return exported(bench, path, ["pdm", "export", "-f", "requirements", "--without-hashes"], tool="pdm-2.7"), "pdm 2.7 export"
        return exported(bench, path, ["pdm", "export", "-q", "--no-hashes", "-G", ":all"]), "pdm export"
    if name == "Pipfile.lock":
        groups = [key for key in json.loads(path.read_text()) if key != "_meta"]
        categories = {"default": "packages", "develop": "dev-packages"}
        found = set()
        for group in groups:
            found |= exported(bench, path, ["pipenv", "requirements", "--categories", categories.get(group, group)])
        return found, "pipenv requirements"
    if re.fullmatch(r"pylock(\.[^.]+)?\.toml", name):
        return bench.script(PYLOCK, path), "packaging.pylock"
    return bench.script(REQUIREMENTS, path), "pip's reader"


def ours(command, path):
    done = subprocess.run([*shlex.split(command), str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ours ended with {done.returncode}: {done.stderr[-500:]}")
    pairs = [line.split("\t") for line in done.stdout.splitlines()]
    # Without a version there is nothing to compare: local folders, unpinned requirements.
    return {(canonical(name), version) for name, version in pairs if version}


def differences(label, by, wanted, got):
    wanted = {pair for pair in wanted if pair[1]}
    missing, extra = wanted - got, got - wanted
    print(f"{'ok ' if not missing and not extra else 'BAD'} {label}: {len(wanted)} by {by}, {len(got)} by us")
    for word, pairs in (("missing", missing), ("extra", extra)):
        for name, version in sorted(pairs)[:20]:
            print(f"      {word}: {name} {version}")
    return bool(missing or extra)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", required=True)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path.home() / ".cache/securescan-bench/python")
    parser.add_argument("--only", default="")
    parser.add_argument("--more", type=pathlib.Path)
    arguments = parser.parse_args()
    bench = Bench(arguments.folder.resolve())
    bad = lost = 0
    paths = []
    for row in PROJECTS:
        if arguments.only in row[0]:
            try:
                paths.append((row[0], bench.lock(*row)))
            except (RuntimeError, subprocess.SubprocessError) as error:
                lost += 1
                print(f"LOST {row[0]}: {error}")
    if arguments.more:
        globs = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock*.toml", "*requirements*.txt", "requirements/*.txt", "constraints*.txt", "requirements*.lock", "*.py.lock")
        found = {path.resolve() for glob in globs for path in arguments.more.rglob(glob) if path.is_file()}
        paths += [(str(path.relative_to(arguments.more.resolve())), path) for path in sorted(found) if arguments.only in str(path)]
    for label, path in paths:
        try:
            wanted, by = expected(bench, path)
        except RuntimeError as error:
            try:
                ours(arguments.ours, path)
            except RuntimeError:
                print(f"ok  {label}: refused by its tool and by us")
                continue
            lost += 1
            print(f"LOST {label}: {str(error)[-700:]}")
            continue
        try:
            bad += differences(label, by, wanted, ours(arguments.ours, path))
        except (RuntimeError, subprocess.SubprocessError) as error:
            lost += 1
            print(f"LOST {label}: {str(error)[-700:]}")
    if arguments.only in "installed":
        roots = {pathlib.Path(path).resolve() for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
        roots |= {root.resolve() for root in bench.folder.glob("environments/*/lib/python*/site-packages")}
        roots |= {root for root in [pathlib.Path("/usr/lib/python3/dist-packages")] if root.is_dir()}
        for root in sorted(roots):
            files = sorted([*root.glob("*.dist-info/METADATA"), *root.glob("*.egg-info/PKG-INFO"), *(f for f in root.glob("*.egg-info") if f.is_file())])
            got = set().union(*(ours(arguments.ours, file) for file in files))
            bad += differences(f"installed in {root.parent.parent.name}/{root.parent.name}", "importlib.metadata", bench.script(INSTALLED, root), got)
    print(f"{bad} differ, {lost} could not be compared")
    return 1 if bad or lost else 0


if __name__ == "__main__":
    sys.exit(main())
