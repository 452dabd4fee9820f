"""
The read-only call of each provider that tells whether a token is live, and how to read the reply.

Sources are the providers' API references, named at each probe.
"""

from __future__ import annotations

import base64
import enum
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pregate.records import dataclass, field
from pregate.secrets.found import Secret
from pregate.verification.asking import Question, Reply

Given = tuple[str, ...]
"""What a question needs: the token, or the parts of a key. Never shown."""


class Answer(enum.Enum):
    """What a reply says of a token. UNKNOWN: nothing, as the host is overloaded or the reply is odd."""

    LIVE = "live"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def by_status(reply: Reply) -> Answer:
    """
    200 to 299: live; 403: live, and not allowed to do this; 401: refused. What is asked too much of (429) or
    broken says nothing.
    """
    if 200 <= reply.status < 300 or reply.status == 403:
        return Answer.LIVE
    return Answer.REFUSED if reply.status == 401 else Answer.UNKNOWN


def _strictly(reply: Reply) -> Answer:
    """As :func:`by_status`, where 403 may also be that of a filter before the API."""
    return Answer.UNKNOWN if reply.status == 403 else by_status(reply)


Headers = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Probe:
    """
    One provider. ``pattern`` is what values it is asked about look like, whole; ``address`` is asked with
    ``headers`` made of the value.
    """

    provider: str
    host: str
    path: str
    pattern: str
    headers: Headers = field(repr=False)
    judge: Callable[[Reply], Answer] = field(default=by_status, repr=False)
    method: str = "GET"
    body: bytes | None = None

    def given(self, secret: Secret, others: Sequence[Secret]) -> Given | None:  # noqa: ARG002
        """What the question needs, where this provider can be asked about the secret."""
        value = secret.value.reveal()
        return (value,) if re.fullmatch(self.pattern, value) else None

    def question(self, given: Given) -> Question:
        """The request."""
        (value,) = given
        return Question(
            self.host, f"https://{self.host}{self.path}", self.headers(value), self.method, self.body
        )


def _bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


def _slack(reply: Reply) -> Answer:
    """https://docs.slack.dev/reference/methods/auth.test: status 200, and ``ok`` or an ``error``."""
    answer = _json(reply)
    if answer.get("ok") is True:
        return Answer.LIVE
    refusals = ("invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed")
    return Answer.REFUSED if answer.get("error") in refusals else Answer.UNKNOWN


def _json(reply: Reply) -> dict[str, Any]:
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _pypi(reply: Reply) -> Answer:
    """A form without a file is refused with 400 once the token was accepted, with 403 where it was not."""
    return {400: Answer.LIVE, 403: Answer.REFUSED}.get(reply.status, Answer.UNKNOWN)


def _pypi_headers(value: str) -> dict[str, str]:
    user = base64.b64encode(f"__token__:{value}".encode()).decode()
    return {"Authorization": f"Basic {user}", "Content-Type": "application/x-www-form-urlencoded"}


def _anthropic_headers(value: str) -> dict[str, str]:
    return {"x-api-key": value, "anthropic-version": "2023-06-01"}


@dataclass(frozen=True, slots=True)
class AwsProbe(Probe):
    """
    AWS: a key id with the secret key that stands nearest to it, and its session token if it is a temporary
    one. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permission is
    needed for it.
    """

    def given(self, secret: Secret, others: Sequence[Secret]) -> Given | None:
        """Key id, secret key, session token (``""``)."""
        value = secret.value.reveal()
        if _AWS_SECRET.fullmatch(value) and secret.detector.startswith("AWS"):
            ids = [other for other in others if _AWS_ID.fullmatch(other.value.reveal())]
            own, keys = _nearest(secret, ids), [secret]
        elif _AWS_ID.fullmatch(value):
            own = secret
            keys = [
                o for o in others if o.detector.startswith("AWS") and _AWS_SECRET.fullmatch(o.value.reveal())
            ]
        else:
            return None
        key = _nearest(own, keys) if own else None
        if own is None or key is None:
            return None
        session = ""
        if own.value.reveal().startswith("ASIA"):
            long = [o for o in others if _AWS_SESSION.fullmatch(o.value.reveal())]
            found = _nearest(own, long)
            if found is None:
                return None
            session = found.value.reveal()
        return own.value.reveal(), key.value.reveal(), session

    def question(self, given: Given) -> Question:
        """A signed GetCallerIdentity."""
        from pregate.aws.live import caller_identity

        address = f"https://{self.host}/"
        headers, body = caller_identity(address, *given)
        return Question(self.host, address, headers, "POST", body)


