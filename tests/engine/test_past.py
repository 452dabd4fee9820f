"""Secrets that only the commits of a change hold, through the whole pipeline on real repositories."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pregate.changes import Commits, Range
from pregate.engine import past
from pregate.engine.scan import Scan
from pregate.errors import ChangesError
from pregate.model import (
    Blob,
    Candidate,
    ChangedFile,
    ChangeSet,
    CheckSummary,
    Completed,
    Counts,
    Decision,
    Failed,
    Finding,
    Location,
    Mode,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    State,
    UnreadReason,
    Verdict,
)
from pregate.pipeline import Request, commits, judging, run
from pregate.report import FORMATS
from tests.gitrepo import ENVIRONMENT, GitRepo

KEYS = ["AK" + "IA" + end for end in ("Q3EGJ7TLX2NVBD5M", "Z7QWERTYLX2NVB4K")]
LEAK, OTHER = (f'key = "{value}"\n' for value in KEYS)
CLEAN = 'key = read("key")\n'
FILLER = "".join(f"line {n} of a text that stays as it is\n" for n in range(20))


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("app.py", CLEAN).commit("first").branch("topic")


def judge(repo: GitRepo, base: str = "main", cache: Path | None = None, **overrides: Any) -> Verdict:
    request = Request(
        directory=repo.path,
        selection=Range(base, "HEAD"),
        overrides={
            "checks": ("secrets",),
            "offline": True,
            "jobs": 1,
            **{name.replace("_", "-"): value for name, value in overrides.items()},
        },
        environ=ENVIRONMENT,
        cache_dir=cache,
        history=Commits(base, "HEAD"),
    )
    verdict = run(request).verdict
    for render in FORMATS.values():  # no report holds a value, whatever was found
        text = render(verdict, ())
        assert not any(key in (text if isinstance(text, str) else text.decode()) for key in KEYS)
    assert not any(key in repr(verdict) for key in KEYS)
    return verdict


def new(verdict: Verdict) -> list[tuple[str, str]]:
    return [(f.commit, f.location.path) for f in verdict.select(State.NEW)]


def secrets(verdict: Verdict) -> CheckSummary:
    return next(s for s in verdict.checks if s.check == "secrets")


def counts(verdict: Verdict) -> Counts:
    outcome = secrets(verdict).outcome
    assert isinstance(outcome, Completed)
    return outcome.counts


def test_a_secret_added_and_removed_again_fails_the_gate_and_its_commit_is_named(repo: GitRepo) -> None:
    leaked = repo.write("app.py", LEAK).commit("oops").head
    repo.write("app.py", CLEAN).commit("removed")
    verdict = judge(repo)
    assert verdict.decision is Decision.FAILED
    (finding,) = verdict.select(State.NEW)
    assert (finding.commit, finding.location.path, finding.location.start_line) == (leaked, "app.py", 1)
    assert f"added in commit {leaked[:12]} and removed later" in finding.message
    assert finding.remedy.startswith("Revoke or rotate it first")
    assert "key = " in finding.snippet
    (judged,) = [j for j in verdict.findings if j.state is State.NEW]
    assert (judged.introduced, judged.in_diff) == (True, False)


def test_where_nothing_is_left_of_the_change_its_history_is_judged_all_the_same(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit().write("app.py", CLEAN).commit()
    assert judge(repo).reasons == ("1 new finding at or over high (1 secrets)",)


def test_a_clean_history_that_leaves_nothing_was_scanned(repo: GitRepo) -> None:
    repo.write("new.py", CLEAN).commit().remove("new.py").commit()
    verdict = judge(repo)
    assert (verdict.decision, verdict.reasons) == (Decision.PASSED, ("no new findings",))
    assert counts(verdict).analysed == counts(verdict).concerned == 1


def test_a_history_whose_files_are_excluded_is_not_called_clean(repo: GitRepo) -> None:
    repo.write("new.py", LEAK).commit().remove("new.py").commit()
    verdict = judge(repo, exclude=("new.py",))
    assert verdict.reasons == ("nothing was scanned: every file that concerns a check is excluded",)
    assert counts(verdict).excluded == 1


def test_a_history_that_concerns_no_check_was_nothing_to_scan(repo: GitRepo) -> None:
    repo.write("new.png", b"\0").commit().remove("new.png").commit()
    verdict = judge(repo)
    assert verdict.reasons == ("there was nothing to scan",)
    assert secrets(verdict).outcome == Skipped("secrets", SkipReason.NO_TARGETS)


def test_a_secret_that_is_still_there_is_told_once_where_it_is(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit().write("app.py", "import os\n" + LEAK).commit()
    assert new(judge(repo)) == [("", "app.py")]


def test_a_secret_moved_to_another_file_is_told_once(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit().write("app.py", CLEAN).write("other.py", LEAK).commit()
    assert new(judge(repo)) == [("", "other.py")]


def test_a_secret_whose_line_was_reworded_is_told_once(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit().write("app.py", "renamed_" + LEAK).commit()
    assert new(judge(repo)) == [("", "app.py")]


def test_a_secret_in_a_renamed_file_is_told_once(repo: GitRepo) -> None:
    repo.write("new.py", FILLER + LEAK).commit().move("new.py", "renamed.py").commit()
    assert new(judge(repo)) == [("", "renamed.py")]


def test_a_secret_removed_after_its_file_was_renamed_is_told_at_its_first_commit(repo: GitRepo) -> None:
    leaked = repo.write("new.py", FILLER + LEAK).commit().head
    repo.move("new.py", "renamed.py").commit().write("renamed.py", FILLER).commit()
    assert new(judge(repo)) == [(leaked, "new.py")]


def test_a_secret_removed_added_and_removed_again_is_told_once(repo: GitRepo) -> None:
    leaked = repo.write("app.py", LEAK).commit().head
    repo.write("app.py", CLEAN).commit().write("app.py", "x\n" + LEAK).commit().write(
        "app.py", CLEAN
    ).commit()
    assert new(judge(repo)) == [(leaked, "app.py")]


def test_a_secret_in_two_files_of_history_is_told_once(repo: GitRepo) -> None:
    leaked = repo.write("a.py", LEAK).write("b.py", LEAK).commit().head
    repo.remove("a.py", "b.py").commit()
    assert new(judge(repo)) == [(leaked, "a.py")]


def test_a_secret_replaced_by_another_is_told_beside_it(repo: GitRepo) -> None:
    leaked = repo.write("app.py", LEAK).commit().head
    repo.write("app.py", OTHER).commit()
    verdict = judge(repo)
    assert sorted(new(verdict)) == [("", "app.py"), (leaked, "app.py")]
    assert len({f.fingerprint for f in verdict.select(State.NEW)}) == 2


def test_every_commit_is_searched(repo: GitRepo) -> None:
    one = repo.write("a.py", LEAK).commit().head
    two = repo.write("a.py", CLEAN).write("b.py", OTHER).commit().head
    repo.remove("b.py").commit().write("c.py", CLEAN).commit()
    assert sorted(new(judge(repo))) == sorted([(one, "a.py"), (two, "b.py")])


def test_a_secret_that_the_base_had_is_not_new_where_a_commit_takes_it_away(repo: GitRepo) -> None:
    repo.checkout("main").write("app.py", LEAK).commit().branch("clean-up")
    repo.write("app.py", "x = 1\n" + LEAK).commit().write("app.py", CLEAN).commit()
    assert judge(repo).findings == ()


def test_a_secret_that_the_base_had_is_not_new_where_commits_carry_it_about(repo: GitRepo) -> None:
    repo.checkout("main").write("app.py", LEAK).commit().branch("clean-up")
    repo.write("app.py", CLEAN).write("config.py", "# settings\n" + LEAK).commit().remove(
        "config.py"
    ).commit()
    assert judge(repo).findings == ()


def test_a_secret_taken_away_and_put_back_is_not_new(repo: GitRepo) -> None:
    repo.checkout("main").write("app.py", LEAK).commit().branch("again")
    repo.write("app.py", CLEAN).commit().write("app.py", LEAK).commit()
    assert judge(repo).findings == ()


def test_commits_merged_from_the_base_are_not_searched(repo: GitRepo) -> None:
    repo.write("topic.py", CLEAN).commit()
    repo.checkout("main").write("theirs.py", LEAK).commit().write("theirs.py", CLEAN).commit()
    repo.checkout("topic").merge("main").write("topic.py", CLEAN + "y = 1\n").commit()
    assert judge(repo).findings == ()


def test_githubs_merge_commit_is_judged_with_the_commits_that_it_merges(repo: GitRepo) -> None:
    leaked = repo.write("topic.py", LEAK).commit().head
    repo.write("topic.py", CLEAN).commit().checkout("main").write("main.py", CLEAN).commit()
    repo.branch("merged").merge("topic")
    assert new(judge(repo)) == [(leaked, "topic.py")]


def test_a_suppressed_secret_of_history_stays_suppressed(repo: GitRepo) -> None:
    line = LEAK.rstrip() + "  # pragma: allowlist secret\n"
    leaked = repo.write("app.py", line).commit().head
    repo.write("app.py", CLEAN).commit()
    verdict = judge(repo)
    assert verdict.decision is Decision.PASSED
    (finding,) = verdict.select(State.SUPPRESSED)
    assert (finding.commit, finding.suppressed_by != "") == (leaked, True)


def test_a_suppression_that_went_before_its_secret_does_not_count(repo: GitRepo) -> None:
    repo.write("app.py", LEAK.rstrip() + "  # pragma: allowlist secret\n").commit()
    bare = repo.write("app.py", LEAK).commit().head
    repo.write("app.py", CLEAN).commit()
    assert new(judge(repo)) == [(bare, "app.py")]


def test_the_configuration_can_leave_history_out(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit().write("app.py", CLEAN).commit()
    assert judge(repo, secrets={"history": False}).findings == ()


def test_the_change_itself_cannot_leave_its_history_out(repo: GitRepo) -> None:
    repo.write(".pregate.toml", "[secrets]\nhistory = false\n").write("app.py", LEAK).commit()
    repo.write("app.py", CLEAN).commit()
    assert judge(repo).decision is Decision.FAILED


def test_without_the_secrets_check_no_commit_is_looked_at(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("app.py", LEAK).commit().write("app.py", CLEAN).commit()
    monkeypatch.setattr(commits, "with_past", None)
    assert judge(repo, checks=("python",)).findings == ()


@pytest.mark.parametrize("cached", [False, True])
def test_one_commit_on_its_base_is_not_scanned_again(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cached: bool
) -> None:
    scans: list[object] = []
    monkeypatch.setattr(commits, "search", lambda *arguments: scans.append(arguments))
    repo.write("app.py", LEAK).write("b.py", CLEAN).commit()
    verdict = judge(repo, cache=tmp_path / "cache" if cached else None)
    assert not scans
    assert (counts(verdict).analysed, new(verdict)) == (2, [("", "app.py")])


def test_only_versions_that_the_head_lacks_are_scanned(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[tuple[str, str]]] = []

    class Watched(Scan):
        def __init__(self, change: ChangeSet, *rest: Any) -> None:
            seen.append([(file.commit, file.path) for file in change])
            super().__init__(change, *rest)

    monkeypatch.setattr(judging, "Scan", Watched)
    repo.write("kept.py", CLEAN).write("again.py", CLEAN).commit()
    middle = repo.write("again.py", "x = 1\n").commit().head
    repo.write("again.py", CLEAN).commit()
    verdict = judge(repo)
    assert seen == [[("", "again.py"), ("", "kept.py")], [(middle, "again.py")]]
    assert counts(verdict).analysed == 3
    outcome = secrets(verdict).outcome
    assert isinstance(outcome, Completed)
    assert outcome.notes == ("1 earlier version of files searched, commit by commit",)


def test_with_a_cache_the_second_run_says_the_same(repo: GitRepo, tmp_path: Path) -> None:
    leaked = repo.write("app.py", LEAK).commit().head
    repo.write("app.py", OTHER).commit().write("b.py", CLEAN).commit()
    one, two = (judge(repo, cache=tmp_path / "cache") for _ in range(2))
    assert one.findings == two.findings
    assert (leaked, "app.py") in new(two)


def test_what_cannot_be_read_in_an_earlier_commit_makes_the_run_incomplete(repo: GitRepo) -> None:
    repo.write("big.py", "x" * 2000).commit().write("big.py", CLEAN).commit()
    verdict = judge(repo, max_file_size=1000)
    assert verdict.decision is Decision.INCOMPLETE
    outcome = secrets(verdict).outcome
    assert isinstance(outcome, Completed)
    ((path, reason, detail),) = [(u.path, u.reason, u.detail) for u in outcome.unread]
    assert (path, reason) == ("big.py", UnreadReason.TOO_LARGE)
    assert "in an earlier commit" in detail


def test_what_the_head_lists_as_unread_is_not_listed_again(repo: GitRepo) -> None:
    repo.write("big.py", "x" * 2000).commit().write("big.py", "x" * 3000).commit()
    outcome = secrets(judge(repo, max_file_size=1000)).outcome
    assert isinstance(outcome, Completed)
    assert [u.path for u in outcome.unread] == ["big.py"]


def test_history_that_was_cut_off_fails_the_check_and_says_what_to_change(
    repo: GitRepo, tmp_path: Path
) -> None:
    repo.write("a.py", CLEAN).commit().write("b.py", CLEAN).commit().write("c.py", CLEAN).commit()
    shallow = repo.clone(tmp_path / "shallow", "--depth=2", "--branch=topic", "--no-single-branch")
    base = shallow.text("rev-parse", "origin/main")
    request = Request(
        directory=shallow.path,
        selection=Range(base, "HEAD", exact=True),
        overrides={"checks": ("secrets",), "offline": True},
        environ=ENVIRONMENT,
        history=Commits(base, "HEAD"),
    )
    verdict = run(request).verdict
    assert verdict.decision is Decision.INCOMPLETE
    outcome = secrets(verdict).outcome
    assert isinstance(outcome, Failed)
    assert "shallow clone ends" in outcome.message
    assert "fetch-depth: 0" in outcome.hint
    assert "history = false" in outcome.hint
    assert outcome.counts.analysed == 3


def test_an_explicit_list_of_commits_needs_no_walk(repo: GitRepo, tmp_path: Path) -> None:
    one = repo.write("a.py", LEAK).commit().head
    two = repo.write("a.py", CLEAN).commit().head
    shallow = repo.clone(tmp_path / "shallow", "--depth=3", "--branch=topic")
    request = Request(
        directory=shallow.path,
        selection=Range(repo.text("rev-parse", "main"), "HEAD", exact=True),
        overrides={"checks": ("secrets",), "offline": True},
        environ=ENVIRONMENT,
        history=Commits("", "HEAD", only=(one, two)),
    )
    assert new(run(request).verdict) == [(one, "a.py")]


EMPTY = ChangeSet((), "nothing", True, "head", "base")
FAILED = Failed("secrets", "broken", "mend it", Counts())


class NoSource:
    def find_all(self, revision: str, paths: Sequence[str]) -> dict[str, object]:
        return {}


def never(*_: object) -> Any:
    raise AssertionError("not to be asked")


def cut() -> ChangeSet:
    raise ChangesError("cut off")


def test_a_check_that_failed_is_not_run_again() -> None:
    assert past.with_past(FAILED, EMPTY, never, NoSource(), never) is FAILED  # type: ignore[arg-type]


def test_a_check_without_files_fails_too_where_history_is_cut() -> None:
    skipped = Skipped("secrets", SkipReason.NO_TARGETS)
    outcome = past.with_past(skipped, EMPTY, cut, NoSource(), never)  # type: ignore[arg-type]
    assert isinstance(outcome, Failed)
    assert outcome.counts == Counts()


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_check_that_fails_on_history_has_failed(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    repo.write("a.py", LEAK).commit().remove("a.py").commit()
    real, calls = commits.search, []

    def sometimes(*arguments: Any) -> Any:
        calls.append(arguments)
        return FAILED if len(calls) == fails_at else real(*arguments)

    monkeypatch.setattr(commits, "search", sometimes)
    assert secrets(judge(repo)).outcome is FAILED


def test_the_json_report_names_the_commit(repo: GitRepo) -> None:
    leaked = repo.write("app.py", LEAK).commit().head
    repo.write("app.py", CLEAN).commit()
    report = json.loads(FORMATS["json"](judge(repo), ()))
    assert [f["commit"] for f in report["findings"]] == [leaked]


def test_findings_without_a_hash_of_their_value_are_known_by_their_text() -> None:
    rule = Rule("secrets/X", "title", "description", "remedy", Severity.HIGH)
    here, there, other = (
        Candidate(
            Finding(rule, "m", Location(path), Severity.HIGH, anchor=anchor, commit=commit), True, False
        )
        for path, anchor, commit in (("a", "1", ""), ("b", "1", "c" * 40), ("c", "2", "c" * 40))
    )
    version = ChangedFile(Blob("b", "1" * 40, Mode.FILE, "c" * 40), commit="c" * 40)
    done = Completed("secrets", (here,), (), Counts())
    outcome = past.with_past(
        done,
        EMPTY,
        lambda: replace(EMPTY, files=(version,)),
        NoSource(),  # type: ignore[arg-type]
        lambda change: Completed("secrets", (there, other) if change.files else (), (), Counts(1, 1)),
    )
    assert isinstance(outcome, Completed)
    assert [c.finding.location.path for c in outcome.candidates] == ["a", "c"]


def test_what_the_head_has_names_the_commit_that_brought_it(repo: GitRepo) -> None:
    repo.write("app.py", CLEAN + "x = 1\n").commit("clean").write("app.py", CLEAN + LEAK).commit("leak")
    leak = repo.head
    repo.write("app.py", CLEAN + LEAK + "y = 2\n").commit("more").write("b.py", OTHER).commit("other")
    named = {j.finding.location.path: dict(j.finding.properties)["added-in"] for j in judge(repo).findings}
    assert named == {"app.py": leak, "b.py": repo.head}
