"""What an organisation locked stays at least as strict, whatever comes after it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.config import CHECKS, Config, PathRule, Source
from pregate.config.effects import changes_of_effect
from pregate.config.keys import all_keys, value_of
from pregate.config.locking import in_force, settle
from pregate.config.reading import Settled, merged
from pregate.config.strictness import STRICTNESS, THRESHOLDS, Turn, compare
from pregate.model import Finding, Location, Rule, Severity
from pregate.policy.thresholds import level_of
from tests.config.test_schema import is_loaded, likely, placed
from tests.examples import examples


def settled(policy: dict[str, Any], *later: dict[str, Any]) -> Settled:
    return settle(Source("policy", policy), [Source(".pregate.toml", options) for options in later])


def config_of(options: dict[str, Any]) -> Config:
    return merged(Config(), Source("x", options))


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    names = [key for key in all_keys().values() if not key.in_rows and key.name not in ("extends", "locked")]
    found: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(names), max_size=4)):
        given = placed(key, draw(likely(key)))
        for name, value in given.items():
            both = isinstance(value, dict) and isinstance(found.get(name), dict)
            tried = found | {name: {**found[name], **value} if both else value}
            found = tried if is_loaded(tried) else found
    return found


@pytest.mark.long
@settings(max_examples=examples(40, 1600), deadline=None)
@given(options(), st.lists(options(), max_size=2), st.sampled_from(["*", "fail-on", "secrets", "max-high"]))
def test_no_source_loosens_what_is_locked(policy: dict[str, Any], later: list[Any], lock: str) -> None:
    floor = config_of(policy)
    try:
        found = settled({**policy, "locked": [lock]}, *later).config
    except Exception as error:
        assert "exclude each other" in str(error)  # noqa: PT017 - two keys that cannot stand together
        return
    keys = (
        {lock} if lock in STRICTNESS else {k for k in STRICTNESS if lock == "*" or k.startswith(f"{lock}.")}
    )
    for key in keys - {"extends", "locked", "jobs", "offline", "paths", "tools"}:
        check, _, name = key.rpartition(".")
        if name in THRESHOLDS:
            turn = compare(name, in_force(floor, check, name), in_force(found, check, name))
        else:
            turn = compare(key, value_of(floor, key), value_of(found, key))
        assert turn in (Turn.NONE, Turn.TIGHTER), key
    if lock in ("*", "fail-on"):
        for check in CHECKS:
            assert compare(
                "fail-on", in_force(floor, check, "fail-on"), in_force(found, check, "fail-on")
            ) in (
                Turn.NONE,
                Turn.TIGHTER,
            )


@pytest.mark.long
@settings(max_examples=examples(30, 1000), deadline=None)
@given(options(), options())
def test_without_locks_the_later_source_is_merely_later(
    policy: dict[str, Any], later: dict[str, Any]
) -> None:
    try:
        expected = merged(config_of(policy), Source("y", later))
    except Exception:
        return
    found = settled(policy, later)
    assert (found.config, found.notes) == (expected, ())


WORDS = st.sampled_from(["", "none", "low", "high", "critical"])
CONFIDENCES = st.sampled_from(["", "low", "medium", "high"])
SCOPES = ["secrets", "python", "checkov"]


def _set(fail_on: str, confidence: str) -> dict[str, Any]:
    given = {"fail-on": fail_on, "min-confidence": confidence}
    return {key: word for key, word in given.items() if word}


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    """Thresholds at the top, of a check, of a tool, and of paths."""
    found = _set(draw(WORDS), draw(CONFIDENCES))
    found["secrets"] = _set(draw(WORDS), draw(CONFIDENCES))
    found["tools"] = [{"name": "checkov", **_set(draw(WORDS), draw(CONFIDENCES))}] * draw(st.integers(0, 1))
    rule = st.builds(
        lambda match, checks, words: {"match": match, "checks": checks, **words},
        st.sampled_from(["*", "a/*", "a/b"]),
        st.lists(st.sampled_from(SCOPES), max_size=2),
        st.builds(_set, WORDS, CONFIDENCES),
    )
    found["paths"] = draw(st.lists(rule, max_size=2))
    return found


@pytest.mark.long
@settings(max_examples=examples(30, 1200), deadline=None)
@given(layouts(), st.lists(layouts(), min_size=1, max_size=2), st.booleans())
def test_no_finding_is_held_against_less_than_the_locked_thresholds(
    policy: dict[str, Any], later: list[Any], is_all: bool
) -> None:
    # Rules and tools that are not locked may be replaced; what they said is no floor then.
    floors = policy if is_all else {k: v for k, v in policy.items() if k not in ("paths", "tools")}
    locked = ["*"] if is_all else ["fail-on", "min-confidence"]
    found, floor = settled({**floors, "locked": locked}, *later).config, config_of(floors)
    for check in SCOPES:
        for path in ("a/b", "a/c", "d"):
            finding = a_finding(check, path)
            before, after = level_of(finding, floor), level_of(finding, found)
            pair = compare("fail-on", before.fail_on, after.fail_on)
            assert pair in (Turn.NONE, Turn.TIGHTER), (check, path, before, after)
            assert after.min_confidence <= before.min_confidence, (check, path, before, after)


def a_finding(check: str, path: str) -> Finding:
    rule = Rule(f"{check}/x", "x", "", "", Severity.HIGH)
    return Finding(rule, "x", Location(path), Severity.HIGH)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"fail-on": "none"}, "low"),
        ({"fail-on": "high", "checks": ["python"]}, "high"),
        ({"fail-on": "critical", "checks": ["python"]}, "high"),
        ({"fail-on": "high", "checks": ["secrets"]}, "low"),
        ({"fail-on": "info"}, "info"),
    ],
)
def test_a_path_rule_is_held_to_the_strictest_check_that_it_is_for(
    rule: dict[str, Any], expected: str
) -> None:
    policy = {"locked": ["fail-on"], "fail-on": "high", "secrets": {"fail-on": "low"}}
    found = settled(policy, {"paths": [{"match": "**", **rule}]})
    assert [r.fail_on for r in found.config.paths] == [expected]
    assert bool(found.notes) == (rule["fail-on"] != expected)


@pytest.mark.parametrize("table", ["paths", "secrets", "tools"])
def test_a_limit_beside_a_locked_one_is_no_second_allowance(table: str) -> None:
    rows: dict[str, Any] = {
        "paths": [{"match": "a/**", "max-high": 2}],
        "tools": [{"name": "a", "max-high": 2}],
    }
    found = settled({"locked": ["max-high"], "max-high": 5}, {table: rows.get(table, {"max-high": 2})})
    (note,) = found.notes
    assert "would allow findings beside the organisation's locked 5" in note
    zero = {"paths": [{"match": "a/**", "max-high": 0}], "tools": [{"name": "a", "max-high": 0}]}
    strict = settled({"locked": ["max-high"], "max-high": 5}, {table: zero.get(table, {"max-high": 0})})
    assert strict.notes == ()


def test_locked_rules_come_last_and_tools_stay() -> None:
    policy = {
        "locked": ["paths", "tools"],
        "paths": [{"match": "prod/**", "fail-on": "low"}],
        "tools": [{"name": "checkov", "timeout": 10}],
    }
    later = {
        "paths": [{"match": "**", "fail-on": "none"}],
        "tools": [{"name": "checkov", "timeout": 1}, {"name": "zizmor"}],
    }
    found = settled(policy, later)
    assert found.config.paths == (
        PathRule(match="**", fail_on="high"),
        PathRule(match="prod/**", fail_on="low"),
    )
    assert [(tool.name, tool.timeout) for tool in found.config.tools] == [("checkov", 10), ("zizmor", 300)]
    assert len(found.notes) == 3


def test_a_tighter_value_of_a_file_may_be_taken_back_by_a_flag() -> None:
    found = settled({"locked": ["fail-on"], "fail-on": "high"}, {"fail-on": "low"}, {"fail-on": "medium"})
    assert (found.config.fail_on, found.notes) == ("medium", ())


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({}, {"fail-on": "critical"}, "fail-on: high → critical (looser)"),
        ({}, {"secrets": {"fail-on": "low"}}, "secrets.fail-on: as fail-on → low (tighter)"),
        ({"max-high": 3}, {}, "max-high: 3 → no limit (looser)"),
        ({"exclude": ["a"]}, {"exclude": ["b"]}, "exclude: - a, + b (changed)"),
        ({"exclude": ["a"]}, {"exclude": ["a", "b"]}, "exclude: + b (looser)"),
        ({"exclude": ["a", "b"]}, {"exclude": ["b", "a"]}, "exclude: another order (changed)"),
        ({}, {"suppressions": {"max-days": 9}}, "suppressions.max-days: 0 → 9 (tighter)"),
        ({}, {"offline": True}, "offline: false → true (looser)"),
        ({}, {"iam": {"severity": {"ERROR": "low"}}}, "iam.severity: + ERROR = low (changed)"),
        (
            {"dependencies": {"index-url": "https://name:word@pypi.example/simple"}},
            {"dependencies": {"index-url": "https://other:word@pypi.example/x"}},
            "dependencies.index-url: https://***@pypi.example/simple → https://***@pypi.example/x (changed)",
        ),
        ({}, {"exclude": ["a\n\u202eb"]}, "exclude: + a\\n\\u202eb (looser)"),
        (
            {},
            {"paths": [{"match": "x", "fail-on": "low"}]},
            'paths: + { match = "x", fail-on = "low" } (changed)',
        ),
        (
            {},
            {"exclude": [f"e{n}" for n in range(12)]},
            "exclude: " + ", ".join(f"+ e{n}" for n in range(10)) + ", and 2 more (looser)",
        ),
    ],
)
def test_a_change_is_told_by_its_effect(before: dict[str, Any], after: dict[str, Any], sentence: str) -> None:
    assert changes_of_effect(config_of(before), config_of(after)) == (sentence,)
    assert changes_of_effect(config_of(after), config_of(after)) == ()
