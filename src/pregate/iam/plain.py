"""
What most policies are: in the plain form of the language, granting named actions on named resources.

Of such a policy most rules have nothing to say, and their modules need not be loaded. Each function here is a
condition under which certain rules are silent; where it is not met, nothing is said about them.
"""

from __future__ import annotations

from collections.abc import Iterable

from pregate.iam.document import TOKEN, PolicyDocument, PolicyKind
from pregate.iam.globs import is_everything
from pregate.iam.statements import Statement
from pregate.positions import Array, Node, Object, Scalar

_VERSION = "2012-10-17"
_KEYS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_KEYS = frozenset({"Sid", "Effect", "Action", "Resource", "Condition"})
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_NAME = f"{_LETTERS}-"  # of which names of services are made
_SERVICE = f"{_NAME}*?"
_ACTION = f"{_LETTERS}._-*?"
_LONGEST = 128  # of the parts of an action's name
# Words before the name in ARNs of the services whose actions the local rules know; what else stands there is
# part of a name (a bucket's).
_KIND_NAMES = """
    cluster devEndpoint document function group instance instance-profile key log-group managed-instance
    notebook-instance parameter policy role secret table user
"""
_KINDS = frozenset(_KIND_NAMES.split())
_OPERATORS = frozenset(
    {
        *("ArnEquals", "ArnLike", "Bool", "IpAddress", "StringEquals", "StringLike", "StringNotEquals"),
        *("StringEqualsIfExists", "StringLikeIfExists", "StringNotEqualsIfExists", "StringNotLike"),
    }
)


def is_in_plain_form(document: PolicyDocument, statements: tuple[Statement, ...]) -> bool:
    """
    Whether an identity policy has only elements of the language, each once, complete and of its type.

    Then :mod:`pregate.iam.structure` and the rules on grammar of documents and statements say nothing.
    """
    root = document.root
    if document.kind is not PolicyKind.IDENTITY or not isinstance(root, Object):
        return False
    if not _has_only(root, _KEYS) or _text(root.get("Version")) != _VERSION:
        return False
    if (identifier := root.get("Id")) is not None and not _text(identifier):
        return False
    listed = root.get("Statement")
    count = len(listed) if isinstance(listed, Array) else 1
    sids = [statement.sid for statement in statements if "sid" in statement.elements]
    return (
        count == len(statements) > 0
        and len(set(sids)) == len(sids)
        and all(sid and not sid.strip(_LETTERS) for sid in sids)
        and all(map(_is_plain, statements))
    )


def grants_by_name(statements: Iterable[Statement]) -> bool:
    """
    Whether no Allow has a wildcard in an action, or a resource that is all of a kind. Then there is nothing
    that :mod:`pregate.iam.granting` calls too wide.
    """
    return not any(
        any("*" in action.text or "?" in action.text for action in statement.actions)
        or any(is_all_of_a_kind(resource.text) for resource in statement.resources)
        for statement in statements
        if statement.allows
    )


def is_all_of_a_kind(resource: str) -> bool:
    """
    Every resource, or an ARN whose own part is only wildcards, perhaps after its type: every bucket, every
    role.
    """
    if is_everything(resource):
        return True
    fields = resource.split(":", 5)
    if len(fields) < 6 or fields[0] != "arn" or TOKEN.search(fields[5]):
        return False
    kind, separator, name = fields[5].replace(":", "/").partition("/")
    own = name if separator and kind in _KINDS else fields[5]
    return "*" in own and not own.strip("*?/:")


def is_global_arn(text: str) -> bool:
    """Whether it is an ARN of the main partition without Region and account, of a named service."""
    fields = text.split(":", 5)
    return (
        len(fields) == 6
        and fields[:2] == ["arn", "aws"]
        and fields[3:5] == ["", ""]
        and bool(fields[2])
        and fields[2] == fields[2].lower()
        and not fields[2].strip(_NAME)
        and "${" not in text
    )


def _is_plain(statement: Statement) -> bool:
    node = statement.node
    effect, condition = _text(node.get("Effect")), node.get("Condition")
    return (
        _has_only(node, _STATEMENT_KEYS)
        and effect in ("Allow", "Deny")
        and _are_texts(node.get("Action"))
        and _are_texts(node.get("Resource"))
        and ("sid" not in statement.elements or _text(node.get("Sid")) != "")
        and (condition is None or _is_condition(condition))
        and all(_is_action(action.text) for action in statement.actions)
        and all(_is_resource(resource.text) for resource in statement.resources)
    )


def _has_only(node: Object, names: frozenset[str]) -> bool:
    found = {key.text for key, _ in node}
    return found <= names and len(found) == len(node)


def _text(node: Node | None) -> str:
    """The text of a string, ``""`` for all else."""
    return node.text if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _are_texts(node: Node | None) -> bool:
    if isinstance(node, Array):
        return len(node) > 0 and all(map(_text, node))
    return _text(node) != ""


def _is_action(text: str) -> bool:
    service, _, name = text.partition(":")
    if text == "*":
        return True
    return (
        0 < len(service) <= _LONGEST >= len(name) > 0
        and not service.strip(_SERVICE)
        and not name.strip(_ACTION)
    )


def _is_resource(text: str) -> bool:
    return text == "*" or (text.startswith("arn:") and text.count(":") >= 5 and "${" not in text)


def _is_condition(node: Node) -> bool:
    """Operators that there are, with keys and values."""
    blocks = node.members if isinstance(node, Object) else []
    return len(blocks) > 0 and all(
        operator.text in _OPERATORS
        and isinstance(block, Object)
        and len(block) > 0
        and all(_are_values(value) for _, value in block)
        for operator, block in blocks
    )


def _are_values(node: Node) -> bool:
    items = node.items if isinstance(node, Array) else [node]
    return all(isinstance(item, Scalar) and item.value is not None for item in items)
