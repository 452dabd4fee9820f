"""Suppressions in comments, through the engine: what they cover, and whom they are told to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pregate.cache import Cache, cache_at
from pregate.config import Config
from pregate.engine.pragmas import suppress
from pregate.model import Candidate, ChangeSet, Completed, Finding, Location, Rule, Severity, Suppression
from pregate.suppressions.inline import pragmas_in
from tests.engine.fakes import RULE, Build, NoteCheck, Scan, Tree, Watch, WordCheck, finished
from tests.engine.test_compare import PairCheck

MARK = "pregate: " + "ignore"
FINE = f'# {MARK}[word/BAD] reason="known"'


class OtherCheck(WordCheck):
    """The same under another name."""

    name = "other"

    def rules(self) -> tuple[Rule, ...]:
        return (replace(RULE, id="other/BAD"),)


def scan(
    tree: Tree, change: ChangeSet, *checks: WordCheck | NoteCheck, cache: Cache | None = None
) -> list[Completed]:
    checks = checks or (WordCheck(),)
    held = cache or cache_at(None)
    outcomes = Scan(change, checks, tree, held, Config(jobs=1), Build(checks), finished, Watch()).run()
    assert all(isinstance(o, Completed) for o in outcomes), outcomes
    return [o for o in outcomes if isinstance(o, Completed)]


def whole(text: str, *checks: WordCheck | NoteCheck, path: str = "a.txt") -> list[Completed]:
    tree = Tree({"head": {path: text.encode()}})
    return scan(tree, tree.all(), *checks)


def changed(before: str, after: str, *checks: WordCheck | NoteCheck) -> list[Candidate]:
    tree = Tree({"base": {"a.txt": before.encode()}, "head": {"a.txt": after.encode()}})
    (outcome,) = scan(tree, tree.change(), *checks)
    return list(outcome.candidates)


def told(candidates: list[Candidate]) -> list[tuple[bool, bool, bool]]:
    return [(bool(c.finding.suppressed_by), c.introduced, c.standing) for c in candidates]


def test_a_finding_says_by_what_it_is_suppressed() -> None:
    (outcome,) = whole(f"bad {FINE}\nbad\n")
    (pragma,) = outcome.pragmas
    first, second = (c.finding for c in outcome.candidates)

    assert (first.suppression, first.suppressed_by) == (pragma, f'{MARK}[word/BAD] reason="known"')
    assert (second.suppression, second.suppressed_by) == (None, "")


def test_the_comment_is_no_part_of_what_a_finding_is_known_by() -> None:
    first, second = (c.finding.anchor for c in whole(f"bad {FINE}\nbad\n")[0].candidates)

    assert first == second


def test_what_the_scanner_suppresses_itself_stays_so() -> None:
    (outcome,) = whole(f"bad # fine {FINE}\n")
    (candidate,) = outcome.candidates

    assert (candidate.finding.suppressed_by, candidate.finding.suppression) == ("# fine", None)
    assert len(outcome.pragmas) == 1


def test_findings_of_the_second_step_are_covered() -> None:
    (outcome,) = whole(f"# {MARK}[note]\nnote one\nnote two\n", NoteCheck())

    assert [bool(c.finding.suppression) for c in outcome.candidates] == [True, False]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("bad\n", f"bad {FINE}\n", [(True, True, True)]),
        (f"bad {FINE}\n", "bad\n", [(False, True, True)]),
        (f"bad {FINE}\n", f"x\nbad {FINE}\n", [(True, False, True)]),
        ("x\n", f"bad {FINE}\n", [(True, True, False)]),
        ("bad\n", "x\nbad\n", [(False, False, True)]),
        ("bad\n", f"bad\nbad {FINE}\n", [(False, False, True), (True, True, False)]),
        ("bad\nbad\n", f"bad {FINE}\nbad\n", [(True, True, True), (False, False, True)]),
    ],
)
def test_a_change_of_the_comment_is_told_from_one_of_the_finding(
    before: str, after: str, wanted: list[tuple[bool, bool, bool]]
) -> None:
    assert told(changed(before, after)) == wanted


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("note 1\n", "x\nnote 1\n", (False, False, True)),
        ("note 1\n", f"# {MARK}[note]\nnote 1\n", (True, True, True)),
        (f"# {MARK}[note]\nnote 1\n", "note 1\n", (False, True, True)),
        (f"# {MARK}[note]\nnote 1\n", f"x\n# {MARK}[note]\nnote 1\n", (True, False, True)),
        ("x\n", f"# {MARK}[note]\nnote 1\n", (True, True, False)),
    ],
)
def test_so_it_is_for_findings_of_a_comparison(
    before: str, after: str, wanted: tuple[bool, bool, bool]
) -> None:
    assert told(changed(before, after, PairCheck())) == [wanted]


def test_each_comment_is_told_to_the_check_that_it_addresses() -> None:
    rules = ("[other/BAD]", "[word/*]", "[word]", "[BAD]", "[wrod/X]", "[semgrep/X]", "")
    text = "".join(f"# {MARK}{rule}\n" for rule in rules)
    word, other = whole(text, WordCheck(), OtherCheck())

    assert [p.rule for p in word.pragmas] == ["word/*", "word", "BAD", "wrod/X", ""]
    assert [p.rule for p in other.pragmas] == ["other/BAD", "BAD"]


def test_of_a_check_that_did_not_run_nothing_can_be_said() -> None:
    (outcome,) = whole(f"# {MARK}[secrets/X]\n# {MARK}[word/OLD]\n# {MARK}[B602]\n")

    assert [p.rule for p in outcome.pragmas] == ["word/OLD"]


def test_a_file_that_cannot_be_read_tells_of_none() -> None:
    (outcome,) = whole(f"# {MARK}[word/BAD]\nbroken file\n")

    assert outcome.pragmas == ()


def test_the_comments_of_an_included_file_cover_it_and_are_told_where_they_are_of_use() -> None:
    inner = f"bad {FINE}\n# {MARK}[word/OLD]\n# {MARK}[other/BAD]\n"
    tree = Tree({"head": {"a.txt": b"include b.inc\n", "b.inc": inner.encode()}})
    (outcome,) = scan(tree, tree.all())

    assert [c.finding.suppression is not None for c in outcome.candidates] == [True]
    assert [p.rule for p in outcome.pragmas] == ["word/BAD", "word/OLD"]


def test_they_are_remembered_with_the_results(tmp_path: Path) -> None:
    tree = Tree({"head": {"a.txt": f"bad {FINE}\n".encode(), "b.txt": f"# {MARK}[word/OLD]\n".encode()}})
    with cache_at(tmp_path / "cache") as cache:
        first = scan(tree, tree.all(), cache=cache)
        tree.reads.clear()
        second = scan(tree, tree.all(), cache=cache)

    assert tree.reads == []
    assert first[0].pragmas == second[0].pragmas
    assert first[0].candidates == second[0].candidates


def test_no_secret_of_the_file_is_repeated() -> None:
    value = "AKIA" + "QWERTYUIOPASDFGH"
    text = f'bad  # {MARK}[word/BAD] reason="the key {value}" owner={value}\n'
    text += f'key = "{value}"\n# {MARK}[{value}]\n'
    (outcome,) = whole(text)

    assert value not in repr(outcome)
    assert [p.rule for p in outcome.pragmas] == ["word/BAD", ""]


def finding(line: int, last: int = 0, path: str = "a.py") -> Finding:
    place = Location(path, line, 1, last or line, 2)
    return Finding(Rule("word/BAD", "t", "d", "r", Severity.HIGH), "m", place, Severity.HIGH)


def covering(text: str) -> tuple[Suppression, ...]:
    return pragmas_in("a.py", text.encode())


@pytest.mark.parametrize(
    "lines",
    [(1, 1, False), (2, 2, True), (1, 4, True), (3, 3, False), (4, 4, True), (5, 5, True), (6, 9, False)],
)
def test_a_finding_is_covered_that_touches_its_lines(lines: tuple[int, int, bool]) -> None:
    first, last, is_covered = lines
    text = f"x\ny {FINE}\nz\n    {FINE}\ncode\nmore\n"
    (found,) = suppress((finding(first, last),), covering(text))

    assert bool(found.suppression) is is_covered


def test_a_finding_of_another_file_is_not() -> None:
    (found,) = suppress((finding(1, path="b.py"),), covering(f"x {FINE}"))

    assert found.suppression is None


def test_of_several_the_one_that_lasts_longest_counts() -> None:
    days = (("word", "2026-01-01"), ("BAD", "2027-01-01"), ("word/BAD", "2026-06-01"))
    text = "x" + "".join(f" # {MARK}[{rule}] until={day}" for rule, day in days)
    (found,) = suppress((finding(1),), covering(text))

    assert found.suppression is not None
    assert found.suppression.rule == "BAD"
