"""
The image in a workflow, end to end: checkout, action, and what people then find on GitHub.

The same scenarios run without a container in ``tests/entry``; here the image, its user, its git and its
network are the real ones.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.container.image import OWNER, Image, give
from tests.container.jobs import Jobs, make_jobs, regions
from tests.entry.site import BOT, RIGHTS, SHELL
from tests.fakehub.hub import FakeHub
from tests.fakehub.rest.commits import PULL_FILES
from tests.fakehub.server import Connection
from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.runner import StepResult
from tests.hooktools import CLEAN, LEAK

pytestmark = pytest.mark.container

FORK = "stranger/octo-repo"
PADDING = "".join(f"x{n} = {n}\n" for n in range(20))


@pytest.fixture
def jobs(tmp_path: Path, hub: FakeHub, image: Image) -> Jobs:
    return make_jobs(tmp_path, hub, image)


# ---------------------------------------------------------------------------------------------- run after run


def test_first_run_same_run_and_fix(jobs: Jobs) -> None:
    """The life of a pull request: told once, silence while nothing changes, and the end of it."""
    site = jobs.site
    event = site.push(leak_py=LEAK, bad_py=PADDING + SHELL)
    result = jobs.run(event, check_run="true")
    assert result.exit_code == 1, result.text + result.stderr
    (body,) = site.ours
    assert "❌ pregate: failed" in body
    assert f"/blob/{site.pull.head_sha}/bad.py#L22>)" in body
    places = {(t.path, t.line, t.side, t.comments[0].login) for t in site.pull.threads}
    assert places == {("leak.py", 1, "RIGHT", BOT), ("bad.py", 22, "RIGHT", BOT)}
    assert len(site.pull.reviews) == 1
    (upload,) = site.remote.analyses
    assert (upload.ref, upload.commit_sha) == (f"refs/pull/{site.pull.number}/merge", site.pull.merge_sha)
    assert upload.processing_status == "complete"
    assert regions(upload.sarif) >= {("secrets/AWSKeyDetector", "leak.py", 1), ("python/B602", "bad.py", 22)}
    (check,) = site.remote.check_runs
    assert (check.head_sha, check.conclusion) == (site.pull.head_sha, "failure")
    assert (check.title or "").startswith("FAILED: 2 new findings")
    assert result.outputs["verdict"] == "failed"
    assert result.outputs["sarif-id"] == upload.id
    assert result.outputs["comment-url"].endswith(f"#issuecomment-{site.pull.comments[0].id}")
    assert jobs.hub.git_log == []  # the clone has all the history

    site.sent()
    again = jobs.run(event)
    calls = site.sent()
    assert again.exit_code == 1
    assert site.ours == [body]
    assert (len(site.pull.threads), len(site.pull.reviews)) == (2, 1)
    assert {c.path.rpartition("/")[2] for c in calls if c.is_change} == {"sarifs"}
    assert len(calls) <= 12
    assert len(site.remote.analyses) == 2

    site.repo.checkout("topic").remove("leak.py")  # out of history too, as one does with a secret
    site.repo.write("bad.py", PADDING + CLEAN).git("add", "-A")
    site.repo.git("commit", "-q", "--amend", "-m", "fixed")
    done = jobs.run(site.merged(site.repo.head), check_run="true")
    assert done.exit_code == 0, done.text
    (body,) = site.ours
    assert "✅ pregate: passed" in body
    assert "What was reported here is fixed." in body
    assert all(t.is_resolved or t.comments[0].minimized == "OUTDATED" for t in site.pull.threads)
    assert site.remote.check_runs[-1].conclusion == "success"
    open_alerts = [a for a in site.remote.alerts if a.state(upload.ref) == "open"]
    assert {a.path for a in site.remote.alerts} >= {"leak.py", "bad.py"}
    assert open_alerts == []


# ------------------------------------------------------------------------------------------------------ forks


def test_a_fork_is_told_in_the_verdict_and_the_summary_alone(jobs: Jobs) -> None:
    site = jobs.site
    site.runner.token = jobs.hub.token(fork=True)
    result = jobs.run(pushed_by_a_fork(jobs, leak_py=LEAK))
    assert result.exit_code == 1
    assert not result.of_kind("warning")
    assert [a.properties["file"] for a in result.of_kind("error")] == ["leak.py"]
    assert result.outputs["verdict"] == "failed"
    assert "leak.py" in result.summary
    assert "docs/forks.md" in result.text
    assert nothing_said(jobs)
    assert (
        len([c for c in jobs.hub.log if c.is_change]) == 2
    )  # the upload and the review: each right is refused by itself


def test_two_stages_tell_a_fork_everything(jobs: Jobs) -> None:
    site = jobs.site
    site.runner.token = jobs.hub.token(fork=True)
    one = jobs.run(
        pushed_by_a_fork(jobs, leak_py=LEAK), comment="never", review="false", upload_sarif="never"
    )
    assert one.exit_code == 1
    assert jobs.hub.log == []
    report = (jobs.last.workspace / one.outputs["json"]).read_bytes()

    site.runner.token = jobs.hub.token(**RIGHTS | {"actions": "read"})
    second = jobs.machine()
    (second.workspace / "report").mkdir()
    (second.workspace / "report" / "pregate.json").write_bytes(report)
    give(second.workspace, *OWNER)
    event = events.workflow_run(site.base, site.pull.head_sha, repository=FORK)
    two = jobs.step(second, event, mode="report", report="report/pregate.json", checks="")
    assert two.exit_code == 0, two.text + two.stderr
    (body,) = site.ours
    assert "❌ pregate: failed" in body
    (thread,) = site.pull.threads
    assert (thread.path, thread.line, thread.comments[0].login) == ("leak.py", 1, BOT)
    (upload,) = site.remote.analyses
    assert (upload.ref, upload.commit_sha) == (f"refs/pull/{site.pull.number}/head", site.pull.head_sha)
    assert two.outputs["verdict"] == "failed"
    assert "leak.py" in two.summary


def pushed_by_a_fork(jobs: Jobs, **files: str) -> events.Event:
    repo = jobs.site.repo.branch("topic")
    for name, text in files.items():
        repo.write(name.replace("_py", ".py"), text)
    return jobs.site.merged(repo.commit("topic").head, fork=FORK)


def nothing_said(jobs: Jobs) -> bool:
    pull, remote = jobs.site.pull, jobs.site.remote
    return not (pull.comments or pull.reviews or pull.threads or remote.analyses or remote.check_runs)


# ----------------------------------------------------------------------------------------------- other events


def test_a_merge_group_is_judged_and_nobody_is_told(jobs: Jobs) -> None:
    site = jobs.site
    site.push(bad_py=SHELL)
    event = events.merge_group(site.base, site.pull.merge_sha)
    site.repo.git("update-ref", event.ref, event.sha)
    result = jobs.run(event, depth=1)
    assert result.exit_code == 1, result.text
    assert [a.properties["file"] for a in result.of_kind("error")] == ["bad.py"]
    assert "bad.py" in result.summary
    assert "merge queue" in result.text
    assert nothing_said(jobs)


def test_a_schedule_uploads_the_whole_tree(jobs: Jobs) -> None:
    site = jobs.site
    result = jobs.run(events.schedule(site.base), depth=1)
    assert result.exit_code == 1, result.text
    (upload,) = site.remote.analyses
    assert (upload.ref, upload.commit_sha) == ("refs/heads/main", site.base)
    assert upload.processing_status == "complete"
    assert ("python/B602", "old.py", 2) in regions(upload.sarif)
    assert upload.checkout_uri == "file:///github/workspace"
    assert "old.py" in result.summary


# ---------------------------------------------------------------------------------------------------- depth 1


@pytest.fixture
def deep(jobs: Jobs) -> events.Event:
    """
    In a private repository, a pull request of three commits behind a main that moved on in the same file. One
    commit adds a secret and the next one removes it; the last one starts a shell.
    """
    site = jobs.site
    site.remote.private = True
    repo = site.repo
    for n in range(8):
        repo.write(f"old-{n}.txt", "text\n").commit(f"old {n}")
    repo.write("long.py", PADDING).commit("long")
    repo.branch("topic").write("left.py", LEAK).commit("adds a secret")
    repo.write("left.py", CLEAN).commit("removes it")
    head = repo.write("long.py", PADDING + SHELL).commit("adds a shell").head
    repo.checkout("main").write("long.py", "# one\n# two\n# three\n" + PADDING).commit("moves on")
    repo.write("main.txt", "more\n").commit("moves on again")
    site.base = repo.head
    event = site.merged(head)
    event.payload["pull_request"]["commits"] = 3
    return event


def test_depth_one_of_the_merge_commit(jobs: Jobs, deep: events.Event) -> None:
    result = jobs.run(deep, depth=1)
    assert_deep_is_told(jobs, result)
    (upload,) = jobs.site.remote.analyses
    assert (upload.ref, upload.commit_sha) == (deep.ref, deep.sha)
    assert ("python/B602", "long.py", 25) in regions(upload.sarif)


def test_depth_one_of_the_head(jobs: Jobs, deep: events.Event) -> None:
    head = jobs.site.pull.head_sha
    result = jobs.step(jobs.job(deep, depth=1, sha=head), deep)
    assert_deep_is_told(jobs, result)
    (upload,) = jobs.site.remote.analyses
    assert (upload.ref, upload.commit_sha) == (f"refs/pull/{jobs.site.pull.number}/head", head)
    assert ("python/B602", "long.py", 22) in regions(upload.sarif)


def test_depth_one_without_a_token_is_incomplete(jobs: Jobs, deep: events.Event) -> None:
    jobs.site.runner.token = ""
    result = jobs.run(deep, depth=1)
    assert result.exit_code == 3, result.text
    (error,) = result.of_kind("error")
    assert "fetch-depth: 0" in error.message
    assert result.outputs["verdict"] == "error"
    assert jobs.hub.log == []
    assert {call.status for call in jobs.hub.git_log} == {401}


def assert_deep_is_told(jobs: Jobs, result: StepResult) -> None:
    """Two findings at their places, the secret with its commit, and no more history than was needed."""
    site, clone = jobs.site, jobs.last.workspace
    assert result.exit_code == 1, result.text + result.stderr
    (thread,) = site.pull.threads
    assert (thread.path, thread.line, thread.start_line) == ("long.py", 22, None)
    (body,) = site.ours
    adds = site.repo.text("rev-parse", "topic~2")
    assert f"/blob/{site.pull.head_sha}/long.py#L22>)" in body
    assert f"/blob/{adds}/left.py#L1>)" in body
    assert "main.txt" not in body
    assert {(call.login, call.status) for call in jobs.hub.git_log} == {(BOT, 200)}
    give(clone, 0, 0)  # git itself asks only its owner
    held = commits_of(clone)
    gone = site.repo.text("rev-list", "main~3").splitlines()  # older than where topic left main
    assert {adds, site.pull.head_sha} <= held
    assert not held & set(gone)


def commits_of(clone: Path) -> set[str]:
    every = GitRepo(clone).text(
        "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"
    )
    return {line.split()[0] for line in every.splitlines() if line.endswith(" commit")}


# ------------------------------------------------------------------------------------------------------ sizes


def test_more_files_than_githubs_list_of_them_holds(jobs: Jobs) -> None:
    site = jobs.site
    files = {f"src/f{n:04}.py": f"x = {n}\n" for n in range(PULL_FILES + 200)}
    last = f"src/f{PULL_FILES + 190:04}.py"
    result = jobs.run(site.push(**files | {last: LEAK}))
    assert result.exit_code == 1, result.text
    assert last not in list(site.pull.diff().files)[:PULL_FILES]
    assert last in site.ours[0]
    (thread,) = site.pull.threads
    assert (thread.path, thread.line) == (last, 1)
    assert ("secrets/AWSKeyDetector", last, 1) in regions(site.remote.analyses[0].sarif)
    assert f"{PULL_FILES + 200} files changed" in result.summary
    assert len(jobs.hub.log) <= 12


# ------------------------------------------------------------------------------------------------ two at once


def at_once(*runs: Callable[[], StepResult]) -> list[StepResult]:
    with ThreadPoolExecutor(len(runs)) as pool:
        return [future.result() for future in [pool.submit(run) for run in runs]]


@pytest.fixture
def in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two first comments reach GitHub at the same moment: both jobs have looked, and none has written."""
    both = threading.Barrier(2, timeout=20)
    serve = Connection.serve_api

    def held(self: Connection, path: str, body: bytes, *rest: Any) -> None:
        if self.command == "POST" and path.endswith("/comments") and not both.broken:
            both.wait()
        serve(self, path, body, *rest)

    monkeypatch.setattr(Connection, "serve_api", held)


