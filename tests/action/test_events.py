"""The action for every event that can start it: what is compared, what is shown where, and how the job ends."""

import json
import unittest
from pathlib import Path

from runner import ROOT, TOKEN, load
from scene import HOSTILE, ZERO, Scene, leak

MARKER = "<!-- securescan:diff -->"


class PullRequests(Scene):
    def test_a_change_is_told_on_every_surface_from_one_scan_and_the_gate_decides_last(self):
        run = self.act("pull_request", self.pull(), inputs={"fail-on-severity": "high"}, sha="f" * 40)
        self.assertEqual(self.counts(run), ("1", "1", "1"), run.log)
        self.assertEqual((run.code, run.outputs["exit-code"]), (1, "1"), run.log)
        self.assertEqual(run.steps["Verdict"], 1)
        self.assertEqual(len(self.forge.comments), 1, run.log)
        comment = self.forge.comments[0]["body"]
        self.assertTrue(comment.startswith(MARKER), comment)
        self.assertIn("added.py", comment)
        self.assertIn("added.py", run.summary)
        self.assertEqual([text for text in run.said("error") if "gate" not in text], [], "annotated although posted")
        [(action, options)] = run.uses
        self.assertEqual(action, "github/codeql-action/upload-sarif")
        self.assertEqual((options["ref"], options["sha"]), ("refs/pull/7/head", self.head))
        results = json.loads(Path(options["sarif_file"]).read_text())["runs"][0]["results"]
        files = {row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for row in results}
        # What is unchanged stands in it too, or code scanning would close it as fixed.
        self.assertEqual(files, {"added.py", "kept.py"})
        self.assertEqual(options["sarif_file"], run.outputs["sarif-path"])
        self.assertTrue(json.loads(Path(run.outputs["result-path"]).read_text()))

    def test_without_a_gate_findings_do_not_fail_and_the_word_none_is_one(self):
        for gate in ("", "none", "critical"):
            run = self.act("pull_request", self.pull(), inputs={"fail-on-severity": gate})
            self.assertEqual((run.code, self.counts(run)), (0, ("1", "1", "1")), run.log)

    def test_a_second_run_keeps_one_comment(self):
        for _ in range(2):
            self.act("pull_request", self.pull())
        self.assertEqual(len(self.forge.comments), 1)

    def test_only_the_posting_step_is_given_the_token(self):
        run = self.act("pull_request", self.pull())
        holders = [name for name, environment in run.environments.items() if TOKEN in environment.values()]
        self.assertEqual(holders, ["Post to the pull request"])
        used = {header for _, _, header in self.forge.requests}
        self.assertTrue(used and all(TOKEN in header for header in used), used)

    def test_a_review_stands_on_the_commit_of_the_branch(self):
        self.act("pull_request", self.pull(), inputs={"pr-mode": "inline", "review-event": "request_changes"})
        self.assertEqual((len(self.forge.comments), len(self.forge.reviews)), (0, 1))
        review = self.forge.reviews[0]
        self.assertEqual((review["commit_id"], review["event"]), (self.head, "REQUEST_CHANGES"))
        self.assertEqual([comment["path"] for comment in review["comments"]], ["added.py"])
        self.assertIn("```suggestion", review["comments"][0]["body"])

    def test_suggestions_can_be_left_out_and_both_surfaces_asked_for(self):
        self.act("pull_request", self.pull(), inputs={"pr-mode": "both", "inline-suggestions": "false"})
        self.assertEqual((len(self.forge.comments), len(self.forge.reviews)), (1, 1))
        self.assertNotIn("```suggestion", self.forge.reviews[0]["comments"][0]["body"])

    def test_a_fork_is_annotated_and_ends_with_the_same_code(self):
        self.forge.writable = False
        event = self.pull(repository="mallory/shop")
        for mode in ("summary", "both"):
            run = self.act("pull_request", event, inputs={"fail-on-severity": "high", "pr-mode": mode})
            self.assertEqual((run.code, self.counts(run), run.uses), (1, ("1", "1", "1"), []), run.log)
            self.assertIn("added.py", run.summary)
            annotated = [row for row in run.commands() if "file=added.py" in row[1]]
            self.assertEqual(len(annotated), 1, run.log)
            self.assertTrue(any("fork" in text for text in run.said("notice")))
        self.assertEqual(self.forge.comments, [])

    def test_runs_of_dependabot_upload_nothing(self):
        run = self.act("pull_request", self.pull(), actor="dependabot[bot]")
        self.assertEqual((run.code, run.uses), (0, []))
        self.assertTrue(any("Dependabot" in text for text in run.said("notice")))

    def test_nothing_is_posted_or_uploaded_when_that_is_not_wanted(self):
        run = self.act("pull_request", self.pull(), inputs={"comment-on-pr": "false", "upload-sarif": "false"})
        self.assertEqual((run.code, run.uses, self.forge.requests), (0, [], []))
        self.assertTrue(any("file=added.py" in row[1] for row in run.commands()))

    def test_a_shallow_clone_is_given_the_commits_it_lacks(self):
        for depth in ("1", "2"):
            folder = self.workspace(self.head, f"--depth={depth}", "--no-single-branch")
            self.assertTrue((folder / ".git/shallow").exists())
            run = self.act("pull_request", self.pull(), folder)
            self.assertEqual((run.code, self.counts(run)), (0, ("1", "1", "1")), run.log)

    def test_a_commit_that_cannot_be_had_is_an_input_error_of_one_line(self):
        event = self.pull()
        event["pull_request"]["base"]["sha"] = "e" * 40
        run = self.act("pull_request", event)
        self.assertEqual((run.code, run.outputs["exit-code"], run.outputs["result-path"]), (2, "2", ""), run.log)
        self.assertEqual((run.summary, run.uses, self.forge.comments), ("", [], []))

    def test_a_baseline_and_a_folder_narrow_what_counts(self):
        (self.source / "sub").mkdir()
        self.git(self.source, "checkout", "--quiet", "topic")
        (self.source / "sub/inner.py").write_text(leak("inner"))
        self.head = self.commit("a folder")
        self.git(self.source, "push", "--quiet", "origin", "topic")
        run = self.act("pull_request", self.pull(), self.workspace(self.head), inputs={"working-directory": "sub"})
        self.assertEqual(self.counts(run), ("1", "0", "0"), run.log)


