"""
One call of an AWS service: what is worth a second try, and what its refusal means for whoever reads it.

Sources: Boto3 documentation, "Retries" and "Error handling"; the services' API references, "Common Errors".
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from pregate.errors import AwsError, CredentialsError
from pregate.records import dataclass

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

T = TypeVar("T")

ATTEMPTS = 4
PAUSE_MAX = 20.0

THROTTLED = frozenset(
    {
        "LimitExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttled",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
FORBIDDEN = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "InvalidAccessException",
        "KMSAccessDenied",
        "KMSAccessDeniedException",
        "NotAuthorized",
        "403",
    }
)
EXPIRED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_UNUSABLE = (
    "CredentialRetrievalError",
    "NoCredentialsError",
    "NoRegionError",
    "PartialCredentialsError",
    "ProfileNotFound",
)


class ForbiddenError(CredentialsError):
    """The caller may not do this; the hint names the permission."""


@dataclass(frozen=True, slots=True)
class Need:
    """The permission that an operation takes: an IAM action and the resource that it is for."""

    action: str
    resource: str = "*"

    @property
    def statement(self) -> str:
        """The statement of a policy that grants it."""
        return f'{{"Effect": "Allow", "Action": "{self.action}", "Resource": "{self.resource}"}}'


@dataclass(frozen=True, slots=True)
class Service:
    """
    Makes calls to the service that people know as ``name``.

    botocore tries again by itself; what is still throttled then is tried a few more times, after a pause of
    random length that grows.
    """

    name: str
    sleep: Callable[[float], None] = time.sleep

    def call(self, act: Callable[[], T], need: Need, also: str = "") -> T:
        """
        What ``act`` gives. Raises AwsError, and ForbiddenError with the permission that is missing; ``also``
        says what else the refusal may come from.
        """
        from botocore.exceptions import ClientError

        attempt = 0
        while True:
            attempt += 1
            try:
                return act()
            except ClientError as error:
                if code_of(error) not in THROTTLED or attempt == ATTEMPTS:
                    raise self._refusal(error, need, also) from None
            except no_answers() as error:
                raise self._failure(error) from None
            self.sleep(random.uniform(0.5, 1) * min(PAUSE_MAX, 2.0**attempt))  # noqa: S311 - a pause, no secret

    def _refusal(self, error: ClientError, need: Need, also: str) -> AwsError:
        """The service's answer without its message, which repeats names of the account."""
        code = code_of(error)
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        what = f"{self.name} refused {need.action}: {code} (HTTP {status})"
        if code in FORBIDDEN:
            return ForbiddenError(what, f"Give the role the permission {need.statement}. {also}".rstrip())
        if code in EXPIRED:
            return CredentialsError(what, "The credentials are wrong or have expired: sign in again.")
        if code in THROTTLED:
            return AwsError(what, "It answers too many requests at once: run again later.")
        return AwsError(what, also or "Run again later; see the code in the service's API reference.")

    def _failure(self, error: Exception) -> AwsError:
        """No answer at all. botocore's message may name endpoints and files, so its type alone is told."""
        name = type(error).__name__
        if name in _UNUSABLE or "Token" in name or "SSO" in name:
            return CredentialsError(
                f"{self.name}: the AWS credentials cannot be used: {name}",
                "Give the job a role and a Region, or sign in (aws sso login).",
            )
        if name == "ParamValidationError":
            return AwsError(f"{self.name}: a request is not of the service's form: {name}", "Report this.")
        if name == "ResponseParserError":
            return AwsError(
                f"{self.name}: the answer is not one of AWS: {name}", "Check proxies and AWS_ENDPOINT_URL."
            )
        return AwsError(f"{self.name} cannot be reached: {name}", "Check the network and the Region.")


def code_of(error: ClientError) -> str:
    """The service's code, bounded; ``Unknown`` where there is none."""
    return str(error.response.get("Error", {}).get("Code") or "Unknown")[:80]


def no_answers() -> tuple[type[Exception], ...]:
    """
    What botocore raises where a service gave no answer of its own: of the second kind is a page of a proxy.
    """
    from botocore.exceptions import BotoCoreError
    from botocore.parsers import ResponseParserError

    return BotoCoreError, ResponseParserError
