"""
For every key, which of two values is the stricter: what a lock lets through, and what a change is called.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Any

from pregate.config.keys import all_keys, find_key, tables
from pregate.config.values import ConfigError, nearest
from pregate.config.words import CHECKS, FAIL_ON, MIN_CONFIDENCE, UNLIMITED
from pregate.records import dataclass

EVERYTHING = "*"
THRESHOLDS = ("fail-on", "min-confidence", "max-critical", "max-high", "max-medium", "max-low")


class Sense(enum.Enum):
    """In which direction a key gets stricter. The value says it for people, after "with a lock"."""

    RANK = "only a stricter word"
    LOWER = "only a lower number"
    HIGHER = "only a higher number"
    LIMIT = "only a lower number, or one where there is none"
    DAYS = "only a lower number; 0 is no limit"
    TRUE = "only true"
    FALSE = "only false"
    MORE = "only more entries"
    LESS = "only fewer entries"
    ALLOWED = "only fewer entries; none is no limit"
    FIXED = "no other value"
    RULES = "only rules that tighten, and the organisation's come after them"
    NAMED = "only more entries; the organisation's stay as they are"
    FREE = "it cannot be locked"


class Turn(enum.Enum):
    """What a change of a value is."""

    NONE = ""
    TIGHTER = "tighter"
    LOOSER = "looser"
    OTHER = "changed"


@dataclass(frozen=True, slots=True)
class Measure:
    """How values of a key are compared; ``words`` are those of :attr:`Sense.RANK`, the loosest first."""

    sense: Sense
    words: tuple[str, ...] = ()


def _rank(*words: str) -> Measure:
    return Measure(Sense.RANK, words)


_FAIL_ON = _rank("none", *reversed(FAIL_ON[1:]))
_CONFIDENCE = _rank(*reversed(MIN_CONFIDENCE))
_OF_THRESHOLDS = {
    "fail-on": _FAIL_ON,
    "min-confidence": _CONFIDENCE,
    **{name: Measure(Sense.LIMIT) for name in THRESHOLDS[2:]},
}
_OF_RUNS = ("ignore", "report", "fail")
_BY_SENSE: Mapping[Sense, tuple[str, ...]] = {
    Sense.FREE: ("extends", "locked", "jobs"),
    Sense.HIGHER: ("max-file-size", "file-timeout"),
    Sense.LOWER: ("dependencies.grace-days", "iam.max-custom-checks"),
    Sense.DAYS: ("suppressions.max-days", "advisories.max-age"),
    Sense.MORE: (
        *("checks", "plugins", "require", "dependencies.deny-licenses", "dependencies.sources", "iam.checks"),
        *("iam.sensitive-actions", "iam.sensitive-resources", "deliver.require"),
    ),
    Sense.LESS: (
        *("exclude", "tolerate-unread", "tolerate-failed", "allow-unread", "secrets.disable", "python.skip"),
        "iam.boundaries",
    ),
    Sense.ALLOWED: ("dependencies.allow-licenses", "aws.allowed-account-ids"),
    Sense.TRUE: (
        *("suppressions.require-reason", "suppressions.require-owner", "baseline.ratchet"),
        *("baseline.clean-touched", "secrets.doubtful", "secrets.history", "dependencies.resolve"),
    ),
    Sense.FALSE: (
        *("offline", "suppressions.inline", "suppressions.scanner-pragmas"),
        *("dependencies.only-fixable", "dependencies.ignore-dev"),
    ),
    Sense.RULES: ("paths",),
    Sense.NAMED: ("tools",),
    Sense.FIXED: (
        *("plugin", "secrets.engine", "secrets.gitleaks-config", "secrets.baseline"),
        *("advisories.source", "dependencies.kev", "dependencies.epss", "dependencies.index-url"),
        *("iam.engine", "iam.region", "iam.reference-policies", "iam.severity"),
        *("aws.role-to-assume", "aws.audience", "aws.region", "aws.role-chain", "aws.session-name"),
        *("aws.session-duration", "aws.session-policy"),
        *("deliver.security-hub", "deliver.s3-bucket", "deliver.s3-prefix", "deliver.s3-kms-key"),
        *("deliver.s3-bucket-owner", "deliver.sns-topic", "deliver.sns-when"),
    ),
}
STRICTNESS: Mapping[str, Measure] = {
    **{name: Measure(sense) for sense, names in _BY_SENSE.items() for name in names},
    **_OF_THRESHOLDS,
    **{f"{check}.{name}": measure for check in CHECKS for name, measure in _OF_THRESHOLDS.items()},
    "suppressions.from-change": _rank("accept", "refuse"),
    "suppressions.expired": _rank(*_OF_RUNS),
    "suppressions.unused": _rank(*_OF_RUNS),
    "dependencies.unknown-severity": _rank("ignore", "warn", "fail"),
    "dependencies.confusable-names": _rank("ignore", "warn"),
    "iam.unknown": _rank("report", "fail"),
}
"""The measure of every key that is no row's."""

