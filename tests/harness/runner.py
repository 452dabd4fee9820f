"""
A stand-in for GitHub's runner: it starts a step that uses the action and reads what the step says, as the
runner does.

Written from actions/runner: ``Handlers/ContainerActionHandler.cs`` (mounts, environment),
``ActionCommandManager.cs`` and ``ActionCommand.cs`` (commands in the log), ``FileCommandManager.cs``
(outputs, summary), ``ExecutionContext.cs`` (limits). A step runs in a container (``image``) or directly, as a
process of this machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.harness.events import REPOSITORY, Event

ROOT = Path(__file__).resolve().parents[2]
MESSAGE_LIMIT = 4096
PER_KIND = 10
SUMMARY_LIMIT = 1024 * 1024
_PROPERTY = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
_OLD_PROPERTY = {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]"}


@dataclass(frozen=True, slots=True)
class Annotation:
    kind: str
    message: str
    properties: Mapping[str, str]


@dataclass(slots=True)
class StepResult:
    """How a step ended: what the runner's user would see of it."""

    exit_code: int = 0
    log: list[str] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    dropped: int = 0
    masks: list[str] = field(default_factory=list)
    commands: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    errors: list[str] = field(default_factory=list)
    stderr: str = ""

    def of_kind(self, kind: str) -> list[Annotation]:
        return [a for a in self.annotations if a.kind == kind]

    @property
    def text(self) -> str:
        return "\n".join(self.log)


class Runner:
    """
    One job on one machine. ``home`` holds what the runner keeps; ``workspace`` is the checkout.

    ``image`` is a podman image with ``podman`` the command's environment; without one the step runs directly.
    """

    def __init__(
        self, home: Path, workspace: Path, *, image: str = "", podman: Mapping[str, str] | None = None
    ) -> None:
        self.home = home
        self.workspace = workspace
        self.image = image
        self.podman = podman or {}
        self.options: list[str] = []
        self.forced: dict[str, str] = {}  # variables in place of the runner's own, for what no runner does
        self.steps = 0
        self.token = ""  # the job's own; without one there is nobody to publish to
        self.urls: dict[str, str] = {}  # GITHUB_API_URL and its like, for another server than github.com

    def run(self, event: Event, inputs: Mapping[str, str] | None = None, **env: str) -> StepResult:
        """Runs the action for an event. ``env`` is the workflow's own ``env:``."""
        self.steps += 1
        places = {name: self.home / name for name in ("home", "workflow", "file_commands", "runner_temp")}
        for place in places.values():
            place.mkdir(parents=True, exist_ok=True)
        files = {
            name: places["file_commands"] / f"{name.lower()}_{self.steps}"
            for name in ("OUTPUT", "STEP_SUMMARY", "ENV", "STATE", "PATH")
        }
        for file in files.values():
            file.touch()
        (places["workflow"] / "event.json").write_text(json.dumps(event.payload), encoding="utf-8")
        result = StepResult()
        variables = self._variables(event, inputs or {}, result) | self.urls | env
        done = self._start(variables, places, files)
        result.exit_code = done.returncode
        result.stderr = done.stderr.decode("utf-8", "replace")
        _Log(result).read(done.stdout.decode("utf-8", "replace"))
        _Log(result).read(result.stderr)
        _read_outputs(files["OUTPUT"], result)
        _read_summary(files["STEP_SUMMARY"], result)
        return result

    def _evaluated(self, text: str) -> str:
        """The one expression that our metadata uses."""
        return text.replace("${{ github.token }}", self.token)

    def _variables(self, event: Event, inputs: Mapping[str, str], result: StepResult) -> dict[str, str]:
        declared: Mapping[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))[
            "inputs"
        ]
        defaults = {name: str(entry.get("default", "")) for name, entry in declared.items()}
        given = {name: self._evaluated(text) for name, text in defaults.items()} | dict(inputs)
        for name in inputs.keys() - declared.keys():
            result.errors.append(
                f"unexpected input {name}"
            )  # a warning on GitHub; the input is handed over all the same
        variables = {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in given.items()}
        return variables | {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION": "__self",
            "GITHUB_ACTOR": "octocat",
            "GITHUB_API_URL": "https://api.github.com",
            "GITHUB_BASE_REF": event.base_ref,
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_GRAPHQL_URL": "https://api.github.com/graphql",
            "GITHUB_HEAD_REF": event.head_ref,
            "GITHUB_JOB": "pregate",
            "GITHUB_REF": event.ref,
            "GITHUB_REF_NAME": event.ref.split("/", 2)[-1],
            "GITHUB_REF_TYPE": "tag" if event.ref.startswith("refs/tags/") else "branch",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REPOSITORY_OWNER": REPOSITORY.partition("/")[0],
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": "1700000001",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": event.sha,
            "GITHUB_WORKFLOW": "gate",
            "RUNNER_ARCH": "X64",
            "RUNNER_ENVIRONMENT": "github-hosted",
            "RUNNER_OS": "Linux",
        }

    def _start(
        self, variables: Mapping[str, str], places: Mapping[str, Path], files: Mapping[str, Path]
    ) -> subprocess.CompletedProcess[bytes]:
        inside = {name: Path("/github") / name if self.image else place for name, place in places.items()}
        workspace = Path("/github/workspace") if self.image else self.workspace
        variables = {
            **variables,
            "HOME": str(inside["home"]),
            "GITHUB_EVENT_PATH": str(inside["workflow"] / "event.json"),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_TEMP": str(inside["runner_temp"]),
            **{f"GITHUB_{name}": str(inside["file_commands"] / file.name) for name, file in files.items()},
            **self.forced,
        }
        if not self.image:
            kept = {
                name: os.environ[name]
                for name in ("PATH", "COVERAGE_PROCESS_CONFIG", "PYTHONDONTWRITEBYTECODE")
                if name in os.environ
            }
            kept["PYTHONPATH"] = str(ROOT / "src")
            return self._execute([sys.executable, "-m", "pregate", "action"], {**kept, **variables}, 300)
        mounts = [(self.workspace, workspace), *((place, inside[name]) for name, place in places.items())]
        command = ["podman", "run", "--rm", "--workdir", str(workspace), *self.options]
        command += [part for name in variables for part in ("-e", name)]
        command += [part for outer, inner in mounts for part in ("-v", f"{outer}:{inner}")]
        environment = {**os.environ, **self.podman, **variables, "HOME": os.environ.get("HOME", "/root")}
        if "HOME" in variables:  # podman reads HOME itself; the container's is given by value
            command[command.index("HOME")] = f"HOME={variables['HOME']}"
        return self._execute([*command, self.image], environment, 600)

    def _execute(
        self, command: list[str], environment: Mapping[str, str], limit: float
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command, cwd=self.workspace, env=environment, capture_output=True, timeout=limit
        )


