"""Which checks are to look at which files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pregate import __version__
from pregate.cache import Cache, Keys
from pregate.checks.base import Target
from pregate.engine import portions, results
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.included import Included
from pregate.engine.portions import Portioned, Portions, Tally
from pregate.engine.scene import Scene, State
from pregate.engine.snapshot import Snapshot
from pregate.model import Blob, ChangedFile, Portion

_TOGETHER = 16  # files that are held at once


def add_dependents(scene: Scene, included: Included) -> None:
    """Adds unchanged files whose meaning the change alters, for the check that says so."""
    if not scene.change.compared:
        return
    scene.files = all_files = list(scene.files)
    by_commit: defaultdict[str, list[ChangedFile]] = defaultdict(list)
    for file in scene.change.files:
        by_commit[file.commit].append(file)
    if scene.change.removed and not any(by_commit):
        by_commit[""] += ()  # also where nothing else changed
    for commit, files in by_commit.items():
        changed = {file.path for file in files}
        head, base = scene.change.head, scene.change.trusted
        if commit:
            head, base = commit, next((b.revision for file in files for b in file.bases), "")
        else:
            changed.update(scene.change.removed)
        tree = Snapshot(scene.source, head, scene.config.max_file_size)
        for state in scene.states.values():
            wanted = _dependents(state, changed, tree)
            for blob, data in _read(scene, scene.source.find_all(head, wanted)) if wanted else ():
                if included.reads_any(state, Target(blob.path, data), blob.revision, changed):
                    before = scene.source.find(base, blob.path) if base else None
                    bases = (before,) if before else ()
                    scene.only[len(all_files)] = state.check.name
                    all_files.append(ChangedFile(blob, bases, (), commit))


def _read(scene: Scene, found: Mapping[str, Blob]) -> Iterator[tuple[Blob, bytes]]:
    """Those of the files that can be read, a few at a time."""
    blobs = iter(found.values())
    while some := list(islice(blobs, _TOGETHER)):
        for blob, data in zip(some, scene.source.read_all(some, scene.config.max_file_size), strict=True):
            if isinstance(data, bytes):
                yield blob, data


def _dependents(state: State, changed: set[str], tree: Snapshot) -> list[str]:
    try:
        return sorted(set(state.check.dependents(sorted(changed), tree)) - changed)
    except BROKEN as error:
        state.failure = failure_of(error, state.check.name)
        return []


def portions_of_tree(scene: Scene, cache: Cache, masking: str) -> Portions | None:
    """The portions of a tree that is compared with nothing, where there is a cache to know of them."""
    if scene.change.compared or not cache.is_open or not isinstance(scene.files, Portioned):
        return None
    versions = [part for name, state in scene.states.items() for part in (name, state.check.version)]
    keys = Keys(
        __version__,
        f"{results.LAYOUT}.{portions.LAYOUT} portions",
        masking,
        str(scene.config.max_file_size),
        str(len(scene.config.exclude)),
        *scene.config.exclude,
        *versions,
    )
    return Portions(list(scene.files.portions()), cache, keys, scene.states.keys())


def plan(scene: Scene, known: Portions | None) -> list[tuple[str, ...]]:
    """The checks that are to look at each file; for most files of a known tree, none."""
    wanted: list[tuple[str, ...]] = [()] * len(scene.files)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}  # one object for all files that want the same
    if known is None:
        for index in range(len(wanted)):
            names = _wanted(scene, index, scene.states)
            wanted[index] = same.setdefault(names, names)
        return wanted
    for portion, tallies in known.known():
        new = {name: known.begin(portion, name) for name in scene.states if name not in tallies}
        for number, names in _planned(scene, portion, tallies, new):
            wanted[portion.first + number] = same.setdefault(names, names)
    return wanted


def _planned(
    scene: Scene, portion: Portion, known: Mapping[str, Tally], new: Mapping[str, Tally]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The checks for the files of a portion, by their number in it; what is planned of ``new`` is counted."""
    loud: defaultdict[int, set[str]] = defaultdict(set)
    for name, tally in known.items():
        scene.states[name].take(tally.quiet, tally.foreign, tally.excluded)
        for number in tally.loud:
            loud[number].add(name)
            scene.states[name].concerned.add(portion.first + number)
    if not new:
        yield from ((n, tuple(name for name in scene.states if name in loud[n])) for n in sorted(loud))
        return
    before = {name: scene.states[name].excluded for name in new}
    for number in range(portion.count):
        asked = _wanted(scene, portion.first + number, new)
        for name in asked:
            new[name].planned += 1
        yield number, tuple(n for n in scene.states if n in asked or n in loud.get(number, ()))
    for name, tally in new.items():
        tally.excluded = scene.states[name].excluded - before[name]


def _wanted(scene: Scene, index: int, among: Iterable[str]) -> tuple[str, ...]:
    """Those of the checks that are to look at a file; what is excluded is counted."""
    file = scene.files[index]
    wanted = []
    excluded = scene.is_excluded(file.path)
    for name in among:
        state = scene.states[name]
        if scene.only.get(index, name) != name or not scene.concerns(state, file.head):
            continue
        if excluded:
            state.excluded += 1
        else:
            state.concerned.add(index)
            wanted.append(name)
    return tuple(wanted)
