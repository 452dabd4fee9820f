"""A file with the others that its analysis reads: named one by one, or all of a folder."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pregate.checks.base import Check, Target
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.scene import Scene, State
from pregate.model import Blob, Unread
from pregate.records import replace

_MAX_INCLUDED = 256


class Included:
    """Finds and reads them; each path of a revision is looked up once."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._source = scene.source
        self._found: dict[str, dict[str, Blob | None]] = {}  # by revision
        self._folders: dict[str, Mapping[str, list[str]]] = {}  # the paths of a revision, when first needed

    def reads_any(self, state: State, blob: Blob, paths: set[str]) -> bool:
        """Whether the check's analysis of a file reads one of ``paths``."""
        data = self._scene.read(blob)
        if isinstance(data, Unread):
            return False
        target, check = Target(blob.path, data), state.check
        try:
            named = check.includes(target)
            if _names_any(named, paths):  # often enough, and costs no other file
                return True
            target = self.together(check, target, blob.revision, named)
            return _names_any([*check.includes(target), *(path for path, _ in target.included)], paths)
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return False

    def together(self, check: Check, target: Target, revision: str, named: Sequence[str]) -> Target:
        """
        ``target`` with every file that it includes, directly or through another; what is not there stays
        out. A name with a ``*`` stands for all files of its folder that it fits. ``named`` are those that it
        includes as it is: each look costs a pass over the file, so none is taken twice.
        """
        tried: set[str] = {target.path}
        while len(target.included) < _MAX_INCLUDED:
            new = [path for path in named if path not in tried]
            if not new:
                break
            before = target
            tried.update(new)
            known = {target.path, *(path for path, _ in target.included)}
            wanted = [path for path in self._expanded(new, revision) if path not in known][:_MAX_INCLUDED]
            for path, blob in self._find_all(revision, wanted):
                data = self._scene.read(blob)
                if isinstance(data, bytes):
                    target = replace(target, included=(*target.included, (path, data)))
            if target is before:
                break
            named = check.includes(target)
        return target

    def _find_all(self, revision: str, paths: Sequence[str]) -> Iterator[tuple[str, Blob]]:
        """
        The blobs that there are, in the order of ``paths``: the files of a folder name one another, and each
        is looked up once.
        """
        known = self._found.setdefault(revision, {})
        new = [path for path in paths if path not in known]
        if new:
            known.update(dict.fromkeys(new))
            known.update(self._source.find_all(revision, new))
        return ((path, blob) for path in paths if (blob := known[path]))

    def _expanded(self, paths: Sequence[str], revision: str) -> list[str]:
        """The paths, and for each folder pattern among them those of the tree that it names."""
        if not any("*" in path for path in paths):
            return list(paths)
        if revision not in self._folders:
            folders: defaultdict[str, list[str]] = defaultdict(list)
            for path in self._source.listing(revision):
                folders[posixpath.dirname(path)].append(path)
            self._folders[revision] = folders
        found: dict[str, None] = {}
        for path in paths:
            inside = self._folders[revision].get(posixpath.dirname(path), ()) if "*" in path else ()
            found.update(dict.fromkeys((path,) if "*" not in path else inside))
        return [path for path in found if path in paths or any(_is_named_by(p, path) for p in paths)]


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
