"""
GitHub's API through PyGithub, tamed: nothing is sent twice, and nothing waits for an hour.

Only reading is repeated, a few times. A write whose answer is lost raises :class:`LostAnswerError`: who sent
it looks whether it took effect. What GitHub surely did not carry out (a rate limit) is sent again after a
bounded wait. All waits are here, none is PyGithub's.

Sources: docs.github.com, "Best practices for using the REST API", "Rate limits for the REST API", "Rate
limits and query limits for the GraphQL API", "Forming calls with GraphQL".
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urljoin, urlparse

from pregate.errors import GitHubError
from pregate.github.shapes import items, mapping, text
from pregate.logs import logger

if TYPE_CHECKING:
    from pregate.github.transport import Answer

_log = logger(__name__)

TRIES: Final = 3  # of reading, and of what a rate limit refused
READ_PAUSE: Final = 0.5  # seconds before the second try, twice as many before the third
WAIT_MAX: Final = 60.0  # seconds that one wait for a limit may take
WAIT_TOTAL: Final = 180.0  # and all of them in a run
PER_PAGE: Final = 100
PAGES_MAX: Final = 50
WORDS_MAX: Final = 2000
REDIRECTS_MAX: Final = 3
FREE_WRITES: Final = 10  # before GitHub's "at least one second between writes" is kept
PACE: Final = 1.0

Waiter = Callable[[float], None]


class RefusedError(GitHubError):
    """
    GitHub answered no. ``status`` is the HTTP status, ``words`` its message, ``retry_after`` seconds or 0.
    """

    def __init__(
        self, message: str, hint: str = "", status: int = 0, words: str = "", retry_after: float = 0.0
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.words = words
        self.retry_after = retry_after

    @property
    def is_for_rights(self) -> bool:
        """Whether the token may not do this here; asking again is in vain. A locked conversation is none."""
        is_locked = " locked" in self.words.lower()  # not "blocked", as a repository may be
        return self.status in (401, 403) and not self.is_for_rate and not is_locked

    @property
    def is_read_only(self) -> bool:
        """Whether GitHub's word is that of a token with fewer rights, whatever it is asked to write."""
        return self.is_for_rights and "not accessible" in self.words.lower()

    @property
    def is_for_rate(self) -> bool:
        """Whether a rate limit refused it, so that nothing was done."""
        limit = "rate limit" in self.words.lower() or "abuse" in self.words.lower()
        return self.status == 429 or (self.status == 403 and (limit or self.retry_after > 0))


class LostAnswerError(GitHubError):
    """No usable answer came (a lost connection, a 5xx): whether a write took effect is not known."""

    def __init__(self, message: str, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint)
        self.status = status


