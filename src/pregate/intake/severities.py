"""Other tools' words for how bad something is, and how sure they are: the one table from theirs to ours."""

from __future__ import annotations

from typing import Any

from pregate.intake import values
from pregate.model import Confidence, Severity

LEVELS = {
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "note": Severity.LOW,
    "none": Severity.INFO,
}
"""``result.level`` (§3.27.10). There is none for critical."""

_WORDS = {
    "critical": Severity.CRITICAL,
    "blocker": Severity.CRITICAL,
    "high": Severity.HIGH,
    "important": Severity.HIGH,
    "error": Severity.HIGH,
    "major": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "moderate": Severity.MEDIUM,
    "warning": Severity.MEDIUM,
    "low": Severity.LOW,
    "minor": Severity.LOW,
    "note": Severity.LOW,
    "recommendation": Severity.LOW,
    "negligible": Severity.INFO,
    "info": Severity.INFO,
    "informational": Severity.INFO,
    "trace": Severity.INFO,
}
# Under which names tools keep such a word: Bandit, zizmor, ASH and others, CodeQL.
_KEYS = ("issue_severity", "zizmor/severity", "severity", "problem.severity")
_SURE = {
    "very-high": Confidence.HIGH,
    "high": Confidence.HIGH,
    "medium": Confidence.MEDIUM,
    "low": Confidence.LOW,
}
# CodeQL (and whoever follows GitHub's advice), Bandit, zizmor, others.
_CERTAINTY_KEYS = ("precision", "issue_confidence", "zizmor/confidence", "confidence")


def by_number(properties: dict[str, Any]) -> tuple[Severity | None, bool]:
    """
    What ``security-severity`` says, and whether it is there and says nothing (``undefined``, 11, NaN).

    The steps are GitHub's (SARIF support for code scanning, reportingDescriptor object).
    """
    given = properties.get("security-severity")
    if given is None:
        return None, False
    score = values.number(given)
    if score is None or not 0 <= score <= 10:
        return None, True
    if score >= 9:
        return Severity.CRITICAL, False
    if score >= 7:
        return Severity.HIGH, False
    if score >= 4:
        return Severity.MEDIUM, False
    return (Severity.LOW if score > 0 else Severity.INFO), False


def by_level(level: Any) -> Severity | None:
    """What a level says, in whatever case; None for another word."""
    return LEVELS.get(level.strip().lower()) if isinstance(level, str) else None


def by_word(properties: dict[str, Any]) -> Severity | None:
    """What a tool's own word among ``properties`` says."""
    for key in _KEYS:
        word = properties.get(key)
        if isinstance(word, str) and word.strip().lower() in _WORDS:
            return _WORDS[word.strip().lower()]
    return None


def confidence_of(*properties: dict[str, Any]) -> Confidence:
    """How sure the tool is, by the first of the property bags that says it; high where none does."""
    for bag in properties:
        for key in _CERTAINTY_KEYS:
            word = bag.get(key)
            if isinstance(word, str) and word.strip().lower() in _SURE:
                return _SURE[word.strip().lower()]
        for tag in values.items(bag, "tags"):
            # Semgrep: "HIGH CONFIDENCE"
            if isinstance(tag, str) and tag.lower().endswith(" confidence"):
                return _SURE.get(tag.lower().removesuffix(" confidence"), Confidence.HIGH)
    return Confidence.HIGH
