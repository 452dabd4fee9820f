"""From what git says of a change to the model's change set."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from pregate.changes.parsing import WHOLE, Reader, Record, Side, read_patch, read_records
from pregate.changes.process import Process
from pregate.errors import ChangesError
from pregate.model import INDEX, Blob, ChangedFile, LineRange, Mode, Overlay

Ranges = Mapping[str, Sequence[LineRange]]

FORMAT = (
    # Everything that a configuration key could alter is said here; no driver is run.
    *("-z", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative"),
    *("--find-renames=50%", "-l1000", "--ignore-submodules=dirty", "--submodule=short"),
)
PATCH = ("-p", "-U0", "--inter-hunk-context=0", "--irreversible-delete", "--src-prefix=a/", "--dst-prefix=b/")
RAW_AND_PATCH = ("--raw", *PATCH, *FORMAT)

_PLAIN = (Mode.FILE, Mode.EXECUTABLE)


def read_diff(process: Process) -> tuple[list[Record], Ranges]:
    """
    The records of one ``--raw -p`` stream, and the lines it adds.

    Where git fails after the records are complete (an object is missing that only the patch needs), no lines
    are known, and :func:`assemble` takes all lines as added. Raises ChangesError when it fails before.
    """
    reader = Reader(process.receive)
    records, has_patch = read_records(reader)
    if not has_patch:
        process.finish()
        return records, {}
    try:
        ranges = dict(read_patch(reader)).get("", {})
        process.finish()
    except ChangesError:
        return records, {}
    return records, ranges


def head_of(record: Record, revision: str) -> Blob | None:
    """The version after the change, in ``revision``; ``None`` for a deletion."""
    return _blob(record.after, record.after.mode, revision) if record.after.mode else None


def bases_of(record: Record, revisions: Sequence[str]) -> tuple[Blob, ...]:
    """
    The versions before the change, in ``revisions``, which are in the record's order.

    One that is no plain file (a link, a submodule) is no base: there is nothing in it to compare with.
    """
    sides = zip(record.before, revisions, strict=True)
    return tuple(_blob(side, side.mode, at) for side, at in sides if side.mode in _PLAIN)


def assemble(head: Blob, bases: tuple[Blob, ...], ranges: Ranges, commit: str = "") -> ChangedFile:
    """
    A changed file with the lines it adds: none where no content changed, all where git told nothing of them.
    """
    if head.mode not in _PLAIN or (head.oid and any(head.oid == base.oid for base in bases)):
        return ChangedFile(head, bases, (), commit)
    return ChangedFile(head, bases, tuple(ranges.get(head.path, (WHOLE,))), commit)


def assemble_all(records: Iterable[Record], before: str, after: str, ranges: Ranges) -> list[ChangedFile]:
    """Changed files of a comparison of two revisions, without deletions."""
    heads = ((record, head_of(record, after)) for record in records)
    return [assemble(head, bases_of(record, (before,)), ranges) for record, head in heads if head]


def overlay_of(records: Iterable[Record], commit: str) -> Overlay:
    """The index, from all records of its comparison with ``commit``, of which none may be unmerged."""
    records = tuple(records)
    paths: dict[str, Blob | None] = {side.path: None for record in records for side in record.before}
    paths.update((record.after.path, head_of(record, INDEX)) for record in records)
    return Overlay(commit, paths)


def _blob(side: Side, mode: Mode, revision: str) -> Blob:
    return Blob(side.path, "" if not side.oid.strip("0") else side.oid, mode, revision)


def sort(files: Iterable[ChangedFile]) -> tuple[ChangedFile, ...]:
    """Files in the order of their paths."""
    return tuple(sorted(files, key=lambda file: file.path))


def within(path: str, places: Container[str]) -> bool:
    """Whether a path is one of ``places``, or under one; ``""`` is the root."""
    while path not in places:
        if not path:
            return False
        path = path.rpartition("/")[0]
    return True


def removed(records: Iterable[Record], files: Iterable[ChangedFile]) -> tuple[str, ...]:
    """The paths of those records that became no file of the change set."""
    kept = {(file.commit, file.path) for file in files}
    return tuple(r.after.path for r in records if (r.commit, r.after.path) not in kept)
