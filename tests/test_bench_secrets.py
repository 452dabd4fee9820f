"""The bench of secrets: what it generates, and how it counts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from bench.secrets.__main__ import write
from bench.secrets.engines import ENGINES, Report
from bench.secrets.kinds import KINDS, Kind
from bench.secrets.negatives import negatives
from bench.secrets.samples import BEGIN, END, Sample, marked
from bench.secrets.score import score
from bench.secrets.structured import structured
from bench.secrets.syntaxes import SYNTAXES, written
from bench.secrets.unseen import unseen


def test_a_seed_gives_the_same_set_every_time() -> None:
    kinds = KINDS[::40]
    assert [written(kind, "a") for kind in kinds] == [written(kind, "a") for kind in kinds]
    assert structured("a", 1) == structured("a", 1)
    assert structured("a", 1) != structured("b", 1)
    assert unseen("a") == unseen("a")


def test_the_set_is_as_large_as_it_is_said_to_be() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 160
    assert len(SYNTAXES) >= 20
    lines = negatives("a")
    assert sum(sample.text.count("\n") for sample in lines) >= 3000
    assert len({sample.kind for sample in lines}) >= 40
    assert not any(sample.spans for sample in lines)


@pytest.mark.parametrize("kind", KINDS[::25], ids=lambda kind: kind.name)
def test_every_syntax_writes_one_secret_and_marks_its_line(kind: Kind) -> None:
    for sample in written(kind, "a"):
        ((first, last),) = sample.spans
        assert first == last
        assert BEGIN not in sample.text
        assert END not in sample.text


def test_a_kind_without_a_form_of_its_own_is_never_written_without_its_name() -> None:
    kind = next(kind for kind in KINDS if kind.is_plain)
    assert not {"bare", "quoted in a list"} & {sample.syntax for sample in written(kind, "a")}


def test_a_value_ends_in_the_check_digits_of_its_format() -> None:
    kind = next(kind for kind in KINDS if kind.name == "github classic token")
    from pregate.secrets.checksums import github

    assert github(kind.make(random.Random(1)))


def test_a_report_counts_once_for_a_secret_and_once_for_every_other_line() -> None:
    path = "a.txt"
    text = f"x\n{BEGIN}key\nkey{END}\ny\nz\n{BEGIN}other{END}\n"
    sample = marked(path, text, "kind", "family", "syntax")
    assert sample.spans == ((2, 3), (6, 6))
    reports = [Report(path, line, "rule") for line in (2, 3, 4, 4, 5)]
    negative = Sample("b.txt", "nothing\n", "class", "negative", "b.txt")
    result = score({path: sample, "b.txt": negative}, [*reports, Report("b.txt", 1, "rule")])
    assert (result.total.found, result.total.missed, result.total.false) == (1, 1, 3)
    assert result.total.precision == pytest.approx(1 / 4)
    assert result.total.recall == pytest.approx(1 / 2)
    assert result.total.f1 == pytest.approx(1 / 3)
    assert result.families["negative"].false == 1
    assert result.mean_recall == pytest.approx(1 / 2)


def test_both_engines_of_the_check_run_on_a_small_set(tmp_path: Path) -> None:
    kinds = [kind for kind in KINDS if kind.name in ("github classic token", "aws access key id")]
    placed = write(tmp_path, [sample for kind in kinds for sample in written(kind, "a")[:6]])
    for name in ("pregate", "pregate, engine detect-secrets"):
        result = score(placed, ENGINES[name](tmp_path, list(placed)))
        assert result.total.found + result.total.missed == len(placed)
        assert result.total.false == 0
        assert result.total.recall > 0.5
