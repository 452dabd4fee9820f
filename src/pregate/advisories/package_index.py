"""
A Python package index that is only read: which releases there are, and what each says of itself.

Formats: the simple API in JSON (PEP 691 and 700) and ``METADATA`` beside a wheel (PEP 658 and 714). Nothing
is downloaded that could be run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from pregate.advisories.transport import Limits, Transport
from pregate.errors import AdvisoryError
from pregate.lockfiles.python.simple_api import Release, releases_of, requirements_of

JSON = "application/vnd.pypi.simple.v1+json"
MAX_ASKED = 5_000
_LIMITS = Limits(size=32 * 1024 * 1024)
_HINT = "Check dependencies.index-url and the network, or leave --resolve away."


class SimpleIndex:
    """
    The index at ``url`` (``https://pypi.org/simple``). Each page is asked for once, at most ``MAX_ASKED`` of
    them: raises AdvisoryError beyond, and when the index does not answer as it should.
    """

    def __init__(
        self, url: str, limits: Limits = _LIMITS, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        if not url.startswith(("https://", "http://")):
            raise AdvisoryError("the address of the package index is not valid", _HINT)
        self._url = url.rstrip("/")
        self._limits = limits
        self._sleep = sleep
        self._transports: dict[str, Transport] = {}
        self._asked = 0

    def releases(self, name: str) -> list[Release]:
        """Every release that the index lists, that of a wheel with metadata before one without."""
        data = self._get(f"{self._url}/{name}/", JSON)
        if data is None:
            return []
        return releases_of(name, self._decoded(data), f"{self._url}/{name}/")

    def requires(self, release: Release) -> Sequence[str] | None:
        """``Requires-Dist`` of the wheel's metadata; None where the index does not serve it."""
        data = self._get(release.metadata, "*/*") if release.metadata else None
        return None if data is None else requirements_of(data)

    def _decoded(self, data: bytes) -> list[Any]:
        host = urlsplit(self._url).hostname
        try:
            page = json.loads(data)
        except (ValueError, RecursionError):
            raise AdvisoryError(f"{host} does not speak the simple API in JSON (PEP 691)", _HINT) from None
        files = page.get("files") if isinstance(page, dict) else None
        if not isinstance(files, list):
            raise AdvisoryError(f"{host} answers with something that lists no files", _HINT)
        return files

    def _get(self, address: str, accept: str) -> bytes | None:
        self._asked += 1
        if self._asked > MAX_ASKED:
            raise AdvisoryError(f"the package index was asked {MAX_ASKED} times without an end", _HINT)
        parts = urlsplit(address)
        root = f"{parts.scheme}://{parts.netloc}"
        transport = self._transports.get(root)
        if transport is None:
            transport = self._transports[root] = Transport(root, self._limits, self._sleep)
        return transport.get_if_there(parts.path, accept)
