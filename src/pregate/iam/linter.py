"""
The local linter: what an identity policy grants too widely, and whom a resource or trust policy lets in.

Each Allow statement is judged by itself: a Deny elsewhere is not weighed against it, and triggers nothing.
Conditions are taken simply: one that names whose request or whose resource it is, by a positive test with
fixed values, is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam import rules
from pregate.iam.breadth import (
    broad_resource,
    covered,
    is_every_action,
    is_every_resource,
    narrows_resource,
    narrows_source,
    service_of,
)
from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.globs import has_wildcard
from pregate.iam.remark import Remark, shown
from pregate.iam.statements import Element, Statement, statements_of
from pregate.iam.structure import structure_remarks
from pregate.iam.tables import ESCALATION_ACTIONS, POWERFUL_SERVICES, SENSITIVE_ACTIONS, SINGLE_VALUED_KEYS
from pregate.iam.trust import trust_remarks
from pregate.model import Rule, Severity

# An endpoint policy only bounds what callers may do through it; AWS's default is Principal * (VPC User
# Guide).
BOUNDING_TYPES = ("AWS::EC2::VPCEndpoint",)


def lint(document: PolicyDocument) -> tuple[Remark, ...]:
    """Every remark of the local rules on a policy."""
    statements = statements_of(document)
    remarks = list(structure_remarks(document, statements))
    for statement in statements:
        if statement.allows:
            remarks += _allow_remarks(document, statement)
    return tuple(remarks)


def _allow_remarks(document: PolicyDocument, statement: Statement) -> Iterator[Remark]:
    match document.kind:
        case PolicyKind.IDENTITY:
            yield from _negations(statement)
            for action in statement.actions:
                yield from _grants(document, statement, action)
        case PolicyKind.RESOURCE | PolicyKind.TRUST:
            if document.resource_type not in BOUNDING_TYPES:
                yield from _principals(document, statement)
                yield from _negations(statement)
            if document.kind is PolicyKind.TRUST:
                yield from trust_remarks(document, statement)
    yield from _for_all_values(statement)


def _remark(
    rule: Rule,
    message: str,
    element: Element,
    statement: Statement,
    *context: Element | None,
    severity: Severity | None = None,
) -> Remark:
    anchor = (statement.sid, element.text, *(e.text for e in context if e))
    related = tuple((e.pointer, "on these resources") for e in context if e)
    return Remark(
        rule, message, element.pointer, severity or rule.severity, statement.pointer, anchor, related
    )


def _negations(statement: Statement) -> Iterator[Remark]:
    if statement.not_actions:
        count = len(statement.not_actions)
        some = "all actions but one" if count == 1 else f"all actions but {count}"
        broad = broad_resource(statement)
        severity = Severity.HIGH if broad else Severity.MEDIUM
        pointer = f"{statement.pointer}/NotAction"
        texts = tuple(sorted(e.text for e in statement.not_actions))
        anchor = (statement.sid, *texts, broad.text if broad else "")
        yield Remark(
            rules.NOT_ACTION,
            f"Allow with NotAction grants {some}.",
            pointer,
            severity,
            statement.pointer,
            anchor,
            (),
            True,
        )
    if statement.not_resources:
        anchor = (statement.sid, *sorted(e.text for e in statement.not_resources))
        message = "Allow with NotResource grants its actions on all resources but those listed."
        pointer = f"{statement.pointer}/NotResource"
        yield Remark(
            rules.NOT_RESOURCE,
            message,
            pointer,
            rules.NOT_RESOURCE.severity,
            statement.pointer,
            anchor,
            (),
            True,
        )


def _grants(document: PolicyDocument, statement: Statement, action: Element) -> Iterator[Remark]:
    """What one action (pattern) of an identity policy grants; the widest reading only."""
    broad = broad_resource(statement)
    guarded = narrows_resource(statement)
    written = shown(document.readable(action.text))
    if is_every_action(action.text):
        everywhere = broad is not None and is_every_resource(broad.text)
        if everywhere and not guarded:
            yield _remark(
                rules.ADMIN_ACCESS,
                f"{written} on `*` is full administrator access.",
                action,
                statement,
                broad,
            )
        else:
            rule = rules.SERVICE_ON_ANYTHING if broad else rules.SERVICE_WILDCARD
            yield _remark(rule, f"{written} allows every action of every service.", action, statement, broad)
        return
    service, whole = service_of(action.text)
    if has_wildcard(service):
        message = f"{written} has a wildcard in its service part."
        severity = Severity.HIGH if broad and not guarded else None
        yield _remark(rules.WILDCARD_IN_SERVICE, message, action, statement, broad, severity=severity)
    elif whole and broad and not guarded:
        yield _whole_service(document, statement, action, broad)
    elif broad and not guarded:
        yield from _specific(document, statement, action, broad)
    elif whole:
        yield _remark(
            rules.SERVICE_WILDCARD, f"{written} allows every action of {service}.", action, statement
        )


def _whole_service(document: PolicyDocument, statement: Statement, action: Element, broad: Element) -> Remark:
    service, _ = service_of(action.text)
    severity = Severity.HIGH if is_every_resource(broad.text) else Severity.MEDIUM
    message = (
        f"{shown(document.readable(action.text))} allows every action of {service} on "
        f"{shown(document.readable(broad.text))}."
    )
    if service in POWERFUL_SERVICES:
        severity = Severity.CRITICAL
        message += f" Whoever controls {service} can become an administrator."
    return _remark(rules.SERVICE_ON_ANYTHING, message, action, statement, broad, severity=severity)


def _specific(
    document: PolicyDocument, statement: Statement, action: Element, broad: Element
) -> Iterator[Remark]:
    written, where = shown(document.readable(action.text)), shown(document.readable(broad.text))
    if covered(action.text, ("iam:PassRole",)):
        message = f"{written} on {where} lets the holder pass every role to a service."
        yield _remark(rules.PASS_ROLE, message, action, statement, broad)
    if covered(action.text, ("sts:AssumeRole",)):
        message = f"{written} on {where} lets the holder assume every role that trusts the account."
        yield _remark(rules.ASSUME_ROLE, message, action, statement, broad)
    gained = covered(action.text, ESCALATION_ACTIONS)
    if gained:
        message = f"{written} on {where} {ESCALATION_ACTIONS[gained[0]]}{_others(gained)}."
        yield _remark(rules.ESCALATION, message, action, statement, broad)
    read = covered(action.text, SENSITIVE_ACTIONS)
    if read:
        severity = max(SENSITIVE_ACTIONS[name] for name in read)
        what = "" if read[0].lower() == action.text.lower() else f" covers {read[0]}{_others(read)} and"
        message = f"{written} on {where}{what} reads data or secrets of every resource."
        yield _remark(rules.SENSITIVE_DATA, message, action, statement, broad, severity=severity)


def _others(names: list[str]) -> str:
    return f" (and {len(names) - 1} more)" if len(names) > 1 else ""


def _principals(document: PolicyDocument, statement: Statement) -> Iterator[Remark]:
    narrowed = narrows_source(statement)
    for principal in statement.not_principals:
        message = "Allow with NotPrincipal lets everybody else in."
        yield _remark(rules.NOT_PRINCIPAL, message, principal.element, statement)
        break
    for principal in statement.principals:
        anybody = principal.kind in ("*", "AWS") and principal.element.text == "*"
        if anybody and not narrowed:
            actions = tuple(sorted(action.text for action in statement.actions))
            message = _public_message(document, statement)
            anchor = (statement.sid, principal.element.text, *actions)
            rule, pointer = rules.PUBLIC_PRINCIPAL, principal.element.pointer
            yield Remark(rule, message, pointer, rule.severity, statement.pointer, anchor)


def _public_message(document: PolicyDocument, statement: Statement) -> str:
    actions = [document.readable(a.text) for a in statement.actions]
    what = f"{shown(actions[0])}{_others(actions)}" if actions else "what this statement allows"
    if not statement.conditions:
        return f"Anybody may do {what}: the principal is `*` and there is no condition."
    if any(c.if_exists or c.qualifier == "forallvalues" for c in statement.conditions):
        return (
            f"Anybody may do {what}: IfExists or ForAllValues lets requests without the key pass the "
            "condition."
        )
    return f"Anybody may do {what}: the principal is `*` and no condition says who or from where."


def _for_all_values(statement: Statement) -> Iterator[Remark]:
    required = {
        c.key
        for c in statement.conditions
        if c.operator == "null" and {v.text for v in c.values} == {"false"}
    }
    for condition in statement.conditions:
        lone = condition.key in SINGLE_VALUED_KEYS and condition.key not in required
        if condition.qualifier == "forallvalues" and lone:
            message = f"ForAllValues on {shown(condition.key)} is true when the request has no such key."
            rule = rules.FOR_ALL_VALUES
            anchor = (statement.sid, condition.key)
            yield Remark(rule, message, condition.pointer, rule.severity, statement.pointer, anchor, (), True)
