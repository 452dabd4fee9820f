"""The Condition element for one request."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pregate.iam.evaluation import values
from pregate.iam.evaluation.patterns import Piece, matches, matches_arn, substitute
from pregate.iam.evaluation.undecided import UndecidedError, every, folded, known, some, texts
from pregate.records import dataclass

if TYPE_CHECKING:  # it imports this package to confirm its answers
    from pregate.iam.reasoning.model import Reading, Request


@dataclass(frozen=True, slots=True)
class Terms:
    """What a statement is read by: the request, the reading, and whether ``${…}`` are policy variables."""

    request: Request
    reading: Reading
    variables: bool

    def pattern(self, text: str) -> list[Piece] | None:
        """A pattern with its variables replaced; None for one that matches nothing."""
        return substitute(text, self.request) if self.variables else [Piece(known(text))]

    def plain(self, text: str) -> str | None:
        """The same as text without wildcards."""
        pieces = self.pattern(text)
        return None if pieces is None else "".join(piece.text for piece in pieces)


Comparison = Callable[[str, str, Terms], bool]  # the policy's value, the request's, the terms


def holds(condition: Any, terms: Terms) -> bool:
    """Whether every test in a Condition element is met. Raises UndecidedError where that cannot be said."""
    if not isinstance(condition, dict):
        raise UndecidedError("a condition of unknown form")
    tests: list[tuple[str, str, Any]] = []
    for name, keys in condition.items():
        if not isinstance(keys, dict):
            raise UndecidedError("a condition of unknown form")
        tests += [(name, key, expected) for key, expected in keys.items()]
    return every(lambda test: _met(*test, terms), tests)


def _met(name: str, key: str, expected: Any, terms: Terms) -> bool:
    qualifier, colon, base = name.rpartition(":")
    if colon and qualifier not in ("ForAllValues", "ForAnyValue"):
        raise UndecidedError("an unknown set operator")
    actual = terms.request.values(folded(known(key)))
    if base == "Null" and not colon:
        return _is_null(texts(expected), absent=not actual)
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    if base not in OPERATORS:
        raise UndecidedError("an unknown condition operator")
    compare, negated = OPERATORS[base]
    wanted = texts(expected)
    if not actual:
        return if_exists or qualifier == "ForAllValues" or (negated and not colon)

    def passes(value: str) -> bool:
        return some(lambda pattern: compare(pattern, value, terms), wanted) is not negated

    if qualifier == "ForAllValues" or not (colon or terms.reading.any_value_is_enough):
        return every(passes, actual)
    return some(passes, actual)


def _is_null(wanted: list[str], *, absent: bool) -> bool:
    def passes(text: str) -> bool:
        truth = values.boolean(known(text))
        if truth is None:
            raise UndecidedError("Null needs true or false")
        return truth is absent

    return some(passes, wanted)


def _equals(expected: str, actual: str, terms: Terms) -> bool:
    return terms.plain(expected) == actual


def _equals_ignore_case(expected: str, actual: str, terms: Terms) -> bool:
    text = terms.plain(expected)
    if text is not None and not (text + actual).isascii():
        raise UndecidedError("case of letters beyond ASCII")
    return text is not None and folded(text) == folded(actual)


def _like(expected: str, actual: str, terms: Terms) -> bool:
    pieces = terms.pattern(expected)
    return pieces is not None and matches(pieces, actual)


def _arn_like(expected: str, actual: str, terms: Terms) -> bool:
    pieces = terms.pattern(expected)
    return pieces is not None and matches_arn(pieces, actual, crossing=terms.reading.star_crosses_fields)


def _bool(expected: str, actual: str, terms: Terms) -> bool:
    text = terms.plain(expected)
    truth = None if text is None else values.boolean(text)
    return truth is not None and truth is values.boolean(actual)


def _binary(expected: str, actual: str, _terms: Terms) -> bool:
    return known(expected) == actual


def _within(expected: str, actual: str, _terms: Terms) -> bool:
    network, address = values.network(known(expected)), values.address(actual)
    return network is not None and address is not None and address in network


def _ordered(read: Callable[[str], Decimal | None], order: Callable[[Any, Any], bool]) -> Comparison:
    def compare(expected: str, actual: str, _terms: Terms) -> bool:
        bound, value = read(known(expected)), read(actual)
        return bound is not None and value is not None and order(value, bound)

    return compare


ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
# operator → how one value of the policy compares with one of the request, and whether it is negated
OPERATORS: dict[str, tuple[Comparison, bool]] = {
    "StringEquals": (_equals, False),
    "StringNotEquals": (_equals, True),
    "StringEqualsIgnoreCase": (_equals_ignore_case, False),
    "StringNotEqualsIgnoreCase": (_equals_ignore_case, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "ArnEquals": (_arn_like, False),
    "ArnLike": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_bool, False),
    "BinaryEquals": (_binary, False),
    "IpAddress": (_within, False),
    "NotIpAddress": (_within, True),
    "NumericNotEquals": (_ordered(values.number, operator.eq), True),
    "DateNotEquals": (_ordered(values.moment, operator.eq), True),
    **{f"Numeric{name}": (_ordered(values.number, order), False) for name, order in ORDERS.items()},
    **{f"Date{name}": (_ordered(values.moment, order), False) for name, order in ORDERS.items()},
}
