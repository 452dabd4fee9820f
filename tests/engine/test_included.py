"""Results that depend on other files: recalled while these are the same, and never when one is not."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.cache import Cache, cache_at
from pregate.checks.base import Analysis, Target
from pregate.config import Config
from pregate.engine.included import Included
from pregate.engine.scene import Scene
from pregate.model import Blob, ChangeSet, Completed, Mode, Unread, UnreadReason
from tests.engine.fakes import Build, Note, Scan, Tree, Watch, WordCheck, finished
from tests.engine.test_portions import whole

FOLDER = b"include parts/*.inc\n"


def scan(
    tree: Tree, cache: Cache, check: WordCheck | None = None, change: ChangeSet | None = None
) -> Completed:
    check = check or WordCheck()
    tree.reads.clear()
    change = change or whole(tree)
    scan = Scan(change, (check,), tree, cache, Config(jobs=1), Build((check,)), finished, Watch())
    outcome = scan.run()[0]
    assert isinstance(outcome, Completed), outcome
    return replace(outcome, counts=replace(outcome.counts, cached=0, seconds=0.0))


def warm(tree: Tree, place: Path) -> Completed:
    with cache_at(place) as cache:
        return scan(tree, cache)


def paths(outcome: Completed) -> list[str]:
    return sorted(candidate.finding.location.path for candidate in outcome.candidates)


def test_a_file_is_not_read_again_while_all_that_it_reads_is_the_same(tmp_path: Path) -> None:
    tree = Tree({"head": {"a.txt": b"include b.inc\n", "b.inc": b"include c.inc\nbad\n", "c.inc": b"bad\n"}})
    first = warm(tree, tmp_path)
    assert paths(first) == ["b.inc", "c.inc"]
    assert warm(tree, tmp_path) == first
    assert tree.reads == []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"b.inc": b"good\n"}, {"b.inc": b"bad\n"}, ["b.inc"]),
        ({}, {"b.inc": b"bad\n"}, ["b.inc"]),
        ({"b.inc": b"bad\n"}, {}, []),
        ({"b.inc": b"include c.inc\n"}, {"b.inc": b"include c.inc\n", "c.inc": b"bad\n"}, ["c.inc"]),
        ({"parts/x.inc": b"good\n"}, {"parts/x.inc": b"good\n", "parts/y.inc": b"bad\n"}, ["parts/y.inc"]),
        ({"parts/x.inc": b"bad\n"}, {"parts/y.inc": b"good\n"}, []),
    ],
)
def test_it_is_analysed_anew_where_one_of_them_changes_comes_or_goes(
    before: dict[str, bytes], after: dict[str, bytes], found: list[str], tmp_path: Path
) -> None:
    both = {"a.txt": b"include b.inc\n" + FOLDER}
    warm(Tree({"head": both | before}), tmp_path)
    assert paths(warm(Tree({"head": both | after}), tmp_path)) == found


def test_what_it_reads_is_told_apart_by_the_revision_that_is_judged(tmp_path: Path) -> None:
    files = {"a.txt": b"include b.inc\n"}
    tree = Tree({"one": files | {"b.inc": b"bad\n"}, "two": files | {"b.inc": b"good\n"}})
    for _ in range(2):
        for revision, found in (("one", ["b.inc"]), ("two", [])):
            with cache_at(tmp_path) as cache:
                assert paths(scan(tree, cache, change=tree.all(revision))) == found


class Moody(Tree):
    """What is called ``b.inc`` cannot always be read."""

    reason: UnreadReason | None = None

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        if self.reason and blob.path == "b.inc":
            return Unread(blob.path, self.reason, "not now")
        return super().read(blob, limit)


@pytest.mark.parametrize("reason", [UnreadReason.MISSING, UnreadReason.BINARY, UnreadReason.TOO_LARGE])
def test_without_all_that_it_reads_nothing_is_kept(reason: UnreadReason, tmp_path: Path) -> None:
    tree = Moody({"head": {"a.txt": b"include b.inc\n", "b.inc": b"bad\n"}})
    tree.reason = reason
    assert paths(warm(tree, tmp_path)) == []
    tree.reason = None
    assert paths(warm(tree, tmp_path)) == ["b.inc"]


class Copying(WordCheck):
    """Makes facts of the text that it reads."""

    facts_hold_text = True

    def analyse(self, target: Target) -> Analysis:
        texts = [target.data, *(data for _, data in target.included)]
        return Analysis(facts=tuple(Note(text.decode(), 1) for text in texts))


def test_facts_with_the_text_of_several_files_are_not_kept(tmp_path: Path) -> None:
    tree = Tree({"head": {"a.txt": b"include b.inc\n", "b.inc": b"good\n"}})
    for _ in range(2):
        with cache_at(tmp_path) as cache:
            scan(tree, cache, Copying())
        assert tree.reads == ["a.txt", "b.inc"]


@pytest.mark.parametrize(
    "known",
    [5, [], [["b.inc"]], [[5], []], [["b.inc"], [["b.inc", 33188, "0"]]], ["b.inc", []], [[["b"]], []]],
)
def test_what_is_no_word_on_the_files_beside_one_holds_nowhere(known: object) -> None:
    tree = Tree({"head": {"b.inc": b"good\n"}})
    included = Included(Scene(tree.all(), tree, Config(), {}, ()))
    told = included.beside("head", {"b.inc", "c.inc"})
    assert told == [["b.inc", "c.inc"], [["b.inc", Mode.FILE, tree.blob("head", "b.inc").oid]]]
    assert included.is_beside("head", json.loads(json.dumps(told)))
    assert not included.is_beside("head", known)  # type: ignore[arg-type]


def test_of_very_many_names_nothing_is_kept() -> None:
    tree = Tree({"head": {}})
    included = Included(Scene(tree.all(), tree, Config(), {}, ()))
    assert included.beside("head", {f"{n}.inc" for n in range(300)}) is None


NAMES = ("a.txt", "b.txt", "c.inc", "parts/d.inc", "parts/e.inc", "f.txt")
WORDS = (b"bad\n", b"good\n", b"bad # fine\n", b"broken file\n", b"not mine\n", FOLDER)
LINES = (*WORDS, *(b"include %s\n" % name.encode() for name in NAMES))
TREES = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(LINES), max_size=3).map(b"".join))


@settings(max_examples=50, deadline=None)
@given(trees=st.lists(TREES, min_size=2, max_size=5))
def test_whatever_changes_a_scan_with_a_cache_tells_what_one_without_does(
    trees: Sequence[dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("cache")
    for files in trees:
        tree = Tree({"head": dict(sorted({**files, "z.txt": b"good\n"}.items()))})
        fresh = scan(tree, Cache())
        assert warm(tree, place) == fresh
        assert warm(tree, place) == fresh


class Strict(Tree):
    """A tree that looks for nothing where one path is none, as git does."""

    def find_all(self, revision: str, paths: Iterable[str]) -> dict[str, Blob]:
        _refuse_none(paths)
        return super().find_all(revision, paths)

    def listing(self, revision: str, folders: Collection[str] | None = None) -> Iterable[str]:
        _refuse_none(folders or ())
        return super().listing(revision, folders)


def _refuse_none(paths: Iterable[str]) -> None:
    if any("\0" in path for path in paths):
        raise ValueError("embedded null byte")


@pytest.mark.parametrize("name", ["parts/b.inc", "parts/*.inc"])
@pytest.mark.parametrize("nothing", ["\0", "\0/*"])
def test_what_an_entry_names_that_is_no_path_hides_nothing_that_is_there(name: str, nothing: str) -> None:
    tree = Strict({"head": {"a.txt": b"", "parts/b.inc": b"bad\n"}})
    check = WordCheck()
    included = Included(Scene(whole(tree), tree, Config(), {}, ()))
    assert not included.is_beside("head", [[nothing, name], []])
    target = included.together(check, Target("a.txt", b""), "head", [name])
    assert [path for path, _ in target.included] == ["parts/b.inc"]
