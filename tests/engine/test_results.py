"""Results as bytes: what comes back is what went in, or nothing."""

from __future__ import annotations

import json

import pytest

from pregate.checks.base import Analysis
from pregate.engine.results import Rules, dump, load
from pregate.model import Confidence, Finding, Fix, Location, Related, Rule, Severity, Unread, UnreadReason
from pregate.suppressions.inline import pragmas_in
from tests.engine.fakes import RULE, WordCheck

RULES = {RULE.id: RULE}
PLACE = Location("a.txt", 1, 1, 1, 4)
FULL = Analysis(
    findings=(
        Finding(
            RULE,
            "a bad word \u00e9",
            PLACE,
            Severity.LOW,
            Confidence.LOW,
            remedy="Remove it.",
            aliases=("CVE-1",),
            related=(Related(PLACE, "here too"),),
            properties=(("key", "value"),),
            suppressed_by="fine",
            snippet="bad",
            anchor="0" * 64,
            ordinal=2,
            witness="0af",
            fixes=(Fix("Remove the word", 1, 1, "é"), Fix("Replace it", 1, 2, "good\r\nbetter")),
        ),
    ),
    unread=(Unread("a.txt", UnreadReason.CRASHED, "on this line", 3),),
    pragmas=pragmas_in("a.txt", b'# pregate: ignore[word/BAD] reason="r" owner=me until=2027-01-31'),
)


@pytest.mark.parametrize("analysis", [Analysis(), Analysis(concerned=False), FULL])
def test_an_analysis_comes_back_equal(analysis: Analysis) -> None:
    assert load(dump(analysis), WordCheck(), RULES) == analysis


def test_a_finding_of_a_rule_that_is_no_longer_there_is_analysed_anew() -> None:
    assert load(dump(FULL), WordCheck(), {}) is None


@pytest.mark.parametrize("key", ["findings", "unread", "facts", "concerned"])
def test_an_analysis_that_lacks_a_part_is_analysed_anew(key: str) -> None:
    value = json.loads(dump(FULL))
    del value[key]
    assert load(json.dumps(value).encode(), WordCheck(), RULES) is None


@pytest.mark.parametrize("data", [b"{", b"[]", b"null", b"\xff", b'{"findings": [[1]]}', b'{"findings": 5}'])
def test_bytes_of_another_shape_are_analysed_anew(data: bytes) -> None:
    assert load(data, WordCheck(), RULES) is None


class CountingCheck(WordCheck):
    """Counts how often it is asked for its rules."""

    asked = 0

    def rules(self) -> tuple[Rule, ...]:
        self.asked += 1
        return super().rules()


def test_a_check_is_asked_for_its_rules_when_a_finding_names_one() -> None:
    check = CountingCheck()
    rules = Rules(check)
    assert load(dump(Analysis(concerned=False)), check, rules) == Analysis(concerned=False)
    assert check.asked == 0
    assert load(dump(FULL), check, rules) == FULL
    assert load(dump(FULL), check, rules) == FULL
    assert check.asked == 1
