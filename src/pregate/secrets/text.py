"""From bytes to numbered lines, for every encoding: no file is skipped because of how it is written."""

from __future__ import annotations

import codecs

from pregate.expressions import expression

# The longer marks first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SNIFFED = 8000
_ASCII = expression(rb"[\x20-\x7e]{16}")  # eight characters of UTF-16 in a row are seldom this


def decode(data: bytes) -> str:
    """
    The text of a file, with line ends made ``\\n``: UTF-8, what a byte order mark says, or else Latin-1.

    The mark is no part of the text. Latin-1 takes any byte, so that ASCII secrets in a file of unknown
    encoding are found.
    """
    text = _decoded(data)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    if encoding := _unmarked(data):
        return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _marked(data: bytes, encoding: str) -> str:
    """
    The text after a mark, if it is what the mark says. A file that begins with the mark of UTF-16 and goes on
    in ASCII, wholly or in part, is read as Latin-1 without NULs, which shows what is written either way.
    """
    if encoding == "utf-8" or not _ASCII.search(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
    return data.replace(b"\0", b"").decode("latin-1")


def _unmarked(data: bytes) -> str:
    """UTF-16 without a mark, as some programs of Windows write it: ASCII with a NUL in every second place."""
    first, second = data[0:_SNIFFED:2], data[1:_SNIFFED:2]
    if len(data) % 2 or not data:
        return ""
    if not any(second) and all(first):
        return "utf-16-le" if data.isascii() else ""
    if not any(first) and all(second):
        return "utf-16-be" if data.isascii() else ""
    return ""


def split_lines(text: str) -> list[str]:
    """
    The lines of a decoded text, without their ends; a line end at the end of the text begins no further line.
    """
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines
