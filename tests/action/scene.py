"""Repositories, pull requests and events for the tests of the action. Everything stands in a folder of one test."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from forge import Forge
from runner import Runner

PROGRAM = os.environ["SECURESCAN_BIN"]
ZERO = "0" * 40
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def leak(salt):
    """A line that the secrets scanner reports with severity high."""
    digest = hashlib.sha256(salt.encode()).digest()
    return f'db_password = "q7{"".join(LETTERS[byte % len(LETTERS)] for byte in digest[:14])}Zx9"\n'


# What people who open pull requests can choose. If any of it reaches a shell as text, a file appears.
HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "a\n::error::pwned\nb",
    "x\nbase=pwned\n",
    "${{ github.token }}",
]


class Scene(unittest.TestCase):
    """A bare origin with a main branch and a branch `topic`, and a clone of it as the workspace of a runner."""

    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="securescan-action-"))
        self.addCleanup(shutil.rmtree, self.home, True)
        self.git_environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Tester",
            "GIT_AUTHOR_EMAIL": "tester@example.invalid",
            "GIT_COMMITTER_NAME": "Tester",
            "GIT_COMMITTER_EMAIL": "tester@example.invalid",
        }
        self.forge = Forge()
        self.addCleanup(self.forge.close)
        self.origin, self.source = self.home / "origin.git", self.home / "source"
        self.git(self.home, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        self.git(self.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
        self.git(self.home, "init", "--quiet", "--initial-branch=main", str(self.source))
        self.git(self.source, "remote", "add", "origin", f"file://{self.origin}")
        # The counts below speak of one scanner, whatever others there are.
        (self.source / ".securescan.yml").write_text("scan_types: [code]\nscanners: {enable: [secrets]}\n")
        (self.source / "kept.py").write_text(leak("kept"))
        (self.source / "mended.py").write_text(leak("mended"))
        self.left = self.commit("main as the branch left it")
        self.git(self.source, "checkout", "--quiet", "-b", "topic")
        (self.source / "mended.py").write_text("# nothing here\n")
        (self.source / "added.py").write_text(f"# new\n{leak('added')}")
        self.head = self.commit("the change")
        self.git(self.source, "checkout", "--quiet", "main")
        # The base has moved on since: what it adds must not look like a change of the branch.
        (self.source / "elsewhere.py").write_text(leak("elsewhere"))
        self.base = self.commit("main has moved on")
        self.git(self.source, "push", "--quiet", "origin", "main", "topic")

    def git(self, folder, *words, check=True):
        done = subprocess.run(
            ["git", *words], cwd=folder, env=self.git_environment, capture_output=True, text=True, check=False
        )
        if check and done.returncode != 0:
            raise AssertionError(f"git {words}: {done.stderr}")
        return done.stdout.strip()

    def commit(self, message):
        self.git(self.source, "add", "--all", "--force")
        self.git(self.source, "commit", "--quiet", "--message", message)
        return self.git(self.source, "rev-parse", "HEAD")

    def workspace(self, commit, *options):
        """A clone with a commit checked out, as actions/checkout leaves it."""
        folder = self.home / "workspace"
        shutil.rmtree(folder, ignore_errors=True)
        self.git(self.home, "clone", "--quiet", "--no-checkout", *options, f"file://{self.origin}", str(folder))
        if self.git(folder, "cat-file", "-t", commit, check=False) != "commit":
            self.git(folder, "fetch", "--quiet", "--no-tags", *options, "origin", commit)
        self.git(folder, "checkout", "--quiet", "--detach", commit)
        return folder

    def pull(self, title="A change", repository="acme/shop", head=None):
        """A pull request that the forge knows, as the event shows it."""
        owner = repository.split("/", maxsplit=1)[0]
        pull = {
            "number": 7,
            "state": "open",
            "title": title,
            "body": "\n".join(HOSTILE),
            "user": {"login": "octocat", "id": 1, "type": "User"},
            "base": {"sha": self.base, "ref": "main", "repo": {"full_name": "acme/shop"}},
            "head": {
                "sha": head or self.head,
                "ref": "topic",
                "label": f"{owner}:topic",
                "repo": {"full_name": repository, "fork": repository != "acme/shop"},
            },
        }
        self.forge.pulls = [pull]
        return {"action": "synchronize", "number": 7, "pull_request": pull, "repository": {"full_name": "acme/shop"}}

    def act(self, event_name, event, workspace=None, inputs=None, sha=None, **settings):
        """Runs the action as a workflow would, with the program under test."""
        folder = workspace or self.workspace(self.head)
        before = self.state(folder)
        runner = Runner(self.home, folder, event_name, event, sha or self.head, api=self.forge.url, **settings)
        given = {"binary-path": PROGRAM, **(inputs or {})}
        run = runner.composite(runner.action, {key: value for key, value in given.items() if value is not None})
        self.assertEqual(self.state(folder), before, "the action wrote into the work tree")
        for stray in self.home.rglob("pwned*"):
            self.fail(f"a text of somebody else was run: {stray}")
        allowed = {"error", "warning", "notice", "group", "endgroup"}
        strange = [command for command in run.commands() if command[0] not in allowed or command[2] == "pwned"]
        self.assertEqual(strange, [], "a workflow command that nobody of ours gave")
        self.assertNotIn(runner.github["token"], run.log)
        return run

    def state(self, folder):
        """Names and bytes of everything outside of .git."""
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(folder).parts
        }

    def counts(self, run):
        return tuple(run.outputs[name] for name in ("new", "fixed", "unchanged"))
