"""The description of a detector for people."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One detector: ``name`` what it finds, as in a sentence; ``risk`` what a reader of the value can do;
    ``revoke`` how to make it worthless and get another one; ``instead`` what needs no such secret.

    ``prefixes`` are public beginnings of the values, which a message may show.
    """

    name: str
    severity: Severity
    confidence: Confidence
    risk: str
    revoke: str
    help_uri: str = ""
    cwe: int = 798
    prefixes: tuple[str, ...] = ()
    instead: str = ""
