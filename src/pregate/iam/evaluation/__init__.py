"""
Does a policy allow one request? A plain reading of AWS's documentation of policy evaluation (IAM User Guide,
"Policy evaluation logic", "IAM JSON policy element reference", "Condition operators", "Variables and tags").

It shares no code with :mod:`pregate.iam.reasoning` but the nouns, so that the one can be held against the
other: what the reasoning says is allowed is told to nobody before it is confirmed here.

What AWS does not document, and how it is read here (where :class:`Reading` has a switch, by that):

- A wildcard in one of the first five fields of an ARN pattern (Resource, ``Arn*`` operators) stays in its
  field; the ``*`` that ends the pattern does not. Fields are counted after variables are replaced.
- ``{"AWS": "*"}`` means AWS principals and anonymous ones; wildcards in a principal match any characters; an
  account with wildcards, and a session of a role whose path might or might not match, are undecided.
- A role means its sessions too. The ARN of a session has the role's name but not its path.
- In NotPrincipal an account exempts all its principals, a role its sessions.
- An operator without qualifier on several values is met by one value that passes it; a negated one too.
- A value that is nothing of the operator's kind does not match, so that the negated operator holds.
- ``ForAnyValue`` with a negated operator does not hold for an absent key; with ``IfExists`` it does.
- A variable that the request lacks makes its value match nothing, so that a negated operator holds
  ("Policy variables with no value"); that it might make "the entire statement" invalid (a note on the same
  page) is not followed. One with several values is undecided. The value is taken literally.
- Variables are not read in actions, principals, keys, and in numeric, date, binary and address operators
  (documented as not supported there); in Bool they are.
- Null: a key with an empty value is present. BinaryEquals compares the base-64 text. Case is that of ASCII
  letters; IgnoreCase with others is undecided. Dates without time zone, bare years and numbers like ``1e3``
  are undecided.
- A key's values are what the request says: nothing ties ``aws:PrincipalArn`` to the principal.
- A statement without Resource means every resource; one without Principal everybody (identity policies).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pregate.iam.document import PolicyDocument
from pregate.iam.evaluation import principals
from pregate.iam.evaluation.conditions import Terms, holds
from pregate.iam.evaluation.patterns import Piece, matches, matches_arn
from pregate.iam.evaluation.undecided import UndecidedError, every, folded, known, some, texts

if TYPE_CHECKING:  # it imports this package to confirm its answers
    from pregate.iam.reasoning.model import Reading, Request

__all__ = ["Policy", "UndecidedError", "allows", "load"]

Policy = Mapping[str, Any]

PAIRS = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
TESTED = frozenset({"Condition"}.union(*PAIRS))
ELEMENTS = TESTED | {"Sid", "Effect"}
VERSIONS = {"2012-10-17": True, "2008-10-17": False}  # whether the version has policy variables
DEFAULT_VERSION = "2008-10-17"


def allows(policy: Policy, request: Request, reading: Reading, *, within: Iterable[Policy] = ()) -> bool:
    """
    Whether a policy (parsed JSON, see :func:`load`) allows the request: a statement allows it and none denies
    it. Each policy that bounds it (permission boundary, service control policy) must allow it too.

    Raises UndecidedError when that hangs on something that cannot be evaluated.
    """
    return every(lambda one: _allows(one, request, reading), (policy, *within))


def load(document: PolicyDocument) -> Policy:
    """
    The policy of a document as :func:`allows` takes it. Raises UndecidedError when the text is no JSON
    object, or has a key twice.
    """
    try:
        # Numbers stay as they are written: nothing is rounded, and none is too long.
        policy = json.loads(
            document.text, object_pairs_hook=_unique, parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError) as error:
        raise UndecidedError("no JSON") from error
    if not isinstance(policy, dict):
        raise UndecidedError("no policy")
    return policy


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise UndecidedError("a key that stands twice")
    return found


def _allows(policy: Policy, request: Request, reading: Reading) -> bool:
    statements = policy.get("Statement")
    statements = statements if isinstance(statements, list) else [statements]
    version = policy.get("Version", DEFAULT_VERSION)
    if not isinstance(version, str) or version not in VERSIONS:
        raise UndecidedError("an unknown version")
    terms = Terms(request, reading, VERSIONS[version])
    denied: list[Mapping[str, Any]] = []
    granted: list[Mapping[str, Any]] = []
    for statement in statements:
        effect = statement.get("Effect") if isinstance(statement, dict) else None
        if effect not in ("Allow", "Deny"):
            raise UndecidedError("a statement without effect")
        (granted if effect == "Allow" else denied).append(statement)
    # Not denied, and granted: whichever fails decides, even when the other cannot be said.
    sides = ((denied, False), (granted, True))
    return every(lambda side: some(lambda statement: _applies(statement, terms), side[0]) is side[1], sides)


def _applies(statement: Mapping[str, Any], terms: Terms) -> bool:
    if not ELEMENTS.issuperset(statement) or any(one in statement and no in statement for one, no in PAIRS):
        raise UndecidedError("a statement of unknown form")
    if "Action" not in statement and "NotAction" not in statement:
        raise UndecidedError("a statement without actions")
    return every(lambda name: _element(name, statement[name], terms), [n for n in statement if n in TESTED])


def _element(name: str, value: Any, terms: Terms) -> bool:
    request, reading = terms.request, terms.reading
    match name:
        case "Principal":
            return principals.includes(value, request.principal, reading)
        case "NotPrincipal":
            return principals.excludes(value, request.principal, reading)
        case "Condition":
            return holds(value, terms)
        case "Action" | "NotAction":
            return some(lambda text: _is_action(text, request.action), texts(value)) is (name == "Action")
        case _:
            return some(lambda text: _is_resource(text, terms), texts(value)) is (name == "Resource")


def _is_action(text: str, action: str) -> bool:
    return matches([Piece(folded(known(text)))], folded(action))


def _is_resource(text: str, terms: Terms) -> bool:
    pieces = terms.pattern(text)
    crossing = terms.reading.star_crosses_fields
    return pieces is not None and matches_arn(pieces, terms.request.resource, crossing=crossing)
