"""
Bringing the history that a comparison needs into a clone that lacks it, and no more than that.

In this order: what the clone has; the parents of a commit that names its base; exactly the commits that
GitHub's API lists; ever more generations, until both sides meet.
"""

from __future__ import annotations

import re

from pregate.github.history import Comparison, History, Remote
from pregate.records import dataclass

DEPTHS = (2, 50, 1000)
_OBJECT_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Start:
    """What to compare with: a revision whose merge base counts or, ``exact``, the merge base itself."""

    base: str
    exact: bool = False


class Reach:
    """The history of a clone, and what the remote repository knows of it; asked once for each pair."""

    def __init__(self, history: History, remote: Remote | None) -> None:
        self._history = history
        self._remote = remote
        self._asked: dict[tuple[str, str], Comparison | None] = {}

    def start(
        self, base: str, head: str, depths: tuple[int, ...] = DEPTHS, *, both: bool = False
    ) -> Start | None:
        """
        Where the change from ``base`` to ``head`` starts, with the commits for it in the clone; ``None`` when
        they cannot be had. ``depths`` are the generations to try; with ``both``, of base and head always.
        """
        history = self._history
        if history.merge_base(base, head):
            return Start(base)
        if base in history.parents(head) and history.deepen((head,), 2) and history.merge_base(base, head):
            return Start(base)
        if found := self.compared(base, head):
            return found
        return Start(base) if self._fetch_until_joined(base, head, depths, both=both) else None

    def compared(self, base: str, head: str) -> Start | None:
        """The merge base that the remote names, fetched with what leads to ``head``; ``None`` without one."""
        known = self._compare(base, head)
        if known is None:
            return None
        history = self._history
        if known.is_whole or not history.resolve(head):
            history.deepen((head,), len(known.commits) + 1)
        if not history.resolve(known.merge_base):
            history.deepen((known.merge_base,), 1)
        is_here = history.resolve(head) and history.resolve(known.merge_base)
        return Start(known.merge_base, exact=True) if is_here else None

    def commits(self, base: str, tip: str, count: int = 0, floor: str = "") -> tuple[str, ...] | None:
        """
        The commits from ``base`` to ``tip`` where the clone is too shallow to find them, oldest first,
        fetched with their parents; ``None`` when it can be walked, or nothing helps and the walk will say so.

        ``count`` is how many there are, 0 if unknown; a straight line of as many is taken for them, if it
        starts on ``floor`` where that is given.
        """
        history = self._history
        if not history.is_shallow():
            return None
        known = self._compare(base, tip)
        is_list = known and known.is_whole and (not known.commits or tip in known.commits)
        if known and is_list and self._bring(known.commits, tip):
            return known.commits
        if count and (found := self._straight(tip, count, floor)):
            return found
        for depth in DEPTHS[1:]:
            if not history.is_shallow() or history.is_walkable(base, tip):
                break
            if not history.deepen((base, tip), depth):
                break
        return None

    def _bring(self, commits: tuple[str, ...], tip: str) -> bool:
        holds = self._history.holds
        return holds(commits) or (self._history.deepen((tip,), len(commits) + 1) and holds(commits))

    def _straight(self, tip: str, count: int, floor: str) -> tuple[str, ...]:
        history = self._history
        found = history.line(tip, count)
        if not found and history.deepen((tip,), count + 1):
            found = history.line(tip, count)
        return found if found and floor in ("", *history.parents(found[0])) else ()

    def _compare(self, base: str, head: str) -> Comparison | None:
        pair = base, head
        if pair not in self._asked:
            # What the inputs name may be no commit at all, and dots would be a range of their own.
            can_ask = _OBJECT_ID.fullmatch(head) and ".." not in base
            said = self._remote.compare(base, head) if self._remote and can_ask else None
            ids = (said.merge_base, *said.commits) if said else ()
            self._asked[pair] = said if all(_OBJECT_ID.fullmatch(i) for i in ids) else None
        return self._asked[pair]

    def _fetch_until_joined(self, base: str, head: str, depths: tuple[int, ...], *, both: bool) -> bool:
        history = self._history
        for depth in depths:
            alone = not both and base in history.parents(head)
            if not both and not history.is_shallow() and history.resolve(base) and history.resolve(head):
                return False
            if not history.deepen((head,) if alone else (base, head), depth):
                return False
            if history.merge_base(base, head):
                return True
        return False
