"""The examples of examples/ci and the hooks for pre-commit, run for real."""

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from runner import ROOT, Runner, load
from ruamel.yaml import YAML
from scene import HOSTILE, PROGRAM, Scene, leak

EXAMPLES = ROOT / "examples/ci"

# `gh api PATH [-f KEY=VALUE]... [--jq FILTER]`, from the forge of the test.
GH = """#!/usr/bin/env bash
set -euo pipefail
[ "$1 $2 $3" = "api --method GET" ]
[ -n "$GH_TOKEN" ]
path=$4 fields=() filter=
shift 4
while [ $# -gt 0 ]; do
    case $1 in
    -f) fields+=(--data-urlencode "$2") ;;
    --jq) filter=$2 ;;
    *) exit 64 ;;
    esac
    shift 2
done
answer=$(mktemp)
curl --fail --silent --get "${fields[@]}" "$GITHUB_API_URL/$path" >"$answer"
if [ -n "$filter" ]; then jq -r "$filter" "$answer"; else cat "$answer"; fi
"""


class Local(Scene):
    def setUp(self):
        super().setUp()
        self.programs = self.home / "programs"
        self.programs.mkdir()
        (self.programs / "securescan").symlink_to(PROGRAM)
        self.git_environment["PATH"] = f"{self.programs}:{os.environ['PATH']}"
        self.work = self.home / "work"
        self.git(self.home, "clone", "--quiet", f"file://{self.origin}", str(self.work))

    def call(self, *words, **variables):
        return subprocess.run(
            words,
            cwd=self.work,
            env={**self.git_environment, **variables},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def change(self, name, text, message="a change"):
        (self.work / name).write_text(text)
        self.git(self.work, "add", name)
        self.git(self.work, "commit", "--quiet", "--no-verify", "--message", message)

    def test_the_comparison_with_the_main_branch_tells_what_the_branch_adds(self):
        self.git(self.work, "checkout", "--quiet", "topic")
        done = self.call(str(EXAMPLES / "diff-main.sh"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertTrue(done.stdout.startswith("SecureScan diff: 1 new, 1 fixed, 1 unchanged"), done.stdout)
        self.assertEqual(self.call(str(EXAMPLES / "diff-main.sh"), DIFF_SEVERITY="critical").returncode, 0)
        self.assertEqual(self.call(str(EXAMPLES / "diff-main.sh"), "topic").returncode, 0)

    def test_a_push_that_adds_a_finding_is_stopped_and_others_pass(self):
        shutil.copy(EXAMPLES / "pre-push.sh", self.work / ".git/hooks/pre-push")
        self.git(self.work, "checkout", "--quiet", "-b", "work", "main")
        self.change("clean.py", "x = 1\n")
        # What the main branch has is not new, so a first push passes.
        self.assertEqual(self.call("git", "push", "origin", "work").returncode, 0)
        self.change("bad.py", leak("bad"))
        stopped = self.call("git", "push", "origin", "work")
        self.assertNotEqual(stopped.returncode, 0)
        self.assertIn("bad.py", stopped.stderr)
        self.assertIn("push stopped", stopped.stderr)
        self.assertNotIn("kept.py", stopped.stderr)
        first = self.call("git", "push", "origin", "work:other")
        self.assertNotEqual(first.returncode, 0, first.stderr)
        self.assertEqual(self.call("git", "push", "origin", "work", PRE_PUSH_SEVERITY="critical").returncode, 0)
        self.assertEqual(self.call("git", "push", "origin", ":work").returncode, 0)

    def test_a_first_push_to_an_empty_remote_has_the_tree_scanned(self):
        shutil.copy(EXAMPLES / "pre-push.sh", self.work / ".git/hooks/pre-push")
        empty = self.home / "empty.git"
        self.git(self.home, "init", "--quiet", "--bare", str(empty))
        stopped = self.call("git", "push", f"file://{empty}", "main")
        self.assertNotEqual(stopped.returncode, 0)
        self.assertIn("kept.py", stopped.stderr)

    def hooks(self):
        """The hooks of the manifest for the program under test, which need not be built anew."""
        hooks = [{**hook, "language": "system"} for hook in load(ROOT / ".pre-commit-hooks.yaml")]
        YAML().dump({"repos": [{"repo": "local", "hooks": hooks}]}, self.work / ".pre-commit-config.yaml")
        self.git(self.work, "add", ".pre-commit-config.yaml")
        self.git(self.work, "commit", "--quiet", "--message", "hooks")
        done = self.call(os.environ["PRE_COMMIT"], "install")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_hook_judges_the_staged_bytes_is_silent_when_clean_and_shows_findings_when_not(self):
        self.hooks()
        (self.work / "clean.py").write_text("x = 1\n")
        self.git(self.work, "add", "clean.py")
        clean = self.call("git", "commit", "--message", "clean")
        self.assertEqual(clean.returncode, 0, clean.stderr)
        self.assertIn("Passed", clean.stdout + clean.stderr)
        self.assertNotIn("kept.py", clean.stdout + clean.stderr)
        (self.work / "bad.py").write_text(leak("bad"))
        self.git(self.work, "add", "bad.py")
        # What stands in the work tree is not what is committed.
        (self.work / "bad.py").write_text("x = 1\n")
        stopped = self.call("git", "commit", "--message", "bad")
        self.assertEqual(stopped.returncode, 1, stopped.stderr)
        self.assertIn("bad.py", stopped.stdout + stopped.stderr)
        self.git(self.work, "add", "bad.py")
        self.assertEqual(self.call("git", "commit", "--message", "mended").returncode, 0)

    def test_the_hook_for_the_whole_tree_runs_when_it_is_asked_for(self):
        self.hooks()
        done = self.call(os.environ["PRE_COMMIT"], "run", "--hook-stage", "manual", "securescan-full")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("kept.py", done.stdout)


class Forks(Scene):
    """The pair of workflows for pull requests from forks."""

    def setUp(self):
        super().setUp()
        self.programs = self.home / "programs"
        self.programs.mkdir()
        (self.programs / "gh").write_text(GH)
        (self.programs / "gh").chmod(0o755)
        self.pull(repository="mallory/shop")

    def scanned(self):
        """The artifact that the first workflow leaves."""
        event = self.pull(repository="mallory/shop")
        runner = Runner(self.home, self.workspace(self.head), "pull_request", event, self.head, api=self.forge.url)
        run = runner.job(EXAMPLES / "github-fork-scan.yml", "scan")
        self.assertEqual(run.code, 1, run.log)
        self.assertEqual(self.forge.requests, [])
        [_, (action, options)] = run.uses
        self.assertEqual((action, options["name"]), ("actions/upload-artifact", "securescan-result"))
        return Path(options["path"])

    def artifact(self, entries):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in entries.items():
                file.writestr(name, data)
        self.forge.zips[5] = archive.getvalue()
        self.forge.artifacts = [{"id": 5, "name": "securescan-result", "size_in_bytes": len(archive.getvalue())}]

    def post(self, kind="pull_request", branch="topic", head=None):
        event = {
            "workflow_run": {
                "id": 41,
                "event": kind,
                "head_sha": head or self.head,
                "head_branch": branch,
                "head_repository": {"id": 3, "owner": {"login": "mallory"}},
            }
        }
        folder = self.home / "empty"
        folder.mkdir(exist_ok=True)
        self.forge.requests.clear()
        settings = {"api": self.forge.url, "programs": self.programs}
        runner = Runner(self.home, folder, "workflow_run", event, self.base, **settings)
        run = runner.job(EXAMPLES / "github-fork-post.yml", "post")
        self.assertEqual(list(self.home.rglob("*pwned*")), [])
        return run

    def test_the_second_workflow_posts_what_the_first_one_found(self):
        result = self.scanned()
        self.artifact({result.name: result.read_bytes()})
        run = self.post()
        self.assertEqual(run.code, 0, run.log)
        self.assertEqual(len(self.forge.comments), 1, run.log)
        self.assertIn("added.py", self.forge.comments[0]["body"])
        self.assertEqual((self.post().code, len(self.forge.comments)), (0, 1))

    def test_only_the_open_pull_request_whose_head_was_scanned_is_spoken_to(self):
        result = self.scanned()
        self.artifact({result.name: result.read_bytes()})
        self.assertIsNone(self.post(kind="push"))
        for branch, head in (("topic", "b" * 40), ("other", None), *((text, None) for text in HOSTILE)):
            run = self.post(branch=branch, head=head)
            self.assertEqual(run.code, 0, run.log)
            # Not even the result is looked at.
            self.assertEqual([path for _, path, _ in self.forge.requests], ["/repos/acme/shop/pulls"], run.log)

    def test_a_hostile_artifact_is_refused_or_harmless(self):
        for entries in (
            {"result.json": b"\0" * 30_000_000},
            {"result.json": b""},
            {"result.json": b"not JSON $(touch pwned)"},
            # What posting would take as a ready comment or review, in somebody else's words.
            {"result.json": b"<!-- securescan:diff -->\nclick here\n"},
            {"result.json": b'{"body": "<!-- securescan:review -->\\nclick here", "comments": [], "event": "APPROVE"}'},
            {"../../pwned": b"x", "/tmp/pwned": b"x"},
        ):
            self.artifact(entries)
            self.post()
            self.assertEqual(self.forge.writes(), [], list(entries))
        self.forge.zips[5] = b"no archive"
        self.post()
        self.artifact({})
        self.forge.artifacts[0]["size_in_bytes"] = 10**9
        run = self.post()
        self.assertEqual((run.code, self.forge.comments), (1, []), run.log)
        self.assertFalse(any(path.endswith("/zip") for _, path, _ in self.forge.requests), "it was fetched all the same")
        self.forge.artifacts = []
        self.assertEqual((self.post().code, self.forge.comments), (0, []))
