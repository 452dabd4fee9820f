"""
Where lines of one revision stand in another: a pull request is judged at its merge commit, and GitHub shows
and discusses its head.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pregate.changes.assembly import FORMAT, PATCH
from pregate.changes.parsing import Hunk, Reader, Record, read_hunks, read_records
from pregate.model import LineRange

if TYPE_CHECKING:
    from pregate.changes.repository import Repository

_PATHS_MAX = 500  # in the arguments of one git


@dataclass(frozen=True, slots=True)
class Moves:
    """How the lines of one file moved; ``is_known`` is false where git cannot tell, or the file is gone."""

    hunks: tuple[Hunk, ...] = ()
    is_known: bool = True

    def moved(self, lines: LineRange) -> LineRange | None:
        """
        Where unchanged lines stand in the new version; ``None`` when one of them is not there as it was.
        """
        if not self.is_known:
            return None
        shift = 0
        for hunk in self.hunks:
            first = hunk.start if hunk.count else hunk.start + 1
            if lines.end < first:
                break
            # An insertion between two of the lines parts them.
            if lines.start < first + hunk.count or (lines.start < first <= lines.end):
                return None
            shift += hunk.new_count - hunk.count
        return LineRange(lines.start + shift, lines.end + shift)


UNKNOWN = Moves(is_known=False)
UNMOVED = Moves()


def moves_between(repository: Repository, old: str, new: str, paths: Iterable[str]) -> dict[str, Moves]:
    """
    How the lines of ``paths`` moved from commit ``old`` to commit ``new``, each under the same name in both.

    Raises ChangesError when one of the commits is not there.
    """
    wanted = sorted(set(paths))
    moves = dict.fromkeys(wanted, UNMOVED)
    if old == new:
        return moves
    remaining = iter(wanted)
    while batch := tuple(islice(remaining, _PATHS_MAX)):
        moves.update(_moves_of(repository, old, new, batch))
    return moves


def _moves_of(repository: Repository, old: str, new: str, paths: Sequence[str]) -> Mapping[str, Moves]:
    flags = ("--raw", *PATCH, *FORMAT, "--no-renames")
    with repository.git.start("diff-tree", "-r", *flags, old, new, "--", *map(_argument, paths)) as process:
        reader = Reader(process.receive)
        records, has_patch = read_records(reader)
        hunks = dict(read_hunks(reader)).get("", {}) if has_patch else {}
        process.finish()
    return {record.after.path: _moves(record, hunks.get(record.after.path)) for record in records}


def _moves(record: Record, hunks: Sequence[Hunk] | None) -> Moves:
    if record.before[0].oid == record.after.oid:  # another mode, the same content
        return UNMOVED
    return UNKNOWN if hunks is None or record.status != "M" else Moves(tuple(hunks))


def _argument(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
