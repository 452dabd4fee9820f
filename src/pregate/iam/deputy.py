"""
Service principals that act for anybody: the confused deputy between services.

:mod:`pregate.iam.services` lists those that say whose request they pass on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.expressions import expression
from pregate.iam.breadth import is_fixed, is_test
from pregate.iam.demands import with_demands
from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.remark import Remark, shown
from pregate.iam.services import SAY_FOR_WHOM, SAY_FOR_WHOM_IN_ROLES
from pregate.iam.statements import Condition, Principal, Statement
from pregate.iam.trust_rules import CONFUSED_DEPUTY
from pregate.model import Severity

_PRINCIPAL = expression(
    r"([a-z0-9.-]{1,100}?)(?:\.[a-z]{2}(?:-[a-z]{2,12}){1,2}-[0-9])?\.amazonaws\.com(?:\.cn)?"
)

_KEYS = frozenset(
    {
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "kms:calleraccount",
        "kms:encryptioncontext",
        "lambda:eventsourcetoken",
        "sts:externalid",
    }
)
_KEY_FAMILIES = ("aws:principaltag/", "aws:requesttag/", "kms:encryptioncontext:")


def deputy_remarks(
    document: PolicyDocument, statement: Statement, denials: Sequence[Statement]
) -> Iterator[Remark]:
    """
    Remarks on the services that an Allow of a resource or trust policy lets act for anybody, beside the
    ``denials``.
    """
    trust = document.kind is PolicyKind.TRUST
    known = SAY_FOR_WHOM_IN_ROLES if trust else SAY_FOR_WHOM
    for principal in statement.principals:
        service = principal.element.text
        if principal.kind != "Service" or _name_of(service) not in known:
            continue
        if any(map(_names_source, with_demands(statement, principal, denials).conditions)):
            continue
        deed = "assume the role" if trust else _deed(document, statement)
        message = f"{shown(service)} may {deed} on behalf of any AWS account: no condition says for whom."
        yield _remark(message, principal, statement, Severity.LOW if trust else CONFUSED_DEPUTY.severity)


def _remark(message: str, principal: Principal, statement: Statement, severity: Severity) -> Remark:
    actions = sorted(action.text for action in statement.actions)
    anchor = (statement.sid, principal.element.text, *actions)
    return Remark(CONFUSED_DEPUTY, message, principal.element.pointer, severity, statement.pointer, anchor)


def _deed(document: PolicyDocument, statement: Statement) -> str:
    actions = [document.readable(action.text) for action in statement.actions]
    if not actions:
        return "do what this statement allows"
    return f"do {shown(actions[0])}" + (f" (and {len(actions) - 1} more)" if len(actions) > 1 else "")


def _name_of(principal: str) -> str:
    """``sns`` of ``sns.amazonaws.com``, without a Region."""
    found = _PRINCIPAL.fullmatch(principal.lower())
    return found[1] if found else ""


def _names_source(condition: Condition) -> bool:
    """Whether it tests whose request or resource it is that the service acts for."""
    known = condition.key in _KEYS or condition.key.startswith(_KEY_FAMILIES)
    return known and is_test(condition) and is_fixed(condition)
