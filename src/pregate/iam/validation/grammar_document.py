"""
Issues of the document as a whole: types of its values, its elements, its version, ids of its statements.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.document import TOKEN, PolicyKind, children
from pregate.iam.tables import ELEMENTS, STATEMENT_ELEMENTS
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.positions import Array, Node, Object, Scalar

VERSIONS = ("2012-10-17", "2008-10-17")
_ALPHANUMERIC = expression(r"[A-Za-z0-9]*")
# IAM refuses repeated ids; other services take them.
_UNIQUE = (PolicyKind.IDENTITY, PolicyKind.TRUST)
_STRINGS = ("Action", "NotAction", "Resource", "NotResource")


def known(node: Node | None) -> str | None:
    """The text of a string without an unknown part; None for all else."""
    if isinstance(node, Scalar) and isinstance(node.value, str) and not TOKEN.search(node.text):
        return node.text
    return None


def types(subject: Subject) -> Iterator[Issue]:
    """Values of another JSON type than the grammar has in their place."""
    root = subject.document.root
    if not isinstance(root, Object):
        yield from _wrong(root, "", "Object")
        return
    for name in ("Version", "Id"):
        yield from _string(root.get(name), f"/{name}")
    statements = root.get("Statement")
    if isinstance(statements, Array):
        for index, item in enumerate(statements):
            if not isinstance(item, Object):
                yield from _wrong(item, f"/Statement/{index}", "Object")
    elif statements is not None and not isinstance(statements, Object):
        yield from _wrong(statements, "/Statement", "Array or Object")
    for statement in subject.statements:
        for part, key, value in children(statement.node):
            yield from _element(key.text if key else "", value, f"{statement.pointer}/{part}")


def _element(name: str, value: Node, pointer: str) -> Iterator[Issue]:
    if name in ("Sid", "Effect"):
        yield from _string(value, pointer)
    elif name in _STRINGS:
        yield from _strings(value, pointer)
    elif name == "Condition":
        yield from _condition(value, pointer)
    elif name in ("Principal", "NotPrincipal") and isinstance(value, Object):
        for part, _, listed in children(value):
            yield from _strings(listed, f"{pointer}/{part}")


def _condition(value: Node, pointer: str) -> Iterator[Issue]:
    if not isinstance(value, Object):
        yield from _wrong(value, pointer, "Object")
        return
    for part, _, block in children(value):
        if not isinstance(block, Object):
            yield from _wrong(block, f"{pointer}/{part}", "Object")
            continue
        for below, _, listed in children(block):
            at = f"{pointer}/{part}/{below}"
            for spot, item in _items(listed, at):
                if not isinstance(item, Scalar) or item.value is None:
                    yield from _wrong(item, spot, "String, Number or Boolean")


def _items(value: Node, pointer: str) -> Iterator[tuple[str, Node]]:
    if isinstance(value, Array):
        yield from ((f"{pointer}/{index}", item) for index, item in enumerate(value))
    else:
        yield pointer, value


def _string(value: Node | None, pointer: str) -> Iterator[Issue]:
    if value is not None and not (isinstance(value, Scalar) and isinstance(value.value, str)):
        yield from _wrong(value, pointer, "String")


def _strings(value: Node, pointer: str) -> Iterator[Issue]:
    for spot, item in _items(value, pointer):
        yield from _string(item, spot)


def _wrong(value: Node, pointer: str, expected: str) -> Iterator[Issue]:
    if not (isinstance(value, Scalar) and TOKEN.search(value.text)):
        details = f"The text does not match the expected JSON data type {expected}."
        yield Issue("DATA_TYPE_MISMATCH", details, (Spot(pointer),))


def elements(subject: Subject) -> Iterator[Issue]:
    """Elements that the language does not have, and a policy without statements."""
    root = subject.document.root
    if not isinstance(root, Object):
        return
    yield from _unknown(root, "", ELEMENTS)
    for statement in subject.statements:
        yield from _unknown(statement.node, statement.pointer, STATEMENT_ELEMENTS)
    statements = root.get("Statement")
    if statements is None or (isinstance(statements, Array) and not statements.items):
        spots = (Spot("" if statements is None else "/Statement"),)
        yield Issue("MISSING_STATEMENT", "Add a statement to the policy.", spots)


def _unknown(node: Object, pointer: str, allowed: frozenset[str]) -> Iterator[Issue]:
    for part, key, _ in children(node):
        if key and key.text not in allowed and not TOKEN.search(key.text):
            details = f"The policy element {key.text} is not valid."
            yield Issue("INVALID_POLICY_ELEMENT", details, (Spot(f"{pointer}/{part}", on_key=True),))


def version(subject: Subject) -> Iterator[Issue]:
    """No version, or one that does not exist."""
    root = subject.document.root
    if not isinstance(root, Object):
        return
    given = root.get("Version")
    if given is None:
        details = (
            "We recommend that you specify the Version element to help you with debugging permission issues."
        )
        yield Issue("MISSING_VERSION", details, (Spot(""),))
    elif (text := known(given)) is not None and text not in VERSIONS:
        details = (
            f"The version {text} is not valid. Use one of the following versions: {' | '.join(VERSIONS)}."
        )
        yield Issue("INVALID_VERSION", details, (Spot("/Version"),))


def sids(subject: Subject) -> Iterator[Issue]:
    """Ids of statements: empty, with other characters than letters and digits, used twice."""
    kind = subject.document.kind
    seen: set[str] = set()
    for statement in subject.statements:
        sid = known(statement.node.get("Sid"))
        if sid is None:
            continue
        spots = (Spot(f"{statement.pointer}/Sid"),)
        if sid == "":
            yield Issue("EMPTY_SID_VALUE", "Add a value to the empty string in the Sid element.", spots)
        elif kind is not PolicyKind.RESOURCE and not _ALPHANUMERIC.fullmatch(sid):
            details = (
                "Update the characters in the Sid element to use one of the following character types: "
                "[a-z, A-Z, 0-9]."
            )
            yield Issue("UNSUPPORTED_SID", details, spots)
        if sid and sid in seen:
            yield _repeated(kind, spots)
        seen.add(sid)


def _repeated(kind: PolicyKind, spots: tuple[Spot, ...]) -> Issue:
    if kind in _UNIQUE:
        details = "Duplicate statement IDs are not supported for this policy type. Update the Sid value."
        return Issue("UNIQUE_SIDS_REQUIRED", details, spots)
    details = "We recommend that you use statement IDs that are unique to your policy. Update the Sid value."
    return Issue("UNIQUE_SIDS_RECOMMENDED", details, spots)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("DATA_TYPE_MISMATCH",), types),
    (("INVALID_POLICY_ELEMENT", "MISSING_STATEMENT"), elements),
    (("MISSING_VERSION", "INVALID_VERSION"), version),
    (("EMPTY_SID_VALUE", "UNSUPPORTED_SID", "UNIQUE_SIDS_REQUIRED", "UNIQUE_SIDS_RECOMMENDED"), sids),
)
