"""
What a check concluded of a file, remembered: in later runs it stands for the file's analysis, and the file is
not read.

An entry is found by the file and by all that the check says its conclusions depend on, and is believed while
each file that was read beside it is the one that it was: their ids are part of what is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from pregate import __version__
from pregate.cache import Cache, Keys
from pregate.checks.base import Analysis, Settling
from pregate.engine import results
from pregate.engine.included import Beside, Included
from pregate.engine.scene import Job, Scene
from pregate.model import Blob, Mode

LAYOUT = 2
"""Part of every key: changes with what an entry holds."""

_READ = frozenset({Mode.FILE, Mode.EXECUTABLE})  # a link has the id of a file with its target's name
_Place = tuple[int, int, str]  # a job's file and side, and a check


class Settled:
    """What was concluded before. ``masking`` is part of every key."""

    def __init__(self, scene: Scene, cache: Cache, included: Included, masking: str) -> None:
        self._scene = scene
        self._cache = cache
        self._included = included
        self._masking = masking
        self._standing: dict[str, str] = {}  # as it was before the run
        self._beside: dict[_Place, Beside | None] = {}  # of files that name others
        self._known: set[_Place] = set()

    def recall(self, jobs: Sequence[Job]) -> dict[_Place, Analysis]:
        """The analyses of those of the jobs of which a conclusion is known."""
        names = {name for name, s in self._scene.states.items() if isinstance(s.check, Settling)}
        keys: dict[_Place, bytes] = {}
        blobs: dict[_Place, Blob] = {}
        for job in jobs:
            for name in job.checks:
                if name in names and is_known_by_id(job.blob) and (key := self._key(job.blob, name)):
                    keys[job.index, job.side, name], blobs[job.index, job.side, name] = key, job.blob
        values = self._cache.get(keys.values()) if keys else {}
        self._cache.touch(values)
        found = {}
        for place, key in keys.items():
            analysis = self._load(values[key], blobs[place], place[2]) if key in values else None
            if analysis:
                found[place] = analysis
        self._known.update(found)
        return found

    def note(self, job: Job, name: str, beside: Beside | None) -> None:
        """What is read beside a file; None where that is not known by ids alone."""
        if self._standing.get(name):
            self._beside[job.index, job.side, name] = beside

    def keep(self) -> None:
        """Keeps what the heads' conclusions say may stand for them."""
        entries = {}
        for name, state in self._scene.states.items():
            standing = self._standing.get(name, "")
            is_same = standing and isinstance(state.check, Settling) and state.check.standing() == standing
            for index, analysis in state.settled.items() if is_same and not state.failure else ():
                blob, place = self._scene.files[index].head, (index, 0, name)
                beside = self._beside.get(place)
                is_firm = beside is not None or place not in self._beside
                if is_firm and place not in self._known and is_known_by_id(blob):
                    entries[self._key(blob, name)] = results.dump(analysis, beside)
        self._cache.put(entries)

    def _load(self, data: bytes, blob: Blob, name: str) -> Analysis | None:
        value = results.decode(data)
        beside = value.get("beside")
        if beside is not None and not self._included.is_beside(blob.revision, beside):
            return None
        return results.from_json(value, self._scene.states[name].check, {})

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


def is_known_by_id(blob: Blob) -> bool:
    """Whether an equal id tells of an equal file."""
    return bool(blob.oid) and blob.mode in _READ
