"""Whether Access Analyzer is opened: only with clients."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.aws import AccessAnalyzer, open_validator
from pregate.errors import CredentialsError


class Nobody:
    def client(self, service: str, region: str = "") -> Any:
        raise AssertionError(service, region)


def test_without_clients_nothing_is_opened() -> None:
    assert open_validator(None, required=False) is None


def test_without_clients_that_are_required_the_error_says_what_to_set() -> None:
    with pytest.raises(CredentialsError, match="no AWS credentials") as caught:
        open_validator(None, required=True)
    assert "AWS_PROFILE" in caught.value.hint
    assert "role-to-assume" in caught.value.hint


@pytest.mark.parametrize("required", [False, True])
def test_with_clients_the_service_is_opened_and_nobody_asked(required: bool) -> None:
    assert isinstance(open_validator(Nobody(), "eu-west-1", required=required), AccessAnalyzer)
