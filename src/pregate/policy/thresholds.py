"""Which thresholds hold for a finding: those of the paths rules that fit, its check's, the general ones."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Sequence

from pregate.config import CHECKS, UNLIMITED, Config, Thresholds
from pregate.model import Confidence, Finding, Judged, Severity, State
from pregate.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Level:
    """
    What a finding is held against: the least severity and confidence that fail, and whose word the severity
    is (``""``: the general one).
    """

    fail_on: str
    min_confidence: Confidence
    source: str = ""


def level_of(finding: Finding, config: Config) -> Level:
    """The thresholds for one finding."""
    scopes = _scopes(finding, config)
    fail_on, source = next((t.fail_on, name) for name, t in scopes if t.fail_on)
    confidence = next(t.min_confidence for _, t in scopes if t.min_confidence)
    return Level(fail_on, Confidence[confidence.upper()], source)


class Levels:
    """The same for many findings: worked out once for a check, and a path where there are rules for paths."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._known: dict[tuple[str, str], Level] = {}

    def of(self, finding: Finding) -> Level:
        """The thresholds for one finding."""
        key = finding.rule.check, finding.location.path if self._config.paths else ""
        level = self._known.get(key)
        if level is None:
            level = self._known[key] = level_of(finding, self._config)
        return level


def over_limits(judged: Sequence[Judged], config: Config) -> list[Judged]:
    """
    The findings, those of a severity of which there are more than allowed failing.

    Each finding counts in the nearest scope that limits its severity, if it is new and nothing but its
    severity keeps it from failing.
    """
    if not _has_limits(config):
        return list(judged)
    levels = Levels(config)
    budgets = [_budget(j, config, levels) for j in judged]
    used = Counter(budgets)
    return [_limited(j, budget, used) for j, budget in zip(judged, budgets, strict=True)]


def _has_limits(config: Config) -> bool:
    scopes = (config, *config.paths, *config.tools, *(getattr(config, check) for check in CHECKS))
    severities = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
    return any(_limit(scope, severity) != UNLIMITED for scope in scopes for severity in severities)


def _limited(judged: Judged, budget: Budget | None, used: Counter[Budget | None]) -> Judged:
    if budget is None or used[budget] <= budget[2] or judged.state is not State.BELOW_THRESHOLD:
        return judged
    scope, severity, limit = budget
    return replace(judged, state=State.NEW, why=f"over max-{severity} = {limit}{_in(scope)}")


Budget = tuple[str, str, int]


def _budget(judged: Judged, config: Config, levels: Levels) -> Budget | None:
    finding = judged.finding
    if judged.state not in (State.NEW, State.BELOW_THRESHOLD) or finding.excused:
        return None
    if finding.confidence < levels.of(finding).min_confidence:
        return None
    for name, thresholds in _scopes(finding, config):
        limit = _limit(thresholds, finding.severity)
        if limit != UNLIMITED:
            return name, finding.severity.word, limit
    return None


def _limit(thresholds: Thresholds | Config, severity: Severity) -> int:
    if severity not in (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL):
        return UNLIMITED
    limit: int = getattr(thresholds, f"max_{severity.word}")
    return limit


def _scopes(finding: Finding, config: Config) -> list[tuple[str, Thresholds | Config]]:
    """What may set a threshold for the finding, the nearest first; each with the name it goes by."""
    check = finding.rule.check
    found: list[tuple[str, Thresholds | Config]] = []
    for rule in reversed(config.paths):
        if (not rule.checks or check in rule.checks) and fnmatch.fnmatchcase(
            finding.location.path, rule.match
        ):
            found.append((f'paths "{rule.match}"', rule))
    if check in CHECKS:
        found.append((check, getattr(config, check)))
    found += [(tool.name, tool) for tool in config.tools if tool.name == check]
    return [*found, ("", config)]


def _in(scope: str) -> str:
    return f" ({scope})" if scope else ""


def words_of(level: Level) -> str:
    """``at or over medium (secrets)``; what a finding that fails is told to be."""
    return f"at or over {level.fail_on}{_in(level.source)}"
