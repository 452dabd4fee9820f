"""
Source lines with a gutter of line numbers and an underline below the flagged region, for terminals of any
width.
"""

from __future__ import annotations

from pregate.model import Location
from pregate.records import dataclass
from pregate.report.visible import cells, source_lines

LINES_MAX = 6
ELLIPSIS = "..."
MASK = "***"  # stands for a secret value in a snippet, whatever the length of the value
CUT = "…"  # begins a line of a snippet whose start was left out


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an excerpt: the gutter's text, the source text, and whether the latter is an underline."""

    gutter: str
    text: str
    is_underline: bool


def excerpt(snippet: str, location: Location, width: int) -> tuple[Row, ...]:
    """
    The first lines of ``location`` from ``snippet`` (which starts at its first line), each with its
    underline.

    Rows take at most ``width`` cells with their gutter; a line that is longer is cut around the region's
    start.
    """
    lines = source_lines(snippet)
    region = lines[: max(location.end_line - location.start_line + 1, 1)] or lines
    shown = region[:LINES_MAX]
    digits = len(str(location.start_line + len(shown)))
    rows: list[Row] = []
    for offset, line in enumerate(shown):
        number = location.start_line + offset
        span = flagged_span(line, number, location)
        text, mark = _cut(line, *(span or (0, 0)), max(width - digits - 5, 20))
        rows.append(Row(f"{number:>{digits}} |", text, is_underline=False))
        if mark and span:
            rows.append(Row(" " * digits + " |", mark, is_underline=True))
    missing = location.end_line - location.start_line + 1 - len(shown)
    if shown and missing > 0:
        rows.append(Row(" " * digits + " |", f"{ELLIPSIS} to line {location.end_line}", is_underline=False))
    return tuple(rows)


def flagged_span(line: str, number: int, location: Location) -> tuple[int, int] | None:
    """
    Where the region lies in this line: code points from 0, the end exclusive; None when that is not known.

    Columns are those of the source. In the snippet all that stands behind a mask or a cut has moved.
    """
    indent = len(line) - len(line.lstrip())
    start = location.start_column - 1 if number == location.start_line else indent
    end = location.end_column - 1 if number == location.end_line else len(line.rstrip())
    mask = line.find(MASK)
    if line.startswith(CUT) or 0 <= mask < start:
        return None
    if mask == start:
        end = mask + len(MASK) if number == location.end_line else end
    start = min(max(start, 0), len(line))
    return start, min(max(end, start), len(line))


def _cut(line: str, start: int, end: int, room: int) -> tuple[str, str]:
    """
    The line as cells and the underline below it, both cut to ``room`` cells around the start of the region.
    """
    pieces, starts = cells(line)
    first, last = 0, len(pieces)
    before = after = ""
    if starts[-1] > room:
        before, after = _ellipses(starts, start, room)
        first, last = _window(starts, start, room - len(before) - len(after), bool(before))
    text = before + "".join(pieces[first:last]) + after
    lead = len(before) + starts[max(start, first)] - starts[first]
    length = starts[min(max(end, start), last)] - starts[max(start, first)]
    if start >= end and line.strip():
        length = 1  # an empty region still has a place
    return text.rstrip(), (" " * lead + "^" * length).rstrip() if length > 0 else ""


def _ellipses(starts: list[int], start: int, room: int) -> tuple[str, str]:
    """Whether something is left out before and after the window."""
    before = ELLIPSIS if starts[start] > room // 2 else ""
    fits = bool(before) and starts[-1] - starts[start] <= room // 2
    return before, "" if fits else ELLIPSIS


def _window(starts: list[int], start: int, room: int, is_inner: bool) -> tuple[int, int]:
    """The code points to show: from the line's start, or from a third of the room before the region."""
    first = 0
    if is_inner:
        wanted = max(starts[start] - room // 3, 0)
        if starts[-1] - starts[start] <= room // 2:
            wanted = max(starts[-1] - room, 0)
        first = next(i for i, cell in enumerate(starts) if cell >= wanted)
    last = first
    while last < len(starts) - 1 and starts[last + 1] - starts[first] <= room:
        last += 1
    return first, last
