"""YAML 1.1 as a tree of nodes, from PyYAML's parser events."""

from __future__ import annotations

import re
from typing import Any

from pregate.expressions import expression
from pregate.positions.nodes import BOM, MAX_DEPTH, Array, Lines, Node, Object, PositionError, Scalar
from pregate.records import dataclass, field

MAX_SHARED = 200_000

_YAML_INT = expression(r"[-+]?(?:0|[1-9][0-9]{0,4000})")
_YAML_FLOAT = expression(r"[-+]?[0-9]{1,400}\.[0-9]{0,400}(?:[eE][-+]?[0-9]{1,4})?")
_YAML_WORDS: dict[str, bool | None] = {
    **{form: True for word in ("yes", "true", "on") for form in (word, word.title(), word.upper())},
    **{form: False for word in ("no", "false", "off") for form in (word, word.title(), word.upper())},
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
}


def parse_yaml(text: str) -> list[Node]:
    """
    The documents of a YAML stream.

    Plain scalars become truth values, null, decimal integers and floats as in YAML 1.1; dates, octal,
    hexadecimal and sexagesimal numbers stay text, as CloudFormation's users mean them (``Version:
    2012-10-17``). Keys are known by their text. Custom tags stay in ``tag`` (``!Sub``). An alias gives the
    anchor's own node, so its place is the anchor's. ``<<`` is merged. Raises PositionError, also for nesting
    over ``MAX_DEPTH`` and aliases that stand for more than ``MAX_SHARED`` nodes in all.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    shift = int(text.startswith(BOM))
    composer = _YamlComposer(text, shift)
    try:
        for event in yaml.parse(text[shift:], Loader=loader):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if "nesting depth" in (error.problem or ""):  # libyaml's own bound, which it meets reading ahead
            message = f"nested deeper than {MAX_DEPTH} levels"
            raise composer.error(message, mark.index + shift if mark else 0) from None
        # Of PyYAML's words only those before a quotation are ours to repeat: the rest cites the text.
        words = re.split(r"['\"]", error.problem or "not valid")[0].strip()
        raise composer.error(f"not YAML: {words}", mark.index + shift if mark else 0) from None
    except yaml.YAMLError:
        raise composer.error("not YAML: a character that it does not allow", _first_control(text)) from None
    except UnicodeEncodeError as error:
        raise composer.error("not Unicode text", error.start + shift) from None
    return composer.documents


def _first_control(text: str) -> int:
    """Offset of the first character that YAML refuses (YAML 1.1 §5.1), 0 if none is found."""
    found = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    return found.start() if found else 0


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come. ``size`` and ``depth`` measure it with aliases expanded."""

    node: Array | Object
    anchor: str
    flow: bool
    key: Scalar | None = None
    size: int = 1
    depth: int = 1
    merges: list[Node] = field(default_factory=list)


