"""The action's cache, carried from run to run as ``actions/cache`` does: what is kept, who believes whom."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pregate.cache import LAYOUT, cache_at
from pregate.cache.keeping import Keeping, keeping_of
from pregate.cache.sealing import Seal
from pregate.entry.carried import Carried, borrowed, find_carried, scope_of, scopes_to_read
from pregate.entry.carried_folder import DEFAULT
from pregate.entry.inputs import parse_inputs
from pregate.errors import UsageError
from pregate.github.context import Context, MergeGroup, PullRequest, Push
from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.events import REPOSITORY, Event
from tests.harness.runner import Runner, StepResult
from tests.hooktools import CLEAN, LEAK

from .cli import pregate

FILE = f"results-{LAYOUT}.sqlite"
NAME = "kept"
SECRET = "nobody" + "-guesses-this"


class Machines:
    """Runs on machines of their own, each with the cache that the one before it left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repo = GitRepo(folder / "workspace").write("app.py", CLEAN).write("leak.py", LEAK).commit("one")
        self.base = self.repo.head
        self.cache = folder / "carried"
        self.count = 0

    def pull(self, **files: str) -> Event:
        """A pull request that changes files; it is what is checked out."""
        self.repo.branch("topic")
        for name, text in files.items():
            self.repo.write(f"{name}.py", text)
        head = self.repo.commit("topic").head
        self.repo.checkout("main").branch("merged").merge("topic")
        return events.pull_request(self.base, head, self.repo.head)

    def run(self, event: Event, key: str = "", **inputs: str) -> StepResult:
        self.count += 1
        runner = Runner(self.folder / f"machine-{self.count}", self.repo.path)
        place = runner.home / "runner_temp" / NAME
        if self.cache.exists():
            shutil.copytree(self.cache, place)
        given = {"cache-directory": NAME, "offline": "true", "checks": "secrets,python", "cache-key": key}
        result = runner.run(event, given | inputs)
        if place.exists():
            shutil.rmtree(self.cache, ignore_errors=True)
            shutil.copytree(place, self.cache)
        return result

    def counts(self, result: StepResult) -> dict[str, tuple[int, int]]:
        """Files that were analysed, and those of them that the cache had, of each check."""
        report: dict[str, Any] = json.loads((self.repo.path / result.outputs["json"]).read_text())
        files = {check["check"]: check["files"] for check in report["checks"]}
        return {name: (entry["analysed"], entry["cached"]) for name, entry in files.items()}

    def scopes(self) -> set[str]:
        return {entry.name for entry in self.cache.iterdir()}


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    return Machines(tmp_path)


def forge(folder: Path, seal: Seal) -> None:
    """Every result becomes that of a file without findings, by someone who knows how it is written."""
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for (key,) in connection.execute("SELECT key FROM results").fetchall():
            connection.execute("UPDATE results SET value = ? WHERE key = ?", [seal.sum(key, b""), key])


def test_a_second_run_analyses_nothing_anew_and_finds_the_same(machines: Machines) -> None:
    nightly = events.schedule(machines.base)
    first = machines.run(nightly)
    assert machines.counts(first) == {"secrets": (2, 0), "python": (2, 0)}
    second = machines.run(nightly)
    assert first.exit_code == second.exit_code == 1
    assert first.outputs["total"] == second.outputs["total"] == "1"
    assert machines.counts(second) == {"secrets": (2, 2), "python": (2, 2)}
    assert machines.scopes() == {DEFAULT}


def test_a_verdict_that_was_flipped_without_its_seal_is_judged_anew(machines: Machines) -> None:
    nightly = events.schedule(machines.base)
    machines.run(nightly, key=SECRET)
    forge(machines.cache / DEFAULT, Seal(f"{REPOSITORY}:{DEFAULT}"))
    result = machines.run(nightly, key=SECRET)
    assert (result.exit_code, result.outputs["total"]) == (1, "1")
    assert {cached for _, cached in machines.counts(result).values()} == {0}


