"""Whose account it is, in every partition."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.aws.caller import Caller, find_caller
from pregate.errors import AwsError
from tests.fakeaws import FakeAws


@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_account_and_partition_come_from_the_callers_arn(aws: FakeAws, partition: str, region: str) -> None:
    user = aws.user("dev", partition=partition)
    assert find_caller(aws.clients(user, region)) == Caller(aws.account, partition)


def test_an_answer_without_an_account_is_a_failure() -> None:
    class Clients:
        def client(self, service: str, region: str = "") -> Any:
            return self

        def get_caller_identity(self) -> dict[str, str]:
            return {"Arn": "nobody"}

    with pytest.raises(AwsError, match="names no account"):
        find_caller(Clients())
