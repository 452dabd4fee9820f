"""
Who is a stranger: what "public" means for the requests that CheckNoPublicAccess asks for.

The service's definition is not published; the nearest is that of the Amazon S3 User Guide, "The meaning of
'public'": access is not public when it is granted only for fixed values (no wildcard, no policy variable)
of the keys below. A stranger is a principal of another account, or nobody in particular, whose keys have
none of the fixed values that the policy names. Values that may or may not count as fixed (an ARN with an
account and a wildcard), and keys that the guide does not name, are tried both ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.iam.document import PolicyDocument
from pregate.iam.globs import has_wildcard, is_everything
from pregate.iam.reasoning.cases import Case
from pregate.iam.reasoning.patterns import FIELD_STAR, STAR, Pattern, Symbol, is_exact, is_folded
from pregate.iam.reasoning.points import SIXTH, Interval, Intervals
from pregate.iam.reasoning.principals import of_kind
from pregate.iam.reasoning.states import PRINCIPAL, Mode, Test
from pregate.iam.reasoning.unions import Union
from pregate.iam.statements import Condition, Statement, statements_of

# Keys with fixed values that make access not public (the guide's list).
_TRUSTED = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
# Keys that limit who asks, or from where, which the guide does not name.
_DOUBTFUL = frozenset(
    {
        "aws:principalorgpaths",
        "aws:resourceorgid",
        "aws:resourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:vpcsourceip",
        "elasticfilesystem:accessedviamounttarget",
        "elasticfilesystem:accesspointarn",
        "kms:calleraccount",
        "kms:viaservice",
        "lambda:eventsourcetoken",
        "lambda:functionurlauthtype",
        "sts:externalid",
    }
)
_WIDEST = 1 << 24  # addresses of a /8
_PRIVATE = ((0x0A000000, 0x0AFFFFFF), (0xAC100000, 0xAC1FFFFF), (0xC0A80000, 0xC0A8FFFF))


def strangers(case: Case, *, certain: bool) -> tuple[Test, ...]:
    """The tests that a stranger's request passes; ``certain``: that is a stranger's by any reading."""
    return (*_principal(case), *_keys(case, certain=certain))


def _principal(case: Case) -> tuple[Test, ...]:
    """A principal of an account that the policy's principals do not name, or an anonymous one."""
    kinds = [
        of_kind("AWS", (*"arn:", FIELD_STAR, *f":{service}::", FIELD_STAR, ":", STAR))
        for service in ("iam", "sts")
    ]
    named = {
        pattern: None
        for clause in (*case.new.allows, *case.new.denies)
        for test in clause.tests
        if test.variable == PRINCIPAL and isinstance(test.content, Union)
        for pattern in test.content.patterns
        if _names_account(pattern[4:])
    }
    return (
        case.space.test(PRINCIPAL, Union((*kinds, of_kind("Anonymous", ())))),
        case.space.test(PRINCIPAL, Union(tuple(named)), positive=False),
    )


def _keys(case: Case, *, certain: bool) -> Iterator[Test]:
    """Keys of a stranger: none of the values that the policy trusts."""
    seen: dict[str, list[Test]] = {}
    for clause in (*case.new.allows, *case.new.denies):
        for test in clause.tests:
            seen.setdefault(test.variable, []).append(test)
    for key, tests in seen.items():
        if key not in _TRUSTED and not (certain and key in _DOUBTFUL):
            continue
        texts = [c.patterns for t in tests if isinstance(c := t.content, Union)]
        ranges = [c.parts for t in tests if isinstance(c := t.content, Intervals)]
        if ranges:
            small = _fixed_ranges([part for parts in ranges for part in parts], certain=certain)
            yield case.space.test(key, Intervals(small, whole=True), positive=False, absent=True)
        elif texts:
            named = [p for patterns in texts for p in patterns if _is_fixed(key, p, certain=certain)]
            content = Union(tuple(dict.fromkeys(named)))
            yield case.space.test(key, content, positive=False, absent=True, mode=Mode.EVERY)


