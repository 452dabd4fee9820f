"""A tree whose results are known in portions: it is not looked at, and everything is told as before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pregate.cache import cache_at
from pregate.changes.tree_files import TreeFiles
from pregate.config import Config
from pregate.engine import portions
from pregate.model import Blob, ChangeSet, Completed, Failed, Mode, Outcome, Unread, UnreadReason
from tests.engine.fakes import Build, Scan, Tree, Watch, WordCheck, finished

COUNT = 600


class Counting(WordCheck):
    """Remembers which files it was asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def concerns(self, path: str, *, executable: bool) -> bool:
        self.asked.append(path)
        return super().concerns(path, executable=executable)


def tree_of(**special: bytes) -> Tree:
    """Many files without anything, and these: ``a_txt`` is ``a.txt``."""
    files = {f"f{n:04}.txt": b"good %d\n" % n for n in range(COUNT)}
    files |= {name.replace("_", "."): data for name, data in special.items()}
    return Tree({"head": dict(sorted(files.items()))})


def whole(tree: Tree, modes: dict[str, Mode] | None = None) -> ChangeSet:
    """The tree as git lists it."""
    blobs = (tree.blob("head", path) for path in tree.files["head"])
    mode = dict.fromkeys(tree.files["head"], Mode.FILE) | (modes or {})
    listing = "".join(f"{mode[b.path]:06o} blob {b.oid}\t{b.path}\0" for b in blobs)
    return ChangeSet(TreeFiles(listing.encode(), "head"), "a tree", False, "head", "head", is_whole=True)


def scan(
    tree: Tree,
    place: Path,
    check: WordCheck | None = None,
    config: Config | None = None,
    change: ChangeSet | None = None,
) -> Outcome:
    with cache_at(place) as cache:
        check = check or WordCheck()
        tree.reads.clear()
        build = Build((check,))
        change = change or whole(tree)
        scan = Scan(change, (check,), tree, cache, config or Config(jobs=1), build, finished, Watch())
        return scan.run()[0]


def told(outcome: Outcome) -> Completed:
    """The outcome without what depends on the cache."""
    assert isinstance(outcome, Completed), outcome
    return replace(outcome, counts=replace(outcome.counts, cached=0, seconds=0.0))


def entries(place: Path) -> list[tuple[bytes, bytes]]:
    with closing(sqlite3.connect(place / "results-1.sqlite")) as connection, connection:
        rows = connection.execute("SELECT key, value FROM results").fetchall()
    return [(key, value) for key, value in rows if value[16:24] == b'{"word":']


SPECIAL = {
    "a_txt": b"bad\nbad # fine\n",
    "b_txt": b"bad # pregate: ignore[word/BAD] -- for a test\n",
    "c_txt": b"broken file\n",
    "d_txt": b"not mine\n",
    "e_txt": b"include f0001.txt\n",
    "x_txt": b"bad\n",
}


def test_a_known_tree_is_told_as_before_without_a_look_at_its_files(tmp_path: Path) -> None:
    tree, config = tree_of(**SPECIAL), Config(jobs=1, exclude=("x.*",))
    first = scan(tree, tmp_path, config=config)
    check = Counting()
    second = scan(tree, tmp_path, check, config)
    assert told(first) == told(second)
    assert isinstance(second, Completed)
    assert (second.counts.concerned, second.counts.excluded) == (COUNT + 4, 1)
    assert second.counts.cached == COUNT + 5
    assert check.asked == []
    assert tree.reads == []


def test_a_changed_file_costs_its_portion(tmp_path: Path) -> None:
    tree = tree_of()
    scan(tree, tmp_path)
    tree.files["head"]["f0300.txt"] = b"bad\n"
    check = Counting()
    outcome = told(scan(tree, tmp_path, check))
    assert [c.finding.location.path for c in outcome.candidates] == ["f0300.txt"]
    assert tree.reads == ["f0300.txt"]
    assert len(set(check.asked)) < COUNT
    assert told(scan(tree, tmp_path)) == outcome
    assert tree.reads == []


