"""
One HTTP conversation with a service: time limits, size limits, retries. The only home of ``requests`` for
advisories.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar
from urllib.parse import urljoin, urlsplit

from pregate.errors import AdvisoryError
from pregate.logs import logger
from pregate.records import dataclass, field, replace

if TYPE_CHECKING:
    import requests

log = logger(__name__)

HINT = (
    "Check the network and the proxy (HTTPS_PROXY, REQUESTS_CA_BUNDLE), give a local database with "
    "--advisories PATH, or leave dependencies out with --offline."
)
T = TypeVar("T")
MAX_HOPS = 3
RETRIED = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How patient the conversation is. Times are in seconds, ``size`` in bytes of one answer.

    ``whole`` bounds one answer from the first byte to the last, so that a trickle does not hold the run.
    """

    connect: float = 10
    read: float = 30
    whole: float = 120
    size: int = 64 * 1024 * 1024
    attempts: int = 4
    pause: float = 0.5
    longest_pause: float = 30


class _Retry(Exception):  # noqa: N818 - no error: it asks for another attempt
    """The attempt failed in a way that another may not; ``after`` is the pause that the service asked for."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.after = after


class _Elsewhere(Exception):  # noqa: N818 - no error: downloads go on at the address
    """The service names another address."""

    def __init__(self, location: str, status: int) -> None:
        super().__init__(location)
        self.location = location
        self.status = status


@dataclass(frozen=True, slots=True)
class Received:
    """
    What a download brought: its ``size`` in bytes, and the service's own marks of this version of it, ``""``
    where it gives none (RFC 9110 §8.8).
    """

    size: int
    etag: str = ""
    last_modified: str = ""


class NotThereError(AdvisoryError):
    """The service has nothing at the path that was asked for (status 404 or 410)."""


class Transport:
    """
    Talks to one service, in JSON or bytes. May be used by several threads. ``hint`` goes with every error.
    """

    def __init__(
        self,
        url: str,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        hint: str = HINT,
    ) -> None:
        self.url = url.rstrip("/")
        self.host = urlsplit(self.url).hostname or self.url
        self._limits = limits or Limits()
        self._sleep = sleep
        self._hint = hint
        self._local = threading.local()

    def get(self, path: str) -> Any:
        """The JSON at ``path``; AdvisoryError when it cannot be had."""
        return self._exchange(_Question("GET", path), self._json)

    def get_if_there(self, path: str, accept: str) -> bytes | None:
        """
        The bytes at ``path`` in the media type ``accept``, None where there are none; AdvisoryError when they
        cannot be had.
        """
        try:
            return self._exchange(_Question("GET", path, {"Accept": accept}), self._bytes)
        except NotThereError:
            return None

    def post(self, path: str, body: object) -> Any:
        """The JSON that answers ``body``; AdvisoryError when it cannot be had."""
        headers = {"Content-Type": "application/json"}
        return self._exchange(_Question("POST", path, headers, json.dumps(body).encode()), self._json)

    def download(self, path: str, target: BinaryIO, known: Received | None = None) -> Received | None:
        """
        The bytes at ``path``, or where the same service says that they are, written to ``target``, a file
        that can be emptied; None when they are those of ``known``, a version that is there already.
        AdvisoryError when they cannot be had in full, NotThereError when there is nothing.
        """
        marks = {
            "If-None-Match": known.etag if known else "",
            "If-Modified-Since": known.last_modified if known else "",
        }
        headers = {name: mark for name, mark in marks.items() if mark}

        def take(response: requests.Response) -> Received | None:
            if response.status_code == 304:
                return None
            target.seek(0)
            target.truncate()
            size = sum(map(target.write, self._chunks(response)))
            etag, modified = (_mark(response.headers.get(n, "")) for n in ("ETag", "Last-Modified"))
            return Received(size, etag, modified)

        # As the bytes are, not packed once more for the way: a bomb would need no large answer.
        return self._exchange(
            _Question("GET", path, {**headers, "Accept-Encoding": "identity"}, is_followed=True), take
        )

    def _exchange(self, question: _Question, take: Callable[[requests.Response], T]) -> T:
        why = ""
        for attempt in range(1, self._limits.attempts + 1):
            try:
                return self._follow(question, take)
            except _Retry as retry:
                why = retry.why
                if attempt == self._limits.attempts:
                    break
                pause = self._pause(attempt, retry.after)
                log.debug("advisories: %s, attempt %d of %d", why, attempt, self._limits.attempts)
                self._sleep(pause)
        raise AdvisoryError(f"{self.host} {why} ({self._limits.attempts} attempts)", self._hint)

    def _follow(self, question: _Question, take: Callable[[requests.Response], T]) -> T:
        hops = 0
        while True:
            try:
                return self._once(question, take)
            except _Elsewhere as elsewhere:
                question = self._next(question, elsewhere, hops)
                hops += 1

    def _next(self, question: _Question, elsewhere: _Elsewhere, hops: int) -> _Question:
        """The question at the address that the service names, if it is a download and the same service's."""
        here = self.url + question.path
        there = urljoin(here, elsewhere.location)
        same = urlsplit(here)[:2] == urlsplit(there)[:2]
        if question.is_followed and same and hops < MAX_HOPS:
            return replace(question, address=there)
        raise AdvisoryError(
            f"{self.host} sends us elsewhere, which is not followed (status {elsewhere.status})",
            "Give the final address with --advisories or --url.",
        )

    def _pause(self, attempt: int, after: float | None) -> float:
        """
        What the service asked for, else twice as long each time, with a random part so that runners part
        ways.
        """
        if after is None:
            whole = self._limits.pause * float(2 ** (attempt - 1))
            return min(whole * (0.5 + random.random() / 2), self._limits.longest_pause)  # noqa: S311
        if after > self._limits.longest_pause:
            detail = f"asks to wait {after:.0f} s before the next request"
            raise AdvisoryError(
                f"{self.host} {detail}", "Run again later, or give a local database with --advisories."
            )
        return after

    def _once(self, question: _Question, take: Callable[[requests.Response], T]) -> T:
        import requests

        try:
            with self._session().request(
                question.method,
                question.address or self.url + question.path,
                data=question.body,
                headers=dict(question.headers),
                timeout=(self._limits.connect, self._limits.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                self._check_status(response, question)
                return take(response)
        except requests.Timeout:
            raise _Retry("does not answer in time") from None
        except (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            requests.exceptions.MissingSchema,
        ):
            raise AdvisoryError(
                "the address of the vulnerability database is not valid", self._hint
            ) from None
        except requests.exceptions.SSLError:
            hint = "Behind a proxy that opens TLS, name its certificate in REQUESTS_CA_BUNDLE."
            raise AdvisoryError(f"the certificate of {self.host} is not trusted", hint) from None
        except requests.exceptions.ProxyError:
            raise _Retry("cannot be reached through the proxy") from None
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            raise _Retry("broke off its answer") from None
        except requests.ConnectionError:
            raise _Retry("cannot be reached") from None

    def _session(self) -> requests.Session:
        """A session for each thread: ``requests`` does not promise that one may be shared."""
        import requests

        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.headers["User-Agent"] = "pregate"
        return session

    def _check_status(self, response: requests.Response, question: _Question) -> None:
        status = response.status_code
        if status == 200 or (status == 304 and question.is_conditional):
            return
        if status in RETRIED:
            raise _Retry(f"answers with status {status}", _seconds(response.headers.get("Retry-After", "")))
        if 300 <= status < 400:
            raise _Elsewhere(response.headers.get("Location", ""), status)
        kind = NotThereError if status in (404, 410) else AdvisoryError
        raise kind(f"{self.host} answers {question.path or 'its address'} with status {status}", self._hint)

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        deadline = time.monotonic() + self._limits.whole
        size = 0
        for chunk in response.iter_content(65536):
            size += len(chunk)
            if size > self._limits.size:
                raise AdvisoryError(
                    f"the answer of {self.host} is larger than {self._limits.size} bytes", self._hint
                )
            if time.monotonic() > deadline:
                raise _Retry("does not answer in time")
            yield chunk
        expected = response.headers.get("Content-Length", "")
        if expected.isdigit() and "Content-Encoding" not in response.headers and size != int(expected):
            raise _Retry("broke off its answer")

    def _bytes(self, response: requests.Response) -> bytes:
        return b"".join(self._chunks(response))

    def _json(self, response: requests.Response) -> Any:
        try:
            return json.loads(b"".join(self._chunks(response)))
        except (ValueError, RecursionError):
            raise _Retry("answers with something that is not JSON") from None


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    is_followed: bool = False
    address: str = ""

    @property
    def is_conditional(self) -> bool:
        """Whether an answer that nothing has changed (status 304) is one to this question."""
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


def _mark(header: str) -> str:
    return header if len(header) <= 512 and header.isprintable() else ""


def _seconds(header: str) -> float | None:
    """
    Seconds from a Retry-After header (RFC 9110 §10.2.3), as a number or a date; None when it says nothing.
    """
    if header.strip().isdigit():
        return float(header.strip()[:9])
    if not header:
        return None
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(header)
        return max(moment.timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
