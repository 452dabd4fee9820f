"""A file with the others that its analysis reads: named one by one, or all of a folder."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pregate.checks.base import Check, Target
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.scene import Scene, State
from pregate.model import WORKTREE, Blob, Unread
from pregate.records import replace

_MAX_INCLUDED = 256

Beside = list[list[Any]]
"""What an analysis read beside its file, as JSON: the names that it asked for, and the files of these."""


class Included:
    """Finds and reads them; each path of a revision is looked up once."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._source = scene.source
        self._found: dict[str, dict[str, Blob | None]] = {}  # by revision
        self.lost: set[tuple[str, str]] = set()  # what is there and could not be read, by revision and path
        self._folders: dict[str, dict[str, list[str]]] = {}  # paths by revision and folder, as needed

    def reads_any(self, state: State, target: Target, revision: str, paths: set[str]) -> bool:
        """Whether the check's analysis of a file of a revision reads one of ``paths``."""
        check = state.check
        try:
            named = check.includes(target)
            if not named or _names_any(named, paths):  # often enough, and costs no other file
                return bool(named)
            target = self.together(check, target, revision, named)
            return _names_any([*check.includes(target), *(path for path, _ in target.included)], paths)
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return False

    def together(
        self,
        check: Check,
        target: Target,
        revision: str,
        named: Sequence[str],
        asked: set[str] | None = None,
    ) -> Target:
        """
        ``target`` with every file that it includes, directly or through another; what is not there stays
        out. A name with a ``*`` stands for all files of its folder that it fits. ``named`` are those that it
        includes as it is: each look costs a pass over the file, so none is taken twice. ``asked`` is given
        every name that was looked for.
        """
        tried: set[str] = {target.path}
        while len(target.included) < _MAX_INCLUDED:
            new = [path for path in named if path not in tried]
            if not new:
                break
            before = target
            tried.update(new)
            if asked is not None:
                asked.update(new)
            known = {target.path, *(path for path, _ in target.included)}
            wanted = [path for path in self._expanded(new, revision) if path not in known][:_MAX_INCLUDED]
            for path, blob in self.find_all(revision, wanted):
                data = self._scene.read(blob)
                if isinstance(data, Unread):
                    self.lost.add((revision, path))
                else:
                    target = replace(target, included=(*target.included, (path, data)))
            if target is before:
                break
            named = check.includes(target)
        return target

    def beside(self, revision: str, names: Collection[str]) -> Beside | None:
        """
        ``names``, and each file that there is of these with its mode and id: wherever this is the same, the
        same is read beside a file. None where it is not known by ids alone, or could not be read.
        """
        paths = self._expanded(sorted(names), revision) if len(names) <= _MAX_INCLUDED else ()
        found = dict(self.find_all(revision, sorted(paths)))
        if not paths or len(paths) > _MAX_INCLUDED or any((revision, path) in self.lost for path in found):
            return None
        files = [[path, blob.mode.value, blob.oid] for path, blob in found.items()]
        return [sorted(names), files] if all(oid for _, _, oid in files) else None

    def is_beside(self, revision: str, known: Beside) -> bool:
        """Whether ``known``, which need not be what :meth:`beside` gave, holds in a revision."""
        try:
            names, _ = known
            return all(isinstance(name, str) for name in names) and self.beside(revision, names) == known
        except (ValueError, TypeError):
            return False

    def find_all(self, revision: str, paths: Sequence[str]) -> Iterator[tuple[str, Blob]]:
        """
        The blobs that there are, in the order of ``paths``: the files of a folder name one another, and each
        is looked up once.
        """
        known = self._found.setdefault(revision, {})
        new = [path for path in paths if path not in known]
        if new:
            found = self._source.find_all(revision, new)  # raises for what is no path: then nothing is known
            known.update({path: found.get(path) for path in new})
        return ((path, blob) for path in paths if (blob := known[path]))

    def _expanded(self, paths: Sequence[str], revision: str) -> list[str]:
        """The paths, and for each folder pattern among them those of the tree that it names."""
        if not any("*" in path for path in paths):
            return list(paths)
        listed = self._listed(revision, {posixpath.dirname(path) for path in paths if "*" in path})
        found: dict[str, None] = {}
        for path in paths:
            inside = listed.get(posixpath.dirname(path), ()) if "*" in path else ()
            found.update(dict.fromkeys((path,) if "*" not in path else inside))
        return [path for path in found if path in paths or any(_is_named_by(p, path) for p in paths)]

    def _listed(self, revision: str, folders: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The paths of at least these folders; of the working tree, one costs as much to list as all."""
        is_new = revision not in self._folders
        listed = self._folders.get(revision, {})
        new = [folder for folder in folders if folder not in listed]
        if new and (is_new or revision != WORKTREE):
            found: dict[str, list[str]] = {folder: [] for folder in new}
            for path in self._source.listing(revision, None if revision == WORKTREE else new):
                found.setdefault(posixpath.dirname(path), []).append(path)
            listed = self._folders.setdefault(revision, {})
            listed.update(found)
        return listed


def _names_any(included: Sequence[str], paths: set[str]) -> bool:
    patterns = [path for path in included if "*" in path]
    return not paths.isdisjoint(included) or any(
        _is_named_by(pattern, path) for pattern in patterns for path in paths
    )


def _is_named_by(pattern: str, path: str) -> bool:
    """Whether a folder pattern (``modules/x/*.tf``) names a path; its one ``*`` stands for no slash."""
    start, star, end = pattern.partition("*")
    fits = star and path.startswith(start) and path.endswith(end) and len(path) >= len(start) + len(end)
    return bool(fits) and "/" not in path[len(start) :]
