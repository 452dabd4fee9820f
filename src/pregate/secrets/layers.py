"""
Text that a file holds in another writing, with the way back to where it stands: what Base64 hides, and the
strings of a Jupyter notebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pregate.expressions import expression
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.wrapped import FIRST, NOTEBOOK, printable, runs, unwrapped

_LONGEST_RUN = 1 << 16
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


def layers_of(document: Document) -> Iterator[Layer]:
    """The layers of a file."""
    if layer := _in_base64(document):
        yield layer
    if document.extension == NOTEBOOK and (layer := _in_strings(document)):
        yield layer


def _layer(path: str, lines: list[str], origins: list[Origin], note: str, ranks: int) -> Layer | None:
    if not lines:
        return None
    return Layer(Document(path, "\n".join(lines), lines), origins, note, ranks)


def _in_base64(document: Document) -> Layer | None:
    """What runs of Base64 say, when that is text."""
    lines: list[str] = []
    origins: list[Origin] = []
    for start, end in runs(document.data):
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


def _decoded(run: bytes) -> str:
    """The text that a run of Base64 says, or ``""``: nearly all runs are told by their first characters."""
    if not printable(unwrapped(run[:FIRST])):
        return ""
    return printable(unwrapped(run[:_LONGEST_RUN]))


def _in_strings(document: Document) -> Layer | None:
    """The strings of a notebook (nbformat.readthedocs.io): a line of code or output each, without escapes."""
    lines: list[str] = []
    origins: list[Origin] = []
    for row, line in enumerate(document.lines):
        for match in _STRING.finditer(line):
            size = len(match["text"])
            if size >= _SHORTEST_STRING and (size <= _LONGEST_STRING or "\\" in match["text"]):
                _add(match["text"], row, match.start("text"), lines, origins)
    return _layer(document.path[: -len(NOTEBOOK)] + ".py", lines, origins, "", 3)


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
