"""Whether Access Analyzer is opened: by what is in the environment, before boto3 is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from pregate.aws import AccessAnalyzer, open_validator
from pregate.errors import CredentialsError


def test_without_credentials_nothing_is_opened(tmp_path: Path) -> None:
    assert open_validator("", {"HOME": str(tmp_path)}, required=False) is None


def test_without_credentials_that_are_required_the_error_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="no AWS credentials") as caught:
        open_validator("", {"HOME": str(tmp_path)}, required=True)
    assert "AWS_PROFILE" in caught.value.hint


@pytest.mark.parametrize("required", [False, True])
def test_with_credentials_the_service_is_opened(required: bool) -> None:
    assert isinstance(
        open_validator("eu-west-1", {"AWS_PROFILE": "audit"}, required=required), AccessAnalyzer
    )
