"""Which rule a word means."""

from __future__ import annotations

import pytest

from pregate.suppressions.matching import means, wrong_with


@pytest.mark.parametrize("word", ["python/B602", "B602", "python", "python/*", "python/B6*", "python/B60?"])
def test_a_finding_is_meant(word: str) -> None:
    assert not wrong_with(word)
    assert means(word, "python/B602")


@pytest.mark.parametrize("word", ["python/B60", "secrets/B602", "B60", "pytho", "secrets/*", "b602", "*", ""])
def test_another_is_not(word: str) -> None:
    assert not means(word, "python/B602")


@pytest.mark.parametrize("word", ["CVE-2024-1234", "dependencies/CVE-2024-1234"])
def test_an_alias_means_it_too(word: str) -> None:
    assert means(word, "dependencies/GHSA-aaaa-bbbb-cccc", ("CVE-2024-1234",))
    assert not means(word, "dependencies/GHSA-aaaa-bbbb-cccc", ())


@pytest.mark.parametrize(
    "word", ["", "*", "*/B602", "pyth?n/B602", "python/", "a/b/[c]", "a b", "python/****"]
)
def test_a_word_that_means_none(word: str) -> None:
    assert wrong_with(word)
