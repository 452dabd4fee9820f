"""What is remembered of a lock file is what would be found of it: nothing, or it is looked at again."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pregate.advisories.building import Import, update_index
from pregate.advisories.local import LocalDatabase
from pregate.cache import Cache
from pregate.checks import make_masker
from pregate.checks.base import AdvisorySource, Analysis, Json, Moment, Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.checks.dependency_silence import Silence
from pregate.checks.inventory import InventoryCheck
from pregate.config import Config, DependenciesConfig
from pregate.engine.analyst import Analyst
from pregate.engine.scan import Scan
from pregate.model import Completed, Failed, Outcome
from tests.advisories.conftest import make_record
from tests.advisories.test_directory import write
from tests.checks.test_dependencies import Source
from tests.engine.fakes import Tree, Watch, finished
from tests.engine.test_settling import Memory

DAY = 86_400
BAD = make_record("X-1", "requests")
OTHER = make_record("X-2", "nobody-has-it")
NPM = make_record("X-3", "left-pad", "npm")


def lock(*packages: str, rest: str = "") -> bytes:
    """A ``poetry.lock`` of packages like ``idna==3.10``."""
    cut = [package.split("==") for package in packages]
    entries = "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\noptional = false\ngroups = ["main"]\n\n'
        for name, version in cut
    )
    return f'{entries}{rest}[metadata]\nlock-version = "2.1"\n'.encode()


class Counting(DependenciesCheck):
    """Remembers what it read."""

    def analyse(self, target: Target) -> Analysis:
        self.read = [*getattr(self, "read", []), target.path]
        return super().analyse(target)


def scanned(
    files: Mapping[str, bytes],
    source: AdvisorySource,
    cache: Cache,
    config: DependenciesConfig | None = None,
    moment: Moment | None = None,
) -> tuple[Outcome, list[str]]:
    """The outcome without what depends on the cache, and which files were read for it."""
    check = Counting(config or DependenciesConfig(), source, None, moment)
    check.read = []
    tree = Tree({"base": {}, "head": dict(files)})
    build = lambda: Analyst((check,), make_masker, 20)  # noqa: E731
    change = tree.change()
    scan = Scan(change, (check,), tree, cache, Config(jobs=1), build, finished, Watch())
    (outcome,) = scan.run()
    if isinstance(outcome, Completed | Failed):
        counts = replace(outcome.counts, cached=0, seconds=0.0)
        return replace(outcome, counts=counts), check.read
    return outcome, check.read


def later() -> float:
    """The files of a test are a moment old; to be known again they have to be older."""
    return time.time() + 1000


def folder_of(place: Path, *records: dict[str, Any]) -> Path:
    place.mkdir()
    return write(place, *records)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "records", BAD, OTHER)


def test_a_lock_file_with_nothing_to_say_is_read_once(records: Path) -> None:
    cache = Memory()
    files = {"poetry.lock": lock("idna==3.10"), "pyproject.toml": b'[project]\nname = "a"\n'}
    first, read = scanned(files, LocalDatabase(records, 0, later), cache)
    assert read == ["poetry.lock", "pyproject.toml"]
    again, read = scanned(files, LocalDatabase(records, 0, later), cache)
    assert read == []
    assert again == first
    assert isinstance(again, Completed)
    assert again.notes[0].startswith(f"OSV database {records}, 2 records, newest record 2024-01-01 (")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("poetry.lock", lock("requests==2.32.4")),  # a finding
        ("poetry.lock", lock("reqeusts==2.32.4")),  # a name like another
        ("poetry.lock", lock("idna==3.10", rest='[[package]]\nname = "a"\n\n')),  # an entry without a version
        ("poetry.lock", b"[[package]\n"),
        (
            "package-lock.json",
            b'{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}',
        ),
        ("requirements.txt", b"idna==3.10\nrich\n"),  # one that is not pinned
        ("requirements.txt", b"--index-url https://user:" + b"pass@host/simple\nidna==3.10\n"),
        ("requirements.txt", b"idna==3.10  # pregate: ignore[dependencies/X-9] -- for a test\n"),
    ],
)
def test_what_says_anything_is_read_again(records: Path, path: str, text: bytes) -> None:
    cache = Memory()
    outcomes = [scanned({path: text}, LocalDatabase(records, 0, later), cache) for _ in range(2)]
    assert outcomes[0][0] == outcomes[1][0]
    assert not any(b"silence" in value for value in cache.held.values())


@pytest.mark.parametrize(
    "source", [Source(BAD), None], ids=["a service", "a database that was made a moment ago"]
)
def test_what_cannot_be_known_again_is_asked_again(records: Path, source: AdvisorySource | None) -> None:
    cache = Memory()
    for _ in range(2):
        asked = source or LocalDatabase(records, 0, time.time)
        assert scanned({"poetry.lock": lock("idna==3.10")}, asked, cache)[1] == ["poetry.lock"]
    assert cache.held == {}


def test_with_an_index_of_packages_nothing_is_remembered(records: Path) -> None:
    cache, config = Memory(), DependenciesConfig(resolve=True)
    for _ in range(2):
        source = LocalDatabase(records, 0, later)
        assert scanned({"poetry.lock": lock("idna==3.10")}, source, cache, config)[1] == ["poetry.lock"]


def test_a_database_that_has_become_too_old_is_refused_as_before(records: Path) -> None:
    files = {"poetry.lock": lock("idna==3.10")}
    write(records, make_record("X-5", "new", modified="2026-11-20T00:00:00Z"))
    young, old = 1_795_600_000.0, 1_795_600_000.0 + 30 * DAY
    while later() > young:  # by the clock of the machine the records are from the future
        young, old = young + 365 * DAY, old + 365 * DAY
    cache = Memory()
    config = (365 * 10, lambda: young)
    first, _ = scanned(files, LocalDatabase(records, *config), cache)
    assert scanned(files, LocalDatabase(records, *config), cache) == (first, [])
    fresh, _ = scanned(files, LocalDatabase(records, 1, lambda: old), Cache())
    assert not isinstance(fresh, Completed)
    assert scanned(files, LocalDatabase(records, 1, lambda: old), cache) == (fresh, [])


def test_words_that_are_not_the_databases_own_are_not_told(records: Path) -> None:
    cache, files = Memory(), {"poetry.lock": lock("idna==3.10")}
    first, _ = scanned(files, LocalDatabase(records, 0, later), cache)
    for told in ("", "7", "[" * 5000, '["folder", "2", 0, ""]', "<script>"):
        for key, value in cache.held.items():
            cache.held[key] = json.dumps(json.loads(value) | {"facts": [["silence", told]]}).encode()
        assert scanned(files, LocalDatabase(records, 0, later), cache)[0] == first


def test_an_inventory_takes_no_silence_for_packages(records: Path) -> None:
    cache, files = Memory(), {"poetry.lock": lock("idna==3.10")}
    scanned(files, LocalDatabase(records, 0, later), cache)
    tree = Tree({"base": {}, "head": dict(files)})
    check = InventoryCheck(DependenciesConfig())
    build = lambda: Analyst((check,), make_masker, 20)  # noqa: E731
    Scan(tree.change(), (check,), tree, cache, Config(jobs=1), build, finished, Watch()).run()
    assert [component.name for component in check.components] == ["idna"]


def test_a_silence_is_known_by_its_word() -> None:
    check = DependenciesCheck(DependenciesConfig())
    fact = Silence("words")
    assert check.fact_from_json(fact.to_json()) == fact
    odd: tuple[Json, ...] = (["silence"], ["silence", 7], ["silence", ""], ["silence", "a", "b"])
    for value in odd:
        with pytest.raises(ValueError, match="not a silence"):
            check.fact_from_json(value)
    with pytest.raises(ValueError, match="not a silence"):
        Silence.from_json(["loose", "words"])


# ---------------------------------------------------------------------------------- whatever is edited


LOCKS = (
    lock("idna==3.10"),
    lock("requests==2.0"),
    lock("idna==3.10", "tzdata==2025.2"),
    lock("reqeusts==2.0"),
)
MANIFESTS = (None, b"", b'[project]\nname = "a"\ndependencies = ["idna"]\n', b"[project\n")
CONFIGS = (
    DependenciesConfig(),
    DependenciesConfig(confusable_names="off"),
    DependenciesConfig(deny_licenses=("MIT",)),
    DependenciesConfig(ignore_dev=True),
)
RECORDS = ((OTHER,), (BAD,), (make_record("X-1", "idna"),), (OTHER, BAD), (NPM,))
AGES = (0, 7)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An index and a folder of each of the records."""
    made = []
    for number, some in enumerate(RECORDS):
        place = tmp_path_factory.mktemp(f"made-{number}")
        folder_of(place / "records", *some)
        update_index(place / "i.sqlite", [Import("made", place / "records", "made")], later())
        made += [place / "i.sqlite", place / "records"]
    return made


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(LOCKS),
            st.sampled_from(MANIFESTS),
            st.sampled_from(CONFIGS),
            st.sampled_from(AGES),
            st.integers(0, len(RECORDS) * 2 - 1),
            st.sampled_from((0, DAY // 24, 6 * DAY, 8 * DAY)),
            st.booleans(),
        ),
        min_size=2,
        max_size=5,
    )
)
def test_a_warm_answer_is_the_fresh_one(
    tmp_path: Path, databases: list[Path], steps: list[tuple[Any, ...]]
) -> None:
    cache, begin = Memory(), later()
    for text, manifest, config, age, number, passed, compared in steps * 2:  # each is seen again
        place = tmp_path / "database"
        _replace(place, databases[number])
        files = {"poetry.lock": text} | ({"pyproject.toml": manifest} if manifest is not None else {})

        now = begin + passed
        warm, fresh = (
            scanned(
                files,
                LocalDatabase(place, age, partial(float, now)),
                store,
                config,
                Moment(now, 0.0, compared),
            )[0]
            for store in (cache, Cache())
        )
        assert warm == fresh


def _replace(place: Path, by: Path) -> None:
    """In the same tick, as far as the machine is quick enough; an index stays in its inode."""
    if by.is_file() and place.is_file():
        shutil.copyfile(by, place)
        return
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    (shutil.copyfile if by.is_file() else shutil.copytree)(by, place)