def _is_fixed(key: str, pattern: Pattern, *, certain: bool) -> bool:
    """Whether a value counts as fixed; ``certain``: whether it may."""
    if all(len(symbol) == 1 or is_folded(symbol) for symbol in pattern):
        return True
    if key == "s3:dataaccesspointarn" and _names_account(pattern) and pattern[-1] == STAR:
        return is_exact(pattern[:-1]) or certain
    if not certain:
        return False
    wild = sum(len(symbol) > 1 for symbol in pattern)
    if any(symbol[0] == "\1" for symbol in pattern if len(symbol) > 1):
        return True
    if key == "aws:userid":
        return ":" in pattern[: _first_wild(pattern)]
    if key.endswith("arn"):
        return _names_account(pattern)
    return key in _DOUBTFUL and wild < len(pattern)


def _first_wild(pattern: Pattern) -> int:
    return next((at for at, symbol in enumerate(pattern) if len(symbol) > 1), len(pattern))


def _names_account(pattern: Pattern) -> bool:
    """Whether the fifth field of an ARN has no wildcard."""
    fields: list[list[Symbol]] = [[]]
    for symbol in pattern:
        if symbol == ":" and len(fields) < 6:
            fields.append([])
        else:
            fields[-1].append(symbol)
    return len(fields) == 6 and bool(fields[4]) and is_exact(tuple(fields[4]))


def _fixed_ranges(parts: Sequence[Interval], *, certain: bool) -> tuple[Interval, ...]:
    """
    The networks that are not as wide as to be public, alone; many of them that are wide together may be.
    """
    private = [part for part in parts if _is_private(part)]
    small = [part for part in dict.fromkeys(parts) if part not in private and _size(part) <= _WIDEST]
    if not certain and sum(_size(part) for part in small) > _WIDEST:
        small = []
    return (*private, *small)


def _size(part: Interval) -> int:
    """How many IPv4 addresses a network is worth: of IPv6, a /32 counts like an IPv4 /8."""
    low, high = int(part.low or 0), int(part.high or 0)
    return (high - low + 1) >> 72 if low >= SIXTH else high - low + 1


def _is_private(part: Interval) -> bool:
    low, high = int(part.low or 0), int(part.high or 0)
    return any(first <= low and high <= last for first, last in _PRIVATE)


# Keys of a token that say whose it is, whatever the provider.
_AUDIENCE = "sts.amazonaws.com"  # of the tokens that anybody gets to assume a role
_CLAIMS = (":sub", ":aud", ":amr", ":app_id", ":oaud", ":user_id", ":repository", ":repository_owner")


def has_open_principals(document: PolicyDocument) -> bool:
    """
    Whether whole classes of principals are allowed of which the definition says nothing: every service, or
    identities of a provider without a condition on the token. (SAML providers belong to the account.)
    """
    return any(_is_open(statement) for statement in statements_of(document) if statement.allows)


def _is_open(statement: Statement) -> bool:
    if any(
        p.kind in ("Service", "CanonicalUser") and has_wildcard(p.element.text) for p in statement.principals
    ):
        return True
    federated = [p.element.text for p in statement.principals if p.kind == "Federated"]
    tested = {c.key for c in statement.conditions if c.values and _is_claim(c)}
    return any(not _is_narrowed(name, tested) for name in federated if ":saml-provider/" not in name)


def _is_narrowed(provider: str, tested: set[str]) -> bool:
    """Whether the token is tested: of a provider of one's own, more of it than for whom it was made."""
    if ":oidc-provider/" in provider:
        return any(not key.endswith(":aud") for key in tested)
    return bool(tested)


def _is_claim(condition: Condition) -> bool:
    """Whether a condition asks for a token of somebody's: not for any, nor for what is in all tokens."""
    return (
        condition.key.endswith(_CLAIMS)
        and condition.operator in ("stringequals", "stringequalsignorecase", "stringlike")
        and condition.qualifier != "forallvalues"
        and not condition.if_exists
        and not any(is_everything(v.text) or v.text.lower() == _AUDIENCE for v in condition.values)
    )
