"""
A document with example values for what a template leaves open, so that a service can look at the rest of it.

Only where a value of the right form says nothing about the policy: in resources, condition values and
``AWS`` principals. A document whose actions, effects or operators are open cannot be sent: the answer would
be about another policy.
"""

from __future__ import annotations

from pregate.iam.document import TOKEN, PolicyDocument, to_text
from pregate.iam.intrinsics import PSEUDO
from pregate.positions import Array, Node, Object, Scalar, parse_json
from pregate.records import replace

_BY_OPERATOR = {
    "bool": "true",
    "null": "false",
    "ipaddress": "203.0.113.0/24",
    "notipaddress": "203.0.113.0/24",
    "binaryequals": "cGxhY2Vob2xkZXI=",
}
# Fields of an ARN that have a form of their own.
_ARN_FIELDS = {1: PSEUDO["AWS::Partition"], 3: PSEUDO["AWS::Region"], 4: PSEUDO["AWS::AccountId"]}
_OPEN_PLACES = ("resource", "notresource", "sid", "id")


def with_placeholders(document: PolicyDocument) -> PolicyDocument | None:
    """
    The document without unknown values, or None when that would say something else than the policy does.
    """
    if not document.unknowns:
        return document
    root = parse_json(document.text)  # a tree of our own, which may be altered
    pending: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, Object):
            if any(TOKEN.search(key.text) for key, _ in node):
                return None
            pending += [((*path, key.text.lower()), value) for key, value in node]
        elif isinstance(node, Array):
            pending += [(path, item) for item in node]
        elif TOKEN.search(node.text) and not _fill(path, node):
            return None
    return replace(document, text=to_text(root), unknowns=())


def _fill(path: tuple[str, ...], node: Scalar) -> bool:
    inside = path[1:]  # within the statement
    if inside[:1] == ("condition",) and len(inside) == 3:
        text = _condition_value(inside[1], node.text)
    elif inside[:1] in (("principal",), ("notprincipal",)) and inside[1:] == ("aws",):
        text = _arn(node.text, "arn:aws:iam::123456789012:role/placeholder")
    elif (inside or path)[:1] and (inside or path)[0] in _OPEN_PLACES:
        text = _arn(node.text, "arn:aws:s3:::placeholder")
    else:
        return False
    node.value = node.text = text
    return True


def _condition_value(operator: str, text: str) -> str:
    name = operator.rpartition(":")[2].removesuffix("ifexists")
    if name.startswith("arn"):
        return _arn(text, "arn:aws:s3:::placeholder")
    if name.startswith("numeric"):
        return TOKEN.sub("1", text)
    if name.startswith("date"):
        return "2030-01-01T00:00:00Z"
    return _BY_OPERATOR.get(name) or TOKEN.sub(r"placeholder\1", text)


def _arn(text: str, whole: str) -> str:
    """An ARN with its open fields filled; ``whole`` (made distinct) when all of it is open."""
    only = TOKEN.fullmatch(text)
    if only:
        return f"{whole}-{only[1]}"
    start = TOKEN.match(text)
    if start:  # the ARN of something, with more after it
        return f"{whole}-{start[1]}" + TOKEN.sub(r"placeholder\1", text[start.end() :])
    fields = text.split(":", 5)
    for index, field in enumerate(fields):
        if TOKEN.search(field):
            fields[index] = _ARN_FIELDS.get(index) or TOKEN.sub(r"placeholder\1", field)
    return ":".join(fields)
