"""Versions of Python that are numbers alone compare as ``packaging`` has it, with all others too."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from pregate.lockfiles.versioning.python import Release, parse

_TEXTS = (
    "0",
    "1",
    "1.0",
    "01.0.0",
    "1.0.1",
    "1.10",
    "1.9",
    "1.0rc1",
    "1.0.post1",
    "1.0.dev0",
    "1!0",
    "1.0+a",
    "v1",
)
_NUMBERS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,4}", fullmatch=True)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(_TEXTS) | _NUMBERS, max_size=5))
def test_releases_have_the_order_of_all_versions(texts: list[str]) -> None:
    for left, right in itertools.product(texts, repeat=2):
        first, second = parse(left), parse(right)
        whole, other = Version(left), Version(right)
        assert first is not None
        assert second is not None
        ours = (first < second, first <= second, first == second, first >= second, first > second)
        assert ours == (whole < other, whole <= other, whole == other, whole >= other, whole > other)
        assert first.is_prerelease == whole.is_prerelease
        assert first != second or hash(first) == hash(second)


def test_what_is_no_number_is_left_to_packaging() -> None:
    assert isinstance(parse("1.2"), Release)
    assert repr(parse("1.2")) == "<Release('1.2')>"
    assert not isinstance(parse("1.2a1"), Release)
    assert [parse(text) for text in ("", ".", "1.", "1..2", "a", "٣.x")] == [None] * 6
