"""What our workflows and the examples hold to, beyond what the linters of the formats ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from pregate import __version__
from pregate.entry.inputs import INPUTS
from pregate.entry.publishing import REPORTS
from tests.hooktools import ROOT

OURS = sorted((ROOT / ".github/workflows").glob("*.yml"))
EXAMPLES = sorted((ROOT / "examples/workflows").glob("*.yml"))
WORKFLOWS = {str(path.relative_to(ROOT)): yaml.safe_load(path.read_text("utf-8")) for path in OURS + EXAMPLES}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
PREGATE = f"pregate/pregate@v{__version__}"
EACH = pytest.mark.parametrize("name", WORKFLOWS)

# A right to write, in a workflow of our own, and why: the comment beside it.
WRITERS = {
    ("platform", "packages"),
    ("image", "packages"),
    ("attest", "id-token"),
    ("attest", "attestations"),
    ("tag", "contents"),
    ("pypi", "id-token"),
    ("release", "contents"),
}


def jobs(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = WORKFLOWS[name]["jobs"]
    return found


def steps(name: str) -> Iterator[dict[str, Any]]:
    for job in jobs(name).values():
        yield from job["steps"]


def pregate_steps(name: str) -> list[dict[str, Any]]:
    return [step for step in steps(name) if step.get("uses") in ("./", PREGATE)]


def triggers(name: str) -> dict[str, Any]:
    found: dict[str, Any] = WORKFLOWS[name][True]  # YAML 1.1 reads the key "on" as a boolean
    return found


@EACH
def test_a_workflow_has_no_right_but_those_of_its_jobs(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}
    assert all("permissions" in job for job in jobs(name).values())


@EACH
def test_an_action_is_named_by_commit_with_its_version_beside(name: str) -> None:
    lines = re.findall(r"^ *(?:- )?uses: (.+)$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    assert lines
    others = [line for line in lines if line != PREGATE and line.split(" #")[0] != "./"]
    assert [x for x in others if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", x)] == []


def test_an_action_is_named_by_one_commit_everywhere() -> None:
    files = [*OURS, *EXAMPLES, ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    pins = {
        pin for file in files for pin in re.findall(r"([\w./-]+)@([0-9a-f]{40})", file.read_text("utf-8"))
    }
    assert len(pins) == len({action for action, _ in pins})


def test_every_example_says_that_its_version_of_pregate_is_to_be_replaced_by_a_commit() -> None:
    said = r"replace the\s+(?:# )?version\s+by the commit of the release that you reviewed"
    texts = {path.name: re.sub(r"\n# ", "\n", path.read_text("utf-8")) for path in EXAMPLES}
    assert [name for name, text in texts.items() if PREGATE in text and not re.search(said, text)] == []


@EACH
def test_everything_has_a_name_and_every_job_an_end(name: str) -> None:
    assert WORKFLOWS[name]["name"]
    assert all(job["name"] and job["timeout-minutes"] <= 60 for job in jobs(name).values())
    assert all(step["name"] for step in steps(name))


@EACH
def test_runs_that_are_overtaken_are_dealt_with(name: str) -> None:
    if "workflow_call" not in triggers(name):  # the caller's, there
        assert set(WORKFLOWS[name]["concurrency"]) == {"group", "cancel-in-progress"}


@EACH
def test_a_run_that_judges_pushes_or_groups_is_never_dropped_for_a_newer_one(name: str) -> None:
    changes_only = [s for s in pregate_steps(name) if s.get("with", {}).get("scan") != "all"]
    if changes_only and {"push", "merge_group"} & set(triggers(name)):
        assert "github.run_id" in WORKFLOWS[name]["concurrency"]["group"]


@EACH
def test_a_checkout_keeps_no_credentials(name: str) -> None:
    checkouts = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@EACH
def test_no_expression_is_pasted_into_a_script(name: str) -> None:
    assert [step["run"] for step in steps(name) if "${{" in step.get("run", "")] == []


@EACH
def test_our_action_is_given_inputs_that_it_has(name: str) -> None:
    given = {key for step in pregate_steps(name) for key in step.get("with", {})}
    assert given - set(ACTION["inputs"]) == set()


@EACH
def test_outputs_that_are_read_of_our_action_are_outputs_that_it_has(name: str) -> None:
    ids = {step["id"] for step in pregate_steps(name) if "id" in step}
    read = re.findall(r"\bsteps\.([\w-]+)\.outputs\.([\w-]+)", (ROOT / name).read_text("utf-8"))
    assert {output for step, output in read if step in ids} - set(ACTION["outputs"]) == set()


def test_every_example_shows_the_action() -> None:
    names = [name for name in WORKFLOWS if name.startswith("examples/")]
    assert len(names) >= 7
    commands = {
        name
        for name in names
        if any(f"pip install pregate=={__version__}" in s.get("run", "") for s in steps(name))
    }
    assert [name for name in names if not pregate_steps(name) and name not in commands] == []
    assert len(commands) == 1


def test_our_own_workflows_write_nothing_but_what_is_listed() -> None:
    written = {
        (job_name, right)
        for path in OURS
        for job_name, job in jobs(str(path.relative_to(ROOT))).items()
        for right, kind in job["permissions"].items()
        if kind == "write"
    }
    assert written == WRITERS


def test_ci_judges_us_with_the_action_of_the_checkout() -> None:
    assert [step["uses"] for step in pregate_steps(".github/workflows/ci.yml")] == ["./"]
    assert set(triggers(".github/workflows/ci.yml")) == {"pull_request", "merge_group", "push"}


def test_dependabot_waits_before_it_takes_what_is_new() -> None:
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text("utf-8"))["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "pip", "docker"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)


CACHED = "examples/workflows/cached.yml"


def cache_steps() -> tuple[dict[str, Any], dict[str, Any]]:
    restore, save = (step for step in steps(CACHED) if step["uses"].startswith("actions/cache/"))
    assert [step["uses"].split("@")[0] for step in (restore, save)] == [
        "actions/cache/restore",
        "actions/cache/save",
    ]
    return restore, save


def test_the_cache_that_is_carried_is_the_one_that_the_action_keeps() -> None:
    (ours,) = pregate_steps(CACHED)
    paths = {step["with"]["path"] for step in cache_steps()}
    assert paths == {"${{ runner.temp }}/" + ours["with"]["cache-directory"]}


def test_the_key_of_the_cache_names_the_version_and_is_found_by_the_next_run() -> None:
    restore, save = (step["with"] for step in cache_steps())
    assert restore["key"] == save["key"]
    assert restore["key"].startswith(restore["restore-keys"])
    assert restore["restore-keys"] == f"pregate-{__version__}-${{{{ runner.os }}}}-"


def test_only_the_default_branch_keeps_the_cache_and_nothing_of_the_checkout_runs_beside_it() -> None:
    _, save = cache_steps()
    assert save["if"] == "${{ !cancelled() && github.event_name != 'pull_request' }}"
    assert set(triggers(CACHED)) == {"pull_request", "push", "schedule"}
    assert not any("run" in step for step in steps(CACHED))


SCAN, REPORT = "examples/workflows/fork-scan.yml", "examples/workflows/fork-report.yml"


def test_stage_one_for_forks_can_only_read() -> None:
    assert [job["permissions"] for job in jobs(SCAN).values()] == [{"contents": "read"}]
    assert set(triggers(SCAN)) == {"pull_request"}


def test_stage_two_for_forks_checks_nothing_out_and_runs_no_script() -> None:
    uses = [step["uses"].split("@")[0] for step in steps(REPORT)]
    assert uses == ["actions/download-artifact", "pregate/pregate"]
    assert not any("run" in step for step in steps(REPORT))


def test_stage_two_listens_to_stage_one_and_reads_what_it_left() -> None:
    assert triggers(REPORT) == {
        "workflow_run": {"workflows": [WORKFLOWS[SCAN]["name"]], "types": ["completed"]}
    }
    (kept,) = (s["with"] for s in steps(SCAN) if s["uses"].startswith("actions/upload-artifact@"))
    fetched, posted = (step["with"] for step in steps(REPORT))
    assert kept["name"] == fetched["name"]
    assert kept["path"] == {i.name: i.default for i in INPUTS}["output-directory"]
    assert posted == {"mode": "report", "report": f"{fetched['path']}/{dict(REPORTS)['json']}"}


def test_stage_one_leaves_its_report_even_when_the_gate_fails() -> None:
    (upload,) = (s for s in steps(SCAN) if s["uses"].startswith("actions/upload-artifact@"))
    assert upload["if"] == "${{ !cancelled() && steps.gate.outputs.json != '' }}"


@pytest.mark.parametrize(
    ("page", "example"),
    [("action", "pregate"), ("forks", "fork-scan"), ("forks", "fork-report")],
)
def test_an_example_stands_verbatim_in_the_documentation(page: str, example: str) -> None:
    text = (ROOT / f"examples/workflows/{example}.yml").read_text(encoding="utf-8")
    assert f"```yaml\n{text}```" in (ROOT / f"docs/{page}.md").read_text(encoding="utf-8")


def test_every_example_is_mentioned_in_the_documentation() -> None:
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "docs").glob("*.md"))
    assert [path.name for path in EXAMPLES if f"examples/workflows/{path.name}" not in pages] == []
