"""Where findings stand in what people look at on GitHub: lines of a pull request's head, and addresses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pregate.changes.lines import UNKNOWN, Moves, moves_between
from pregate.errors import ChangesError
from pregate.logs import logger
from pregate.model import ChangeSet, Finding, Fix, LineRange, Place, Verdict
from pregate.report.visible import uri

if TYPE_CHECKING:
    from pregate.changes import Repository

_log = logger(__name__)

# GitHub renders these; only their plain view has lines that can be linked.
_RENDERED = (".md", ".markdown", ".rst", ".ipynb", ".csv", ".tsv", ".svg", ".adoc", ".org", ".textile")


def find_places(
    directory: Path, environ: Mapping[str, str], verdict: Verdict, change: ChangeSet, head: str
) -> dict[str, Place]:
    """
    The place of each finding in the commit ``head``, by fingerprint; of those that stand there unchanged.

    Empty when the clone does not hold that commit, which the log tells.
    """
    from pregate.changes import Repository

    findings = [j.finding for j in verdict.findings if not j.finding.commit]
    try:
        repository = Repository.open(directory, environ)
        moves = _moves(repository, change.head, head, findings)
    except ChangesError as error:
        _log.warning("no remarks on lines, as those of the head are not known: %s", error.message)
        return {}
    added = {file.path: file.added for file in change.files if not file.commit}
    places = {}
    for finding in findings:
        path = finding.location.path
        place = place_of(finding, added.get(path, ()), moves.get(path, UNKNOWN))
        if place:
            places[finding.fingerprint] = place
    return places


def _moves(
    repository: Repository, judged: str, head: str, findings: Sequence[Finding]
) -> Mapping[str, Moves]:
    return moves_between(repository, judged, head, (f.location.path for f in findings))


def place_of(finding: Finding, added: Sequence[LineRange], moves: Moves) -> Place | None:
    """The place of one finding, given the lines that the change adds to its file and how lines moved."""
    spot = finding.location
    first = max(spot.start_line, 1)
    own = LineRange(first, max(spot.end_line, first))
    lines = moves.moved(own)
    if lines is None:
        return None
    shared = _shared(own, added)
    moved = moves.moved(shared) if shared else None
    fixes = (_moved_fix(fix, added, moves) for fix in finding.fixes)
    return Place(lines, (moved,) if moved else (), tuple(fix for fix in fixes if fix) if moved else ())


def _shared(own: LineRange, added: Sequence[LineRange]) -> LineRange | None:
    """The first lines of ``own`` that are added; ``added`` is in order, and may be long."""
    at = bisect_left(added, own.start, key=lambda r: r.end)
    if at == len(added) or added[at].start > own.end:
        return None
    return LineRange(max(own.start, added[at].start), min(own.end, added[at].end))


def _moved_fix(fix: Fix, added: Sequence[LineRange], moves: Moves) -> Fix | None:
    """The fix on the head's lines; only where the change adds all of them and they are there as they were."""
    own = LineRange(fix.start_line, fix.end_line)
    if not any(r.start <= own.start and own.end <= r.end for r in added):
        return None
    lines = moves.moved(own)
    return Fix(fix.description, lines.start, lines.end, fix.text) if lines else None


def find_links(
    address: str, verdict: Verdict, places: Mapping[str, Place], head: str, judged: str
) -> dict[tuple[str, str], str]:
    """
    Addresses of the findings' lines by ``(fingerprint, commit)``, below the repository's ``address``.

    They lead to the commit that a finding came with, to the ``head`` where it stands there, else to the
    commit that was ``judged``.
    """
    links = {}
    for judged_finding in verdict.findings:
        finding = judged_finding.finding
        place = places.get(finding.fingerprint) if not finding.commit else None
        spot = finding.location
        lines = place.lines if place else LineRange(max(spot.start_line, 1), max(spot.end_line, 1))
        commit = finding.commit or (head if place else judged)
        if commit:
            links[finding.fingerprint, finding.commit] = line_address(address, commit, spot.path, lines)
    return links


def line_address(address: str, commit: str, path: str, lines: LineRange) -> str:
    """The page of some lines of a file at a commit."""
    plain = "?plain=1" if path.lower().endswith(_RENDERED) else ""
    last = f"-L{lines.end}" if lines.end > lines.start else ""
    return f"{address}/blob/{quote(commit, safe='')}/{uri(path)}{plain}#L{lines.start}{last}"
