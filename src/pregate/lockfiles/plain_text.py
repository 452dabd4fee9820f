"""Lock files and manifests in plain text, YAML or TOML, with the places of all their parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pregate.lockfiles.block_yaml import documents
from pregate.lockfiles.document import conflict, failed
from pregate.lockfiles.model import Reading
from pregate.model import Location
from pregate.positions import (
    BOM,
    Lines,
    Node,
    Object,
    PositionError,
    Scalar,
    decode,
    parse_toml,
    parse_yaml,
)

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
    return _conflict(path, text) or text


def _conflict(path: str, text: str) -> Reading | None:
    """Asks where a line begins with such marks, which takes long, only where there are any."""
    return conflict(path, text) if "<" * 7 in text or ">" * 7 in text else None


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
class NodeFile:
    """A YAML file with its documents, or a TOML file with the one that it is."""

    path: str
    text: str
    lines: Lines
    documents: tuple[Node, ...]

    @property
    def root(self) -> Node | None:
        """The first document."""
        return self.documents[0] if self.documents else None

    def location(self, node: Node) -> Location:
        """The place of a node, without its quotes where it is a quoted text."""
        start, end = node.start, node.end
        if end - start > 1 and self.text[start] in "\"'" and self.text[end - 1] == self.text[start]:
            start, end = start + 1, end - 1
        return self.lines.location(self.path, start, end)


def load_yaml(path: str, data: bytes, is_regular: bool = False) -> NodeFile | Reading:
    """
    A YAML file, or the reading that says why there is none: no YAML, too deep, a merge conflict.

    ``is_regular`` chooses the faster parser for a file that holds little else than mappings in lines.
    """
    parse = documents if is_regular else parse_yaml
    return _load_nodes(path, data, "not YAML", lambda text: tuple(parse(text)))


def load_toml_nodes(path: str, data: bytes) -> NodeFile | Reading:
    """A TOML file, or the reading that says why there is none."""
    return _load_nodes(path, data, "not TOML", lambda text: (parse_toml(text),))


def _load_nodes(
    path: str, data: bytes, refusal: str, parse: Callable[[str], tuple[Node, ...]]
) -> NodeFile | Reading:
    try:
        text = decode(data)
        return _conflict(path, text) or NodeFile(path, text, Lines(text), parse(text))
    except PositionError as error:
        return failed(path, f"{refusal}: {error.message.removeprefix(f'{refusal}: ')}", error.line)


def toml_of(path: str, files: Mapping[str, bytes]) -> NodeFile | None:
    """A manifest in TOML; None where it is not among ``files`` or cannot be read."""
    loaded = load_toml_nodes(path, files[path]) if path in files else None
    return loaded if isinstance(loaded, NodeFile) else None


def members(node: Node | None, *way: str) -> Iterator[tuple[Scalar, Node]]:
    """Keys and values of the mapping that ``way`` leads to from ``node``; none where there is no mapping."""
    for name in way:
        node = node.get(name) if isinstance(node, Object) else None
    yield from node if isinstance(node, Object) else ()


def text_of(node: Node | None) -> str:
    """What a scalar says, as written: an unquoted ``1.10`` is a version, not a number. ``""`` for others."""
    return node.text if isinstance(node, Scalar) and node.value is not None else ""


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
