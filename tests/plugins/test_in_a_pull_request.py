"""A pull request has no say in which plug-ins run, also where nothing is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from pregate.changes import Everything, Range
from pregate.model import Completed, Failed, State
from pregate.pipeline import Request, run
from tests.gitrepo import GitRepo
from tests.plugins import planted


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    (tmp_path / "site").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    planted.check(tmp_path / "site", "words", "words_in_pull")
    repo = GitRepo(tmp_path / "repo").write("a.txt", "x\n").commit("first")
    return repo.write(".pregate.toml", 'plugins = ["words"]\nchecks = ["secrets"]\n').commit("switched on")


def request(repo: GitRepo, **more: object) -> Request:
    return Request(repo.path, Everything(), overrides={"offline": True, **more}, in_pull=True)


def test_a_whole_tree_of_its_own_is_no_word_for_a_plug_in(repo: GitRepo) -> None:
    outcome = run(request(repo)).verdict.checks[-1].outcome
    assert isinstance(outcome, Failed)
    assert outcome.message == "the plug-in is switched on by the pull request that is judged"


def test_what_the_workflow_names_is_used(repo: GitRepo) -> None:
    outcome = run(request(repo, plugins=("words",))).verdict.checks[-1].outcome
    assert isinstance(outcome, Completed)


def test_the_base_says_which_are_used(repo: GitRepo) -> None:
    repo.remove(".pregate.toml").write("b.txt", "a word\n").commit("switched off")
    result = run(Request(repo.path, Range("HEAD~1", "HEAD"), {"offline": True}, in_pull=True))
    assert [judged.finding.rule.id for judged in result.verdict.findings] == ["words/WORD"]
    assert "words/WORD" in {rule.id for rule in result.rules}


def test_a_comment_in_the_file_suppresses_a_plug_ins_finding(repo: GitRepo) -> None:
    repo.write("a.txt", 'a word  # pregate: ignore[words/WORD] reason="a name"\n').commit("commented")
    result = run(Request(repo.path, Range("HEAD~1", "HEAD"), {"offline": True}, in_pull=True))
    assert [judged.state for judged in result.verdict.findings] == [State.SUPPRESSED]
