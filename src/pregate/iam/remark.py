"""What a rule says about a policy."""

from __future__ import annotations

from pregate.model import Rule, Severity
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """
    One thing that is wrong.

    ``pointer`` is the offending element (its key when ``on_key``), ``statement`` the statement's pointer or
    ``""``. ``anchor`` holds the texts that make it the same remark in another version of the file.
    ``related`` are pointers to what makes it bad.
    """

    rule: Rule
    message: str
    pointer: str
    severity: Severity
    statement: str = ""
    anchor: tuple[str, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    on_key: bool = False


def shown(text: str, limit: int = 80) -> str:
    """A text of the policy between backquotes, cut to a bearable length."""
    return f"`{text if len(text) <= limit else text[: limit - 1] + '…'}`"
