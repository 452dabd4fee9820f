"""The registry: the checks that are asked for, in the order asked."""

from __future__ import annotations

import pytest

from pregate.checks import build_checks
from pregate.config import CHECKS, Config


def test_every_name_of_the_configuration_has_its_check() -> None:
    assert [check.name for check in build_checks(Config(), CHECKS, b"key")] == list(CHECKS)


def test_the_order_is_that_of_the_names() -> None:
    assert [check.name for check in build_checks(Config(), ["iam", "secrets"], b"key")] == ["iam", "secrets"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="spelling"):
        build_checks(Config(), ["secrets", "spelling"], b"key")
