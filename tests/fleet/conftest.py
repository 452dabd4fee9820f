from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet.made import Forest, forest


@pytest.fixture
def grove(tmp_path: Path) -> Forest:
    """Ten small repositories."""
    return forest(tmp_path, 10)
