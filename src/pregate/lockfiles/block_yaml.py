"""
The YAML that package managers write, read line by line: block mappings and lists, flow ones in one line.

PyYAML makes an event of every token, which takes 0.3 s for a lock file of 1,500 packages. Writers of lock
files use a small part of YAML, in which a line is a pair or an item. A pair that is anything else is given
to :func:`pregate.positions.parse_yaml` with the lines that belong to it, and a text in which that is not
possible as a whole: what is read quickly is what that one reads, same nodes, same offsets. The one difference
is that a plain number stays text.
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.positions import MAX_DEPTH, Array, Node, Object, PositionError, Scalar, parse_yaml

# Plain scalars as they are taken here: no indicator in front, nothing in them that could end them.
_FIRST = r"[A-Za-z0-9_./~^+$<=(\\]"
_BLOCK_PLAIN = rf"{_FIRST}(?:[^\s:#]++|:(?=\S)|(?<=\S)\#|[ ]++(?=[^\s#:]))*+"
_FLOW_PLAIN = rf"{_FIRST}(?:[^\s:#,?\[\]{{}}]++|:(?=[^\s,?\[\]{{}}])|(?<=\S)\#|[ ]++(?=[^\s#:,?\[\]{{}}]))*+"
_QUOTED = r"""'(?:[^'\n\r]|'')*+'|"[^"\\\n\r]*+\""""
_PAIR = expression(
    rf"([ ]*+)({_QUOTED}|{_BLOCK_PLAIN})[ ]*+:(?:[ ]++({_QUOTED}|{_BLOCK_PLAIN}))?+[ ]*+\r?(?:\n|\Z)"
)
_FLOW_LINE = expression(
    rf"([ ]*+)({_QUOTED}|{_BLOCK_PLAIN})[ ]*+:[ ]++(?=[\[{{])([^\n\r]*[\]}}])[ ]*+\r?(?:\n|\Z)"
)
_KEY = expression(rf"([ ]*+)({_QUOTED}|{_BLOCK_PLAIN})[ ]*+:[ ]")
_ITEM = expression(rf"([ ]*+)-[ ]++({_QUOTED}|{_BLOCK_PLAIN})[ ]*+\r?(?:\n|\Z)")
_BLANK = expression(r"[ ]*+(?:#[^\n]*+)?\r?(?:\n|\Z)")
_FLOW_PAIR = expression(rf"[ ]*+({_QUOTED}|{_FLOW_PLAIN})[ ]*+:[ ]++({_QUOTED}|{_FLOW_PLAIN})[ ]*+([,}}])")
_FLOW_ITEM = expression(rf"[ ]*+({_QUOTED}|{_FLOW_PLAIN})[ ]*+([,\]])")
_WORDS = {"true": True, "false": False, "null": None, "~": None}
_MAX_FRAGMENTS = 500
_MAX_KEY = 1000  # YAML 1.1 has no implicit key of more than 1024 characters


class _IrregularError(ValueError):
    """The text is not of the kind that is read here; perhaps it is YAML all the same."""


def documents(text: str) -> list[Node]:
    """
    The documents of ``text`` as :func:`pregate.positions.parse_yaml` gives them, its errors included.

    Plain numbers may stay text: ask a scalar for its ``text``.
    """
    # Tabs, controls, other line breaks, surrogates, byte order marks.
    if text.replace("\r\n", "").replace("\n", "").isprintable():
        try:
            return _Reader(text).read()
        except _IrregularError:
            pass
    return parse_yaml(text)


