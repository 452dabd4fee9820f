"""The engine over change sets: what is new, what is cached, what was not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pregate.cache import Cache, cache_at
from pregate.checks.base import Analysis, Conclusion, Target
from pregate.config import Config
from pregate.engine import workers
from pregate.model import (
    Candidate,
    ChangeSet,
    Completed,
    Failed,
    Outcome,
    Skipped,
    SkipReason,
    Unread,
    UnreadReason,
)
from tests.engine.fakes import Build, Note, NoteCheck, Scan, Tree, Watch, WordCheck, finished


def scan(
    tree: Tree,
    change: ChangeSet,
    *checks: WordCheck | NoteCheck,
    cache: Cache | None = None,
    config: Config | None = None,
    timeout: int = 20,
) -> list[Outcome]:
    checks = checks or (WordCheck(),)
    held = cache or cache_at(None)
    build = Build(checks, timeout)
    return Scan(change, checks, tree, held, config or Config(jobs=1), build, finished, Watch()).run()


def completed(outcome: Outcome) -> Completed:
    assert isinstance(outcome, Completed), outcome
    return outcome


def new(outcome: Outcome) -> list[int]:
    return [c.finding.location.start_line for c in completed(outcome).candidates if c.introduced]


def one(outcomes: list[Outcome]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def test_a_finding_that_the_base_had_is_not_new_wherever_it_moved() -> None:
    tree = Tree({"base": {"a.txt": b"bad one\n"}, "head": {"a.txt": b"new line\n\n   bad one\nbad two\n"}})
    assert new(one(scan(tree, tree.change()))) == [4]


def test_a_renamed_file_keeps_its_findings() -> None:
    tree = Tree({"base": {"old.txt": b"bad one\n"}, "head": {"b.txt": b"bad one\nbad two\n"}})
    assert new(one(scan(tree, tree.change(b_txt="old.txt")))) == [2]


def test_what_no_check_looked_at_before_its_renaming_is_new() -> None:
    tree = Tree({"base": {"old.png": b"bad one\n"}, "head": {"b.txt": b"bad one\n"}})
    assert new(one(scan(tree, tree.change(b_txt="old.png")))) == [1]


def test_what_was_excluded_before_its_renaming_is_new() -> None:
    tree = Tree({"base": {"old.txt": b"bad one\n"}, "head": {"b.txt": b"bad one\n"}})
    config = Config(exclude=("old.*",), jobs=1)
    assert new(one(scan(tree, tree.change(b_txt="old.txt"), config=config))) == [1]


def test_one_more_of_the_same_is_new_for_the_surplus() -> None:
    tree = Tree({"base": {"a.txt": b"bad\nbad\n"}, "head": {"a.txt": b"bad\nbad\nbad\n"}})
    outcome = completed(one(scan(tree, tree.change())))
    assert sum(c.introduced for c in outcome.candidates) == 1
    assert len(outcome.candidates) == 3


def test_removing_a_suppression_makes_its_finding_new() -> None:
    tree = Tree({"base": {"a.txt": b"bad # fine\n"}, "head": {"a.txt": b"bad\n"}})
    assert new(one(scan(tree, tree.change()))) == [1]


def test_findings_with_one_anchor_are_told_apart_by_their_discriminator() -> None:
    tree = Tree({"base": {"a.txt": b"bad keyed 1\n"}, "head": {"a.txt": b"bad keyed 2\n"}})
    assert new(one(scan(tree, tree.change(), WordCheck(keyed=True)))) == [1]


def test_a_whole_tree_has_no_base_and_everything_counts() -> None:
    tree = Tree({"head": {"a.txt": b"bad\n", "b.md": b"bad\n", "c.txt": b"good\n"}})
    outcome = completed(one(scan(tree, tree.all())))
    assert (outcome.counts.concerned, outcome.counts.analysed) == (2, 2)
    assert [c.introduced for c in outcome.candidates] == [True]


def test_every_finding_has_snippet_anchor_and_ordinal() -> None:
    tree = Tree({"head": {"a.txt": b"x\nbad\nbad\n"}})
    findings = [c.finding for c in completed(one(scan(tree, tree.all()))).candidates]
    assert [f.snippet for f in findings] == ["bad", "bad"]
    assert [f.ordinal for f in findings] == [0, 1]
    assert findings[0].anchor == findings[1].anchor != ""
    assert findings[0].fingerprint != findings[1].fingerprint


def test_no_concerned_file_is_a_skip_not_a_clean_result() -> None:
    tree = Tree({"head": {"b.md": b"bad\n", "c.txt": b"not mine\n"}})
    assert one(scan(tree, tree.all())) == Skipped("word", SkipReason.NO_TARGETS)


def test_excluded_files_are_counted() -> None:
    tree = Tree({"head": {"a.txt": b"bad\n", "vendor/b.txt": b"bad\n"}})
    outcome = completed(one(scan(tree, tree.all(), config=Config(exclude=("vendor/*",), jobs=1))))
    assert (outcome.counts.excluded, outcome.counts.analysed, len(outcome.candidates)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"broken file", "unparsable"), (b"too deep", "crashed"), (b"x" * 100, "too-large")],
)
def test_a_file_that_cannot_be_analysed_is_listed_and_loses_nothing_else(content: bytes, reason: str) -> None:
    tree = Tree({"head": {"a.txt": content, "b.txt": b"bad\n"}})
    outcome = completed(one(scan(tree, tree.all(), config=Config(max_file_size=50, jobs=1))))
    assert [(u.path, u.reason.value) for u in outcome.unread] == [("a.txt", reason)]
    assert (outcome.counts.concerned, outcome.counts.analysed, len(outcome.candidates)) == (2, 1, 1)


def test_a_file_that_takes_too_long_is_unread() -> None:
    tree = Tree({"head": {"a.txt": b"sleep"}})
    outcome = completed(one(scan(tree, tree.all(), timeout=1)))
    assert [u.reason.value for u in outcome.unread] == ["timed-out"]


def test_a_broken_scanner_fails_its_own_check_only() -> None:
    tree = Tree({"head": {"a.txt": b"scanner dies\nnote this\n"}})
    word, note = scan(tree, tree.all(), WordCheck(), NoteCheck())
    assert isinstance(word, Failed)
    assert (word.message, word.hint) == ("the scanner is broken", "Mend it.")
    assert len(completed(note).candidates) == 1


def test_the_second_step_may_fail_the_check() -> None:
    tree = Tree({"head": {"a.txt": b"note this\n"}})
    outcome = one(scan(tree, tree.all(), NoteCheck("no answer")))
    assert isinstance(outcome, Failed)
    assert outcome.message == "no answer"


class Settling(NoteCheck):
    """Says of each note that it is open, and in the second step that all but the first are settled."""

    def analyse(self, target: Target) -> Analysis:
        found = super().analyse(target)
        lines = [fact.line for fact in found.facts if isinstance(fact, Note)]
        return replace(
            found, unread=tuple(Unread("a.txt", UnreadReason.NOT_AUDITED, "open", n) for n in lines)
        )

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        done = super().conclude(analyses)
        (before,) = analyses
        first = replace(before.unread[0], detail="open; nobody answers")
        return replace(done, analyses=(replace(done.analyses[0], unread=(first,)),))


def test_what_the_second_step_settles_is_no_longer_unread_and_what_it_explains_is_told_once() -> None:
    tree = Tree({"head": {"a.txt": b"note one\nnote two\n"}})
    outcome = completed(one(scan(tree, tree.all(), Settling())))
    assert [(u.line, u.detail) for u in outcome.unread] == [(1, "open; nobody answers")]


def test_findings_of_the_second_step_are_compared_with_the_base_too() -> None:
    tree = Tree({"base": {"a.txt": b"note one\n"}, "head": {"a.txt": b"\nnote one\nnote two\n"}})
    outcome = completed(one(scan(tree, tree.change(), NoteCheck())))
    assert new(outcome) == [3]
    assert outcome.notes == ("asked the notes",)
    assert [c.finding.snippet for c in outcome.candidates] == ["note one", "note two"]


def test_a_second_run_takes_everything_from_the_cache(tmp_path: Path) -> None:
    tree = Tree({"head": {"a.txt": b"bad\nnote\n", "b.txt": b"good\n"}})
    with cache_at(tmp_path) as cache:
        first = scan(tree, tree.all(), WordCheck(), NoteCheck(), cache=cache)
        tree.reads.clear()
        second = scan(tree, tree.all(), WordCheck(), NoteCheck(), cache=cache)
    assert completed(second[0]).counts.cached == 2
    assert [completed(o).candidates for o in first] == [completed(o).candidates for o in second]
    assert tree.reads == ["a.txt"]  # once, for the snippet of the second step's finding


def test_another_version_of_a_check_does_not_use_the_results_of_this_one(tmp_path: Path) -> None:
    tree = Tree({"head": {"a.txt": b"bad\n"}})
    with cache_at(tmp_path) as cache:
        scan(tree, tree.all(), cache=cache)
        newer = WordCheck()
        newer.version = "2"
        assert completed(one(scan(tree, tree.all(), newer, cache=cache))).counts.cached == 0


def test_keyed_findings_are_analysed_again_where_versions_are_compared(tmp_path: Path) -> None:
    tree = Tree(
        {"base": {"a.txt": b"bad keyed 1\n"}, "head": {"a.txt": b"bad keyed 2\n", "b.txt": b"good\n"}}
    )
    with cache_at(tmp_path) as cache:
        scan(tree, tree.all(), WordCheck(keyed=True), cache=cache)
        outcome = completed(one(scan(tree, tree.change(), WordCheck(keyed=True), cache=cache)))
    assert new(outcome) == [1]
    assert outcome.counts.cached == 1


def test_a_failed_analysis_is_not_kept(tmp_path: Path) -> None:
    tree = Tree({"head": {"a.txt": b"too deep\n", "b.txt": b"scanner dies"}})
    with cache_at(tmp_path) as cache:
        scan(tree, tree.all(), cache=cache)
        scan(tree, tree.all(), cache=cache)
    assert tree.reads == ["a.txt", "b.txt"] * 2


def test_an_included_file_is_analysed_with_the_one_that_includes_it_and_told_once() -> None:
    tree = Tree({"head": {"a.txt": b"include c.inc\n", "b.txt": b"include c.inc\n", "c.inc": b"bad\n"}})
    outcome = completed(one(scan(tree, tree.all())))
    assert [(c.finding.location.path, c.finding.snippet) for c in outcome.candidates] == [("c.inc", "bad")]


def test_a_changed_included_file_brings_those_that_include_it() -> None:
    tree = Tree(
        {
            "base": {"a.txt": b"include c.inc\n", "c.inc": b"bad old\n"},
            "head": {"a.txt": b"include c.inc\n", "c.inc": b"bad old\nbad new\n"},
        }
    )
    outcome = completed(one(scan(tree, tree.change())))
    assert new(outcome) == [2]


def test_a_removed_included_file_brings_those_that_include_it() -> None:
    text = b"include c.inc\nbad\n"
    tree = Tree({"base": {"a.txt": text, "c.inc": b"bad\n"}, "head": {"a.txt": text}})
    change = replace(tree.change(), removed=("c.inc",))
    outcome = completed(one(scan(tree, change)))
    assert change.files == ()
    assert outcome.counts.analysed == 1
    assert new(outcome) == []


def test_files_that_include_each_other_end() -> None:
    tree = Tree({"head": {"a.txt": b"include b.txt\nbad\n", "b.txt": b"include a.txt\nbad\n"}})
    outcome = completed(one(scan(tree, tree.all())))
    assert sorted(c.finding.location.path for c in outcome.candidates) == ["a.txt", "b.txt"]


def many(count: int) -> Tree:
    return Tree({"head": {f"{n}.txt": b"bad %d\n" % n for n in range(count)}})


def candidates(outcome: Outcome) -> list[Candidate]:
    return sorted(completed(outcome).candidates, key=lambda c: c.finding.location)


def test_many_processes_find_what_one_finds() -> None:
    tree = many(60)
    heavy = WordCheck(cost=workers.WORTH_A_POOL // 200)
    alone = one(scan(tree, tree.all(), WordCheck()))
    together = one(scan(tree, tree.all(), heavy, config=Config(jobs=2)))
    assert candidates(together) == candidates(alone)


def test_a_file_that_takes_all_memory_is_unread_and_loses_nothing_else() -> None:
    tree = many(60)
    tree.files["head"]["30.txt"] = b"take all memory"
    heavy = WordCheck(cost=workers.WORTH_A_POOL // 200)
    outcome = completed(one(scan(tree, tree.all(), heavy, config=Config(jobs=2))))
    assert [(u.path, u.reason.value) for u in outcome.unread] == [("30.txt", "crashed")]
    assert len(outcome.candidates) == 59


def test_a_file_that_kills_its_process_is_unread_and_loses_nothing_else() -> None:
    tree = many(60)
    tree.files["head"]["30.txt"] = b"kill the process"
    heavy = WordCheck(cost=workers.WORTH_A_POOL // 200)
    outcome = completed(one(scan(tree, tree.all(), heavy, config=Config(jobs=2))))
    assert [(u.path, u.reason.value) for u in outcome.unread] == [("30.txt", "crashed")]
    assert (outcome.counts.analysed, len(outcome.candidates)) == (59, 59)
