"""A conclusion that may stand for a file is made once; whatever it depends on has it made again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from pregate.cache import Cache
from pregate.checks.base import Analysis, Conclusion, Json, Target
from pregate.config import Config
from pregate.engine import settling
from pregate.engine.scan import Scan
from pregate.errors import ScannerError
from pregate.model import Completed, Failed, Mode, Outcome, Unread, UnreadReason
from tests.engine.fakes import Build, Tree, Watch, WordCheck, finished


class Memory(Cache):
    """A cache that no file holds."""

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}

    @property
    def is_open(self) -> bool:
        return True

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        return {key: self.held[key] for key in keys if key in self.held}

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        self.held.update(entries)


@dataclass(frozen=True)
class Word:
    text: str

    def to_json(self) -> Json:
        return self.text


class Quiet(WordCheck):
    """Finds words in a file and those that it includes, and says something of ``loud`` ones in the end."""

    name = "quiet"

    def __init__(self, standing: str = "as ever", moves: bool = False, fails: bool = False) -> None:
        super().__init__()
        self.stands, self.moves, self.fails = standing, moves, fails
        self.is_cacheable = False
        self.analysed: list[str] = []

    def standing(self) -> str:
        return self.stands

    def analyse(self, target: Target) -> Analysis:
        self.analysed.append(target.path)
        texts = [target.data, *(data for _, data in target.included)]
        words = tuple(Word(word) for text in texts for word in text.decode().split())
        return Analysis(cacheable=self.is_cacheable, facts=words)

    def fact_from_json(self, value: Json) -> Word:
        if not isinstance(value, str):
            raise ValueError("no word")
        return Word(value)

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        if self.moves:
            self.stands += "!"
        if self.fails:
            raise ScannerError("broken")
        loud = [Word("loud") in a.facts for a in analyses]
        done = [
            replace(a, unread=(Unread("a.txt", UnreadReason.NOT_AUDITED, "loud", 1),) if is_loud else ())
            for a, is_loud in zip(analyses, loud, strict=True)
        ]
        kept = [None if is_loud else Analysis(facts=(Word("kept"),)) for is_loud in loud]
        return Conclusion(tuple(done), settled=tuple(kept))


def run(tree: Tree, cache: Cache, check: Quiet | None = None, config: Config | None = None) -> list[str]:
    """Which files had to be analysed."""
    check = check or Quiet()
    told(tree, cache, check, config)
    return check.analysed


def told(tree: Tree, cache: Cache, check: Quiet, config: Config | None = None) -> Outcome:
    build = Build((check,))
    config = config or Config(jobs=1)
    (outcome,) = Scan(tree.all(), (check,), tree, cache, config, build, finished, Watch()).run()
    return outcome


def tree(**files: bytes) -> Tree:
    return Tree({"head": {name.replace("_", "."): data for name, data in files.items()}})


def test_a_file_of_which_nothing_was_said_is_not_even_read_again() -> None:
    files, cache = tree(a_txt=b"calm", b_txt=b"loud"), Memory()
    first = told(files, cache, Quiet())
    files.reads.clear()
    check = Quiet()
    second = told(files, cache, check)
    assert check.analysed == ["b.txt"]
    assert set(files.reads) == {"b.txt"}
    assert isinstance(first, Completed)
    assert isinstance(second, Completed)
    assert (first.unread, first.counts.cached, second.counts.cached) == (second.unread, 0, 1)


def test_another_content_path_mode_limit_or_standing_is_judged_anew() -> None:
    cache, calm = Memory(), tree(a_txt=b"calm")
    assert run(calm, cache) == ["a.txt"]
    assert run(tree(a_txt=b"calmer"), cache) == ["a.txt"]
    assert run(tree(c_txt=b"calm"), cache) == ["c.txt"]
    assert run(calm, cache, Quiet("otherwise")) == ["a.txt"]
    assert run(calm, cache, config=Config(jobs=1, max_file_size=77)) == ["a.txt"]
    assert run(calm, cache) == []


def test_what_is_read_beside_a_file_belongs_to_what_is_known_of_it() -> None:
    cache = Memory()
    alone = tree(a_txt=b"include b.inc")
    beside = tree(a_txt=b"include b.inc", b_inc=b"calm")
    other = tree(a_txt=b"include b.inc", b_inc=b"loud")
    further = tree(a_txt=b"include b.inc", b_inc=b"include c.inc", c_inc=b"calm")
    changed = tree(a_txt=b"include b.inc", b_inc=b"include c.inc", c_inc=b"calmer")
    for files in (alone, beside, other, further, changed):
        assert run(files, cache) == ["a.txt"]
    assert run(changed, cache) == []
    assert run(other, cache) == ["a.txt"]


def test_what_is_read_beside_a_file_belongs_to_a_conclusion_from_a_kept_analysis_as_well() -> None:
    cache, calm = Memory(), tree(a_txt=b"include b.inc", b_inc=b"calm")
    unsettled, settled, later = Quiet(""), Quiet(), Quiet()
    unsettled.is_cacheable = settled.is_cacheable = later.is_cacheable = True
    assert run(calm, cache, unsettled) == ["a.txt"]
    assert run(calm, cache, settled) == []  # concluded, of what was kept of the first step
    assert run(tree(a_txt=b"include b.inc", b_inc=b"loud"), cache, later) == ["a.txt"]


@pytest.mark.parametrize(
    "files",
    [
        tree(a_txt=b"include b.inc", b_inc=b"calm" * 100),  # too large to be read
    ],
)
def test_where_not_all_that_is_read_beside_it_is_known_nothing_is_kept(files: Tree) -> None:
    cache, config = Memory(), Config(jobs=1, max_file_size=100)
    assert run(files, cache, config=config) == ["a.txt"]
    assert run(files, cache, config=config) == ["a.txt"]


def test_a_link_and_what_git_has_no_id_of_are_not_known() -> None:
    class Odd(Tree):
        def find_all(self, revision: str, paths: Iterable[str]) -> dict[str, object]:  # type: ignore[override]
            found = super().find_all(revision, paths)
            return {p: replace(b, oid="") if p == "b.inc" else b for p, b in found.items()}

    files, cache = Odd({"head": {"a.txt": b"include b.inc", "b.inc": b"calm"}}), Memory()
    assert run(files, cache) == ["a.txt"]
    assert run(files, cache) == ["a.txt"]
    assert not settling.is_known_by_id(replace(files.blob("head", "a.txt"), mode=Mode.SYMBOLIC_LINK))


@pytest.mark.parametrize("check", [Quiet(""), Quiet(moves=True), Quiet(fails=True)])
def test_nothing_is_kept_where_the_ground_is_not_firm(check: Quiet) -> None:
    files, cache = tree(a_txt=b"calm"), Memory()
    assert isinstance(told(files, cache, check), Failed if check.fails else Completed)
    assert cache.held == {}


def test_all_files_of_a_folder_that_are_read_beside_it_belong_to_it() -> None:
    cache, one = Memory(), tree(a_txt=b"include *.inc", b_inc=b"calm")
    two = tree(a_txt=b"include *.inc", b_inc=b"calm", c_inc=b"calm")
    assert [run(files, cache) for files in (one, one, two, two, one)] == [
        ["a.txt"],
        [],
        ["a.txt"],
        [],
        ["a.txt"],
    ]


def test_an_entry_that_is_none_is_not_believed() -> None:
    files, cache = tree(a_txt=b"calm"), Memory()
    run(files, cache)
    ((key, whole),) = cache.held.items()
    value = json.loads(whole)
    for forged in (
        b"{}",
        b"[" * 5000,
        b"\xff",
        json.dumps(value | {"beside": [["b.inc"], [["c.inc", 33188, "00"]]]}).encode(),
        json.dumps(value | {"beside": 7}).encode(),
        json.dumps(value | {"facts": [7]}).encode(),
        json.dumps(value | {"facts": 7}).encode(),
        json.dumps([value]).encode(),
    ):
        cache.held[key] = forged
        assert run(files, cache) == ["a.txt"], forged
    assert run(files, cache) == []