_AWS_ID = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}")
_AWS_SECRET = re.compile(r"[A-Za-z0-9/+=]{40}")
_AWS_SESSION = re.compile(r"[A-Za-z0-9/+=]{100,4096}")
_AWS_APART = 20


def _nearest(secret: Secret, others: Sequence[Secret]) -> Secret | None:
    near = [other for other in others if abs(other.line - secret.line) <= _AWS_APART]
    return min(near, key=lambda other: (abs(other.line - secret.line), other.start), default=None)


def _aws(reply: Reply) -> Answer:
    """Refused with 403 and a code, which also tells a clock that is wrong from a key that is."""
    if reply.status == 200:
        return Answer.LIVE
    codes = (b"InvalidClientTokenId", b"SignatureDoesNotMatch", b"ExpiredToken")
    return Answer.REFUSED if any(code in reply.body for code in codes) else Answer.UNKNOWN


PROBES: tuple[Probe, ...] = (
    AwsProbe("AWS", "sts.us-east-1.amazonaws.com", "/", "", _bearer, _aws, "POST"),
    # https://docs.github.com/rest/rate-limit: needs no scope, and costs nothing
    Probe(
        "GitHub", "api.github.com", "/rate_limit", r"(?:gh[pousr]_|github_pat_)\w{20,255}", _bearer, _strictly
    ),
    # https://docs.gitlab.com/api/personal_access_tokens/
    Probe(
        "GitLab",
        "gitlab.com",
        "/api/v4/personal_access_tokens/self",
        r"glpat-[\w.-]{20,300}",
        lambda value: {"PRIVATE-TOKEN": value},
        _strictly,
    ),
    Probe(
        "Slack",
        "slack.com",
        "/api/auth.test",
        r"xox[a-z](?:\.xox[a-z])?-[\w-]{10,300}",
        _bearer,
        _slack,
        "POST",
        b"",
    ),
    # https://docs.stripe.com/api/balance: a restricted key that may not see it is answered with 403
    Probe("Stripe", "api.stripe.com", "/v1/balance", r"[sr]k_(?:live|test)_\w{10,300}", _bearer),
    # https://docs.npmjs.com/cli/commands/npm-whoami
    Probe("npm", "registry.npmjs.org", "/-/whoami", r"npm_\w{36}", _bearer, _strictly),
    # https://docs.pypi.org/api/upload/: there is no call that only looks; this one uploads nothing
    Probe(
        "PyPI",
        "upload.pypi.org",
        "/legacy/",
        r"pypi-[\w-]{50,1000}",
        _pypi_headers,
        _pypi,
        "POST",
        b"%3Aaction=file_upload&protocol_version=1",
    ),
    # https://platform.openai.com/docs/api-reference/models/list
    Probe("OpenAI", "api.openai.com", "/v1/models", r"sk-[\w-]{20,300}T3BlbkFJ[\w-]{20,300}", _bearer),
    # https://docs.anthropic.com/en/api/models-list
    Probe(
        "Anthropic",
        "api.anthropic.com",
        "/v1/models?limit=1",
        r"sk-ant-api\d\d-[\w-]{80,120}",
        _anthropic_headers,
        _strictly,
    ),
    # https://huggingface.co/docs/hub/api
    Probe("Hugging Face", "huggingface.co", "/api/whoami-v2", r"hf_\w{30,60}", _bearer, _strictly),
    # https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions
    Probe(
        "SendGrid", "api.sendgrid.com", "/v3/scopes", r"SG\.[\w-]{16,32}\.[\w-]{30,64}", _bearer, _strictly
    ),
    # https://docs.digitalocean.com/reference/api/
    Probe("DigitalOcean", "api.digitalocean.com", "/v2/account", r"do[opr]_v1_[0-9a-f]{64}", _bearer),
)
