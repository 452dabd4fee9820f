"""
Lists of numbers: Hackage (https://hackage.haskell.org/package/base/docs/Data-Version.html) and CRAN, where
``-`` parts as a dot does (R, ``numeric_version``). 1.0 and 1.0.0 are two versions, the longer one later.
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.lockfiles.versioning.base import Parsed

_NUMBERS = expression(r"[0-9]+(?:[.-][0-9]+)*", re.ASCII)


def parse(text: str) -> Parsed | None:
    """A version of CRAN; Hackage's are those without ``-``."""
    if _NUMBERS.fullmatch(text) is None:
        return None
    return Parsed(tuple([int(n) for n in text.replace("-", ".").split(".")]))


def parse_hackage(text: str) -> Parsed | None:
    """A version of Hackage."""
    return None if "-" in text else parse(text)
