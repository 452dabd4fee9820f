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
    """

    detectors: tuple[str, ...]
    needles: tuple[bytes, ...]
    find: Callable[[Document], Iterator[Hit]]
    concerns: Callable[[Document], bool] | None = None
