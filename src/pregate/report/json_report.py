"""
The verdict as JSON for programs: ``schema`` names the version of this format, report.schema.json beside this
module describes it, and :mod:`pregate.report.reading` makes the verdict of it again.

Everything is there, also what other reports only count. Text is exact, in ASCII with escapes: a byte of a
path that is not UTF-8 is a lone surrogate (``\\udcNN``), which some readers replace; ``uri`` holds the
path's bytes for them, ``path_display`` words for people.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, assert_never

from pregate import __version__
from pregate.model import (
    CheckSummary,
    Completed,
    Failed,
    Judged,
    Place,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    State,
    Unread,
    Verdict,
)
from pregate.report.json_parts import fix_entry, location_entry, path_entry, suppression_entry, waiver_entry
from pregate.report.origin import Origin
from pregate.report.words import counts_of, headline, remedy_of, unread_of

SCHEMA = "pregate/1"
READABLE_MAX = 5000
SKIP_WORDS = {
    SkipReason.NO_TARGETS: "no-targets",
    SkipReason.OFFLINE: "offline",
    SkipReason.NEEDS_NETWORK: "needs-network",
    SkipReason.IN_HOOK: "in-hook",
    SkipReason.UNTRUSTED: "untrusted",
}


def render(verdict: Verdict, rules: Sequence[Rule] = (), origin: Origin | None = None) -> str:
    """
    The verdict as JSON text that ends in a line feed. ``rules`` may be empty: those with findings are
    written in any case. ``origin`` tells who reads the report elsewhere where it comes from. With over
    :data:`READABLE_MAX` findings there are no blanks between the values, which are a third of the text.
    """
    if len(verdict.findings) > READABLE_MAX:
        return json.dumps(document(verdict, rules, origin), separators=(",", ":"), ensure_ascii=True) + "\n"
    return json.dumps(document(verdict, rules, origin), indent=2, ensure_ascii=True) + "\n"


def document(verdict: Verdict, rules: Sequence[Rule] = (), origin: Origin | None = None) -> dict[str, Any]:
    """The report as dictionaries, lists, strings and numbers."""
    hashes = dict(verdict.line_hashes)
    return {
        "schema": SCHEMA,
        "version": __version__,
        "verdict": verdict.decision.value,
        "exit_code": verdict.decision.exit_code,
        "headline": headline(verdict),
        "reasons": list(verdict.reasons),
        "fail_on": verdict.fail_on,
        "change": {
            "description": verdict.change,
            "compared": verdict.compared,
            "head": verdict.head,
        },
        **(_origin(origin) if origin else {}),
        "seconds": round(verdict.seconds, 3),
        "ended": verdict.ended,
        "notes": list(verdict.notes),
        "policy_changes": list(verdict.policy_changes),
        "counts": _counts(verdict),
        "checks": [_check(s) for s in verdict.checks],
        "findings": [_finding(j, hashes) for j in verdict.findings],
        "unread": [_unread(s.check, u) for s in verdict.checks for u in unread_of(s)],
        "skipped": [
            {"check": s.check, "reason": SKIP_WORDS[s.outcome.reason]}
            for s in verdict.checks
            if isinstance(s.outcome, Skipped)
        ],
        "failed": [
            {"check": s.check, "message": s.outcome.message, "hint": s.outcome.hint}
            for s in verdict.checks
            if isinstance(s.outcome, Failed)
        ],
        "suppressions": [waiver_entry(w) for w in verdict.waivers],
        "rules": _rules(verdict, rules),
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "event": {
            "repository": origin.repository,
            "event": origin.event,
            "ref": origin.ref,
            "sha": origin.sha,
            "head_sha": origin.head_sha,
            "pull_request": origin.pull_request,
            "base_sha": origin.base_sha,
            "tree": origin.tree,
        },
        "places": {fingerprint: _place(place) for fingerprint, place in origin.places},
    }


def _place(place: Place) -> dict[str, Any]:
    pairs = [[r.start, r.end] for r in (place.lines, *place.diff)]
    return {"lines": pairs[0], "diff": pairs[1:]}


def _counts(verdict: Verdict) -> dict[str, Any]:
    findings = verdict.findings
    severities = (s.word for s in sorted(Severity, reverse=True))
    by_severity = {word: [j for j in findings if j.finding.severity.word == word] for word in severities}
    return {
        "findings": len(findings),
        "by_state": _states(findings),
        "by_severity": {word: _states(chosen) for word, chosen in by_severity.items()},
        "by_check": {s.check: {state.value: s.count(state) for state in State} for s in verdict.checks},
    }


def _states(findings: Iterable[Judged]) -> dict[str, int]:
    counter = Counter(j.state for j in findings)
    return {state.value: counter[state] for state in State}


def _check(summary: CheckSummary) -> dict[str, Any]:
    counts = counts_of(summary.outcome)
    return {
        "check": summary.check,
        "outcome": _outcome_word(summary),
        "whole": summary.is_whole,
        "gaps": summary.gaps,
        "files": {
            "concerned": counts.concerned,
            "analysed": counts.analysed,
            "unread": len({u.path for u in unread_of(summary)}),
            "cached": counts.cached,
            "excluded": counts.excluded,
        },
        "findings": {state.value: summary.count(state) for state in State},
        "seconds": round(counts.seconds, 3),
        "notes": list(summary.outcome.notes) if isinstance(summary.outcome, Completed) else [],
    }


def _outcome_word(summary: CheckSummary) -> str:
    match summary.outcome:
        case Completed():
            return "completed"
        case Skipped():
            return "skipped"
        case Failed():
            return "failed"
        case _:
            assert_never(summary.outcome)


def _finding(judged: Judged, hashes: Mapping[str, str]) -> dict[str, Any]:
    finding = judged.finding
    fingerprint = finding.fingerprint
    return {
        "fingerprint": fingerprint,
        "anchor": finding.anchor,
        "ordinal": finding.ordinal,
        "line_hash": hashes.get(fingerprint, ""),
        "rule": finding.rule.id,
        "check": finding.rule.check,
        "title": finding.rule.title,
        "state": judged.state.value,
        "why": judged.why,
        "introduced": judged.introduced,
        "in_diff": judged.in_diff,
        "severity": finding.severity.word,
        "confidence": finding.confidence.word,
        "message": finding.message,
        "location": location_entry(finding.location),
        "snippet": finding.snippet,
        "remedy": remedy_of(finding),
        "fixes": [fix_entry(f) for f in finding.fixes],
        "aliases": list(finding.aliases),
        "related": [{"message": r.message, "location": location_entry(r.location)} for r in finding.related],
        "suppressed_by": finding.suppressed_by,
        "suppression": suppression_entry(finding.suppression) if finding.suppression else None,
        "witness": finding.witness,
        "excused": finding.excused,
        "commit": finding.commit,
        "properties": dict(finding.properties),
    }


def _unread(check: str, unread: Unread) -> dict[str, Any]:
    where = {**path_entry(unread.path), "line": unread.line}
    return {"check": check, **where, "reason": unread.reason.value, "detail": unread.detail}


def _rules(verdict: Verdict, rules: Sequence[Rule]) -> dict[str, Any]:
    found = {j.finding.rule.id: j.finding.rule for j in reversed(verdict.findings)}
    known = {r.id: r for r in rules if r.id in found}
    return {key: _rule(rule) for key, rule in sorted((found | known).items())}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "title": rule.title,
        "description": rule.description,
        "remedy": rule.remedy,
        "severity": rule.severity.word,
        "help_uri": rule.help_uri,
        "cwe": list(rule.cwe),
        "tags": list(rule.tags),
    }
