"""Progress where nobody watches."""

from __future__ import annotations

from collections.abc import Mapping

from pregate.model import Outcome


class Silent:
    """Progress that nobody watches."""

    def started(self, files: int, checks: Mapping[str, int]) -> None:
        """Nothing is said."""

    def analysed(self, check: str) -> None:
        """Nothing is said."""

    def finished(self, outcome: Outcome) -> None:
        """Nothing is said."""