# How fast a run is and whom it may ask is for the machine that it runs on, unless it is locked by its name.
_NOT_BY_STAR = ("offline",)


def compare(name: str, before: Any, after: Any) -> Turn:
    """What it is to go from one value of a key to another; a key of thresholds must be set in both."""
    if before == after:
        return Turn.NONE
    measure = STRICTNESS[name]
    match measure.sense:
        case Sense.MORE:
            return _of_sets(set(before), set(after))
        case Sense.ALLOWED if not before or not after:
            return Turn.TIGHTER if after else Turn.LOOSER
        case Sense.LESS | Sense.ALLOWED:
            return _of_sets(set(after), set(before))
        case Sense.RULES | Sense.NAMED | Sense.FIXED | Sense.FREE:
            return Turn.OTHER
        case _:
            return Turn.TIGHTER if _strength(measure, after) > _strength(measure, before) else Turn.LOOSER


def _strength(measure: Measure, value: Any) -> float:
    """The higher, the stricter."""
    match measure.sense:
        case Sense.RANK:
            return measure.words.index(value)
        case Sense.LIMIT:
            return float("-inf") if value == UNLIMITED else -value
        case Sense.DAYS:
            return -value or float("-inf")
        case Sense.LOWER | Sense.FALSE:
            return -int(value)
        case _:
            return int(value)


def _of_sets(small: set[Any], large: set[Any]) -> Turn:
    if small == large:
        return Turn.NONE
    if small < large:
        return Turn.TIGHTER
    return Turn.LOOSER if small > large else Turn.OTHER


def check_locked(names: Sequence[str], key: str) -> None:
    """Raises ConfigError for a name in ``locked`` that is no key or table, or cannot be locked."""
    known = (EVERYTHING, *tables(), *STRICTNESS)
    for name in names:
        if name in all_keys() and all_keys()[name].in_rows:
            whole = find_key(name).table
            raise ConfigError(f"{key}: {name!r} is a key of rows", f"Lock them all: {whole}.")
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near}?" if near else "Name a key, a table or *."
            raise ConfigError(f"{key}: there is no key {name!r}", hint)
        if name in STRICTNESS and STRICTNESS[name].sense is Sense.FREE:
            raise ConfigError(f"{key}: {name} cannot be locked", "It says nothing about what fails.")


def locked_keys(names: Sequence[str]) -> frozenset[str]:
    """
    All keys that ``locked`` means: a table's are all of its, a threshold of the top level is meant in every
    check's table too.
    """
    found: set[str] = set()
    for name in names:
        if name == EVERYTHING:
            found |= {
                key for key, measure in STRICTNESS.items()
                if measure.sense is not Sense.FREE and key not in _NOT_BY_STAR
            }  # fmt: skip
        elif name in STRICTNESS:
            found.add(name)
        else:
            found |= {key for key in STRICTNESS if key.startswith(f"{name}.")}
    return frozenset(found)
