"""
Which findings are suppressed or in the baseline, and what becomes of the suppressions themselves.

An entry of the suppressions file or the baseline means findings by their content: by rule, the beginning of
their anchor, and path; where there is no file at an entry's path any more, the content may have moved, and
it means a finding anywhere. It means only so many equal ones as it says; those that were there before the
change come first, so that a copy is new.
"""

from __future__ import annotations

import fnmatch
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pregate.config import SuppressionsConfig
from pregate.model import (
    BaselineEntry,
    Candidate,
    ChangeSet,
    Completed,
    Failed,
    Finding,
    Outcome,
    Skipped,
    SkipReason,
    Standing,
    Suppression,
    SuppressionKind,
    Waiver,
)
from pregate.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Waivers:
    """
    What the repository has said of findings before this run, for :func:`pregate.policy.decide`.

    ``today`` is a day such as ``2027-01-31``; ``""``: nothing expires. ``suppressions`` are those of the
    suppressions file as the change leaves it, ``before`` those as it was (the same where nothing is
    compared). ``baseline`` is that of the trusted revision, ``growth`` what the change adds to it. ``absent``
    are the paths that these name and that the head does not hold: their findings may have moved.
    """

    today: str = ""
    suppressions: tuple[Suppression, ...] = ()
    before: tuple[Suppression, ...] = ()
    baseline: tuple[BaselineEntry, ...] = ()
    growth: tuple[BaselineEntry, ...] = ()
    absent: frozenset[str] = frozenset()


NO_WAIVERS = Waivers()
UNJUDGED = "its check did not look at its file here"
"""Why an entry that a change adds has no finding, where that says nothing."""
_LONGEST = 1_000_000  # days, so that no date overflows


@dataclass(frozen=True, slots=True)
class Waived:
    """
    The candidates after all that was said of them, in their order: suppressed ones say by what, those of the
    baseline are not introduced. ``baselined`` are the indices of the latter; ``waivers`` tell of the
    suppressions.
    """

    candidates: tuple[Candidate, ...]
    baselined: frozenset[int]
    waivers: tuple[Waiver, ...]


def waive(
    outcomes: Sequence[Outcome],
    candidates: Sequence[Candidate],
    config: SuppressionsConfig,
    change: ChangeSet,
    waivers: Waivers,
    own_files: Collection[str] = (),
) -> Waived:
    """
    Applies pragmas, inline suppressions, the suppressions file and the baseline, in that order.

    ``own_files`` are files of the trusted revision by whose words the secrets check suppresses: no change can
    add to them, and they are no comments.
    """
    run = _Run(config, change, waivers, outcomes, own_files)
    found = [run.by_comment(candidate) for candidate in candidates]
    found = run.by_file(found)
    baselined = _in_baseline(found, waivers)
    for n in baselined:
        found[n] = replace(found[n], introduced=False)
    return Waived(tuple(found), frozenset(baselined), run.told())


