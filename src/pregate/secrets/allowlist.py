"""
Comments that allow a secret: detect-secrets' ``# pragma: allowlist secret``, or ``… allowlist nextline
secret`` on a line before, and those of other tools.

The expressions for the former are those of its ``filters.allowlist``, without their two ways to take the
same blanks, which make them quadratic. The differential test in
``tests/secrets/test_same_as_detect_secrets.py`` holds the answers equal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pregate.expressions import expression

SAME_LINE = "pragma: allowlist secret"
NEXT_LINE = "pragma: allowlist nextline secret"

# gitleaks and trufflehog take the words for what they are wherever they stand in the line, in a string too
# (their READMEs, "gitleaks:allow" and "trufflehog:ignore"). GitGuardian's is a word of its own, of which
# `ggignore-end` is none (https://docs.gitguardian.com/ggshield-docs/, "In-code ignoring secrets").
_ANYWHERE = ("gitleaks:allow", "trufflehog:ignore")
_WORD = "ggignore"
_ALONE = expression(rf"(?<![\w-]){_WORD}(?![\w-])")
COMMENTS = (*_ANYWHERE, _WORD)

# How a comment starts, and the text that must end the line.
_COMMENTS = (("#", ""), ("//", ""), (r"/\*", "*/"), ("'", ""), ("--", ""), (r"<!--[# \t]*?", "-->"))


def _expressions(before: str, words: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (expression(f"{before}{opening} *pragma: ?{words}[ -]secret"), closing)
        for opening, closing in _COMMENTS
    )


_SAME = _expressions("", "(?:allow|white)list")
_NEXT = _expressions(r"^[ \t]*", "allowlist[ -]nextline")


def pragma(line: str, previous: str, extension: str) -> str:
    """
    The pragma that allows what is in ``line``, or ``""``. ``extension`` is the file's, with its dot.

    In ``.yaml`` files only ``#`` begins a comment.
    """
    count = 1 if extension == ".yaml" else len(_COMMENTS)
    # A line of a YAML view may hold line ends, which the original's ``.*?`` does not cross.
    if "pragma:" in line and _allows(line.rpartition("\n")[2], _SAME[:count]):
        return SAME_LINE
    if "pragma:" in previous and "\n" not in previous and _allows(previous, _NEXT[:count]):
        return NEXT_LINE
    return ""


class Comments:
    """The comments of other tools in the lines of a file; each line is looked through once."""

    __slots__ = ("_lines", "_seen")

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._seen: dict[int, str] = {}

    def among(self, first: int, last: int) -> str:
        """
        The first of :data:`COMMENTS` that stands in the lines from ``first`` to ``last`` (from 0, both
        inclusive), or ``""``.
        """
        rows = range(max(first, 0), min(last + 1, len(self._lines)))
        return next((words for row in rows if (words := self._in(row))), "")

    def _in(self, row: int) -> str:
        if row not in self._seen:
            self._seen[row] = other_comment(self._lines[row])
        return self._seen[row]


def other_comment(line: str) -> str:
    """The first of :data:`COMMENTS` anywhere in a line, as these tools have it, or ``""``."""
    for words in _ANYWHERE:
        if words in line:
            return words
    return _WORD if _WORD in line and _ALONE.search(line) else ""


def _allows(line: str, expressions: tuple[tuple[re.Pattern[str], str], ...]) -> bool:
    bare = line.rstrip(" \t")
    for opening, closing in expressions:
        match = opening.search(line) if bare.endswith(closing) else None
        # The first match has the most room before the closing text.
        if match and len(bare) - len(closing) >= match.end():
            return True
    return False
