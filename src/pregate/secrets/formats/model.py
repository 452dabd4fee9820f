"""The description of a token format."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from pregate.levels import Confidence

# What may stand before a token and be no part of it: nothing of a word, an escape in a string (`\n`), or one
# in a URL (`%3D`).
START = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
# As START, for values in Base64.
START_BASE64 = r"(?:(?<![A-Za-z0-9+/])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
# As START, where the name before it may go on with `_` or letters: `TOKEN_ghp_…`.
LOOSE = ""
# No further character of a word follows.
END = r"(?![A-Za-z0-9_])"


class Format(NamedTuple):
    """
    One kind of token, told by how it is written.

    ``detector`` is the name of its rule, in the style of detect-secrets' plugins. Every match contains one of
    ``needles`` as written (case counts; ASCII), within ``REACH`` characters of the match's start or in it.
    ``pattern`` matches within a line; its group ``value`` is the secret, without one the whole match. Each of
    its repetitions is bounded, and no two that are next to each other take the same characters.

    ``near``: words in lower case, one of which stands on the line or the one before, where the format alone
    says too little. ``holds`` says of a value whether it can be one at all. ``checksum`` says whether its
    check digits are right: where not, somebody made it up or changed it, and confidence is medium at most.
    ``entropy``: the least disorder of its group ``random`` (without one, of the value), in bits a character.
    ``ignores_case``: needles and pattern are in lower case, and the text is searched as if it were.
    ``next_line``: a match may go on in the line after that of its needle; its value stands in one line.
    """

    detector: str
    needles: tuple[str, ...]
    pattern: str
    near: tuple[str, ...] = ()
    holds: Callable[[str], bool] | None = None
    checksum: Callable[[str], bool] | None = None
    entropy: float = 2.5
    confidence: Confidence = Confidence.HIGH
    ignores_case: bool = False
    next_line: bool = False


@cache
def compiled(pattern: str, *, ignores_case: bool) -> re.Pattern[str]:
    """A format's expression, made when first needed."""
    return re.compile(pattern, re.IGNORECASE if ignores_case else 0)


def token(body: str, *, start: str = START, end: str = END) -> str:
    """An expression for a token that stands by itself: nothing of a word before or after it."""
    return f"{start}(?P<value>{body}){end}"