class _Log:
    """The runner's reading of one output stream (ActionCommandManager.cs, TryProcessCommand)."""

    def __init__(self, result: StepResult) -> None:
        self.result = result
        self.stop = ""

    def read(self, text: str) -> None:
        for line in re.split(r"\r\n|\r|\n", text):
            command = _parse_command(line)
            if command is None:
                self.result.log.append(line)
            elif self.stop:
                if command[0] == self.stop:
                    self.stop = ""
                else:
                    self.result.log.append(line)
            else:
                self._obey(*command)

    def _obey(self, name: str, properties: dict[str, str], data: str) -> None:
        self.result.commands.append((name, properties, data))
        if name == "stop-commands":
            self.stop = data
        elif name == "add-mask":
            self.result.masks.append(data)
        elif name in ("error", "warning", "notice"):
            self.result.log.append(f"{name}: {data}")
            if len(self.result.of_kind(name)) < PER_KIND:
                self.result.annotations.append(Annotation(name, data[:MESSAGE_LIMIT], properties))
            else:
                self.result.dropped += 1


def _parse_command(line: str) -> tuple[str, dict[str, str], str] | None:
    """``::name k=v,k=v::data`` at the start, else the old ``##[name k=v;k=v]data`` anywhere in the line."""
    new = re.match(r"\s*::([^\s:]+)(?: ([^:]*))?::(.*)", line)
    if new:
        pairs = (pair.partition("=") for pair in (new[2] or "").split(",") if "=" in pair)
        return (
            new[1],
            {k.strip(): _decode(v, _PROPERTY) for k, _, v in pairs},
            _decode(new[3], _PROPERTY, limit=3),
        )
    old = re.search(r"##\[([^\s\]]+)(?: ([^\]]*))?\](.*)", line)
    if old:
        pairs = (pair.partition("=") for pair in (old[2] or "").split(";") if "=" in pair)
        return old[1], {k.strip(): _decode(v, _OLD_PROPERTY) for k, _, v in pairs}, old[3]
    return None


def _decode(text: str, table: Mapping[str, str], limit: int = 5) -> str:
    return re.sub("|".join(list(table)[:limit]), lambda m: table[m[0]], text)


def _read_outputs(file: Path, result: StepResult) -> None:
    lines = file.read_text(encoding="utf-8").split("\n")
    while lines and lines[-1] == "":
        lines.pop()
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        name, marker, delimiter = line.partition("<<")
        if marker and "=" not in name:
            try:
                end = lines.index(delimiter, position)
            except ValueError:
                result.errors.append(f"output {name}: no delimiter")
                return
            result.outputs[name] = "\n".join(lines[position:end])
            position = end + 1
        elif "=" in line:
            name, _, value = line.partition("=")
            result.outputs[name] = value
        elif line:
            result.errors.append(f"outputs: invalid line {line!r}")


def _read_summary(file: Path, result: StepResult) -> None:
    data = file.read_bytes()
    if len(data) > SUMMARY_LIMIT:
        result.errors.append("the summary is over 1 MiB and was dropped")
    else:
        result.summary = data.decode("utf-8")
