"""What stands where a secret would stand, and is none: placeholders, references, samples."""

from __future__ import annotations

import re

from pregate.expressions import expression

_WORDS = expression(
    r"example|sample|dummy|placeholder|changeme|change_me|replace|your[-_]?|redacted|foobar|notreal|"
    r"(?-i:xxxx|XXXX)|0{8}|1234567|abcdefg|a1b2c3|deadbeef|insert|fake",
    re.IGNORECASE,
)
_MARKS = expression(r"[<>{}$*]|\.\.\.|\u2026|%[sd(]")
_LEAST_DIFFERENT = 4


def is_placeholder(value: str) -> bool:
    """
    Whether a value of a known format is written to be replaced: it says so, refers to another one, or repeats
    the same few characters.
    """
    return len(set(value)) < _LEAST_DIFFERENT or bool(_WORDS.search(value) or _MARKS.search(value))
