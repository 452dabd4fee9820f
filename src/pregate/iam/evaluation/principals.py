"""The Principal and NotPrincipal elements for one request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pregate.iam.evaluation.patterns import WILD, Piece, matches
from pregate.iam.evaluation.undecided import UndecidedError, every, known, some, texts

if TYPE_CHECKING:  # it imports this package to confirm its answers
    from pregate.iam.reasoning.model import Principal, Reading

KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
ACCOUNT = re.compile(r"[0-9]{12}")


def includes(element: Any, principal: Principal, reading: Reading) -> bool:
    """Whether a Principal element means the principal. Raises UndecidedError where that cannot be said."""
    if element == "*":
        return True
    return some(lambda entry: _is(*entry, principal, reading, account_means_all=True), _entries(element))


def excludes(element: Any, principal: Principal, reading: Reading) -> bool:
    """Whether a NotPrincipal element leaves the principal out of its exemptions: it names nobody like it."""
    if element == "*":
        return False
    means_all = reading.account_covers_members
    return every(
        lambda entry: not _is(*entry, principal, reading, account_means_all=means_all), _entries(element)
    )


def _entries(element: Any) -> list[tuple[str, str]]:
    if not isinstance(element, dict) or not element or any(kind not in KINDS for kind in element):
        raise UndecidedError("principals of unknown form")
    return [(kind, text) for kind, value in element.items() for text in texts(value)]


def _is(kind: str, text: str, principal: Principal, reading: Reading, *, account_means_all: bool) -> bool:
    if kind == "AWS" and text == "*":
        return reading.aws_star_is_everybody or principal.kind in ("AWS", "Anonymous")
    if kind != principal.kind:
        return False
    if matches([Piece(known(text))], principal.text):
        return True
    return kind == "AWS" and _is_member(text, principal.text, reading, account_means_all=account_means_all)


def _is_member(text: str, arn: str, reading: Reading, *, account_means_all: bool) -> bool:
    """Whether the principal of an ARN is in the account, or a session of the role, that the text names."""
    asker = arn.split(":", 5)
    if len(asker) != 6 or asker[2] not in ("iam", "sts"):
        return False
    root = f"arn:{asker[1]}:iam::{asker[4]}:root"
    if text == root or (text == asker[4] and ACCOUNT.fullmatch(text)):
        return account_means_all or arn == root
    if WILD.search(text) and text.endswith(":root") and matches([Piece(text)], root):
        raise UndecidedError("an account with wildcards")
    return reading.role_covers_sessions and _is_session_of(text, asker)


def _is_session_of(role: str, asker: list[str]) -> bool:
    """Names of roles are unique in an account, whatever their path; a session's ARN has the name only."""
    kind, _, rest = asker[5].partition("/")
    name, slash, _ = rest.partition("/")
    if asker[2] != "sts" or kind != "assumed-role" or not slash:
        return False
    prefix = f"arn:{asker[1]}:iam::{asker[4]}:role/"
    if not WILD.search(role):
        return role.startswith(prefix) and role.rpartition("/")[2] == name
    if matches([Piece(role)], prefix + name):
        return True
    start, _, path = role.partition("/")
    if matches([Piece(start)], prefix[:-1]) and matches([Piece(path.rpartition("/")[2])], name):
        raise UndecidedError("a session of a role whose path is not known")
    return False
