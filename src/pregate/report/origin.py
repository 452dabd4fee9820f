"""Where a report comes from, as far as who reads it elsewhere needs to know."""

from __future__ import annotations

from pregate.model import Place
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """
    The event of a GitHub workflow in which a change was judged.

    ``repository`` is ``OWNER/NAME``, ``event`` its name, ``ref`` the full name of what was checked out (or
    ``""``); ``sha`` is the commit that was judged, ``head_sha`` the pull request's head and ``base_sha`` what
    it was compared with (``""`` where there is none), all of them full ids. ``pull_request`` is its number or
    0. ``tree`` says that the whole tree was judged. ``places`` are where findings stand in the
    pull request's head, by fingerprint, without fixes: who has no checkout cannot work them out.
    """

    repository: str
    event: str
    ref: str
    sha: str
    head_sha: str = ""
    pull_request: int = 0
    base_sha: str = ""
    tree: bool = False
    places: tuple[tuple[str, Place], ...] = ()
