"""What moto does not check of S3 and KMS: owners, Regions, the life of signed addresses, the size to sign."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.fakeaws.records import Principal, Refused
from tests.fakeaws.requests import Received, decoded

if TYPE_CHECKING:
    from tests.fakeaws.aws import FakeAws

_KMS_MESSAGE = 4096


def check(aws: FakeAws, received: Received, caller: Principal | None) -> str:
    """The account in whose name moto answers; Refused where AWS would refuse."""
    account = caller.account if caller else aws.account
    if received.service == "s3" and received.parameters.get("Bucket"):
        return _check_bucket(aws, received, account, caller)
    if received.service == "kms" and received.operation == "Sign":
        _check_message(received)
    return account


def _check_message(received: Received) -> None:
    if len(decoded(received.parameters.get("Message", ""))) > _KMS_MESSAGE:
        words = "Value at 'message' failed to satisfy constraint: Member must have length at most 4096"
        raise Refused(400, "ValidationException", words)


def _check_bucket(aws: FakeAws, received: Received, account: str, caller: Principal | None) -> str:
    if received.presigned and _is_over(received.presigned):
        raise Refused(403, "AccessDenied", "Request has expired")
    known = aws.buckets.get(received.parameters["Bucket"])
    if known is None:
        return account
    owner, region = known
    expected = received.headers.get("x-amz-expected-bucket-owner")
    if expected and expected != owner:
        raise Refused(403, "AccessDenied", "Access Denied")
    if caller and not caller.internal and owner != caller.account:
        raise Refused(403, "AccessDenied", "Access Denied")
    if received.region and received.region != region and received.operation != "GetBucketLocation":
        wrong = f"the region '{received.region}' is wrong; expecting '{region}'"
        words = f"The authorization header is malformed; {wrong}"
        raise Refused(400, "AuthorizationHeaderMalformed", words)
    return owner


def _is_over(query: dict[str, str]) -> bool:
    start = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return time.time() > start.timestamp() + int(query["X-Amz-Expires"])
