"""Where in a file other scanners see secrets, made so wide that nothing of a value is left to be seen."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence

from pregate.model import Location
from pregate.records import replace
from pregate.secrets.text import decode, split_lines

_VALUE = string.ascii_letters + string.digits + "+/=_-"
# What may be the value in a line that is flagged as a whole: a quoted text, what is assigned, a long word
# with digits. Words of the message are looked for among them.
_CANDIDATES = re.compile(
    r"""
    "([^"\n]{4,2000})" | '([^'\n]{4,2000})' | `([^`\n]{4,2000})`
    | [=:>][ \t]{0,20}([^\s"'`,;]{4,2000})
    | (?<![A-Za-z0-9+/=_-])(?=[A-Za-z+/=_-]{0,60}[0-9])([A-Za-z0-9+/=_-]{12,2000})
    """,
    re.VERBOSE,
)
_MOST = 2000


def secret_places(places: Sequence[Location], data: bytes) -> tuple[Location, ...]:
    """
    The places of secrets in a file, each up to the ends of the words that it cuts, and within them the likely
    values by themselves.

    Not every scanner counts columns right: a value that is masked but for its last character is none that is
    masked. Some flag whole lines, and quote the value alone in their message.
    """
    if not places:
        return ()
    lines = split_lines(decode(data))
    wide = [widened(place, lines) for place in places]
    inner = [value for place in wide for value in _values(place, lines)]
    return (*wide, *inner[:_MOST])


def widened(place: Location, lines: Sequence[str]) -> Location:
    """The place up to the ends of the words that it cuts, as scanners do that miscount columns (gitleaks)."""
    if not 1 <= place.start_line <= place.end_line <= len(lines):
        return place
    before = lines[place.start_line - 1][: place.start_column - 1]
    behind = lines[place.end_line - 1][place.end_column - 1 :]
    start, end = len(before) - len(before.rstrip(_VALUE)), len(behind) - len(behind.lstrip(_VALUE))
    return replace(place, start_column=place.start_column - start, end_column=place.end_column + end)


def _values(place: Location, lines: Sequence[str]) -> Iterator[Location]:
    for number in range(max(place.start_line, 1), min(place.end_line, len(lines)) + 1):
        line = lines[number - 1]
        start = place.start_column - 1 if number == place.start_line else 0
        end = place.end_column - 1 if number == place.end_line else len(line)
        for match in _CANDIDATES.finditer(line, max(start, 0), min(end, len(line))):
            first, last = match.span(match.lastindex or 0)
            yield Location(place.path, number, first + 1, number, last + 1)
