"""As much of a GitHub runner as the action and the example workflows need: evaluates the expressions of the real files,
runs the `run:` steps with bash as a runner does, and reads the log for workflow commands as a runner does."""

import json
import os
import re
import subprocess
import uuid
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "ghs_thistokenisgiventoonestep"
TOKENS = re.compile(r"\s*(?:(&&|\|\||==|!=|!|\(|\)|,)|'((?:[^']|'')*)'|([A-Za-z_][\w.\-]*)|(\d+))")


def load(path):
    return YAML(typ="safe").load(Path(path))


class Expression:
    """Operators, strings, status functions and dotted names; anything else is an error of the test."""

    def __init__(self, text, contexts, failed):
        self.words, at = [], 0
        while at < len(text.rstrip()):
            word = TOKENS.match(text, at)
            if not word:
                raise ValueError(f"cannot read the expression {text!r}")
            self.words.append(word)
            at = word.end()
        self.at, self.contexts, self.failed, self.asks_status = 0, contexts, failed, False

    def operator(self):
        return self.words[self.at].group(1) if self.at < len(self.words) else None

    def value(self):
        value = self.either()
        if self.at != len(self.words):
            raise ValueError("words are left")
        return value

    def either(self):
        value = self.both()
        while self.operator() == "||":
            self.at += 1
            other = self.both()
            value = value or other
        return value

    def both(self):
        value = self.equal()
        while self.operator() == "&&":
            self.at += 1
            other = self.equal()
            value = value and other
        return value

    def equal(self):
        value = self.single()
        while self.operator() in ("==", "!="):
            same = self.operator() == "=="
            self.at += 1
            value = (text_of(value).lower() == text_of(self.single()).lower()) == same
        return value

    def single(self):
        word = self.words[self.at]
        self.at += 1
        operator, string, name, number = word.groups()
        if operator == "!":
            return not self.single()
        if operator == "(":
            value = self.either()
            self.at += 1
            return value
        if string is not None:
            return string.replace("''", "'")
        if number is not None:
            return int(number)
        if name in ("cancelled", "always", "success", "failure"):
            self.at += 2
            self.asks_status = True
            return {"cancelled": False, "always": True, "success": not self.failed, "failure": self.failed}[name]
        if name in ("true", "false"):
            return name == "true"
        value = self.contexts
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value


