"""
Principals as strings: the kind, a colon, and the name (``AWS:arn:aws:iam::111122223333:role/a``).

Sources: IAM User Guide, "AWS JSON policy elements: Principal" (an account stands for all its principals, a
role for its sessions) and "NotPrincipal".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.iam.document import TOKEN
from pregate.iam.reasoning.patterns import FIELD_STAR, HOLE, STAR, Pattern, collapse
from pregate.iam.reasoning.strings import Strings
from pregate.iam.statements import Principal

KINDS = ("AWS", "Service", "Federated", "CanonicalUser", "Anonymous")
EVERYBODY: Pattern = (STAR,)
_ACCOUNT = re.compile(r"[0-9]{12}")
_ROOT = re.compile(r"arn:([^:*?]*):iam::([^:*?]{1,40}):root")
_ROLE = re.compile(r"arn:([^:]{0,40}):iam::([^:]{1,40}):role/(?:[^:]*/)?([^:/]+)")


def of_kind(kind: str, rest: Pattern = (STAR,)) -> Pattern:
    """The pattern of a kind of principal."""
    return collapse((*kind, ":", *rest))


def patterns_of(principal: Principal, strings: Strings, *, negated: bool = False) -> Iterator[Pattern]:
    """Whom an entry of Principal, or of NotPrincipal (``negated``), means."""
    kind, text = principal.kind, principal.element.text
    if TOKEN.search(kind):
        yield (f"{HOLE}value {strings.worded(f'{kind}: {text}')}",)
    elif kind == "*":
        yield EVERYBODY if text == "*" else _named(text, strings)
    elif kind == "AWS":
        yield from _aws(text, strings, negated=negated)
    elif text == "*":
        yield of_kind(kind)
    else:
        yield of_kind(kind, _named(text, strings))


def _aws(text: str, strings: Strings, *, negated: bool) -> Iterator[Pattern]:
    if text == "*":
        strings.touched["aws_star_is_everybody"] = None
        if strings.reading.aws_star_is_everybody:
            yield EVERYBODY
        else:
            yield of_kind("AWS")
            yield of_kind("Anonymous")
        return
    root = _ROOT.fullmatch(text)
    account = text if _ACCOUNT.fullmatch(text) else root[2] if root else ""
    if account:
        yield from _account(account, strings, negated=negated)
        return
    yield of_kind("AWS", _named(text, strings))
    role = _ROLE.fullmatch(text)
    if role:
        strings.touched["role_covers_sessions"] = None
        if strings.reading.role_covers_sessions:
            yield of_kind(
                "AWS", (*_named(f"arn:{role[1]}:sts::{role[2]}:assumed-role/{role[3]}/", strings), STAR)
            )


def _account(account: str, strings: Strings, *, negated: bool) -> Iterator[Pattern]:
    name = strings.same(account) or ()
    if negated:
        strings.touched["account_covers_members"] = None
        if not strings.reading.account_covers_members:
            yield of_kind("AWS", ("a", "r", "n", ":", FIELD_STAR, *":iam::", *name, *":root"))
            return
    for service in ("iam", "sts"):
        yield of_kind("AWS", ("a", "r", "n", ":", FIELD_STAR, *f":{service}::", *name, ":", STAR))


def _named(text: str, strings: Strings) -> Pattern:
    found = strings.like(text) if "*" in text or "?" in text else strings.same(text)
    return found or ()


def has_session(text: str) -> bool:
    """Whether a principal may be a session of a role."""
    return (
        ":assumed-role/" in text
        or (text.startswith("arn:") and "*" in text)
        or TOKEN.search(text) is not None
    )
