"""
What finding the change of an event needs to know of history: of the clone, which whoever runs git implements,
and of the remote repository, which whoever speaks to GitHub's API implements.
"""

from __future__ import annotations

from typing import Protocol

from pregate.records import dataclass


class History(Protocol):
    """Questions about commits. Object ids in, object ids out."""

    def head(self) -> str:
        """The checked-out commit, ``""`` when there is none."""
        ...

    def resolve(self, name: str) -> str:
        """The commit that a revision names, ``""`` when the clone does not hold it."""
        ...

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents that a commit names, whether the clone holds them or not."""
        ...

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor, ``""`` when the clone holds none."""
        ...

    def is_shallow(self) -> bool:
        """Whether history was cut off when it was fetched."""
        ...

    def deepen(self, commits: tuple[str, ...], depth: int) -> bool:
        """Fetches ``commits`` with ``depth`` generations; false when that did not work."""
        ...

    def holds(self, commits: tuple[str, ...]) -> bool:
        """Whether the clone has all these commits and their parents."""
        ...

    def line(self, commit: str, count: int) -> tuple[str, ...]:
        """
        The last ``count`` commits up to ``commit``, oldest first; ``()`` when one of them is a merge, a root,
        or the clone lacks its parent.
        """
        ...

    def is_walkable(self, base: str, head: str) -> bool:
        """
        Whether the clone has every commit that is reachable from ``head`` and not from ``base``, and tells
        them from others.
        """
        ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    What GitHub's API says of two commits.

    ``commits`` are reachable from the head and not from the base, oldest first; ``is_whole`` is false when
    only some were listed.
    """

    merge_base: str
    commits: tuple[str, ...]
    is_whole: bool


class Remote(Protocol):
    """The repository on GitHub, asked through its API (docs.github.com, "Compare two commits")."""

    def compare(self, base: str, head: str) -> Comparison | None:
        """
        Where two commits meet and what lies between them; ``None`` when GitHub does not say, for whatever
        reason. ``base`` is an object id or the name of a branch, ``head`` an object id.
        """
        ...
