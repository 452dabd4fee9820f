"""Issues of conditions: operators, keys, empty lists, and wildcards that decide nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.document import TOKEN, children, step
from pregate.iam.tables import OPERATORS
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass

_QUALIFIERS = ("", "forallvalues", "foranyvalue")
_KEY = expression(r"[^\s:]+:.+", re.DOTALL)
_ESCAPE = expression(r"\$\{[*?$]\}")
_EXACT = ("stringequals", "stringnotequals", "stringequalsignorecase", "stringnotequalsignorecase")


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    One key under one operator, as written: ``name`` is the operator without qualifier and suffix, in lower
    case, ``values`` its values that are scalars, each with its pointer, unknown ones left out.
    """

    operator: str
    name: str
    qualifier: str
    if_exists: bool
    key: str
    node: Node
    pointer: str
    values: tuple[tuple[Scalar, str], ...]

    @property
    def spot(self) -> Spot:
        """The key."""
        return Spot(self.pointer, on_key=True)


def comparisons_of(subject: Subject) -> Iterator[Comparison]:
    """Every key under every operator; those whose operator or key is unknown are left out."""
    for pointer, operator, block in _blocks(subject):
        qualifier, _, name = operator.lower().rpartition(":")
        for part, key, node in children(block):
            if key is None or TOKEN.search(key.text):
                continue
            below = f"{pointer}/{part}"
            name_only, if_exists = name.removesuffix("ifexists"), name.endswith("ifexists")
            values = tuple(_scalars(node, below))
            yield Comparison(operator, name_only, qualifier, if_exists, key.text, node, below, values)


def _blocks(subject: Subject) -> Iterator[tuple[str, str, Object]]:
    for statement in subject.statements:
        for part, key, condition in children(statement.node):
            if key is None or key.text.lower() != "condition" or not isinstance(condition, Object):
                continue
            for below, operator, block in children(condition):
                if operator and isinstance(block, Object) and not TOKEN.search(operator.text):
                    yield f"{statement.pointer}/{part}/{below}", operator.text, block


def _scalars(node: Node, pointer: str) -> Iterator[tuple[Scalar, str]]:
    listed = isinstance(node, Array)
    for index, item in enumerate(node.items if isinstance(node, Array) else (node,)):
        if isinstance(item, Scalar) and item.value is not None and not TOKEN.search(item.text):
            yield item, f"{pointer}/{index}" if listed else pointer


def operators(subject: Subject) -> Iterator[Issue]:
    """Operators that do not exist, and forms of Null that mean nothing."""
    for pointer, operator, _ in _blocks(subject):
        qualifier, _, name = operator.lower().rpartition(":")
        spots = (Spot(pointer, on_key=True),)
        if name.removesuffix("ifexists") not in OPERATORS or qualifier not in _QUALIFIERS:
            details = f"The condition operator {operator} is not valid. Use a valid condition operator."
            yield Issue("INVALID_CONDITION_OPERATOR", details, spots)
        elif name == "nullifexists":
            details = (
                "The Null condition operator cannot be used with the IfExists suffix. Update the operator "
                "or the suffix."
            )
            yield Issue("NULL_WITH_IF_EXISTS", details, spots)
        if name == "null" and qualifier in _QUALIFIERS[1:]:
            details = (
                "Avoid using the Null condition operator with the ForAllValues or ForAnyValue qualifiers "
                "because they always return a true or false respectively."
            )
            yield Issue("NULL_WITH_QUALIFIER", details, spots)


def keys(subject: Subject) -> Iterator[Issue]:
    """Keys without a service, and keys that differ in nothing but case."""
    for test in comparisons_of(subject):
        if not _KEY.fullmatch(test.key):
            details = "The condition key format is not valid. Use the format service:keyname."
            yield Issue("INVALID_CONDITION_KEY_FORMAT", details, (test.spot,))
    for pointer, _, block in _blocks(subject):
        spelled: dict[str, dict[str, None]] = {}
        for key, _ in block:
            if not TOKEN.search(key.text):
                spelled.setdefault(key.text.lower(), {})[key.text] = None
        for names in spelled.values():
            if len(names) > 1:
                details = (
                    f"The condition key {next(iter(names))} appears more than once with different "
                    "capitalization in the same condition block. Remove the duplicate condition keys."
                )
                spots = tuple(Spot(f"{pointer}/{step(name)}", on_key=True) for name in names)
                yield Issue("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", details, spots)


