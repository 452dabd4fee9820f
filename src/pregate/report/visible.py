"""
Text of the scanned tree made harmless to look at: one reading on every terminal, viewer and log.

Control characters (terminal escapes among them), bidirectional overrides, zero-width and other format
characters, and bytes that are no UTF-8 become ``\\x1b``, ``\\u202e`` and so on. A backslash of the text
itself stays as it is: the result is for people; who needs the exact text reads the JSON report.
"""

from __future__ import annotations

import os

from pregate.model import Location

TAB = 4
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WIDE = frozenset("WF")
_ESCAPE_BYTE = range(0xDC80, 0xDD00)


def visible(text: str, keep: str = "") -> str:
    """``text`` with every character that does not print as itself written out, but for those in ``keep``."""
    if text.isprintable():
        return text
    return "".join(c if c in keep else visible_character(c) for c in text)


def visible_character(character: str) -> str:
    """
    One character as :func:`visible` shows it. Blanks of all kinds count as printable; line separators do
    not.
    """
    if character.isprintable():
        return character
    import unicodedata  # as below: a hook that shows no such character does without

    if unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    if code in _ESCAPE_BYTE:  # a byte that is not UTF-8, as os.fsdecode keeps it
        return f"\\x{code - 0xDC00:02x}"
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _NAMED.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def visible_block(text: str) -> str:
    """
    Source text of several lines: line feeds and tabs stay, a carriage return at a line's end goes, all else
    as :func:`visible`.
    """
    return "\n".join(visible(line, keep="\t") for line in source_lines(text))


def source_lines(text: str) -> list[str]:
    """The lines of a snippet without their ends; none for an empty snippet."""
    if not text:
        return []
    lines = text.split("\n")
    if len(lines) > 1 and not lines[-1]:
        del lines[-1]
    return [line.removesuffix("\r") for line in lines]


def one_line(text: str) -> str:
    """
    ``text`` on one line: runs of blanks and line ends become a single blank, the rest as :func:`visible`.
    """
    return visible(" ".join(text.split()))


def clipped(text: str, size: int) -> str:
    """``text``, cut to ``size`` characters with an ellipsis when it is longer."""
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"


def sentence(text: str) -> str:
    """``text`` with a full stop when it has no end mark. SARIF2001 of Microsoft's validator asks for one."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text + "."


def place(location: Location) -> str:
    """``path:line:column`` as editors understand it."""
    return f"{visible(location.path)}:{location.start_line}:{location.start_column}"


def uri(path: str) -> str:
    """A path as a relative URI: its bytes percent-encoded by RFC 3986 §2, so that any name survives."""
    from urllib.parse import quote

    return quote(os.fsencode(_encodable(path)), safe="/")


def _encodable(path: str) -> str:
    # git gives bytes, so only U+DC80 to U+DCFF can occur; any other lone surrogate has no bytes
    return "".join(c if not 0xD800 <= ord(c) < 0xE000 or ord(c) in _ESCAPE_BYTE else "\ufffd" for c in path)


def cells(line: str) -> tuple[list[str], list[int]]:
    """
    A source line as a terminal shows it: a piece of text for each code point, and the cell at which each
    starts.

    The list of cells has one more entry than the pieces, for the end. Tabs reach to the next multiple of
    :data:`TAB`, East Asian wide characters (Unicode Standard Annex 11) take two cells, combining marks none.
    """
    pieces: list[str] = []
    starts = [0]
    for character in line:
        if character == "\t":
            piece = " " * (TAB - starts[-1] % TAB)
        else:
            piece = visible_character(character)
        pieces.append(piece)
        starts.append(starts[-1] + display_width(piece))
    return pieces, starts


def display_width(text: str) -> int:
    """How many cells of a terminal a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(c) for c in text)


def _width(character: str) -> int:
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1
