"""
Vulnerability databases in the OSV format: the API (https://google.github.io/osv.dev/api/), or a local copy.

:func:`open_source` chooses by what the user named. Every source answers in full or raises AdvisoryError.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pregate.advisories.store import Seal
    from pregate.checks.base import AdvisorySource

API = "https://api.osv.dev"


def open_source(
    spec: str,
    offline: bool,
    cache_dir: Path | None,
    *,
    max_age: int = 0,
    own_index: Path | None = None,
    seal: Seal | None = None,
    others: Sequence[tuple[Path, Seal]] = (),
    now: Callable[[], float] = time.time,
) -> AdvisorySource | None:
    """
    The database that ``spec`` names: an index, a directory, a zip archive, or the address of a service like
    OSV's.

    An empty ``spec`` means OSV's own service, whose records are kept under ``cache_dir`` if there is one,
    with ``seal`` on them; those in ``others``, folders of the same kind, are read too, each under its own.
    When ``offline`` it means the user's ``own_index`` if that is there. None when a network would be needed
    that ``offline`` forbids. A local database more than ``max_age`` days old (0: any age) at ``now`` (seconds
    since the epoch), or damaged, raises AdvisoryError when it is asked. Raises AdvisoryError when there is
    nothing at the path.
    """
    if spec and not spec.startswith(("https://", "http://")):
        from pregate.advisories.local import LocalDatabase

        return LocalDatabase(Path(spec), max_age, now)
    if offline:
        return _own(own_index, max_age, now) if not spec and own_index else None
    from pregate.advisories.api import WEEK, OsvApi
    from pregate.advisories.store import RecordStore

    folders = [(folder / "osv", theirs) for folder, theirs in others]
    store = RecordStore(cache_dir / "osv", WEEK, seal, folders) if cache_dir else None
    return OsvApi(spec or API, store=store)


def _own(path: Path, max_age: int, now: Callable[[], float]) -> AdvisorySource | None:
    if not path.exists():
        return None
    from pregate.advisories.local import LocalDatabase, is_trusted

    remark = "this user's own, as the run is offline"
    return LocalDatabase(path, max_age, now, remark, own=True) if is_trusted(path) else None
