"""
How bad an advisory is: by its CVSS vectors (v4 before v3 before v2), else by the database's own word, else
unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pregate.lockfiles.model import Advisory, Affected
from pregate.model import Severity
from pregate.records import dataclass

# The words of GitHub's database, and those that others use for the same.
_WORDS = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "important": Severity.HIGH,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "none": Severity.INFO,
    "informational": Severity.INFO,
}
_MAX_VECTOR = 400


@dataclass(frozen=True, slots=True)
class Rating:
    """
    A severity with the vector and base score that it comes from, both ``""`` where a word or nothing gave it.
    """

    severity: Severity
    score: str = ""
    vector: str = ""


def rate(advisory: Advisory, entries: Sequence[Affected] = ()) -> Rating:
    """
    The severity of ``advisory``; ``entries`` are its parts about the package in question, asked when the
    whole says nothing.

    A record of OpenSSF's list of malicious packages is critical: it comes without a score.
    """
    if is_malicious((advisory.id, *advisory.aliases)):
        return Rating(Severity.CRITICAL)
    for severity, word in (
        (advisory.severity, advisory.severity_word),
        *((e.severity, e.severity_word) for e in entries),
    ):
        rating = _by_vectors(severity) or _by_word(word)
        if rating:
            return rating
    return Rating(Severity.UNKNOWN)


def is_malicious(names: Iterable[str]) -> bool:
    """Whether one of these ids is of OpenSSF's list of malicious packages."""
    return any(name.startswith("MAL-") for name in names)


def highest(ratings: Sequence[Rating]) -> Rating:
    """The worst of several ratings of one vulnerability; one with a score before one without."""
    return max(ratings, key=lambda r: (r.severity, r.score != "", float(r.score or 0), r.vector))


def _by_word(word: str) -> Rating | None:
    severity = _WORDS.get(word.lower())
    return Rating(severity) if severity else None


def _by_vectors(vectors: Sequence[tuple[str, str]]) -> Rating | None:
    for kind in ("CVSS_V4", "CVSS_V3", "CVSS_V2"):
        rated = [r for k, vector in vectors if k == kind and (r := _by_vector(kind, vector))]
        if rated:
            return highest(rated)
    return None


def _by_vector(kind: str, vector: str) -> Rating | None:
    if len(vector) > _MAX_VECTOR or not vector.isascii():
        return None
    from cvss.cvss2 import CVSS2
    from cvss.cvss3 import CVSS3
    from cvss.cvss4 import CVSS4
    from cvss.exceptions import CVSSError

    parser: Any = {"CVSS_V4": CVSS4, "CVSS_V3": CVSS3, "CVSS_V2": CVSS2}[kind]
    try:
        score = float(parser(vector.strip()).base_score)
    except (CVSSError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return None  # the library raises these on vectors that are none
    return Rating(_band(score, kind), f"{score:.1f}", vector.strip())


def _band(score: float, kind: str) -> Severity:
    """CVSS v3.1 §5 and v4.0 §6, qualitative ratings; for v2 those of NVD, which know no critical."""
    if score >= 9.0 and kind != "CVSS_V2":
        return Severity.CRITICAL
    if score >= 7.0:
        return Severity.HIGH
    if score >= 4.0:
        return Severity.MEDIUM
    return Severity.LOW if score > 0 else Severity.INFO
