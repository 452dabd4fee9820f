"""The verdict from the outcomes: states, reasons, decision."""

from __future__ import annotations

import fnmatch
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from pregate.config import Config
from pregate.model import (
    Candidate,
    ChangedFile,
    ChangeSet,
    CheckSummary,
    Completed,
    Decision,
    Failed,
    Judged,
    Outcome,
    Severity,
    Skipped,
    SkipReason,
    Standing,
    State,
    Unread,
    UnreadReason,
    Verdict,
    Waiver,
)
from pregate.policy.thresholds import Level, Levels, over_limits, words_of
from pregate.policy.waiving import NO_WAIVERS, UNJUDGED, Waived, Waivers, is_of_absent_check, waive
from pregate.records import replace

# Properties of findings that come first: what attackers use or have made.
URGENT = ("known-exploited", "malicious")


def decide(
    outcomes: Sequence[Outcome],
    config: Config,
    change: ChangeSet,
    seconds: float = 0.0,
    waivers: Waivers = NO_WAIVERS,
    lost: Sequence[str] = (),
) -> Verdict:
    """
    The verdict on a change set: every finding with its state, and why the gate passes, fails or is
    incomplete. ``lost`` says in sentences what of the change set was not looked at at all; nothing tolerates
    that.

    Incomplete outranks failed: a run that could not look everywhere has no business saying how much it found.
    """
    candidates = [c for o in outcomes for c in _candidates(o)]
    own_files = (config.secrets.gitleaks_config, config.secrets.baseline)
    waived = waive(outcomes, candidates, config.suppressions, change, waivers, own_files)
    judged = sorted(over_limits(_judge_all(waived, config, change), config), key=_order)
    gaps = [(o.check, u) for o in outcomes if isinstance(o, Completed) for u in untolerated(o.unread, config)]
    blocking = [j for j in judged if j.state is State.NEW]
    holes = [*lost, *_holes(outcomes, config), *_gap_reasons(gaps)]
    checks = frozenset(o.check for o in outcomes)
    faults = [
        *_finding_reasons(blocking, config, change),
        *_waiver_faults(waived.waivers, config, waivers, checks),
    ]
    if holes:
        decision = Decision.INCOMPLETE
    else:
        decision = Decision.FAILED if faults else Decision.PASSED
    states = Counter((j.finding.rule.check, j.state) for j in judged)
    return Verdict(
        decision=decision,
        reasons=tuple([*holes, *faults] or _quiet_reasons(outcomes, judged, config, change)),
        findings=tuple(judged),
        checks=tuple(_summary(o, states, sum(check == o.check for check, _ in gaps)) for o in outcomes),
        fail_on=config.fail_on,
        change=change.description,
        compared=change.compared,
        head=change.head,
        seconds=seconds,
        holes=tuple(holes),
        waivers=waived.waivers,
        notes=(*_growth_notes(waivers), *_tolerated_notes(outcomes, config)),
    )


def _judge_all(waived: Waived, config: Config, change: ChangeSet) -> list[Judged]:
    """The findings with their states; where touched files must be clean, what stood in them is new."""
    touched: frozenset[str] = frozenset()
    if change.compared and config.baseline.clean_touched:
        # Files that are judged for their suppressions alone stay as they were.
        touched = frozenset(f.path for f in change.files if not _is_same(f))
    levels = Levels(config)
    judged = []
    for n, candidate in enumerate(waived.candidates):
        old = not candidate.introduced and not candidate.finding.suppressed_by
        if old and candidate.finding.location.path in touched:
            entry = judge(replace(candidate, introduced=True), config, levels)
            entry = replace(entry, introduced=False, why=entry.why or _was_there(entry))
        else:
            entry = judge(candidate, config, levels)
            entry = replace(entry, why="in the baseline") if n in waived.baselined else entry
        judged.append(entry)
    return judged


def _is_same(file: ChangedFile) -> bool:
    return bool(file.head.oid) and any(base.oid == file.head.oid for base in file.bases)


def _was_there(judged: Judged) -> str:
    return "in a file that the change touches (baseline.clean-touched)" if judged.state is State.NEW else ""


