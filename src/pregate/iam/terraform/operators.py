"""HCL's operators and truth values over known values. Source: HCL specification, "Operations"."""

from __future__ import annotations

import math

from pregate.iam.terraform.syntax import Span
from pregate.iam.terraform.values import Hidden, Ledger, Map, Plain, Seq, Str, Value, is_null

_WORDS = {"true": True, "false": False}


def truth(value: Value) -> bool | None:
    """A condition's value; None when it is not known (or no truth value)."""
    match value:
        case Plain(value=bool() as known):
            return known
        case Str(text=text):
            return _WORDS.get(text)
        case _:
            return None


def number(value: Value) -> int | float | None:
    """A number, also one written as text; None when it is none."""
    match value:
        case Plain(value=bool()):
            return None
        case Plain(value=int() | float() as known):
            return known
        case Str(text=text) if len(text) < 40:
            try:
                found = float(text)
            except ValueError:
                return None
            if not math.isfinite(found):
                return None
            return int(found) if found.is_integer() else found
        case _:
            return None


def equal(left: Value, right: Value, ledger: Ledger) -> bool | None:
    """Whether two values are equal; None when that depends on what is not known."""
    if is_null(left) or is_null(right):
        other = right if is_null(left) else left
        return None if isinstance(other, Hidden) else is_null(left) and is_null(right)
    if not (ledger.is_known(left) and ledger.is_known(right)):
        return None
    match left, right:
        case (Seq() | Map(), Seq() | Map()):
            return ledger.json_of(left) == ledger.json_of(right)
        case (Seq() | Map(), _) | (_, Seq() | Map()):
            return False
        case _:
            return ledger.text_of(left) == ledger.text_of(right)


def operate(operator: str, operands: list[Value], span: Span, ledger: Ledger) -> Value:
    """The value of an operation; unknown numbers and truth values are no wildcards."""
    unknown = Hidden("an operation", span, False)
    if operator in ("==", "!="):
        same = equal(operands[0], operands[1], ledger)
        return unknown if same is None else Plain(same is (operator == "=="), span)
    if operator in ("&&", "||", "!"):
        return _logic(operator, [truth(operand) for operand in operands], span) or unknown
    numbers = [number(operand) for operand in operands]
    if any(n is None or abs(n) > 1e15 for n in numbers):
        return unknown
    known = [n for n in numbers if n is not None]
    found = _negative(known[0]) if len(known) == 1 else _arithmetic(operator, known[0], known[1])
    return unknown if found is None else Plain(found, span)


def _logic(operator: str, values: list[bool | None], span: Span) -> Value | None:
    if operator == "!":
        return None if values[0] is None else Plain(not values[0], span)
    decides = operator == "||"
    if decides in values:
        return Plain(decides, span)
    return None if None in values else Plain(not decides, span)


def _negative(value: float) -> float:
    return -value


def _arithmetic(operator: str, left: float, right: float) -> float | bool | None:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else None
        case "%":
            return math.fmod(left, right) if right else None
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case _:
            return left >= right
