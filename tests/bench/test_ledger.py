"""The bench's figures beside those recorded."""

from pathlib import Path

from bench.ledger import Ledger


def _ledger(path: Path, record: bool = True) -> Ledger:
    return Ledger(record, path / "recorded.json")


def test_a_figure_that_was_never_recorded_says_so(tmp_path: Path) -> None:
    assert _ledger(tmp_path).figure("hook.cold", 0.5, "x", "≤ 0.6").endswith("not recorded before")


def test_a_figure_is_shown_beside_the_recorded_one(tmp_path: Path) -> None:
    first = _ledger(tmp_path)
    first.figure("hook.cold", 0.5, "x")
    first.close()
    assert "0.5 on 2" in _ledger(tmp_path).figure("hook.cold", 0.51, "x")


def test_what_got_slower_is_worse_and_what_got_faster_is_better(tmp_path: Path) -> None:
    first = _ledger(tmp_path)
    first.figure("hook.cold", 1.0, "s")
    first.figure("history.speed", 10.0, "MB/s", higher_is_better=True)
    first.close()
    later = _ledger(tmp_path)
    assert later.figure("hook.cold", 1.5, "s").endswith("50% WORSE")
    assert later.figure("hook.cold", 0.5, "s").endswith("50% better")
    assert later.figure("history.speed", 5.0, "MB/s", higher_is_better=True).endswith("50% WORSE")


def test_nothing_is_written_unless_it_is_to_be_recorded(tmp_path: Path) -> None:
    ledger = _ledger(tmp_path, record=False)
    ledger.figure("hook.cold", 0.5, "x")
    ledger.close()
    assert not ledger.recorded()


def test_other_figures_of_the_file_are_kept(tmp_path: Path) -> None:
    for name in ("b", "a"):
        ledger = _ledger(tmp_path)
        ledger.figure(name, 1.0, "x")
        ledger.close()
    assert list(_ledger(tmp_path).recorded()) == ["a", "b"]
