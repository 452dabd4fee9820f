"""
The findings as a security report of GitLab of the type ``sast``, for the security tab, the merge request and
the vulnerability report.

Schema 15.0.7 (gitlab-org/security-products/security-report-schemas, ``sast-report-format.json``); GitLab
refuses a report as a whole that does not fit. Findings of all checks are in it: GitLab has types of their own
for secrets and packages, with keys that an array of the tree's own findings does not need. Text is GitLab
Flavored Markdown there, so that what comes from the tree is escaped.
"""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate import __version__
from pregate.model import Decision, Finding, Judged, Rule, Severity, State, Verdict
from pregate.report import HOME_PAGE
from pregate.report.bill import dumped, timestamp
from pregate.report.holes import holes_of
from pregate.report.markdown import inline, prose
from pregate.report.visible import clipped, one_line, sentence, visible, visible_block
from pregate.report.words import headline, remedy_of

VERSION = "15.0.7"
NAME_MAX = 255
SOLUTION_MAX = 7000
TEXT_MAX = 4000
IDENTIFIERS_MAX = 20  # GitLab keeps no more ("Security scanner integration")
MESSAGES_MAX = 100
SEVERITIES: Mapping[Severity, str] = {
    Severity.UNKNOWN: "Unknown",
    Severity.INFO: "Info",
    Severity.LOW: "Low",
    Severity.MEDIUM: "Medium",
    Severity.HIGH: "High",
    Severity.CRITICAL: "Critical",
}
_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'*+,;=%-]{1,2000}", re.ASCII)
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_GHSA = re.compile(r"GHSA(-[0-9a-z]{4}){3}")


def render(verdict: Verdict, rules: Sequence[Rule] = ()) -> str:  # noqa: ARG001 - as every report
    """What stands in the tree, less what is suppressed, as ASCII JSON with one finding on each line."""
    found = [judged for judged in verdict.findings if judged.state is not State.SUPPRESSED]
    return dumped(
        {
            "version": VERSION,
            "scan": _scan(verdict),
            "vulnerabilities": [_vulnerability(judged) for judged in found],
        }
    )


def _scan(verdict: Verdict) -> dict[str, Any]:
    """Who looked, and when. A run that is incomplete is a failure: what it did not find may be there."""
    product = {
        "id": "pregate",
        "name": "pregate",
        "url": HOME_PAGE,
        "vendor": {"name": "pregate"},
        "version": __version__,
    }
    start = max(verdict.ended - round(verdict.seconds * 1000), 0)
    return {
        "analyzer": product,
        "scanner": product,
        "type": "sast",
        "start_time": timestamp(start).removesuffix("Z"),
        "end_time": timestamp(verdict.ended).removesuffix("Z"),
        "status": "failure" if verdict.decision is Decision.INCOMPLETE else "success",
        "messages": [{"level": level, "value": words} for level, words in _messages(verdict)],
    }


def _messages(verdict: Verdict) -> Iterator[tuple[str, str]]:
    yield "info", clipped(headline(verdict), TEXT_MAX)
    holes = sorted(holes_of(verdict), key=lambda hole: not hole.counts)
    for hole in holes[:MESSAGES_MAX]:
        line = f":{hole.line}" if hole.line else ""
        where = f"{one_line(hole.check)}: {visible(hole.path)}{line}: " if hole.path else ""
        words = clipped(f"not looked at: {where}{hole.words}", TEXT_MAX)
        yield ("fatal" if hole.counts and not hole.path else "warn" if hole.counts else "info"), words
    if len(holes) > MESSAGES_MAX:
        yield "warn", f"and {len(holes) - MESSAGES_MAX:,} more that were not looked at"


def _vulnerability(judged: Judged) -> dict[str, Any]:
    finding = judged.finding
    rule = finding.rule
    spot = finding.location
    line = max(spot.start_line, 1)
    links = [{"name": "About this rule", "url": rule.help_uri}] if _ADDRESS.fullmatch(rule.help_uri) else []
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, _name(finding))),
        "name": clipped(one_line(rule.title or rule.id), NAME_MAX),
        "description": _description(finding),
        "severity": SEVERITIES[finding.severity],
        "solution": _solution(remedy_of(finding)),
        "location": {
            "file": visible(spot.path),
            "start_line": line,
            "end_line": max(spot.end_line, line),
        },
        "identifiers": list(_identifiers(finding))[:IDENTIFIERS_MAX],
        "links": links,
        "details": dict(_details(judged)),
    }


def _name(finding: Finding) -> str:
    commit = f"@{one_line(finding.commit)}" if finding.commit else ""
    return f"{HOME_PAGE}#{finding.fingerprint}{commit}"


def _description(finding: Finding) -> str:
    parts = (
        inline(sentence(clipped(finding.message, TEXT_MAX))) if finding.message.strip() else "",
        _prose(finding.rule.description),
    )
    return "\n\n".join(part for part in parts if part)


# Findings of a rule share their words: of many findings most of the time would go into these.
@functools.lru_cache(maxsize=256)
def _prose(text: str) -> str:
    return prose(clipped(text, TEXT_MAX))


@functools.lru_cache(maxsize=256)
def _solution(remedy: str) -> str:
    """As much of a remedy as has room once escaped; it is cut before, so that no code block stays open."""
    for size in (SOLUTION_MAX - 1000, SOLUTION_MAX // 4, SOLUTION_MAX // 20):
        text = prose(clipped(remedy, size))
        if len(text) <= SOLUTION_MAX:
            return text
    return ""


def _identifiers(finding: Finding) -> Iterator[dict[str, str]]:
    """The rule, by which GitLab knows the finding again, then weaknesses and advisories."""
    rule = finding.rule
    name = one_line(rule.id) or "(blank)"
    url = {"url": rule.help_uri} if _ADDRESS.fullmatch(rule.help_uri) else {}
    yield {"type": "pregate_rule", "name": name, "value": name} | url
    for number in rule.cwe:
        page = f"https://cwe.mitre.org/data/definitions/{number}.html"
        yield {"type": "cwe", "name": f"CWE-{number}", "value": str(number), "url": page}
    for alias in dict.fromkeys((rule.id.partition("/")[2], *finding.aliases)):
        if _CVE.fullmatch(alias):
            page = f"https://www.cve.org/CVERecord?id={alias}"
            yield {"type": "cve", "name": alias, "value": alias, "url": page}
        elif _GHSA.fullmatch(alias):
            yield {"type": "ghsa", "name": alias, "value": alias, "url": f"https://osv.dev/{alias}"}


def _details(judged: Judged) -> Iterator[tuple[str, dict[str, str]]]:
    """What the schema has no key for; its types ``text`` and ``code`` are shown as they are."""
    finding = judged.finding
    if finding.snippet:
        source = clipped(visible_block(finding.snippet), TEXT_MAX)
        yield "source", {"type": "code", "name": "Source", "value": source}
    pairs = {
        "state": ("State", judged.state.value),
        "why": ("Why", judged.why),
        "confidence": ("Confidence", finding.confidence.word),
        "fingerprint": ("Fingerprint", finding.fingerprint),
        "commit": ("Commit", finding.commit),
    }
    for key, (title, value) in pairs.items():
        if value:
            yield key, {"type": "text", "name": title, "value": one_line(value)}
