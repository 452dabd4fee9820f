"""Where the body of a private key stands, given its first line: detect-secrets reports the header alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.expressions import expression

_BASE64 = expression(r"[A-Za-z0-9+/=]+")
_BODY_LINE = expression(r"""[\s"'`+#*/>|(]*([A-Za-z0-9+/=]+)[\s"'`,+;)]*(?:\\[nr])*[\s"'`,+;)\\]*$""")
_ATTRIBUTE = expression(r"""[\s"'#*]*[A-Za-z-]{2,40}: """)
_BLANK = expression(r"""[\s"'+#*,\\nr]*$""")
_DIGIT = expression("[0-9]")  # of the times in a log
_LONGEST_PREFIX = 200
_LINES_AT_MOST = 400
_LONGEST_LINE = 4096
_SHORTEST_FIRST = 16

Span = tuple[int, int, int]


def body(lines: Sequence[str], index: int, end: int) -> Iterator[Span]:
    """
    Stretches of key material after the header that ends at column ``end`` of ``lines[index]``: line index,
    start, end from 0.

    Within the header's line it is what follows up to its ``END`` mark; after it, lines of Base64, blanks
    and attributes.
    """
    line = lines[index]
    following = line.find("-----BEGIN", end)
    limit = len(line) if following < 0 else following
    stop = line.find("-----END", end, limit)
    for match in _BASE64.finditer(line, end, limit if stop < 0 else stop):
        if len(match.group()) >= _SHORTEST_FIRST:
            # The letter of an escape, as in `\n`, is none of the key's.
            escape = line[match.start() - 1 : match.start() + 1] in (r"\n", r"\r")
            yield index, match.start() + escape, match.end()
    if stop < 0 and following < 0:
        before = line[: max(line.rfind("-----BEGIN", 0, end), 0)]
        yield from _following(lines, index + 1, before if len(before) <= _LONGEST_PREFIX else "")


def _following(lines: Sequence[str], first: int, before: str) -> Iterator[Span]:
    """The lines of a key; all of them may begin with what stands before the header, but for its numbers."""
    started = False
    pattern = _DIGIT.sub("0", before)
    for index in range(first, min(first + _LINES_AT_MOST, len(lines))):
        line = lines[index][:_LONGEST_LINE]
        is_alike = pattern and _DIGIT.sub("0", line[: len(before)]) == pattern
        match = _BODY_LINE.match(line, len(before) if is_alike else 0)
        if match and (started or len(match.group(1)) >= _SHORTEST_FIRST):
            started = True
            yield index, *match.span(1)
        elif not (_ATTRIBUTE.match(line) or _BLANK.match(line)):
            return