class OtherEvents(Scene):
    def test_a_merge_group_is_compared_and_uploads_nothing(self):
        event = {"merge_group": {"base_sha": self.left, "head_sha": self.head, "head_ref": HOSTILE[0]}}
        run = self.act("merge_group", event, inputs={"fail-on-severity": "high"})
        self.assertEqual((run.code, self.counts(run), run.uses), (1, ("1", "1", "1"), []), run.log)
        self.assertTrue(any("merge queue" in text for text in run.said("notice")))
        self.assertEqual(self.forge.requests, [])

    def test_a_push_is_compared_with_the_state_before_it_even_in_a_shallow_clone(self):
        for options in ((), ("--depth=1", "--no-single-branch")):
            folder = self.workspace(self.base, *options)
            run = self.act("push", {"before": self.left, "after": self.base}, folder, sha=self.base)
            self.assertEqual((run.code, self.counts(run)), (0, ("1", "0", "2")), run.log)
            [(_, options)] = run.uses
            self.assertEqual((options["ref"], options["sha"]), ("", ""))

    def test_a_forced_push_is_compared_with_what_it_replaced(self):
        folder = self.workspace(self.base)
        run = self.act("push", {"before": self.head, "after": self.base, "forced": True}, folder, sha=self.base)
        self.assertEqual((run.code, self.counts(run)), (0, ("2", "1", "1")), run.log)

    def test_a_new_branch_and_a_lost_state_have_the_whole_tree_scanned(self):
        for before, word in ((ZERO, "made the branch"), ("d" * 40, "force-push")):
            folder = self.workspace(self.base)
            inputs = {"fail-on-severity": "high"}
            run = self.act("push", {"before": before, "after": self.base}, folder, inputs, sha=self.base)
            self.assertEqual((run.code, self.counts(run)), (1, ("3", "0", "0")), run.log)
            self.assertTrue(any(word in text for text in run.said("notice")), run.log)
            self.assertEqual(len(run.uses), 1)

    def test_a_schedule_and_a_start_by_hand_scan_the_whole_tree(self):
        for name in ("schedule", "workflow_dispatch"):
            run = self.act(name, {}, self.workspace(self.base), sha=self.base)
            self.assertEqual((run.code, self.counts(run)), (0, ("3", "0", "0")), run.log)
            self.assertEqual(len([row for row in run.commands() if "file=" in row[1]]), 3, run.log)
            self.assertIn("elsewhere.py", run.summary)

    def test_refs_that_were_asked_for_win_over_the_event(self):
        inputs = {"base-ref": "origin/main", "head-ref": self.head}
        run = self.act("workflow_dispatch", {}, inputs=inputs)
        self.assertEqual((run.code, self.counts(run)), (0, ("1", "1", "1")), run.log)
        inputs = {"base-ref": "main", "head-ref": "topic"}
        folder = self.workspace(self.base, "--depth=1", "--single-branch")
        run = self.act("workflow_dispatch", {}, folder, inputs)
        self.assertEqual((run.code, self.counts(run)), (0, ("1", "1", "1")), run.log)


