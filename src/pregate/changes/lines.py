"""
Where lines of one revision stand in another: a pull request is judged at its merge commit, and GitHub shows
and discusses its head.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from pregate.changes.assembly import FORMAT, PATCH
from pregate.changes.parsing import Hunk, Reader, Record, read_hunks, read_records
from pregate.model import LineRange
from pregate.records import dataclass

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
        # Those wholly before the lines; an insertion just before them is one of these.
        before = bisect_right(self.hunks, lines.start, key=lambda hunk: _first(hunk) + hunk.count)
        # What touches the lines, or is inserted between two of them, changes or parts them.
        if before < len(self.hunks) and _first(self.hunks[before]) <= lines.end:
            return None
        shift = _shift_behind(self.hunks[before - 1]) if before else 0
        return LineRange(lines.start + shift, lines.end + shift)


def _first(hunk: Hunk) -> int:
    """The first line that a hunk takes away, or before which it inserts."""
    return hunk.start if hunk.count else hunk.start + 1


def _shift_behind(hunk: Hunk) -> int:
    """How far the lines behind a hunk have moved; in the new version, a count of 0 names the line before."""
    first = hunk.new_start if hunk.new_count else hunk.new_start + 1
    return first + hunk.new_count - _first(hunk) - hunk.count


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
