"""What makes a check as a whole fail, and in which words."""

from __future__ import annotations

from pregate.errors import PregateError

BROKEN = (PregateError, ImportError, SystemExit)
"""
What a check may raise so that it has failed and the others go on: its own word, a scanner of which a part is
not installed, and one that would end the process. Left to itself, an exit could end the run as passed.
"""

_REINSTALL = "A scanner is missing or broken: install pregate again, into an environment of its own."


def failure_of(error: BaseException, check: str) -> tuple[str, str]:
    """Message and hint; of an error that is not pregate's own the type alone: its words may quote a file."""
    if isinstance(error, PregateError):
        return error.message, error.hint
    missing = f" of {error.name}" if isinstance(error, ImportError) and error.name else ""
    return f"the scanner of the {check} check does not work: {type(error).__name__}{missing}", _REINSTALL
