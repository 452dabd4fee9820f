"""
The job's identity token: who GitHub says this job is, signed, for a service that trusts GitHub.

The runner tells a job with ``id-token: write`` where to ask and with which bearer token. Sources:
docs.github.com, "OpenID Connect reference"; actions/toolkit ``packages/core/src/oidc-utils.ts``.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from pregate.errors import GitHubError
from pregate.records import dataclass, field

if TYPE_CHECKING:
    import requests

URL_VARIABLE: Final = "ACTIONS_ID_TOKEN_REQUEST_URL"
TOKEN_VARIABLE: Final = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105 - the variable's name
TIMEOUT: Final = 10  # seconds to connect, and between two pieces of the answer
TRIES: Final = 3
ANSWER_MAX: Final = 64 * 1024  # bytes
TOKEN_MAX: Final = 20_000  # characters; AWS STS takes no longer one
CLAIM_MAX: Final = 300  # characters of one claim that are shown

_PERMISSION = """\
Give the job the permission, and name the others that it needs beside it:
permissions:
  id-token: write
  contents: read"""
_FORK = (
    "A pull request from a fork never has one. Run what needs AWS on push or in the merge queue, or leave "
    "the fork's runs without it."
)


class NoIdentityTokenError(GitHubError):
    """The runner offers this job no identity token."""


class IdentityToken:
    """A signed token that no log, message or representation shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "IdentityToken(***)"

    def reveal(self) -> str:
        """The token itself, for whoever sends it to the service that it is made for."""
        return self._value

    def claims(self) -> dict[str, str]:
        """
        What the token says, for people: nothing is verified. Values are cut; empty where it is no JSON.
        """
        payload = self._value.split(".")[1]
        try:
            data = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (binascii.Error, ValueError, RecursionError):
            return {}
        if not isinstance(data, dict):
            return {}
        return {str(name)[:CLAIM_MAX]: _shown(value) for name, value in list(data.items())[:100]}


@dataclass(frozen=True, slots=True)
class IdentityTokens:
    """
    Where a job gets its identity tokens. ``mask`` is told each token before anybody else; ``wait`` sleeps.

    ``is_fork`` is true for a pull request from another repository.
    """

    environ: Mapping[str, str] = field(repr=False)
    mask: Callable[[str], None] = field(repr=False)
    is_fork: bool = False
    wait: Callable[[float], None] = field(default=time.sleep, repr=False)

    @property
    def is_offered(self) -> bool:
        """Whether the runner offers tokens to this job."""
        return bool(self.environ.get(URL_VARIABLE) and self.environ.get(TOKEN_VARIABLE))

    @property
    def is_out_of_reach(self) -> bool:
        """Whether there is none, and no permission in the workflow would change that."""
        return self.is_fork and not self.is_offered

    def get(self, audience: str) -> IdentityToken:
        """
        A new token for ``audience``.

        Raises NoIdentityTokenError where none is offered, GitHubError when the runner's service does not
        answer as it should. A lost connection and a 5xx are tried again, a refusal is not.
        """
        if not self.is_offered:
            raise NoIdentityTokenError(
                "the runner offers this job no identity token (OIDC)",
                _FORK if self.is_fork else f"{_PERMISSION}\n{_FORK}",
            )
        token = IdentityToken(_read_value(self._ask(audience)))
        self.mask(token.reveal())
        return token

    def _ask(self, audience: str) -> bytes:
        import requests

        url = self.environ[URL_VARIABLE]
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise GitHubError(f"{URL_VARIABLE} is no address", "The runner sets it; do not overrule it.")
        address = f"{url}{'&' if '?' in url else '?'}audience={quote(audience, safe='')}"
        problem = ""
        with requests.Session() as session:
            for attempt in range(TRIES):
                if attempt:
                    import random

                    self.wait(random.uniform(0.5, 1.0) * 2**attempt)  # noqa: S311 - jitter is no secret
                try:
                    status, body = _get(session, address, self.environ[TOKEN_VARIABLE])
                except requests.RequestException as error:
                    problem = type(error).__name__
                    continue
                if status == 200:
                    return body
                problem = f"HTTP {status}"
                if status < 500:
                    break
        raise GitHubError(
            f"the runner's service gave no identity token ({problem})",
            "Is `id-token: write` among the job's permissions? If so, run the job again.",
        )


def _get(session: requests.Session, address: str, bearer: str) -> tuple[int, bytes]:
    """Status and body; an answer that is too long is cut, and is no JSON then."""

    def authorise(request: requests.PreparedRequest) -> requests.PreparedRequest:
        # As an authorisation of its own, else an entry in ~/.netrc would take its place.
        request.headers["Authorization"] = f"Bearer {bearer}"
        return request

    headers = {"Accept": "application/json", "User-Agent": "pregate"}
    options: dict[str, Any] = {"timeout": TIMEOUT, "allow_redirects": False, "stream": True}
    with session.get(address, auth=authorise, headers=headers, **options) as answer:
        body = b""
        for piece in answer.iter_content(16 * 1024):
            body += piece
            if len(body) > ANSWER_MAX:
                break
        return answer.status_code, body[:ANSWER_MAX]


def _read_value(body: bytes) -> str:
    try:
        value = json.loads(body)["value"]
    except (ValueError, KeyError, TypeError, RecursionError):
        value = None
    if not isinstance(value, str) or len(value) > TOKEN_MAX or value.count(".") != 2 or not value.isascii():
        # Not a word of the answer: it may hold a token.
        raise GitHubError(
            "the runner's answer holds no identity token", "Is this GitHub's runner? Run the job again."
        )
    return value


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= CLAIM_MAX else text[: CLAIM_MAX - 1] + "…"
