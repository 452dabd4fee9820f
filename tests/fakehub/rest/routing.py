"""Requests, answers, and the table that leads from one to the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from tests.fakehub.tokens import Actor, Token

if TYPE_CHECKING:
    from tests.fakehub.hub import FakeHub
    from tests.fakehub.state import PullRequest, Repository

DOCS = "https://docs.github.com/rest"
_T = TypeVar("_T")


class Refused(Exception):
    """An answer that says no."""

    def __init__(self, status: int, message: str, errors: Any = None, headers: dict[str, str] | None = None):
        super().__init__(message)
        self.status, self.message, self.errors, self.headers = status, message, errors, headers or {}

    @property
    def answer(self) -> Answer:
        body = {"message": self.message, "documentation_url": DOCS, "status": str(self.status)}
        return Answer(self.status, body | ({"errors": self.errors} if self.errors else {}), self.headers)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body (JSON, raw bytes, or None for none) and headers besides the usual ones."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"

    @property
    def data(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass(slots=True)
class Request:
    """A request on its way to a handler; ``path`` is without the API's prefix."""

    hub: FakeHub
    method: str
    path: str
    query: dict[str, str]
    body: Any
    token: Token | None
    names: dict[str, str]
    headers: dict[str, str]

    @property
    def actor(self) -> Actor:
        """Who asks; 401 where nobody says."""
        if self.token is None:
            raise Refused(401, "Requires authentication")
        return self.token.actor

    def is_asked_by(self, actor: Actor) -> bool:
        """Whether the token is one of this account."""
        return self.token is not None and self.token.actor == actor

    @property
    def repository(self) -> Repository:
        """The repository that the path names; 404 where it is not, or is not to be seen."""
        found = self.hub.repositories.get(f"{self.names['owner']}/{self.names['repo']}".lower())
        if found is None or (found.private and self.token is None):
            raise Refused(404, "Not Found")
        return found

    @property
    def pull(self) -> PullRequest:
        """The pull request that the path names."""
        number = self.names.get("pull_number") or self.names["issue_number"]
        found = self.repository.pulls.get(int(number)) if number.isdigit() else None
        if found is None:
            raise Refused(404, "Not Found")
        return found

    def page(self, items: Sequence[_T], default: int = 30) -> tuple[list[_T], dict[str, str]]:
        """The items of the page that was asked for, and the headers that lead to the others."""
        size = max(1, min(100, int(self.query.get("per_page", default))))
        number = max(1, int(self.query.get("page", 1)))
        last = max(1, -(-len(items) // size))
        links = []
        if number < last:
            links += [("next", number + 1), ("last", last)]
        if number > 1:
            links += [("prev", min(number - 1, last)), ("first", 1)]
        base = f"{self.hub.api_url}{self.path}"
        text = ", ".join(f'<{base}?{urlencode(self.query | {"page": n})}>; rel="{rel}"' for rel, n in links)
        return list(items[(number - 1) * size : number * size]), {"Link": text} if text else {}


Handler = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """
    An operation: the description's path, and the permissions of which one must be granted. ``public`` says
    that anybody may read it in a public repository.
    """

    method: str
    template: str
    pattern: re.Pattern[str]
    needs: tuple[str, ...]
    level: str
    public: bool
    handler: Handler


ROUTES: list[Route] = []
# The address before the documented one, which PyGithub still uses; GitHub serves both.
_OLD_STATUSES = re.compile(r"/statuses/([^/]+)$")
_WIDE = ("basehead", "path", "ref")  # parameters that may hold a slash


def route(
    method: str, template: str, *needs: str, level: str = "", public: bool = True
) -> Callable[[Handler], Handler]:
    """Register a handler of ``/repos/{owner}/{repo}`` + template, or of the template itself after a ``/``."""
    full = template if template.startswith("//") else "/repos/{owner}/{repo}" + template
    full = full.removeprefix("/") if full.startswith("//") else full
    wide = "|".join(_WIDE)
    pattern = re.sub(rf"\{{({wide})\}}", r"(?P<\1>.+)", full)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    chosen = level or ("read" if method == "GET" else "write")

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, full, re.compile(pattern), needs, chosen, public, handler))
        return handler

    return register


@lru_cache(maxsize=1)
def _ordered(count: int) -> list[Route]:
    return sorted(ROUTES, key=lambda r: r.template.count("{") * 100 - len(r.template))


def documented(method: str, path: str) -> str:
    """A path as it is documented, for one by which the same thing was reached before."""
    return _OLD_STATUSES.sub(r"/commits/\1/statuses", path) if method == "GET" else path


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The operation of a request with the values of its path; more literal paths win."""
    for candidate in _ordered(len(ROUTES)):
        match = candidate.pattern.fullmatch(path)
        if match and candidate.method == method:
            return candidate, match.groupdict()
    return None


def authorize(request: Request, chosen: Route) -> None:
    """Raise what GitHub answers when the token may not do this."""
    if not chosen.needs:
        return
    token, repository = request.token, request.repository
    if chosen.level == "read" and chosen.public and not repository.private:
        return
    if token is None:
        raise Refused(401, "Requires authentication")
    if not any(token.may(need, chosen.level) for need in chosen.needs):
        raise Refused(403, token.refusal)
