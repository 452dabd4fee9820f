"""A finding's source lines, each divided where its flagged part begins and ends."""

from __future__ import annotations

from pregate.model import Finding
from pregate.report.excerpt import CUT, ELLIPSIS, flagged_span
from pregate.report.visible import source_lines

LINES_MAX = 12
WIDTH_MAX = 400

Line = tuple[int, str, str, str]


def listing(finding: Finding) -> tuple[Line, ...]:
    """
    Number, text before, flagged text and text behind of the finding's first lines.

    Where the flagged part is not known the whole line stands before it. A line of more than
    :data:`WIDTH_MAX` characters is cut around the begin of its flagged part.
    """
    spot = finding.location
    lines = source_lines(finding.snippet)
    region = lines[: max(spot.end_line - spot.start_line + 1, 1)][:LINES_MAX]
    made = []
    for number, line in enumerate(region, spot.start_line):
        start, end = flagged_span(line, number, spot) or (len(line), len(line))
        made.append((number, *_cut(line, start, end)))
    return tuple(made)


def lines_left_out(finding: Finding, shown: int) -> int:
    """How many lines the finding has beyond those ``shown``; 0 where it shows none at all."""
    spot = finding.location
    return max(spot.end_line - spot.start_line + 1 - shown, 0) if shown else 0


def _cut(line: str, start: int, end: int) -> tuple[str, str, str]:
    if len(line) <= WIDTH_MAX:
        return line[:start], line[start:end], line[end:]
    first = min(max(start - WIDTH_MAX // 4, 0), len(line) - WIDTH_MAX)
    last = first + WIDTH_MAX
    before, flagged, after = line[first:start], line[start : min(end, last)], line[max(end, start) : last]
    lead = CUT if first else ""
    return lead + before[:WIDTH_MAX], flagged, after + (ELLIPSIS if last < len(line) else "")
