"""
YAML 1.1 as a tree of nodes; the part of it that most templates are written in without PyYAML.

PyYAML takes ten milliseconds to be imported, most of them for what it would write or construct. A template is
block mappings and lists whose scalars, short lists and functions (``!Sub x``) stand in one line, and texts
behind ``|``. These are read line by line, as PyYAML reads them and with the same offsets; at the first line
that might mean anything else, the whole text is left to PyYAML (:mod:`pregate.positions.yaml_events`).
"""

from __future__ import annotations

from pregate.positions.nodes import MAX_DEPTH, Array, Node, Object, Scalar
from pregate.positions.yaml_inline import IrregularError, colon_of, in_line, scalar, skip, tag_of

_DEEPEST = MAX_DEPTH // 2


def parse_yaml(text: str) -> list[Node]:
    """
    The documents of a YAML stream.

    Plain scalars become truth values, null, decimal integers and floats as in YAML 1.1; dates, octal,
    hexadecimal and sexagesimal numbers stay text, as CloudFormation's users mean them (``Version:
    2012-10-17``). Keys are known by their text. Custom tags stay in ``tag`` (``!Sub``). An alias gives the
    anchor's own node, so its place is the anchor's. ``<<`` is merged. Raises PositionError, also for nesting
    over ``MAX_DEPTH`` and aliases that stand for more than ``MAX_SHARED`` nodes in all.
    """
    root = parse_lines(text)
    if root is not None:
        return [root]
    from pregate.positions.yaml_events import parse_events

    return parse_events(text)


def parse_lines(text: str) -> Node | None:
    """The document of a text that can be read line by line, None where only PyYAML knows what is meant."""
    # Tabs, controls, other line breaks, surrogates, byte order marks.
    if not text.replace("\n", "").isprintable():
        return None
    try:
        return _Reader(text).read()
    except IrregularError:
        return None


class _Awaited:
    """A key (None: a dash) whose value may follow in the next lines; if none does, nothing is at ``end``."""

    __slots__ = ("column", "end", "key", "start", "tag")

    def __init__(self, column: int, key: Scalar | None, end: int, tag: str = "", start: int = -1) -> None:
        self.column, self.key, self.end, self.tag, self.start = column, key, end, tag, start


