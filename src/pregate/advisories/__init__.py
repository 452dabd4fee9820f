"""
Vulnerability databases in the OSV format: the API (https://google.github.io/osv.dev/api/), or a local copy.

:func:`open_source` chooses by what the user named. Every source answers in full or raises AdvisoryError.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pregate.checks.base import AdvisorySource

API = "https://api.osv.dev"


def open_source(
    spec: str,
    offline: bool,
    cache_dir: Path | None,
    *,
    max_age: int = 0,
    own_index: Path | None = None,
    now: Callable[[], float] = time.time,
) -> AdvisorySource | None:
    """
    The database that ``spec`` names: an index, a directory, a zip archive, or the address of a service like
    OSV's.

    An empty ``spec`` means OSV's own service, whose records are kept under ``cache_dir`` if there is one;
    when ``offline``, the user's ``own_index`` if that is there. None when a network would be needed that
    ``offline`` forbids. A local database more than ``max_age`` days old (0: any age) at ``now`` (seconds
    since the epoch), or damaged, raises AdvisoryError when it is asked. Raises AdvisoryError when there is
    nothing at the path.
    """
    if spec and not spec.startswith(("https://", "http://")):
        return _local(Path(spec), max_age, now)
    if offline:
        return _own(own_index, max_age, now) if not spec and own_index else None
    from pregate.advisories.api import OsvApi

    return OsvApi(spec or API, cache_dir / "osv" if cache_dir else None)


def _local(path: Path, max_age: int, now: Callable[[], float]) -> AdvisorySource:
    if path.is_file():
        from pregate.advisories.index import OsvIndex, is_index

        if is_index(path):
            return OsvIndex(path, max_age, now)
    from pregate.advisories.directory import OsvDirectory

    return OsvDirectory(path, max_age, now)


def _own(path: Path, max_age: int, now: Callable[[], float]) -> AdvisorySource | None:
    if not path.exists():
        return None
    from pregate.advisories.index import OsvIndex, is_trusted

    remark = "this user's own, as the run is offline"
    return OsvIndex(path, max_age, now, remark) if is_trusted(path) else None
