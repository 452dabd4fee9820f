"""How bad a finding is, and how sure: apart from the other nouns, for what needs no more at its start."""

from __future__ import annotations

import enum


class Severity(enum.IntEnum):
    """How bad a finding is. ``UNKNOWN`` is no rank: policy treats it by ``unknown-severity``."""

    UNKNOWN = 0
    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def word(self) -> str:
        """Its name as users write it: ``high``."""
        return self.name.lower()


class Confidence(enum.IntEnum):
    """How sure the scanner is that a finding is real."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """Its name as users write it: ``high``."""
        return self.name.lower()
