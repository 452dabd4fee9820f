"""Bounds on a version: what all notations come down to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Bound(NamedTuple):
    """``operator`` is ``<``, ``<=``, ``>``, ``>=``, ``=`` or ``!=``; ``version`` compares with ours."""

    operator: str
    version: Any

    def holds(self, version: Any) -> bool:
        """Whether ``version`` is on the right side."""
        match self.operator:
            case "<":
                return bool(version < self.version)
            case "<=":
                return not self.version < version
            case ">":
                return bool(self.version < version)
            case ">=":
                return not version < self.version
            case "!=":
                return bool(version != self.version)
            case _:
                return bool(version == self.version)


def all_hold(bounds: Iterable[Bound], version: Any) -> bool:
    """Whether ``version`` is within all of ``bounds``."""
    return all(bound.holds(version) for bound in bounds)
