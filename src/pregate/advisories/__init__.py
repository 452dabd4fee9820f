"""
Vulnerability databases in the OSV format: the API (https://google.github.io/osv.dev/api/), or a local copy.

:func:`open_source` chooses by what the user named. Every source answers in full or raises AdvisoryError.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pregate.checks.base import AdvisorySource

API = "https://api.osv.dev"


def open_source(spec: str, offline: bool, cache_dir: Path | None) -> AdvisorySource | None:
    """
    The database that ``spec`` names: a directory, a zip archive, or the address of a service like OSV's.

    An empty ``spec`` means OSV's own service, whose records are kept under ``cache_dir`` if there is one.
    None when that would need a network and ``offline`` forbids it. Raises AdvisoryError when there is nothing
    at the path.
    """
    if spec and not spec.startswith(("https://", "http://")):
        from pregate.advisories.directory import OsvDirectory

        return OsvDirectory(Path(spec))
    if offline:
        return None
    from pregate.advisories.api import OsvApi

    return OsvApi(spec or API, cache_dir / "osv" if cache_dir else None)
