"""
SARIF rules (``reportingDescriptor``, SARIF 2.1.0 §3.49).

GitHub keeps ``security-severity`` on the rule, so that a rule whose findings have two severities needs two
descriptors ("SARIF support for code scanning", reportingDescriptor object). The usual severity keeps the
rule's id, another one is appended to it: ``python/B602/medium``, a hierarchical id in the sense of §3.27.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import sarif_om as om

from pregate.model import Confidence, Finding, Rule, Severity, Unread, UnreadReason
from pregate.records import dataclass
from pregate.report import markdown
from pregate.report.visible import clipped, one_line, sentence
from pregate.report.words import UNREAD_WORDS, suppression_of

TEXT_MAX = 1024  # GitHub: shortDescription.text and fullDescription.text
NAME_MAX = 255
# A check with more rules than this lists those that found something: what each says is some kilobytes.
RULES_MAX = 200
TAGS_MAX = 10  # GitHub shows 10 and refuses more than 20


@dataclass(frozen=True, slots=True)
class Scale:
    """
    What one of our severities is in SARIF: a level, GitHub's number (``""``: none) and a rank from 0 to 100.
    """

    level: str
    number: str
    rank: float


# GitHub reads over 9.0 as critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low, 0.0 as no security
# severity.
SCALES: dict[Severity, Scale] = {
    Severity.CRITICAL: Scale("error", "9.5", 95.0),
    Severity.HIGH: Scale("error", "8.0", 80.0),
    Severity.MEDIUM: Scale("warning", "5.5", 55.0),
    Severity.LOW: Scale("note", "2.5", 25.0),
    Severity.INFO: Scale("note", "0.0", 5.0),
    Severity.UNKNOWN: Scale("warning", "", 50.0),
}


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The descriptors of one run, and where each (rule id, severity) stands among them."""

    descriptors: tuple[om.ReportingDescriptor, ...]
    positions: dict[tuple[str, Severity], int]

    def reference(self, finding: Finding) -> tuple[str, int]:
        """``ruleId`` and ``ruleIndex`` of a finding's result."""
        index = self.positions[finding.rule.id, finding.severity]
        return self.descriptors[index].id, index


def rule_table(rules: Sequence[Rule], findings: Iterable[Finding]) -> RuleTable:
    """
    The descriptors for ``rules`` and for every rule and severity that ``findings`` bring, by id. Of more than
    :data:`RULES_MAX` rules only those that found something have one.
    """
    known = {r.id: r for r in rules} if len(rules) <= RULES_MAX else {}
    precision: dict[tuple[str, Severity], Confidence] = {}
    for finding in findings:
        known.setdefault(finding.rule.id, finding.rule)
        key = (finding.rule.id, finding.severity)
        precision[key] = min(finding.confidence, precision.get(key, finding.confidence))
    wanted = {(r.id, r.severity) for r in known.values()} | set(precision)
    usual = {r.id: r.severity for r in known.values()}
    ordered = sorted(wanted, key=lambda k: (k[0], k[1] is not usual[k[0]], k[1]))
    made = tuple(_descriptor(known[i], severity, precision.get((i, severity))) for i, severity in ordered)
    _tell_apart(made)
    return RuleTable(made, {key: index for index, key in enumerate(ordered)})


def _tell_apart(made: Iterable[om.ReportingDescriptor]) -> None:
    """Ids that differ by blanks alone are one once they are shown: each has to be an id of its own."""
    taken: set[str] = set()
    for descriptor in made:
        shown, number = descriptor.id, 2
        while descriptor.id in taken:
            descriptor.id, number = f"{shown}-{number}", number + 1
        taken.add(descriptor.id)


def _descriptor(rule: Rule, severity: Severity, precision: Confidence | None) -> om.ReportingDescriptor:
    scale = SCALES[severity]
    properties: dict[str, object] = {"tags": tags_of(rule)}
    if precision:
        properties["precision"] = precision.word
    if scale.number:
        properties["security-severity"] = scale.number
    return om.ReportingDescriptor(
        id=one_line(rule.id) if severity is rule.severity else f"{one_line(rule.id)}/{severity.word}",
        name=identifier(rule.title or rule.id),
        short_description=_text(rule.title or rule.id),
        full_description=_text(rule.description or rule.title or rule.id),
        help=om.MultiformatMessageString(
            text=help_text(rule), markdown=markdown.rule_page(rule, heading=False)
        ),
        help_uri=rule.help_uri if is_http(rule.help_uri) else None,
        default_configuration=om.ReportingConfiguration(level=scale.level),
        properties=properties,
    )


def _text(text: str) -> om.MultiformatMessageString:
    return om.MultiformatMessageString(text=clipped(sentence(one_line(text)), TEXT_MAX))


def is_http(uri: str) -> bool:
    """Whether ``uri`` is a plain web address that may stand in a ``format: uri`` field."""
    return (
        re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][\w.~:/?#@!$&'()*+,;=%-]*)?", uri, re.ASCII)
        is not None
    )


def identifier(title: str) -> str:
    """A title as one word in Pascal case, the form that SARIF2012 asks of ``name``."""
    words = re.findall(r"[A-Za-z0-9]+", title)
    return "".join(w.capitalize() for w in words)[:NAME_MAX] or "Rule"


def tags_of(rule: Rule) -> list[str]:
    """
    At most ten tags: ``security``, the CWEs as CodeQL writes them (``external/cwe/cwe-078``), then the
    rule's own.
    """
    cwes = (f"external/cwe/cwe-{n:03d}" for n in rule.cwe)
    return list(dict.fromkeys(("security", *cwes, *map(one_line, rule.tags))))[:TAGS_MAX]


def help_text(rule: Rule) -> str:
    """The help in plain text: why, how to fix, how to suppress, where to read on."""
    suppression = suppression_of(rule)
    parts = [
        sentence(one_line(rule.description or rule.title or rule.id)),
        f"How to fix: {sentence(one_line(rule.remedy))}" if rule.remedy else "",
        f"How to suppress: {sentence(suppression)}" if suppression else "",
        f"See {one_line(rule.help_uri)}" if rule.help_uri else "",
    ]
    return "\n\n".join(p for p in parts if p)


# --------------------------------------------------------------------------------------------- notifications

FAILED = "pregate/check-failed"
SKIPPED = "pregate/check-skipped"
NOTE = "pregate/note"


def unread_id(unread: Unread) -> str:
    """The id of the notification for a file that was not read."""
    return f"pregate/unread/{unread.reason.value}"


def notification_table(ids: Iterable[str]) -> tuple[om.ReportingDescriptor, ...]:
    """Descriptors for the kinds of notification named by ``ids``, each once, in order."""
    texts = {
        FAILED: "The check could not do its work: that there is no result says nothing about the files.",
        SKIPPED: "The check did not run.",
        NOTE: "A fact about the run.",
        **{f"pregate/unread/{r.value}": f"A file was not analysed: {UNREAD_WORDS[r]}." for r in UnreadReason},
    }
    return tuple(_kind(key, om.MultiformatMessageString(text=texts[key])) for key in dict.fromkeys(ids))


def _kind(key: str, text: om.MultiformatMessageString) -> om.ReportingDescriptor:
    name = identifier(key.removeprefix("pregate/"))
    return om.ReportingDescriptor(id=key, name=name, short_description=text, full_description=text, help=text)