class _YamlComposer:
    """Builds nodes from parser events, without recursion."""

    def __init__(self, text: str, shift: int) -> None:
        self.text, self.shift = text, shift
        self.documents: list[Node] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.shared = 0

    def error(self, message: str, offset: int) -> PositionError:
        return PositionError(message, *Lines(self.text).place(offset))

    def take(self, event: Any) -> None:
        """The next event."""
        match type(event).__name__:
            case "ScalarEvent":
                node = self._scalar(event)
                self._anchor(event.anchor, node, 1, 0)
                self._add(node, 1, 0)
            case "MappingStartEvent" | "SequenceStartEvent":
                self._open(event)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._close(event)
            case "AliasEvent":
                self._alias(event)
            case "DocumentStartEvent":
                self.anchors = {}

    def _scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark.index + self.shift, event.end_mark.index + self.shift
        if event.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        tag = _custom(event.tag)
        value = event.value
        if event.implicit[0] and not event.style and not tag:
            return Scalar(_resolved(value), value, start, end)
        return Scalar(value, value, start, end, tag)

    def _open(self, event: Any) -> None:
        start = event.start_mark.index + self.shift
        if len(self.stack) >= MAX_DEPTH:
            raise self.error(f"nested deeper than {MAX_DEPTH} levels", start)
        mapping = type(event).__name__ == "MappingStartEvent"
        tag = _custom(event.tag)
        node: Array | Object = Object([], start, start, tag) if mapping else Array([], start, start, tag)
        self.stack.append(_Open(node, event.anchor or "", bool(event.flow_style)))
        if event.anchor:  # an alias inside its own anchor must not find an earlier anchor of that name
            self.anchors.pop(event.anchor, None)

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        node = frame.node
        # A block collection's own end mark stands at the next token, lines further down.
        node.end = event.end_mark.index + self.shift if frame.flow else _end(node)
        if isinstance(node, Object):
            for merged in frame.merges:
                self._merge(node, merged)
        self._anchor(frame.anchor, node, frame.size, frame.depth)
        self._add(node, frame.size, frame.depth)

    def _alias(self, event: Any) -> None:
        offset = event.start_mark.index + self.shift
        if event.anchor not in self.anchors:
            raise self.error("an alias without an anchor before it", offset)
        node, size, depth = self.anchors[event.anchor]
        self._share(size, offset)
        if len(self.stack) + depth > MAX_DEPTH:
            raise self.error(f"aliases nest deeper than {MAX_DEPTH} levels", offset)
        self._add(node, size, depth)

    def _share(self, size: int, offset: int) -> None:
        self.shared += size
        if self.shared > MAX_SHARED:
            raise self.error(f"aliases stand for more than {MAX_SHARED} nodes", offset)

    def _anchor(self, name: str | None, node: Node, size: int, depth: int) -> None:
        if name:
            self.anchors[name] = (node, size, depth)

    def _add(self, node: Node, size: int, depth: int) -> None:
        if not self.stack:
            self.documents.append(node)
            return
        frame = self.stack[-1]
        frame.size += size
        frame.depth = max(frame.depth, depth + 1)
        if isinstance(frame.node, Array):
            frame.node.items.append(node)
        elif frame.key is None:
            if not isinstance(node, Scalar):
                raise self.error("a key that is a collection", node.start)
            frame.key = node
        else:
            key, frame.key = frame.key, None
            if key.text == "<<" and key.end - key.start == len("<<"):  # quoted, it is a key like any other
                frame.merges.append(node)
            else:
                frame.node.members.append((key, node))

    def _merge(self, into: Object, source: Node) -> None:
        """The type ``merge`` of YAML 1.1: own keys win over merged ones, earlier sources over later."""
        sources = source.items if isinstance(source, Array) else [source]
        known = {key.text for key, _ in into.members}
        for mapping in sources:
            if not isinstance(mapping, Object):
                raise self.error("a merge key that merges no mapping", mapping.start)
            self._share(len(mapping.members), mapping.start)
            added = [member for member in mapping.members if member[0].text not in known]
            known.update(key.text for key, _ in added)
            into.members.extend(added)


def _custom(tag: str | None) -> str:
    """A tag that is none of YAML's own; ``!`` alone only says "not plain"."""
    return "" if not tag or tag == "!" or tag.startswith("tag:yaml.org,2002:") else tag


def _end(node: Array | Object) -> int:
    """
    Where a block collection's last child ends.

    A child that is an alias stands elsewhere, before the collection, and does not count.
    """
    if isinstance(node, Array):
        return max([node.start, *(item.end for item in node.items)])
    return max([node.start, *(max(key.end, value.end) for key, value in node.members)])


def _resolved(text: str) -> str | int | float | bool | None:
    if text in _YAML_WORDS:
        return _YAML_WORDS[text]
    if _YAML_INT.fullmatch(text):
        return int(text)
    if _YAML_FLOAT.fullmatch(text):
        return float(text)
    return text
