"""
The engine against z3 (https://github.com/Z3Prover/z3), which decides the same question from an encoding of
its own, made here from the JSON alone: strings as memberships in regular languages.
"""

from __future__ import annotations

import importlib
import os
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from pregate.iam.reasoning import Result, check_no_new_access
from tests.iam.reasoning.universe import Json, Shape, changed_policy, document, random_policy

pytestmark = pytest.mark.oracle

if not os.environ.get("PREGATE_REQUIRE_TOOLS"):
    pytest.importorskip("z3")
z3: Any = importlib.import_module("z3")

WORK = 1_500_000  # of z3 for one question (its rlimit: the same on every machine)
SHAPES = (
    Shape(),
    Shape(arns=True),
    Shape(keys=("x:s",)),
    Shape(keys=("x:n",)),
    Shape(arns=True, keys=("x:s", "aws:SecureTransport")),
)
PAIRS = 30  # of each shape


class Encoding:
    """The variables of one request."""

    def __init__(self) -> None:
        self.action, self.resource = z3.String("action"), z3.String("resource")
        self._keys: dict[str, tuple[Any, ...]] = {}

    def allows(self, policy: Json) -> Any:
        """That the policy allows the request."""
        sides: dict[str, list[Any]] = {"Allow": [], "Deny": []}
        for statement in policy["Statement"]:
            sides[statement["Effect"]].append(self._applies(statement))
        return z3.And(z3.Or(sides["Allow"]), z3.Not(z3.Or(sides["Deny"])))

    def _applies(self, statement: Json) -> Any:
        parts = []
        for name, variable, language in (
            ("Action", self.action, lambda text: glob(text.lower())),
            ("Resource", self.resource, arn_glob),
        ):
            if name in statement:
                parts.append(z3.InRe(variable, union(map(language, as_list(statement[name])))))
            if f"Not{name}" in statement:
                named = union(map(language, as_list(statement[f"Not{name}"])))
                parts.append(z3.Not(z3.InRe(variable, named)))
        for operator, tests in statement.get("Condition", {}).items():
            parts += [self._condition(operator, key, as_list(value)) for key, value in tests.items()]
        return z3.And(parts)

    def _condition(self, operator: str, key: str, expected: list[str]) -> Any:
        kind = "Numeric" if key == "x:n" else "String"
        present, *value = self._key(key, kind)
        if operator == "Null":
            return z3.Or([z3.Not(present) if text == "true" else present for text in expected])
        base = operator.removesuffix("IfExists")
        if kind == "Numeric":
            is_number, number = value
            relation = base.removeprefix("Numeric")
            met = z3.And(is_number, z3.Or([ORDERS[relation](number, z3.RealVal(one)) for one in expected]))
        else:
            met = z3.Or([LANGUAGES[base.replace("Not", "")](value[0], one) for one in expected])
        if "Not" in base:
            return z3.Or(z3.Not(present), z3.Not(met))
        return z3.Or(z3.Not(present), met) if base != operator else z3.And(present, met)

    def _key(self, key: str, kind: str) -> tuple[Any, ...]:
        if key not in self._keys:
            present = z3.Bool(f"{key} is present")
            numeric = (present, z3.Bool(f"{key} is a number"), z3.Real(key))
            self._keys[key] = numeric if kind == "Numeric" else (present, z3.String(key))
        return self._keys[key]


ORDERS = {
    "Equals": lambda a, b: a == b,
    "NotEquals": lambda a, b: a == b,
    "LessThan": lambda a, b: a < b,
    "LessThanEquals": lambda a, b: a <= b,
    "GreaterThan": lambda a, b: a > b,
    "GreaterThanEquals": lambda a, b: a >= b,
}
LANGUAGES = {
    "StringEquals": lambda variable, text: variable == z3.StringVal(text),
    "StringEqualsIgnoreCase": lambda variable, text: z3.InRe(variable, any_case(text)),
    "StringLike": lambda variable, text: z3.InRe(variable, glob(text)),
    "Bool": lambda variable, text: z3.InRe(variable, any_case(text)),
}


def as_list(value: Any) -> list[str]:
    """The texts of an element."""
    items = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def characters() -> Any:
    """Every character."""
    return z3.AllChar(z3.ReSort(z3.StringSort()))


def union(parts: Any) -> Any:
    """The union of languages."""
    found = list(parts)
    return z3.Union(*found) if len(found) > 1 else found[0]


def sequence(parts: Sequence[Any]) -> Any:
    """The languages one after the other."""
    return z3.Concat(*parts) if len(parts) > 1 else parts[0] if parts else z3.Re("")


