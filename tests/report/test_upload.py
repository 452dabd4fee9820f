"""What is uploaded to code scanning: within GitHub's limits, and nothing that closes an alert wrongly."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from pregate.model import (
    CheckSummary,
    Completed,
    Confidence,
    Counts,
    Decision,
    Failed,
    Finding,
    Location,
    Related,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.report.sarif.limits import HELP_MAX, ID_MAX, Limits
from pregate.report.sarif.upload import (
    SuffixError,
    Upload,
    checked_suffix,
    packed,
    prepare,
    why_withheld,
)
from tests.report import sample
from tests.report.strategies import quick, verdicts

SCHEMA = Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json"
PYTHON = Completed("python", (), (), Counts(1, 1))
SECRETS = Completed("secrets", (), (), Counts(1, 1))


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text()))


def uploaded(verdict: Verdict, **more: Any) -> Upload:
    upload = prepare(verdict, sample.RULES, **more)
    assert upload is not None
    return upload


def runs_of(upload: Upload) -> dict[str, Any]:
    """The runs by their category without the slash that ends it."""
    return {r["automationDetails"]["id"].removesuffix("/"): r for r in json.loads(upload.text)["runs"]}


def shells(*findings: Finding, state: State = State.NEW) -> Verdict:
    """A verdict of the python check alone."""
    found = tuple(sample.judged(state, f) for f in findings)
    return sample.verdict_of(found, (PYTHON,), Decision.FAILED)


def many(number: int, **more: Any) -> list[Finding]:
    return [
        replace(
            sample.finding(sample.SHELL, f"src/m{n}.py", 1, "x", 1, 2, anchor=f"{n}"),
            **more,
        )
        for n in range(number)
    ]


def paths_in(run: dict[str, Any]) -> list[str]:
    return [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]


def notes_in(run: dict[str, Any]) -> list[str]:
    told = run["invocations"][0].get("toolExecutionNotifications", [])
    return [n["message"]["text"] for n in told]


# ------------------------------------------------------------------------------------------- what is in it


def test_one_run_per_check_in_a_category_of_its_own() -> None:
    upload = uploaded(sample.failed())
    assert upload.categories == ("pregate/secrets", "pregate/python")
    assert tuple(runs_of(upload)) == upload.categories
    assert (upload.left_out, upload.withheld, upload.in_history) == ((), (), ())


def test_a_suffix_ends_the_category() -> None:
    upload = uploaded(sample.failed(), suffix="linux/3.12")
    ids = [r["automationDetails"]["id"] for r in json.loads(upload.text)["runs"]]
    assert ids == ["pregate/secrets/linux/3.12/", "pregate/python/linux/3.12/"]
    assert upload.categories == ("pregate/secrets/linux/3.12", "pregate/python/linux/3.12")


@pytest.mark.parametrize("suffix", ["", " ", "linux", " linux\n", "a/b-c_d.e", "x" * 100])
def test_a_suffix_that_can_stand_in_a_category(suffix: str) -> None:
    assert checked_suffix(suffix) == suffix.strip()


@pytest.mark.parametrize(
    "suffix", ["x" * 101, "/linux", "linux/", "a//b", "a b", "a\nb", "größe", "a:b", "${{ x }}", "\0", "/"]
)
def test_a_suffix_that_cannot_stand_in_a_category(suffix: str) -> None:
    with pytest.raises(SuffixError, match="letters, digits"):
        prepare(sample.failed(), sample.RULES, suffix=suffix)


def test_suppressed_findings_are_left_out_and_no_result_speaks_of_suppressions() -> None:
    upload = uploaded(sample.verdict_of(sample.all_findings(), sample.outcomes()[:3], Decision.FAILED))
    results = [r for run in runs_of(upload).values() for r in run["results"]]
    assert {r["properties"]["state"] for r in results} == {"new", "pre-existing", "below-threshold"}
    assert not [r for r in results if "suppressions" in r]


def test_a_check_whose_findings_are_all_suppressed_has_an_empty_run() -> None:
    upload = uploaded(shells(sample.shell_finding(), state=State.SUPPRESSED))
    assert runs_of(upload)["pregate/python"]["results"] == []
    assert upload.left_out == ()


def test_a_finding_of_an_earlier_commit_has_no_place_and_is_counted() -> None:
    past = replace(sample.shell_finding(), commit="ab" * 20)
    upload = uploaded(shells(past, *many(1)))
    run = runs_of(upload)["pregate/python"]
    assert paths_in(run) == ["src/m0.py"]
    assert upload.in_history == (("python", 1),)
    assert upload.left_out == ()
    assert notes_in(run) == ["1 finding not shown: not in the analysed commit, but in one before it."]


def test_a_finding_of_the_head_commit_itself_is_in_the_analysed_tree() -> None:
    head = "ab" * 20
    upload = uploaded(replace(shells(replace(sample.shell_finding(), commit=head)), head=head))
    assert len(runs_of(upload)["pregate/python"]["results"]) == 1
    assert upload.in_history == ()


def test_both_fingerprints_are_in_each_result() -> None:
    verdict = shells(sample.shell_finding())
    prints = (sample.shell_finding().fingerprint, "0123456789abcdef:1")
    result = runs_of(uploaded(replace(verdict, line_hashes=(prints,))))["pregate/python"]["results"][0]
    assert result["partialFingerprints"] == {
        "pregate/v1": prints[0],
        "primaryLocationLineHash": "0123456789abcdef:1",
    }


def test_where_the_commit_comes_from_is_told_when_known() -> None:
    verdict = replace(sample.failed(), head="ab" * 20)
    upload = uploaded(verdict, repository_uri="https://github.com/o/r", branch="refs/heads/x")
    assert runs_of(upload)["pregate/python"]["versionControlProvenance"] == [
        {
            "repositoryUri": "https://github.com/o/r",
            "revisionId": "ab" * 20,
            "branch": "refs/heads/x",
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }
    ]


def test_results_keep_the_order_of_the_verdict() -> None:
    found = [
        replace(f, severity=s) for f, s in zip(many(4), (Severity.LOW, *[Severity.HIGH] * 3), strict=True)
    ]
    run = runs_of(uploaded(shells(*found)))["pregate/python"]
    assert paths_in(run) == [f"src/m{n}.py" for n in range(4)]


# --------------------------------------------------------------------------------------- checks without a run


def withheld(outcome: Completed | Failed | Skipped, gaps: int = 0) -> Upload:
    """The upload of a verdict in which one check is whole, and another is not."""
    whole = CheckSummary("secrets", SECRETS, ())
    return uploaded(replace(sample.clean(), checks=(whole, CheckSummary("python", outcome, (), gaps))))


@pytest.mark.parametrize(
    ("outcome", "gaps", "why"),
    [
        (Failed("python", "it\nbroke", "", Counts(1)), 0, "it failed: it broke"),
        (Failed("python", " ", "", Counts(1)), 0, "it failed"),
        (
            Skipped("python", SkipReason.OFFLINE),
            0,
            "it was skipped: offline, and no local database was given",
        ),
        (PYTHON, 2, "2 files could not be read in full"),
    ],
)
def test_a_check_that_is_not_whole_has_no_run(
    outcome: Completed | Failed | Skipped, gaps: int, why: str
) -> None:
    upload = withheld(outcome, gaps)
    assert upload.categories == ("pregate/secrets",)
    assert upload.withheld == (("python", why),)


@pytest.mark.parametrize("outcome", [PYTHON, Skipped("python", SkipReason.NO_TARGETS)])
def test_a_check_that_found_nothing_or_had_nothing_to_look_at_has_an_empty_run(
    outcome: Completed | Skipped,
) -> None:
    upload = withheld(outcome)
    assert runs_of(upload)["pregate/python"]["results"] == []
    assert upload.withheld == ()
    assert why_withheld(CheckSummary("python", outcome, ())) == ""


def test_what_a_check_found_before_it_was_cut_short_is_not_uploaded() -> None:
    verdict = shells(sample.shell_finding())
    assert prepare(replace(verdict, checks=(CheckSummary("python", PYTHON, (), 1),)), sample.RULES) is None


def test_nothing_is_uploaded_when_no_check_is_whole() -> None:
    failed = Failed("python", "x", "", Counts(1))
    assert prepare(replace(sample.clean(), checks=(CheckSummary("python", failed, ()),)), ()) is None
    assert prepare(replace(sample.clean(), checks=()), ()) is None


# --------------------------------------------------------------------------------------------------- limits


def severities(run: dict[str, Any]) -> list[str]:
    return [r["properties"]["severity"] for r in run["results"]]


def test_one_result_over_githubs_limit_is_cut_and_said() -> None:
    upload = uploaded(shells(*many(24_999), *many(2, severity=Severity.LOW)))
    run = runs_of(upload)["pregate/python"]
    assert len(run["results"]) == 25_000
    assert severities(run).count("low") == 1
    assert upload.left_out == (("python", 1),)
    assert notes_in(run)[0].startswith("1 finding, the least severe, not shown: code scanning takes 25,000")


def test_as_many_results_as_github_takes_are_all_in() -> None:
    upload = uploaded(shells(*many(5)), limits=Limits(results=5))
    assert len(runs_of(upload)["pregate/python"]["results"]) == 5
    assert upload.left_out == ()
    assert notes_in(runs_of(upload)["pregate/python"]) == []


def test_ten_thousand_findings_are_cut_to_githubs_size() -> None:
    verdict = shells(*many(10_000))
    upload = uploaded(verdict, limits=Limits(size=60_000))
    assert len(packed(upload.text)) <= 60_000
    assert dict(upload.left_out)["python"] > 2_000


def test_the_least_severe_are_cut_first_then_the_least_sure_then_the_old() -> None:
    one = many(6)
    ranked = [
        (replace(one[0], severity=Severity.INFO), State.NEW),
        (replace(one[1], confidence=Confidence.LOW), State.NEW),
        (one[2], State.PRE_EXISTING),
        (one[3], State.BELOW_THRESHOLD),
        (one[4], State.NEW),
        (replace(one[5], severity=Severity.CRITICAL, confidence=Confidence.LOW), State.PRE_EXISTING),
    ]
    found = tuple(sample.judged(state, f) for f, state in ranked)
    verdict = sample.verdict_of(found, (PYTHON,), Decision.FAILED)
    shown = [
        {int(p[5]) for p in paths_in(runs_of(uploaded(verdict, limits=Limits(results=n)))["pregate/python"])}
        for n in range(1, 7)
    ]
    added = [after - before for before, after in zip([set(), *shown], shown, strict=False)]
    assert added == [{5}, {3}, {4}, {2}, {1}, {0}]


def test_an_unknown_severity_stands_between_low_and_medium() -> None:
    order = (Severity.LOW, Severity.UNKNOWN, Severity.MEDIUM)
    verdict = shells(*(replace(f, severity=s) for f, s in zip(many(3), order, strict=True)))
    run = runs_of(uploaded(verdict, limits=Limits(results=2)))["pregate/python"]
    assert severities(run) == ["unknown", "medium"]


@pytest.mark.parametrize("spare", [0, 1, 400, 3000])
def test_the_log_is_cut_to_the_size_after_gzip(spare: int) -> None:
    mixed = [
        replace(f, severity=Severity(1 + n % 5), snippet=f"{n * 7919 % 104729:x}" * 9)
        for n, f in enumerate(many(80))
    ]
    verdict = shells(*mixed)
    size = len(packed(uploaded(verdict).text)) - spare
    upload = uploaded(verdict, limits=Limits(size=size))
    run = runs_of(upload)["pregate/python"]
    assert len(packed(upload.text)) <= size
    assert len(run["results"]) + dict(upload.left_out).get("python", 0) == 80
    kept = [Severity[s.upper()] for s in severities(run)]
    assert kept
    cut = [f.severity for f in mixed if f"src/{f.location.path[4:]}" not in paths_in(run)]
    assert bool(cut) is (spare > 0)
    assert max(cut, default=Severity.INFO) <= min(kept)


def test_the_size_is_shared_by_severity_over_all_checks() -> None:
    secret = [replace(sample.key_finding(), anchor=f"{n}", message="x" * 50) for n in range(40)]
    found = tuple(sample.judged(State.NEW, f) for f in (*secret, *many(40, severity=Severity.LOW)))
    verdict = sample.verdict_of(found, (SECRETS, PYTHON), Decision.FAILED)
    upload = uploaded(verdict, limits=Limits(size=len(packed(uploaded(verdict).text)) - 500))
    assert [check for check, _ in upload.left_out] == ["python"]


def test_a_run_of_which_nothing_is_left_is_withheld_since_it_would_close_its_alerts() -> None:
    alone = len(packed(uploaded(sample.verdict_of((), (SECRETS,), Decision.PASSED)).text))
    long = replace(sample.shell_finding(), snippet="".join(map(chr, range(0x4E00, 0x5E00))))
    verdict = sample.verdict_of((sample.judged(State.NEW, long),), (SECRETS, PYTHON), Decision.FAILED)
    upload = uploaded(verdict, limits=Limits(size=alone + 200))
    assert upload.categories == ("pregate/secrets",)
    assert upload.withheld == (("python", "its results do not fit within the limits"),)
    assert upload.left_out == (("python", 1),)


def test_nothing_is_uploaded_when_even_an_empty_log_is_too_large() -> None:
    assert prepare(sample.clean(), sample.RULES, limits=Limits(size=10)) is None
    assert prepare(sample.failed(), sample.RULES, limits=Limits(size=10)) is None


def test_runs_over_the_limit_are_withheld() -> None:
    outcomes = tuple(Completed(f"c{n:02}", (), (), Counts(1, 1)) for n in range(21))
    upload = uploaded(sample.verdict_of((), outcomes, Decision.PASSED))
    assert len(upload.categories) == 20
    assert upload.withheld == (("c20", "a file has at most 20 runs"),)


def advisories(number: int) -> list[Finding]:
    rules = (replace(sample.ADVISORY, id=f"python/A{n}", severity=Severity.HIGH) for n in range(number))
    return [replace(f, rule=r) for f, r in zip(many(number), rules, strict=True)]


def rule_ids(upload: Upload) -> list[str]:
    return [r["id"] for r in runs_of(upload)["pregate/python"]["tool"]["driver"]["rules"]]


def test_all_rules_of_a_check_are_told_and_of_the_others_those_found() -> None:
    assert rule_ids(uploaded(shells(*advisories(2)))) == [
        "python/A0",
        "python/A1",
        "python/B101",
        "python/B602",
    ]


def test_only_rules_with_a_result_are_told_when_all_would_be_too_many() -> None:
    upload = uploaded(shells(*advisories(2)), limits=Limits(rules=3))
    assert rule_ids(upload) == ["python/A0", "python/A1"]
    assert upload.left_out == ()


def test_results_whose_rule_is_one_too_many_are_cut() -> None:
    upload = uploaded(shells(*advisories(5)), limits=Limits(rules=3))
    assert rule_ids(upload) == ["python/A0", "python/A1", "python/A2"]
    assert upload.left_out == (("python", 2),)


def test_a_rule_goes_with_its_last_result() -> None:
    found = [replace(f, severity=Severity.LOW) for f in advisories(30)]
    verdict = shells(*many(1), *found)
    upload = uploaded(verdict, limits=Limits(size=len(packed(uploaded(verdict).text)) - 200))
    run = runs_of(upload)["pregate/python"]
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert len(rules) < 32
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])
    assert set(rules) - {"python/B101", "python/B602"} == {r["ruleId"] for r in run["results"]} - {
        "python/B602"
    }


def test_related_locations_are_bounded() -> None:
    related = tuple(Related(Location("src/app.py", n, 1, n, 2), "here") for n in range(1, 1100))
    result = runs_of(uploaded(shells(replace(sample.shell_finding(), related=related))))["pregate/python"][
        "results"
    ][0]
    assert len(result["relatedLocations"]) == 1000
    assert len(result["locations"]) == 1


def only_rule(rule: Rule) -> dict[str, Any]:
    upload = prepare(shells(replace(sample.shell_finding(), rule=rule)), ())
    assert upload is not None
    run = runs_of(upload)["pregate/python"]
    (made,) = run["tool"]["driver"]["rules"]
    assert run["results"][0]["ruleId"] == made["id"]
    return dict(made)


def test_texts_of_a_rule_are_bounded() -> None:
    rule = replace(
        sample.SHELL,
        id="python/" + "x" * 5000,
        description="y" * 50_000,
        help_uri="https://e.example/" + "z" * 9000,
        tags=("t" * 999, "", *(f"t{n}" for n in range(30))),
    )
    made = only_rule(rule)
    assert len(made["id"]) <= ID_MAX
    assert len(made["help"]["text"]) <= HELP_MAX
    assert "markdown" not in made["help"]
    assert "helpUri" not in made
    assert len(made["properties"]["tags"]) <= 10
    assert all(1 <= len(tag) <= 100 for tag in made["properties"]["tags"])
    assert len(made["name"]) <= 255


def test_long_ids_that_differ_at_their_end_stay_apart() -> None:
    long = ["python/" + "x" * 500 + end for end in "ab"]
    rules = [replace(sample.SHELL, id=name) for name in long]
    verdict = shells(*(replace(f, rule=r) for f, r in zip(many(2), rules, strict=True)))
    upload = prepare(verdict, ())
    assert upload is not None
    assert len(set(rule_ids(upload))) == 2


def test_ids_that_look_the_same_stay_apart() -> None:
    rules = [replace(sample.SHELL, id=name) for name in ("python/a", "python/a ", "python/a\n")]
    verdict = shells(*(replace(f, rule=r) for f, r in zip(many(3), rules, strict=True)))
    upload = prepare(verdict, ())
    assert upload is not None
    assert rule_ids(upload) == ["python/a", "python/a-2", "python/a-3"]


def test_a_path_of_4096_bytes_is_told_in_full() -> None:
    path = "ü" * 2048
    found = replace(sample.shell_finding(), location=Location(path, 1, 1, 1, 2))
    assert paths_in(runs_of(uploaded(shells(found)))["pregate/python"]) == ["%C3%BC" * 2048]


def test_unread_files_by_the_hundred_are_counted_and_those_that_are_text_named_first() -> None:
    unread: list[Unread] = [Unread(f"a/{n:03}.png", UnreadReason.BINARY) for n in range(150)]
    unread.append(Unread("z.py", UnreadReason.UNPARSABLE))
    verdict = sample.verdict_of((), (replace(PYTHON, unread=tuple(unread)),), Decision.PASSED)
    notes = notes_in(runs_of(uploaded(verdict))["pregate/python"])
    assert notes.count("Not analysed: it could not be parsed.") == 1
    assert len(notes) == 101
    assert notes[-1] == "51 more files not analysed."


# ----------------------------------------------------------------------------------------- whatever comes


def check_log(validator: Draft4Validator, upload: Upload) -> None:
    """What GitHub asks of every log."""
    assert upload.text.isascii()
    log = json.loads(upload.text)
    assert [e.message for e in validator.iter_errors(log)] == []
    assert len(log["runs"]) == len(upload.categories) == len(set(upload.categories))
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert len({r["id"] for r in rules}) == len(rules)
        assert all(r[key]["text"] for r in rules for key in ("shortDescription", "fullDescription", "help"))
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            check_result(result)


def check_result(result: dict[str, Any]) -> None:
    assert result["message"]["text"]
    assert "suppressions" not in result
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"]
    bounds = ("startLine", "startColumn", "endLine", "endColumn")
    assert all(place["region"][bound] >= 1 for bound in bounds)


@settings(quick, suppress_health_check=list(HealthCheck))
@given(
    verdict=verdicts(),
    gaps=st.lists(st.sampled_from((0, 0, 3)), min_size=4, max_size=4),
    size=st.sampled_from((10_000_000, 6_000, 3_000)),
    most=st.integers(1, 3),
    at_head=st.booleans(),
)
def test_any_verdict_gives_a_log_that_github_takes(
    validator: Draft4Validator, verdict: Verdict, gaps: Sequence[int], size: int, most: int, *, at_head: bool
) -> None:
    if at_head:
        here = (replace(j, finding=replace(j.finding, commit="")) for j in verdict.findings)
        verdict = replace(verdict, findings=tuple(here))
    checks = tuple(replace(s, gaps=n) for s, n in zip(verdict.checks, gaps, strict=True))
    verdict = replace(verdict, checks=checks)
    limits = Limits(size=size, results=most, rules=most)
    upload = prepare(verdict, sample.RULES, suffix="x", limits=limits)
    whole = [s.check for s in checks if s.is_whole]
    if upload is None:
        assert not whole or size < 10_000_000
        return
    check_log(validator, upload)
    assert len(packed(upload.text)) <= size
    assert set(upload.categories) <= {f"pregate/{check}/x" for check in whole}
    assert len(upload.categories) + len(upload.withheld) == len(checks)
    told = sum(n for _, n in (*upload.left_out, *upload.in_history))
    shown = sum(len(run["results"]) for run in json.loads(upload.text)["runs"])
    mine = [j for j in verdict.findings if j.finding.rule.check in whole and j.state is not State.SUPPRESSED]
    assert told + shown == len(mine)
    assert upload == prepare(verdict, sample.RULES, suffix="x", limits=limits)


def test_the_whole_sample_without_its_failed_checks(validator: Draft4Validator) -> None:
    upload = uploaded(sample.full())
    check_log(validator, upload)
    assert [check for check, _ in upload.withheld] == ["iam", "offline"]
    assert upload.categories == (
        "pregate/secrets",
        "pregate/python",
        "pregate/dependencies",
        "pregate/idle",
    )
    assert upload.in_history == (("python", 1),)


def test_equal_logs_are_packed_to_equal_bytes_and_back() -> None:
    text = uploaded(sample.full()).text
    assert packed(text) == packed(text)
    assert packed(text)[4:8] == b"\0\0\0\0"  # the time of RFC 1952
    assert gzip.decompress(packed(text)).decode() == text
