"""
One request over PyGithub's requester, and nothing besides it: no repetition, no redirect, no pause.

PyGithub repeats POST and sleeps until a rate limit is reset, both by its retry, which is left out here. It
also goes where a 301 leads without the query, and asks again without end, two seconds apart, where a GET is
answered 202; both are taken from it by a connection of our own. What it is still good for: authentication,
headers, addresses, proxies, sessions, and a debug log that masks the token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlparse

from github import Auth, Github
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)
from requests import RequestException
from urllib3.exceptions import HTTPError

from pregate.records import dataclass

TIMEOUT: Final = 30  # seconds for one answer
_HANDLED = (202, 301)  # what PyGithub answers by itself with another request


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came; the names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


class UnansweredError(Exception):
    """No answer came, or one that is none of HTTP; ``reason`` is a word for it, without any content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _HandledError(Exception):
    """Carries an answer past PyGithub, which would act on it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class _Http(HTTPRequestsConnectionClass):
    def getresponse(self) -> RequestsResponse:
        return _passed(super().getresponse())


class _Https(HTTPSRequestsConnectionClass):
    def getresponse(self) -> RequestsResponse:
        return _passed(super().getresponse())


def _passed(response: RequestsResponse) -> RequestsResponse:
    if response.status in _HANDLED:
        headers = {name.lower(): value for name, value in response.getheaders()}
        raise _HandledError(Answer(response.status, headers, response.read()))
    return response


class Transport:
    """
    The API at ``api_url`` with a token, which is kept by PyGithub alone: with ``is_app`` the signed claims of
    a GitHub App. ``graphql_url`` is where PyGithub believes GraphQL to be.
    """

    def __init__(self, api_url: str, token: str, *, is_app: bool = False) -> None:
        github = Github(
            auth=Auth.AppAuthToken(token) if is_app else Auth.Token(token),
            base_url=api_url.rstrip("/"),
            timeout=TIMEOUT,
            user_agent="pregate",
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
        )
        self._requester: Requester = github.requester
        self.graphql_url: str = github.requester.graphql_url
        parsed = urlparse(api_url)
        kind = _Https if parsed.scheme == "https" else _Http
        self._connection = kind(parsed.hostname or "", parsed.port, timeout=TIMEOUT)

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
        self._requester.close()

    def exchange(
        self, method: str, url: str, parameters: Mapping[str, Any] | None, body: Mapping[str, Any] | None
    ) -> Answer:
        """
        Sends one request and gives its answer, whatever its status. ``url`` is a path below the API's, or a
        whole address on its host. Raises UnansweredError.
        """
        try:
            status, headers, text = self._requester.requestJson(
                method,
                url,
                parameters=dict(parameters or {}),
                input=None if body is None else dict(body),
                cnx=self._connection,
            )
        except _HandledError as handled:
            return handled.answer
        except (RequestException, HTTPError, OSError, ValueError, AssertionError, RuntimeError) as error:
            # The error itself may quote a header or an address: its kind must do.
            raise UnansweredError(type(error).__name__) from None
        return Answer(status, headers, text)
