"""Change sets in a form that tests can compare at a glance."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pregate.changes import Repository, Selection
from pregate.model import ChangedFile, ChangeSet, LineRange, Unread
from tests.gitrepo import GitRepo

LIMIT = 5 << 20


def opened(repo: GitRepo | Path, environ: Mapping[str, str] | None = None) -> Repository:
    """The repository as the tests' own environment sees it."""
    return Repository.open(repo.path if isinstance(repo, GitRepo) else repo, environ or os.environ)


def changes(repo: GitRepo | Path, selection: Selection) -> ChangeSet:
    """The change set of a selection."""
    return opened(repo).changes(selection)


def only(change: ChangeSet) -> ChangedFile:
    """The one file of a change set."""
    (file,) = change
    return file


def paths(change: ChangeSet) -> list[str]:
    """Paths, in the change set's order."""
    return [file.path for file in change]


def lines(file: ChangedFile) -> list[tuple[int, int]]:
    """The lines that it adds."""
    return [(added.start, added.end) for added in file.added]


def whole(file: ChangedFile) -> bool:
    """Whether all lines count as added because git does not tell which are."""
    return file.added == (LineRange(1, 2**31 - 1),)


def head_bytes(repo: GitRepo | Path, change: ChangeSet, limit: int = LIMIT) -> dict[str, bytes | Unread]:
    """What each file holds after the change, by path."""
    with opened(repo).contents() as contents:
        return {file.path: contents.read(file.head, limit) for file in change}


def base_bytes(repo: GitRepo | Path, change: ChangeSet) -> dict[str, list[bytes | Unread]]:
    """What each file held before the change, by path; one entry for each base."""
    with opened(repo).contents() as contents:
        return {file.path: [contents.read(base, LIMIT) for base in file.bases] for file in change}