class _Run:
    """One application of suppressions; remembers which of them were of use."""

    def __init__(
        self,
        config: SuppressionsConfig,
        change: ChangeSet,
        waivers: Waivers,
        outcomes: Sequence[Outcome],
        own_files: Collection[str],
    ) -> None:
        self._own_files = own_files
        self._config = config
        self._change = change
        self._waivers = waivers
        # Where nothing is compared, no line of a file is added.
        compared = change.files if change.compared else ()
        self._files = {(file.path, file.commit): file for file in compared}
        completed = [o for o in outcomes if isinstance(o, Completed)]
        self._pragmas = tuple(dict.fromkeys(s for o in completed for s in o.pragmas))
        self._checks = frozenset(o.check for o in outcomes)
        self._unread = {u.path for o in completed for u in o.unread}
        self._whole = {o.check for o in outcomes if not isinstance(o, Failed) and not _is_undone(o)}
        self._counts: Counter[Suppression] = Counter()
        self._added: set[Suppression] = set()
        self._refused: dict[Suppression, tuple[Standing, str]] = {}

    # --------------------------------------------------------------------------------- comments in the file

    def by_comment(self, candidate: Candidate) -> Candidate:
        """The candidate without a suppression that does not count."""
        finding = candidate.finding
        if not finding.suppressed_by:
            return candidate
        suppression = finding.suppression
        is_added = self._change.compared and candidate.introduced
        if suppression is None:
            if finding.rule.check == "secrets" and finding.suppressed_by in self._own_files:
                return candidate
            counts = self._config.scanner_pragmas and not (is_added and self._config.from_change == "refuse")
            return candidate if counts else _bare(candidate)
        is_added = is_added or self._is_touched(suppression, finding.commit)
        self._counts[suppression] += 1
        if is_added:
            self._added.add(suppression)
        verdict = self._standing(suppression, is_added=is_added)
        if verdict[0] is Standing.USED:
            return candidate
        self._refused[suppression] = max(verdict, self._refused.get(suppression, verdict), key=_gravity)
        return _bare(candidate)

    def _is_touched(self, suppression: Suppression, commit: str) -> bool:
        file = self._files.get((suppression.origin.path, commit))
        line = suppression.origin.start_line
        return file is not None and any(r.start <= line <= r.end for r in file.added)

    def _standing(self, suppression: Suppression, *, is_added: bool) -> tuple[Standing, str]:
        """Whether it counts, and why not."""
        config, today = self._config, self._waivers.today
        if suppression.kind is SuppressionKind.INLINE and not config.inline:
            return Standing.REFUSED, "comments do not count (suppressions.inline = false)"
        if is_added and config.from_change == "refuse":
            return Standing.REFUSED, 'added by this change (suppressions.from-change = "refuse")'
        if today and suppression.until and suppression.until < today:
            return Standing.EXPIRED, f"expired on {suppression.until}"
        if config.require_reason and not suppression.reason.strip():
            return Standing.REFUSED, "without a reason (suppressions.require-reason)"
        if config.require_owner and not suppression.owner.strip():
            return Standing.REFUSED, "without an owner (suppressions.require-owner)"
        if today and config.max_days and not _ends_by(suppression.until, today, config.max_days):
            return Standing.REFUSED, f"holds for more than {config.max_days} days (suppressions.max-days)"
        return Standing.USED, ""

    # ------------------------------------------------------------------------------------ suppressions file

    def by_file(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates, those suppressed that an entry of the suppressions file means."""
        result = list(candidates)
        if not self._waivers.suppressions and not self._waivers.before:
            return result  # to put the findings of a tree in order takes a while
        pool = _Pool(candidates, self._waivers.absent)
        for suppression in self._in_force():
            standing = self._standing(suppression, is_added=suppression in self._added)
            chosen = pool.take(suppression, keep=standing[0] is not Standing.USED)
            self._counts[suppression] += len(chosen)
            if standing[0] is Standing.USED:
                for n in chosen:
                    result[n] = _suppressed(result[n], suppression)
            else:
                self._refused[suppression] = standing
        for n in self._uncovered(pool):
            result[n] = replace(result[n], introduced=True)
        return result

    def _in_force(self) -> Iterator[Suppression]:
        """The file's entries to apply; of one that the change may not loosen the version before it."""
        known: defaultdict[tuple[str, ...], list[Suppression]] = defaultdict(list)
        for suppression in reversed(self._waivers.before):
            known[_identity(suppression)].append(suppression)
        for suppression in self._waivers.suppressions:
            # An entry that is written twice means twice as many: each of the base's stands for one.
            same = known[_identity(suppression)]
            old = same.pop() if same else None
            if self._change.compared and (old is None or _is_looser(suppression, old)):
                self._added.add(suppression)
                if old is not None and self._config.from_change == "refuse":
                    self._refused[suppression] = self._standing(suppression, is_added=True)
                    self._counts[suppression] += 0
                    yield old
                    continue
            yield suppression

    def _uncovered(self, pool: _Pool) -> Iterator[int]:
        """Standing findings whose suppression the change takes away: they are new, as without its comment."""
        kept = {_identity(s) for s in self._waivers.suppressions}
        for suppression in self._waivers.before if self._change.compared else ():
            if _identity(suppression) not in kept:
                yield from pool.take(suppression)

    # --------------------------------------------------------------------------------------------- the rest

    def told(self) -> tuple[Waiver, ...]:
        """What became of each suppression that this run can speak of."""
        unused = [s for s in self._pragmas if s not in self._counts and s.origin.path not in self._unread]
        found = [self._waiver(s, count) for s, count in self._counts.items() if count or self._is_known(s)]
        found += [self._unused(s) for s in unused]
        kept = {Standing.EXPIRED: self._config.expired, Standing.UNUSED: self._config.unused}
        told = (w for w in found if w.is_added or kept.get(w.standing) != "ignore")
        return tuple(sorted(told, key=_order))

    def _waiver(self, suppression: Suppression, count: int) -> Waiver:
        standing, why = self._refused.get(suppression, (Standing.USED, ""))
        if not count and standing is Standing.USED:
            standing, why = Standing.UNUSED, "there is no such finding any more"
            if not self._is_judged(suppression):
                why = UNJUDGED
        return Waiver(suppression, standing, suppression in self._added, count, why)

    def _unused(self, suppression: Suppression) -> Waiver:
        is_added = self._change.compared and self._is_touched(suppression, "")
        why = "suppresses nothing" if suppression.rule else suppression.reason
        if is_of_absent_check(suppression, self._checks):
            why = "no check of that name ran"
        return Waiver(suppression, Standing.UNUSED, is_added, 0, why)

    def _is_judged(self, suppression: Suppression) -> bool:
        """Whether its check looked at all that it should have, and its file was read."""
        check = suppression.rule.partition("/")[0]
        return check in self._whole and suppression.path not in self._unread

    def _is_known(self, suppression: Suppression) -> bool:
        """Whether an entry without findings is of no use for certain: all that it may mean was looked at."""
        if suppression in self._refused or suppression in self._added:
            return True
        if not self._is_judged(suppression):
            return False
        if self._change.is_whole:
            return True
        path = suppression.path
        return any(file.path == path for file in self._change.files) or path in self._change.removed


def is_of_absent_check(suppression: Suppression, checks: frozenset[str]) -> bool:
    """
    Whether it names a rule of a check that did not take part: of another tool, say, whose report this run was
    not given.
    """
    check, slash, _ = suppression.rule.partition("/")
    return bool(slash) and "*" not in check and check not in checks


def _is_undone(outcome: Outcome) -> bool:
    return isinstance(outcome, Skipped) and outcome.reason is not SkipReason.NO_TARGETS


class _Pool:
    """
    Candidates that entries of a file may take, each of them once, in the order of their seniority.

    They are kept by all that an entry names, so that many entries on many findings cost no more than both.
    """

    def __init__(self, candidates: Sequence[Candidate], absent: frozenset[str]) -> None:
        self._candidates = candidates
        self._absent = absent
        self._index: defaultdict[tuple[str, ...], dict[int, Finding]] = defaultdict(dict)
        for n in sorted(range(len(candidates)), key=lambda n: _seniority(candidates[n])):
            finding = candidates[n].finding
            if not finding.suppressed_by:
                for key in _keys(finding):
                    self._index[key][n] = finding

    def take(self, entry: Suppression, *, keep: bool = False) -> list[int]:
        """The indices of what the entry means; with ``keep`` others may still take them."""
        findings = self._near(entry)
        meant = [n for n, f in findings.items() if _means(entry, f)]
        here = [n for n in meant if _fits(findings[n].location.path, entry.path)]
        chosen = here
        if not here and entry.path in self._absent:
            findings = self._near(replace(entry, path="*"))
            chosen = [n for n, f in findings.items() if _means(entry, f)]
        chosen = list(_at_most(entry.count, chosen, findings)) if entry.count else chosen
        for n in () if keep else tuple(chosen):
            for key in _keys(self._candidates[n].finding):
                self._index[key].pop(n, None)
        return chosen

    def _near(self, entry: Suppression) -> Mapping[int, Finding]:
        """What an entry may mean at most, by the narrowest of the ways in which it can be looked up."""
        key: tuple[str, ...] = (entry.anchor[:_PREFIX],)
        if not _is_glob(entry.rule):
            key += (entry.rule,)
            key += () if _is_glob(entry.path) else (entry.path,)
        return self._index.get(key, {})


def _keys(finding: Finding) -> tuple[tuple[str, ...], ...]:
    anchor, rule = finding.anchor[:_PREFIX], finding.rule.id
    return (anchor,), (anchor, rule), (anchor, rule, finding.location.path)


def _is_glob(text: str) -> bool:
    return "*" in text or "?" in text


def _at_most(count: int, chosen: Iterable[int], findings: Mapping[int, Finding]) -> Iterator[int]:
    """The first ``count``; so many of each commit that is judged by itself, for each has its own version."""
    taken = Counter[str]()
    for n in chosen:
        taken[findings[n].commit] += 1
        if taken[findings[n].commit] <= count:
            yield n


_PREFIX = 16
_Key = tuple[str, str, str, str]  # rule, anchor, path, witness


def _means(entry: Suppression, finding: Finding) -> bool:
    return (
        len(entry.anchor) >= _PREFIX
        and finding.anchor.startswith(entry.anchor)
        and fnmatch.fnmatchcase(finding.rule.id, entry.rule)
        and (not entry.witness or entry.witness == finding.witness)
    )


def _fits(path: str, pattern: str) -> bool:
    if path == pattern:
        return True
    # Brackets are part of a name, as in pages/[id].tsx.
    return _is_glob(pattern) and fnmatch.fnmatchcase(path, pattern.replace("[", "[[]"))


def _seniority(candidate: Candidate) -> tuple[object, ...]:
    """What was there before the change comes first."""
    f = candidate.finding
    rest = (f.severity, f.confidence, f.witness, candidate.standing, candidate.in_diff)
    return (candidate.introduced, f.location, f.rule.id, f.ordinal, f.commit, f.message, *rest)


def _identity(entry: Suppression) -> tuple[str, ...]:
    return (entry.rule, entry.anchor, entry.path, entry.witness)


def _is_looser(entry: Suppression, old: Suppression) -> bool:
    longer = bool(old.until) and (not entry.until or entry.until > old.until)
    more = old.count > 0 and (entry.count == 0 or entry.count > old.count)
    return longer or more


def _bare(candidate: Candidate) -> Candidate:
    """As though nobody had suppressed it: new only if the base had no counterpart at all."""
    finding = replace(candidate.finding, suppressed_by="", suppression=None)
    return replace(candidate, finding=finding, introduced=candidate.introduced and not candidate.standing)


def _suppressed(candidate: Candidate, suppression: Suppression) -> Candidate:
    finding = replace(candidate.finding, suppressed_by=suppression.words, suppression=suppression)
    return replace(candidate, finding=finding)


def _ends_by(until: str, today: str, days: int) -> bool:
    if not until:
        return False
    import datetime

    last = datetime.date.fromisoformat(today) + datetime.timedelta(days=min(days, _LONGEST))
    return until <= last.isoformat()


def _in_baseline(candidates: Sequence[Candidate], waivers: Waivers) -> set[int]:
    """
    The indices of introduced candidates that the baseline holds. What was there before the change uses its
    entries up first; what is suppressed needs none.
    """
    if not waivers.baseline:
        return set()
    here, moved = Counter[_Key](), Counter[_Key]()
    for e in dict.fromkeys(waivers.baseline):
        if e.path in waivers.absent:
            moved[e.rule, e.anchor[:_PREFIX], "", e.witness] += 1
        else:
            here[e.rule, e.anchor[:_PREFIX], e.path, e.witness] += 1
    chosen: set[int] = set()
    for n in sorted(range(len(candidates)), key=lambda n: _seniority(candidates[n])):
        finding = candidates[n].finding
        rule, anchor, path = finding.rule.id, finding.anchor[:_PREFIX], finding.location.path
        ways = [
            (s, (rule, anchor, p, w)) for s, p in ((here, path), (moved, "")) for w in (finding.witness, "")
        ]
        way = next(((stock, key) for stock, key in ways if stock[key] > 0), None)
        if way is None or finding.suppressed_by:
            continue
        stock, key = way
        stock[key] -= 1
        if candidates[n].introduced:
            chosen.add(n)
    return chosen


def _gravity(verdict: tuple[Standing, str]) -> tuple[int, str]:
    return list(Standing).index(verdict[0]), verdict[1]


def _order(waiver: Waiver) -> tuple[object, ...]:
    s = waiver.suppression
    return (not waiver.is_added, list(Standing).index(waiver.standing), s.origin, s.rule, repr(s))
