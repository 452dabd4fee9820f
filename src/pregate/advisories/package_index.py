"""
A Python package index that is only read: which releases there are, and what each says of itself.

Formats: the simple API in JSON (PEP 691 and 700) and ``METADATA`` beside a wheel (PEP 658 and 714). Nothing
is downloaded that could be run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from pregate.advisories.transport import Limits, Transport
from pregate.errors import AdvisoryError
from pregate.lockfiles.python.resolution import Release

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
        self, url: str, limits: Limits = _LIMITS, sleep: Callable[[float], None] | None = None
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
        page = self._decoded(data)
        base = f"{self._url}/{name}/"
        best: dict[str, Release] = {}
        for file in page:
            release = _release(name, file, base)
            if release and (release.version not in best or _is_better(release, best[release.version])):
                best[release.version] = release
        return list(best.values())

    def requires(self, release: Release) -> Sequence[str] | None:
        """``Requires-Dist`` of the wheel's metadata; None where the index does not serve it."""
        from packaging.metadata import parse_email

        data = self._get(release.metadata, "*/*") if release.metadata else None
        if data is None:
            return None
        raw, _ = parse_email(data)
        return raw.get("requires_dist", [])

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
            more = {"sleep": self._sleep} if self._sleep else {}
            transport = self._transports[root] = Transport(root, self._limits, **more)
        return transport.get_if_there(parts.path, accept)


def _release(name: str, file: object, base: str) -> Release | None:
    """
    A wheel or source distribution of the page, or None where it is neither.

    Some mirrors serve the metadata of wheels without saying so: it is asked for, unless the page denies it.
    """
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    if not isinstance(file, Mapping):
        return None
    filename, address = file.get("filename"), file.get("url")
    if not isinstance(filename, str) or not isinstance(address, str) or len(address) > 4096:
        return None
    try:
        is_wheel = filename.endswith(".whl")
        version = (parse_wheel_filename if is_wheel else parse_sdist_filename)(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    python = file.get("requires-python")
    denied = False in (file.get("core-metadata"), file.get("dist-info-metadata"))
    whole = urljoin(base, address).partition("#")[0]
    metadata = f"{whole}.metadata" if is_wheel and not denied and whole.startswith("http") else ""
    yanked = file.get("yanked", False) is not False
    return Release(name, str(version), python if isinstance(python, str) else "", yanked, metadata)


def _is_better(release: Release, than: Release) -> bool:
    return (not release.is_yanked, bool(release.metadata)) > (not than.is_yanked, bool(than.metadata))
