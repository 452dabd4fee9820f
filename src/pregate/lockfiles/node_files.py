"""Lock files and manifests in YAML or TOML, with the places of all their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pregate.lockfiles.block_yaml import documents
from pregate.lockfiles.document import conflict, failed
from pregate.lockfiles.model import Reading
from pregate.model import Location
from pregate.positions import (
    Lines,
    Node,
    Object,
    PositionError,
    Scalar,
    decode,
    parse_toml,
    parse_yaml,
)
from pregate.records import dataclass


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

    def piece(self, node: Scalar, start: int, end: int) -> Location:
        """
        The place of a part of a scalar's text, by offsets in it; of the node where the text is written
        otherwise than it is read.
        """
        at = node.start + int(self.text.startswith(('"', "'"), node.start))
        if not self.text.startswith(node.text, at):
            return self.location(node)
        return self.lines.location(self.path, at + start, at + end)


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
        return conflict(path, text) or NodeFile(path, text, Lines(text), parse(text))
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


def by_key(node: Node | None, *way: str) -> dict[str, Node]:
    """The same by the texts of the keys, of repeated ones the last."""
    return {key.text: value for key, value in members(node, *way)}


def text_of(node: Node | None) -> str:
    """What a scalar says, as written: an unquoted ``1.10`` is a version, not a number. ``""`` for others."""
    return node.text if isinstance(node, Scalar) and node.value is not None else ""
