"""Decisions as answers: JSON in the shape of AWS Access Analyzer's, text for people, and the exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pregate.entry.policies import Given
from pregate.iam.document import PolicyDocument
from pregate.iam.reasoning import Decision, Doubt, Request, Result
from pregate.iam.reasoning.names import key_name
from pregate.iam.reasoning.words import plain, readable_of, sentence_for, spelled, written_in
from pregate.iam.statements import Statement, statements_of
from pregate.records import dataclass, replace
from pregate.report.visible import place, visible

EXIT_CODES: Mapping[Result, int] = {
    Result.PASS: 0,
    Result.FAIL: 1,
    Result.INVALID: 2,
    Result.UNKNOWN: 3,
}
FINDING_TYPES = ("ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION")
"""Types of ValidatePolicy's findings, the worst first."""
ASSUMPTIONS: Mapping[str, str] = {
    "star_crosses_fields": "a wildcard in one of the first five fields of an ARN does not match a colon",
    "aws_star_is_everybody": '{"AWS": "*"} does not mean services and federated users',
    "role_covers_sessions": "a role as principal means its sessions too",
    "account_covers_members": "an account in NotPrincipal means all of its principals",
    "any_value_is_enough": "of several values of a key, one is enough for an operator without qualifier",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as JSON, as lines of text, and the exit code."""

    data: dict[str, Any]
    lines: list[str]
    code: int


@dataclass(frozen=True, slots=True)
class CheckWords:
    """What a check says when it passes and fails, of each statement that fails it, and after the example."""

    passed: str
    failed: str
    reason: Callable[[int, str], str]
    closing: str = ""


def with_index(words: str) -> Callable[[int, str], str]:
    """A reason in the service's words: ``… index: 0.`` or ``… sid: X.``"""

    def reason(index: int, sid: str) -> str:
        return f"{words} sid: {sid}." if sid else f"{words} index: {index}."

    return reason


def decided(given: Given, decision: Decision, words: CheckWords, others: Sequence[Given] = ()) -> Answer:
    """The answer to a check of ``given``; ``others`` are the policies that it was held against."""
    if decision.result is Result.INVALID:
        return refused(decision.errors)
    decision = with_gaps(decision, (given, *others))
    statements = dict(enumerate(statements_of(given.document)))
    data: dict[str, Any] = {"result": str(decision.result), "message": _message(decision, words)}
    data["reasons"] = [_reason(given.document, index, statements, words) for index in decision.statements]
    if decision.request:
        data["request"] = request_data(decision.request, given.document)
        data["witness"] = _witness(given.document, decision.request, decision.statements, words.closing)
    data["doubts"] = doubts_data(decision.doubts)
    data["assumptions"] = list(decision.assumptions)
    return Answer(data, _lines(given.document, data, statements), EXIT_CODES[decision.result])


def refused(errors: Sequence[str]) -> Answer:
    """The answer about a policy that AWS would refuse."""
    error = {"code": "ValidationException", "message": " ".join(errors)}
    data = {"result": "INVALID", "error": error, "errors": list(errors)}
    lines = ["INVALID: AWS would refuse the policy.", *(f"  {plain(text)}" for text in errors)]
    return Answer(data, lines, EXIT_CODES[Result.INVALID])


def with_gaps(decision: Decision, policies: Sequence[Given]) -> Decision:
    """No decision, when a policy has parts that nobody could read."""
    gaps = tuple(dict.fromkeys(gap for policy in policies for gap in policy.gaps))
    if not gaps:
        return decision
    doubts = (*((Doubt.TEMPLATE, gap) for gap in gaps), *decision.doubts)
    return replace(decision, result=Result.UNKNOWN, statements=(), request=None, doubts=doubts)


def doubts_data(doubts: Sequence[tuple[Doubt, str]]) -> list[dict[str, str]]:
    """Reasons for no answer, as JSON."""
    return [{"code": str(doubt), "words": text} for doubt, text in doubts]


def request_data(request: Request, document: PolicyDocument) -> dict[str, Any]:
    """A request as JSON."""
    readable = readable_of(document)
    return {
        "principal": {"type": request.principal.kind, "value": readable(request.principal.text)},
        "action": readable(spelled(request.action)),
        "resource": readable(request.resource),
        "context": {key_name(key): [readable(value) for value in values] for key, values in request.context},
    }


def statement_line(document: PolicyDocument, index: int, statement: Statement | None) -> str:
    """Which statement, and where it stands: ``statement 0 (sid Read), policy.json:4:5``."""
    sid = plain(document.readable(statement.sid)) if statement else ""
    where = place(document.locate(statement.pointer if statement else ""))
    return f"statement {index}{f' (sid {sid})' if sid else ''}, {where}"


def _message(decision: Decision, words: CheckWords) -> str:
    match decision.result:
        case Result.PASS:
            return words.passed
        case Result.FAIL:
            return words.failed
        case _:
            return "This was not decided."


def _reason(
    document: PolicyDocument, index: int, statements: Mapping[int, Statement], words: CheckWords
) -> dict[str, Any]:
    statement = statements.get(index)
    sid = document.readable(statement.sid) if statement else ""
    reason = {"description": words.reason(index, sid), "statementIndex": index}
    return {**reason, "statementId": sid} if sid else reason


def _witness(document: PolicyDocument, request: Request, indices: Sequence[int], closing: str) -> str:
    statements = statements_of(document)
    first = next((statements[index] for index in indices if index < len(statements)), None)
    return sentence_for(document, request, written_in(first, request) if first else None, closing)


def _lines(
    document: PolicyDocument, data: Mapping[str, Any], statements: Mapping[int, Statement]
) -> list[str]:
    lines = [f"{data['result']}: {data['message']}"]
    for reason in data["reasons"]:
        index = reason["statementIndex"]
        lines.append(f"  {statement_line(document, index, statements.get(index))}")
    if "witness" in data:
        lines.append(f"  for example, it {data['witness']}")
    lines += [f"  {doubt['code']}: {visible(doubt['words'])}" for doubt in data["doubts"]]
    lines += [f"  if {ASSUMPTIONS.get(name, name)}" for name in data["assumptions"]]
    return lines