def any_case(text: str) -> Any:
    """A text in any case."""
    pairs = [(char.lower(), char.upper()) for char in text]
    return sequence([z3.Re(a) if a == b else z3.Union(z3.Re(a), z3.Re(b)) for a, b in pairs])


def glob(text: str) -> Any:
    """The language of a pattern with ``*`` and ``?``."""
    wild = {"*": lambda: z3.Star(characters()), "?": characters}
    return sequence([wild[char]() if char in wild else z3.Re(char) for char in text])


def arn_glob(text: str) -> Any:
    """The same, where wildcards of the first five fields match no colon, but for a ``*`` at the end."""
    parts = []
    for at, char in enumerate(text):
        free = text[:at].count(":") >= 5 or (char == "*" and at == len(text) - 1)
        one = characters() if free else z3.Diff(characters(), z3.Re(":"))
        parts.append(z3.Star(one) if char == "*" else one if char == "?" else z3.Re(char))
    return sequence(parts)


def oracle(new: Json, existing: Json) -> Result | None:
    """z3's answer, None when it gives up."""
    solver, encoding = z3.Solver(), Encoding()
    solver.set("rlimit", WORK)
    solver.add(encoding.allows(new), z3.Not(encoding.allows(existing)))
    return {"sat": Result.FAIL, "unsat": Result.PASS}.get(str(solver.check()))


def pairs(shape: Shape, seed: int, count: int) -> list[tuple[Json, Json]]:
    """Random pairs of policies, most of them near to each other."""
    rng, found = Random(seed), []
    for _ in range(count):
        new = random_policy(rng, shape)
        found.append(
            (new, changed_policy(rng, shape, new) if rng.random() < 0.7 else random_policy(rng, shape))
        )
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_random_pairs(shape: Shape) -> None:
    seen: Counter[str] = Counter()
    for new, existing in pairs(shape, 5, PAIRS):
        expected = oracle(new, existing)
        answer = check_no_new_access(document(new), document(existing)).result
        seen[f"{expected} {answer}"] += 1
        if expected and answer is not Result.UNKNOWN:
            assert answer is expected, (new, existing)
    assert seen["PASS PASS"] > PAIRS / 10, seen
    assert seen["FAIL FAIL"] > PAIRS / 4, seen


def one(action: Any, resource: Any = "*", effect: str = "Allow", **rest: Any) -> Json:
    """A statement."""
    return {"Effect": effect, "Action": action, "Resource": resource, **rest}


def when(**condition: Any) -> Json:
    """A statement with a condition on the key ``x:s``; operators as keywords."""
    return one("*", Condition={name: {"x:s": value} for name, value in condition.items()})


HAND_WRITTEN: list[tuple[list[Json], list[Json]]] = [
    ([one("s3:*")], [one("s3:a*"), one("s3:*", effect="Allow")]),
    ([one("s3:a*b")], [one("s3:a?*b"), one("s3:ab")]),
    ([one("s3:*a*")], [one("s3:a*"), one("s3:??*a*")]),
    ([one("*"), one("s3:a", effect="Deny")], [{"Effect": "Allow", "NotAction": "s3:a", "Resource": "*"}]),
    ([one("*", "arn:aws:s3:::b/*")], [one("*", "arn:aws:s3:*:*:b/*")]),
    ([one("*", "arn:aws:s3*")], [one("*", "arn:aws:s3:*:*:*")]),
    ([one("*", "arn:aws:*:b")], [one("*", "arn:aws:*")]),
    ([when(StringEquals="a")], [when(StringLike="?")]),
    ([when(StringNotEquals="a")], [when(StringNotLike="a*")]),
    ([when(StringNotLike="a*")], [when(StringNotEquals="a")]),
    ([when(StringLikeIfExists="a*")], [when(StringLike="a*"), when(Null="true")]),
    ([when(StringLikeIfExists="a*")], [when(StringLike="a*")]),
    ([when(Null="false")], [when(StringLike="a*"), when(StringNotLike="a*")]),
    ([when()], [when(StringEqualsIgnoreCase="A"), when(StringNotEqualsIgnoreCase="a")]),
    ([when(StringNotEqualsIgnoreCase="ab")], [when(StringNotEquals=["ab", "AB", "aB", "Ab"])]),
]


@pytest.mark.parametrize(("new", "existing"), HAND_WRITTEN)
def test_hand_written_pairs(new: list[Json], existing: list[Json]) -> None:
    policies = [{"Version": "2012-10-17", "Statement": statements} for statements in (new, existing)]
    expected = oracle(*policies)
    assert expected
    assert check_no_new_access(*map(document, policies)).result is expected
