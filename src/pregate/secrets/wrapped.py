"""
Text that a file holds in another writing, with the way back to where it stands: what Base64 hides, and the
strings of a Jupyter notebook.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pregate.expressions import expression
from pregate.secrets.document import Document
from pregate.secrets.found import Hit

_SHORTEST_RUN = 24
_LONGEST_RUN = 1 << 16
_FIRST = 32
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_IN_RUN, _APART = b"A", b" "
_CLASSES = bytes(_IN_RUN[0] if byte in _ALPHABET else _APART[0] for byte in range(256))
_NOTEBOOK = ".ipynb"
_SHORTEST_STRING = 6
_LONGEST_STRING = 20_000
_STRING = expression(r'"(?P<text>[^"\\\n]*(?:\\.[^"\\\n]*)*)"?')
_ESCAPE = expression(r"\\(?:u[0-9A-Fa-f]{4}|.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\n", "b": " ", "f": " "}


class Origin(NamedTuple):
    """
    Where a line of a layer stands in the file: ``row``, and ``columns`` of its characters with one more for
    its end; or the stretch ``start`` to ``end`` for all of it, when ``columns`` is empty.
    """

    row: int
    start: int
    end: int
    columns: Sequence[int] = ()


class Layer(NamedTuple):
    """
    A text of its own within a file; ``note`` goes into the message of what is found in it. ``ranks`` is how
    many rooms search it: what Base64 says is no code, in which names tell.
    """

    document: Document
    origins: Sequence[Origin]
    note: str = ""
    ranks: int = 3

    def placed(self, hit: Hit) -> Hit:
        """A hit in the layer's text, as one in the file."""
        row, start, end = self._span(hit.row, hit.start, hit.end)
        value = hit.value or self.document.lines[hit.row][hit.start : hit.end]
        body = tuple(span for span in dict.fromkeys(self._span(*part) for part in hit.body))
        is_whole = not self.origins[hit.row].columns
        return hit._replace(
            row=row,
            start=start,
            end=end,
            note=hit.note + self.note,
            value=value,
            body=() if is_whole else body,
            is_value=hit.is_value or is_whole,
        )

    def _span(self, row: int, start: int, end: int) -> tuple[int, int, int]:
        origin = self.origins[row]
        if not origin.columns:
            return origin.row, origin.start, origin.end
        return origin.row, origin.columns[start], origin.columns[end - 1] + 1 if end > start else origin.end


def layers(document: Document) -> Iterator[Layer]:
    """The layers of a file: none of most."""
    if layer := _in_base64(document):
        yield layer
    if document.extension == _NOTEBOOK and (layer := _in_strings(document)):
        yield layer


def offsets(data: bytes) -> Iterator[int]:
    """Where runs of Base64 begin that may say text, in bytes in which ASCII is ASCII."""
    for start, end in _runs(data):
        if _printable(_bytes(data[start : min(end, start + _FIRST)])):
            yield start


def has_strings(path: str) -> bool:
    """Whether the strings in a file of this name are a layer of their own, whatever they hold."""
    return path.lower().endswith(_NOTEBOOK)


def _layer(path: str, lines: list[str], origins: list[Origin], note: str, ranks: int) -> Layer | None:
    if not lines:
        return None
    return Layer(Document(path, "\n".join(lines), lines), origins, note, ranks)


def _in_base64(document: Document) -> Layer | None:
    """What runs of Base64 say, when that is text."""
    lines: list[str] = []
    origins: list[Origin] = []
    for start, end in _runs(document.data):
        text = _decoded(document.data[start:end])
        if not text:
            continue
        row = document.row(start)
        base = document.starts[row]
        tail = end + (document.data[end : end + 2] == b"==" or 0) + (document.data[end : end + 1] == b"=")
        origin = Origin(row, start - base, tail - base)
        for line in text.split("\n"):
            lines.append(line)
            origins.append(origin)
        lines.append("")
        origins.append(origin)
    return _layer(document.path, lines, origins, ", in Base64", 2)


def _runs(data: bytes) -> Iterator[tuple[int, int]]:
    classes = data.translate(_CLASSES)
    needle = _IN_RUN * _SHORTEST_RUN
    at = classes.find(needle)
    while at >= 0:
        end = classes.find(_APART, at + _SHORTEST_RUN)
        end = len(data) if end < 0 else end
        yield at, end
        at = classes.find(needle, end)


def _decoded(run: bytes) -> str:
    """The text that a run of Base64 says, or ``""``: nearly all runs are told by their first characters."""
    if not _printable(_bytes(run[:_FIRST])):
        return ""
    return _printable(_bytes(run[:_LONGEST_RUN]))


def _bytes(run: bytes) -> bytes:
    whole = len(run) // 4 * 4
    rest = run[whole:] if len(run) - whole > 1 else b""
    try:
        return binascii.a2b_base64(run[:whole] + rest + b"=" * (-len(rest) % 4))
    except binascii.Error:
        return b""


def _printable(data: bytes) -> str:
    if not data.isascii():
        return ""
    text = data.decode("ascii").replace("\r\n", "\n").replace("\t", " ")
    return text if text.replace("\n", "").isprintable() else ""


def _in_strings(document: Document) -> Layer | None:
    """The strings of a notebook (nbformat.readthedocs.io): a line of code or output each, without escapes."""
    lines: list[str] = []
    origins: list[Origin] = []
    for row, line in enumerate(document.lines):
        for match in _STRING.finditer(line):
            size = len(match["text"])
            if size >= _SHORTEST_STRING and (size <= _LONGEST_STRING or "\\" in match["text"]):
                _add(match["text"], row, match.start("text"), lines, origins)
    return _layer(document.path[: -len(_NOTEBOOK)] + ".py", lines, origins, "", 3)


def _add(text: str, row: int, at: int, lines: list[str], origins: list[Origin]) -> None:
    characters: list[str] = []
    columns: list[int] = []
    done = 0

    def end_line(column: int) -> None:
        lines.append("".join(characters))
        origins.append(Origin(row, columns[0] if columns else column, column, (*columns, column)))
        characters.clear()
        columns.clear()

    for escape in _ESCAPE.finditer(text):
        characters += text[done : escape.start()]
        columns += range(at + done, at + escape.start())
        done = escape.end()
        said = _said(escape.group())
        if said == "\n":
            end_line(at + escape.start())
        else:
            characters.append(said)
            columns.append(at + escape.start())
    characters += text[done:]
    columns += range(at + done, at + len(text))
    if characters:
        end_line(at + len(text))


def _said(escape: str) -> str:
    if len(escape) > 2:
        letter = chr(int(escape.removeprefix(r"\u"), 16))
        return letter if letter.isprintable() else " "
    return _ESCAPES.get(escape[1], escape[1])
