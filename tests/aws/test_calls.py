"""One call: which refusal is tried again, and what each is told."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from pregate.aws.calls import ATTEMPTS, PAUSE_MAX, ForbiddenError, Need, Service
from pregate.errors import AwsError, CredentialsError

botocore_errors: Any = botocore.exceptions  # the library has no types of its own
NEED = Need("s3:PutObject", "arn:aws:s3:::reports/*")


def refusal(code: str, status: int = 400) -> Exception:
    answer: Any = {
        "Error": {"Code": code, "Message": "User: arn:aws:iam::1:user/x says private things"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    made: Exception = botocore_errors.ClientError(answer, "PutObject")
    return made


class Acts:
    """Raises each of ``errors`` once, then gives 7."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.pauses: list[float] = []

    def __call__(self) -> int:
        if self.errors:
            raise self.errors.pop(0)
        return 7

    def run(self, also: str = "") -> int:
        return Service("Amazon S3", self.pauses.append).call(self, NEED, also)


@pytest.mark.parametrize("code", ["ThrottlingException", "SlowDown", "TooManyRequestsException"])
def test_throttling_is_tried_again_after_growing_pauses(code: str) -> None:
    acts = Acts(*[refusal(code)] * (ATTEMPTS - 1))
    assert acts.run() == 7
    assert len(acts.pauses) == ATTEMPTS - 1
    assert all(0 < pause <= PAUSE_MAX for pause in acts.pauses)
    assert acts.pauses[-1] > acts.pauses[0]


def test_throttling_that_does_not_end_is_a_failure() -> None:
    acts = Acts(*[refusal("ThrottlingException", 429)] * ATTEMPTS)
    with pytest.raises(AwsError, match=r"refused s3:PutObject: ThrottlingException \(HTTP 429\)") as caught:
        acts.run()
    assert "run again later" in caught.value.hint


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "AuthorizationError"])
def test_a_missing_permission_is_named_and_not_tried_again(code: str) -> None:
    acts = Acts(refusal(code, 403), refusal(code))
    with pytest.raises(ForbiddenError) as caught:
        acts.run("It may also be the owner.")
    assert len(acts.errors) == 1
    assert NEED.statement in caught.value.hint
    assert caught.value.hint.endswith("It may also be the owner.")


def test_the_services_words_are_not_repeated() -> None:
    with pytest.raises(AwsError) as caught:
        Acts(refusal("InvalidBucketState")).run("Look there.")
    assert "private" not in str(caught.value)
    assert caught.value.hint == "Look there."


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (refusal("ExpiredToken"), CredentialsError, "sign in again"),
        (botocore_errors.NoCredentialsError(), CredentialsError, "Give the job a role"),
        (
            botocore_errors.TokenRetrievalError(provider="x", error_msg="y"),
            CredentialsError,
            "Give the job a role",
        ),
        (botocore_errors.EndpointConnectionError(endpoint_url="http://x"), AwsError, "cannot be reached"),
        (botocore_errors.ParamValidationError(report="x"), AwsError, "not of the service's form"),
        (botocore_errors.ClientError({}, "PutObject"), AwsError, "Unknown (HTTP 0)"),
    ],
)
def test_other_failures_say_what_to_do(error: Exception, kind: type[AwsError], words: str) -> None:
    with pytest.raises(kind) as caught:
        Acts(error).run()
    assert words in str(caught.value)
