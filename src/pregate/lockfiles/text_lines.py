"""The lines of a lock file that is read line by line."""

from __future__ import annotations

import re

from pregate.lockfiles.document import conflict, failed
from pregate.lockfiles.model import Reading
from pregate.positions import BOM, PositionError, decode

_BREAK = re.compile(r"\r\n|\n|\r")


def load_lines(path: str, data: bytes) -> list[str] | Reading:
    """
    The lines without their ends, as :class:`pregate.positions.Lines` counts them, without a byte order mark;
    or the reading that says why there are none: no text, a merge conflict, nothing but blanks.
    """
    try:
        text = decode(data).removeprefix(BOM)
    except PositionError as error:
        return failed(path, f"not text: {error.message}", error.line)
    if "\0" in text:
        return failed(
            path, "not text: it holds a zero byte", len(_BREAK.findall(text, 0, text.index("\0"))) + 1
        )
    if not text.strip():
        return failed(path, "the file is empty")
    return conflict(path, text) or _BREAK.split(text)
