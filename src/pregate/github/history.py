"""What finding the change of an event needs to know of history. Whoever runs git implements it."""

from __future__ import annotations

from typing import Protocol


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
        """
        Fetches ``commits`` from the remote ``origin`` with ``depth`` generations; false when that did not
        work.
        """
        ...
