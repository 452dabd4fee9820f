"""What a scan says where nothing is set up yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.entry.cli import pregate
from tests.gitrepo import GitRepo

UNSET = "pregate: no configuration, so that the defaults count: pregate init writes one, and a workflow\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return GitRepo(tmp_path / "repo").write("app.py", "x = 1\n").commit()


def said(repo: GitRepo, *words: str) -> str:
    return pregate("scan", "-C", repo.path, "--offline", "--no-cache", *words).err


def test_without_a_configuration_the_whole_tree_is_judged_by_the_defaults_and_the_way_to_one_told(
    repo: GitRepo,
) -> None:
    run = pregate("scan", "-C", repo.path, "--offline", "--no-cache")
    assert run.code == 0
    assert "no finding at or over high in 1 file at" in run.out
    assert run.err.endswith(UNSET)


@pytest.mark.parametrize(
    ("name", "text"), [(".pregate.toml", ""), ("pyproject.toml", '[tool.pregate]\nfail-on = "low"\n')]
)
def test_with_a_configuration_nothing_is_said(repo: GitRepo, name: str, text: str) -> None:
    assert UNSET not in said(repo.write(name, text).commit())


def test_anothers_pyproject_is_no_configuration(repo: GitRepo) -> None:
    assert UNSET in said(repo.write("pyproject.toml", "[project]\n").commit())


def test_nothing_is_said_when_quiet_or_in_continuous_integration(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert UNSET not in said(repo, "-q")
    monkeypatch.setenv("CI", "true")
    assert UNSET not in said(repo)


def test_outside_of_a_repository_nothing_is_said_of_a_commit(tmp_path: Path, repo: GitRepo) -> None:
    (tmp_path / "alone.py").write_text("x = 1\n")
    run = pregate("scan", "-C", tmp_path, "--no-cache", "alone.py")
    assert "no commit yet" not in run.err


def test_before_the_first_commit_the_way_to_judge_the_files_is_told(tmp_path: Path, repo: GitRepo) -> None:
    new = GitRepo(tmp_path / "new").write("app.py")
    assert "no commit yet: pregate scan --worktree" in said(new)
    assert "no commit yet" not in said(new, "--worktree")


def test_a_configuration_that_is_not_committed_is_said_not_to_count(repo: GitRepo) -> None:
    repo.write(".pregate.toml", 'fail-on = "none"\n')
    assert ".pregate.toml has changes that are not committed" in said(repo)
    assert "not committed" not in said(repo, "--worktree")  # the report itself says what it would alter
    assert "not committed" not in said(repo.commit())
