"""The lines of a file as pregate counts them, for plug-ins that name lines and columns."""

from __future__ import annotations

from pregate.secrets.text import decode, split_lines


def lines_of(data: bytes) -> list[str]:
    """
    The lines of a file of any encoding, without their ends: line 1 is the first of them, column 1 its first
    character. Never raises; what is no UTF-8 and has no mark is read as Latin-1.
    """
    return split_lines(decode(data))