def test_what_a_pull_request_left_is_not_believed_by_the_default_branch(machines: Machines) -> None:
    event = machines.pull(more=CLEAN)
    machines.run(event, scan="all")
    (own,) = machines.scopes()
    assert own == f"pull-{event.payload['pull_request']['number']}"
    scope = f"{REPOSITORY}:{own.replace('-', '/')}"
    forge(machines.cache / own, Seal(scope))
    machines.repo.checkout("main")
    result = machines.run(events.schedule(machines.base))
    assert (result.exit_code, result.outputs["total"]) == (1, "1")
    assert "which the default branch does not use" in result.text
    # Not even where it is given out for the default branch's own, by its name alone.
    shutil.rmtree(machines.cache / DEFAULT)
    (machines.cache / own).rename(machines.cache / DEFAULT)
    result = machines.run(events.schedule(machines.base))
    assert (result.exit_code, result.outputs["total"]) == (1, "1")


def test_a_pull_request_uses_the_default_branchs_results_and_leaves_them_alone(machines: Machines) -> None:
    machines.run(events.schedule(machines.base))
    before = (machines.cache / DEFAULT / FILE).read_bytes()
    event = machines.pull(more=CLEAN)
    result = machines.run(event, scan="all", checks="python")
    assert machines.counts(result) == {"python": (3, 2)}
    assert (machines.cache / DEFAULT / FILE).read_bytes() == before
    again = machines.run(event, scan="all", checks="python")
    assert machines.counts(again) == {"python": (3, 3)}


def test_a_cache_inside_of_the_workspace_is_not_used_and_the_log_says_what_to_do(machines: Machines) -> None:
    runner = Runner(machines.folder / "machine", machines.repo.path)
    place = machines.repo.path / ".cache"
    given = {"offline": "true", "checks": "secrets"}
    result = runner.run(events.schedule(machines.base), given, PREGATE_CACHE_DIR=str(place))
    assert result.exit_code == 1
    assert "cache-directory" in result.text
    assert "runner.temp" in result.text
    assert not place.exists()


@pytest.mark.parametrize("name", ["..", "a/b", "/etc"])
def test_a_cache_directory_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    variables = {"INPUT_CACHE-DIRECTORY": name, "RUNNER_TEMP": str(tmp_path)}
    with pytest.raises(UsageError, match="no plain name"):
        find_carried(parse_inputs(variables), context("schedule", "refs/heads/main"), variables, tmp_path)


def context(event: str, ref: str, payload: Any = None, default: str = "main") -> Context:
    return Context(event, REPOSITORY, "a" * 40, ref, default, payload)


PULL = PullRequest(7, "main", "b" * 40, "topic", "c" * 40, REPOSITORY)
RELEASE = PullRequest(8, "release", "b" * 40, "topic", "c" * 40, REPOSITORY)
QUEUE = "refs/heads/gh-readonly-queue/main/pr-7-0"


@pytest.mark.parametrize(
    ("given", "own", "others"),
    [
        (context("push", "refs/heads/main", Push("", "", False, 1)), DEFAULT, ()),
        (context("schedule", "refs/heads/main"), DEFAULT, ()),
        (context("schedule", "refs/heads/main", default=""), DEFAULT, ()),
        (context("workflow_dispatch", "refs/heads/main"), DEFAULT, ()),
        (context("workflow_dispatch", "refs/heads/topic"), "refs/heads/topic", (DEFAULT,)),
        (context("push", "refs/heads/topic"), "refs/heads/topic", (DEFAULT,)),
        (context("push", "refs/heads/main", default=""), "refs/heads/main", (DEFAULT,)),
        (context("push", "refs/tags/main"), "refs/tags/main", (DEFAULT,)),
        (context("pull_request", "refs/pull/7/merge", PULL), "pull/7", (DEFAULT,)),
        (context("pull_request", "refs/pull/8/merge", RELEASE), "pull/8", ("refs/heads/release", DEFAULT)),
        (context("pull_request_target", "refs/heads/main", PULL), "pull/7", (DEFAULT,)),
        (context("merge_group", QUEUE, MergeGroup("", "", "refs/heads/main")), QUEUE, (DEFAULT,)),
    ],
)
def test_only_runs_that_stand_on_the_default_branch_write_its_scope(
    given: Context, own: str, others: tuple[str, ...]
) -> None:
    assert scope_of(given) == own
    assert scopes_to_read(given) == others


def filled(folder: Path, days: int) -> Path:
    with cache_at(folder) as cache:
        cache.put({bytes([n]) * 8: os.urandom(1000) for n in range(100)})
    for path in (folder / FILE, folder):
        os.utime(path, (10**9 + days, 10**9 + days))
    return folder