def test_another_version_or_other_exclusions_know_nothing(tmp_path: Path) -> None:
    tree = tree_of(a_txt=b"bad\n")
    scan(tree, tmp_path)
    newer = Counting()
    newer.version = "2"
    scan(tree, tmp_path, newer)
    assert len(tree.reads) == COUNT + 1
    outcome = scan(tree, tmp_path, config=Config(jobs=1, exclude=("f*",)))
    assert isinstance(outcome, Completed)
    assert (outcome.counts.concerned, outcome.counts.excluded) == (1, COUNT)


def test_a_file_that_becomes_executable_is_looked_at(tmp_path: Path) -> None:
    tree = tree_of(tool=b"bad\n")
    assert not told(scan(tree, tmp_path)).candidates
    again = scan(tree, tmp_path, change=whole(tree, {"tool": Mode.EXECUTABLE}))
    assert [c.finding.location.path for c in told(again).candidates] == ["tool"]


def test_a_file_that_names_one_which_comes_later_is_analysed_again(tmp_path: Path) -> None:
    tree = tree_of(a_txt=b"include later.inc\n")
    assert not told(scan(tree, tmp_path)).candidates
    tree = tree_of(a_txt=b"include later.inc\n", later_inc=b"bad\n")
    assert [c.finding.location.path for c in told(scan(tree, tmp_path)).candidates] == ["later.inc"]


def test_a_link_with_the_bytes_of_a_known_file_is_told_as_a_link(tmp_path: Path) -> None:
    tree = tree_of(a_txt=b"elsewhere")
    assert not told(scan(tree, tmp_path)).unread
    again = told(scan(tree, tmp_path, change=whole(tree, {"a.txt": Mode.SYMBOLIC_LINK})))
    assert [(u.path, u.reason) for u in again.unread] == [("a.txt", UnreadReason.SYMBOLIC_LINK)]


def test_a_file_over_a_lower_limit_is_told_as_too_large(tmp_path: Path) -> None:
    class Limited(Tree):
        def read(self, blob: Blob, limit: int) -> bytes | Unread:
            data = super().read(blob, limit)
            is_over = isinstance(data, bytes) and len(data) > limit
            return Unread(blob.path, UnreadReason.TOO_LARGE, "over the limit") if is_over else data

    tree = Limited(tree_of(a_txt=b"good" * 100).files)
    assert not told(scan(tree, tmp_path)).unread
    again = told(scan(tree, tmp_path, config=Config(jobs=1, max_file_size=300)))
    assert [(u.path, u.reason) for u in again.unread] == [("a.txt", UnreadReason.TOO_LARGE)]


def test_a_check_that_fails_leaves_nothing_known(tmp_path: Path) -> None:
    tree = tree_of(a_txt=b"scanner dies\n")
    assert isinstance(scan(tree, tmp_path), Failed)
    assert entries(tmp_path) == []
    assert isinstance(scan(tree, tmp_path), Failed)


def test_of_a_portion_without_a_check_that_failed_the_others_are_known(tmp_path: Path) -> None:
    class Failing(WordCheck):
        name = "failing"

    tree = tree_of(a_txt=b"bad\nscanner dies\n", b_txt=b"bad\n")

    def both(one: WordCheck, other: WordCheck) -> list[Outcome]:
        tree.reads.clear()
        with cache_at(tmp_path) as cache:
            config, build = Config(jobs=1), Build((one, other))
            return Scan(whole(tree), (one, other), tree, cache, config, build, finished, Watch()).run()

    class Hardy(Counting):
        def _misbehave(self, text: str) -> None:
            pass

    first, failed = both(Hardy(), Failing())
    assert isinstance(failed, Failed)
    known = Hardy()
    again, failed = both(known, Failing())
    assert told(again) == told(first)
    assert isinstance(failed, Failed)
    assert known.asked == []


