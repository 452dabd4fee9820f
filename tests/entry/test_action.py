"""
The action as the runner starts it, without a container: real events, real repositories, the runner's reading
of the log.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from pregate.changes import Commits, Range
from pregate.entry import action
from pregate.github.context import Context
from pregate.github.scope import Between, Nothing
from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.events import ZERO
from tests.harness.runner import Runner, StepResult
from tests.hooktools import CLEAN, LEAK

SHELL = "import subprocess\nsubprocess.call('ls ' + name, shell=True)\n"


@dataclass
class Job:
    """A checkout of a pull request's merge commit, and a runner."""

    repo: GitRepo
    base: str
    runner: Runner
    head: str = ""

    def merge(self, **files: str) -> events.Event:
        """Commits files on a topic branch, merges them as GitHub does, and gives the event."""
        self.repo.branch("topic")
        for name, text in files.items():
            self.repo.write(name.replace("__", "/").replace("_py", ".py"), text)
        self.head = self.repo.commit("topic").head
        self.repo.checkout("main").branch("merged").merge("topic")
        return events.pull_request(self.base, self.head, self.repo.head)

    def run(self, event: events.Event, **inputs: str) -> StepResult:
        settings = {"offline": "true", "checks": "secrets,python"} | inputs
        return self.runner.run(event, {name.replace("_", "-"): value for name, value in settings.items()})


@pytest.fixture
def job(tmp_path: Path) -> Job:
    repo = GitRepo(tmp_path / "workspace").write("app.py", CLEAN).write("old.py", SHELL).commit("first")
    return Job(repo, repo.head, Runner(tmp_path / "runner", repo.path))


def test_a_pull_request_that_leaks_fails_the_step(job: Job) -> None:
    result = job.run(job.merge(leak_py=LEAK))
    assert result.exit_code == 1
    assert result.outputs["verdict"] == "failed"
    assert result.outputs["exit-code"] == "1"
    assert result.outputs["new"] == result.outputs["failing"] == "1"
    assert not result.errors


def test_its_finding_is_annotated_where_it_is(job: Job) -> None:
    (annotation,) = job.run(job.merge(leak_py=LEAK)).of_kind("error")
    assert annotation.properties["file"] == "leak.py"
    assert annotation.properties["line"] == "1"
    assert "AWS" in annotation.properties["title"]


def test_the_secret_is_nowhere(job: Job) -> None:
    result = job.run(job.merge(leak_py=LEAK))
    reports = [(job.repo.path / result.outputs[name]).read_text() for name in ("sarif", "json")]
    for text in (result.text, result.stderr, result.summary, *result.outputs.values(), *reports):
        assert LEAK[7:27] not in text


def test_a_clean_pull_request_passes(job: Job) -> None:
    result = job.run(job.merge(more_py=CLEAN))
    assert result.exit_code == 0
    assert result.outputs["verdict"] == "passed"
    assert not result.annotations


def test_without_inputs_all_checks_run_and_no_service_is_needed_for_this_change(job: Job) -> None:
    result = job.runner.run(job.merge(more_py=CLEAN))
    assert result.exit_code == 0, result.text + result.stderr
    assert all(check in result.text for check in ("secrets", "python", "dependencies", "iam"))


def test_findings_of_the_base_are_counted_and_do_not_fail_the_step(job: Job) -> None:
    result = job.run(job.merge(old_py="# moved\n" + SHELL))
    assert result.exit_code == 0
    assert int(result.outputs["pre-existing"]) > 0
    assert result.outputs["new"] == "0"


def test_the_reports_are_in_the_workspace_and_named_from_there(job: Job) -> None:
    result = job.run(job.merge(leak_py=LEAK))
    assert result.outputs["sarif"] == "pregate-reports/pregate.sarif"
    sarif = json.loads((job.repo.path / result.outputs["sarif"]).read_text())
    assert [r["ruleId"] for run in sarif["runs"] for r in run["results"]] == ["secrets/AWSKeyDetector"]
    assert json.loads((job.repo.path / result.outputs["json"]).read_text())


def test_the_summary_says_what_was_judged_and_why(job: Job) -> None:
    result = job.run(job.merge(leak_py=LEAK))
    assert "leak.py" in result.summary
    assert "pull request" in result.summary


def test_severities_are_counted(job: Job) -> None:
    result = job.run(job.merge(leak_py=LEAK + SHELL))
    assert (result.outputs["critical"], result.outputs["high"]) == ("1", "1")
    assert int(result.outputs["low"]) > 0
    assert int(result.outputs["new"]) > int(result.outputs["failing"]) == 2


def test_fail_on_none_never_fails_the_step(job: Job) -> None:
    result = job.run(job.merge(leak_py=LEAK), fail_on="none")
    assert result.exit_code == 0
    assert result.outputs["failing"] == "0"
    assert result.outputs["new"] == "1"


