"""
The JSON report read back into a verdict.

The report may come from an artefact that a fork's workflow wrote: every byte of it is hostile. It is bounded
before it is parsed, held against the schema and then against itself; what can be worked out from other parts
(counts, fingerprints, states, the decision, words for people) is worked out and not taken over. What is left
is text, which every rendering makes harmless, as it does with that of the scanned tree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pregate.model import (
    INDEX,
    WORKTREE,
    CheckSummary,
    Completed,
    Confidence,
    Counts,
    Decision,
    Failed,
    Finding,
    Fix,
    Judged,
    LineRange,
    Outcome,
    Place,
    Related,
    Rule,
    Severity,
    Skipped,
    State,
    Unread,
    UnreadReason,
    Verdict,
    Waiver,
)
from pregate.records import dataclass, replace
from pregate.report.consistency import contradiction
from pregate.report.json_report import SKIP_WORDS
from pregate.report.origin import Origin
from pregate.report.reading_parts import location_of, path_of, suppression_of, waiver_of
from pregate.report.schema import LIMIT, ReportError, document_of

__all__ = ["LIMIT", "Read", "ReportError", "read_report"]

_SKIPS = {word: reason for reason, word in SKIP_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Read:
    """A report that was read: ``rules`` are those of its findings, ``origin`` is None where it names none."""

    verdict: Verdict
    rules: tuple[Rule, ...]
    origin: Origin | None


def read_report(data: bytes, known: Sequence[Rule] = ()) -> Read:
    """
    The verdict in a JSON report, with its rules and where it comes from. Raises ReportError.

    A rule that is among ``known`` is taken from there: then only rules that nobody else can know (those of
    advisories) have the report's words. What the format does not hold (discriminators, candidates) is empty,
    and what a check could not read comes sorted.
    """
    report = document_of(data)
    rules = {key: _rule(key, value) for key, value in report["rules"].items()}
    verdict = _verdict(report, rules)
    if wrong := contradiction(verdict):
        raise ReportError(*wrong)
    rules |= {r.id: r for r in known if r.id in rules}
    return Read(_with_rules(verdict, rules), tuple(rules.values()), _origin(report, verdict))


def _with_rules(verdict: Verdict, rules: Mapping[str, Rule]) -> Verdict:
    found = (replace(j, finding=replace(j.finding, rule=rules[j.finding.rule.id])) for j in verdict.findings)
    return replace(verdict, findings=tuple(found))


# ---------------------------------------------------------------------------------------------- verdict


def _verdict(report: Mapping[str, Any], rules: Mapping[str, Rule]) -> Verdict:
    entries = report["findings"]
    findings = tuple(_judged(e, rules, f"/findings/{n}") for n, e in enumerate(entries))
    hashes = {(e["fingerprint"], e["line_hash"]) for e in entries if e["line_hash"]}
    return Verdict(
        decision=Decision(report["verdict"]),
        reasons=tuple(report["reasons"]),
        findings=findings,
        checks=_checks(report, findings),
        fail_on=report["fail_on"],
        change=report["change"]["description"],
        compared=report["change"]["compared"],
        head=report["change"]["head"],
        seconds=float(report["seconds"]),
        ended=report.get("ended", 0),
        waivers=_waivers(report.get("suppressions", ())),
        notes=tuple(report.get("notes", ())),
        policy_changes=tuple(report.get("policy_changes", ())),
        line_hashes=tuple(sorted(hashes)),
    )


def _waivers(entries: Iterable[Mapping[str, Any]]) -> tuple[Waiver, ...]:
    return tuple(waiver_of(entry, f"/suppressions/{number}") for number, entry in enumerate(entries))


def _judged(entry: Mapping[str, Any], rules: Mapping[str, Rule], where: str) -> Judged:
    rule = rules.get(entry["rule"])
    if rule is None:
        raise ReportError(f"{where}/rule", "is not among the rules")
    finding = Finding(
        rule=rule,
        message=entry["message"],
        location=location_of(entry["location"], f"{where}/location"),
        severity=Severity[entry["severity"].upper()],
        confidence=Confidence[entry["confidence"].upper()],
        remedy=entry["remedy"] if entry["remedy"] != rule.remedy else "",
        aliases=tuple(entry["aliases"]),
        related=tuple(
            Related(location_of(r["location"], f"{where}/related/{n}/location"), r["message"])
            for n, r in enumerate(entry["related"])
        ),
        properties=tuple(entry["properties"].items()),
        suppressed_by=entry["suppressed_by"],
        snippet=entry["snippet"],
        anchor=entry["anchor"],
        ordinal=entry["ordinal"],
        commit=entry["commit"],
        fixes=tuple(_fix(f, f"{where}/fixes/{n}") for n, f in enumerate(entry["fixes"])),
        excused=entry.get("excused", ""),
        suppression=suppression_of(entry["suppression"], where) if entry.get("suppression") else None,
        witness=entry.get("witness", ""),
    )
    if finding.fingerprint != entry["fingerprint"]:
        raise ReportError(f"{where}/fingerprint", "is not that of the finding")
    return Judged(finding, State(entry["state"]), entry["in_diff"], entry["introduced"], entry.get("why", ""))


def _fix(entry: Mapping[str, Any], where: str) -> Fix:
    if not 1 <= entry["start_line"] <= entry["end_line"]:
        raise ReportError(f"{where}/end_line", "is before the first line")
    return Fix(entry["description"], entry["start_line"], entry["end_line"], entry["text"])


def _rule(key: str, entry: Mapping[str, Any]) -> Rule:
    return Rule(
        id=key,
        title=entry["title"],
        description=entry["description"],
        remedy=entry["remedy"],
        severity=Severity[entry["severity"].upper()],
        help_uri=entry["help_uri"],
        cwe=tuple(entry["cwe"]),
        tags=tuple(entry["tags"]),
    )


# ------------------------------------------------------------------------------------------- checks, origin


def _checks(report: Mapping[str, Any], findings: Iterable[Judged]) -> tuple[CheckSummary, ...]:
    entries = report["checks"]
    words = {e["check"]: e["outcome"] for e in entries}
    if len(words) != len(entries):
        raise ReportError("/checks", "has a check twice")
    unread = _unread(report["unread"])
    if any(words.get(check) != "completed" for check in unread):
        raise ReportError("/unread", "names a check that did not complete")
    details = _details(report, "skipped", words) | _details(report, "failed", words)
    tally = Counter((j.finding.rule.check, j.state) for j in findings)
    return tuple(
        CheckSummary(
            e["check"],
            _outcome(e, tuple(unread.get(e["check"], ())), details.get(e["check"], {})),
            tuple((state, tally[e["check"], state]) for state in State),
            e["gaps"],
        )
        for e in entries
    )


def _details(
    report: Mapping[str, Any], outcome: str, words: Mapping[str, str]
) -> dict[str, Mapping[str, str]]:
    """What the report says of the checks with that outcome, each of which it must name once."""
    entries = report[outcome]
    if sorted(e["check"] for e in entries) != sorted(c for c, word in words.items() if word == outcome):
        raise ReportError(f"/{outcome}", "does not name the checks with that outcome")
    return {e["check"]: e for e in entries}


def _outcome(entry: Mapping[str, Any], unread: tuple[Unread, ...], details: Mapping[str, str]) -> Outcome:
    check, kind = entry["check"], entry["outcome"]
    if kind == "skipped":
        return Skipped(check, _SKIPS[details["reason"]])
    files = entry["files"]
    counts = Counts(
        files["concerned"], files["analysed"], files["cached"], files["excluded"], float(entry["seconds"])
    )
    if kind == "failed":
        return Failed(check, details["message"], details["hint"], counts)
    return Completed(check, (), unread, counts, tuple(entry["notes"]))


def _unread(entries: Iterable[Mapping[str, Any]]) -> dict[str, list[Unread]]:
    found: dict[str, list[Unread]] = defaultdict(list)
    for number, entry in enumerate(entries):
        path = path_of(entry["path"], f"/unread/{number}/path")
        found[entry["check"]].append(
            Unread(path, UnreadReason(entry["reason"]), entry["detail"], entry["line"])
        )
    return found


def _origin(report: Mapping[str, Any], verdict: Verdict) -> Origin | None:
    event = report.get("event")
    if event is None:
        if "places" in report:
            raise ReportError("/places", "stands there without an event")
        return None
    if verdict.head not in (event["sha"], INDEX, WORKTREE):
        raise ReportError("/event/sha", "is not the commit that the verdict is on")
    return Origin(**event, places=tuple(_places(report.get("places", {}), verdict)))


def _places(entries: Mapping[str, Any], verdict: Verdict) -> Iterator[tuple[str, Place]]:
    known = {j.finding.fingerprint for j in verdict.findings}
    for fingerprint, entry in entries.items():
        if fingerprint not in known:
            raise ReportError("/places/*", "is of no finding")
        lines, *diff = (LineRange(start, end) for start, end in (entry["lines"], *entry["diff"]))
        if any(r.end < r.start for r in (lines, *diff)):
            raise ReportError("/places/*", "has lines that end before they begin")
        yield fingerprint, Place(lines, tuple(diff))
