"""What a plug-in's check may say, held against its rules, its files and the forms of :mod:`pregate.model`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pregate.checks.base import Analysis
from pregate.errors import ScannerError
from pregate.model import (
    Confidence,
    Finding,
    Fix,
    Location,
    Related,
    Rule,
    Severity,
    Unread,
    UnreadReason,
)
from pregate.plugins.lines import lines_of
from pregate.records import replace

LONGEST = 4000
"""Characters that one text of a finding may have."""

_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_WORD = 1000  # characters of an alias, a tag, a property: what the JSON report's schema takes
_MANY = 100
_PAGE = re.compile(r"https://[!-~]{1,2000}")
_LARGEST = 1024 * 1024
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_RULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_UNCOUNTED = Finding(Rule("", "", "", "", Severity.INFO), "", Location(""), Severity.INFO)


def wrong(name: str, what: str) -> ScannerError:
    """The error for an answer that breaks a rule."""
    return ScannerError(
        f"the plug-in {name} answers nonsense: {what}",
        "This is a fault of the plug-in: pregate.conformance shows its author where.",
    )


def checked_rules(name: str, rules: Any) -> tuple[Rule, ...]:
    """The rules of the plug-in, each named after it once. Raises ScannerError."""
    found = tuple(rules)
    for rule in found:
        if not isinstance(rule, Rule) or not _is_rule(name, rule):
            raise wrong(name, f"a rule whose id is not {name}/ and a name, or that has not a rule's form")
    if len({rule.id for rule in found}) != len(found):
        raise wrong(name, "two rules have one id")
    return found


def _is_rule(name: str, rule: Rule) -> bool:
    start, _, rest = rule.id.partition("/") if isinstance(rule.id, str) else ("", "", "")
    is_named = start == name and bool(_RULE.fullmatch(rest) and rule.title)
    is_web = isinstance(rule.help_uri, str) and (not rule.help_uri or bool(_PAGE.fullmatch(rule.help_uri)))
    is_sorted = len(rule.cwe) <= _MANY and all(type(n) is int and 0 <= n <= 1_000_000 for n in rule.cwe)
    is_tagged = len(rule.tags) <= _MANY and _are_texts(rule.tags, _WORD)
    has_words = _are_texts((rule.title, rule.description, rule.remedy))
    return (
        is_named and is_web and is_sorted and is_tagged and has_words and isinstance(rule.severity, Severity)
    )


def checked_canary(name: str, files: Any) -> tuple[tuple[str, bytes], ...]:
    """
    The files of a plug-in's canary as pairs. Raises ScannerError for one that would not lie within the folder
    in which it is planted.
    """
    pairs = tuple(sorted(files.items())) if isinstance(files, Mapping) else ()
    for path, data in pairs:
        plain = isinstance(path, str) and all(_PART.fullmatch(part) for part in path.split("/"))
        if not plain or not isinstance(data, bytes) or len(data) > _LARGEST:
            raise wrong(name, "a canary is no file of a plain relative path and at most a megabyte")
    return pairs


def checked_analysis(name: str, answer: Any, rules: Mapping[str, Rule]) -> Analysis:
    """
    The analysis without what is not the plug-in's to say; its places are not looked at. Raises ScannerError.
    """
    if not isinstance(answer, Analysis):
        raise wrong(name, f"an analysis is a {type(answer).__name__}")
    unread = tuple(answer.unread)
    for each in unread:
        known = isinstance(each, Unread) and isinstance(each.reason, UnreadReason)
        if not known or not _are_texts((each.path, each.detail)) or not isinstance(each.line, int):
            raise wrong(name, "an unread file has not the form of one")
    try:
        json.dumps([fact.to_json() for fact in answer.facts])
    except (AttributeError, ValueError, TypeError):
        raise wrong(name, "a fact is not JSON") from None
    return Analysis(
        findings=checked_findings(name, answer.findings, rules),
        unread=unread,
        facts=tuple(answer.facts),
        sensitive=tuple(answer.sensitive),
        concerned=bool(answer.concerned),
        cacheable=bool(answer.cacheable),
        facts_hold_text=True,
    )


def checked_findings(name: str, findings: Iterable[Any], rules: Mapping[str, Rule]) -> tuple[Finding, ...]:
    """The findings without what is not the plug-in's to say. Raises ScannerError."""
    return tuple(_checked(name, finding, rules) for finding in findings)


