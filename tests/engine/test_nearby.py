"""How much of a large file is looked through for secrets around what is quoted of it."""

from __future__ import annotations

import pytest

from pregate.engine.nearby import LARGE, REACH, SHORT_REACH, nearby
from pregate.model import Finding, Location, Severity
from tests.engine.fakes import RULE

LINE = 3000
FINDING = Finding(RULE, "bad", Location("a.lock", LINE, 1, LINE, 4), Severity.LOW)
HEADER = "-----BEGIN RSA " + "PRIVATE" + " KEY-----"


def kept(text: str, *, is_list: bool) -> list[int]:
    lines = nearby(text.encode(), "a.lock", [FINDING], is_list=is_list).split(b"\n")
    assert len(lines) == len(text.split("\n"))
    return [number for number, line in enumerate(lines, start=1) if line]


def large(first: str = "{") -> str:
    text = "\n".join([first, *(f"entry number {n}" for n in range(6000)), ""])
    assert len(text) > LARGE
    return text


@pytest.mark.parametrize(("is_list", "reach"), [(False, REACH), (True, SHORT_REACH)])
def test_the_first_line_and_those_around_a_finding_stay(is_list: bool, reach: int) -> None:
    assert kept(large(), is_list=is_list) == [1, *range(LINE - reach, LINE + reach + 1)]


def test_around_a_finding_in_a_list_that_holds_a_key_as_much_stays_as_in_any_file() -> None:
    assert kept(large(HEADER), is_list=True) == [1, *range(LINE - REACH, LINE + REACH + 1)]


def test_a_text_that_is_not_large_stays_whole() -> None:
    assert nearby(b"a\nb\n", "a.lock", [FINDING], is_list=True) == b"a\nb\n"
