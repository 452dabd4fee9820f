"""What Access Analyzer's refusals and silences mean, what to do about them, and how long to wait."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pregate.errors import AwsError, CredentialsError, NotEvaluatedError, PregateError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_NO_CREDENTIALS = (
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "ProfileNotFound",
)
_REFUSED = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "UnrecognizedClientException",
)
_THROTTLED = ("ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "Throttling")
# What a service answers to an operation that it does not have there.
_NO_OPERATION = ("UnknownOperationException", "MissingAuthenticationTokenException", "NotImplemented")
# This document, or this question about it, cannot be judged.
_THIS_ONE = ("ValidationException", "InvalidParameterException", "UnprocessableEntityException")
_LOCAL = 'set iam.engine = "local" to judge offline only'
_LONGEST = 20.0


class Patience:
    """
    How long a run waits for a service that is too busy: ``total`` seconds over all calls, ``rounds`` pauses
    for one of them. Once it is used up, nothing is waited for any more.
    """

    def __init__(
        self,
        total: float = 90.0,
        rounds: int = 6,
        sleep: Callable[[float], None] | None = None,
        pick: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._left = total
        self._rounds = rounds
        self._round = 0
        self._sleep = sleep
        self._pick = pick

    def begin(self) -> None:
        """The next call."""
        self._round = 0

    def wait(self, wanted: float) -> bool:
        """
        Pause before the next attempt: at random up to twice as long as before, at least the ``wanted``
        seconds that the service asked for. False when there is nothing more to be waited.
        """
        self._round += 1
        pause = min(self._pick(0, 2.0**self._round) + max(wanted, 0.0), _LONGEST)
        if self._round > self._rounds or pause > self._left:
            self._left = 0.0 if pause > self._left else self._left
            return False
        self._left -= pause
        (self._sleep or time.sleep)(pause)
        return True


def is_throttled(error: ClientError) -> bool:
    """Whether the service had too much to do."""
    return _code(error) in _THROTTLED


def wanted_pause(error: ClientError) -> float:
    """The seconds that the service asks to wait (``retryAfterSeconds``), 0 when it does not say."""
    value: Any = error.response.get("retryAfterSeconds", 0)
    return float(value) if isinstance(value, int | float) else 0.0


def refusal(error: ClientError, operation: str, region: str) -> PregateError:
    """The service's own answer; its message is not repeated: a ValidationException quotes what was sent."""
    code = _code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    what = f"AWS Access Analyzer refused {operation}: {code} (HTTP {status})."
    if code in ("AccessDeniedException", "AccessDenied"):
        needed = f'{{"Effect": "Allow", "Action": "access-analyzer:{operation}", "Resource": "*"}}'
        return CredentialsError(
            what, f"Allow the role to make this call: {needed}. Or leave the check out of iam.checks."
        )
    if code in _REFUSED:
        return CredentialsError(
            what, "The credentials are wrong or have expired: sign in again, or renew the role."
        )
    if code in _NO_OPERATION or (status in (404, 501) and code not in _THIS_ONE):
        return NotEvaluatedError(
            f"{operation} is not offered in the Region {region}",
            "Choose another Region with iam.region: the answer is the same everywhere.",
        )
    if code in _THIS_ONE:
        return NotEvaluatedError(f"AWS Access Analyzer did not take the policy for {operation}: {code}")
    if code in _THROTTLED:
        return AwsError(what, f"It answers too many requests at once: run again later, or {_LOCAL}.")
    return AwsError(what, f"Run again later, or {_LOCAL}.")


def failure(error: Exception, operation: str, region: str) -> AwsError:
    """No answer at all. botocore's message names the endpoint, never a credential."""
    name = type(error).__name__
    if name in _NO_CREDENTIALS or "Token" in name or "SSO" in name:
        hint = f"Sign in (aws sso login), give the job a role, or {_LOCAL}."
        return CredentialsError(f"AWS credentials cannot be used: {name}.", hint)
    if name == "ParamValidationError":
        return AwsError(f"botocore does not send {operation}: {name}.", "This is a bug.")
    where = f" in the Region {region}" if region else ""
    return AwsError(
        f"AWS Access Analyzer cannot be reached{where}: {name}.",
        f"Check the network and iam.region, or {_LOCAL}.",
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "Unknown"))