def judge(candidate: Candidate, config: Config, levels: Levels | None = None) -> Judged:
    """
    The finding with its state, by itself. One of unknown severity that policy ignores is suppressed in so
    many words: it is counted, and not shown. ``levels`` are those of the configuration, for many findings.
    """
    finding = candidate.finding
    is_ignored = finding.severity is Severity.UNKNOWN and config.dependencies.unknown_severity == "ignore"
    if is_ignored and not finding.suppressed_by:
        finding = replace(finding, suppressed_by="policy: unknown-severity is ignore")
        candidate = replace(candidate, finding=finding)
    state, why = _state(candidate, config, levels or Levels(config))
    return Judged(finding, state, candidate.in_diff, candidate.introduced, why)


def state_of(candidate: Candidate, config: Config) -> State:
    """Suppressed before pre-existing before the threshold: the first that holds."""
    return _state(candidate, config, Levels(config))[0]


def _state(candidate: Candidate, config: Config, levels: Levels) -> tuple[State, str]:
    """The state, and why where that does not follow from ``fail-on`` alone."""
    finding = candidate.finding
    if finding.suppressed_by:
        return State.SUPPRESSED, ""
    if not candidate.introduced:
        return State.PRE_EXISTING, ""
    level = levels.of(finding)
    if level.fail_on == "none" or finding.excused:
        return State.BELOW_THRESHOLD, _never(level) if level.fail_on == "none" else ""
    if finding.severity is Severity.UNKNOWN:
        return State.NEW if config.dependencies.unknown_severity == "fail" else State.BELOW_THRESHOLD, ""
    fails = finding.severity >= Severity[level.fail_on.upper()]
    if fails and finding.confidence < level.min_confidence:
        return State.BELOW_THRESHOLD, f"its confidence is under {level.min_confidence.word} (min-confidence)"
    state = State.NEW if fails else State.BELOW_THRESHOLD
    return state, words_of(level) if level.source else ""


def _never(level: Level) -> str:
    return f"fail-on is none ({level.source})" if level.source else ""


def untolerated(unread: Iterable[Unread], config: Config) -> tuple[Unread, ...]:
    """Those of ``unread`` that make a run incomplete."""
    tolerated = {*config.tolerate_unread}
    tolerated |= {UnreadReason.NOT_EVALUATED.value} if config.iam.unknown == "report" else set()
    return tuple(
        u
        for u in unread
        if u.reason.value not in tolerated
        and not any(fnmatch.fnmatchcase(u.path, glob) for glob in config.allow_unread)
    )


def _candidates(outcome: Outcome) -> tuple[Candidate, ...]:
    return outcome.candidates if isinstance(outcome, Completed) else ()


_RANKS = {state: rank for rank, state in enumerate(State)}


def _order(judged: Judged) -> tuple[object, ...]:
    f = judged.finding
    rank, at = _RANKS[judged.state], f.location
    # Tuples are put in order without a call for each comparison.
    location = (at.path, at.start_line, at.start_column, at.end_line, at.end_column)
    place = (location, f.rule.id, f.ordinal, f.commit, f.message, f.anchor, f.witness, f.confidence)
    names = {name for name, _ in f.properties}
    is_calm = names.isdisjoint(URGENT)
    return (rank, is_calm, -f.severity, *place, f.suppressed_by, not judged.in_diff, not judged.introduced)


def _holes(outcomes: Sequence[Outcome], config: Config) -> list[str]:
    reasons = []
    for outcome in outcomes:
        match outcome:
            case Failed(check=check) if check in config.tolerate_failed:
                pass
            case Failed(check=check, message=message):
                reasons.append(f"the {check} check failed: {message}")
            case Skipped(check=check, reason=reason):
                if check in config.require and reason is not SkipReason.NO_TARGETS:
                    reasons.append(f"the {check} check is required and was skipped: {reason.value}")
            case Completed():
                pass
            case _ as never:
                assert_never(never)
    return reasons


def _gap_reasons(gaps: Sequence[tuple[str, Unread]]) -> list[str]:
    if not gaps:
        return []
    files = {u.path for _, u in gaps}
    words = Counter(u.reason.value for _, u in dict.fromkeys(gaps))
    what = ", ".join(f"{n} {word}" for word, n in sorted(words.items()))
    return [f"{_many(len(files), 'file')} could not be read in full ({what})"]


