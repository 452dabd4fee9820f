"""
The verdict as CSV (RFC 4180): a header, then one row for each finding, in the verdict's order.

A cell that a spreadsheet would take for a formula begins with an apostrophe, which the spreadsheet hides
(OWASP, "CSV Injection"). The columns are documented in docs/reports.md; later versions add at the end only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from pregate.model import Judged, Rule, Verdict
from pregate.report.visible import one_line, uri, visible
from pregate.report.words import remedy_of

COLUMNS = (
    "fingerprint",
    "state",
    "severity",
    "confidence",
    "check",
    "rule",
    "title",
    "message",
    "path",
    "start_line",
    "start_column",
    "end_line",
    "end_column",
    "introduced",
    "in_diff",
    "suppressed_by",
    "aliases",
    "cwe",
    "commit",
    "remedy",
    "help_uri",
    "uri",
    "details",
    "why",
)
# Also the full-width forms, which spreadsheets in some languages read alike.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(verdict: Verdict, rules: Sequence[Rule] = ()) -> str:  # noqa: ARG001 - as every report
    """The verdict as CSV text with CRLF line ends; every cell is one line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([neutral(cell) for cell in _row(judged)] for judged in verdict.findings)
    return text.getvalue()


def neutral(cell: str) -> str:
    """``cell`` so that no spreadsheet computes it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _row(judged: Judged) -> list[str]:
    finding = judged.finding
    spot = finding.location
    return [
        finding.fingerprint,
        judged.state.value,
        finding.severity.word,
        finding.confidence.word,
        one_line(finding.rule.check),
        one_line(finding.rule.id),
        one_line(finding.rule.title),
        one_line(finding.message),
        visible(spot.path),
        *map(str, (spot.start_line, spot.start_column, spot.end_line, spot.end_column)),
        *("true" if flag else "false" for flag in (judged.introduced, judged.in_diff)),
        one_line(finding.suppressed_by),
        " ".join(map(one_line, finding.aliases)),
        " ".join(f"CWE-{number}" for number in finding.rule.cwe),
        one_line(finding.commit),
        one_line(remedy_of(finding)),
        one_line(finding.rule.help_uri),
        uri(spot.path),
        "; ".join(f"{one_line(key)}={one_line(value)}" for key, value in finding.properties),
        one_line(judged.why),
    ]
