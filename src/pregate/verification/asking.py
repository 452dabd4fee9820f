"""One question to one host: strict time limits, no redirects, nothing of the answer but its first bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from pregate.logs import logger
from pregate.records import dataclass, field

CONNECT = 3.0
READ = 5.0
WHOLE = 10.0
SIZE = 65_536
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """
    A request: ``address`` is whole. Headers and body may hold a secret: the repr shows neither, nor the
    address.
    """

    host: str
    address: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """The status and the first :data:`SIZE` bytes of the body, which are never shown."""

    status: int
    body: bytes = field(default=b"", repr=False)


Ask = Callable[[Question], Reply | None]


def ask(question: Question) -> Reply | None:
    """
    The reply, or None when the host cannot be asked. Proxies of the environment are used, as TLS goes through
    them unread; ``.netrc`` is not, and no redirect is followed: the value is for this host alone.
    """
    import requests

    with requests.Session() as session:
        session.trust_env = False
        session.proxies = dict(requests.utils.get_environ_proxies(question.address, no_proxy=None))
        try:
            with session.request(
                question.method,
                question.address,
                headers={"User-Agent": "pregate", **question.headers},
                data=question.body,
                timeout=(CONNECT, READ),
                allow_redirects=False,
                stream=True,
                verify=_bundle(),
            ) as response:
                return Reply(response.status_code, _start_of(response))
        except (requests.RequestException, ValueError, OSError) as error:
            # Its text may quote the address and headers: only its kind is told.
            _log.info("verification: %s cannot be asked: %s", question.host, type(error).__name__)
            return None


def _bundle() -> str | bool:
    import os

    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def _start_of(response: object) -> bytes:
    end = time.monotonic() + WHOLE
    data = b""
    for chunk in response.iter_content(8192):  # type: ignore[attr-defined]
        data += chunk
        if len(data) >= SIZE or time.monotonic() > end:
            break
    return data[:SIZE]
