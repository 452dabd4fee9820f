"""
detect-secrets' inline pragma: ``# pragma: allowlist secret``, or ``… allowlist nextline secret`` on a line
before.

The expressions of its ``filters.allowlist``, without their two ways to take the same blanks, which make
them quadratic. The differential test in ``tests/secrets/test_allowlist.py`` holds the answers equal.
"""

from __future__ import annotations

import re

from pregate.secrets.expressions import expression

SAME_LINE = "pragma: allowlist secret"
NEXT_LINE = "pragma: allowlist nextline secret"

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


def _allows(line: str, expressions: tuple[tuple[re.Pattern[str], str], ...]) -> bool:
    bare = line.rstrip(" \t")
    for opening, closing in expressions:
        match = opening.search(line) if bare.endswith(closing) else None
        # The first match has the most room before the closing text.
        if match and len(bare) - len(closing) >= match.end():
            return True
    return False
