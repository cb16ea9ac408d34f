"""What the release workflow writes down is what the action of that release reads."""

import hashlib
import json
import shutil
import subprocess

from runner import ROOT, Runner
from scene import PROGRAM, Scene
from test_install import CURL, DOCKER

TAG = "v3.2.1"
DIGEST = "d" * 64

# Writes down what is asked of the API, and answers with an id made from it.
GH = """#!/usr/bin/env bash
set -euo pipefail
printf '%s\\n' "$*" >>"$HOME/gh.log"
case "$1" in
api)
    [ "$2 $3 $5 $6" = "--method POST --input -" ]
    cat >"$HOME/${4##*/}.json"
    sha1sum <"$HOME/${4##*/}.json" | cut -c 1-40
    ;;
esac
"""


class Release(Scene):
    def publish(self, changelog):
        self.programs = self.home / "programs"
        self.programs.mkdir()
        (self.programs / "gh").write_text(GH)
        (self.programs / "gh").chmod(0o755)
        checkout = self.home / "checkout"
        shutil.copytree(ROOT / "action", checkout / "action")
        (checkout / "CHANGELOG.md").write_text(changelog)
        self.git(checkout, "init", "--quiet")
        self.git(checkout, "add", "--all")
        self.git(checkout, "commit", "--quiet", "--message", "candidate")
        self.commit_id = self.git(checkout, "rev-parse", "HEAD")
        self.tree_id = self.git(checkout, "rev-parse", "HEAD^{tree}")
        (checkout / "dist").mkdir()
        self.digests = {}
        for machine in ("x86_64", "aarch64"):
            name = f"securescan-{TAG}-{machine}-unknown-linux-musl"
            (self.home / name).mkdir()
            shutil.copy(PROGRAM, self.home / name / "securescan")
            archive = checkout / "dist" / f"{name}.tar.gz"
            subprocess.run(["tar", "-C", self.home, "-czf", archive, name], check=True)
            self.digests[archive.name] = hashlib.sha256(archive.read_bytes()).hexdigest()
            if machine == "x86_64":
                self.archive = archive
        runner = Runner(self.home, checkout, "push", {}, self.commit_id, programs=self.programs)
        runner.environment["GITHUB_REF_NAME"] = f"candidate/{TAG}"
        needs = {"image": {"digest": f"sha256:{DIGEST}"}}
        return runner.job(ROOT / ".github/workflows/release.yml", "publish", needs)

    def asked(self, name):
        return json.loads((self.home / f"{name}.json").read_text())

    def test_the_tag_is_a_commit_with_the_digests_on_top_of_the_candidate(self):
        run = self.publish("# Changelog\n\n## [3.2.1]\n\n- News.\n\n## [3.2.0]\n\n- Old.\n")
        self.assertEqual(run.code, 0, run.log)
        tree, commit, ref = self.asked("trees"), self.asked("commits"), self.asked("refs")
        [entry] = tree["tree"]
        self.assertEqual((tree["base_tree"], entry["path"]), (self.tree_id, "action/checksums.txt"))
        self.assertEqual(commit["parents"], [self.commit_id])
        self.assertEqual(ref["ref"], f"refs/tags/{TAG}")
        created = (self.home / "gh.log").read_text().splitlines()[-1]
        self.assertTrue(created.startswith(f"release create {TAG} --draft --verify-tag"), created)
        self.assertEqual((self.home / "checkout/notes.md").read_text().strip(), "- News.")
        # The action as it stands at that commit installs what was published, and nothing else.
        for name, digest in {**self.digests, f"ghcr.io/securescan/securescan:{TAG}": DIGEST}.items():
            self.assertIn(f"{digest}  {name}\n", entry["content"])
        action = self.home / "action"
        shutil.copytree(ROOT / "action", action)
        (action / "checksums.txt").write_text(entry["content"])
        for program, text in (("curl", CURL), ("docker", DOCKER)):
            values = {"log": self.home / f"{program}.log", "served": self.archive, "program": PROGRAM}
            (self.programs / program).write_text(text.format(**values))
            (self.programs / program).chmod(0o755)
        for inputs in ({}, {"prefer-image": "true"}):
            given = {"binary-path": None, **inputs}
            run = self.act("schedule", {}, inputs=given, action=action, programs=self.programs)
            self.assertEqual((run.code, self.counts(run)), (0, ("2", "0", "0")), run.log)
        self.assertIn(f"/{TAG}/{self.archive.name}", (self.home / "curl.log").read_text())
        self.assertIn(f":{TAG}@sha256:{DIGEST} scan", (self.home / "docker.log").read_text())

    def test_a_version_without_a_section_in_the_changelog_is_no_release(self):
        run = self.publish("# Changelog\n")
        self.assertEqual(run.code, 1)
        self.assertIn("CHANGELOG.md has no section", run.log)
