"""The verdict as a function of outcomes and configuration."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.config import CHECKS, Config, DependenciesConfig, IamConfig, PythonConfig
from pregate.model import (
    Blob,
    Candidate,
    ChangedFile,
    ChangeSet,
    Completed,
    Counts,
    Decision,
    Failed,
    Finding,
    Location,
    Mode,
    Outcome,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.policy import decide, state_of
from pregate.report.words import headline

FILE = ChangedFile(Blob("a.py", "1" * 40, Mode.FILE, "head"))
CHANGE = ChangeSet((FILE,), "1 staged file", True, "head", "base")
RANKS = {Decision.PASSED: 0, Decision.FAILED: 1, Decision.INCOMPLETE: 2}


def candidate(
    severity: Severity = Severity.HIGH,
    introduced: bool = True,
    by: str = "",
    line: int = 1,
    check: str = "python",
) -> Candidate:
    rule = Rule(f"{check}/X1", "title", "description", "remedy", severity)
    place = Location("a.py", line, 1, line, 5)
    return Candidate(Finding(rule, "message", place, severity, suppressed_by=by), introduced, introduced)


def completed(*candidates: Candidate, unread: tuple[Unread, ...] = (), check: str = "python") -> Completed:
    return Completed(check, candidates, unread, Counts(1, 1))


def verdict(*outcomes: Outcome, **options: object) -> Verdict:
    return decide(outcomes, replace(Config(), **options), CHANGE)  # type: ignore[arg-type]


def test_a_new_finding_at_the_threshold_fails_the_gate() -> None:
    result = verdict(completed(candidate(Severity.HIGH)))
    assert result.decision is Decision.FAILED
    assert result.reasons == ("1 new finding at or over high (1 python)",)


@pytest.mark.parametrize(
    ("made", "state"),
    [
        (candidate(Severity.MEDIUM), State.BELOW_THRESHOLD),
        (candidate(introduced=False), State.PRE_EXISTING),
        (candidate(by="# nosec"), State.SUPPRESSED),
        (candidate(by="# nosec", introduced=False), State.SUPPRESSED),
        (candidate(Severity.UNKNOWN), State.BELOW_THRESHOLD),
    ],
)
def test_other_findings_are_marked_and_kept(made: Candidate, state: State) -> None:
    result = verdict(completed(made))
    assert result.decision is Decision.PASSED
    assert [j.state for j in result.findings] == [state]
    assert result.checks[0].count(state) == 1


def test_unknown_severity_fails_when_policy_says_so() -> None:
    config = Config(dependencies=DependenciesConfig(unknown_severity="fail"))
    assert state_of(candidate(Severity.UNKNOWN), config) is State.NEW


def test_unknown_severity_is_told_when_policy_warns_and_suppressed_when_it_ignores() -> None:
    found = completed(candidate(Severity.UNKNOWN))
    assert verdict(found).reasons == ("1 new finding (1 of unknown severity), none at or over high",)
    ignored = verdict(found, dependencies=DependenciesConfig(unknown_severity="ignore"))
    assert [j.state for j in ignored.findings] == [State.SUPPRESSED]
    assert ignored.findings[0].finding.suppressed_by == "policy: unknown-severity is ignore"
    assert ignored.reasons == ("no new findings",)


def test_fail_on_none_never_fails() -> None:
    result = verdict(completed(candidate(Severity.CRITICAL)), fail_on="none")
    assert result.decision is Decision.PASSED
    assert result.reasons == ("1 new finding, the gate never fails (fail-on: none)",)


def test_incomplete_outranks_failed_and_tells_both() -> None:
    result = verdict(completed(candidate()), Failed("iam", "no answer", "", Counts()))
    assert result.decision is Decision.INCOMPLETE
    assert result.reasons == ("the iam check failed: no answer", "1 new finding at or over high (1 python)")


def test_a_failure_that_policy_tolerates_is_told_and_hides_no_finding() -> None:
    failed = Failed("iam", "no answer", "", Counts())
    passed = verdict(completed(), failed, tolerate_failed=("iam",))
    assert passed.decision is Decision.PASSED
    assert passed.notes == ("the iam check failed, which tolerate-failed allows: no answer",)
    assert verdict(completed(candidate()), failed, tolerate_failed=("iam",)).decision is Decision.FAILED
    assert verdict(completed(), failed, tolerate_failed=("python",)).decision is Decision.INCOMPLETE


def test_an_unread_file_makes_the_run_incomplete() -> None:
    result = verdict(completed(unread=(Unread("a.py", UnreadReason.UNPARSABLE),)))
    assert result.decision is Decision.INCOMPLETE
    assert result.reasons == ("1 file could not be read in full (1 unparsable)",)


def test_tolerated_reasons_and_allowed_files_do_not() -> None:
    binary = completed(unread=(Unread("a.png", UnreadReason.BINARY),))
    broken = completed(unread=(Unread("tests/bad.py", UnreadReason.UNPARSABLE),))
    assert verdict(binary).decision is Decision.PASSED
    assert verdict(broken, allow_unread=("tests/*",)).decision is Decision.PASSED
    assert verdict(binary, tolerate_unread=()).decision is Decision.INCOMPLETE


def test_what_has_no_certain_answer_counts_as_the_configuration_says() -> None:
    unsure = completed(unread=(Unread("p.json", UnreadReason.NOT_EVALUATED),))
    assert verdict(unsure).decision is Decision.PASSED
    assert verdict(unsure, tolerate_unread=()).decision is Decision.PASSED
    strict = IamConfig(unknown="fail")
    assert verdict(unsure, iam=strict).decision is Decision.INCOMPLETE
    assert verdict(unsure, iam=strict, tolerate_unread=("not-evaluated",)).decision is Decision.PASSED


def test_a_required_check_may_not_be_skipped_for_want_of_a_database() -> None:
    offline = Skipped("dependencies", SkipReason.OFFLINE)
    assert verdict(completed(), offline).decision is Decision.PASSED
    assert verdict(completed(), offline, require=("dependencies",)).decision is Decision.INCOMPLETE
    no_targets = Skipped("dependencies", SkipReason.NO_TARGETS)
    assert verdict(completed(), no_targets, require=CHECKS).decision is Decision.PASSED


def test_nothing_scanned_does_not_read_like_nothing_found() -> None:
    unconcerned = Skipped("python", SkipReason.NO_TARGETS)
    assert verdict(unconcerned).reasons == ("nothing was scanned: no check is concerned with 1 file",)
    offline = verdict(unconcerned, Skipped("dependencies", SkipReason.OFFLINE))
    assert offline.reasons[0].startswith("nothing was scanned: dependencies was skipped (offline")
    excluded = Completed("python", (), (), Counts(excluded=1))
    assert verdict(excluded).reasons == ("nothing was scanned: every file that concerns a check is excluded",)
    binary = Completed("python", (), (Unread("a.png", UnreadReason.BINARY),), Counts(1, 0))
    assert verdict(binary).reasons == ("nothing was scanned: no file could be read",)
    empty = decide([], Config(), replace(CHANGE, files=()))
    assert empty.reasons == ("there was nothing to scan",)
    assert verdict(completed()).reasons == ("no new findings",)
    assert decide([completed()], Config(), replace(CHANGE, compared=False)).reasons == ("no findings",)


def test_the_most_severe_come_first_and_blocking_before_others() -> None:
    result = verdict(
        completed(
            candidate(Severity.LOW, line=1),
            candidate(Severity.HIGH, line=9),
            candidate(Severity.CRITICAL, line=5),
        )
    )
    assert [j.finding.severity for j in result.findings] == [Severity.CRITICAL, Severity.HIGH, Severity.LOW]


candidates = st.builds(
    candidate,
    st.sampled_from(list(Severity)),
    st.booleans(),
    st.sampled_from(["", "# nosec"]),
    st.integers(1, 5),
    st.sampled_from(CHECKS),
)
configs = st.builds(
    Config,
    fail_on=st.sampled_from(["none", "low", "high", "critical"]),
    dependencies=st.builds(DependenciesConfig, unknown_severity=st.sampled_from(["fail", "warn", "ignore"])),
)


def outcomes_of(found: list[Candidate]) -> list[Completed]:
    return [completed(*[c for c in found if c.finding.rule.check == name], check=name) for name in CHECKS]


@given(st.lists(candidates), candidates, configs)
def test_adding_a_finding_never_improves_the_verdict(
    found: list[Candidate], more: Candidate, config: Config
) -> None:
    before = decide(outcomes_of(found), config, CHANGE)
    after = decide(outcomes_of([*found, more]), config, CHANGE)
    assert RANKS[after.decision] >= RANKS[before.decision]


@given(st.lists(candidates, min_size=1), configs, st.data())
def test_suppressing_never_worsens_the_verdict(
    found: list[Candidate], config: Config, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(found) - 1))
    chosen = found[index]
    suppressed = replace(chosen, finding=replace(chosen.finding, suppressed_by="# nosec"))
    after = decide(outcomes_of([*found[:index], suppressed, *found[index + 1 :]]), config, CHANGE)
    before = decide(outcomes_of(found), config, CHANGE)
    assert RANKS[after.decision] <= RANKS[before.decision]


@given(st.lists(candidates), configs, st.randoms())
def test_the_order_of_findings_is_irrelevant(
    found: list[Candidate], config: Config, rng: random.Random
) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    one, other = decide(outcomes_of(found), config, CHANGE), decide(outcomes_of(shuffled), config, CHANGE)
    assert (one.decision, one.reasons, one.findings) == (other.decision, other.reasons, other.findings)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fail_on": "none"}, "1 new finding, which fails nothing by the policy"),
        ({"python": PythonConfig(fail_on="none")}, "1 new finding, which fails nothing by the policy"),
        ({"fail_on": "critical"}, "no new finding at or over critical"),
    ],
)
def test_what_policy_lets_pass_is_not_called_absent(options: dict[str, object], words: str) -> None:
    made = verdict(completed(candidate(Severity.HIGH)), **options)
    assert made.decision is Decision.PASSED
    assert headline(made).startswith(f"PASSED: {words} in ")
