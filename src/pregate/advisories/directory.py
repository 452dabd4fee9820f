"""
A local OSV database: a folder or a zip archive of JSON files, one record each.

OSV publishes such archives for each ecosystem (https://google.github.io/osv.dev/data/). They hold tens of
thousands of records, so names are found in the raw bytes first, and only records that name a wanted package
are parsed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pregate.advisories.files import DAMAGED, contents, day_of, is_record
from pregate.advisories.local import HINT
from pregate.advisories.records import load_record
from pregate.advisories.told import FolderTold
from pregate.errors import AdvisoryError
from pregate.expressions import expression
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import Advisory, Package

_HELD = 1024 * 1024
_NAME = expression(rb'"name"\s*+:\s*+"([^"\\]*+)(["\\])')
_ECOSYSTEM = expression(rb'"ecosystem"\s*+:\s*+"([^":\\]*+)([":\\])')
# A letter of "name" or of a package's name may be written as an escape: then the bytes tell nothing.
_ESCAPED = expression(rb"\\u00[2-7]")
_HARMLESS = expression(rb"\\u00(?:26|27|3[cCeEdD]|2[bB])")


class OsvDirectory:
    """
    The database at ``path``. It is read once, when the first question comes.

    ``max_age`` is how many days ago its newest record may have been modified, 0 for any time; ``now`` gives
    the time in seconds since the epoch.
    """

    def __init__(self, path: Path, max_age: int = 0, now: Callable[[], float] = time.time) -> None:
        if not path.exists():
            raise AdvisoryError(f"there is no vulnerability database at {path}", HINT)
        self._path = path
        self._max_age = max_age
        self._now = now
        self._index: dict[str, list[str]] | None = None
        self._parsed: dict[str, Advisory] = {}
        self._ecosystems: set[str] = set()
        self._records = 0
        self._other = 0
        self._newest = ""
        self._held: dict[str, bytes] = {}  # records of a small database, which need not be read twice
        self._room = _HELD

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        """
        Every advisory that names each package, sorted by id. Raises AdvisoryError for a database too old.
        """
        index = self._load()
        wanted = {_key(p.name) for p in packages}
        self._parse({name for key in wanted for name in index.get(key, ())})
        answers = []
        for package in packages:
            records = [self._parsed[name] for name in index.get(_key(package.name), ())]
            records.sort(key=lambda a: a.modified)  # of several files with one id the newest serves
            ecosystem = package.ecosystem.partition(":")[0]
            key = (ecosystem, normalised(ecosystem, package.name))
            named = {a.id: a for a in records if any(entry.key == key for entry in a.affected)}
            answers.append(tuple(named[i] for i in sorted(named)))
        return tuple(answers)

    def covers(self, ecosystem: str) -> bool:
        """Whether any record names the ecosystem."""
        self._load()
        return ecosystem.partition(":")[0] in self._ecosystems

    def describe(self) -> str:
        """
        The path, how many records there are, the day and age of the newest; other JSON files are counted.
        """
        return self.told().describe(self._path, "", self._now())

    def told(self) -> FolderTold:
        """What :meth:`describe` puts into words."""
        self._load()
        return FolderTold(self._records, self._other, self._newest)

    def _load(self) -> dict[str, list[str]]:
        """Records by the names that they mention; AdvisoryError when there is no record at all."""
        if self._index is None:
            index: dict[str, list[str]] = {}
            for name, data in contents(self._path):
                self._take(index, name, data)
            if not self._records:
                raise AdvisoryError(f"{self._path} holds no OSV record (*.json)", HINT)
            FolderTold(self._records, self._other, self._newest).refuse_old(
                self._path, self._max_age, self._now()
            )
            self._index = index
        return self._index

    def _take(self, index: dict[str, list[str]], name: str, data: bytes) -> None:
        if not is_record(data, name, self._path):
            self._other += 1
            return
        self._records += 1
        self._newest = max(self._newest, day_of(data))
        self._room -= len(data)
        if self._room > 0:
            self._held[name] = data
        for key in self._names(name, data):
            index.setdefault(key, []).append(name)

    def _names(self, name: str, data: bytes) -> set[str]:
        """Names of packages in a record: from its bytes where these are plain, else from the record."""
        found = list(_NAME.finditer(data))
        worlds = list(_ECOSYSTEM.finditer(data))
        plain = all(m.group(2) != b"\\" for m in (*found, *worlds))
        if plain and (b"\\u00" not in data or not _ESCAPED.search(_HARMLESS.sub(b"", data))):
            self._ecosystems.update(m.group(1).decode("utf-8", "replace") for m in worlds)
            return {_key(m.group(1).decode("utf-8", "replace")) for m in found}
        advisory = load_record(data, name, self._path, DAMAGED)
        self._ecosystems.update(a.ecosystem for a in advisory.affected)
        return {_key(a.name) for a in advisory.affected}

    def _parse(self, names: set[str]) -> None:
        missing = names - set(self._parsed)
        if not missing:
            return
        for name in sorted(missing & self._held.keys()):
            self._parsed[name] = load_record(self._held[name], name, self._path, DAMAGED)
        missing -= self._held.keys()
        for name, data in contents(self._path, missing) if missing else ():
            self._parsed[name] = load_record(data, name, self._path, DAMAGED)


def _key(name: str) -> str:
    """A key that is equal for equal names in every ecosystem; the record decides."""
    return normalised(PYPI, name)
