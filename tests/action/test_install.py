"""Where the program comes from: the published one held to its checksum, the image, and nothing else."""

import hashlib
import shutil
import stat
import subprocess
from pathlib import Path

from runner import ROOT
from scene import PROGRAM, Scene

VERSION = "3.2.1"
NAME = f"securescan-v{VERSION}-x86_64-unknown-linux-musl"
IMAGE = "ghcr.io/securescan/securescan"
DIGEST = "c" * 64

CURL = """#!/usr/bin/env bash
set -eu
printf '%s\\n' "$*" >>"{log}"
while [ $# -gt 1 ]; do
    if [ "$1" = --output ]; then file=$2; fi
    shift
done
cp "{served}" "$file"
"""

# Runs the program under test in place of the image, and writes down how it was called.
DOCKER = """#!/usr/bin/env bash
set -eu
printf '%s\\n' "$*" >>"{log}"
while [ "${{1#*ghcr.io/}}" = "$1" ]; do shift; done
shift
exec "{program}" "$@"
"""


class Install(Scene):
    def setUp(self):
        super().setUp()
        self.programs = self.home / "programs"
        self.programs.mkdir()
        folder = self.home / NAME
        folder.mkdir()
        shutil.copy(PROGRAM, folder / "securescan")
        self.served = self.home / "served.tar.gz"
        subprocess.run(["tar", "-C", self.home, "-czf", self.served, NAME], check=True)
        self.digest = hashlib.sha256(self.served.read_bytes()).hexdigest()
        self.action = self.home / "action"
        shutil.copytree(ROOT / "action", self.action)

    def program(self, name, text, **values):
        path = self.programs / name
        path.write_text(text.format(log=self.home / f"{name}.log", **values))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def called(self, name):
        log = self.home / f"{name}.log"
        return log.read_text().splitlines() if log.exists() else []

    def curl(self):
        self.program("curl", CURL, served=self.served)

    def docker(self):
        self.program("docker", DOCKER, program=PROGRAM)

    def release(self, digest):
        """The action as it stands at the tag of a release."""
        with (self.action / "checksums.txt").open("a") as file:
            file.write(f"{digest}  {NAME}.tar.gz\n{DIGEST}  {IMAGE}:v{VERSION}\n")

    def install(self, inputs=None, **settings):
        settings = {"action": self.action, "programs": self.programs, **settings}
        return self.act("pull_request", self.pull(), inputs={"binary-path": None, **(inputs or {})}, **settings)

    def test_the_program_of_the_tag_is_downloaded_and_held_to_its_checksum(self):
        self.curl()
        self.release(self.digest)
        run = self.install()
        self.assertEqual((run.code, self.counts(run)), (0, ("1", "1", "1")), run.log)
        [call] = self.called("curl")
        self.assertIn(f"https://github.com/securescan/securescan/releases/download/v{VERSION}/{NAME}.tar.gz", call)
        self.assertIn("--proto =https", call)

    def test_another_program_than_the_expected_one_is_not_run_and_nothing_takes_its_place(self):
        self.curl()
        self.docker()
        self.release("a" * 64)
        run = self.install()
        self.assertEqual((run.code, self.called("docker")), (2, []), run.log)
        self.assertIn("checksum", run.said("error")[0])
        self.assertNotIn("Scan", run.steps)

    def test_between_releases_there_is_nothing_to_install(self):
        self.curl()
        run = self.install()
        self.assertEqual((run.code, self.called("curl")), (2, []), run.log)

    def test_another_version_needs_its_checksum(self):
        self.curl()
        self.release("b" * 64)
        run = self.install({"version": "9.9.9"})
        self.assertEqual((run.code, self.called("curl")), (2, []), run.log)
        run = self.install({"version": f"v{VERSION}", "sha256": self.digest})
        self.assertEqual(run.code, 0, run.log)

    def test_a_program_that_is_there_can_be_held_to_a_checksum_too(self):
        right = hashlib.sha256(Path(PROGRAM).read_bytes()).hexdigest()
        self.assertEqual(self.act("schedule", {}, inputs={"sha256": right}).code, 0)
        self.assertEqual(self.act("schedule", {}, inputs={"sha256": "a" * 64}).code, 2)

    def test_the_image_takes_over_where_no_program_can_be_had_and_sees_little(self):
        self.docker()
        self.program("curl", "#!/bin/sh\nexit 22\n")
        self.release(self.digest)
        for inputs, settings in (({}, {}), ({"prefer-image": "true"}, {}), ({}, {"arch": "ARM"})):
            (self.home / "docker.log").unlink(missing_ok=True)
            self.forge.comments.clear()
            run = self.install(inputs, **settings)
            self.assertEqual((run.code, self.counts(run)), (0, ("1", "1", "1")), run.log)
            self.assertEqual(len(self.forge.comments), 1, run.log)
            calls = self.called("docker")
            self.assertTrue(all(f" {IMAGE}:v{VERSION}@sha256:{DIGEST} " in call for call in calls), calls)
            for call in calls:
                posts = f"@sha256:{DIGEST} post " in call
                self.assertEqual("--network none" in call, not posts, call)
                self.assertEqual("--env GITHUB_TOKEN" in call, posts, call)
                self.assertIn(f"target={self.home / 'workspace'},readonly", call)
                self.assertRegex(call, r"--user \d+:\d+ ")

    def test_another_system_is_told_so_in_one_line(self):
        run = self.act("schedule", {}, os="macOS")
        self.assertEqual((run.code, len(run.said("error")), list(run.steps)), (2, 1, ["Resolve what to compare"]))

    def test_a_tag_of_the_image_is_taken_as_asked_and_held_to_its_form(self):
        self.docker()
        self.release(self.digest)
        run = self.install({"prefer-image": "true", "image-tag": "v1.0.0"})
        self.assertEqual(run.code, 0, run.log)
        self.assertTrue(all(f" {IMAGE}:v1.0.0 " in call for call in self.called("docker")))
        self.assertEqual(self.install({"prefer-image": "true", "image-tag": "x --privileged"}).code, 2)
