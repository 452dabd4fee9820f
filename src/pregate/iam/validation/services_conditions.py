"""
Issues about the types of condition keys: operators and qualifiers that do not fit a key, and values that do
not fit each other.

Types are those of ``pregate.iam.keys`` for keys that all services share, those of the table of services for
the others. Codes and texts: IAM User Guide, "IAM policy validation check reference"; which operators a type
takes: "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam.catalogue import Key, catalogue
from pregate.iam.document import children
from pregate.iam.keys import key_type
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.iam.validation.services import conditions_of, key_name
from pregate.positions import Array, Node, Object, Scalar

# What each begin of an operator compares, in the words of the service.
_OPERATORS = (
    ("string", "string"),
    ("arn", "ARN"),
    ("numeric", "numeric"),
    ("date", "date"),
    ("bool", "Boolean"),
    ("ipaddress", "IP address"),
    ("notipaddress", "IP address"),
)
# The types of shared keys in the words of the table of services.
_SHARED = {
    "string": "String",
    "arn": "ARN",
    "bool": "Bool",
    "numeric": "Numeric",
    "date": "Date",
    "ip": "IPAddress",
}
# What compares values of a type without complaint. ARNs are text too: Access Analyzer accepts
# iam:PermissionsBoundary under StringEquals and kms:EncryptionContext:… under ArnLike. Dates may be seconds
# since 1970.
_FITTING = {
    "String": frozenset({"string", "ARN"}),
    "ARN": frozenset({"ARN", "string"}),
    "Bool": frozenset({"Boolean"}),
    "Numeric": frozenset({"numeric"}),
    "Date": frozenset({"date", "numeric"}),
    "IPAddress": frozenset({"IP address"}),
}
_WORDS = {"Bool": "Boolean", "IPAddress": "IP address"}
# EventBridge documents these with and without a qualifier, and Access Analyzer accepts both.
_WITHOUT_QUALIFIER = "events:"
# Single-valued by their type, yet AWS managed policies compare them as sets, and Access Analyzer accepts it.
_AS_SETS = frozenset({"codestar-connections:provideraction", "organizations:serviceprincipal"})


def types(subject: Subject) -> Iterator[Issue]:
    """Operators and qualifiers that do not fit the type of their key."""
    for _, condition in conditions_of(subject):
        key = _known(condition.key)
        if key is None or condition.operator == "null":
            continue
        name, spot = key_name(condition.pointer), (Spot(condition.pointer, on_key=True),)
        kind = key.type.removeprefix("ArrayOf")
        if kind == "ARN" and condition.operator in ("stringlike", "stringnotlike"):
            # Two types are named for the one key that is older than its type.
            allowed = "ARN, String" if condition.key == "aws:principalarn" else "ARN"
            text = f"Use the operator type {allowed} instead of operator string for the condition key {name}."
            yield Issue("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", text, spot)
        used = _compares(condition.operator)
        if used and used not in _FITTING.get(kind, {used}) and not _names_one_of_many(key.name):
            wanted = _WORDS.get(kind, kind)
            text = f"Use the operator type {wanted} instead of operator {used} for the condition key {name}."
            yield Issue("TYPE_MISMATCH", text, spot)
        if (
            key.is_multivalued
            and not condition.qualifier
            and not condition.key.startswith(_WITHOUT_QUALIFIER)
        ):
            text = f"The request context key {name} has multiple values. Use the ForAllValues or ForAnyValue"
            yield Issue("MISSING_QUALIFIER", f"{text} condition key qualifiers in your policy.", spot)


def single_values(subject: Subject) -> Iterator[Issue]:
    """``ForAllValues`` on a key with one value, in what allows: it is met when the key is not there."""
    for statement, condition in conditions_of(subject):
        if not statement.allows or condition.qualifier != "forallvalues" or condition.operator == "null":
            continue
        key = _known(condition.key)
        if key is None or not key.type or key.is_multivalued or condition.key in _AS_SETS:
            continue
        text = "Using ForAllValues qualifier with the single-valued condition key"
        text = f"{text} {key_name(condition.pointer)} can be overly permissive."
        text = f"{text} We recommend that you remove ForAllValues:."
        spot = Spot(condition.pointer, on_key=True)
        yield Issue("FORALLVALUES_WITH_SINGLE_VALUED_KEY", text, (spot,))


def same_types(subject: Subject) -> Iterator[Issue]:
    """Lists of values of different JSON types."""
    for statement in subject.statements:
        for name, _, block in children(statement.node):
            if name.lower() == "condition":
                for pointer, values in _lists(f"{statement.pointer}/{name}", block):
                    if len({_json_type(item) for item in values}) > 1:
                        text = "The condition value data types do not match."
                        text = f"{text} Use condition values of the same JSON data type."
                        yield Issue("INVALID_CONDITION_DATA_TYPE", text, (Spot(pointer),))


def _lists(pointer: str, block: Node) -> Iterator[tuple[str, Array]]:
    for operator, _, keys in children(block) if isinstance(block, Object) else ():
        for key, _, values in children(keys) if isinstance(keys, Object) else ():
            if isinstance(values, Array):
                yield f"{pointer}/{operator}/{key}", values


def _json_type(node: Node) -> str:
    if not isinstance(node, Scalar):
        return ""
    if isinstance(node.value, bool):
        return "boolean"
    return "number" if isinstance(node.value, int | float) else "string"


def _names_one_of_many(name: str) -> bool:
    """Whether part of a key is a tag's name, say: its values are as free as those of the tag."""
    return "${" in name or "/" in name


def _known(name: str) -> Key | None:
    shared, theirs = key_type(name), catalogue().key(name)
    if shared is None or (theirs is not None and not name.startswith("aws:")):
        return theirs
    array = "ArrayOf" if shared.is_multi_valued else ""
    return Key(name, array + _SHARED.get(shared.type, ""))


def _compares(operator: str) -> str:
    return next((words for begin, words in _OPERATORS if operator.startswith(begin)), "")


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("MISSING_QUALIFIER", "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", "TYPE_MISMATCH"), types),
    (("FORALLVALUES_WITH_SINGLE_VALUED_KEY",), single_values),
    (("INVALID_CONDITION_DATA_TYPE",), same_types),
)