def test_the_folder_is_bounded_as_a_whole_and_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    own, kept = filled(tmp_path / "pull-3", 0), filled(tmp_path / DEFAULT, 0)
    old, new = filled(tmp_path / "pull-1", 1), filled(tmp_path / "pull-2", 2)
    with borrowed(Carried(own, Keeping(limit=480_000), tmp_path)):
        pass
    assert [p.exists() for p in (own, kept, old, new)] == [True, True, False, True]


def test_a_link_in_the_caches_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere")
    with borrowed(Carried(tmp_path / NAME / DEFAULT, Keeping(), tmp_path / NAME)) as carried:
        assert carried.folder is None
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o755


def test_in_a_folder_that_others_use_too_only_scopes_go(tmp_path: Path) -> None:
    theirs, old = filled(tmp_path / "theirs", 1), filled(tmp_path / "pull-1", 2)
    (tmp_path / "link").symlink_to(theirs)
    with borrowed(Carried(tmp_path / DEFAULT, Keeping(limit=1000), tmp_path)):
        pass
    assert [p.exists() for p in (theirs, tmp_path / "link", old)] == [True, True, False]


def test_a_link_that_takes_the_folders_place_in_the_run_is_not_followed(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / NAME, tmp_path / "elsewhere"
    kept, old = filled(elsewhere / "pull-1", 1), filled(root / "pull-2", 2)
    with borrowed(Carried(root / DEFAULT, Keeping(limit=1000), root)):
        root.rename(tmp_path / "moved")
        root.symlink_to(elsewhere)
    assert kept.exists()
    assert not (tmp_path / "moved" / old.name).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_in_a_container_the_cache_is_roots_for_the_run_and_the_runners_after_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("")
    temp = tmp_path / "temp"
    root = temp / NAME
    filled(root / DEFAULT, 0)
    (root / DEFAULT / "link").symlink_to(outside)
    (root / DEFAULT / "osv").symlink_to(tmp_path)
    os.link(outside, root / DEFAULT / "linked")
    for path in (temp, root, *root.rglob("*")):
        os.chown(path, 1001, 127, follow_symlinks=False)
    os.chown(outside, 0, 0)
    with borrowed(Carried(root / DEFAULT, Keeping(), root)) as carried, cache_at(carried.folder) as cache:
        assert len(cache.get([b"\x01" * 8])) == 1
    owners = {(p.lstat().st_uid, p.lstat().st_gid) for p in (root, *root.rglob("*"))}
    assert owners == {(1001, 127)}
    assert not (root / DEFAULT / "osv").is_symlink()
    assert (outside.stat().st_uid, outside.stat().st_mode & 0o777) == (0, 0o644)


@pytest.mark.parametrize(
    "call",
    [
        lambda: keeping_of({"PREGATE_CACHE_KEY": "short"}),
        lambda: keeping_of({"PREGATE_CACHE_SIZE": "1 GB"}),
        lambda: keeping_of({"PREGATE_CACHE_SIZE": "0"}),
    ],
)
def test_a_size_or_a_key_that_is_none_is_said(call: Callable[[], object]) -> None:
    with pytest.raises(UsageError):
        call()


def test_the_size_is_in_mebibytes_and_the_key_is_shown_to_nobody() -> None:
    keeping = keeping_of({"PREGATE_CACHE_SIZE": "3", "PREGATE_CACHE_KEY": SECRET})
    assert keeping.limit == 3 << 20
    assert keeping_of({"PREGATE_CACHE_SIZE": "3"}, 5).limit == 5 << 20
    assert SECRET not in repr(keeping) + repr(parse_inputs({"INPUT_CACHE-KEY": SECRET}))


def test_a_cache_folder_that_git_tracks_is_not_believed(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("leak.py", LEAK).commit("one")
    place = repo.path / ".cache"
    scan = ("scan", "-C", repo.path, "--all", "--offline", "--check", "secrets", "--cache-dir", place)
    assert pregate(*scan).code == 1
    forge(place, Seal())
    assert pregate(*scan).code == 0  # untracked: the user's own, to forge or not
    repo.commit("with results")
    run = pregate(*scan)
    assert (run.code, "is not used" in run.err) == (1, True)
