"""Remarks on single Allow statements: what they leave out, whom they let in, what does not protect them."""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam import rules
from pregate.iam.breadth import broad_resource, narrows_source
from pregate.iam.document import PolicyDocument
from pregate.iam.keys import key_type
from pregate.iam.remark import Remark, shown
from pregate.iam.statements import Statement
from pregate.model import Severity


def negations(statement: Statement) -> Iterator[Remark]:
    """Remarks on NotAction and NotResource."""
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


def principals(document: PolicyDocument, statement: Statement) -> Iterator[Remark]:
    """Remarks on whom a statement of a resource or trust policy lets in."""
    narrowed = narrows_source(statement)
    for principal in statement.not_principals:
        message = "Allow with NotPrincipal lets everybody else in."
        rule, pointer = rules.NOT_PRINCIPAL, principal.element.pointer
        texts = (statement.sid, principal.element.text)
        yield Remark(rule, message, pointer, rule.severity, statement.pointer, texts)
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
    more = f" (and {len(actions) - 1} more)" if len(actions) > 1 else ""
    what = f"{shown(actions[0])}{more}" if actions else "what this statement allows"
    if not statement.conditions:
        return f"Anybody may do {what}: the principal is `*` and there is no condition."
    if any(c.if_exists or c.qualifier == "forallvalues" for c in statement.conditions):
        return (
            f"Anybody may do {what}: IfExists or ForAllValues lets requests without the key pass the "
            "condition."
        )
    return f"Anybody may do {what}: the principal is `*` and no condition says who or from where."


def for_all_values(statement: Statement) -> Iterator[Remark]:
    """Remarks on conditions that a request without the key meets."""
    required = {
        c.key
        for c in statement.conditions
        if c.operator == "null" and {v.text for v in c.values} == {"false"}
    }
    for condition in statement.conditions:
        known = key_type(condition.key)
        lone = known is not None and not known.is_multi_valued and condition.key not in required
        if condition.qualifier == "forallvalues" and lone:
            message = f"ForAllValues on {shown(condition.key)} is true when the request has no such key."
            rule = rules.FOR_ALL_VALUES
            anchor = (statement.sid, condition.key)
            yield Remark(rule, message, condition.pointer, rule.severity, statement.pointer, anchor, (), True)
