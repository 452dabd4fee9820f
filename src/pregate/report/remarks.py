"""
A finding as a remark on the lines of a pull request: what is wrong there, how to mend it, and, where that is
certain, the lines to put in their place.

GitHub shows a fenced block with the word ``suggestion`` as a change that one click commits; it replaces
exactly the lines of the comment ("Incorporating feedback in your pull request"). So a remark with a
suggestion stands on the lines of the fix.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.model import Finding, Fix, LineRange, Place, Remark, Verdict
from pregate.report.markdown import code, escape, fenced, inline, link, prose
from pregate.report.summary import findings_shown
from pregate.report.visible import clipped, sentence, visible_block
from pregate.report.words import remedy_of, ways_to_suppress

TEXT_MAX = 2000
BODY_MAX = 60_000  # of GitHub's 65,536 characters, with room for the marker
LINES_MAX = 50  # of a remark; GitHub shows them all above it


def remarks_for(
    verdict: Verdict, places: Mapping[str, Place], *, suggestions: bool = True
) -> tuple[Remark, ...]:
    """
    A remark for each finding that is shown and stands on lines of the diff, most severe first.

    ``places`` are by fingerprint. A path that is no UTF-8 cannot be named to GitHub and has none.
    """
    made = []
    for finding in findings_shown(verdict):
        place = places.get(finding.fingerprint)
        if place and place.diff and not finding.commit and _is_text(finding.location.path):
            made.append(_remark(finding, place, suggestions=suggestions))
    return tuple(made)


def _remark(finding: Finding, place: Place, *, suggestions: bool) -> Remark:
    fix = next((f for f in place.fixes if is_exact(f)), None) if suggestions else None
    lines = LineRange(fix.start_line, fix.end_line) if fix else place.diff[0]
    start = max(lines.start, lines.end - LINES_MAX + 1)
    return Remark(
        key=finding.fingerprint,
        check=finding.rule.check,
        path=finding.location.path,
        start_line=start,
        end_line=lines.end,
        body=render_remark(finding, fix),
    )


def render_remark(finding: Finding, fix: Fix | None = None) -> str:
    """The Markdown of a remark; nothing of the tree in it is active."""
    suppression = ways_to_suppress(finding)
    remedy = clipped(remedy_of(finding), TEXT_MAX)
    title = escape(clipped(finding.rule.title, 200))
    parts = [
        f"**{finding.severity.word}** {code(finding.rule.id)}: {title}",
        inline(sentence(clipped(finding.message, TEXT_MAX))) if finding.message else "",
        f"**Fix**\n\n{prose(remedy)}" if remedy else "",
        _suggestion(fix) if fix else "",
        f"**Suppress**: {inline(suppression)}." if suppression else "",
        f"Also known as {', '.join(map(code, finding.aliases[:10]))}." if finding.aliases else "",
        link("About this rule", finding.rule.help_uri) if finding.rule.help_uri else "",
    ]
    body = "\n\n".join(part for part in parts if part)
    return body if len(body) <= BODY_MAX else "\n\n".join(part for part in parts[:2] if part)


def is_exact(fix: Fix) -> bool:
    """
    Whether a suggestion block can hold the fix as it is: no character that we would have to write out, and no
    carriage return, which GitHub would change. It replaces the lines of its remark, so all of them must fit.
    """
    if fix.end_line - fix.start_line >= LINES_MAX or len(fix.text) > TEXT_MAX:
        return False
    return "\r" not in fix.text and visible_block(f"{fix.text}\n") == fix.text


def _suggestion(fix: Fix) -> str:
    return f"{escape(sentence(fix.description))}\n\n{fenced(fix.text, language='suggestion')}"


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
