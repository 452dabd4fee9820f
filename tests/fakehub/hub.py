"""The fake GitHub as a test holds it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from tests.fakehub.faults import Fault, RateLimit
from tests.fakehub.rest.routing import Refused, Request
from tests.fakehub.state import Repository, World
from tests.fakehub.tokens import Token, new_token

if TYPE_CHECKING:
    from tests.fakehub.oidc import Issuer


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the API as it was answered; ``status`` is 0 when the connection was closed instead."""

    method: str
    path: str
    status: int
    login: str
    body: Any
    seconds: float
    at: float

    @property
    def is_change(self) -> bool:
        """Whether it creates or changes content, which GitHub's secondary limits count."""
        if self.path.endswith("/graphql"):
            query = self.body.get("query", "") if isinstance(self.body, dict) else ""
            return bool(re.search(r"\bmutation\b", query))
        return self.method in ("POST", "PUT", "PATCH", "DELETE")

    @property
    def points(self) -> int:
        """What GitHub counts it as, of 900 points a minute."""
        return 5 if self.is_change else 1


@dataclass(slots=True)
class App:
    """A GitHub App that is installed on every repository of the hub, unless it is not ``installed``."""

    id: int
    slug: str
    installation: int
    public_key: str
    permissions: dict[str, str]
    installed: bool = True
    suspended: bool = False


@dataclass
class FakeHub:
    """
    A GitHub of its own on loopback, in the form of an Enterprise Server. ``violations`` collects what goes
    against GitHub's published descriptions; a test ends by asserting that it is empty.

    ``users`` are the logins of accounts that are no organisations.

    ``refuse_resolve`` refuses every resolving of threads; an installation needs ``contents: write`` for it
    anyway. ``patch_limit`` is the number of changed lines over which a file is shown without its patch.
    """

    world: World = field(default_factory=World)
    repositories: dict[str, Repository] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    apps: list[App] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    limit: RateLimit = field(default_factory=RateLimit)
    blobs: dict[str, bytes] = field(default_factory=dict)
    log: list[Call] = field(default_factory=list)
    git_log: list[Call] = field(default_factory=list)
    users: set[str] = field(default_factory=set)
    refuse_resolve: bool = False
    patch_limit: int = 20_000
    server_url: str = ""
    _running: Any = None
    _issuer: Issuer | None = None

    @property
    def api_url(self) -> str:
        return f"{self.server_url}/api/v3"

    @property
    def graphql_url(self) -> str:
        return f"{self.server_url}/api/graphql"

    @property
    def violations(self) -> list[str]:
        return self.world.violations

    @property
    def oidc(self) -> Issuer:
        """The issuer of identity tokens."""
        from tests.fakehub.oidc import Issuer

        if self._issuer is None:
            self._issuer = Issuer(self.server_url)
        return self._issuer

    def start(self) -> Self:
        """Listen on a free port of loopback."""
        from tests.fakehub.server import Listener

        self._running = Listener(self)
        self.server_url = self._running.url
        return self

    def stop(self) -> None:
        """Stop listening."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def token(
        self,
        login: str = "github-actions[bot]",
        kind: Literal["installation", "user"] = "installation",
        *,
        fork: bool = False,
        **permissions: str,
    ) -> str:
        """A token with permissions as a workflow names them, ``pull_requests="write"``."""
        made = new_token(login, kind, fork, permissions)
        self.tokens[made.value] = made
        return made.value

    def add_repository(
        self,
        full_name: str = "octo-org/octo-repo",
        git: Path | None = None,
        private: bool = False,
        code_scanning: bool = True,
        default_branch: str = "main",
    ) -> Repository:
        """A repository; ``git`` is the one on disk behind it."""
        made = Repository(
            self.world, self.world.number(), full_name, git, private, code_scanning, default_branch
        )
        self.repositories[full_name.lower()] = made
        return made

    def add_app(self, public_key: str, app_id: int = 12, slug: str = "octo-app", **permissions: str) -> App:
        """A GitHub App with its public key in PEM, installed with these permissions."""
        made = App(app_id, slug, app_id + 1000, public_key, dict(permissions))
        self.apps.append(made)
        return made

    def fail(
        self,
        method: str,
        path_regex: str,
        status: int = 502,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
        message: str = "",
        applied: bool = False,
        drop: bool = False,
        delay: float = 0.0,
    ) -> Fault:
        """Order a fault; ``method`` may be ``*``, the expression is searched in path and query."""
        fault = Fault(
            *(
                method,
                re.compile(path_regex),
                status,
                times,
                dict(headers or {}),
                message,
                applied,
                drop,
                delay,
            )
        )
        self.faults.append(fault)
        return fault

    def slow(self, method: str, path_regex: str, seconds: float, times: int = 1) -> Fault:
        """Have the effect at once, and answer truly but late."""
        return self.fail(method, path_regex, 0, times, applied=True, delay=seconds)

    def rate_limit(self, remaining: int, reset_in: float = 3600, limit: int = 5000) -> None:
        """Leave this many requests, until a moment this many seconds from now."""
        self.limit = RateLimit(limit, remaining, time.time() + reset_in)

    def oidc_variables(self) -> dict[str, str]:
        """What the runner gives a job with ``id-token: write``."""
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": self.oidc.request_url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.oidc.request_token,
        }

    def variables(self) -> dict[str, str]:
        """The addresses that the runner gives a job."""
        return {
            "GITHUB_SERVER_URL": self.server_url,
            "GITHUB_API_URL": self.api_url,
            "GITHUB_GRAPHQL_URL": self.graphql_url,
        }

    def publish_blob(self, data: bytes) -> str:
        """An address outside the API, on a host of another name, as GitHub's storage is."""
        name = secrets.token_hex(16)
        self.blobs[name] = data
        return f"{self.server_url.replace('127.0.0.1', 'localhost')}/_blobs/{name}?sig={secrets.token_hex(8)}"

    def changes_per_minute(self) -> int:
        """The most requests that change content in any 60 seconds."""
        times = [call.at for call in self.log if call.is_change]
        return max((sum(start <= t < start + 60 for t in times) for start in times), default=0)

    def points_per_minute(self) -> int:
        """The most points of GitHub's secondary limit in any 60 seconds."""
        calls = list(self.log)
        spans = ([c.points for c in calls if start.at <= c.at < start.at + 60] for start in calls)
        return max(map(sum, spans), default=0)

    def app_of(self, request: Request) -> App:
        """The app that signed the bearer token; 401 where none did, or at another time."""
        import jwt

        bearer = request.headers.get("authorization", "").partition(" ")[2]
        own: Any = {"verify_exp": False, "verify_iat": False, "verify_aud": False, "verify_signature": False}
        try:
            claims = jwt.decode(bearer, options=own)
        except jwt.PyJWTError:
            raise Refused(401, "A JSON web token could not be decoded") from None
        app = next((a for a in self.apps if str(claims.get("iss")) == str(a.id)), None)
        if app is None:
            raise Refused(404, "Integration not found")
        try:
            checked = own | {"verify_signature": True}
            jwt.decode(bearer, app.public_key, algorithms=["RS256"], options=checked)
        except jwt.PyJWTError:
            raise Refused(401, "A JSON web token could not be decoded") from None
        if not time.time() < claims["exp"] <= time.time() + 600:
            raise Refused(401, "'Expiration time' claim ('exp') is too far in the future or past")
        if claims["iat"] > time.time():
            raise Refused(401, "'Issued at' claim ('iat') must be the time that the assertion was issued")
        return app
