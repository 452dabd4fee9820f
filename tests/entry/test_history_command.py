"""``pregate history`` from the command line."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.entry.cli import pregate
from tests.gitrepo import GitRepo
from tests.secrets.specimens.code import github

TOKEN = github(random.Random(5))


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo").write("app.py", f'token = "{TOKEN}"\n').commit("leak")
    return repo.write("app.py", "x = 1\n").commit("gone")


def test_the_report_names_commit_and_place(repo: GitRepo, tmp_path: Path) -> None:
    done = pregate("history", "-C", repo.path, "--cache-dir", tmp_path / "cache", "--jobs", "1")
    assert done.code == 1
    assert "app.py:1" in done.out
    assert repo.text("rev-parse", "HEAD~1")[:12] in done.out
    assert "not in HEAD any more" in " ".join(done.out.split())
    assert TOKEN not in done.out + done.err


def test_a_format_goes_to_standard_output(repo: GitRepo) -> None:
    done = pregate("history", "-C", repo.path, "--no-cache", "--format", "json", "--fail-on", "none", "-q")
    assert done.code == 0
    (finding,) = json.loads(done.out)["findings"]
    assert finding["commit"] == repo.text("rev-parse", "HEAD~1")
    assert finding["properties"]["in-head"] == "no"
    assert finding["properties"]["author-date"] == "2023-11-14"


@pytest.mark.parametrize("words", [["nowhere"], ["main...topic"], ["--since", "-x"], ["--format", "odd"]])
def test_what_cannot_be_meant_is_refused(repo: GitRepo, words: list[str]) -> None:
    assert pregate("history", "-C", repo.path, "--no-cache", *words).code in (2, 3)
