from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakehub.hub import FakeHub
from tests.github.site import NAME, RIGHTS, Site, lines
from tests.gitrepo import GitRepo


@pytest.fixture
def site(hub: FakeHub, tmp_path: Path) -> Iterator[Site]:
    git = GitRepo(tmp_path / "repo").write("a.py", lines()).commit("base")
    base = git.head
    git.branch("topic").write("a.py", lines({10: "ten", 40: "forty"})).write("b.py", "x = 1\n" * 5)
    git.commit("topic")
    repo = hub.add_repository(NAME, git=git.path)
    made = Site(hub, git, base, repo, repo.add_pull(base, git.head, number=7), hub.token(**RIGHTS))
    yield made
    made.close()
