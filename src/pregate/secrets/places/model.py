"""The description of a place that holds secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pregate.secrets.document import Document
from pregate.secrets.found import Hit


class Place(NamedTuple):
    """
    ``detectors`` are the rules that it reports under; ``needles`` bytes in lower case, one of which is in
    every file with such a secret; ``concerns`` says by name whether a file can have one; ``find`` gives the
    hits.

    What has no needles has ``names``, of files or their extensions in lower case, or ``beginnings``, of which
    one is the first character of the text. ``run`` is the length of a run of letters, digits and ``_-+/=``
    that begins at a needle. All but ``concerns`` and ``find`` is in
    :mod:`pregate.secrets.search_table`, so that a place is loaded where it may find something.
    """

    detectors: tuple[str, ...]
    needles: tuple[bytes, ...]
    find: Callable[[Document], Iterator[Hit]]
    concerns: Callable[[Document], bool] | None = None
    names: tuple[str, ...] = ()
    beginnings: str = ""
    run: int = 0
