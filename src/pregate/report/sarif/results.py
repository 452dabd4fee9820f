"""SARIF results (SARIF 2.1.0 §3.27) and the locations in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attr
import sarif_om as om

from pregate.model import Finding, Fix, Judged, Location, Related, State
from pregate.report.sarif.descriptors import SCALES, RuleTable
from pregate.report.visible import sentence, source_lines, uri, visible, visible_block

ROOT = "%SRCROOT%"
FINGERPRINT = "pregate/v1"
LINE_HASH = "primaryLocationLineHash"
MESSAGE_MAX = 4000


@attr.s
class Suppression(om.Suppression):
    """
    A suppression with its status, which SARIF 2.1.0 has (§3.35.3) and sarif-om 1.0.4 calls ``state``, as
    drafts did.
    """

    status: str | None = attr.ib(default=None, metadata={"schema_property_name": "status"})


def result_of(
    judged: Judged,
    table: RuleTable,
    *,
    compared: bool,
    tells_suppressions: bool,
    line_hashes: Mapping[str, str],
) -> om.Result:
    """
    One finding as a result.

    ``compared`` gives it a ``baselineState``. ``tells_suppressions`` gives it a list of suppressions, empty
    or not: §3.27.23 wants that of all results of a run or of none. ``line_hashes`` are GitHub's hashes by
    our fingerprint.
    """
    finding = judged.finding
    rule_id, index = table.reference(finding)
    prints = {FINGERPRINT: finding.fingerprint}
    if finding.fingerprint in line_hashes:
        prints[LINE_HASH] = line_hashes[finding.fingerprint]
    return om.Result(
        rule_id=rule_id,
        rule_index=index,
        level=SCALES[finding.severity].level,
        rank=SCALES[finding.severity].rank,
        message=message(finding.message or finding.rule.title or finding.rule.id),
        locations=[om.Location(physical_location=physical(finding.location, finding.snippet))],
        related_locations=[_related(n, r) for n, r in enumerate(finding.related, 1)] or None,
        partial_fingerprints=prints,
        fixes=_fixes(finding) or None,
        baseline_state=_baseline(judged) if compared else None,
        suppressions=_suppressions(judged) if tells_suppressions else None,
        properties=_properties(judged),
    )


def message(text: str) -> om.Message:
    """
    A message with nothing active in it, and its full stop.

    SARIF reads ``[text](target)`` in plain text as a link (§3.11.6); the blank that is put in between says
    the same and is none.
    """
    plain = " ".join(visible(part) for part in text.split()).replace("](", "] (")
    if len(plain) > MESSAGE_MAX:
        plain = plain[:MESSAGE_MAX].rstrip() + " (cut)"
    return om.Message(text=sentence(plain) if plain else "No message.")


def artifact(path: str) -> om.ArtifactLocation:
    """A path as a URI reference relative to the repository's root."""
    return om.ArtifactLocation(uri=uri(path), uri_base_id=ROOT)


def physical(location: Location, snippet: str = "") -> om.PhysicalLocation:
    """A location with every bound of its region written out, and the source text that is known of it."""
    region = region_of(location)
    context = None
    text = visible_block(snippet)
    if text:
        last = region.start_line + len(source_lines(snippet)) - 1
        if last >= region.end_line:  # whole lines around the region: its context (§3.29.5)
            context = om.Region(
                start_line=region.start_line, end_line=last, snippet=om.ArtifactContent(text=text)
            )
        else:  # the first lines of a long region
            region.snippet = om.ArtifactContent(text=text)
    return om.PhysicalLocation(
        artifact_location=artifact(location.path), region=region, context_region=context
    )


def region_of(location: Location) -> om.Region:
    """A region that holds in any case: all four bounds at least 1, the end not before the start."""
    line, column = max(location.start_line, 1), max(location.start_column, 1)
    end_line, end_column = max(location.end_line, line), max(location.end_column, 1)
    if end_line == line:
        end_column = max(end_column, column)
    return om.Region(start_line=line, start_column=column, end_line=end_line, end_column=end_column)


def _fixes(finding: Finding) -> list[om.Fix]:
    """Those that can be written, each once: the elements of this array are to differ (§3.27.30)."""
    found: list[om.Fix] = []
    for fix in finding.fixes:
        made = _fix(finding.location.path, fix)
        if _is_text(fix.text) and made not in found:
            found.append(made)
    return found


def _fix(path: str, fix: Fix) -> om.Fix:
    """
    Lines to put in the place of others, exactly as they are to stand in the file (§3.55).

    The region names no last column, and so reaches to the end of its last line, whose end is no part of it
    (§3.30.8).
    """
    first = max(fix.start_line, 1)
    region = om.Region(start_line=first, start_column=1, end_line=max(fix.end_line, first))
    replacement = om.Replacement(deleted_region=region, inserted_content=om.ArtifactContent(text=fix.text))
    change = om.ArtifactChange(artifact_location=artifact(path), replacements=[replacement])
    return om.Fix(description=message(fix.description), artifact_changes=[change])


def _is_text(text: str) -> bool:
    """Whether ``text`` can stand in a log as it is: a lone surrogate is no character of any encoding."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _related(number: int, related: Related) -> om.Location:
    return om.Location(
        id=number, physical_location=physical(related.location), message=message(related.message)
    )


def _baseline(judged: Judged) -> str:
    match judged.state:
        case State.NEW | State.BELOW_THRESHOLD:
            return "new"
        case State.PRE_EXISTING:
            return "unchanged"
        case State.SUPPRESSED:
            return "new" if judged.in_diff else "unchanged"


def _suppressions(judged: Judged) -> list[Suppression]:
    if judged.state is not State.SUPPRESSED:
        return []
    words = visible(judged.finding.suppressed_by) or None
    return [Suppression(kind="inSource", status="accepted", justification=words)]


def _properties(judged: Judged) -> dict[str, Any]:
    finding = judged.finding
    properties: dict[str, Any] = {
        "severity": finding.severity.word,
        "confidence": finding.confidence.word,
        "state": judged.state.value,
        "inDiff": judged.in_diff,
    }
    if finding.aliases:
        properties["aliases"] = [visible(a) for a in dict.fromkeys(finding.aliases)]
    if finding.commit:
        properties["commit"] = visible(finding.commit)
    if finding.properties:
        properties["details"] = {visible(key): visible(value) for key, value in finding.properties}
    return properties
