"""
What AWS would refuse, or read otherwise than meant: grammar of the IAM JSON policy language (IAM User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam import rules
from pregate.iam.document import TOKEN, PolicyDocument, PolicyKind, children
from pregate.iam.globs import is_everything
from pregate.iam.remark import Remark, shown
from pregate.iam.statements import Element, Statement
from pregate.iam.tables import ELEMENTS, OPERATORS, PRINCIPAL_KINDS, STATEMENT_ELEMENTS
from pregate.model import Rule
from pregate.positions import Array, Node, Object, Scalar

_ACTION = expression(r"[A-Za-z0-9*?-]{1,128}:[A-Za-z0-9*?._-]{1,128}")
_VARIABLE = expression(r"\$\{[^${}]*\}")
_EXCLUSIVE = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_VERSIONS = ("2012-10-17", "2008-10-17")
_QUALIFIERS = ("", "forallvalues", "foranyvalue")
# Policies of these resources have no Resource element, or other forms than ARNs in it.
_OWN_RESOURCES = ("AWS::ApiGateway::RestApi", "AWS::ECR::Repository", "AWS::ECR::PublicRepository")


def structure_remarks(document: PolicyDocument, statements: tuple[Statement, ...]) -> Iterator[Remark]:
    """Remarks on the document's form, in the order of its parts."""
    yield from _document(document)
    yield from _version(document, statements)
    seen: set[str] = set()
    for statement in statements:
        yield from _elements(statement)
        yield from _presence(document, statement)
        yield from _actions(document, statement)
        yield from _resources(document, statement)
        yield from _principals(document, statement)
        yield from _operators(statement)
        if statement.sid and statement.sid in seen:
            message = f"The Sid {shown(document.readable(statement.sid))} is used twice."
            yield _remark(rules.DUPLICATE_SID, message, f"{statement.pointer}/Sid", statement, statement.sid)
        seen.add(statement.sid)


def _remark(
    rule: Rule, message: str, pointer: str, statement: Statement | None, *anchor: str, on_key: bool = False
) -> Remark:
    where, sid = (statement.pointer, statement.sid) if statement else ("", "")
    return Remark(rule, message, pointer, rule.severity, where, (sid, *anchor), (), on_key)


def _invalid(
    message: str, pointer: str, statement: Statement | None = None, *, on_key: bool = False
) -> Remark:
    return _remark(rules.INVALID_POLICY, message, pointer, statement, message, on_key=on_key)


def _document(document: PolicyDocument) -> Iterator[Remark]:
    root = document.root
    yield from _keys(root, "", None, ELEMENTS, "policy")
    statement = root.get("Statement") if isinstance(root, Object) else None
    if statement is None:
        yield _invalid("The policy has no Statement.", "")
    elif isinstance(statement, Array):
        if not statement.items:
            yield _invalid("The list of statements is empty.", "/Statement")
        for index, item in enumerate(statement):
            if not isinstance(item, Object) and not _is_token(item):
                yield _invalid("A statement is not an object.", f"/Statement/{index}")
    elif not isinstance(statement, Object) and not _is_token(statement):
        yield _invalid("Statement is neither an object nor a list.", "/Statement")


def _is_token(node: Node) -> bool:
    return isinstance(node, Scalar) and TOKEN.search(node.text) is not None


def _keys(
    node: Node, pointer: str, statement: Statement | None, allowed: frozenset[str], what: str
) -> Iterator[Remark]:
    known = {name.lower(): name for name in allowed}
    seen: set[str] = set()
    for part, key, _ in reversed(list(children(node))):
        if key is None:
            continue
        at = f"{pointer}/{part}"
        if key.text in seen:
            yield _invalid(
                f"The element {shown(key.text, 40)} stands twice in the {what}.", at, statement, on_key=True
            )
        elif key.text not in allowed and not TOKEN.search(key.text):
            right = known.get(key.text.lower())
            hint = f" Element names are case-sensitive: write {right}." if right else ""
            yield _invalid(
                f"The {what} has an unknown element {shown(key.text, 40)}.{hint}", at, statement, on_key=True
            )
        seen.add(key.text)


def _version(document: PolicyDocument, statements: tuple[Statement, ...]) -> Iterator[Remark]:
    root = document.root
    version = root.get("Version") if isinstance(root, Object) else None
    if isinstance(version, Scalar) and version.text not in _VERSIONS and not TOKEN.search(version.text):
        yield _invalid("Version is none of 2012-10-17 and 2008-10-17.", "/Version")
    elif version is None or (isinstance(version, Scalar) and version.text == "2008-10-17"):
        variables = any(
            _VARIABLE.search(e.text) for s in statements for e in (*s.resources, *s.not_resources)
        )
        if variables:
            message = (
                "Policy variables are plain text without Version 2012-10-17: the statement does not "
                "mean what it says."
            )
        elif version is None:
            message = "The policy has no Version: it is read as of 2008-10-17."
        else:
            return
        yield _remark(rules.MISSING_VERSION, message, "/Version" if version else "", None)


