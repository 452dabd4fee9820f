"""
The simple API of Python package indexes: files of a project, and what a wheel's metadata requires.

Formats: PEP 691 and 700 (JSON), PEP 592 (yanked), PEP 658 and 714 (``METADATA`` beside a wheel).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urljoin

from packaging.metadata import parse_email
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """
    One version of a project in an index.

    ``requires_python`` is a specifier or ``""``; ``is_yanked`` as in PEP 592; ``metadata`` is where the
    index serves its ``METADATA`` (PEP 658), ``""`` where it does not.
    """

    name: str
    version: str
    requires_python: str = ""
    is_yanked: bool = False
    metadata: str = ""


def releases_of(name: str, files: Iterable[object], page: str) -> list[Release]:
    """
    The releases of a project by the files that its page lists, a wheel with metadata before a file without.

    ``page`` is the page's address, for those that are relative to it. What is no file of a release is passed
    over.
    """
    best: dict[str, Release] = {}
    for file in files:
        release = _release(name, file, page)
        if release and (release.version not in best or _is_better(release, best[release.version])):
            best[release.version] = release
    return list(best.values())


def requirements_of(metadata: bytes) -> Sequence[str]:
    """``Requires-Dist`` of a ``METADATA`` file."""
    raw, _ = parse_email(metadata)
    return raw.get("requires_dist", [])


def _release(name: str, file: object, base: str) -> Release | None:
    """
    A wheel or source distribution of the page, or None where it is neither.

    Some mirrors serve the metadata of wheels without saying so: it is asked for, unless the page denies it.
    """
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
