"""
Patterns of the IAM policy language: ``*`` is any run of characters, ``?`` any one (IAM User Guide, "Using
wildcards").

No regular expressions: a hostile pattern (``*a*a*a*b``) must cost no more than a plain one.
"""

from __future__ import annotations


def matches(pattern: str, text: str) -> bool:
    """
    Whether ``pattern`` matches the whole of ``text``, case-sensitively.

    The pieces between stars are placed leftmost, which is never wrong, so nothing is tried twice: at most
    ``len(text)`` steps for each character of a piece, after one pass over the pattern.
    """
    if len(pattern) - pattern.count("*") > len(text):
        return False
    pieces = pattern.split("*")
    if len(pieces) == 1:
        return _fits(pattern, text, 0) and len(pattern) == len(text)
    first, last = pieces[0], pieces[-1]
    if not (_fits(first, text, 0) and _fits(last, text, len(text) - len(last))):
        return False
    position, limit = len(first), len(text) - len(last)
    for piece in pieces[1:-1]:
        while position + len(piece) <= limit and not _fits(piece, text, position):
            position += 1
        position += len(piece)
        if position > limit:
            return False
    return position <= limit


def _fits(piece: str, text: str, at: int) -> bool:
    part = text[at : at + len(piece)] if at >= 0 else ""
    return len(part) == len(piece) and all(p in ("?", c) for p, c in zip(piece, part, strict=True))


def is_everything(pattern: str) -> bool:
    """Whether it is made of wildcards only, with a star among them: ``*``, ``**``, ``?*``."""
    return "*" in pattern and not pattern.strip("*?")


def has_wildcard(pattern: str) -> bool:
    """Whether it holds ``*`` or ``?``."""
    return "*" in pattern or "?" in pattern