def _finding_reasons(blocking: Sequence[Judged], config: Config, change: ChangeSet) -> list[str]:
    if not blocking:
        return []
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for judged in blocking:
        groups[judged.why or f"at or over {config.fail_on}"].append(judged)
    noun = "new finding" if change.compared else "finding"
    reasons = []
    for why, group in groups.items():
        by_check = Counter(j.finding.rule.check for j in group)
        what = ", ".join(f"{n} {check}" for check, n in by_check.items())
        reasons.append(f"{_many(len(group), noun)} {why} ({what})")
    return reasons


def _waiver_faults(
    told: Sequence[Waiver], config: Config, waivers: Waivers, checks: frozenset[str]
) -> list[str]:
    """What of suppressions and baseline fails the gate, as the configuration has it."""
    faults = []
    for standing, option in ((Standing.EXPIRED, "expired"), (Standing.UNUSED, "unused")):
        number = sum(w.standing is standing and not _is_beside(w, checks) for w in told)
        if number and getattr(config.suppressions, option) == "fail":
            faults.append(f"{_many(number, f'{option} suppression')} (suppressions.{option})")
    if waivers.growth and config.baseline.ratchet:
        entries = "1 entry" if len(waivers.growth) == 1 else f"{len(waivers.growth)} entries"
        faults.append(f"the change adds {entries} to the baseline, which may only shrink (baseline.ratchet)")
    return faults


def _is_beside(waiver: Waiver, checks: frozenset[str]) -> bool:
    """Whether this run cannot tell that a suppression is of no use."""
    return waiver.why == UNJUDGED or is_of_absent_check(waiver.suppression, checks)


def _tolerated_notes(outcomes: Sequence[Outcome], config: Config) -> Iterator[str]:
    """What could not be done and does not count, so that nobody takes it for done."""
    for outcome in outcomes:
        if isinstance(outcome, Failed) and outcome.check in config.tolerate_failed:
            yield f"the {outcome.check} check failed, which tolerate-failed allows: {outcome.message}"


def _growth_notes(waivers: Waivers) -> tuple[str, ...]:
    if not waivers.growth:
        return ()
    entries = "1 entry" if len(waivers.growth) == 1 else f"{len(waivers.growth)} entries"
    return (f"the change adds {entries} to the baseline; they do not count for this change",)


def _quiet_reasons(
    outcomes: Sequence[Outcome], judged: Sequence[Judged], config: Config, change: ChangeSet
) -> list[str]:
    if not any(isinstance(o, Completed) and o.counts.analysed for o in outcomes):
        had_files = change.files or any(isinstance(o, Completed) for o in outcomes)
        return [_why_nothing(outcomes, change) if had_files else "there was nothing to scan"]
    fresh = "new finding" if change.compared else "finding"
    below = sum(j.state is State.BELOW_THRESHOLD for j in judged)
    if not below:
        return [f"no {fresh}s"]
    unknown = sum(j.state is State.BELOW_THRESHOLD and j.finding.severity is Severity.UNKNOWN for j in judged)
    words = f"{_many(below, fresh)}{f' ({unknown} of unknown severity)' if unknown else ''}"
    if config.fail_on == "none":
        return [f"{words}, the gate never fails (fail-on: none)"]
    least = Severity[config.fail_on.upper()]
    if any(j.state is State.BELOW_THRESHOLD and j.finding.severity >= least for j in judged):
        return [f"{words}, none of which fails the gate"]
    return [f"{words}, none at or over {config.fail_on}"]


def _why_nothing(outcomes: Sequence[Outcome], change: ChangeSet) -> str:
    """Nothing was analysed: in words that nobody takes for a clean result."""
    for outcome in outcomes:
        if isinstance(outcome, Skipped) and outcome.reason is not SkipReason.NO_TARGETS:
            return f"nothing was scanned: {outcome.check} was skipped ({outcome.reason.value})"
    if failed := [o.check for o in outcomes if isinstance(o, Failed)]:
        return f"nothing was scanned: the {failed[0]} check failed"
    if any(isinstance(o, Completed) and o.counts.excluded for o in outcomes):
        return "nothing was scanned: every file that concerns a check is excluded"
    if any(isinstance(o, Completed) for o in outcomes):
        return "nothing was scanned: no file could be read"
    return f"nothing was scanned: no check is concerned with {_many(len(change.files), 'file')}"


def _summary(outcome: Outcome, states: Counter[tuple[str, State]], gaps: int) -> CheckSummary:
    tally = tuple((state, states[outcome.check, state]) for state in State)
    return CheckSummary(outcome.check, outcome, tally, gaps)


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