def _elements(statement: Statement) -> Iterator[Remark]:
    yield from _keys(statement.node, statement.pointer, statement, STATEMENT_ELEMENTS, "statement")
    for pair in _EXCLUSIVE:
        if all(name.lower() in statement.elements for name in pair):
            yield _invalid(f"The statement has both {pair[0]} and {pair[1]}.", statement.pointer, statement)
    effect = statement.effect
    if effect is None:
        yield _invalid("The statement has no Effect.", statement.pointer, statement)
    elif effect.text not in ("Allow", "Deny") and not effect.is_partly_unknown:
        yield _invalid("Effect is neither Allow nor Deny.", effect.pointer, statement)
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        value = statement.node.get(name)
        wrong = isinstance(value, Object) or (
            isinstance(value, Array) and not all(isinstance(item, Scalar) for item in value)
        )
        if wrong:
            yield _invalid(
                f"{name} is not a string or a list of strings.", f"{statement.pointer}/{name}", statement
            )
        elif isinstance(value, Array) and not value.items:
            yield _invalid(
                f"{name} is empty: the statement has no effect.", f"{statement.pointer}/{name}", statement
            )


def _presence(document: PolicyDocument, statement: Statement) -> Iterator[Remark]:
    has = statement.elements
    kind = document.kind
    if not has & {"action", "notaction"}:
        yield _invalid("The statement has no Action.", statement.pointer, statement)
    principal = has & {"principal", "notprincipal"}
    resource = has & {"resource", "notresource"}
    if kind in (PolicyKind.IDENTITY, PolicyKind.SERVICE_CONTROL):
        if principal:
            yield _invalid(f"A {kind.value} policy must not have a Principal.", statement.pointer, statement)
        if not resource:
            yield _invalid("The statement has no Resource.", statement.pointer, statement)
    elif not principal:
        yield _invalid(
            f"A statement of a {kind.value} policy needs a Principal.", statement.pointer, statement
        )
    if kind is PolicyKind.TRUST and resource:
        yield _invalid(
            "A trust policy must not have a Resource: it belongs to its role.", statement.pointer, statement
        )


def _actions(document: PolicyDocument, statement: Statement) -> Iterator[Remark]:
    for action in (*statement.actions, *statement.not_actions):
        if action.is_partly_unknown or is_everything(action.text) or _ACTION.fullmatch(action.text):
            continue
        message = f"The action {shown(document.readable(action.text))} is not of the form service:Action."
        yield _remark(rules.INVALID_ACTION, message, action.pointer, statement, action.text)


def _resources(document: PolicyDocument, statement: Statement) -> Iterator[Remark]:
    if document.resource_type in _OWN_RESOURCES:
        return
    for resource in (*statement.resources, *statement.not_resources):
        if not _is_arn(resource):
            message = (
                f"The resource {shown(document.readable(resource.text))} is not an ARN with six "
                "fields, nor `*`."
            )
            yield _remark(rules.INVALID_ARN, message, resource.pointer, statement, resource.text)


def _is_arn(resource: Element) -> bool:
    if is_everything(resource.text) or TOKEN.match(resource.text):
        return True
    # A variable may hold colons (${aws:username}), an unknown value any number of fields.
    text = _VARIABLE.sub("v", resource.text)
    fields = text.split(":", 5)
    return fields[0] == "arn" and (len(fields) == 6 or resource.is_partly_unknown)


def _principals(document: PolicyDocument, statement: Statement) -> Iterator[Remark]:
    for principal in (*statement.principals, *statement.not_principals):
        text = principal.element
        if principal.kind == "*":
            if text.text != "*" and not text.is_partly_unknown:
                message = 'A Principal is `"*"` or an object such as `{"AWS": "…"}`.'
                yield _invalid(message, text.pointer, statement)
        elif principal.kind not in PRINCIPAL_KINDS and not TOKEN.search(principal.kind):
            message = f"The principal kind {shown(document.readable(principal.kind), 40)} does not exist."
            yield _invalid(message, text.pointer, statement)


def _operators(statement: Statement) -> Iterator[Remark]:
    condition = statement.node.get("Condition")
    pointer = f"{statement.pointer}/Condition"
    if isinstance(condition, Array) or (isinstance(condition, Scalar) and not _is_token(condition)):
        yield _invalid("Condition is not an object.", pointer, statement)
    for found in statement.conditions:
        if TOKEN.search(found.operator):
            continue
        if found.operator not in OPERATORS or found.qualifier not in _QUALIFIERS:
            at = found.pointer.rpartition("/")[0]
            yield _invalid("The condition operator does not exist.", at, statement, on_key=True)
        elif found.operator == "null" and found.if_exists:
            at = found.pointer.rpartition("/")[0]
            yield _invalid("The operator Null cannot have IfExists.", at, statement, on_key=True)
