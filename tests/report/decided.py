"""Any verdict that policy can come to and a report can hold, with the text that an attacker would choose."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import strategies as st

from pregate.config import (
    CHECKS,
    UNLIMITED,
    BaselineConfig,
    Config,
    DependenciesConfig,
    PathRule,
    SuppressionsConfig,
)
from pregate.model import (
    INDEX,
    WORKTREE,
    BaselineEntry,
    Blob,
    Candidate,
    ChangedFile,
    ChangeSet,
    Completed,
    Confidence,
    Counts,
    Failed,
    Finding,
    Fix,
    LineRange,
    Location,
    Mode,
    Outcome,
    Related,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    Suppression,
    SuppressionKind,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.policy import Waivers, decide
from pregate.report.origin import Origin
from pregate.report.words import unread_of
from tests.report.strategies import checks, hostile, numbers, paths

# Two lone surrogates that follow each other are one character to a reader of JSON.
text = hostile.map(lambda t: json.loads(json.dumps(t)))
inner_paths = paths.map(lambda p: "/".join(s for s in p.split("/") if s not in ("", ".", "..")) or "x")
commits = st.text("0123456789abcdef", min_size=40, max_size=40)
maybe_commits = st.just("") | commits
seconds = st.floats(0, 1000).map(lambda s: round(s, 3))
places = st.builds(Location, inner_paths, numbers, numbers, numbers, numbers)
pages = st.sampled_from(("", "https://bandit.readthedocs.io/b602.html", "http://x.example/?a=b#c"))
sane_rules = st.builds(
    Rule,
    st.builds("{}/{}".format, checks, st.sampled_from(("B602", "B101", "x")) | text),
    *(text, text, text, st.sampled_from(Severity), pages),
    st.lists(st.integers(0, 9999), max_size=3).map(tuple),
    st.lists(text, max_size=3).map(tuple),
)
witnesses = st.text("0123456789abcdef", max_size=8)
suppressions = st.builds(
    Suppression,
    kind=st.sampled_from(SuppressionKind),
    rule=st.sampled_from(("*", "secrets/*", "python/B602")) | text,
    origin=places,
    words=text,
    reason=text,
    owner=text,
    until=st.sampled_from(("", "2026-01-31", "2027-01-31")),
    lines=st.none() | st.builds(LineRange, st.integers(1, 9), st.integers(9, 99)),
    anchor=st.text("0123456789abcdef", max_size=2),
    path=st.just("**") | inner_paths,
    witness=witnesses,
    count=st.integers(0, 3),
)
fixes = st.builds(
    lambda description, start, more, lines: Fix(description, start, start + more, lines),
    *(text, st.integers(1, 5000), st.integers(0, 3), text),
)
ranges = st.builds(lambda start, more: LineRange(start, start + more), st.integers(1, 900), st.integers(0, 9))
origins = st.builds(
    Origin,
    repository=st.just("octo-org/example"),
    event=st.sampled_from(("pull_request", "push")),
    ref=st.sampled_from(("", "refs/heads/main", "refs/pull/7/merge")),
    sha=commits,
    head_sha=maybe_commits,
    pull_request=st.integers(0, 99999),
    base_sha=maybe_commits,
    tree=st.booleans(),
)


@st.composite
def _sane_candidates(draw: st.DrawFn, known: tuple[Rule, ...], compared: bool) -> Candidate:
    rule = draw(st.sampled_from(known))
    remedy = draw(text)
    finding = draw(
        st.builds(
            Finding,
            rule=st.just(rule),
            message=text,
            location=places,
            severity=st.sampled_from(Severity),
            confidence=st.sampled_from(Confidence),
            remedy=st.just("" if remedy == rule.remedy else remedy),
            aliases=st.lists(text, max_size=2).map(tuple),
            related=st.lists(st.builds(Related, places, text), max_size=2).map(tuple),
            properties=st.dictionaries(text, text, max_size=2).map(lambda d: tuple(d.items())),
            suppressed_by=st.just("") | text,
            suppression=st.none() | suppressions,
            witness=witnesses,
            snippet=text,
            anchor=st.text("0123456789abcdef", max_size=8),
            ordinal=st.integers(0, 3),
            commit=maybe_commits,
            fixes=st.lists(fixes, max_size=2).map(tuple),
            excused=st.just("") | text,
        )
    )
    return Candidate(finding, not compared or draw(st.booleans()), draw(st.booleans()))


@st.composite
def _sane_outcomes(draw: st.DrawFn, check: str, candidates: list[Candidate]) -> Outcome:
    kind = draw(st.sampled_from((Completed, Completed, Skipped, Failed)))
    if kind is Skipped:
        return Skipped(check, draw(st.sampled_from(SkipReason)))
    numbered = draw(st.builds(Counts, numbers, numbers, numbers, numbers, seconds))
    if kind is Failed:
        return Failed(check, draw(text), draw(text), numbered)
    unseen = st.builds(Unread, inner_paths, st.sampled_from(UnreadReason), text, st.integers(0, 99))
    mine = tuple(c for c in candidates if c.finding.rule.check == check)
    notes = tuple(draw(st.lists(text, max_size=1)))
    return Completed(check, mine, tuple(draw(st.lists(unseen, max_size=2))), numbered, notes)


@st.composite
def _waivers(draw: st.DrawFn, candidates: list[Candidate]) -> Waivers:
    """What may have been said of the findings before: some of them are in the baseline."""
    known = [
        BaselineEntry(f.rule.id, f.location.path, f.anchor[:16], f.ordinal)
        for f in (c.finding for c in candidates)
        if draw(st.booleans())
    ]
    return Waivers(
        today="2026-11-26",
        suppressions=tuple(draw(st.lists(suppressions, max_size=2))),
        baseline=tuple(known),
        growth=tuple(known[: draw(st.integers(0, 1))]),
    )


@st.composite
def decided_verdicts(draw: st.DrawFn) -> Verdict:
    """What policy makes of any outcomes, without what no report holds."""
    known = tuple(draw(st.lists(sane_rules, min_size=1, max_size=3, unique_by=lambda rule: rule.id)))
    compared = draw(st.booleans())
    candidates = draw(st.lists(_sane_candidates(known, compared), max_size=4))
    outcomes = [draw(_sane_outcomes(check, candidates)) for check in CHECKS]
    config = Config(
        fail_on=draw(st.sampled_from(("none", "low", "high"))),
        min_confidence=draw(st.sampled_from(("low", "high"))),
        max_medium=draw(st.sampled_from((UNLIMITED, 0, 1))),
        paths=draw(st.sampled_from(((), (PathRule(match="*a*", fail_on="medium"),)))),
        baseline=BaselineConfig(ratchet=draw(st.booleans()), clean_touched=draw(st.booleans())),
        suppressions=SuppressionsConfig(expired="fail", unused=draw(st.sampled_from(("report", "fail")))),
        require=draw(st.sampled_from(((), CHECKS))),
        tolerate_unread=draw(
            st.sampled_from(((), ("binary", "missing"), tuple(r.value for r in UnreadReason)))
        ),
        dependencies=DependenciesConfig(unknown_severity=draw(st.sampled_from(("warn", "fail", "ignore")))),
    )
    head = draw(st.sampled_from((INDEX, WORKTREE)) | commits)
    spots = (
        draw(st.sets(st.sampled_from([c.finding.location.path for c in candidates]))) if candidates else ()
    )
    files = tuple(ChangedFile(Blob(path, "", Mode.FILE, head)) for path in sorted(spots))
    change = ChangeSet(files, draw(text), compared, head, head)
    verdict = decide(outcomes, config, change, draw(seconds), draw(_waivers(candidates)))
    verdict = replace(verdict, policy_changes=tuple(draw(st.lists(text, max_size=1))))
    prints = sorted({j.finding.fingerprint for j in verdict.findings})
    hashes = [(f, f"{draw(st.integers(0, 2**64 - 1)):x}:1") for f in prints if draw(st.booleans())]
    return as_written(replace(verdict, line_hashes=tuple(hashes)))


def as_written(verdict: Verdict) -> Verdict:
    """
    ``verdict`` without candidates, with times in milliseconds and what was not read in the order in which
    reports list it.
    """
    summaries = []
    for summary in verdict.checks:
        outcome = summary.outcome
        if not isinstance(outcome, Skipped):
            counts = outcome.counts
            outcome = replace(outcome, counts=replace(counts, seconds=round(counts.seconds, 3)))
        if isinstance(outcome, Completed):
            outcome = replace(outcome, candidates=(), unread=unread_of(summary))
        summaries.append(replace(summary, outcome=outcome))
    return replace(verdict, checks=tuple(summaries))
