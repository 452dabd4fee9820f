from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.iam.globs import is_everything, matches
from pregate.iam.plain import is_all_of_a_kind


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_patterns_match_as_the_equivalent_expression_does(pattern: str, text: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(c, c) for c in pattern)
    assert matches(pattern, text) == bool(re.fullmatch(expression, text))


@pytest.mark.parametrize("pattern", ["*a" * 200_000 + "b", "*" * 1_000_000 + "b", "?" * 1_000_000, "*?" * 30])
def test_a_hostile_pattern_ends(pattern: str) -> None:
    assert not matches(pattern, "a" * 29)


def test_wildcards_are_seen() -> None:
    assert [is_everything(p) for p in ("*", "?*", "**")] == [True] * 3
    assert [is_everything(p) for p in ("?", "", "a*")] == [False] * 3


@pytest.mark.parametrize(
    ("resource", "broad"),
    [
        ("*", True),
        ("arn:aws:s3:::*", True),
        ("arn:aws:s3:::*/*", True),
        ("arn:aws:iam::*:role/*", True),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:*", True),
        ("arn:aws:s3:::b/*", False),
        ("arn:aws:s3:::?", False),
        ("arn:aws:iam::*:role/a*", False),
        ("arn:aws:s3", False),
        ("arn:aws:s3:::\ue0000\ue001*", False),
    ],
)
def test_resources_that_mean_all_of_a_kind(resource: str, broad: bool) -> None:
    assert is_all_of_a_kind(resource) is broad


@pytest.mark.parametrize(
    ("pattern", "text", "same"),
    [("a*b*c", "abc", True), ("a*bb*c", "abc", False), ("a*b*bc", "abc", False), ("a*b*c*d", "acbd", False)],
)
def test_pieces_do_not_overlap(pattern: str, text: str, same: bool) -> None:
    assert matches(pattern, text) is same
