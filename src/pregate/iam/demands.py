"""
What Deny statements demand of the requests that an Allow lets through.

``Deny … StringNotEquals aws:SourceAccount 123456789012`` is as good as ``StringEquals`` in the Allow: a
negated operator is true for a request without the key (IAM User Guide, "Condition operators"). A Deny counts
when it meets every request of the Allow and has this one condition alone, or others that hold anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from pregate.iam.globs import is_everything, matches
from pregate.iam.statements import Condition, Element, Principal, Statement
from pregate.records import replace

MAX_DENIALS = 20

_OPPOSITES = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}
# Keys that the services' own requests have, by AWS's pattern for confused deputies (IAM User Guide).
_OF_SERVICES = ("aws:principalisawsservice", "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid")


def denials_of(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The Deny statements that may demand something; of more than any real policy has, the first."""
    found = (s for s in statements if s.denies and any(c.operator in _OPPOSITES for c in s.conditions))
    return tuple(islice(found, MAX_DENIALS))


def with_demands(statement: Statement, principal: Principal, others: Iterable[Statement]) -> Statement:
    """The Allow as if it had the conditions that the Deny statements ``others`` demand of a principal."""
    demanded = [
        condition
        for other in others
        if _meets(other, statement, principal)
        for condition in _demanded(other, principal)
    ]
    return replace(statement, conditions=(*statement.conditions, *demanded)) if demanded else statement


def _demanded(denial: Statement, principal: Principal) -> list[Condition]:
    negated = [c for c in denial.conditions if c.operator in _OPPOSITES]
    rest = [c for c in denial.conditions if c.operator not in _OPPOSITES]
    if len(negated) != 1 or negated[0].qualifier == "foranyvalue":
        return []
    if not all(principal.kind == "Service" and _holds_for_services(c) for c in rest):
        return []
    condition = negated[0]
    positive = replace(condition, operator=_OPPOSITES[condition.operator], if_exists=False, qualifier="")
    return [positive]


def _holds_for_services(condition: Condition) -> bool:
    """``aws:PrincipalIsAWSService`` is true, or the key that is tested is in the request."""
    wanted = {value.text.lower() for value in condition.values}
    if condition.operator == "bool":
        return condition.key == _OF_SERVICES[0] and wanted == {"true"}
    return condition.operator == "null" and condition.key in _OF_SERVICES and wanted == {"false"}


def _meets(denial: Statement, statement: Statement, principal: Principal) -> bool:
    """Whether the Deny is about every request that the Allow lets the principal make."""
    if denial.not_actions or denial.not_resources or denial.not_principals:
        return False
    return (
        any((p.kind == "*" and p.element.text == "*") or _same(p, principal) for p in denial.principals)
        and bool(statement.actions)
        and all(_covers(denial.actions, action.text.lower(), folded=True) for action in statement.actions)
        and all(_covers(denial.resources, r.text) for r in statement.resources)
    )


def _same(one: Principal, other: Principal) -> bool:
    return one.kind == other.kind and one.element.text == other.element.text


def _covers(patterns: tuple[Element, ...], text: str, *, folded: bool = False) -> bool:
    """Whether one of the patterns is sure to cover all that ``text``, perhaps a pattern itself, covers."""
    written = [p.text.lower() if folded else p.text for p in patterns]
    return any(is_everything(p) or p == text or ("?" not in p and matches(p, text)) for p in written)
