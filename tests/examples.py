"""
How many examples a test makes: few in an ordinary run, many with PREGATE_LONG set (``make test-long``).

Tests that have such a long form are marked ``long``. What they make in an ordinary run is the same each time
where CI is set.
"""

from __future__ import annotations

import os

IS_LONG = bool(os.environ.get("PREGATE_LONG"))


def examples(few: int, many: int) -> int:
    """``many`` in the long form, else ``few``."""
    return many if IS_LONG else few
