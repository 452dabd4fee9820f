"""
Issues of single statements: elements that are missing, empty, in each other's way, or wrong for the kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.document import TOKEN, PolicyKind, children
from pregate.iam.statements import Condition, Statement
from pregate.iam.validation.grammar_document import known
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.positions import Array, Object

_EXCLUSIVE = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_EMPTY = (("action", "EMPTY_ARRAY_ACTION", "actions"), ("resource", "EMPTY_ARRAY_RESOURCE", "resources"))
# Policies of these kinds have a resource in every statement; the service of a resource policy may imply it.
_WITH_RESOURCE = (PolicyKind.IDENTITY, PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL)
_UNIQUE_ID = expression(r"(AROA|AIDA)[A-Z0-9]{12,124}")
_REFERENCES = {"AROA": ("INVALID_ROLE_REFERENCE", "role"), "AIDA": ("INVALID_USER_REFERENCE", "user")}
_SOURCES = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
_NULL_CHECKS = frozenset({"aws:sourceaccount", "aws:sourcearn"})


def element(statement: Statement, name: str) -> str | None:
    """The pointer of an element by its lower-case name."""
    for part, key, _ in children(statement.node):
        if key and key.text.lower() == name:
            return f"{statement.pointer}/{part}"
    return None


def presence(subject: Subject) -> Iterator[Issue]:
    """What every statement needs, and what it may not have together."""
    for statement in subject.statements:
        has, here = statement.elements, (Spot(statement.pointer),)
        if not has & {"action", "notaction"}:
            yield Issue("MISSING_ACTION", "Add an Action or NotAction element to the policy statement.", here)
        if "effect" not in has:
            details = "Add an Effect element to the policy statement with a value of Allow or Deny."
            yield Issue("MISSING_EFFECT", details, here)
        if subject.document.kind in _WITH_RESOURCE and not has & {"resource", "notresource"}:
            details = "Add a Resource or NotResource element to the policy statement."
            yield Issue("MISSING_RESOURCE", details, here)
        for one, other in _EXCLUSIVE:
            both = [element(statement, name.lower()) for name in (one, other)]
            spots = tuple(Spot(pointer, on_key=True) for pointer in both if pointer)
            if len(spots) == 2:
                details = (
                    f"The policy elements {one} and {other} can not be used in the same statement. Remove "
                    "one of these elements."
                )
                yield Issue("UNSUPPORTED_ELEMENT_COMBINATION", details, spots)


def effect(subject: Subject) -> Iterator[Issue]:
    """An effect that is neither Allow nor Deny."""
    for statement in subject.statements:
        text = known(statement.node.get("Effect"))
        if text is not None and text not in ("Allow", "Deny"):
            details = f"The effect {text} is not valid. Use Allow or Deny."
            yield Issue("INVALID_EFFECT", details, (Spot(f"{statement.pointer}/Effect"),))


def emptiness(subject: Subject) -> Iterator[Issue]:
    """Lists without actions or resources, conditions without operators or keys."""
    for statement in subject.statements:
        for part, key, value in children(statement.node):
            name, spots = key.text.lower() if key else "", (Spot(f"{statement.pointer}/{part}"),)
            for stem, code, words in _EMPTY:
                if name in (stem, f"not{stem}") and isinstance(value, Array) and not value.items:
                    details = (
                        f"This statement includes no {words} and does not affect the policy. Specify {words}."
                    )
                    yield Issue(code, details, spots)
            if name == "condition" and isinstance(value, Object):
                yield from _empty_blocks(value, spots[0].pointer)


def _empty_blocks(condition: Object, pointer: str) -> Iterator[Issue]:
    blocks = [(f"{pointer}/{part}", block) for part, _, block in children(condition)]
    for at, block in blocks or [(pointer, condition)]:
        if isinstance(block, Object) and not block.members:
            details = "This condition block is empty and it does not affect the policy. Specify conditions."
            yield Issue("EMPTY_OBJECT_CONDITION", details, (Spot(at),))


def kinds(subject: Subject) -> Iterator[Issue]:
    """What trust policies and control policies do not take."""
    kind = subject.document.kind
    for statement in subject.statements:
        if kind is PolicyKind.TRUST:
            yield from _trust(statement)
        elif kind is PolicyKind.RESOURCE_CONTROL:
            yield from _resource_control(statement)
        elif kind is PolicyKind.SERVICE_CONTROL:
            yield from _service_control(statement)


def _trust(statement: Statement) -> Iterator[Issue]:
    for name in ("resource", "notresource"):
        if pointer := element(statement, name):
            details = (
                "Role trust policies apply to the role that they are attached to. You cannot specify a "
                "resource. Remove the Resource or NotResource element."
            )
            yield Issue("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", details, (Spot(pointer, on_key=True),))


def _service_control(statement: Statement) -> Iterator[Issue]:
    for action in (*statement.actions, *statement.not_actions):
        if action.is_partly_unknown or action.text == "*":
            continue
        if any(mark in action.text[:-1] for mark in "*?"):
            details = (
                f"SCP actions can include wildcards (*) only at the end of a string. Update {action.text}."
            )
            yield Issue("SCP_SYNTAX_ERROR_ACTION_WILDCARD", details, (Spot(action.pointer),))


def _resource_control(statement: Statement) -> Iterator[Issue]:
    if pointer := element(statement, "notaction"):
        details = "RCPs do not support the NotAction element. Update to use the Action element."
        yield Issue("RCP_SYNTAX_ERROR_NOTACTION", details, (Spot(pointer, on_key=True),))
    if statement.effect is not None and statement.effect.text == "Allow" and not _is_plain_allow(statement):
        details = (
            "RCPs support the effect Allow only with a wildcard (*) as Principal and Resource and without "
            "Condition. Use the effect Deny."
        )
        yield Issue("RCP_SYNTAX_ERROR_ALLOW", details, (Spot(statement.effect.pointer),))
    yield from _null_check(statement)


def _is_plain_allow(statement: Statement) -> bool:
    texts = [item.text for item in statement.resources] + [item.element.text for item in statement.principals]
    known = [text for text in texts if not TOKEN.search(text)]
    unusual = statement.elements & {"condition", "notresource", "notprincipal"}
    return not unusual and all(text == "*" for text in known)


def _null_check(statement: Statement) -> Iterator[Issue]:
    """A Deny by the source of a service's call that also meets calls without a source."""
    conditions = statement.conditions
    if statement.effect is None or statement.effect.text != "Deny":
        return
    sources = [item for item in conditions if item.key in _SOURCES and _holds_without_key(item)]
    checked = any(item.operator == "null" and item.key in _NULL_CHECKS for item in conditions)
    if sources and not checked:
        details = (
            "The condition also matches requests without a source. Add the Null condition operator with the "
            "key aws:SourceAccount or aws:SourceArn and the value false."
        )
        spots = tuple(Spot(item.pointer, on_key=True) for item in sources)
        yield Issue("RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", details, spots)