def empty_lists(subject: Subject) -> Iterator[Issue]:
    """Keys without a value."""
    for test in comparisons_of(subject):
        if not isinstance(test.node, Array) or test.node.items:
            continue
        advice = (
            "To determine if the request context is empty, we recommend that you use the Null condition "
            "operator with the value of true instead."
        )
        if test.qualifier == "foranyvalue":
            code = "EMPTY_ARRAY_CONDITION_FORANYVALUE"
            details = (
                f"The ForAnyValue prefix with an empty condition key {test.key} never matches the request "
                "context and it does not affect the policy. Specify conditions."
            )
        elif test.qualifier == "forallvalues" or test.if_exists:
            every = test.qualifier == "forallvalues"
            code = f"EMPTY_ARRAY_CONDITION_{'FORALLVALUES' if every else 'IFEXISTS'}"
            word = "ForAllValues prefix" if every else "IfExists suffix"
            details = (
                f"The {word} with an empty condition key matches only if the key {test.key} is missing from "
                f"the request context. {advice}"
            )
        else:
            code = "EMPTY_ARRAY_CONDITION"
            details = (
                f"There are no values for the condition key {test.key} and it does not affect the policy. "
                "Specify conditions."
            )
        yield Issue(code, details, (Spot(test.pointer),))


def wildcards(subject: Subject) -> Iterator[Issue]:
    """Wildcards where they are plain characters, and those that match every value."""
    for test in comparisons_of(subject):
        if test.name in _EXACT:
            for value, pointer in test.values:
                text = _ESCAPE.sub("", value.text)
                if "*" in text or "?" in text:
                    details = (
                        "Your condition value includes a * or ? character. If you meant to use a wildcard "
                        "(*, ?), update the condition operator to include Like."
                    )
                    yield Issue("WILDCARD_WITHOUT_LIKE_OPERATOR", details, (Spot(pointer),))
        elif test.name in ("stringlike", "stringnotlike"):
            yield from _every_value(test)


def _every_value(test: Comparison) -> Iterator[Issue]:
    """
    What a comparison with ``*`` comes to (IAM User Guide, condition operators; set operators): whether it
    holds when the key is absent, and when it is there.
    """
    matching = [at for value, at in test.values if value.text and not value.text.strip("*")]
    if not matching:
        return
    present = test.name == "stringlike"
    if test.qualifier == "foranyvalue":
        absent = test.if_exists
    else:
        absent = test.if_exists or test.qualifier == "forallvalues" or not present
    code, details = _OUTCOMES[present, absent]
    yield Issue(code, details.format(operator=test.operator, key=test.key), (Spot(matching[0]),))


_OUTCOMES = {
    (True, True): (
        "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
        (
            "The key {key} in the condition block of {operator} is redundant because it is always matched. "
            "Remove this key to simplify the condition."
        ),
    ),
    (False, False): (
        "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
        (
            "The key {key} in the condition block of {operator} does not match any values. "
            "Remove this key to simplify the condition."
        ),
    ),
    (True, False): (
        "EQUIVALENT_TO_NULL_FALSE",
        (
            "The operator {operator} with a wildcard (*) matches whenever the condition key {key} is in the "
            "request context. We recommend that you use the Null condition operator with the value of false "
            "instead."
        ),
    ),
    (False, True): (
        "EQUIVALENT_TO_NULL_TRUE",
        (
            "The operator {operator} with a wildcard (*) matches only when the condition key {key} is "
            "missing from the request context. We recommend that you use the Null condition operator with "
            "the value of true instead."
        ),
    ),
}

RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("INVALID_CONDITION_OPERATOR", "NULL_WITH_IF_EXISTS", "NULL_WITH_QUALIFIER"), operators),
    (("INVALID_CONDITION_KEY_FORMAT", "DUPLICATE_KEYS_WITH_DIFFERENT_CASE"), keys),
    (
        (
            "EMPTY_ARRAY_CONDITION",
            "EMPTY_ARRAY_CONDITION_FORALLVALUES",
            "EMPTY_ARRAY_CONDITION_FORANYVALUE",
            "EMPTY_ARRAY_CONDITION_IFEXISTS",
        ),
        empty_lists,
    ),
    (("WILDCARD_WITHOUT_LIKE_OPERATOR", *(code for code, _ in _OUTCOMES.values())), wildcards),
)