def test_the_configuration_of_the_pull_request_does_not_count(job: Job) -> None:
    event = job.merge(leak_py=LEAK)
    job.repo.checkout("topic").write(".pregate.toml", 'fail-on = "none"\n').commit("relax")
    head = job.repo.head
    job.repo.checkout("main").branch("again").merge("topic")
    event = events.pull_request(job.base, head, job.repo.head)
    assert job.run(event).exit_code == 1


def test_annotations_and_summary_can_be_switched_off(job: Job) -> None:
    result = job.run(job.merge(leak_py=LEAK), annotations="false", summary="false")
    assert result.exit_code == 1
    assert not result.annotations
    assert not result.summary


def test_more_findings_than_the_runner_keeps_are_counted_in_the_log(job: Job) -> None:
    lines = "".join(f"subprocess.call(x{n}, shell=True)\n" for n in range(15))
    result = job.run(job.merge(many_py="import subprocess\n" + lines))
    assert len(result.of_kind("error")) == 10
    assert result.dropped == 0
    assert "are not annotated" in result.text


def test_text_of_the_tree_cannot_issue_commands(job: Job) -> None:
    event = job.merge(app_py=CLEAN)
    job.repo.checkout("topic")
    name = b"::error::forged\n::add-mask::a\n##[error]forged\r.py"
    job.repo.write(name, LEAK).write(
        b"::set-output name=x::y\xff.py", SHELL + "# ::warning::forged\n"
    ).commit("names")
    head = job.repo.head
    job.repo.checkout("main").branch("again").merge("topic")
    event = events.pull_request(job.base, head, job.repo.head)
    result = job.run(event)
    assert result.exit_code == 1
    assert {name for name, _, _ in result.commands} <= {"stop-commands", "error", "warning", "notice"}
    assert not [a for a in result.annotations if a.message.startswith("forged")]
    assert not result.errors


def test_a_push_is_judged(job: Job) -> None:
    job.repo.write("leak.py", LEAK).commit("leak")
    result = job.run(events.push(job.base, job.repo.head))
    assert result.exit_code == 1
    assert "push to main" in result.text


def test_a_deleted_branch_is_nothing_to_scan_and_says_so(job: Job) -> None:
    result = job.run(events.push(job.base, ZERO, "refs/heads/topic"))
    assert result.exit_code == 0
    assert result.outputs["verdict"] == "passed"
    assert "deletes topic" in result.of_kind("notice")[0].message
    assert "deletes topic" in result.summary


def test_the_name_of_a_deleted_branch_is_no_markdown_in_the_summary(job: Job) -> None:
    result = job.run(events.push(job.base, ZERO, "refs/heads/<img>_@octocat_`x`"))
    assert "``<img>_@octocat_`x`:``" in result.summary


def test_a_report_folder_below_a_file_is_a_usage_error(job: Job) -> None:
    event = job.merge(more_py=CLEAN)
    job.repo.write("blocked", "a file\n")
    assert job.run(event, output_directory="blocked/reports").exit_code == 2


def test_a_report_folder_that_cannot_be_made_makes_the_step_incomplete(job: Job) -> None:
    result = job.run(job.merge(more_py=CLEAN), output_directory="x" * 300)
    assert result.exit_code == 3
    assert "cannot make the report folder" in result.of_kind("error")[0].message


def test_a_report_that_cannot_be_written_makes_the_step_incomplete(job: Job) -> None:
    event = job.merge(more_py=CLEAN)
    (job.repo.path / "pregate-reports/pregate.sarif").mkdir(parents=True)
    result = job.run(event)
    assert result.exit_code == 3
    assert "cannot write pregate.sarif" in result.of_kind("error")[0].message


def test_without_files_for_outputs_and_summary_the_verdict_is_the_same(job: Job) -> None:
    event = job.merge(leak_py=LEAK)
    job.runner.forced = {"GITHUB_OUTPUT": "", "GITHUB_STEP_SUMMARY": ""}
    result = job.run(event)
    assert result.exit_code == 1
    assert not result.outputs
    assert not result.summary


def test_nothing_to_scan_leaves_no_summary_when_none_is_wanted(job: Job) -> None:
    result = job.run(events.push(job.base, ZERO, "refs/heads/topic"), summary="false")
    assert result.exit_code == 0
    assert not result.summary


def test_a_summary_that_is_nearly_full_is_cut_with_a_warning(job: Job) -> None:
    file = job.runner.home / "earlier"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x" * (1024 * 1024 - 10))
    job.runner.forced = {"GITHUB_STEP_SUMMARY": str(file)}
    result = job.run(job.merge(leak_py=LEAK))
    assert "was cut" in result.of_kind("warning")[0].message
    assert file.stat().st_size <= 1024 * 1024