class _Reader:
    """
    ``stack`` holds the open collections with their indentation; ``pending`` is a key whose value may follow.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[tuple[int, Object | Array]] = []
        self.pending: tuple[int, Scalar, int] | None = None
        self.fragments = 0

    def read(self) -> list[Node]:
        text, position, size = self.text, 0, len(self.text)
        match_pair, pair = _PAIR.match, self._pair
        root: list[Node] = []
        while position < size:
            found = match_pair(text, position)
            if found:
                pair(found)
                position = found.end()
            elif blank := _BLANK.match(text, position):
                position = blank.end()
            elif item := _ITEM.match(text, position):
                self._item(item)
                position = item.end()
            else:
                position = self._other(position)
        if self.stack:
            root = [self.stack[0][1]]
        self._finish()
        return root

    def _pair(self, found: re.Match[str]) -> None:
        key = self._open(found)
        start, end = found.span(3)
        if start < 0:
            indent = found.end(1) - found.start(1)
            self.pending = (indent, key, self.text.index(":", key.end) + 1)
        else:
            self._add(key, _scalar(found.group(3), start, end))

    def _item(self, found: re.Match[str]) -> None:
        self._resolve(found.end(1) - found.start(1), found.end(1), Array)
        self._add(None, _scalar(found.group(2), *found.span(2)))

    def _other(self, position: int) -> int:
        """A line that holds a flow collection, or the first one of a pair for the whole parser."""
        found = _FLOW_LINE.match(self.text, position)
        node = _flow(self.text, *found.span(3)) if found else None
        if found and node is not None:
            self._add(self._open(found), node)
            return found.end()
        found = _KEY.match(self.text, position)
        self.fragments += 1
        if not found or self.fragments > _MAX_FRAGMENTS:
            raise _IrregularError
        key = self._open(found)
        end = self._end_of_pair(found.end(), found.end(1) - found.start(1))
        self._add(key, _fragment(self.text, position, end))
        return end

    def _end_of_pair(self, position: int, indent: int) -> int:
        """Behind the last line that is indented deeper than ``indent``, from the line of ``position`` on."""
        deeper = re.compile(rf"[^\n]*(?:\n|\Z)(?:(?: {{{indent + 1}}}[^\n]*|[ ]*\r?)(?:\n|\Z(?<!\n)))*+")
        found = deeper.match(self.text, position)
        return found.end() if found else len(self.text)

    def _open(self, found: re.Match[str]) -> Scalar:
        """The key of a pair, after the mapping that it belongs to has become the innermost open one."""
        indent = found.end(1) - found.start(1)
        start, end = found.span(2)
        if end - start > _MAX_KEY or (not indent and self.text.startswith("...", start)):
            raise _IrregularError
        self._resolve(indent, start, Object)
        key = _scalar(found.group(2), start, end)
        if key.text == "<<":
            raise _IrregularError
        return key

    def _resolve(self, indent: int, start: int, kind: type[Object] | type[Array]) -> None:
        """Closes what a line of this indentation is not part of, opens the collection that it begins."""
        stack = self.stack
        if self.pending is not None:
            above, key, offset = self.pending
            self.pending = None
            if indent > above or (indent == above and kind is Array):
                node = kind([], start, start)
                self._add(key, node)
                self._push(indent, node)
                return
            self._add(key, Scalar(None, "", offset, offset))
        elif not stack and kind is Object and indent == 0:
            self._push(0, Object([], start, start))
            return
        while stack and (
            stack[-1][0] > indent or (stack[-1][0] == indent and type(stack[-1][1]) is not kind)
        ):
            self._close()
        if not stack or stack[-1][0] != indent:
            raise _IrregularError

    def _push(self, indent: int, node: Object | Array) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _IrregularError
        self.stack.append((indent, node))

    def _close(self) -> None:
        node = self.stack.pop()[1]
        node.end = (node.items[-1] if isinstance(node, Array) else node.members[-1][1]).end

    def _finish(self) -> None:
        if self.pending is not None:
            _, key, offset = self.pending
            self._add(key, Scalar(None, "", offset, offset))
        while self.stack:
            self._close()

    def _add(self, key: Scalar | None, value: Node) -> None:
        node = self.stack[-1][1]
        if isinstance(node, Array):
            node.items.append(value)
        elif key is not None:
            node.members.append((key, value))


def _scalar(text: str, start: int, end: int) -> Scalar:
    if text[0] == "'":
        value = text[1:-1].replace("''", "'")
        return Scalar(value, value, start, end)
    if text[0] == '"':
        return Scalar(text[1:-1], text[1:-1], start, end)
    return Scalar(_WORDS.get(text, text), text, start, end)


def _flow(text: str, start: int, end: int) -> Node | None:
    """The flow collection of scalars that takes exactly this span, or None."""
    is_object = text[start] == "{"
    node: Object | Array = Object([], start, end) if is_object else Array([], start, end)
    position, last = start + 1, "" if text[start + 1 : end - 1].strip(" ") else text[end - 1]
    while last in ("", ","):
        found = (_FLOW_PAIR if is_object else _FLOW_ITEM).match(text, position, end)
        if not found:
            return None
        first = _scalar(found.group(1), *found.span(1))
        if isinstance(node, Array):
            node.items.append(first)
        else:
            node.members.append((first, _scalar(found.group(2), *found.span(2))))
        position, last = found.end(), text[found.end() - 1]
    is_whole = position == end or not len(node)
    return node if is_whole and last == ("}" if is_object else "]") else None


def _fragment(text: str, start: int, end: int) -> Node:
    """The value of the one pair in these lines, as the whole parser reads it."""
    if "&" in text[start:end] or "*" in text[start:end]:
        raise _IrregularError  # an anchor or an alias has a meaning beyond these lines
    try:
        found = parse_yaml(text[start:end])
    except PositionError:
        raise _IrregularError from None
    if len(found) != 1 or not isinstance(found[0], Object) or len(found[0].members) != 1:
        raise _IrregularError
    value = found[0].members[0][1]
    waiting: list[Node] = [value]
    while waiting:
        node = waiting.pop()
        node.start, node.end = node.start + start, node.end + start
        if isinstance(node, Array):
            waiting += node.items
        elif isinstance(node, Object):
            waiting += [part for member in node.members for part in member]
    return value