class _Reader:
    """``line`` is where the current line begins, ``next`` the one after it; ``stack``: open collections."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line = self.next = 0
        self.stack: list[tuple[int, Array | Object]] = []
        self.awaited: _Awaited | None = None

    def read(self) -> Node:
        """The root, a block mapping or list."""
        text, size, is_begun = self.text, len(self.text), False
        while self.next < size:
            start = self.line = self.next
            end = text.find("\n", start)
            self.next = size if end < 0 else end + 1
            line = text[start : self.next - 1 if end >= 0 else size].rstrip(" ")
            rest = line.lstrip(" ")
            if not rest or rest[0] == "#":
                continue
            if line != "---" or is_begun:
                self._entry(start + len(line) - len(rest), start + len(line))
            is_begun = True
        if not self.stack:
            raise IrregularError
        root = self.stack[0][1]
        self._settle()
        while self.stack:
            self._close()
        return root

    # ------------------------------------------------------------------------------------------ structure

    def _entry(self, at: int, end: int) -> None:
        """The items and the pair that begin at ``at``, in a line that ends at ``end``."""
        text = self.text
        while text[at] == "-" and (at + 1 == end or text[at + 1] == " "):
            self._enter(at, Array)
            column, inner = at - self.line, skip(text, at + 1, end)
            is_last = inner == end or text[inner] == "#"
            if not is_last and not text.startswith("- ", inner) and colon_of(text, inner, end) < 0:
                self._value(inner, end, column, None)
                return
            self.awaited = _Awaited(column, None, at + 1)
            if is_last:
                return
            at = inner
        colon = colon_of(text, at, end)
        if colon < 0:
            raise IrregularError
        self._enter(at, Object)
        column, key = at - self.line, scalar(text, at, colon)
        inner = skip(text, colon + 1, end)
        if inner == end or text[inner] == "#":
            self.awaited = _Awaited(column, key, colon + 1)
        else:
            self._value(inner, end, column, key)

    def _enter(self, at: int, kind: type[Array] | type[Object]) -> None:
        """Closes what an entry at ``at`` is not part of, opens the collection that it begins."""
        stack, column, awaited = self.stack, at - self.line, self.awaited
        if awaited is not None:
            may_be_level = kind is Array and awaited.key is not None  # a list may stand below its key
            if column > awaited.column or (column == awaited.column and may_be_level):
                self.awaited = None
                node = kind([], at if awaited.start < 0 else awaited.start, at, awaited.tag)
                self._add(awaited.key, node)
                self._open(column, node)
                return
            self._settle()
        elif not stack and not column:
            self._open(0, kind([], at, at))
            return
        while stack and (
            stack[-1][0] > column or (stack[-1][0] == column and type(stack[-1][1]) is not kind)
        ):
            self._close()
        if not stack or stack[-1][0] != column:
            raise IrregularError

    def _open(self, column: int, node: Array | Object) -> None:
        if len(self.stack) >= _DEEPEST:
            raise IrregularError
        self.stack.append((column, node))

    def _close(self) -> None:
        node = self.stack.pop()[1]
        node.end = (node.items[-1] if isinstance(node, Array) else node.members[-1][1]).end

    def _settle(self) -> None:
        """A key for which no value came has none. Where a dash or a tag has none, PyYAML knows."""
        awaited, self.awaited = self.awaited, None
        if awaited is not None:
            if awaited.key is None or awaited.tag:
                raise IrregularError
            self._add(awaited.key, Scalar(None, "", awaited.end, awaited.end))

    def _add(self, key: Scalar | None, value: Node) -> None:
        node = self.stack[-1][1]
        if isinstance(node, Array):
            node.items.append(value)
        elif key is not None:
            node.members.append((key, value))

    # --------------------------------------------------------------------------------------------- values

    def _value(self, at: int, end: int, column: int, key: Scalar | None) -> None:
        """What stands behind a key or a dash at ``column`` in the same line."""
        text, start, tag = self.text, at, tag_of(self.text, at, end)
        if tag:
            at = skip(text, at + len(tag), end)
            if at == end or text[at] == "#":
                self.awaited = _Awaited(column, key, at, tag, start)
                return
        if text[at] in "|>":
            node: Node = self._block(at, end, column)
        else:
            node = in_line(text, at, end, is_tagged=bool(tag))
        node.start, node.tag = start, tag
        self._add(key, node)

    def _block(self, at: int, end: int, column: int) -> Scalar:
        """The text behind ``|`` or ``>``: all lines that are indented as deep as the first one."""
        text, header, lines = self.text, self.text[at:end], list[str]()
        first = skip(text, self.next, len(text))
        indent, last = first - self.next, end
        if header not in ("|", "|-", ">", ">-") or indent <= column or text.startswith("\n", first):
            raise IrregularError
        while self.next < len(text):
            stop = text.find("\n", self.next)
            line = text[self.next : stop]
            inside = line.strip(" ")
            if stop < 0 or (not inside and len(line) > indent):
                raise IrregularError
            if inside and len(line) - len(line.lstrip(" ")) < indent:
                break
            lines.append(line[indent:])
            last = stop if inside else last
            self.next = stop + 1
        while lines and not lines[-1]:
            lines.pop()
        if header[0] == ">" and not all(line and line == line.strip(" ") for line in lines):
            raise IrregularError
        value = ("\n" if header[0] == "|" else " ").join(lines) + ("" if header[1:] else "\n")
        return Scalar(value, value, at, at + len(text[at:last].rstrip()))
