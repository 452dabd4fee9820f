"""A repository with a commit, for tests of the changes room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gitrepo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """``a.py`` with two lines, committed."""
    return GitRepo(tmp_path / "project").write("a.py", "one\ntwo\n").commit("first")
