"""Answers that are kept in the cache."""

from __future__ import annotations

from pathlib import Path

from pregate.cache import cache_at
from pregate.engine.answers import CachedAnswers


def test_an_answer_is_found_by_its_question_in_another_run(tmp_path: Path) -> None:
    with cache_at(tmp_path / "c") as cache:
        answers = CachedAnswers(cache)
        assert answers.recall(("a", "b")) is None
        answers.keep(("a", "b"), "yes")
        answers.keep(("damaged",), "x")
        cache.put({answers._key(("damaged",)): b"\xff"})
    with cache_at(tmp_path / "c") as cache:
        answers = CachedAnswers(cache)
        assert answers.recall(("a", "b")) == "yes"
        assert answers.recall(("ab",)) is None
        assert answers.recall(("damaged",)) is None


def test_a_cache_that_holds_nothing_is_no_error() -> None:
    answers = CachedAnswers(cache_at(None))
    answers.keep(("a",), "yes")
    assert answers.recall(("a",)) is None
