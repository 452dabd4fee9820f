"""Lock files and manifests in plain text: their text, and their lines with the places in them."""

from __future__ import annotations

from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import conflict, failed
from pregate.lockfiles.model import Reading
from pregate.model import Location
from pregate.positions import BOM, Lines, PositionError, decode
from pregate.records import dataclass

_BREAK = expression(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line without its end; ``number`` from 1."""

    path: str
    number: int
    text: str

    def place(self, start: int = 0, end: int = -1) -> Location:
        """The region from column offset ``start`` to ``end`` (exclusive); without them, the line's text."""
        if end < 0:
            start, end = len(self.text) - len(self.text.lstrip()), len(self.text.rstrip())
        return Location(self.path, self.number, start + 1, self.number, max(start, end) + 1)


def load_text(path: str, data: bytes) -> str | Reading:
    """
    The text of a file without its byte order mark, or the reading that says why there is none: no text,
    nothing but blanks, a merge conflict.
    """
    try:
        text = decode(data).removeprefix(BOM)
    except PositionError as error:
        return failed(path, f"not text: {error.message}", error.line)
    if "\0" in text:
        return failed(path, "not text: it holds a zero byte", Lines(text).place(text.index("\0"))[0])
    if not text.strip():
        return failed(path, "an empty file")
    return conflict(path, text) or text


def load_lines(path: str, data: bytes) -> list[TextLine] | Reading:
    """
    The lines of a file as :class:`pregate.positions.Lines` counts them, or the reading that says why there
    are none.
    """
    text = load_text(path, data)
    if isinstance(text, Reading):
        return text
    return [TextLine(path, number, line) for number, line in enumerate(_BREAK.split(text), 1)]


def lines_of(path: str, files: Mapping[str, bytes]) -> list[TextLine]:
    """The lines of a manifest; none where it is not among ``files`` or cannot be read."""
    loaded = load_lines(path, files[path]) if path in files else []
    return [] if isinstance(loaded, Reading) else loaded
