"""Fixes that a producer proposes (§3.55), where they are whole lines of the finding's own file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pregate.intake import values
from pregate.intake.regions import Text, code_points
from pregate.model import Fix, Location
from pregate.records import dataclass

_FIXES_MAX = 3
_LINES_MAX = 100
_TEXT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run says of all its fixes: whose they are, how columns count, and what its locations mean."""

    tool: str
    is_utf16: bool
    path_of: Callable[[Any], tuple[str, str]]


def fixes_of(result: Any, place: Location, text: Text, terms: Terms) -> tuple[Fix, ...]:
    """
    The fixes that are certain to mean what they say: one replacement in the file of the finding, ``text``, on
    lines that are there. All others are left out.
    """
    return tuple(dict.fromkeys(_fixes(result, place, text, terms)))[:_FIXES_MAX]


def _fixes(result: Any, place: Location, text: Text, terms: Terms) -> Iterator[Fix]:
    for fix in values.items(result, "fixes")[:10]:
        changes = values.items(fix, "artifactChanges")
        replacements = values.items(changes[0], "replacements") if len(changes) == 1 else ()
        if (
            len(replacements) != 1
            or terms.path_of(values.at(changes[0], "artifactLocation"))[0] != place.path
        ):
            continue
        made = _replaced(replacements[0], text, is_utf16=terms.is_utf16)
        if made is not None:
            words = values.one_line(values.text(fix, "description", "text"), 200).rstrip(".")
            yield Fix(words or f"As {terms.tool} proposes", *made)


def _replaced(replacement: Any, text: Text, *, is_utf16: bool) -> tuple[int, int, str] | None:
    """The lines that change, and what they become."""
    region = values.table(replacement, "deletedRegion")
    inserted = values.at(replacement, "insertedContent", "text")
    start, end = values.integer(region, "startLine"), values.integer(region, "endLine")
    if start is None or not 1 <= start <= len(text.lines) or not isinstance(inserted, str | None):
        return None
    end = start if end is None else end
    inserted = values.text(inserted).replace("\r\n", "\n")
    columns = values.integer(region, "startColumn") or 1, values.integer(region, "endColumn")
    if end == len(text.lines) + 1 and columns[1] == 1:  # up to the end of the file
        end, columns = len(text.lines), (columns[0], None)
        inserted = inserted.removesuffix("\n")
        if not inserted:  # lines that go leave an empty one, as a fix has it
            return None
    if not start <= end <= len(text.lines) or len(inserted) > _TEXT_MAX:
        return None
    first = code_points(max(columns[0], 1), text.lines[start - 1], is_utf16=is_utf16)
    last = len(text.lines[end - 1]) + 1
    if columns[1]:
        last = code_points(max(columns[1], 1), text.lines[end - 1], is_utf16=is_utf16)
    if start == end and last < first:
        return None
    made = text.lines[start - 1][: first - 1] + inserted + text.lines[end - 1][last - 1 :]
    if made.endswith("\n") and last == 1:  # nothing of the last line is touched
        made, end = made[:-1], end - 1
    elif last == 1 and end > start and inserted.endswith("\n"):
        made, end = made.removesuffix("\n" + text.lines[end - 1]), end - 1
    is_change = made != "\n".join(text.lines[start - 1 : end])
    return (start, end, made) if end >= start and is_change and made.count("\n") < _LINES_MAX else None
