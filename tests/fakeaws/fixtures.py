"""The fake AWS as a fixture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakeaws.aws import FakeAws


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    """A running fake AWS; the test fails when a request or an answer went against a service's model."""
    with FakeAws() as running:
        yield running
    assert running.violations == []
