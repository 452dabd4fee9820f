"""The third step: a check sees both sides of a change together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pregate.cache import cache_at
from pregate.checks.base import Analysis, Compared, Comparison, Conclusion, Pair, Target
from pregate.config import Config
from pregate.errors import ScannerError
from pregate.model import (
    ChangeSet,
    Completed,
    Failed,
    Finding,
    Location,
    Outcome,
    Severity,
    Unread,
    UnreadReason,
)
from tests.engine.fakes import RULE, Build, Note, NoteCheck, Scan, Tree, Watch, finished


class PairCheck(NoteCheck):
    """Reports a note that the base lacks as introduced, one that it has as standing."""

    name = "note"

    def __init__(self, failure: str = "", broken: str = "") -> None:
        super().__init__(failure)
        self.broken = broken
        self.pairs: list[Pair] = []
        self.removed: list[Pair] = []
        self.compared = False

    @property
    def compares(self) -> bool:
        return True

    def analyse(self, target: Target) -> Analysis:
        if target.data == b"not mine\n":
            return Analysis(concerned=False)
        if target.data == b"unreadable\n":
            return Analysis(unread=(Unread(target.path, UnreadReason.UNPARSABLE, "odd"),))
        return super().analyse(target)

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        conclusion = super().conclude(analyses)
        return replace(conclusion, analyses=tuple(Analysis() for _ in analyses))

    def compare(self, pairs: Sequence[Pair], removed: Sequence[Pair], *, compared: bool) -> Comparison:
        if self.broken:
            raise ScannerError(self.broken, "Mend it.")
        self.pairs, self.removed, self.compared = list(pairs), list(removed), compared
        return Comparison(tuple(self._one(pair) for pair in pairs), ("compared the notes",))

    def _one(self, pair: Pair) -> Compared:
        known = {note.text for side in pair.bases for note in side.facts if isinstance(note, Note)}
        notes = [note for note in pair.head.facts if isinstance(note, Note)]
        found = [(note.text in known, self._finding(note)) for note in notes]
        odd = tuple(
            Unread("a.txt", UnreadReason.NOT_AUDITED, "odd", n.line) for n in notes if "odd" in n.text
        )
        return Compared(tuple(f for old, f in found if not old), tuple(f for old, f in found if old), odd)

    def _finding(self, note: Note) -> Finding:
        place = Location("a.txt", note.line, 1, note.line, len(note.text) + 1)
        return Finding(replace(RULE, id="note/PAIR"), note.text, place, Severity.HIGH)


def scan(tree: Tree, change: ChangeSet, check: PairCheck) -> Outcome:
    build, config = Build((check,)), Config(jobs=1)
    (outcome,) = Scan(change, (check,), tree, cache_at(None), config, build, finished, Watch()).run()
    return outcome


def test_findings_of_a_comparison_are_new_or_standing_by_definition() -> None:
    tree = Tree({"base": {"a.txt": b"note 1\n"}, "head": {"a.txt": b"note 1\nnote 2\n"}})
    check = PairCheck()
    outcome = scan(tree, tree.change(), check)
    assert isinstance(outcome, Completed)
    assert [(c.finding.message, c.introduced, c.in_diff) for c in outcome.candidates] == [
        ("note 2", True, True),
        ("note 1", False, True),
    ]
    assert all(c.finding.snippet and c.finding.anchor for c in outcome.candidates)
    assert outcome.notes == ("asked the notes", "compared the notes")
    assert check.compared


def test_equal_findings_of_both_sorts_are_told_apart() -> None:
    tree = Tree({"base": {"a.txt": b"note 1\n"}, "head": {"a.txt": b"note 1\nnote 1\n"}})
    outcome = scan(tree, tree.change(), PairCheck())
    assert isinstance(outcome, Completed)
    assert {c.finding.ordinal for c in outcome.candidates} == {0, 1}


def test_without_a_comparison_there_are_no_bases() -> None:
    tree = Tree({"head": {"a.txt": b"note 1\n"}})
    check = PairCheck()
    outcome = scan(tree, tree.all(), check)
    assert isinstance(outcome, Completed)
    assert [(c.introduced, c.in_diff) for c in outcome.candidates] == [(True, False)]
    assert (check.pairs[0].bases, check.removed, check.compared) == ((), [], False)


def test_files_that_lost_everything_are_paired_and_unread_ones_are_not() -> None:
    base = {"a.txt": b"note 1\n", "b.txt": b"note 2\n", "c.txt": b"note 3\n"}
    head = {"a.txt": b"not mine\n", "b.txt": b"nothing\n", "c.txt": b"unreadable\n"}
    tree = Tree({"base": base, "head": head})
    check = PairCheck()
    scan(tree, tree.change(), check)
    assert [[f.to_json() for side in pair.bases for f in side.facts] for pair in check.pairs] == [
        [["note 1", 1]],
        [["note 2", 1]],
    ]


def test_removed_files_are_handed_over_where_the_change_is_judged_as_one() -> None:
    tree = Tree({"base": {"gone.txt": b"note 1\n", "gone.png": b"x"}, "head": {"a.txt": b"note 2\n"}})
    change = replace(tree.change(), removed=("gone.txt", "gone.png", "never.txt"))
    check = PairCheck()
    scan(tree, change, check)
    assert [[f.to_json() for f in pair.bases[0].facts] for pair in check.removed] == [[["note 1", 1]]]
    single = replace(change, files=tuple(replace(file, commit="head") for file in change.files))
    scan(tree, single, check)
    assert check.removed == []
    assert (check.pairs[0].commit, check.pairs[0].paths) == ("head", ("a.txt",))


def test_a_pair_knows_where_its_versions_stand() -> None:
    tree = Tree({"base": {"old.txt": b"note 1\n"}, "head": {"a.txt": b"note 1\nnote 2\n"}})
    check = PairCheck()
    scan(tree, tree.change(a_txt="old.txt"), check)
    assert check.pairs[0].paths == ("a.txt", "old.txt")


def test_what_a_comparison_could_not_judge_is_listed_once() -> None:
    tree = Tree({"base": {}, "head": {"a.txt": b"note odd\n"}})
    outcome = scan(tree, tree.change(), PairCheck())
    assert isinstance(outcome, Completed)
    assert [(u.detail, u.line) for u in outcome.unread] == [("odd", 1)]


def test_a_comparison_that_fails_fails_the_check() -> None:
    tree = Tree({"base": {}, "head": {"a.txt": b"note\n"}})
    outcome = scan(tree, tree.change(), PairCheck(broken="it broke"))
    assert isinstance(outcome, Failed)
    assert (outcome.message, outcome.hint) == ("it broke", "Mend it.")


def test_a_check_that_failed_before_is_not_asked_to_compare() -> None:
    tree = Tree({"base": {}, "head": {"a.txt": b"note\n"}})
    check = PairCheck(failure="no conclusion")
    assert isinstance(scan(tree, tree.change(), check), Failed)
    assert check.pairs == []
