"""
The findings as a Code Quality report of GitLab (docs.gitlab.com/ci/testing/code_quality, "Code Quality
report format"): a JSON array, of which GitLab reads ``description``, ``check_name``, ``fingerprint``,
``severity`` and ``location``. Its parser stops at the first entry that is not of that form
(gitlabhq/gitlabhq, ``lib/gitlab/ci/parsers/codequality/code_climate.rb``) and takes no byte order mark.

GitLab compares the report of a merge request with that of its target branch, so all that stands in the tree
is in it but what is suppressed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pregate.model import Finding, Rule, Severity, State, Verdict
from pregate.report.holes import Hole, holes_of
from pregate.report.visible import clipped, one_line, visible

TEXT_MAX = 1000
# The file that the widget links to for what stands in no file: it is where the job is defined.
NOWHERE = ".gitlab-ci.yml"
# A severity that nobody knows is shown in the middle: neither hidden nor crying.
SEVERITIES: Mapping[Severity, str] = {
    Severity.INFO: "info",
    Severity.LOW: "minor",
    Severity.UNKNOWN: "major",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def render(verdict: Verdict, rules: Sequence[Rule] = ()) -> str:  # noqa: ARG001 - as every report
    """The findings, then what was not looked at, as ASCII JSON with one entry on each line."""
    found = [judged.finding for judged in verdict.findings if judged.state is not State.SUPPRESSED]
    entries = [*map(_entry, found), *map(_hole, holes_of(verdict))]
    lines = [json.dumps(entry, ensure_ascii=True) for entry in entries]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def _entry(finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    words = finding.message or rule.title or rule.id
    commit = f" (in commit {finding.commit[:12]})" if finding.commit else ""
    return {
        "description": clipped(one_line(words + commit), TEXT_MAX) or "(blank)",
        "check_name": one_line(rule.id) or "(blank)",
        "fingerprint": _fingerprint(finding),
        "severity": SEVERITIES[finding.severity],
        "location": _location(finding.location.path, finding.location.start_line),
    }


def _fingerprint(finding: Finding) -> str:
    """That of every report; with the commit where each is judged by itself, as GitLab shows equals once."""
    return _digest(finding.fingerprint, finding.commit) if finding.commit else finding.fingerprint


def _hole(hole: Hole) -> dict[str, Any]:
    """
    What makes the run incomplete is as bad as can be, as nobody knows what is there; the rest is information.
    """
    where = (hole.path or NOWHERE, hole.line)
    return {
        "description": clipped(one_line(f"not looked at: {hole.words}"), TEXT_MAX),
        "check_name": f"{one_line(hole.check) or 'pregate'}/not-looked-at",
        "fingerprint": _digest("not-looked-at", hole.check, hole.path, str(hole.line), hole.words),
        "severity": "blocker" if hole.counts else "info",
        "location": _location(*where),
    }


def _location(path: str, line: int) -> dict[str, Any]:
    return {"path": visible(path), "lines": {"begin": max(line, 1)}}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