class Hostile(Scene):
    def test_texts_of_an_event_are_never_a_script(self):
        for text in HOSTILE:
            event = self.pull(title=text)
            event["pull_request"]["head"].update({"ref": text, "label": text})
            event["head_commit"] = {"message": text, "author": {"name": text, "email": text}}
            event["sender"] = {"login": text}
            run = self.act("pull_request", event)
            self.assertEqual((run.code, self.counts(run)), (0, ("1", "1", "1")), run.log)

    def test_numbers_and_commits_of_an_event_are_held_to_their_form(self):
        for text in [*HOSTILE, "-1", "7 8", "--upload-pack=touch pwned"]:
            for place in (("number",), ("base", "sha"), ("head", "sha")):
                event = self.pull()
                row = event["pull_request"]
                for key in place[:-1]:
                    row = row[key]
                row[place[-1]] = text
                run = self.act("pull_request", event)
                self.assertEqual(run.code, 2, f"{place} {text!r}: {run.log}")
                self.assertEqual(list(run.steps), ["Resolve what to compare"])

    def test_inputs_are_held_to_their_form(self):
        wrong = {
            "base-ref": ["-x", "a b", *HOSTILE[4:6]],
            "scan-types": ["code;touch pwned", "$(touch pwned)", "code,,", "--config"],
            "fail-on-severity": ["high;touch pwned", "HIGH", "--x"],
            "comment-on-pr": ["maybe", "$(touch pwned)"],
            "upload-sarif": [""],
            "inline-suggestions": ["1"],
            "fail-on-incomplete": ["yes"],
            "prefer-image": ["x"],
            "pr-mode": ["all", ""],
            "review-event": ["MERGE", "x\ny"],
            "policy-from": ["me"],
            "baseline": ["/etc/passwd", "../x", "a\nb"],
            "working-directory": ["..", "/", "a/../..", "nowhere", "-x"],
            "version": ["latest", "1.2"],
            "sha256": ["abc"],
            "binary-path": ["nowhere"],
        }
        for name, values in wrong.items():
            for value in values:
                run = self.act("pull_request", self.pull(), inputs={name: value})
                self.assertEqual(run.code, 2, f"{name} {value!r}: {run.log}")
                self.assertEqual(len(run.said("error")), 1, f"{name} {value!r}: {run.log}")
                self.assertNotIn("Scan", run.steps)

    def test_words_that_the_program_knows_better_are_refused_by_it(self):
        for name, value in (("scan-types", "code,nonsense"), ("fail-on-severity", "awful"), ("baseline", "nowhere.json")):
            run = self.act("pull_request", self.pull(), inputs={name: value})
            self.assertEqual((run.code, run.steps["Scan"], run.summary), (2, 0, ""), f"{name}: {run.log}")

    def test_names_and_contents_of_files_give_no_command_to_the_runner(self):
        self.git(self.source, "checkout", "--quiet", "topic")
        names = ["::error::pwned.py", "a\n::error::pwned", "$(touch pwned).py", "SecureScan diff: 0 new.py", "%0A::error::x.py"]
        for name in names:
            (self.source / name).write_text(leak(name) + "# ::error::pwned\n##[error]pwned\n")
        self.head = self.commit("names")
        self.git(self.source, "push", "--quiet", "origin", "topic")
        for inputs in ({}, {"comment-on-pr": "false"}):
            run = self.act("pull_request", self.pull(), self.workspace(self.head), inputs)
            self.assertEqual((run.code, self.counts(run)), (0, (str(1 + len(names)), "1", "1")), run.log)
        run = self.act("schedule", {}, self.workspace(self.head), sha=self.head)
        self.assertEqual((run.code, run.outputs["new"]), (0, str(2 + len(names))), run.log)


class Wiring(unittest.TestCase):
    def test_no_expression_stands_in_a_script_and_every_action_is_pinned(self):
        for path in sorted((ROOT / "action").rglob("action.yml")):
            action = load(path)
            for step in action["runs"]["steps"]:
                self.assertNotIn("${{", step.get("run", ""), path)
                if "uses" in step:
                    self.assertRegex(step["uses"], r"@[0-9a-f]{40}$")
            for name, row in action["inputs"].items():
                self.assertTrue(row["description"] and "default" in row, name)

    def test_the_page_lists_every_input_and_output(self):
        page = (ROOT / "docs/github-action.md").read_text()
        action = load(ROOT / "action/action.yml")
        for name in [*action["inputs"], *action["outputs"]]:
            self.assertIn(f"\n| `{name}` |", page)

    def test_pins_agree_with_those_of_our_own_workflows(self):
        own = set()
        for path in (ROOT / ".github/workflows").glob("*.yml"):
            own.update(line.split("uses: ")[1] for line in path.read_text().splitlines() if "uses: " in line)
        for path in [*ROOT.glob("examples/ci/github-*.yml"), ROOT / "src/cli/init/workflow.yml"]:
            for line in path.read_text().splitlines():
                uses = line.partition("uses: ")[2]
                if uses.startswith("actions/"):
                    self.assertIn(uses, own, path)


if __name__ == "__main__":
    unittest.main()
