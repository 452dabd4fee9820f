"""
Random small policies over few words, and requests made from their own patterns: each wildcard is replaced by
nothing, a letter, or other text of the policies, so that requests lie just inside and just outside of what
the policies name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from pregate.iam.document import Place, PolicyDocument, PolicyKind
from pregate.iam.reasoning.model import Principal, Request
from pregate.model import Location

Json = dict[str, Any]

ACTIONS = ["*", "s3:*", "s3:a", "s3:a*", "s3:?", "sqs:*", "*:a", "S3:A", "s3:*b", "s3:ab", "s3*", "sqs:b"]
PLAIN = ["*", "a", "ab", "a*", "*b", "a?", "?", "a*b", "*a*", "b"]
ARNS = [
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/a",
    "arn:aws:*:::b/a",
    "arn:aws:s3:*:b/a",
    "arn:aws:s3:*:*:b/a",
    "arn:aws:s3:::*",
    "arn:aws:s3*",
    "arn:*:b/a",
    "arn:aws:s3:::?/a",
    "arn:aws:s3::?:b/*",
    "arn:aws:s3:::b/*:a",
]
VARIABLE = ["${aws:username}", "a${aws:username}", "${x:s}*", "${x:s, 'a'}", "a${*}", "${x:s}b"]
ARN_VARIABLE = ["arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/${x:s}*", "arn:aws:s3:::${x:s, 'b'}/a"]
A, B, C = "111122223333", "444455556666", "777788889999"
PRINCIPALS: list[Any] = [
    "*",
    {"AWS": "*"},
    {"AWS": A},
    {"AWS": f"arn:aws:iam::{A}:root"},
    {"AWS": f"arn:aws:iam::{A}:role/r"},
    {"AWS": f"arn:aws:iam::{A}:role/p/r"},
    {"AWS": f"arn:aws:sts::{A}:assumed-role/r/s"},
    {"AWS": [f"arn:aws:iam::{A}:user/u", B]},
    {"AWS": f"arn:aws:iam::{B}:user/u"},
    {"AWS": f"arn:aws:iam::{A}:role/*"},
    {"AWS": "arn:aws:iam::*:user/u"},
    {"Service": "sqs.amazonaws.com"},
    {"Service": ["sqs.amazonaws.com", "s3.amazonaws.com"], "AWS": A},
    {"Federated": "accounts.google.com"},
    {"CanonicalUser": "79a59d"},
]
PRINCIPAL_ARNS = [f"arn:aws:iam::{A}:{name}" for name in ("user/u", "role/r", "role/*", "*", "root")]
WHO = [
    *(
        Principal("AWS", f"arn:aws:iam::{account}:{name}")
        for account in (A, B, C)
        for name in ("root", "user/u")
    ),
    *(Principal("AWS", f"arn:aws:iam::{A}:{name}") for name in ("role/r", "role/p/r", "role/q", "user/v")),
    *(Principal("AWS", f"arn:aws:sts::{A}:assumed-role/{name}") for name in ("r/s", "r/t", "q/s")),
    *(Principal("Service", f"{name}.amazonaws.com") for name in ("sqs", "s3", "sns")),
    Principal("Federated", "accounts.google.com"),
    Principal("Federated", "graph.facebook.com"),
    Principal("CanonicalUser", "79a59d"),
    Principal("CanonicalUser", "1f2e3d"),
    Principal("Anonymous"),
]
STRANGERS = (Principal("Anonymous"), Principal("AWS", f"arn:aws:iam::{C}:user/u"))

STRINGS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"]
ORDERS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
TEXTS = [*PLAIN, "A", "aB"]
# key → operators, values in policies, further values in requests (of the type that the operators test: that
# the values of a key are of its type is assumed, docs/iam-engine.md)
KEYS: dict[str, tuple[list[str], list[Any], list[str]]] = {
    "aws:username": (STRINGS, TEXTS, ["a", "b"]),
    "x:s": (STRINGS, TEXTS, ["a", "b"]),
    "x:n": ([f"Numeric{order}" for order in ORDERS], ["1", "2", 3, "1.5"], ["0", "1.2", "9"]),
    "x:d": (
        [f"Date{order}" for order in ORDERS],
        ["2020-01-01", "2021-01-01T00:00:00Z", "1577836800"],
        ["2020-06-01T00:00:00Z"],
    ),
    "aws:SecureTransport": (["Bool"], ["true", "false", True], ["true", "false"]),
    "aws:SourceIp": (
        ["IpAddress", "NotIpAddress"],
        ["10.0.0.0/8", "10.1.0.0/16", "203.0.113.7", "0.0.0.0/0", "2001:db8::/32", "::/0"],
        ["10.0.0.1", "10.1.0.1", "203.0.113.7", "8.8.8.8", "2001:db8::1", "::1"],
    ),
    "aws:SourceArn": (
        ["ArnLike", "ArnEquals", "ArnNotLike"],
        ARNS,
        ["arn:aws:s3:::b/a", "arn:aws:s3::1:b/a"],
    ),
    "aws:TagKeys": (STRINGS, TEXTS, ["a", "b"]),
    "x:m": (
        [*STRINGS, "NumericEquals", "NumericLessThan", "Bool"],
        ["1", "1.0", "true", "*", "?"],
        ["1", "TRUE"],
    ),
    "aws:PrincipalArn": (["ArnLike", "ArnNotEquals", "StringEquals"], PRINCIPAL_ARNS, PRINCIPAL_ARNS),
    "aws:PrincipalAccount": (["StringEquals", "StringNotEquals"], [A, B], [A, B, C]),
}
# keys by which a policy may name whom it trusts: what is allowed by them alone is not public
TRUST_KEYS = {"aws:sourceip", "aws:sourcearn", "aws:principalarn", "aws:principalaccount"}
MULTIVALUED = "aws:TagKeys"
FILLINGS = ("", "a", "b", "a:b", "ab", "/")


@dataclass(frozen=True, slots=True)
class Shape:
    """What the policies of a run hold."""

    arns: bool = False
    variables: bool = False
    principals: bool = False
    keys: tuple[str, ...] = ()
    many: bool = False  # statements
    exempt: bool = False  # NotPrincipal as often as Principal


SHAPES = (
    Shape(),
    Shape(arns=True),
    Shape(variables=True),
    Shape(arns=True, variables=True, keys=("aws:username",)),
    Shape(principals=True),
    Shape(principals=True, keys=("aws:SourceIp", "aws:SourceArn")),
    *(Shape(keys=(key,)) for key in KEYS),
    Shape(keys=("x:s", "aws:username"), variables=True),
    Shape(keys=("x:s", "x:m"), many=True),
    Shape(keys=("aws:PrincipalArn", "aws:PrincipalAccount"), principals=True),
    Shape(arns=True, many=True),
    Shape(principals=True, exempt=True),
    Shape(keys=tuple(KEYS), principals=True, arns=True, variables=True),
)


def random_policy(rng: Random, shape: Shape) -> Json:
    """A policy of one to a few statements, one an Allow."""
    statements = [_statement(rng, shape, "Allow")]
    most, more = (6, 0.8) if shape.many else (3, 0.5)
    while len(statements) < most and rng.random() < more:
        statements.append(_statement(rng, shape, rng.choice(["Allow", "Deny"])))
    rng.shuffle(statements)
    version = "2012-10-17" if rng.random() < 0.95 else "2008-10-17"
    return {"Version": version, "Statement": statements}


def changed_policy(rng: Random, shape: Shape, policy: Json) -> Json:
    """A policy near another one: few things differ, so that the answer hangs on details."""
    statements = json.loads(json.dumps(policy["Statement"]))
    for _ in range(rng.randint(1, 2)):
        chance = rng.random()
        if chance < 0.25:
            statements.append(_statement(rng, shape, rng.choice(["Allow", "Deny"])))
        elif chance < 0.4 and len(statements) > 1:
            statements.pop(rng.randrange(len(statements)))
        else:
            at = rng.randrange(len(statements))
            other = _statement(rng, shape, statements[at]["Effect"])
            part = rng.choice(["Action", "Resource", "Condition", "Principal"])
            for name in (part, f"Not{part}"):
                statements[at].pop(name, None)
            statements[at] |= {name: value for name, value in other.items() if name in (part, f"Not{part}")}
    if not any(statement["Effect"] == "Allow" for statement in statements):
        statements.append(_statement(rng, shape, "Allow"))
    return {**policy, "Statement": statements}


def document(policy: Json, *, resource: bool = False) -> PolicyDocument:
    """The policy as the engine takes it."""
    kind = PolicyKind.RESOURCE if resource else PolicyKind.IDENTITY
    location = Location("policy.json", 1)
    return PolicyDocument(kind, "", "", json.dumps(policy), (Place("", location, location),))


def requests(
    rng: Random, policies: Sequence[Json], count: int, *, resource: bool = False
) -> Iterator[Request]:
    """Requests around what the statements name, many of them close to one Allow of the first policy."""
    everything = [statement for policy in policies for statement in policy["Statement"]]
    allows = [statement for statement in policies[0]["Statement"] if statement["Effect"] == "Allow"]
    keys = sorted({key.lower() for one in everything for key in _keys(one)} | _variables(everything))
    for _ in range(count):
        near = [rng.choice(allows)] if rng.random() < 0.6 else everything
        context = {}
        for key in keys:
            values = _values(rng, key, near if rng.random() < 0.6 else everything)
            if values:
                context[key] = values
        yield Request(
            rng.choice(WHO) if resource else WHO[3],
            fill(rng, _strings(near, "Action") or ACTIONS) or "s3:c",
            _literal(rng, fill(rng, _strings(near, "Resource") or ["*", *PLAIN]), context),
            tuple(sorted(context.items())),
        )


def fill(rng: Random, patterns: Sequence[str]) -> str:
    """A text that a pattern might match: the wildcards are replaced, unless there are variables in it."""
    text = rng.choice(list(patterns))
    if "${" in text:
        return text
    return "".join(rng.choice(FILLINGS) if char == "*" else _one(rng, char) for char in text)


def _statement(rng: Random, shape: Shape, effect: str) -> Json:
    statement: Json = {"Effect": effect}
    if shape.principals:
        chance = 0.5 if shape.exempt else 0.0 if effect == "Allow" else 0.2
        name = "NotPrincipal" if rng.random() < chance else "Principal"
        statement[name] = rng.choice(PRINCIPALS)
    statement[_maybe_not(rng, "Action")] = _some(rng, ACTIONS)
    resources = ARNS if shape.arns else PLAIN
    if shape.variables and rng.random() < 0.5:
        resources = ARN_VARIABLE + ARNS[:3] if shape.arns else VARIABLE + PLAIN[:3]
    statement[_maybe_not(rng, "Resource")] = _some(rng, resources)
    if shape.keys and rng.random() < 0.8:
        statement["Condition"] = _condition(rng, shape)
    return statement


def _condition(rng: Random, shape: Shape) -> Json:
    condition: Json = {}
    for _ in range(rng.choice([1, 1, 2])):
        key = rng.choice(shape.keys)
        operators, values, _others = KEYS[key]
        name = rng.choice(operators)
        expected: Any = _some(rng, values)
        if shape.variables and name.startswith("String") and rng.random() < 0.3:
            expected = _some(rng, VARIABLE)
        if key == MULTIVALUED and rng.random() < 0.95:
            name = rng.choice(["ForAllValues:", "ForAnyValue:"]) + name
        if rng.random() < 0.2:
            name += "IfExists"
        elif rng.random() < 0.1:
            name, expected = "Null", str(rng.random() < 0.5).lower()
        condition.setdefault(name, {})[key] = expected
    return condition


def _maybe_not(rng: Random, name: str) -> str:
    return name if rng.random() < 0.85 else f"Not{name}"


def _some(rng: Random, items: Sequence[Any]) -> Any:
    return rng.choice(items) if rng.random() < 0.6 else rng.sample(items, k=min(2, len(items)))


def _strings(statements: Sequence[Json], name: str) -> list[str]:
    found: list[str] = []
    for statement in statements:
        value: Any = statement.get(name, statement.get(f"Not{name}", []))
        found += value if isinstance(value, list) else [value]
    return found


def _keys(statement: Json) -> list[str]:
    return [key for tests in statement.get("Condition", {}).values() for key in tests]


def _variables(statements: Sequence[Json]) -> set[str]:
    text = json.dumps(statements)
    return {key for key in ("aws:username", "x:s") if f"${{{key}" in text}


def _values(rng: Random, key: str, statements: Sequence[Json]) -> tuple[str, ...]:
    """One value of a key, several where it may have them, or none."""
    spelled = next(name for name in KEYS if name.lower() == key)
    pool = list(KEYS[spelled][2])
    for statement in statements:
        for name, tests in statement.get("Condition", {}).items():
            if spelled in tests and name != "Null":
                expected = tests[spelled]
                pool += map(_spelling, expected if isinstance(expected, list) else [expected])
    number = rng.choice([0, 1, 1, 1, 2]) if spelled == MULTIVALUED else rng.choice([0, 1, 1, 1])
    values = {_literal(rng, fill(rng, pool), {}) for _ in range(number)}
    if spelled == "aws:SourceIp":
        values = {value.partition("/")[0] for value in values}
    return tuple(sorted(values))


def _spelling(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one(rng: Random, char: str) -> str:
    return rng.choice("ab:") if char == "?" else char


def _literal(rng: Random, text: str, context: dict[str, tuple[str, ...]]) -> str:
    """The text with something in place of variables, mostly the value of the key."""
    while "${" in text:
        before, _, rest = text.partition("${")
        name, _, after = rest.partition("}")
        key = name.partition(",")[0].lower()
        value = context.get(key, ("a",))[0] if rng.random() < 0.7 else rng.choice(["a", "b", "", "*"])
        text = f"{before}{'*' if name == '*' else value}{after}"
    return "".join(rng.choice(FILLINGS) if char == "*" and rng.random() < 0.7 else char for char in text)