def _holds_without_key(condition: Condition) -> bool:
    return condition.operator != "null" and (condition.if_exists or "not" in condition.operator)


def references(subject: Subject) -> Iterator[Issue]:
    """Principals named by the unique id that IAM gave them."""
    for statement in subject.statements:
        for principal in (*statement.principals, *statement.not_principals):
            found = _UNIQUE_ID.fullmatch(principal.element.text) if principal.kind == "AWS" else None
            if found:
                code, word = _REFERENCES[found[1]]
                details = (
                    f"The Principal element includes the IAM {word} ID {found[0]}. We recommend that you use "
                    f"a {word} ARN instead."
                )
                yield Issue(code, details, (Spot(principal.element.pointer),))


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        ("MISSING_ACTION", "MISSING_EFFECT", "MISSING_RESOURCE", "UNSUPPORTED_ELEMENT_COMBINATION"),
        presence,
    ),
    (("INVALID_EFFECT",), effect),
    (("EMPTY_ARRAY_ACTION", "EMPTY_ARRAY_RESOURCE", "EMPTY_OBJECT_CONDITION"), emptiness),
    (
        (
            "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
            "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
            "RCP_SYNTAX_ERROR_NOTACTION",
            "RCP_SYNTAX_ERROR_ALLOW",
            "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
        ),
        kinds,
    ),
    (("INVALID_ROLE_REFERENCE", "INVALID_USER_REFERENCE"), references),
)
