"""
The change sets of the hot path: the index, the working tree, a whole tree, explicit paths. No history, no
GitPython.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from pregate.changes.assembly import (
    RAW_AND_PATCH,
    assemble,
    assemble_all,
    bases_of,
    head_of,
    overlay_of,
    read_diff,
    removed,
    sort,
    within,
)
from pregate.changes.contents import index_entries
from pregate.changes.disk import Disk
from pregate.changes.environment import with_settings, without_filters
from pregate.changes.folder import count, paths_on_disk
from pregate.changes.parsing import EMPTY_TREES, Record, Side, read_mode, to_bytes, to_text
from pregate.changes.process import Git
from pregate.changes.selection import Everything, Paths, Staged
from pregate.errors import ChangesError
from pregate.model import INDEX, WORKTREE, Blob, ChangedFile, ChangeSet, Mode

if TYPE_CHECKING:
    from pregate.changes.repository import Repository


def staged(repository: Repository, selection: Staged) -> ChangeSet:
    """
    The index against HEAD. Raises ChangesError for unmerged entries, and for a given path that the index has
    not.
    """
    head = repository.head_commit()
    tree = head or EMPTY_TREES[repository.git.algorithm]
    flags = ("--cached", "--ita-invisible-in-index", *RAW_AND_PATCH)
    with repository.git.start("diff-index", *flags, tree, "--") as process:
        records, ranges = read_diff(process)
    _refuse_unmerged(records)
    index = overlay_of(records, head)
    places = dict.fromkeys(repository.relative(selection.paths))
    if places:
        records = [record for record in records if within(record.after.path, places)]
    files = assemble_all(records, head, INDEX, ranges)
    gone = removed(records, files)
    if places:
        files += _unchanged(repository.git, places, records)
    words = count(len(files), "staged file")
    return ChangeSet(sort(files), words, True, INDEX, head or INDEX, gone, index=index)


def _refuse_unmerged(records: list[Record]) -> None:
    names = [ascii(record.after.path) for record in records if record.status == "U"]
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        raise ChangesError(
            f"The index holds unmerged paths: {', '.join(names[:3])}{more}. What will be committed is open.",
            "Resolve the conflict and stage the result with `git add`, then run pregate again.",
        )


def _unchanged(git: Git, places: Collection[str], records: list[Record]) -> Iterator[ChangedFile]:
    """Given paths whose staged version is HEAD's, judged whole."""
    names = {record.after.path for record in records}
    places = [place for place in places if place not in names]  # a file that differs is no folder
    entries = {blob.path: blob for blob in index_entries(git, places)}
    known = {*entries, *names}
    for place in places:
        if place not in known and not any(within(path, {place}) for path in known):
            raise ChangesError(
                f"{place!a} is not in the index.",
                f"Stage it first: `git add -- {place!a}`, or scan it by its path.",
            )
    yield from (ChangedFile(blob) for path, blob in entries.items() if path not in names)


def worktree(repository: Repository) -> ChangeSet:
    """The working tree, with what is untracked and not ignored, against HEAD."""
    disk = repository.require_disk()
    head = repository.head_commit()
    git = _without_filters(repository)
    with git.start("diff-index", *RAW_AND_PATCH, head or EMPTY_TREES[git.algorithm], "--") as process:
        records, ranges = read_diff(process)
    files: dict[str, ChangedFile] = {}
    gone: dict[str, tuple[Blob, ...]] = {}
    for record in records:
        bases = bases_of(record, (head,))
        blob = _on_disk(disk, record)
        if blob is None:
            gone[record.after.path] = bases
        elif Side(blob.path, blob.oid, blob.mode) not in record.before:
            files[blob.path] = assemble(blob, bases, ranges)
    for name in git.run("ls-files", "-z", "--others", "--exclude-standard").split(b"\0")[:-1]:
        path = to_text(name).rstrip("/")
        if blob := disk.blob(path):
            files[path] = assemble(blob, gone.pop(path, ()), {})
    words = f"{count(len(files), 'changed file')} in the working tree"
    return ChangeSet(sort(files.values()), words, True, WORKTREE, head or WORKTREE, tuple(gone))


def _on_disk(disk: Disk, record: Record) -> Blob | None:
    """
    The working tree's version of a record's path.

    Git may say that a file is changed only because its time stamp is; the caller compares. What a sparse
    checkout leaves out is taken from the index.
    """
    after = record.after
    if after.mode is None and record.status != "U":
        return None
    if after.mode is Mode.SUBMODULE:
        return Blob(after.path, "", Mode.SUBMODULE, WORKTREE)
    return disk.blob(after.path) or (head_of(record, INDEX) if after.oid.strip("0") else None)


def _without_filters(repository: Repository) -> Git:
    """Git for comparing the working tree: with every filter driver emptied that is configured."""
    git = repository.git
    keys = git.run("config", "--name-only", "-z", "--get-regexp", r"^filter\.", accept=(0, 1))
    names = [os.fsdecode(key) for key in keys.split(b"\0")[:-1]]
    if not names:
        return git
    return git.with_environment(with_settings(git.environment, without_filters(names)))


def everything(repository: Repository, selection: Everything) -> ChangeSet:
    """Every file of the tree at a revision; none in a repository without a commit."""
    if selection.revision == "HEAD" and not repository.head_commit():
        return ChangeSet((), "no files: there is no commit yet", False, INDEX, INDEX)
    commit = repository.commit_id(selection.revision)
    output = repository.git.run("ls-tree", "-r", "-z", "--full-tree", commit)
    files = tuple(_tree_file(line, commit) for line in output.split(b"\0")[:-1])
    words = f"{count(len(files), 'file')} at {commit[:12]}"
    return ChangeSet(files, words, False, commit, commit, is_whole=True)


def _tree_file(line: bytes, commit: str) -> ChangedFile:
    entry, _, name = line.partition(b"\t")
    octal, _, oid = entry.split(b" ")
    return ChangedFile(Blob(to_text(name), oid.decode("ascii"), read_mode(octal) or Mode.FILE, commit))


def by_path(repository: Repository, selection: Paths) -> ChangeSet:
    """Explicit files and directories of the working tree; directories without what is ignored in them."""
    disk = repository.require_disk()

    def expand(place: str) -> Iterator[str]:
        command = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--")
        names = repository.git.run(*command, to_bytes(place) or b".").split(b"\0")[:-1]
        yield from (to_text(name).rstrip("/") for name in names)
        if not names:  # an ignored directory that the user asks for by name
            yield from disk.walk(place)

    return paths_on_disk(disk, repository.relative(selection.paths), expand)
