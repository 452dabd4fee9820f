"""
Issues of the elements Principal and NotPrincipal: whether a kind of policy takes them, and their form.

Sources: IAM User Guide, "IAM policy validation check reference" and "AWS JSON policy elements: Principal". A
part that a template leaves open is never at fault; its known rest may be.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam.document import TOKEN, PolicyKind, children
from pregate.iam.globs import has_wildcard
from pregate.iam.statements import Statement
from pregate.iam.tables import PRINCIPAL_KINDS
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.positions import Array, Node, Object, Scalar

_NAMES = {"principal": "Principal", "notprincipal": "NotPrincipal"}
# Policies of these kinds say in every statement whom it is about.
_WITH_PRINCIPAL = (PolicyKind.RESOURCE, PolicyKind.TRUST)
# How the keys of the element are compared: AWS does not say that it minds their case.
_KEYS = {name.lower(): name for name in PRINCIPAL_KINDS}


def principal_elements(statement: Statement) -> Iterator[tuple[str, str, Node]]:
    """Name (``Principal`` or ``NotPrincipal``), pointer and value of each such element."""
    for part, key, value in children(statement.node):
        if key and key.text.lower() in _NAMES:
            yield _NAMES[key.text.lower()], f"{statement.pointer}/{part}", value


def place(subject: Subject) -> Iterator[Issue]:
    """Elements that a kind of policy needs or does not take."""
    kind = subject.document.kind
    for statement in subject.statements:
        found = [(name, Spot(pointer, on_key=True)) for name, pointer, _ in principal_elements(statement)]
        if kind in _WITH_PRINCIPAL and not found and not any(map(TOKEN.search, statement.elements)):
            details = "Add a Principal element to the policy statement."
            yield Issue("MISSING_PRINCIPAL", details, (Spot(statement.pointer),))
        for name, spot in found:
            if kind is PolicyKind.IDENTITY:
                details = (
                    f"The policy type IDENTITY_POLICY does not support the {name} element. Remove the {name} "
                    "element."
                )
                yield Issue("UNSUPPORTED_PRINCIPAL", details, (spot,))
            elif kind is PolicyKind.SERVICE_CONTROL:
                details = (
                    "SCPs do not support specifying principals. Remove the Principal or NotPrincipal element."
                )
                yield Issue("SCP_SYNTAX_ERROR_PRINCIPAL", details, (spot,))
            elif name == "NotPrincipal":
                yield from _not_principal(kind, statement, spot)


def _not_principal(kind: PolicyKind, statement: Statement, spot: Spot) -> Iterator[Issue]:
    if kind is PolicyKind.TRUST:
        details = (
            "Role trust policies do not support NotPrincipal. Update the policy to use a Principal element "
            "instead."
        )
        yield Issue("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", details, (spot,))
    elif kind is PolicyKind.RESOURCE_CONTROL:
        details = "The NotPrincipal element is not supported for RCPs. Use Principal with all principals (*)."
        yield Issue("RCP_SYNTAX_ERROR_PRINCIPAL", details, (spot,))
    elif statement.effect is not None and statement.effect.text == "Allow":
        details = (
            "Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal "
            "instead."
        )
        yield Issue("ALLOW_WITH_NOT_PRINCIPAL", details, (spot,))


def form(subject: Subject) -> Iterator[Issue]:
    """The form of the element: everybody, or lists by known keys."""
    kind = subject.document.kind
    for statement in subject.statements:
        for name, pointer, value in principal_elements(statement):
            if kind in _WITH_PRINCIPAL:
                yield from _form(kind, pointer, value)
            elif kind is PolicyKind.RESOURCE_CONTROL and name == "Principal" and not _is_everybody(value):
                details = (
                    "The Principal element contents are not valid. RCPs only support specifying all "
                    "principals (*)."
                )
                yield Issue("RCP_SYNTAX_ERROR_PRINCIPAL", details, (Spot(pointer),))


def _is_everybody(value: Node) -> bool:
    """Whether it is the star, alone or as ``{"AWS": "*"}``, or may be."""
    if isinstance(value, Scalar):
        return value.text == "*" or TOKEN.search(value.text) is not None
    if not isinstance(value, Object):
        return False
    listed = [(key.text, inner) for key, inner in value]
    return len(listed) == 1 and _may_be_aws(listed[0][0]) and _is_star(listed[0][1])


def _may_be_aws(key: str) -> bool:
    return key.lower() == "aws" or TOKEN.search(key) is not None


def _is_star(value: Node) -> bool:
    items = value.items if isinstance(value, Array) else [value]
    return bool(items) and all(
        isinstance(item, Scalar) and (item.text == "*" or TOKEN.search(item.text)) for item in items
    )


def _form(kind: PolicyKind, pointer: str, value: Node) -> Iterator[Issue]:
    nobody = "This statement includes no principals and does not affect the policy. Specify principals."
    if isinstance(value, Object):
        if not value.members:
            yield Issue("EMPTY_OBJECT_PRINCIPAL", nobody, (Spot(pointer),))
        elif all(isinstance(inner, Array) and not inner.items for _, inner in value):
            spots = tuple(Spot(f"{pointer}/{part}") for part, _, _ in children(value))
            yield Issue("EMPTY_ARRAY_PRINCIPAL", nobody, spots)
        yield from _keys(pointer, value)
    elif isinstance(value, Array) and not value.items:
        yield Issue("EMPTY_ARRAY_PRINCIPAL", nobody, (Spot(pointer),))
    elif isinstance(value, Scalar) and (value.text == "*" or TOKEN.search(value.text)):
        if kind is PolicyKind.TRUST and value.text == "*":
            details = (
                '"Principal": "*" is not supported in the principal element of a role trust policy. Replace '
                "the wildcard with a valid principal value."
            )
            yield Issue("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", details, (Spot(pointer),))
    else:
        details = (
            "The Principal element contents are not valid. Specify a key-value pair in the Principal element."
        )
        yield Issue("INVALID_PRINCIPAL_FORMAT", details, (Spot(pointer),))


def _keys(pointer: str, value: Object) -> Iterator[Issue]:
    for part, key, _ in children(value):
        if key and key.text.lower() not in _KEYS and not TOKEN.search(key.text):
            details = f"The principal key {key.text} is not valid."
            yield Issue("INVALID_PRINCIPAL_KEY", details, (Spot(f"{pointer}/{part}", on_key=True),))


def wildcards(subject: Subject) -> Iterator[Issue]:
    """Principals with a wildcard; only AWS may be everybody, and nothing may be a pattern."""
    if subject.document.kind not in _WITH_PRINCIPAL:
        return
    for statement in subject.statements:
        for principal in (*statement.principals, *statement.not_principals):
            key, text = _KEYS.get(principal.kind.lower()), principal.element.text
            if key is None or not has_wildcard(text) or "${" in text or (key == "AWS" and text == "*"):
                continue
            details = (
                f"Wildcards (*, ?) are not supported with the principal key {key}. Replace the wildcard with "
                "a valid principal value."
            )
            yield Issue("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", details, (Spot(principal.element.pointer),))


def federated(subject: Subject) -> Iterator[Issue]:
    """Identity providers as principals of another policy than a role's trust policy."""
    if subject.document.kind is not PolicyKind.RESOURCE:
        return
    for statement in subject.statements:
        # A trust policy may be given without saying that it is one; its actions tell.
        if any(_may_be_of_sts(action.text) for action in statement.actions) or statement.not_actions:
            continue
        for principal in statement.principals:
            if principal.kind.lower() == "federated":
                details = (
                    "The policy type does not support a federated identity provider in the principal "
                    "element. Use a supported principal."
                )
                yield Issue("FEDERATED_PRINCIPAL_NOT_SUPPORTED", details, (Spot(principal.element.pointer),))


def _may_be_of_sts(action: str) -> bool:
    service = action.partition(":")[0]
    return service.lower() == "sts" or has_wildcard(service) or TOKEN.search(service) is not None


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        (
            "MISSING_PRINCIPAL",
            "UNSUPPORTED_PRINCIPAL",
            "SCP_SYNTAX_ERROR_PRINCIPAL",
            "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
            "RCP_SYNTAX_ERROR_PRINCIPAL",
            "ALLOW_WITH_NOT_PRINCIPAL",
        ),
        place,
    ),
    (
        (
            "RCP_SYNTAX_ERROR_PRINCIPAL",
            "EMPTY_OBJECT_PRINCIPAL",
            "EMPTY_ARRAY_PRINCIPAL",
            "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
            "INVALID_PRINCIPAL_FORMAT",
            "INVALID_PRINCIPAL_KEY",
        ),
        form,
    ),
    (("UNSUPPORTED_WILDCARD_IN_PRINCIPAL",), wildcards),
    (("FEDERATED_PRINCIPAL_NOT_SUPPORTED",), federated),
)
