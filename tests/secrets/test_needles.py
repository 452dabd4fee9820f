"""Each way to search for many literals finds what looking for each finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.secrets import needles
from pregate.secrets.document import words
from pregate.secrets.formats import all_formats
from pregate.secrets.needles import Needles

_PIECES = st.sampled_from([b"ab", b"a", b"b_", b"-", b"_", b"://", b" ", b"\n", b"=", b"?", b"\0", b"abab"])
_TEXT = st.lists(_PIECES, max_size=12).map(b"".join)
_LITERALS = st.lists(
    st.lists(_PIECES, min_size=1, max_size=3).map(b"".join), min_size=1, max_size=8, unique=True
)


def one_by_one(literals: list[bytes], data: bytes) -> Iterator[tuple[int, int]]:
    for number, literal in enumerate(literals):
        yield from ((at, number) for at in range(len(data)) if data.startswith(literal, at))


@pytest.mark.parametrize("few", [0, 1 << 30])
@pytest.mark.parametrize("is_fast", [True, False])
def test_every_way_finds_the_same(few: int, *, is_fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "_FEW", few)

    @settings(max_examples=60, deadline=None)
    @given(_LITERALS, _TEXT)
    def holds(literals: list[bytes], data: bytes) -> None:
        search = Needles([(literal, number) for number, literal in enumerate(literals)], is_fast=is_fast)
        expected = sorted(one_by_one(literals, data))
        assert sorted(search.find(data)) == expected
        assert sorted(search.find(data, lambda: words(data))) == expected
        assert search.present(data) == {number for _, number in expected}
        assert {number for _, number in expected} <= set(search.possible(data))

    holds()


def test_a_literal_across_the_end_of_a_stretch_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ahocorasick_rs")
    monkeypatch.setattr(needles, "_FEW", 0)
    monkeypatch.setattr(needles, "_STRETCH", 4)
    data = b"xabcxxabcabcxabc"
    literals = [b"abc", b"a"]
    search = Needles([(literal, number) for number, literal in enumerate(literals)])
    assert sorted(search.find(data)) == sorted(one_by_one(literals, data))


@pytest.mark.parametrize("few", [0, 1 << 30])
@pytest.mark.parametrize("is_fast", [True, False])
def test_the_needles_of_all_formats_are_found_in_all(
    few: int, *, is_fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needles, "_FEW", few)
    literals = sorted({needle.encode() for form in all_formats() for needle in form.needles})
    search = Needles([(literal, number) for number, literal in enumerate(literals)], is_fast=is_fast)
    data = b"".join(literals) + b"\n".join(literals)
    assert sorted(search.find(data)) == sorted(one_by_one(literals, data))


def test_no_format_is_looked_for_by_a_single_letter() -> None:
    assert [form.detector for form in all_formats() if min(map(len, form.needles), default=0) < 2] == []


def test_a_literal_may_have_several_numbers_and_a_number_several_literals() -> None:
    search = Needles([(b"ab", 1), (b"ab", 2), (b"c", 2)])
    assert sorted(search.find(b"abc")) == [(0, 1), (0, 2), (2, 2)]


def test_nothing_is_found_for_nothing() -> None:
    assert not Needles(())
    assert list(Needles(()).find(b"ab")) == []
    assert list(Needles([(b"ab", 0)]).find(b"")) == []


@pytest.mark.parametrize("is_fast", [True, False])
def test_what_is_not_installed_is_not_needed(*, is_fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "_FEW", 0)
    monkeypatch.setitem(__import__("sys").modules, "ahocorasick_rs", None)
    assert list(Needles([(b"ab", 7)], is_fast=is_fast).find(b"x ab")) == [(2, 7)]
