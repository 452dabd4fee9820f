"""
Condition keys that say again who asks: ``aws:PrincipalArn`` and ``aws:PrincipalAccount``.

Whether the service relates them to the Principal element is not documented, so that questions are decided
both with and without that.
"""

from __future__ import annotations

from pregate.iam.reasoning.patterns import FIELD_STAR, STAR, Pattern, collapse
from pregate.iam.reasoning.principals import of_kind
from pregate.iam.reasoning.states import Test
from pregate.iam.reasoning.unions import Union

LINKED = frozenset({"aws:principalarn", "aws:principalaccount"})
_OTHERS = ("Service", "Federated", "CanonicalUser", "Anonymous")


def principals_with(test: Test) -> Union:
    """
    The principals whose key passes (or, of a negative test, fails) a test: those of other kinds than ``AWS``
    have none of these keys.
    """
    patterns = test.content.patterns if isinstance(test.content, Union) else ((STAR,),)
    if test.content is None and not test.positive:
        patterns = ((STAR,),)
    named = [_principal(test.variable, pattern) for pattern in patterns]
    # The test as a whole is negated with the union, and what has no key with it.
    lacking = test.absent if test.positive else not test.absent
    others = [of_kind(kind) for kind in _OTHERS] if lacking else []
    return Union(tuple(dict.fromkeys((*named, *others))))


def _principal(key: str, pattern: Pattern) -> Pattern:
    if key == "aws:principalarn":
        return of_kind("AWS", pattern)
    return of_kind(
        "AWS", collapse(("a", "r", "n", ":", FIELD_STAR, ":", FIELD_STAR, ":", ":", *pattern, ":", STAR))
    )
