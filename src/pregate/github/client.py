"""
GitHub's API through PyGithub, tamed: nothing is sent twice, and nothing waits for an hour.

PyGithub's own retry repeats POST, so that a request which was carried out and whose answer was lost is
carried out again, and waits for a rate limit until it is reset. Here only reading is repeated. A write whose
answer is lost raises :class:`LostAnswerError`: who sent it looks whether it took effect. What GitHub surely
did not carry out (a rate limit) is sent again after a bounded wait.

Sources: docs.github.com, "Best practices for using the REST API", "Rate limits for the REST API", "Forming
calls with GraphQL".
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlparse

from pregate.errors import GitHubError

_log = logging.getLogger(__name__)

TIMEOUT: Final = 30  # seconds for one answer
READ_TRIES: Final = 3
WAIT_MAX: Final = 60.0  # seconds that one wait for a limit may take
WAIT_TOTAL: Final = 180.0  # and all of them in a run
PER_PAGE: Final = 100
PAGES_MAX: Final = 50
WORDS_MAX: Final = 2000
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
        """Whether the token may not do this here; asking again is in vain."""
        return self.status in (401, 403) and not self.is_for_rate

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
        from github import Auth, Github
        from github.GithubRetry import GithubRetry

        _check_url(api_url)
        retry = GithubRetry(
            total=READ_TRIES,
            allowed_methods=frozenset({"GET"}),
            backoff_factor=0.5,
            retry_after_max=int(WAIT_MAX),
            secondary_rate_wait=WAIT_MAX / 2,
            max_rate_limit_wait=WAIT_MAX,
        )
        self.repository = repository
        self._github = Github(
            auth=Auth.AppAuthToken(token) if is_app else Auth.Token(token),
            base_url=api_url.rstrip("/"),
            timeout=TIMEOUT,
            user_agent="pregate",
            per_page=PER_PAGE,
            retry=retry,
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
        )
        self._graphql_url = graphql_url or self._github.requester.graphql_url
        _check_url(self._graphql_url)
        self._wait = wait
        self._waited = 0.0
        self._writes = 0
        self._last_write = 0.0
        self.requests = 0

    def __repr__(self) -> str:
        return f"Client({self.repository!r}, token=***)"

    def close(self) -> None:
        """Closes the connection."""
        self._github.close()

    def get(self, path: str, **parameters: str | int) -> Any:
        """
        The answer to ``GET path``; ``path`` begins with ``/`` and is below the repository.

        Raises RefusedError and LostAnswerError, after some repetitions where that can help.
        """
        return self._request("GET", self._url(path), parameters=parameters)

    def pages(self, path: str, limit: int = PAGES_MAX, **parameters: str | int) -> Iterator[Any]:
        """The entries of a list, page after page, at most ``limit`` pages of 100."""
        for page in range(1, limit + 1):
            entries = self.get(path, per_page=PER_PAGE, page=page, **parameters)
            if not isinstance(entries, list):
                raise RefusedError(f"GitHub's answer for {path} is no list", "Is GITHUB_API_URL right?")
            yield from entries
            if len(entries) < PER_PAGE:
                return

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """
        Writes once: ``POST``, ``PATCH``, ``PUT`` or ``DELETE``; again only where a rate limit refused it.

        Raises RefusedError, and LostAnswerError where it may have been carried out.
        """
        while True:
            self._pace()
            try:
                return self._request(method, self._url(path), body=body)
            except RefusedError as refusal:
                if not refusal.is_for_rate or not self._may_wait(refusal.retry_after or WAIT_MAX):
                    raise

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """``POST`` to a path that is not below the repository, once. Raises as :meth:`send`."""
        return self._request("POST", path, body=body)

    def graphql(self, query: str, variables: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """
        ``(data, errors)`` of a GraphQL request; fields that failed are null in the data and named in the
        errors, with HTTP 200. Queries are repeated like ``GET``, mutations are not.
        """
        body = {"query": query, "variables": dict(variables)}
        tries = 1 if query.lstrip().startswith("mutation") else READ_TRIES
        for attempt in range(1, tries + 1):
            try:
                answer = self._request("POST", self._graphql_url, body=body)
            except LostAnswerError:
                if attempt == tries:
                    raise
                self._wait(0.5 * attempt)
                continue
            data = answer.get("data") if isinstance(answer, dict) else None
            errors = answer.get("errors") if isinstance(answer, dict) else None
            return data if isinstance(data, dict) else {}, errors if isinstance(errors, list) else []
        raise AssertionError  # pragma: no cover - the loop returns or raises

    # ---------------------------------------------------------------------------------------------- within

    def _url(self, path: str) -> str:
        owner, _, name = self.repository.partition("/")
        return f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}{path}"

    def _request(
        self,
        method: str,
        url: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        from github import GithubException
        from github.GithubException import RateLimitExceededExceedsMaxWait
        from requests import RequestException

        self.requests += 1
        what = f"{method} {urlparse(url).path}"
        try:
            _, data = self._github.requester.requestJsonAndCheck(
                method, url, parameters=dict(parameters or {}), input=body
            )
        except RateLimitExceededExceedsMaxWait as error:
            raise _refusal(what, 429, error.data, error.headers) from None
        except GithubException as error:
            if error.status >= 500:
                raise LostAnswerError(
                    f"GitHub answered {error.status} to {what}", STATUS_PAGE, error.status
                ) from None
            raise _refusal(what, error.status, error.data, error.headers) from None
        except RequestException as error:
            raise LostAnswerError(
                f"no answer from GitHub to {what} ({type(error).__name__})", NETWORK
            ) from None
        except (ValueError, AssertionError, RuntimeError) as error:
            # PyGithub's words for an answer that is no JSON, or a redirect to another host.
            raise LostAnswerError(
                f"GitHub's answer to {what} cannot be used ({type(error).__name__})", NETWORK
            ) from None
        return data

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


def _refusal(what: str, status: int, data: object, headers: object) -> RefusedError:
    told = data if isinstance(data, dict) else {}
    words = " ".join(str(told.get("message") or data or "").split())
    details = told.get("errors")
    if details:
        words = f"{words}: {' '.join(str(details).split())}"
    words = words[:WORDS_MAX]
    known = headers if isinstance(headers, Mapping) else {}
    after = str(known.get("retry-after") or known.get("Retry-After") or "")
    seconds = float(after) if after.isdigit() and len(after) < 7 else _until_reset(known)
    return RefusedError(f"GitHub refused {what} with {status}: {words}", "", status, words, seconds)


def _until_reset(headers: Mapping[str, Any]) -> float:
    """Seconds until a primary limit is reset, where none is left; else 0."""
    remaining = str(headers.get("x-ratelimit-remaining") or "")
    reset = str(headers.get("x-ratelimit-reset") or "")
    if remaining != "0" or not reset.isdigit() or len(reset) > 12:
        return 0.0
    return max(float(reset) - time.time() + 1.0, 1.0)


def _check_url(url: str) -> None:
    if urlparse(url).scheme not in ("http", "https") or not urlparse(url).hostname:
        raise GitHubError(
            f"{url[:200]!r} is no address of an API", "The runner sets GITHUB_API_URL; leave it."
        )
