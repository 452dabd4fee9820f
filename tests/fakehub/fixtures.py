"""The fake GitHub as a fixture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakehub.hub import FakeHub


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A running fake GitHub; the test fails when anything went against GitHub's descriptions."""
    with FakeHub() as running:
        yield running
    assert running.violations == []
