"""
What AWS STS answers when it gives no session, in our words: what may heal, and what to change.

Sources: AWS STS API Reference, the errors of each operation and "Common Errors"; botocore's exceptions. Words
of AWS are not repeated: a validation error quotes what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from pregate.aws.calls import no_answers
from pregate.errors import AwsError, CredentialsError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_Made = TypeVar("_Made")

_THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "SlowDown",
    }
)
_FAULTS = frozenset({"IDPCommunicationError", "InternalFailure", "RequestTimeout", "ServiceUnavailable"})
_FAULTS_LATER = frozenset({"RequestTimeoutException", "InternalError", "InternalServerError"})
_STALE = frozenset({"InvalidIdentityToken", "ExpiredToken"})
# Of InvalidIdentityToken's texts, those that a new token does not change.
_SETTLED = ("audience", "no openidconnect provider", "issuer", "subject")


class RefusedError(CredentialsError):
    """
    AWS refused a role. ``role`` is its ARN, ``code`` AWS's word, ``claims`` those of the token that it saw.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        role: str = "",
        code: str = "",
        claims: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.role = role
        self.code = code
        self.claims = dict(claims or {})


class PassingError(AwsError):
    """It did not work although it was tried again, and may work later."""


def refusal(
    what: str, error: ClientError, role: str = "", claims: Mapping[str, str] | None = None
) -> AwsError:
    """
    AWS's answer as ours: a PassingError where the same call may work later, else a CredentialsError.
    """
    told = error.response.get("Error", {})
    code = str(told.get("Code", "Unknown"))[:64]
    short = code.removesuffix("Exception")
    words = str(told.get("Message", "")).lower()
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    where = f"{what} of {role}" if role else what
    message = f"AWS refused {where}: {code} (HTTP {status})"
    if code in _THROTTLED or code in _FAULTS or code in _FAULTS_LATER or status >= 500 or status == 429:
        return PassingError(message, "AWS could not answer in time, several times. Run the job again later.")
    if short in _STALE and not any(text in words for text in _SETTLED):
        return PassingError(message, "AWS does not take the identity token, a new one neither. Run it again.")
    return RefusedError(message, _hint(short, words, role, claims or {}), role, code, claims)


def failure(what: str, error: Exception) -> AwsError:
    """No answer at all. botocore's own words are not needed: its classes say it."""
    from botocore.exceptions import ConnectionError as Unconnected
    from botocore.exceptions import HTTPClientError, SSLError

    kind = type(error).__name__
    if isinstance(error, (Unconnected, HTTPClientError)) and not isinstance(error, SSLError):
        return PassingError(f"AWS STS cannot be reached for {what}: {kind}", NETWORK)
    if "Credential" in kind or "Token" in kind or "SSO" in kind or "Profile" in kind:
        return CredentialsError(
            f"AWS credentials cannot be used: {kind}", "Sign in (aws sso login), or give the job a role."
        )
    return AwsError(f"AWS STS cannot be asked for {what}: {kind}", NETWORK)


def opened(what: str, make: Callable[[], _Made]) -> _Made:
    """
    What ``make`` gives: a session or a client, for which botocore reads its own configuration.

    Raises CredentialsError for a profile that is not there, AwsError for an address that is none.
    """
    try:
        return make()
    except no_answers() as error:
        raise failure(what, error) from None
    except ValueError:
        raise AwsError(
            f"AWS cannot be asked for {what}: the configured endpoint is no address",
            "Check AWS_ENDPOINT_URL and endpoint_url in the AWS configuration.",
        ) from None


NETWORK = "Check the network, proxies and the region (aws.region, the input aws-region, AWS_REGION)."
_HINTS = {
    "RegionDisabled": "STS is switched off in this region: switch it on in the account, or take another.",
    "PackedPolicyTooLarge": 'The session policy is too large, packed: session-policy = "none" under [aws].',
    "MalformedPolicyDocument": 'AWS does not take the session policy: session-policy = "none" under [aws].',
    "InvalidClientTokenId": "The credentials are wrong or were revoked: sign in again.",
    "SignatureDoesNotMatch": "The secret key is not the one of the access key.",
    "ExpiredToken": "The credentials have expired: sign in again.",
}


def _hint(code: str, words: str, role: str, claims: Mapping[str, str]) -> str:
    if code == "AccessDenied" and claims:
        told = "\n".join(f"  {name}: {claims[name]}" for name in ("iss", "aud", "sub") if name in claims)
        return (
            "The role is not there, or its trust policy does not fit the token, which says:\n"
            f"{told}\n"
            "`mode: doctor` in this job (or pregate doctor) prints a trust policy that would."
        )
    if code == "AccessDenied" and role:
        return (
            f"The session before may not assume it: allow it sts:AssumeRole on {role}, and name the role "
            "before in the trust policy of this one."
        )
    if code in _STALE and "audience" in words:
        return (
            "The OIDC provider in IAM does not have the token's audience "
            f"({claims.get('aud', 'unknown')}) among its client ids: add it there, or set audience."
        )
    if code in _STALE:
        return (
            f"The account of the role has no OIDC provider for the token's issuer "
            f"({claims.get('iss', 'unknown')}): create it (examples/aws/)."
        )
    if code == "ValidationError" and "durationseconds" in words:
        return (
            "The session is asked to be longer than the role allows (its MaxSessionDuration): lower "
            "session-duration under [aws] (the input role-duration-seconds)."
        )
    return _HINTS.get(code, "Check the role's ARN and the region; `mode: doctor` says more.")
