"""Suppressions and the baseline as policy applies them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.config import BaselineConfig, Config, PathRule, SuppressionsConfig
from pregate.model import (
    BaselineEntry,
    Candidate,
    ChangedFile,
    Completed,
    Confidence,
    Decision,
    Failed,
    Finding,
    LineRange,
    Location,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    Standing,
    State,
    Suppression,
    SuppressionKind,
    Verdict,
)
from pregate.policy import NO_WAIVERS, Waivers, decide
from tests.policy.test_decision import CHANGE, FILE, RANKS, completed

TODAY = "2026-11-26"
ANCHOR = "a" * 64
TREE = replace(CHANGE, compared=False, is_whole=True)


def found(
    path: str = "a.py",
    anchor: str = ANCHOR,
    introduced: bool = True,
    standing: bool = False,
    by: Suppression | str = "",
    witness: str = "",
    severity: Severity = Severity.HIGH,
    ordinal: int = 0,
    confidence: Confidence = Confidence.HIGH,
) -> Candidate:
    rule = Rule("python/X1", "title", "description", "remedy", severity)
    words, suppression = (by, None) if isinstance(by, str) else (by.words, by)
    finding = Finding(
        rule,
        "message",
        Location(path, ordinal + 1),
        severity,
        confidence,
        anchor=anchor,
        ordinal=ordinal,
        witness=witness,
        suppressed_by=words,
        suppression=suppression,
    )
    return Candidate(finding, introduced, introduced, standing)


def entry(anchor: str = ANCHOR[:16], path: str = "a.py", **options: Any) -> Suppression:
    origin = Location(".pregate/suppressions.toml", 5)
    return Suppression(
        SuppressionKind.FILE,
        options.pop("rule", "python/X1"),
        origin,
        "entry",
        anchor=anchor,
        path=path,
        **options,
    )


def comment(line: int = 1, **options: Any) -> Suppression:
    words = "# pregate: ignore[python/X1]"
    return Suppression(
        SuppressionKind.INLINE,
        "python/X1",
        Location("a.py", line),
        words,
        lines=LineRange(line, line),
        **options,
    )


def verdict_on(
    *candidates: Candidate,
    waivers: Waivers = NO_WAIVERS,
    change: Any = CHANGE,
    baseline: BaselineConfig | None = None,
    pragmas: tuple[Suppression, ...] = (),
    **options: Any,
) -> Verdict:
    config = Config(suppressions=SuppressionsConfig(**options), baseline=baseline or BaselineConfig())
    outcome = replace(completed(*candidates), pragmas=pragmas)
    return decide([outcome], config, change, waivers=replace(waivers, today=waivers.today or TODAY))


def states(verdict: Verdict) -> list[State]:
    return [j.state for j in verdict.findings]


def in_file(*entries: Suppression, before: tuple[Suppression, ...] | None = None, **rest: Any) -> Waivers:
    return Waivers(suppressions=entries, before=entries if before is None else before, **rest)


# ---------------------------------------------------------------------------------------- suppressions file


def test_an_entry_suppresses_the_finding_with_its_content() -> None:
    verdict = verdict_on(found(), found(anchor="b" * 64), waivers=in_file(entry()))
    assert {j.finding.anchor[0]: j.state for j in verdict.findings} == {
        "a": State.SUPPRESSED,
        "b": State.NEW,
    }
    (waiver,) = verdict.waivers
    assert (waiver.standing, waiver.count, waiver.is_added) == (Standing.USED, 1, False)


@pytest.mark.parametrize(
    ("other", "is_meant"),
    [
        (entry(path="src/*"), False),
        (entry(path="*.py"), True),
        (entry(rule="secrets/*"), False),
        (entry(rule="python/*"), True),
        (entry(anchor="a" * 15), False),
        (entry(witness="123"), False),
    ],
)
def test_rule_path_anchor_and_witness_must_fit(other: Suppression, is_meant: bool) -> None:
    expected = State.SUPPRESSED if is_meant else State.NEW
    assert states(verdict_on(found(), waivers=in_file(other))) == [expected]


def test_another_secret_in_the_same_words_is_not_meant() -> None:
    waivers = in_file(entry(witness="1a2"))
    assert states(verdict_on(found(witness="1a2"), waivers=waivers)) == [State.SUPPRESSED]
    assert states(verdict_on(found(witness="9f0"), waivers=waivers)) == [State.NEW]


def test_an_entry_means_so_many_and_the_older_ones_first() -> None:
    copy, old = found(ordinal=0), found(ordinal=1, introduced=False)
    verdict = verdict_on(copy, old, waivers=in_file(entry()))
    assert [(j.finding.ordinal, j.state) for j in verdict.findings] == [
        (0, State.NEW),
        (1, State.SUPPRESSED),
    ]
    assert states(verdict_on(copy, old, waivers=in_file(entry(count=2)))) == [State.SUPPRESSED] * 2
    assert states(verdict_on(copy, old, waivers=in_file(entry(count=0)))) == [State.SUPPRESSED] * 2


def test_content_that_moved_to_another_file_stays_suppressed() -> None:
    moved = found(path="lib/b.py")
    assert states(verdict_on(moved, waivers=in_file(entry()))) == [State.NEW]
    gone = in_file(entry(), absent=frozenset({"a.py"}))
    assert states(verdict_on(moved, waivers=gone)) == [State.SUPPRESSED]


def test_what_the_change_adds_counts_and_is_listed_or_is_refused() -> None:
    added = in_file(entry(reason="known"), before=())
    accepted = verdict_on(found(), waivers=added)
    assert states(accepted) == [State.SUPPRESSED]
    assert [(w.standing, w.is_added) for w in accepted.waivers] == [(Standing.USED, True)]
    refused = verdict_on(found(), waivers=added, from_change="refuse")
    assert states(refused) == [State.NEW]
    (waiver,) = refused.waivers
    assert (waiver.standing, waiver.is_added, waiver.count) == (Standing.REFUSED, True, 1)
    assert "from-change" in waiver.why


def test_one_that_the_change_makes_last_longer_counts_as_it_was() -> None:
    old, new = entry(until="2026-12-31"), entry(until="2027-12-31")
    waivers = in_file(new, before=(old,))
    assert [w.is_added for w in verdict_on(found(), waivers=waivers).waivers] == [True]
    refused = verdict_on(found(), waivers=waivers, from_change="refuse")
    assert states(refused) == [State.SUPPRESSED]
    assert {(w.suppression.until, w.standing) for w in refused.waivers} == {
        ("2026-12-31", Standing.USED),
        ("2027-12-31", Standing.REFUSED),
    }
    shorter = verdict_on(found(), waivers=in_file(old, before=(new,)), from_change="refuse")
    assert [(w.standing, w.is_added) for w in shorter.waivers] == [(Standing.USED, False)]


def test_an_entry_that_the_change_repeats_is_its_own() -> None:
    once, again = entry(), replace(entry(), origin=Location(".pregate/suppressions.toml", 9))
    waivers = in_file(once, again, before=(once,))
    copies = (found(introduced=False), found(ordinal=1))
    accepted = verdict_on(*copies, waivers=waivers)
    assert sorted(w.is_added for w in accepted.waivers) == [False, True]
    assert states(verdict_on(*copies, waivers=waivers, from_change="refuse")) == [
        State.NEW,
        State.SUPPRESSED,
    ]


@pytest.mark.parametrize("option", ["unused", "expired"])
def test_what_the_change_adds_is_listed_whatever_is_ignored(option: str) -> None:
    added = in_file(entry(until="2020-01-01" if option == "expired" else ""), before=())
    told = verdict_on(waivers=added, **_says(option, "ignore"))
    assert [w.is_added for w in told.waivers] == [True]


def test_an_added_entry_whose_check_did_not_run_is_listed_and_fails_nothing() -> None:
    config = Config(suppressions=SuppressionsConfig(unused="fail"))
    outcome = Completed("secrets", (), (), completed().counts)
    skipped = Skipped("python", SkipReason.OFFLINE)
    told = decide([outcome, skipped], config, CHANGE, waivers=in_file(entry(), before=()))
    assert told.decision is Decision.PASSED
    assert [(w.is_added, w.why) for w in told.waivers] == [(True, "its check did not look at its file here")]


def test_brackets_are_part_of_a_name() -> None:
    waivers = in_file(entry(path="pages/[id].tsx"))
    assert states(verdict_on(found(path="pages/[id].tsx"), waivers=waivers)) == [State.SUPPRESSED]
    assert states(verdict_on(found(path="pages/i.tsx"), waivers=waivers)) == [State.NEW]
    anywhere = in_file(entry(path="pages/[id]/*"))
    assert states(verdict_on(found(path="pages/[id]/a.tsx"), waivers=anywhere)) == [State.SUPPRESSED]


def test_a_very_long_time_is_no_bug() -> None:
    verdict = verdict_on(found(by=comment(until="2030-01-01")), max_days=10**12)
    assert states(verdict) == [State.SUPPRESSED]


def test_one_that_the_change_takes_away_leaves_its_finding_new() -> None:
    old = found(introduced=False)
    assert states(verdict_on(old, waivers=in_file(before=(entry(),)))) == [State.NEW]
    assert states(verdict_on(old, waivers=in_file())) == [State.PRE_EXISTING]


def test_an_entry_is_told_to_be_unused_only_where_all_that_it_means_was_looked_at() -> None:
    here, elsewhere, glob = entry(), entry(path="z.py"), entry(path="*")
    waivers = in_file(here, elsewhere, glob)
    assert [w.suppression for w in verdict_on(waivers=waivers).waivers] == [here]
    assert len(verdict_on(waivers=waivers, change=TREE).waivers) == 3
    removed = replace(CHANGE, removed=("z.py",))
    assert [w.suppression.path for w in verdict_on(waivers=waivers, change=removed).waivers] == [
        "a.py",
        "z.py",
    ]
    config = Config()
    failed = decide([Failed("python", "no", "", completed().counts)], config, TREE, waivers=waivers)
    assert failed.waivers == ()


# -------------------------------------------------------------------------------------------------- comments


def test_a_comment_counts_until_its_day_is_over() -> None:
    for until, state in (("2026-11-26", State.SUPPRESSED), ("2026-11-25", State.NEW)):
        assert states(verdict_on(found(by=comment(until=until)))) == [state]
    expired = verdict_on(found(by=comment(until="2026-11-25")))
    (waiver,) = expired.waivers
    assert (waiver.standing, waiver.why, waiver.count) == (Standing.EXPIRED, "expired on 2026-11-25", 1)
    assert expired.findings[0].finding.suppressed_by == ""


@pytest.mark.parametrize(
    ("options", "given", "standing"),
    [
        ({"inline": False}, {}, Standing.REFUSED),
        ({"require_reason": True}, {}, Standing.REFUSED),
        ({"require_reason": True}, {"reason": " "}, Standing.REFUSED),
        ({"require_reason": True}, {"reason": "a test key"}, Standing.USED),
        ({"require_owner": True}, {"reason": "a test key"}, Standing.REFUSED),
        ({"require_owner": True}, {"owner": "team"}, Standing.USED),
        ({"max_days": 30}, {}, Standing.REFUSED),
        ({"max_days": 30}, {"until": "2026-12-26"}, Standing.USED),
        ({"max_days": 30}, {"until": "2026-12-27"}, Standing.REFUSED),
    ],
)
def test_policy_says_what_a_suppression_must_have(
    options: dict[str, Any], given: dict[str, Any], standing: Standing
) -> None:
    verdict = verdict_on(found(by=comment(**given)), **options)
    assert [w.standing for w in verdict.waivers] == [standing]
    assert states(verdict) == [State.SUPPRESSED if standing is Standing.USED else State.NEW]


def test_one_that_is_refused_leaves_a_standing_finding_standing() -> None:
    standing = found(by=comment(), standing=True)
    assert states(verdict_on(standing, from_change="refuse")) == [State.PRE_EXISTING]
    fresh = found(by=comment())
    assert states(verdict_on(fresh, from_change="refuse")) == [State.NEW]
    assert states(verdict_on(fresh, from_change="refuse", change=TREE)) == [State.SUPPRESSED]


def test_a_comment_on_a_line_that_the_change_touches_is_the_changes() -> None:
    file = ChangedFile(FILE.head, FILE.bases, (LineRange(1, 1),))
    touched = replace(CHANGE, files=(file,))
    known = found(by=comment(), introduced=False)
    assert [w.is_added for w in verdict_on(known, change=touched).waivers] == [True]
    assert [w.is_added for w in verdict_on(known).waivers] == [False]


def test_scanners_pragmas_count_unless_policy_says_otherwise() -> None:
    marked = found(by="# nosec")
    assert states(verdict_on(marked)) == [State.SUPPRESSED]
    assert states(verdict_on(marked, scanner_pragmas=False)) == [State.NEW]
    assert states(verdict_on(marked, from_change="refuse")) == [State.NEW]
    assert states(verdict_on(found(by="# nosec", introduced=False), from_change="refuse")) == [
        State.SUPPRESSED
    ]


def test_a_comment_that_suppresses_nothing_is_told_once() -> None:
    used, idle, broken = comment(1), comment(7), replace(comment(9), rule="", reason="no rule is named")
    verdict = verdict_on(found(by=used), pragmas=(used, idle, broken))
    assert [(w.suppression.origin.start_line, w.standing) for w in verdict.waivers] == [
        (1, Standing.USED),
        (7, Standing.UNUSED),
        (9, Standing.UNUSED),
    ]
    assert verdict.waivers[2].why == "no rule is named"


def _says(option: str, word: str) -> dict[str, Any]:
    return {option: word}


@pytest.mark.parametrize("option", ["unused", "expired"])
def test_expired_and_unused_ones_are_reported_fail_or_are_ignored(option: str) -> None:
    made = {"unused": ((), (comment(7),)), "expired": ((found(by=comment(until="2020-01-01")),), ())}
    candidates, pragmas = made[option]
    low = tuple(replace(c, finding=replace(c.finding, severity=Severity.LOW)) for c in candidates)
    told = verdict_on(*low, pragmas=pragmas)
    assert (told.decision, len(told.waivers)) == (Decision.PASSED, 1)
    fails = verdict_on(*low, pragmas=pragmas, **_says(option, "fail"))
    assert fails.reasons == (f"1 {option} suppression (suppressions.{option})",)
    before = tuple(replace(c, introduced=False) for c in low)
    assert verdict_on(*before, pragmas=pragmas, **_says(option, "ignore")).waivers == ()


def test_one_of_a_tool_that_did_not_run_is_told_and_never_fails() -> None:
    foreign = replace(comment(7), rule="semgrep/some.rule")
    verdict = verdict_on(pragmas=(foreign,), unused="fail")
    assert verdict.decision is Decision.PASSED
    assert [w.why for w in verdict.waivers] == ["no check of that name ran"]


# -------------------------------------------------------------------------------------------------- baseline


def known(path: str = "a.py", ordinal: int = 0, witness: str = "") -> BaselineEntry:
    return BaselineEntry("python/X1", path, ANCHOR[:16], ordinal, witness)


def test_what_the_baseline_holds_is_pre_existing() -> None:
    verdict = verdict_on(found(), found(anchor="b" * 64), waivers=Waivers(baseline=(known(),)))
    assert [(j.state, j.why) for j in verdict.findings] == [
        (State.NEW, ""),
        (State.PRE_EXISTING, "in the baseline"),
    ]


def test_a_copy_of_what_the_baseline_holds_is_new() -> None:
    waivers = Waivers(baseline=(known(), known()))
    assert states(verdict_on(found(), found(ordinal=1), waivers=waivers)) == [State.NEW, State.PRE_EXISTING]
    standing = found(ordinal=1, introduced=False)
    verdict = verdict_on(found(), standing, waivers=waivers)
    assert [(j.finding.ordinal, j.state) for j in verdict.findings] == [
        (0, State.NEW),
        (1, State.PRE_EXISTING),
    ]
    two = Waivers(baseline=(known(), known(ordinal=1)))
    assert states(verdict_on(found(), found(ordinal=1), waivers=two)) == [State.PRE_EXISTING] * 2


def test_the_baseline_follows_moved_content_and_tells_secrets_apart() -> None:
    waivers = Waivers(baseline=(known(),), absent=frozenset({"a.py"}))
    assert states(verdict_on(found(path="b.py"), waivers=waivers)) == [State.PRE_EXISTING]
    marked = Waivers(baseline=(known(witness="1a2"),))
    assert states(verdict_on(found(witness="1a2"), waivers=marked)) == [State.PRE_EXISTING]
    assert states(verdict_on(found(witness="777"), waivers=marked)) == [State.NEW]
    assert states(verdict_on(found(witness="777"), waivers=Waivers(baseline=(known(),)))) == [
        State.PRE_EXISTING
    ]


def test_a_baseline_may_only_shrink_where_policy_says_so() -> None:
    growth = Waivers(growth=(known(),))
    told = verdict_on(waivers=growth)
    assert (told.decision, told.notes) == (
        Decision.PASSED,
        ("the change adds 1 entry to the baseline; they do not count for this change",),
    )
    ratchet = verdict_on(waivers=growth, baseline=BaselineConfig(ratchet=True))
    assert ratchet.reasons == (
        "the change adds 1 entry to the baseline, which may only shrink (baseline.ratchet)",
    )


def test_touched_files_must_be_clean_where_policy_says_so() -> None:
    strict = BaselineConfig(clean_touched=True)
    old, elsewhere = found(introduced=False), found(path="z.py", introduced=False)
    verdict = verdict_on(old, elsewhere, baseline=strict)
    assert [(j.finding.location.path, j.state) for j in verdict.findings] == [
        ("a.py", State.NEW),
        ("z.py", State.PRE_EXISTING),
    ]
    assert verdict.reasons == (
        "1 new finding in a file that the change touches (baseline.clean-touched) (1 python)",
    )
    same = ChangedFile(FILE.head, (FILE.head,))  # judged for its suppressions alone
    assert states(verdict_on(old, change=replace(CHANGE, files=(same,)), baseline=strict)) == [
        State.PRE_EXISTING
    ]
    listed = verdict_on(found(), waivers=Waivers(baseline=(known(),)), baseline=strict)
    assert states(listed) == [State.NEW]
    assert states(verdict_on(found(by="# nosec", introduced=False), baseline=strict)) == [State.SUPPRESSED]


# ------------------------------------------------------------------------------------------------ properties

ANCHORS = ("a" * 64, "b" * 64)
PATHS = ("a.py", "b.py")
comments = st.builds(
    comment, st.integers(1, 3), until=st.sampled_from(["", "2020-01-01"]), reason=st.sampled_from(["", "why"])
)
candidates = st.builds(
    found,
    st.sampled_from(PATHS),
    st.sampled_from(ANCHORS),
    st.booleans(),
    st.booleans(),
    st.one_of(st.just(""), st.just("# nosec"), comments),
    st.sampled_from(["", "1a2"]),
    st.sampled_from([Severity.LOW, Severity.MEDIUM, Severity.HIGH]),
    st.integers(0, 2),
    st.sampled_from(list(Confidence)),
)
entries = st.builds(
    entry,
    st.sampled_from([a[:16] for a in ANCHORS]),
    st.sampled_from([*PATHS, "*"]),
    witness=st.sampled_from(["", "1a2"]),
    count=st.integers(0, 2),
    until=st.sampled_from(["", "2020-01-01"]),
)
stock = st.builds(
    lambda path, anchor, ordinal: BaselineEntry("python/X1", path, anchor[:16], ordinal),
    st.sampled_from(PATHS),
    st.sampled_from(ANCHORS),
    st.integers(0, 2),
)
everything_said = st.builds(
    Waivers,
    today=st.just(TODAY),
    suppressions=st.lists(entries, max_size=3).map(tuple),
    before=st.lists(entries, max_size=2).map(tuple),
    baseline=st.lists(stock, max_size=3).map(tuple),
    absent=st.sets(st.sampled_from(PATHS)).map(frozenset),
)
limits = st.integers(-1, 2)
configs = st.builds(
    Config,
    fail_on=st.sampled_from(["none", "medium", "high"]),
    min_confidence=st.sampled_from(["low", "high"]),
    max_medium=limits,
    max_low=limits,
    paths=st.lists(
        st.builds(
            PathRule,
            match=st.sampled_from([*PATHS, "*"]),
            fail_on=st.sampled_from(["", "low"]),
            max_low=limits,
        ),
        max_size=2,
    ).map(tuple),
    suppressions=st.builds(
        SuppressionsConfig,
        from_change=st.sampled_from(["accept", "refuse"]),
        inline=st.booleans(),
        scanner_pragmas=st.booleans(),
        require_reason=st.booleans(),
    ),
    baseline=st.builds(BaselineConfig, clean_touched=st.booleans()),
)


def rank(found_ones: list[Candidate], config: Config, waivers: Waivers) -> int:
    return RANKS[decide([completed(*found_ones)], config, CHANGE, waivers=waivers).decision]


@given(st.lists(candidates, max_size=6), candidates, configs, everything_said)
def test_adding_a_finding_never_improves_the_verdict(
    some: list[Candidate], more: Candidate, config: Config, waivers: Waivers
) -> None:
    assert rank([*some, more], config, waivers) >= rank(some, config, waivers)


@given(st.lists(candidates, max_size=6), entries, configs, everything_said, st.data())
def test_another_entry_never_worsens_the_verdict(
    some: list[Candidate], more: Suppression, config: Config, waivers: Waivers, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(waivers.suppressions)))
    said = (*waivers.suppressions[:at], more, *waivers.suppressions[at:])
    both = replace(waivers, suppressions=said, before=(*waivers.before, more))
    assert rank(some, config, both) <= rank(some, config, waivers)


@given(st.lists(candidates, max_size=6), stock, configs, everything_said)
def test_another_entry_of_the_baseline_never_worsens_the_verdict(
    some: list[Candidate], more: BaselineEntry, config: Config, waivers: Waivers
) -> None:
    both = replace(waivers, baseline=(*waivers.baseline, more))
    assert rank(some, config, both) <= rank(some, config, waivers)


@given(st.lists(candidates, max_size=6), configs, everything_said, st.randoms(), st.integers(0, 6))
def test_neither_order_nor_sharding_changes_the_verdict(
    some: list[Candidate], config: Config, waivers: Waivers, rng: random.Random, cut: int
) -> None:
    whole = decide([completed(*some)], config, CHANGE, waivers=waivers)
    shuffled = list(some)
    rng.shuffle(shuffled)
    merged: Completed = completed(*shuffled[cut:], *shuffled[:cut])
    again = decide([merged], config, CHANGE, waivers=waivers)
    assert (whole.decision, whole.reasons) == (again.decision, again.reasons)
    assert (whole.findings, whole.waivers) == (again.findings, again.waivers)
