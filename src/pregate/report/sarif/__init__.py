"""
SARIF 2.1.0 (OASIS, errata 01): one run per check, in the order of the verdict, also for a check that did not
do its work.

What GitHub makes of it is in docs/reports.md, with the sources. The runs share one driver and differ by
``automationDetails.id``, which GitHub takes as category; the same verdict always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

import sarif_om as om

from pregate import __version__
from pregate.model import (
    CheckSummary,
    Completed,
    Failed,
    Judged,
    Rule,
    Skipped,
    SkipReason,
    State,
    Unread,
    Verdict,
)
from pregate.records import dataclass
from pregate.report import HOME_PAGE
from pregate.report.excerpt import MASK
from pregate.report.sarif import descriptors
from pregate.report.sarif.results import ROOT, artifact, message, result_of
from pregate.report.sarif.serialise import to_text
from pregate.report.words import BY_NATURE, UNREAD_WORDS, unread_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Options:
    """
    What a caller may choose.

    ``states`` are those of the findings to write; ``category`` is put before the check's name in the
    category, and ``suffix``, if there is one, behind it: they keep the runs of two jobs apart.
    ``repository_uri`` and ``branch`` tell where the commit comes from (an empty one is left out).
    """

    states: frozenset[State] = frozenset(State)
    category: str = "pregate"
    repository_uri: str = ""
    branch: str = ""
    suffix: str = ""

    def category_of(self, check: str) -> str:
        """What GitHub shows as the category of a check's run: ``pregate/secrets/linux``."""
        return "/".join(part for part in (self.category, check, self.suffix) if part)


def render(verdict: Verdict, rules: Sequence[Rule], options: Options | None = None) -> str:
    """The verdict as a SARIF log: ASCII JSON that ends in a line feed. ``rules`` are those of all checks."""
    chosen = options or Options()
    runs = [run_of(summary, verdict, rules, chosen) for summary in verdict.checks]
    return to_text(om.SarifLog(version="2.1.0", schema_uri=SCHEMA, runs=runs))


def run_of(summary: CheckSummary, verdict: Verdict, rules: Sequence[Rule], options: Options) -> om.Run:
    """One check's run, with the results of the verdict that are in the states of ``options``."""
    check = summary.check
    judged = [j for j in verdict.findings if j.finding.rule.check == check and j.state in options.states]
    table = descriptors.rule_table([r for r in rules if r.check == check], [j.finding for j in judged])
    notes = _notifications(summary)
    return om.Run(
        tool=om.Tool(driver=_driver(check, table, notes)),
        invocations=[_invocation(summary, notes)],
        results=_results(judged, table, verdict),
        automation_details=om.RunAutomationDetails(
            # GitHub takes all before the last slash for the category, and the rest for the run's own id.
            id=f"{options.category_of(check)}/",
            description=om.Message(text=f"The {check} check of pregate."),
        ),
        column_kind="unicodeCodePoints",
        original_uri_base_ids={
            ROOT: om.ArtifactLocation(description=om.Message(text="The root of the repository."))
        },
        redaction_tokens=[MASK],
        version_control_provenance=_provenance(verdict, options),
        properties={"verdict": verdict.decision.value, "failOn": verdict.fail_on},
    )


def _driver(check: str, table: descriptors.RuleTable, notes: Iterable[om.Notification]) -> om.ToolComponent:
    return om.ToolComponent(
        name="pregate",
        full_name=f"pregate {__version__} ({check})",
        version=__version__,
        semantic_version=__version__,
        information_uri=HOME_PAGE,
        rules=list(table.descriptors),
        notifications=list(descriptors.notification_table(n.descriptor.id for n in notes)) or None,
    )


def _results(judged: Iterable[Judged], table: descriptors.RuleTable, verdict: Verdict) -> list[om.Result]:
    ordered = tuple(judged)
    told = any(j.state is State.SUPPRESSED for j in ordered)
    hashes = dict(verdict.line_hashes)
    return [
        result_of(j, table, compared=verdict.compared, tells_suppressions=told, line_hashes=hashes)
        for j in ordered
    ]


def _invocation(summary: CheckSummary, notes: Sequence[om.Notification]) -> om.Invocation:
    return om.Invocation(
        execution_successful=_is_successful(summary),
        tool_execution_notifications=list(notes) or None,
    )


def _is_successful(summary: CheckSummary) -> bool:
    """A check that had no file to look at succeeded; one that could not look did not."""
    match summary.outcome:
        case Completed():
            return True
        case Skipped(reason=reason):
            return reason is SkipReason.NO_TARGETS
        case Failed():
            return False
        case _:
            assert_never(summary.outcome)


def _notifications(summary: CheckSummary) -> list[om.Notification]:
    notes = list(_told(summary))
    positions = {key: n for n, key in enumerate(dict.fromkeys(n.descriptor.id for n in notes))}
    for note in notes:
        note.descriptor.index = positions[note.descriptor.id]
    return notes


def _told(summary: CheckSummary) -> Iterator[om.Notification]:
    match summary.outcome:
        case Completed(notes=notes):
            yield from map(_unread, unread_of(summary))
            yield from (_notification(descriptors.NOTE, "note", note) for note in notes)
        case Skipped(reason=reason):
            level = "note" if reason is SkipReason.NO_TARGETS else "warning"
            yield _notification(descriptors.SKIPPED, level, f"Skipped: {reason.value}")
        case Failed(message=text, hint=hint):
            yield _notification(descriptors.FAILED, "error", f"{text.rstrip('.')}. {hint}" if hint else text)
        case _:
            assert_never(summary.outcome)


def _unread(unread: Unread) -> om.Notification:
    level = "note" if unread.reason in BY_NATURE else "warning"
    note = _notification(
        descriptors.unread_id(unread), level, unread.detail or f"Not analysed: {UNREAD_WORDS[unread.reason]}"
    )
    region = om.Region(start_line=unread.line) if unread.line > 0 else None
    where = om.PhysicalLocation(artifact_location=artifact(unread.path), region=region)
    note.locations = [om.Location(physical_location=where)]
    return note


def _notification(kind: str, level: str, text: str) -> om.Notification:
    return om.Notification(
        message=message(text), level=level, descriptor=om.ReportingDescriptorReference(id=kind)
    )


def _provenance(verdict: Verdict, options: Options) -> list[om.VersionControlDetails] | None:
    if not options.repository_uri:
        return None
    return [
        om.VersionControlDetails(
            repository_uri=options.repository_uri,
            revision_id=verdict.head if _COMMIT.fullmatch(verdict.head) else None,
            branch=options.branch or None,
            mapped_to=om.ArtifactLocation(uri_base_id=ROOT),
        )
    ]
