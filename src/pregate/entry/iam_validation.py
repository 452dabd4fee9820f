"""``pregate iam validate``: the findings of AWS Access Analyzer's ValidatePolicy that can be had offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate.entry.iam_answers import FINDING_TYPES, Answer
from pregate.entry.policies import Given
from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.reasoning.words import plain
from pregate.iam.validation.codes import CODES
from pregate.iam.validation.issue import Issue
from pregate.iam.validation.locations import finding, findings, place
from pregate.iam.validation.raw import SyntaxProblem, document_of
from pregate.iam.validation.validate import Validation, validate
from pregate.model import Location
from pregate.positions import Lines
from pregate.report.visible import place as where

MOST_CODES = 4
"""So many codes that were not evaluated are named in one line of text; JSON has all of them."""


def validated(given: Given, fail_on: str) -> Answer:
    """The findings of a policy; ``fail_on`` is the least type that makes the exit code 1, or ``none``."""
    document = given.document
    found = validate(document)
    data = _data(findings(document, found.issues), found, given.gaps)
    for entry, issue in zip(data["findings"], found.issues, strict=True):
        entry["places"] = [_place_data(place(document, spot)) for spot in issue.spots]
    lines = [line for issue in found.issues for line in _issue_lines(document, issue)]
    code = _exit_code(data["findings"], fail_on)
    return Answer(data, [*lines, *_summary(data, found, given.gaps)], code or (3 if given.gaps else 0))


def validated_text(path: str, text: str, fail_on: str) -> Answer:
    """The findings of a text that is no JSON object: that it is none."""
    try:
        document = document_of(text, PolicyKind.IDENTITY, path=path)
    except SyntaxProblem as problem:
        line, column = Lines(text).place(problem.offset)
        here = {"line": line, "column": column - 1, "offset": problem.offset}
        found = [finding(problem.issue, [{"path": [], "span": {"start": here, "end": here}}])]
        code = problem.issue.code
        others = tuple((name, "The text is no JSON.") for name in CODES if name != code)
        validation = Validation((problem.issue,), frozenset({code}), others)
        data = _data(found, validation, ())
        place_of = where(Location(path, line, column, line, column))
        lines = [f"{place_of}: ERROR {code}", f"  {plain(problem.issue.details)}"]
        return Answer(data, [*lines, *_summary(data, validation, ())], _exit_code(found, fail_on))
    return validated(Given(document), fail_on)


def _data(found: list[dict[str, Any]], validation: Validation, gaps: Sequence[str]) -> dict[str, Any]:
    return {
        "findings": found,
        "evaluated": len(validation.evaluated),
        "notEvaluated": [{"issueCode": code, "reason": reason} for code, reason in validation.not_evaluated],
        "notRead": list(gaps),
    }


def _place_data(location: Location) -> dict[str, Any]:
    return {
        "path": location.path,
        "startLine": location.start_line,
        "startColumn": location.start_column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    }


def _exit_code(found: Sequence[Mapping[str, Any]], fail_on: str) -> int:
    if fail_on == "none":
        return 0
    bad = FINDING_TYPES[: FINDING_TYPES.index(fail_on) + 1]
    return int(any(entry["findingType"] in bad for entry in found))


def _issue_lines(document: PolicyDocument, issue: Issue) -> Iterator[str]:
    spots = [where(place(document, spot)) for spot in issue.spots] or [where(document.locate(""))]
    yield f"{spots[0]}: {CODES[issue.code].type} {issue.code}"
    yield f"  {plain(document.readable(issue.details), 600)}"
    if others := list(dict.fromkeys(spot for spot in spots[1:] if spot != spots[0])):
        yield f"  also at {', '.join(others)}"


def _summary(data: Mapping[str, Any], validation: Validation, gaps: Sequence[str]) -> Iterator[str]:
    count = len(data["findings"])
    told = f"{count} finding{'' if count == 1 else 's'}" if count else "no findings"
    yield f"{told}; {data['evaluated']} of ValidatePolicy's {len(CODES)} issue codes were evaluated"
    reasons: dict[str, list[str]] = {}
    for code, reason in validation.not_evaluated:
        reasons.setdefault(reason, []).append(code)
    for reason, codes in reasons.items():
        named = ", ".join(codes) if len(codes) <= MOST_CODES else f"{len(codes)} codes"
        yield f"  not evaluated: {named}: {plain(reason)}"
    yield from (f"  not read: {plain(gap)}" for gap in gaps)