def text_of(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


class Run:
    """What a job or an action came to."""

    def __init__(self):
        self.code, self.log, self.summary, self.uses = 0, "", "", []
        self.steps, self.environments, self.outputs = {}, {}, {}

    def commands(self):
        """The workflow commands a runner would obey, as (name, properties, text)."""
        found, stopped = [], None
        for line in self.log.splitlines():
            line = line.lstrip()
            if stopped:
                stopped = None if line == f"::{stopped}::" else stopped
                continue
            command = re.match(r"::([\w-]+)(?: ([^:]*))?::(.*)$", line)
            if command and command.group(1) == "stop-commands":
                stopped = command.group(3)
            elif command:
                found.append((command.group(1), command.group(2) or "", command.group(3)))
            elif re.match(r"##\[", line):
                found.append(("##", "", line))
        return found

    def said(self, kind):
        return [text for name, _, text in self.commands() if name == kind]


class Runner:
    """A machine with a workspace, a temporary folder and an event."""

    def __init__(self, home, workspace, event_name, event, sha, **settings):
        self.home, self.workspace = Path(home), Path(workspace)
        self.temporary = self.home / f"temp-{uuid.uuid4().hex[:8]}"
        self.temporary.mkdir()
        self.event_path = self.temporary / "event.json"
        self.event_path.write_text(json.dumps(event))
        self.github = {"event": event, "event_name": event_name, "token": TOKEN, "ref": "refs/heads/main"}
        self.action = settings.get("action", ROOT / "action")
        self.environment = {
            "PATH": f"{settings.get('programs', '/nonexistent')}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": settings.get("actor", "octocat"),
            "GITHUB_API_URL": settings.get("api", "http://127.0.0.1:9"),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_EVENT_NAME": event_name,
            "GITHUB_EVENT_PATH": str(self.event_path),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_RUN_ID": "77",
            "GITHUB_SHA": sha,
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_OS": settings.get("os", "Linux"),
            "RUNNER_ARCH": settings.get("arch", "X64"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def composite(self, path, inputs):
        """Runs an action of this repository."""
        action = load(path / "action.yml")
        unknown = set(inputs) - set(action["inputs"])
        assert not unknown, f"inputs nobody declared: {unknown}"
        contexts = {"github": self.github, "steps": {}}
        given = {name: self.filled(text_of(row.get("default")), contexts, False) for name, row in action["inputs"].items()}
        given.update({name: text_of(value) for name, value in inputs.items()})
        contexts["inputs"] = given
        run = self.steps(action["runs"]["steps"], contexts, path)
        for name, row in action["outputs"].items():
            run.outputs[name] = self.filled(row["value"], contexts, False)
        return run

    def job(self, path, name, needs=None):
        """Runs one job of a workflow; `needs` are the outputs of the jobs before it."""
        job = load(path)["jobs"][name]
        before = {job: {"outputs": outputs} for job, outputs in (needs or {}).items()}
        contexts = {"github": self.github, "steps": {}, "needs": before}
        if not self.holds(job.get("if"), contexts, False):
            return None
        return self.steps(job["steps"], contexts, None)

    def holds(self, condition, contexts, failed):
        if condition is None:
            return not failed
        text = re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", str(condition))
        expression = Expression(text, contexts, failed)
        value = bool(expression.value())
        return value and (expression.asks_status or not failed)

    def filled(self, text, contexts, failed):
        return re.sub(
            r"\$\{\{(.*?)\}\}", lambda found: text_of(Expression(found.group(1), contexts, failed).value()), text
        )

    def steps(self, steps, contexts, action_path):
        run = Run()
        for step in steps:
            name = step.get("name") or step.get("id") or step.get("uses")
            if not self.holds(step.get("if"), contexts, run.code != 0):
                continue
            options = {
                key: self.filled(text_of(value), contexts, run.code != 0) for key, value in step.get("with", {}).items()
            }
            if "run" in step:
                code, outputs = self.shell(step, contexts, action_path, run)
            else:
                code, outputs = self.used(step["uses"], options, run)
            run.steps[name] = code
            if "id" in step:
                contexts["steps"][step["id"]] = {"outputs": outputs}
            if code != 0 and run.code == 0:
                run.code = code
        return run

    def used(self, uses, options, run):
        place = uses.split("@")[0]
        if place.startswith("securescan/securescan/action"):
            path = self.action / place.removeprefix("securescan/securescan/action").lstrip("/")
            inner = self.composite(path, {**options, "binary-path": os.environ["SECURESCAN_BIN"]})
            run.log += inner.log
            run.summary += inner.summary
            run.uses += inner.uses
            return inner.code, inner.outputs
        run.uses.append((place, options))
        return 0, {}

    def shell(self, step, contexts, action_path, run):
        assert "${{" not in step["run"], "an expression in a script is text of somebody else in a shell"
        files = {name: self.temporary / f"{name}-{uuid.uuid4().hex}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        own = {key: self.filled(text_of(value), contexts, run.code != 0) for key, value in step.get("env", {}).items()}
        environment = {**self.environment, **{key: str(value) for key, value in files.items()}, **own}
        if action_path:
            environment["GITHUB_ACTION_PATH"] = str(action_path)
            assert step["shell"] == "bash"
        script = self.temporary / f"{uuid.uuid4().hex}.sh"
        script.write_text(step["run"])
        flags = ["-e", "-o", "pipefail"] if action_path else ["-e"]
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", *flags, str(script)],
            cwd=self.workspace / step.get("working-directory", "."),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        run.log += done.stdout.decode("utf-8", "replace")
        run.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        run.environments[step.get("name") or step.get("id")] = environment
        outputs = {}
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            key, mark, value = line.partition("=")
            assert mark and re.fullmatch(r"[a-z-]+", key), f"an output of a strange form: {line!r}"
            assert key not in outputs, f"the output {key} was set twice"
            outputs[key] = value
        return done.returncode, outputs