class Client:
    """
    One repository's API. ``api_url`` and ``graphql_url`` are the runner's variables; ``wait`` sleeps.

    The token is handed to PyGithub and kept nowhere else; ``repr`` shows none. With ``is_app`` it is the
    signed claims of a GitHub App, which GitHub takes for a few addresses only.
    """

    def __init__(
        self,
        api_url: str,
        repository: str,
        token: str,
        *,
        graphql_url: str = "",
        wait: Waiter = time.sleep,
        is_app: bool = False,
    ) -> None:
        from pregate.github.transport import Transport

        place = _check_url(api_url)
        if not token:
            raise GitHubError("there is no token for GitHub", "Leave github-token out: it has a default.")
        self.repository = repository
        self._api = api_url.rstrip("/")
        self._transport = Transport(self._api, token, is_app=is_app)
        self._graphql_url = graphql_url or self._transport.graphql_url
        if _check_url(self._graphql_url) != place:
            raise GitHubError(
                "GITHUB_API_URL and GITHUB_GRAPHQL_URL are on different hosts",
                "The runner sets both; leave them.",
            )
        self._wait = wait
        self._waited = 0.0
        self._writes = 0
        self._last_write = 0.0
        self.requests = 0

    def __repr__(self) -> str:
        return f"Client({self.repository!r}, token=***)"

    def close(self) -> None:
        """Closes the connection."""
        self._transport.close()

    def get(self, path: str, **parameters: str | int) -> Any:
        """
        The answer to ``GET path``; ``path`` begins with ``/`` and is below the repository.

        Raises RefusedError and LostAnswerError, after some repetitions where that can help.
        """
        return self._persist("GET", self._url(path), parameters=parameters, is_reading=True)

    def pages(self, path: str, limit: int = PAGES_MAX, **parameters: str | int) -> Iterator[Any]:
        """The entries of a list, page after page, at most ``limit`` pages of 100."""
        return self.pages_at(self._url(path), limit, **parameters)

    def pages_at(self, url: str, limit: int = PAGES_MAX, **parameters: str | int) -> Iterator[Any]:
        """The same for a path that is not below the repository."""
        for page in range(1, limit + 1):
            asked = {"per_page": PER_PAGE, "page": page, **parameters}
            entries = self._persist("GET", url, parameters=asked, is_reading=True)
            if not isinstance(entries, list):
                raise RefusedError(f"GitHub's answer for {url} is no list", "Is GITHUB_API_URL right?")
            yield from entries
            if len(entries) < PER_PAGE:
                return

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """
        Writes once: ``POST``, ``PATCH``, ``PUT`` or ``DELETE``; again only where a rate limit refused it.

        Raises RefusedError, and LostAnswerError where it may have been carried out.
        """
        return self._persist(method, self._url(path), body=body, is_reading=False)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """``POST`` to a path that is not below the repository, once. Raises as :meth:`send`."""
        return self._persist("POST", path, body=body, is_reading=False)

    def graphql(self, query: str, variables: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Any]]:
        """
        ``(data, errors)`` of a GraphQL request; fields that failed are null in the data and named in the
        errors, with HTTP 200. Queries are repeated like ``GET``, mutations are not.

        Raises RefusedError and LostAnswerError.
        """
        body = {"query": query, "variables": dict(variables)}
        is_reading = not query.lstrip().startswith("mutation")
        answer = mapping(self._persist("POST", self._graphql_url, body=body, is_reading=is_reading))
        return mapping(answer.get("data")), items(answer.get("errors"))

    # ---------------------------------------------------------------------------------------------- within

    def _url(self, path: str) -> str:
        owner, _, name = self.repository.partition("/")
        return f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}{path}"

    def _persist(
        self,
        method: str,
        url: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        is_reading: bool,
    ) -> Any:
        """One request, and again where that is harmless and may help."""
        tries = 0
        while True:
            tries += 1
            if not is_reading:
                self._pace()
            try:
                return self._request(method, url, parameters, body)
            except LostAnswerError:
                if not is_reading or tries == TRIES:
                    raise
                self._wait(READ_PAUSE * tries)
            except RefusedError as refusal:
                if not refusal.is_for_rate or tries == TRIES:
                    raise
                if not self._may_wait(refusal.retry_after or WAIT_MAX):
                    raise

    def _request(
        self, method: str, url: str, parameters: Mapping[str, Any] | None, body: Mapping[str, Any] | None
    ) -> Any:
        """The answer's JSON, ``None`` for none."""
        what = f"{method} {urlparse(url).path}"
        answer = self._answer(method, url, parameters, body)
        data = _json(answer.text)
        if answer.status >= 500:
            raise LostAnswerError(f"GitHub answered {answer.status} to {what}", STATUS_PAGE, answer.status)
        if answer.status >= 300:
            raise _refusal(what, answer.status, data, answer.headers)
        if data is _NO_JSON or (answer.status == 202 and method == "GET"):
            raise LostAnswerError(f"GitHub's answer to {what} cannot be used", NETWORK, answer.status)
        return data

    def _answer(
        self, method: str, url: str, parameters: Mapping[str, Any] | None, body: Mapping[str, Any] | None
    ) -> Answer:
        """An answer that leads nowhere else: a renamed repository's lead to its new address."""
        from pregate.github.transport import UnansweredError

        what = f"{method} {urlparse(url).path}"
        for _ in range(REDIRECTS_MAX + 1):
            self.requests += 1
            try:
                answer = self._transport.exchange(method, url, parameters, body)
            except UnansweredError as error:
                raise LostAnswerError(f"no answer from GitHub to {what} ({error.reason})", NETWORK) from None
            if answer.status not in (301, 302, 307, 308):
                return answer
            url = self._followed(what, answer)
            if urlparse(url).query:
                parameters = None
        raise RefusedError(f"GitHub sends {what} from one address to another", NETWORK, answer.status)

    def _followed(self, what: str, answer: Answer) -> str:
        """Where a redirect leads. The token is for the API's host and goes to no other."""
        there = urljoin(f"{self._api}/", answer.headers.get("location", ""))
        is_known = there == self._graphql_url or there.startswith(f"{self._api}/")
        if not is_known or there == f"{self._api}/":
            raise RefusedError(
                f"{what} is redirected away from GitHub's API",
                "Is GITHUB_API_URL right, and does no proxy answer in GitHub's place?",
                answer.status,
            )
        return there

    def _may_wait(self, seconds: float) -> bool:
        if seconds > WAIT_MAX or self._waited + seconds > WAIT_TOTAL:
            return False
        _log.info("waiting %.0f s, as GitHub asks", seconds)
        self._waited += seconds
        self._wait(seconds)
        return True

    def _pace(self) -> None:
        """GitHub wants a second between writes where there are many; a run has a handful."""
        self._writes += 1
        if self._writes > FREE_WRITES:
            self._wait(max(0.0, self._last_write + PACE - time.monotonic()))
        self._last_write = time.monotonic()


STATUS_PAGE = "Run the job again; is GitHub's status page telling of a fault?"
NETWORK = "Can the runner reach GITHUB_API_URL? Proxies are taken from the environment."


_NO_JSON: Final = object()


def _json(body: str) -> Any:
    """The JSON of an answer's body, ``None`` for an empty one, ``_NO_JSON`` for what is none."""
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NO_JSON


def _refusal(what: str, status: int, data: object, headers: Mapping[str, str]) -> RefusedError:
    told = mapping(data)
    words = " ".join(text(told.get("message")).split()) or "without a word"
    details = told.get("errors")
    if details:
        words = f"{words}: {' '.join(str(details).split())}"
    words = words[:WORDS_MAX]
    after = headers.get("retry-after") or ""
    is_number = after.isascii() and after.isdigit() and len(after) < 7
    seconds = float(after) if is_number else _until_reset(headers)
    return RefusedError(f"GitHub refused {what} with {status}: {words}", "", status, words, seconds)


def _until_reset(headers: Mapping[str, str]) -> float:
    """Seconds until a primary limit is reset, where none is left; else 0."""
    reset = headers.get("x-ratelimit-reset") or ""
    is_number = reset.isascii() and reset.isdigit() and len(reset) <= 12
    if headers.get("x-ratelimit-remaining") != "0" or not is_number:
        return 0.0
    return max(float(reset) - time.time() + 1.0, 1.0)


def _check_url(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address of the API. Raises GitHubError for what is none."""
    try:
        parsed = urlparse(url)
        place = (parsed.scheme, parsed.hostname or "", parsed.port)
    except ValueError:
        place = ("", "", None)
    if place[0] not in ("http", "https") or not place[1]:
        raise GitHubError(
            f"{url[:200]!r} is no address of an API", "The runner sets GITHUB_API_URL; leave it."
        )
    return place