def _checked(name: str, finding: Any, rules: Mapping[str, Rule]) -> Finding:
    if not isinstance(finding, Finding):
        raise wrong(name, f"a finding is a {type(finding).__name__}")
    if not isinstance(finding.rule, Rule) or rules.get(finding.rule.id) != finding.rule:
        raise wrong(name, "a finding of a rule that it does not declare")
    if not isinstance(finding.severity, Severity) or not isinstance(finding.confidence, Confidence):
        raise wrong(name, "a severity or confidence is none of pregate's")
    if not all(isinstance(key, str) and _KEY.fullmatch(key) for key, _ in finding.properties):
        raise wrong(name, "a property's name is not lower-case letters, digits and hyphens")
    words = (*finding.aliases, *(value for _, value in finding.properties), finding.suppressed_by)
    lists = (finding.aliases, finding.properties, finding.related, finding.fixes)
    if not _are_texts(words, _WORD) or any(len(each) > _MANY for each in lists):
        raise wrong(name, f"an alias or property is no text of {_WORD} characters at most, or there are many")
    if not finding.message or not _are_texts((finding.message, finding.remedy)):
        raise wrong(name, f"a finding's text is empty, no text, or longer than {LONGEST} characters")
    return replace(
        finding,
        aliases=tuple(finding.aliases),
        related=tuple(Related(r.location, str(r.message)[:LONGEST]) for r in finding.related),
        properties=tuple((key, value) for key, value in finding.properties),
        fixes=tuple(_checked_fix(name, fix) for fix in finding.fixes),
        # These are the engine's and policy's to say.
        snippet="",
        anchor="",
        ordinal=0,
        commit=_UNCOUNTED.commit,
        excused=_UNCOUNTED.excused,
        suppression=None,
        witness=_UNCOUNTED.witness,
        discriminator=b"",
    )


def _checked_fix(name: str, fix: Any) -> Fix:
    if not isinstance(fix, Fix) or not isinstance(fix.text, str) or not isinstance(fix.description, str):
        raise wrong(name, "a fix has not the form of one")
    return fix


def checked_places(name: str, analysis: Analysis, text: Callable[[str], bytes | None]) -> Analysis:
    """
    The analysis as it is, where everything in it stands within a file; ``text`` gives the file of a path, or
    None. Raises ScannerError.
    """
    lines: dict[str, list[str]] = {}

    def of(path: object) -> list[str]:
        if not isinstance(path, str):
            raise wrong(name, "a path is no text")
        if path not in lines:
            data = text(path)
            if data is None:
                raise wrong(name, "a place in a file that it was not given")
            lines[path] = lines_of(data) or [""]
        return lines[path]

    for place in analysis.sensitive:
        _check_place(name, place, of)
    for unread in analysis.unread:
        of(unread.path)
    for finding in analysis.findings:
        _check_place(name, finding.location, of)
        for related in finding.related:
            _check_place(name, related.location, of)
        for fix in finding.fixes:
            if not 1 <= fix.start_line <= fix.end_line <= len(of(finding.location.path)):
                raise wrong(name, "a fix of lines that are not there")
        _check_pragma(name, finding, of(finding.location.path))
    return analysis


def _check_place(name: str, place: Any, lines_of: Callable[[object], list[str]]) -> None:
    if not isinstance(place, Location):
        raise wrong(name, f"a place is a {type(place).__name__}")
    lines = lines_of(place.path)
    numbers = (place.start_line, place.start_column, place.end_line, place.end_column)
    if not all(isinstance(number, int) and number >= 1 for number in numbers):
        raise wrong(name, "a line or column does not count from 1")
    if not place.start_line <= place.end_line <= len(lines):
        raise wrong(name, "a finding in lines that are not there")
    if (place.start_line, place.start_column) > (place.end_line, place.end_column):
        raise wrong(name, "a place ends before it begins")
    start, end = lines[place.start_line - 1], lines[place.end_line - 1]
    if place.start_column > len(start) + 1 or place.end_column > len(end) + 1:
        raise wrong(name, "a finding in columns that are not there")


def _check_pragma(name: str, finding: Finding, lines: list[str]) -> None:
    """What suppresses a finding is a comment at its lines, and nothing that the plug-in makes up."""
    if not finding.suppressed_by:
        return
    place = finding.location
    near = lines[max(place.start_line - 2, 0) : place.end_line + 1]
    if not any(finding.suppressed_by in line for line in near):
        raise wrong(name, "a suppression whose words do not stand beside the finding")


def _are_texts(texts: Iterable[object], longest: int = LONGEST) -> bool:
    """Texts that every report can hold: no surrogate but one that stands for a byte."""
    return all(isinstance(text, str) and len(text) <= longest and _can_be_written(text) for text in texts)


def _can_be_written(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