def test_a_bug_is_annotated_without_the_words_of_the_exception(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(environ: object, log: object) -> int:
        logging.getLogger("pregate.x").warning("::error::%s", "forged")
        raise ValueError(LEAK)

    monkeypatch.setattr(action, "_run", broken)
    output = tmp_path / "output"
    with pytest.raises(ValueError):
        action.main(argparse.Namespace(), {"GITHUB_OUTPUT": str(output)})
    out = capsys.readouterr().out
    assert "::error title=pregate%3A bug::A bug in pregate: ValueError" in out
    assert LEAK[7:27] not in out
    assert not [line for line in out.splitlines() if line.startswith("::error::")]
    assert "verdict" in output.read_text()


def test_a_merge_group_is_judged(job: Job) -> None:
    job.merge(leak_py=LEAK)
    assert job.run(events.merge_group(job.base, job.repo.head)).exit_code == 1


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_an_event_without_a_change_judges_the_tree(job: Job, name: str) -> None:
    result = job.run(getattr(events, name)(job.base))
    assert result.exit_code == 1
    assert [a.properties["file"] for a in result.of_kind("error")] == ["old.py"]
    assert f"the whole tree, on {name}" in result.text
    assert "the whole tree" in result.summary


def test_a_wrong_input_is_shown_as_an_error_with_its_hint(job: Job) -> None:
    result = job.run(job.merge(more_py=CLEAN), fail_on="hihg")
    assert result.exit_code == 2
    (annotation,) = result.of_kind("error")
    assert "Did you mean high?" in annotation.message
    assert annotation.properties["title"] == "pregate: usage"
    assert result.outputs["verdict"] == "error"
    told = json.loads(result.outputs["result"])
    assert (told["verdict"], told["exit-code"], told["checks"]) == ("error", 2, {})
    assert "new" not in result.outputs.keys() | told.keys()  # a zero would read as though nothing was found


@pytest.mark.parametrize(
    "inputs",
    [
        {"scan": "everything"},
        {"working_directory": "nowhere"},
        {"output_directory": "../x"},
        {"output_directory": "/tmp/x"},
        {"output_directory": ".git/x"},
    ],
)
def test_an_input_that_cannot_be_meant_is_a_usage_error(job: Job, inputs: dict[str, str]) -> None:
    assert job.run(job.merge(more_py=CLEAN), **inputs).exit_code == 2


def test_a_shallow_clone_without_a_remote_is_incomplete_and_says_what_to_change(
    job: Job, tmp_path: Path
) -> None:
    event = job.merge(more_py=CLEAN)
    shallow = job.repo.clone(tmp_path / "shallow", "--depth=1", "--branch=merged")
    shallow.git("remote", "remove", "origin")
    job.runner.workspace = shallow.path
    result = job.run(event)
    assert result.exit_code == 3
    assert "fetch-depth: 0" in result.of_kind("error")[0].message
    assert result.outputs["exit-code"] == "3"


def test_a_checkout_in_a_folder_of_the_workspace_is_judged(job: Job, tmp_path: Path) -> None:
    event = job.merge(leak_py=LEAK)
    (tmp_path / "outer").mkdir()
    job.repo.path.rename(tmp_path / "outer/project")
    job.runner.workspace = tmp_path / "outer"
    result = job.run(event, working_directory="project")
    assert result.exit_code == 1
    assert (tmp_path / "outer" / result.outputs["sarif"]).exists()


def test_a_report_folder_that_the_tree_turned_into_a_link_is_refused(job: Job, tmp_path: Path) -> None:
    job.repo.branch("evil").link("pregate-reports", str(tmp_path / "elsewhere")).commit("link")
    (tmp_path / "elsewhere").mkdir()
    result = job.run(events.push(job.base, job.repo.head))
    assert result.exit_code == 2
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_checkout_of_another_user_is_judged_and_the_reports_are_theirs(job: Job) -> None:
    event = job.merge(leak_py=LEAK)
    for path in (job.repo.path, *job.repo.path.rglob("*")):
        os.chown(path, 1001, 127, follow_symlinks=False)
    result = job.run(event)
    assert result.exit_code == 1
    for name in ("pregate-reports", "pregate-reports/pregate.sarif"):
        status = (job.repo.path / name).stat()
        assert (status.st_uid, status.st_gid) == (1001, 127)


def test_an_unsupported_event_is_a_usage_error(job: Job) -> None:
    event = events.Event("release", {}, job.base, "refs/tags/v1")
    result = job.run(event)
    assert result.exit_code == 2
    assert "pull_request" in result.of_kind("error")[0].message


def added_and_removed(job: Job, *, event: str = "pull_request") -> tuple[events.Event, str]:
    """A pull request whose first commit leaks and whose second takes that away; and the first's id."""
    leaked = job.repo.branch("topic").write("leak.py", LEAK).commit("oops").head
    job.head = job.repo.write("leak.py", CLEAN).commit("removed").head
    job.repo.checkout("main").branch("merged").merge("topic")
    merge = job.repo.head if event == "pull_request" else ""
    return events.pull_request(job.base, job.head, merge, commits=2, event=event), leaked


def test_a_secret_that_a_later_commit_removes_fails_the_step_and_its_commit_is_named(job: Job) -> None:
    event, leaked = added_and_removed(job)
    result = job.run(event)
    assert result.exit_code == 1
    assert leaked[:12] in result.text
    assert "rotate" in result.summary
    reports = [(job.repo.path / result.outputs[name]).read_text() for name in ("sarif", "json")]
    for text in (result.text, result.stderr, result.summary, *result.outputs.values(), *reports):
        assert LEAK[7:27] not in text


@pytest.mark.parametrize("kind", ["pull request", "push", "merge group", "base"])
def test_the_commits_of_every_range_are_searched(job: Job, kind: str) -> None:
    event, _ = added_and_removed(job)
    inputs = {}
    if kind == "push":
        event = events.push(job.base, job.repo.head)
    elif kind == "merge group":
        event = events.merge_group(job.base, job.repo.head)
    elif kind == "base":
        event, inputs = events.schedule(job.repo.head), {"base": job.base}
    assert job.run(event, **inputs).exit_code == 1


def test_at_depth_one_the_commits_are_fetched_and_searched(job: Job, tmp_path: Path) -> None:
    event, leaked = added_and_removed(job)
    job.repo.configure("uploadpack.allowAnySHA1InWant", "true")
    shallow = job.repo.clone(tmp_path / "shallow", "--depth=1", "--branch=merged")
    job.runner.workspace = shallow.path
    result = job.run(event, offline="false")
    assert result.exit_code == 1, result.text
    assert leaked[:12] in result.text


def test_commits_that_cannot_be_had_make_the_step_incomplete(job: Job, tmp_path: Path) -> None:
    event, _ = added_and_removed(job)
    job.runner.workspace = job.repo.clone(tmp_path / "shallow", "--depth=2", "--branch=merged").path
    result = job.run(event)
    assert result.exit_code == 3
    assert "secrets" in result.outputs["reason"]
    assert "fetch-depth: 0" in result.text + result.summary


def test_the_configuration_of_the_base_can_leave_the_commits_out(job: Job) -> None:
    job.base = job.repo.write(".pregate.toml", "[secrets]\nhistory = false\n").commit("settings").head
    event, _ = added_and_removed(job)
    assert job.run(event).exit_code == 0


@pytest.mark.parametrize("named", ["input", "file"])
def test_pull_request_target_does_not_believe_a_database_of_the_checkout(job: Job, named: str) -> None:
    job.repo.write("osv/A.json", "{}")
    if named == "file":
        job.repo.write(".pregate.toml", 'advisories = "osv"\n')
    job.base = job.repo.commit("settings").head
    event, _ = added_and_removed(job, event="pull_request_target")
    job.repo.checkout(job.head)
    inputs = {"checks": "secrets,dependencies"} | ({"advisories": "osv"} if named == "input" else {})
    result = job.run(event, **inputs)
    assert result.exit_code == 2, result.text
    assert "inside the checkout" in result.of_kind("error")[0].message


def test_pull_request_target_takes_a_database_from_elsewhere(job: Job, tmp_path: Path) -> None:
    (tmp_path / "osv").mkdir()
    event, _ = added_and_removed(job, event="pull_request_target")
    job.repo.checkout(job.head)
    result = job.run(event, advisories=str(tmp_path / "osv"))
    assert result.exit_code == 1, result.text


def test_a_link_from_elsewhere_into_the_checkout_is_no_other_place(job: Job, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(job.repo.path)
    event, _ = added_and_removed(job, event="pull_request_target")
    job.repo.checkout(job.head)
    assert job.run(event, advisories=str(tmp_path / "link" / "osv")).exit_code == 2


def test_a_scope_without_commits_has_no_history_to_search() -> None:
    assert action.history_of(Between("a", "b", "why", exact=True, commits=())) is None
    assert action.history_of(Nothing("why")) is None
    assert action.history_of(Between("a", "b", "why", commits=("c",))) == Commits("a", "b", only=("c",))
    assert action.selection_of(Between("a", "b", "why", exact=True)) == Range("a", "b", exact=True)


def test_the_clone_fetches_from_the_events_own_server(tmp_path: Path) -> None:
    context = Context("push", "o/r", "a" * 40, "refs/heads/main", server_url="https://ghes.example.com/")
    clone = action.open_clone(tmp_path, dict(os.environ), context, offline=False, token="t" * 40)
    assert clone._url == "https://ghes.example.com/o/r"
