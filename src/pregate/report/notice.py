"""The verdict as a notice: a subject, words for an e-mail, a document for programs; none of it is markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pregate.model import Finding, Severity, State, Verdict
from pregate.records import dataclass
from pregate.report.visible import clipped, one_line, place, visible
from pregate.report.words import headline, plural

SCHEMA = "pregate-notice/1"
SHOWN = 10
WORDS_MAX = 500
REASONS_MAX = 20


@dataclass(frozen=True, slots=True)
class Where:
    """
    The run that is told of: the repository (``OWNER/NAME``), the judged commit, the pages of run and pull
    request, the address of the reports and a link to one of them; each but the first may be ``""``.
    """

    repository: str
    commit: str = ""
    run_url: str = ""
    pull_url: str = ""
    reports: str = ""
    link: str = ""


def subject_of(verdict: Verdict, where: Where) -> str:
    """``pregate FAILED: octo-org/example: 3 new findings``."""
    found = plural(len(verdict.select(State.NEW)), "finding")
    return (
        f"pregate {verdict.decision.value.upper()}: {where.repository}: {found} at or over {verdict.fail_on}"
    )


def render_text(verdict: Verdict, where: Where) -> str:
    """The notice for people."""
    found = verdict.select(State.NEW)
    addresses = (
        ("Pull request", where.pull_url),
        ("Run", where.run_url),
        ("Reports", where.reports),
        ("Report (the link ends with the credentials that signed it)", where.link),
    )
    lines = [headline(verdict), "", f"Repository: {where.repository}"]
    lines += [f"Commit: {one_line(where.commit)}"] if where.commit else []
    lines += [f"{name}: {value}" for name, value in addresses if value]
    lines += ["", *(_line(finding) for finding in found[:SHOWN])]
    lines += [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "\n".join(lines).rstrip() + "\n"


def document(verdict: Verdict, where: Where) -> dict[str, Any]:
    """The notice for programs: ``findings`` are those that fail the gate, most severe first."""
    found = verdict.select(State.NEW)
    return {
        "schema": SCHEMA,
        "verdict": verdict.decision.value,
        "exit_code": verdict.decision.exit_code,
        "headline": clipped(headline(verdict), WORDS_MAX),
        "reasons": [clipped(one_line(reason), WORDS_MAX) for reason in verdict.reasons[:REASONS_MAX]],
        "repository": where.repository,
        "commit": one_line(where.commit),
        "run": where.run_url,
        "pull_request": where.pull_url,
        "reports": where.reports,
        "link": where.link,
        "counts": _counts(verdict),
        "total": len(found),
        "findings": [_finding(finding) for finding in found],
    }


def _counts(verdict: Verdict) -> Mapping[str, Any]:
    states = {state.value: len(verdict.select(state)) for state in State}
    found = verdict.select(State.NEW)
    severities = {s.word: sum(f.severity is s for f in found) for s in sorted(Severity, reverse=True)}
    return {"by_state": states, "new_by_severity": severities}


def _line(finding: Finding) -> str:
    title = clipped(one_line(finding.rule.title or finding.rule.id), 120)
    return f"- {finding.severity.word} {one_line(finding.rule.id)}: {title} ({place(finding.location)})"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "rule": one_line(finding.rule.id),
        "severity": finding.severity.word,
        "message": clipped(one_line(finding.message), WORDS_MAX),
        "path": visible(finding.location.path),
        "line": finding.location.start_line,
    }