def test_a_binary_file_is_told_of_again_without_being_read(tmp_path: Path) -> None:
    class Binary(Tree):
        def read(self, blob: Blob, limit: int) -> bytes | Unread:
            data = super().read(blob, limit)
            return Unread(blob.path, UnreadReason.BINARY, "a binary file") if data == b"\0" else data

    tree = Binary(tree_of(a_txt=b"\0").files)
    first = told(scan(tree, tmp_path))
    assert [(u.path, u.reason) for u in first.unread] == [("a.txt", UnreadReason.BINARY)]
    assert told(scan(tree, tmp_path)) == first
    assert tree.reads == []


@pytest.mark.parametrize("how", ["damaged", "of another key", "of no portion"])
def test_an_entry_that_is_wrong_is_not_believed(how: str, tmp_path: Path) -> None:
    tree = tree_of(**SPECIAL)
    first = scan(tree, tmp_path)
    known = entries(tmp_path)
    with closing(sqlite3.connect(tmp_path / "results-1.sqlite")) as connection, connection:
        for key, value in known:
            forged = value[:-1] + b"!" if how == "damaged" else known[0][1]
            connection.execute("UPDATE results SET value = ? WHERE key = ?", (forged, key))
    if how == "of no portion":
        with cache_at(tmp_path) as cache:
            cache.put(dict.fromkeys((key for key, _ in known), b'{"word":[99999,0,0,[],[]]}'))
    check = Counting()
    assert told(scan(tree, tmp_path, check)) == told(first)
    assert len(set(check.asked)) > COUNT // 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1,2,3]",
        b"[0,0,0,[]]",
        b"[1,0,0,[],[],0]",
        b"[-1,0,0,[],[]]",
        b"[true,0,0,[],[]]",
        b"[0,0,0,[1,1],[]]",
        b"[0,0,0,[2,1],[]]",
        b"[0,0,0,[64],[]]",
        b"[60,0,0,[1,2,3,4,5],[]]",
        b'[0,0,0,"12",[]]',
        b"[0,0,0,[[1]],[]]",
        b"[0,0,0,[1.0],[]]",
        b"[0,0,0,[1],[[2,{}]]]",
        b"[0,0,0,[1],[1]]",
        b"[0,0,0,[1],[[[],{}]]]",
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_tally_of_the_portion_is_none(data: bytes) -> None:
    good = b"[0,0,0,[],[]]"
    assert portions.load(b'{"word":%s,"other":%s}' % (data, good), 64).keys() <= {"other"}


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b"[" * 100_000, b"\xff", b'{"word":'])
def test_what_is_no_entry_of_a_portion_tells_nothing(data: bytes) -> None:
    assert portions.load(data, 64) == {}


def test_a_tally_is_read_as_it_was_written() -> None:
    tally = portions.Tally(quiet=50, foreign=3, excluded=2, loud=[9, 1, 63], held={9: {"findings": []}})
    data = portions.dump({"word": tally, "other": portions.Tally()})
    assert portions.load(data, 64) == {"word": replace(tally, loud=[1, 9, 63]), "other": portions.Tally()}
    assert portions.load(data, 0) == {"other": portions.Tally()}


@pytest.mark.parametrize("value", [b"{}", b"[]", b"7", b"null", b'{"findings":[[1]]}', b'{"findings":{}}'])
def test_a_result_of_another_shape_in_a_portion_is_looked_up_by_itself(value: bytes, tmp_path: Path) -> None:
    tree = tree_of(a_txt=b"bad\n")
    first = scan(tree, tmp_path)
    known = dict(entries(tmp_path))
    (key,) = (key for key, entry in known.items() if b'"findings"' in entry)
    start, pairs, _ = known[key][16:].partition(b"[[0,")
    with cache_at(tmp_path) as cache:
        cache.put({key: start + pairs + value + b"]]]}"})
    check = Counting()
    assert told(scan(tree, tmp_path, check)) == told(first)
    assert check.asked == []


def test_without_a_cache_every_file_is_looked_at() -> None:
    tree, check = tree_of(a_txt=b"bad\n"), Counting()
    scan = Scan(
        whole(tree), (check,), tree, cache_at(None), Config(jobs=1), Build((check,)), finished, Watch()
    ).run()
    assert len(told(scan[0]).candidates) == 1
    assert len(check.asked) == COUNT + 1