@pytest.mark.usefixtures("in_step")
def test_two_jobs_at_once_with_names_of_their_own(jobs: Jobs) -> None:
    site = jobs.site
    event = site.push(bad_py=SHELL)

    def job(name: str) -> Callable[[], StepResult]:
        runner = jobs.job(event)
        return lambda: jobs.step(runner, event, comment_tag=name, category=name)

    results = at_once(job("linux"), job("mac"))
    assert [r.exit_code for r in results] == [1, 1]
    assert not [a for r in results for a in r.of_kind("warning")]
    assert sorted(marker_of(body) for body in site.ours) == ["linux", "mac"]
    assert len({r.outputs["comment-url"] for r in results}) == 2
    assert sorted(marker_of(t.comments[0].body) for t in site.pull.threads) == ["linux", "mac"]
    categories = [tuple(sorted(c.rpartition("/")[2] for c in u.categories)) for u in site.remote.analyses]
    assert sorted(categories) == [("linux", "linux"), ("mac", "mac")]


@pytest.mark.usefixtures("in_step")
def test_two_jobs_at_once_with_one_name_leave_one_comment(jobs: Jobs) -> None:
    site = jobs.site
    event = site.push(bad_py=SHELL)
    first, second = jobs.job(event), jobs.job(event)
    results = at_once(lambda: jobs.step(first, event), lambda: jobs.step(second, event))
    assert [r.exit_code for r in results] == [1, 1]
    assert len(site.pull.comments) == 2
    (body,) = site.ours
    assert "❌ pregate: failed" in body
    assert not [a for r in results for a in r.of_kind("warning")]


def marker_of(body: str) -> str:
    return body.partition("tag=")[2].split()[0]
