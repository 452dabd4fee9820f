"""The action submits dependencies: on the default branch, all lock files, and never at the verdict's cost."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pregate.entry.delivery import Subject
from pregate.entry.inputs import parse_inputs
from pregate.entry.submission import (
    ANOTHER,
    ELSEWHERE,
    OFFLINE,
    correlator_of,
    submit_dependencies,
    why_not,
)
from pregate.entry.wishes import parse_publication
from pregate.errors import UsageError
from pregate.github.client import Client, RefusedError
from pregate.github.commands import Log
from pregate.github.context import Context, PullRequest
from pregate.model import Inventory
from tests.entry.site import RIGHTS, Site, make_site
from tests.fakehub.hub import FakeHub
from tests.harness import events
from tests.hooktools import CLEAN

LOCK = {
    "lockfileVersion": 3,
    "packages": {"": {}, "node_modules/web": {"version": "1.0.0"}},
}
WISH = {"offline": "false", "checks": "secrets", "upload_sarif": "never", "dependency_submission": "true"}


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    made = make_site(tmp_path, hub, **RIGHTS | {"contents": "write"})
    made.repo.write("app/package-lock.json", json.dumps(LOCK)).write("requirements.txt", "idna==3.4\n")
    made.base = made.repo.commit("locks").head
    return made


def pushed(site: Site) -> events.Event:
    """A push to the default branch that touches no lock file."""
    return events.push(site.base, site.repo.write("more.py", CLEAN).commit("more").head)


def test_a_push_to_the_default_branch_submits_every_lock_file(site: Site) -> None:
    event = pushed(site)
    result = site.run(event, **WISH)
    assert result.exit_code == 0
    (made,) = site.remote.snapshots
    assert (made["sha"], made["ref"]) == (event.sha, "refs/heads/main")
    assert made["job"]["id"] == "1700000001"
    assert made["job"]["correlator"] == "gate_pregate"
    packages = {name: list(m["resolved"]) for name, m in made["manifests"].items()}
    assert packages == {
        "app/package-lock.json": ["pkg:npm/web@1.0.0"],
        "requirements.txt": ["pkg:pypi/idna@3.4"],
    }
    assert "dependency submission: 2 packages of 2 files (success)" in result.text


def test_a_refusal_that_is_required_makes_the_step_incomplete(site: Site) -> None:
    site.runner.token = site.hub.token(**RIGHTS)
    result = site.run(pushed(site), require_dependency_submission="true", **WISH)
    assert result.exit_code == 3
    assert result.outputs["verdict"] == "passed"
    (warning,) = result.of_kind("warning")
    assert "contents: write" in warning.message
    assert "require-dependency-submission is true" in result.outputs["reason"]


# --------------------------------------------------------------------------------------------------- by parts


PULL = PullRequest(7, "main", "ab" * 20, "topic", "ab" * 20, "octo-org/octo-repo")
MAIN = Context("push", "octo-org/octo-repo", "ab" * 20, "refs/heads/main", "main", workflow="the gate")
SUBJECT = Subject(0, MAIN.sha, MAIN.sha, "https://github.com/octo-org/octo-repo", "", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"event": "schedule"}, ""),
        ({"event": "workflow_dispatch"}, ""),
        ({"event": "merge_group"}, ELSEWHERE),
        ({"event": "pull_request", "payload": PULL}, ELSEWHERE),
        ({"ref": "refs/heads/topic"}, ELSEWHERE),
        ({"ref": "refs/tags/v1"}, ELSEWHERE),
        ({"default_branch": ""}, ELSEWHERE),
        ({"sha": "cd" * 20}, ANOTHER),
    ],
)
def test_only_the_default_branchs_own_commit_is_submitted(change: dict[str, Any], reason: str) -> None:
    assert why_not(replace(MAIN, **change), SUBJECT) == reason


def submitted(
    hindrance: str = "", context: Context = MAIN, *, submit: bool = False, required: bool = False
) -> tuple[tuple[str, ...], str]:
    """What is lacking, and what is told, where GitHub refuses everything."""

    def refuse() -> Client:
        raise RefusedError("refused (403)", "contents: write", 403)

    told = io.StringIO()
    publication = replace(parse_publication(parse_inputs({})), submit=submit, require_submission=required)
    lacking = submit_dependencies(
        *(context, SUBJECT, publication, {}, Log(told), 1000, Inventory, refuse), hindrance=hindrance
    )
    return lacking, told.getvalue()


def test_a_refusal_is_a_warning() -> None:
    lacking, told = submitted(submit=True)
    assert lacking == ()
    assert told.startswith("::warning title=pregate%3A dependency submission::refused (403)")
    assert "contents: write" in told


def test_a_hindrance_is_told_and_counts_where_it_is_required() -> None:
    lacking, told = submitted(OFFLINE, submit=True, required=True)
    assert "nothing is submitted: offline is set" in told
    assert len(lacking) == 1


def test_nothing_is_asked_or_told_where_nobody_wishes_it() -> None:
    assert submitted() == ((), "")


def test_where_it_is_not_due_it_is_not_lacking() -> None:
    topic = replace(MAIN, ref="refs/heads/topic")
    lacking, told = submitted(context=topic, submit=True, required=True)
    assert lacking == ()
    assert f"nothing is submitted: {ELSEWHERE}" in told


def test_jobs_are_kept_apart() -> None:
    assert correlator_of(MAIN, {"GITHUB_JOB": "scan"}, "linux") == "the gate_scan_linux"
    assert correlator_of(replace(MAIN, workflow=""), {}, "") == "pregate"


def test_what_is_required_must_be_wished() -> None:
    inputs = parse_inputs({"INPUT_REQUIRE-DEPENDENCY-SUBMISSION": "true"})
    with pytest.raises(UsageError, match="needs `dependency-submission: true`"):
        parse_publication(inputs)
