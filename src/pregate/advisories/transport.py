"""
One HTTP conversation with a service: time limits, size limits, retries. The only home of ``requests`` for
advisories.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pregate.errors import AdvisoryError

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)

HINT = (
    "Check the network and the proxy (HTTPS_PROXY, REQUESTS_CA_BUNDLE), give a local database with "
    "--advisories PATH, or leave dependencies out with --offline."
)
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


class _AbsentError(Exception):
    """There is nothing at that path, as the service says."""


class Transport:
    """Sends JSON to one service and gives back decoded JSON. May be used by several threads."""

    def __init__(
        self, url: str, limits: Limits | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = url.rstrip("/")
        self.host = urlsplit(self.url).hostname or self.url
        self._limits = limits or Limits()
        self._sleep = sleep
        self._local = threading.local()

    def get(self, path: str) -> Any:
        """The JSON at ``path``; AdvisoryError when it cannot be had."""
        return self._exchange("GET", path, None)

    def get_if_there(self, path: str, accept: str) -> bytes | None:
        """
        The bytes at ``path`` in the media type ``accept``, None where there are none (404, 410);
        AdvisoryError when they cannot be had.
        """
        try:
            data: bytes = self._exchange("GET", path, None, accept)
        except _AbsentError:
            return None
        return data

    def post(self, path: str, body: object) -> Any:
        """The JSON that answers ``body``; AdvisoryError when it cannot be had."""
        return self._exchange("POST", path, json.dumps(body).encode())

    def _exchange(self, method: str, path: str, body: bytes | None, accept: str = "") -> Any:
        """The decoded JSON of an answer, or its bytes where a media type is asked for."""
        why = ""
        for attempt in range(1, self._limits.attempts + 1):
            try:
                return self._once(method, path, body, accept)
            except _Retry as retry:
                why = retry.why
                if attempt == self._limits.attempts:
                    break
                pause = self._pause(attempt, retry.after)
                log.debug("advisories: %s, attempt %d of %d", why, attempt, self._limits.attempts)
                self._sleep(pause)
        raise AdvisoryError(f"{self.host} {why} ({self._limits.attempts} attempts)", HINT)

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

    def _once(self, method: str, path: str, body: bytes | None, accept: str) -> Any:
        import requests

        try:
            with self._session().request(
                method,
                self.url + path,
                data=body,
                headers=_headers(body, accept),
                timeout=(self._limits.connect, self._limits.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                if accept and response.status_code in (404, 410):
                    raise _AbsentError
                self._check_status(response, path)
                data = self._read(response)
        except requests.Timeout:
            raise _Retry("does not answer in time") from None
        except (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            requests.exceptions.MissingSchema,
        ):
            raise AdvisoryError("the address of the vulnerability database is not valid", HINT) from None
        except requests.exceptions.SSLError:
            hint = "Behind a proxy that opens TLS, name its certificate in REQUESTS_CA_BUNDLE."
            raise AdvisoryError(f"the certificate of {self.host} is not trusted", hint) from None
        except requests.exceptions.ProxyError:
            raise _Retry("cannot be reached through the proxy") from None
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            raise _Retry("broke off its answer") from None
        except requests.ConnectionError:
            raise _Retry("cannot be reached") from None
        return data if accept else self._decode(data)

    def _session(self) -> requests.Session:
        """A session for each thread: ``requests`` does not promise that one may be shared."""
        import requests

        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.headers["User-Agent"] = "pregate"
        return session

    def _check_status(self, response: requests.Response, path: str) -> None:
        status = response.status_code
        if status == 200:
            return
        if status in RETRIED:
            raise _Retry(f"answers with status {status}", _seconds(response.headers.get("Retry-After", "")))
        if 300 <= status < 400:
            detail = "sends us elsewhere, which is not followed"
            raise AdvisoryError(
                f"{self.host} {detail} (status {status})", "Give the final address with --advisories."
            )
        raise AdvisoryError(f"{self.host} answers {path} with status {status}", HINT)

    def _read(self, response: requests.Response) -> bytes:
        deadline = time.monotonic() + self._limits.whole
        chunks, size = [], 0
        for chunk in response.iter_content(65536):
            chunks.append(chunk)
            size += len(chunk)
            if size > self._limits.size:
                raise AdvisoryError(
                    f"the answer of {self.host} is larger than {self._limits.size} bytes", HINT
                )
            if time.monotonic() > deadline:
                raise _Retry("does not answer in time")
        expected = response.headers.get("Content-Length", "")
        if expected.isdigit() and "Content-Encoding" not in response.headers and size != int(expected):
            raise _Retry("broke off its answer")
        return b"".join(chunks)

    def _decode(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise _Retry("answers with something that is not JSON") from None


def _headers(body: bytes | None, accept: str) -> dict[str, str]:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    return {**headers, "Accept": accept} if accept else headers


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
