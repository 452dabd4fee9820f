"""Lock files and manifests that are plain text or YAML: decoded, cut into lines with their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pregate.lockfiles.document import conflict, failed
from pregate.lockfiles.model import Reading
from pregate.model import Location
from pregate.positions import BOM, Lines, Node, PositionError, decode, parse_yaml

_BREAK = re.compile(r"\r\n|\n|\r")


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
    The text of a file without its byte order mark, or the reading that says why there is none: not UTF-8,
    nothing but that mark, or a merge conflict.
    """
    try:
        text = decode(data).removeprefix(BOM)
    except PositionError as error:
        return failed(path, error.message, error.line)
    if not text.strip():
        return failed(path, "an empty file")
    return conflict(path, text) or text


def load_lines(path: str, data: bytes) -> list[TextLine] | Reading:
    """The lines of a file, or the reading that says why there are none."""
    text = load_text(path, data)
    if isinstance(text, Reading):
        return text
    return [TextLine(path, number, line) for number, line in enumerate(_BREAK.split(text), 1)]


def lines_of(path: str, files: Mapping[str, bytes]) -> list[TextLine]:
    """The lines of a manifest; none where it is not among ``files`` or cannot be read."""
    loaded = load_lines(path, files[path]) if path in files else []
    return [] if isinstance(loaded, Reading) else loaded


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A YAML file: its text, the lines, the documents."""

    path: str
    text: str
    lines: Lines
    documents: tuple[Node, ...]

    def location(self, node: Node) -> Location:
        """The place of a node, without its quotes where it is a quoted text."""
        start, end = node.start, node.end
        if end - start > 1 and self.text[start] in "\"'" and self.text[end - 1] == self.text[start]:
            start, end = start + 1, end - 1
        return self.lines.location(self.path, start, end)


def load_yaml(path: str, data: bytes) -> YamlFile | Reading:
    """A YAML file, or the reading that says why there is none: no YAML, too deep, a merge conflict."""
    text = ""
    try:
        text = decode(data)
        marked = conflict(path, text)
        return marked or YamlFile(path, text, Lines(text), tuple(parse_yaml(text)))
    except PositionError as error:
        message = error.message.removeprefix("not YAML: ")
        return failed(path, f"not YAML: {message}", error.line)


def reachable(starts: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Everything that ``starts`` need, they themselves included; a cycle ends where it began."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += edges.get(name, ())
    return found
