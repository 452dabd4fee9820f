"""
The findings as the page's script reads them: once, in a data block that a browser never runs.

Every text is harmless to look at (:mod:`pregate.report.visible`) and the JSON has none of the characters that
could end its element (HTML Standard, "Restrictions for contents of script elements"): ``<``, ``>`` and ``&``
are escapes, as is all that is not ASCII. Keys without a value are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pregate.model import Finding, Judged, Location, Rule, State, Verdict
from pregate.report.html.listing import lines_left_out, listing
from pregate.report.html.markup import web_address
from pregate.report.html.prose import blocks, spans
from pregate.report.visible import clipped, visible
from pregate.report.words import remedy_of, suppression_of

TEXT_MAX = 20_000
LIST_MAX = 50
ORDER = (State.NEW, State.BELOW_THRESHOLD, State.PRE_EXISTING, State.SUPPRESSED)
_HARMLESS = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def in_order(verdict: Verdict) -> list[Judged]:
    """The findings by state, what fails first; within a state as the verdict has them."""
    return sorted(verdict.findings, key=lambda judged: ORDER.index(judged.state))


def embedded(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """The JSON text, which can stand in a ``script`` element as it is."""
    text = json.dumps(_harmless(document(verdict, rules)), ensure_ascii=True, separators=(",", ":"))
    return text.translate(_HARMLESS)


def document(verdict: Verdict, rules: Sequence[Rule]) -> dict[str, Any]:
    """
    ``findings`` in their order; ``rules`` and ``remedies`` (those of a finding's own) by the index that a
    finding has.
    """
    known = {rule.id: rule for rule in rules}
    index: dict[str, int] = {}
    found: list[Rule] = []
    remedies: dict[str, int] = {}
    findings = []
    for judged in in_order(verdict):
        rule = judged.finding.rule
        if rule.id not in index:
            index[rule.id] = len(found)
            found.append(known.get(rule.id, rule))
        own = remedies.setdefault(judged.finding.remedy, len(remedies)) if judged.finding.remedy else None
        findings.append(_finding(judged, index[rule.id], own))
    return {
        "findings": findings,
        "rules": [_rule(rule) for rule in found],
        "remedies": [blocks(_cut(remedy)) for remedy in remedies],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return _filled(
        id=rule.id,
        check=rule.check,
        title=rule.title,
        why=blocks(_cut(rule.description)),
        fix=blocks(_cut(rule.remedy)),
        help=web_address(rule.help_uri),
        cwe=list(rule.cwe[:LIST_MAX]),
    )


def _finding(judged: Judged, rule: int, remedy: int | None) -> dict[str, Any]:
    finding = judged.finding
    code = listing(finding)
    hint = suppression_of(finding.rule, remedy_of(finding))
    return {
        "rule": rule,
        "state": judged.state.value,
        "severity": finding.severity.word,
        "confidence": finding.confidence.word,
        "path": finding.location.path,
        "line": finding.location.start_line,
        "fingerprint": finding.fingerprint,
        **({} if remedy is None else {"remedy": remedy}),
        **_filled(
            message=spans(_cut(finding.message)) if finding.message else [],
            code=[list(line) for line in code],
            more=lines_left_out(finding, len(code)),
            fixes=[_fix(finding, number) for number in range(len(finding.fixes[:LIST_MAX]))],
            hint=spans(hint) if hint else [],
            aliases=[clipped(alias, 200) for alias in finding.aliases[:LIST_MAX]],
            related=[[_place(r.location), _cut(r.message)] for r in finding.related[:LIST_MAX]],
            facts=[[_cut(key), _cut(value)] for key, value in finding.properties[:LIST_MAX]],
            suppressed=_cut(finding.suppressed_by),
            suppression=_suppression(finding),
            excused=_cut(finding.excused),
            because=_cut(judged.why),
            commit=clipped(finding.commit, 64),
        ),
    }


def _suppression(finding: Finding) -> list[list[str]]:
    """What the suppression itself says, as names with values."""
    own = finding.suppression
    if own is None:
        return []
    said = {"Reason": own.reason, "Owner": own.owner, "Until": own.until, "Written in": _place(own.origin)}
    return [[name, _cut(value)] for name, value in said.items() if value]


def _fix(finding: Finding, number: int) -> list[Any]:
    fix = finding.fixes[number]
    return [_cut(fix.description), fix.start_line, fix.end_line, _cut(fix.text)]


def _place(location: Location) -> str:
    return f"{location.path}:{location.start_line}"


def _cut(text: str) -> str:
    return clipped(text, TEXT_MAX)


def _filled(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value, keep="\n\t")
    if isinstance(value, dict):
        return {key: _harmless(inner) for key, inner in value.items()}
    return [_harmless(inner) for inner in value] if isinstance(value, Iterable) else value
