from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fleet.in_parts import Parts, report_of, scanned, tree_in
from tests.fleet.made import Forest, forest
from tests.gitrepo import GitRepo


@pytest.fixture
def grove(tmp_path: Path) -> Forest:
    """Ten small repositories."""
    return forest(tmp_path, 10)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """A repository to be done in parts."""
    return tree_in(tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def whole(tree: GitRepo, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report on it in one piece."""
    folder = tmp_path_factory.mktemp("whole")
    return report_of(scanned(tree, folder, Parts()), folder)
