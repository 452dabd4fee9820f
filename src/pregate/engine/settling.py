"""
What a check concluded of a file, remembered: in later runs it stands for the file's analysis, and the file is
not read.

An entry is found by the file and by all that the check says its conclusions depend on, and is believed while
each file that was read beside it is the one that it was: their ids are part of what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pregate import __version__
from pregate.cache import Cache, Keys
from pregate.checks.base import Analysis, Settling
from pregate.engine import results
from pregate.engine.included import Included
from pregate.engine.scene import Job, Scene
from pregate.model import Blob, Mode
from pregate.records import replace

LAYOUT = 1
"""Part of every key: changes with what an entry holds."""

_READ = frozenset({Mode.FILE, Mode.EXECUTABLE})  # a link has the id of a file with its target's name
_Place = tuple[int, int, str]  # a job's file and side, and a check
_Beside = list[list[str]]


class Settled:
    """What was concluded before. ``masking`` is part of every key."""

    def __init__(self, scene: Scene, cache: Cache, included: Included, masking: str) -> None:
        self._scene = scene
        self._cache = cache
        self._included = included
        self._masking = masking
        self._standing: dict[str, str] = {}  # as it was before the run
        self._asked: dict[_Place, frozenset[str]] = {}  # what is read beside a file
        self._known: set[_Place] = set()
        self._empty: dict[_Place, Analysis] = {}  # of heads that name others, where nothing was found

    def recall(self, jobs: Sequence[Job]) -> dict[_Place, Analysis]:
        """The analyses of those of the jobs of which a conclusion is known."""
        names = {name for name, s in self._scene.states.items() if isinstance(s.check, Settling)}
        wanted = [
            (job, name) for job in jobs for name in job.checks if name in names and _is_known_by_id(job.blob)
        ]
        keys = {(job, name): key for job, name in wanted if (key := self._key(job.blob, name))}
        values = self._cache.get(keys.values()) if keys else {}
        self._cache.touch(values)
        found = {}
        for (job, name), key in keys.items():
            analysis = self._load(values[key], job.blob, name) if key in values else None
            if analysis:
                found[job.index, job.side, name] = analysis
        self._known.update(found)
        return found

    def note(self, job: Job, name: str, asked: frozenset[str]) -> None:
        """Which paths the check asked for beside a file."""
        if self._standing.get(name):
            self._asked[job.index, job.side, name] = asked

    def note_empty(self, job: Job, name: str, analysis: Analysis) -> None:
        """
        What the first step said of a file that names others. Where it found nothing, that may stand for the
        file too: the results that are kept by the file alone are no place for it.
        """
        place = job.index, job.side, name
        if place in self._asked and not job.side:
            alone = replace(analysis, cacheable=True)
            if alone in (results.NOTHING, results.FOREIGN):
                self._empty[place] = alone

    def keep(self) -> None:
        """Keeps what the heads' conclusions say may stand for them."""
        entries = {}
        for name, state in self._scene.states.items():
            standing = self._standing.get(name, "")
            is_same = standing and isinstance(state.check, Settling) and state.check.standing() == standing
            empty = {index: a for (index, _, n), a in self._empty.items() if n == name}
            told = {**state.settled, **empty}
            for index, analysis in told.items() if is_same and not state.failure else ():
                blob = self._scene.files[index].head
                place = index, 0, name
                if place in self._known or not _is_known_by_id(blob):
                    continue
                beside = self._read_beside(blob, place)
                if beside is not None:
                    value = [beside, results.dump(analysis).decode("ascii")]
                    entries[self._key(blob, name)] = json.dumps(value).encode("ascii")
        self._cache.put(entries)

    def _read_beside(self, blob: Blob, place: _Place) -> _Beside | None:
        """
        The files that were looked at beside one, with their ids; None where one of them could not be read,
        or is known by nothing but its content, and where all files of a folder were asked for.
        """
        asked = self._asked.get(place, frozenset())
        if any("*" in path for path in asked):
            return None
        found = dict(self._included.find_all(blob.revision, sorted(asked)))
        for other in found.values():
            if not _is_known_by_id(other) or (blob.revision, other.path) in self._included.lost:
                return None
        return [_told(path, found.get(path)) for path in sorted(asked)]

    def _load(self, data: bytes, blob: Blob, name: str) -> Analysis | None:
        try:
            beside, dumped = json.loads(data)
            paths = [path for path, *_ in beside]
            found = dict(self._included.find_all(blob.revision, paths))
            if beside != [_told(path, found.get(path)) for path in paths]:
                return None
            return results.load(dumped.encode("ascii"), self._scene.states[name].check, {})
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None

    def _key(self, blob: Blob, name: str) -> bytes:
        """``b""`` where nothing is remembered in this run."""
        check = self._scene.states[name].check
        if name not in self._standing:
            self._standing[name] = check.standing() if isinstance(check, Settling) else ""
        if not self._standing[name]:
            return b""
        limit = str(self._scene.config.max_file_size)
        layout = f"{results.LAYOUT}.{LAYOUT} settled"
        keys = Keys(__version__, layout, name, check.version, self._standing[name], self._masking, limit)
        return keys.of(str(blob.mode.value), blob.path, blob.oid)


def _is_known_by_id(blob: Blob) -> bool:
    return bool(blob.oid) and blob.mode in _READ


def _told(path: str, blob: Blob | None) -> list[str]:
    return [path, str(blob.mode.value), blob.oid] if blob else [path]
