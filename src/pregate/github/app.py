"""
Speaking as a GitHub App: its claims signed by whoever holds the key, an installation token that is good for
one repository and for no more permissions than are used.

Sources: docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App", "Generating an installation
access token for a GitHub App"; RFC 7515.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any, Final, Protocol

from pregate.errors import GitHubError
from pregate.github.client import Client, LostAnswerError, RefusedError

APP_ID = re.compile(r"[0-9]{1,12}|[A-Za-z0-9.]{4,40}", re.ASCII)  # the number, or the client id
BACKDATED: Final = 60  # seconds, for a clock that is ahead of GitHub's
LIFE: Final = 540  # seconds; GitHub refuses an end more than ten minutes ahead
EARLY: Final = 120  # seconds before its end in which a token is not used any more


class Signer(Protocol):
    """Holds the private key of a GitHub App, or the right to have it used."""

    def sign(self, message: bytes) -> bytes:
        """The RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256). Raises AwsError."""
        ...


class InstallationToken:
    """A token of an installation, which no log, message or representation shows; ``expires`` is an epoch."""

    __slots__ = ("_value", "expires")

    def __init__(self, value: str, expires: float) -> None:
        self._value = value
        self.expires = expires

    def __repr__(self) -> str:
        return "InstallationToken(***)"

    def reveal(self) -> str:
        """The token itself, for whoever sends it to GitHub."""
        return self._value


class GitHubApp:
    """
    The app ``app_id`` on one repository of the server at ``api_url``.

    ``clock`` gives seconds since the epoch. The token is asked for when it is first needed and kept until
    shortly before its end, in memory only.
    """

    def __init__(
        self,
        app_id: str,
        signer: Signer,
        api_url: str,
        repository: str,
        permissions: Mapping[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app_id = app_id
        self._signer = signer
        self._api_url = api_url
        self._repository = repository
        self._permissions = dict(permissions)
        self._clock = clock
        self._token: InstallationToken | None = None

    def __repr__(self) -> str:
        return f"GitHubApp({self._app_id!r}, {self._repository!r}, ***)"

    def token(self) -> InstallationToken:
        """
        A token for the repository and the permissions. Raises GitHubError where GitHub gives none, and what
        the signer raises.
        """
        if self._token is None or self._clock() > self._token.expires - EARLY:
            self._token = self._ask()
        return self._token

    def _ask(self) -> InstallationToken:
        jwt = sign_claims(self._app_id, self._signer, self._clock())
        with closing(Client(self._api_url, self._repository, jwt, is_app=True)) as client:
            try:
                return self._exchange(client)
            except RefusedError as refusal:
                raise GitHubError(
                    f"GitHub does not let app {self._app_id} speak: {refusal.status} {refusal.words[:300]}",
                    _remedy(refusal, self._repository, self._permissions),
                ) from None

    def _exchange(self, client: Client) -> InstallationToken:
        installation = _number(client.get("/installation"))
        path = f"/app/installations/{installation}/access_tokens"
        body = {
            "repositories": [self._repository.partition("/")[2]],
            "permissions": self._permissions,
        }
        try:
            answer = client.post(path, body)
        except LostAnswerError:
            answer = client.post(path, body)  # a token that nobody has got is no harm
        return _token(answer, self._clock())


def sign_claims(app_id: str, signer: Signer, now: float) -> str:
    """The app's claims as a signed JSON web token, good for some minutes."""
    issued = int(now) - BACKDATED
    claims = {"iat": issued, "exp": int(now) + LIFE, "iss": app_id}
    head = f"{_encoded({'alg': 'RS256', 'typ': 'JWT'})}.{_encoded(claims)}"
    return f"{head}.{_url_safe(signer.sign(head.encode('ascii')))}"


def _encoded(value: Mapping[str, Any]) -> str:
    return _url_safe(json.dumps(value, separators=(",", ":")).encode("ascii"))


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _number(answer: object) -> int:
    found = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise GitHubError("GitHub's answer names no installation of the app", "Is GITHUB_API_URL right?")
    return found


def _token(answer: object, now: float) -> InstallationToken:
    told = answer if isinstance(answer, dict) else {}
    value = told.get("token")
    if not isinstance(value, str) or not value:
        raise GitHubError("GitHub's answer holds no token of the app", "Is GITHUB_API_URL right?")
    try:
        expires = datetime.fromisoformat(str(told.get("expires_at"))).timestamp()
    except ValueError:
        expires = now + 3600 - EARLY  # an hour is what GitHub documents
    return InstallationToken(value, expires)


def _remedy(refusal: RefusedError, repository: str, permissions: Mapping[str, str]) -> str:
    """What to change, by GitHub's status and words."""
    words = refusal.words.lower()
    if "suspended" in words:
        return "The app's installation is suspended: its owner can lift that in the settings."
    if refusal.status == 401 and re.search(r"\('(exp|iat)'\)|expiration time|issued at", words):
        return "The clock of this machine is wrong: a token of an app lives for ten minutes. Set it by NTP."
    if refusal.status == 401 and "could not be decoded" in words:
        return "The key is not one of this app's: compare its public key with those in the app's settings."
    if "integration not found" in words or refusal.status == 401:
        return "No app has this id, or its key is another: github-app-id is the number in the app's settings."
    if refusal.status == 404:
        return f"Install the app on {repository} (the app's settings, Install App)."
    if refusal.status == 422:
        wanted = ", ".join(f"{name}: {level}" for name, level in permissions.items())
        return f"Give the app {wanted} on this repository, and accept that in the installation's settings."
    return "Run the job again; see docs/github-app.md if it stays so."
