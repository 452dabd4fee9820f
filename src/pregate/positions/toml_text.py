"""
TOML (https://toml.io/en/v1.0.0) as a tree of nodes.

Not among the names of the package: few commands read a manifest, and its patterns take time to compile.
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.positions.nodes import BOM, Array, Lines, Node, Object, PositionError, Scalar

MAX_KEYS = 40
MAX_LEVELS = 100
_SPACE = expression(r"[ \t]*+")
_GAP = expression(r"(?:[ \t]|\r?\n|#[^\x00-\x08\x0a-\x1f\x7f]*+(?=\r?\n|\Z))*+")
_LINE_END = expression(r"[ \t]*+(?:#[^\x00-\x08\x0a-\x1f\x7f]*+)?+(?:\r?\n|\Z)")
_BARE = expression(r"[A-Za-z0-9_-]++")
_TEXT = expression(r'"([^"\\\x00-\x08\x0a-\x1f\x7f]*+(?:\\[^\n\r][^"\\\x00-\x08\x0a-\x1f\x7f]*+)*+)"')
_LITERAL = expression(r"'([^'\x00-\x08\x0a-\x1f\x7f]*+)'")
_LONG_TEXT = expression(r'"""(?:\r?\n)?((?:[^"\\]|\\[\s\S]|"(?!""))*+"{0,2}(?=""")|)"""')
_LONG_LITERAL = expression(r"'''(?:\r?\n)?((?:[^']|'(?!''))*+'{0,2}(?=''')|)'''")
_CONTROL = expression(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_ESCAPE = expression(r"\\(?:[ \t]*+\r?\n[ \t\r\n]*+|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_DATE = expression(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]++)?+(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
    r"|[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]++)?+"
)
_DIGITS = r"[0-9]++(?:_[0-9]++)*+"
_NUMBER = expression(
    r"0x[0-9A-Fa-f]++(?:_[0-9A-Fa-f]++)*+|0o[0-7]++(?:_[0-7]++)*+|0b[01]++(?:_[01]++)*+|[+-]?(?:inf|nan)"
    rf"|[+-]?(?:0|[1-9][0-9]*+(?:_[0-9]++)*+)(?:\.{_DIGITS})?+(?:[eE][+-]?{_DIGITS})?+"
)
_WORD = expression(r"(?:true|false)(?![A-Za-z0-9_-])")


def parse_toml(text: str) -> Object:
    """
    The tables of ``text`` as one tree; dates and times are scalars with their text as value.

    A table's own span is that of its header. A byte order mark is skipped. Raises PositionError, also for
    keys and tables that are defined twice and for more than ``MAX_KEYS`` names with full stops
    between and values in more than ``MAX_LEVELS`` levels.
    """
    return _TomlParser(text).parse()


class _TomlParser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = int(text.startswith(BOM))
        self.root = Object([], 0, 0)
        self.members: dict[int, dict[str, Node]] = {id(self.root): {}}
        # How a table or array came to be, which says what may still be added: a header, the way to one, a
        # dotted key. What is in none of them was written as a value and is complete.
        self.headed, self.passed, self.dotted = {id(self.root)}, set[int](), set[int]()

    def error(self, message: str, offset: int | None = None) -> PositionError:
        place = Lines(self.text).place(self.position if offset is None else offset)
        return PositionError(message, *place)

    def parse(self) -> Object:
        """One header or one key with its value after the other."""
        table = self.root
        while True:
            self._skip(_GAP)
            if self.position >= len(self.text):
                return self.root
            if self.text.startswith("[", self.position):
                table = self._header()
            else:
                self._pair(table, 0)
            end = _LINE_END.match(self.text, self.position)
            if end is None:
                raise self.error("more text where the line should end")
            self.position = end.end()

    def _skip(self, blanks: re.Pattern[str]) -> None:
        found = blanks.match(self.text, self.position)
        self.position = found.end() if found else self.position

    def _take(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.position):
            return False
        self.position += len(mark)
        return True

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            what = "the text ends" if self.position >= len(self.text) else "an unexpected character"
            raise self.error(f"{what} where {mark} should be")

    # -------------------------------------------------------------------------------------------- tables

    def _header(self) -> Object:
        start = self.position
        mark = "[[" if self.text.startswith("[[", start) else "["
        self.position += len(mark)
        *way, last = self._path()
        self._expect("]" * len(mark))
        table = self.root
        for key in way:
            table = self._enter(table, key)
        made = Object([], start, self.position)
        known = self.members[id(table)].get(last.text)
        if mark == "[[":
            if known is None:
                known = Array([], start, self.position)
                self._add(table, last, known)
                self.headed.add(id(known))
            if not isinstance(known, Array) or id(known) not in self.headed:
                raise self.error("a name is defined twice", start)
            known.items.append(made)
        elif known is None:
            self._add(table, last, made)
        elif isinstance(known, Object) and id(known) in self.passed:
            self.passed.discard(id(known))
            made = known
        else:
            raise self.error("a table is defined twice", start)
        self.headed.add(id(made))
        self.members.setdefault(id(made), {})
        return made

    def _enter(self, table: Object, key: Scalar) -> Object:
        below = self.members[id(table)].get(key.text)
        if below is None:
            below = self._new(table, key)
            self.passed.add(id(below))
        if isinstance(below, Array) and id(below) in self.headed:
            below = below.items[-1]
        if not isinstance(below, Object) or not self._is_open(below):
            raise self.error("a name is defined twice", key.start)
        return below

    def _is_open(self, table: Object) -> bool:
        return id(table) in self.headed or id(table) in self.passed or id(table) in self.dotted

    def _new(self, table: Object, key: Scalar) -> Object:
        made = Object([], key.start, key.end)
        self.members[id(made)] = {}
        self._add(table, key, made)
        return made

    def _add(self, table: Object, key: Scalar, value: Node) -> None:
        members = self.members[id(table)]
        if key.text in members:
            raise self.error("a key is defined twice", key.start)
        members[key.text] = value
        table.members.append((key, value))

    def _pair(self, table: Object, depth: int) -> None:
        *way, last = self._path()
        self._expect("=")
        self._skip(_SPACE)
        for key in way:
            below = self.members[id(table)].get(key.text)
            if below is None:
                below = self._new(table, key)
                self.dotted.add(id(below))
            if not isinstance(below, Object) or id(below) not in self.dotted:
                raise self.error("a name is defined twice", key.start)
            table = below
        self._add(table, last, self._value(depth + len(way)))

    def _path(self) -> list[Scalar]:
        keys: list[Scalar] = []
        while not keys or self._take("."):
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if len(keys) > MAX_KEYS:
                raise self.error(f"a name of more than {MAX_KEYS} parts")
        return keys

    def _key(self) -> Scalar:
        start = self.position
        found = _BARE.match(self.text, start)
        if found:
            self.position = found.end()
            return Scalar(found[0], found[0], start, self.position)
        if self.text.startswith(('"""', "'''"), start) or not self.text.startswith(('"', "'"), start):
            raise self.error("an unexpected character where a key should be")
        return self._text()

    # -------------------------------------------------------------------------------------------- values

    def _value(self, depth: int) -> Node:
        if depth >= MAX_LEVELS:
            raise self.error(f"nested deeper than {MAX_LEVELS} levels")
        first = self.text[self.position : self.position + 1]
        if first in ('"', "'"):
            return self._text()
        if first == "[":
            return self._array(depth)
        if first == "{":
            return self._inline(depth)
        return self._word()

    def _array(self, depth: int) -> Array:
        node = Array([], self.position, self.position)
        self.position += 1
        while True:
            self._skip(_GAP)
            if self._take("]"):
                break
            node.items.append(self._value(depth + 1))
            self._skip(_GAP)
            if not self._take(","):
                self._expect("]")
                break
        node.end = self.position
        return node

    def _inline(self, depth: int) -> Object:
        node = Object([], self.position, self.position)
        self.members[id(node)] = {}
        self.position += 1
        self._skip(_SPACE)
        is_empty = self._take("}")
        while not is_empty:
            self._pair(node, depth + 1)
            self._skip(_SPACE)
            if not self._take(","):
                self._expect("}")
                break
        node.end = self.position
        self._close(node)
        return node

    def _close(self, table: Object) -> None:
        """Nothing may be added any more to what dotted keys made within an inline table."""
        for _, below in table.members:
            if isinstance(below, Object) and id(below) in self.dotted:
                self.dotted.discard(id(below))
                self._close(below)

    def _text(self) -> Scalar:
        start = self.position
        is_long = self.text.startswith(('"""', "'''"), start)
        is_literal = self.text[start] == "'"
        literal, escaped = (_LONG_LITERAL, _LONG_TEXT) if is_long else (_LITERAL, _TEXT)
        found = (literal if is_literal else escaped).match(self.text, start)
        if found is None or (is_long and _CONTROL.search(found[1])):
            raise self.error("a string is not valid or not closed")
        self.position = found.end()
        value = found[1].replace("\r\n", "\n") if is_long else found[1]
        if not is_literal and "\\" in value:
            value = _ESCAPE.sub(lambda escape: self._escaped(escape, start, is_long), value)
        return Scalar(value, value, start, self.position)

    def _escaped(self, escape: re.Match[str], start: int, is_long: bool) -> str:
        digits = escape[1] or escape[2]
        if digits:
            number = int(digits, 16)
            if number < 0xD800 or 0xDFFF < number < 0x110000:
                return chr(number)
        elif escape[3] in _ESCAPES:
            return _ESCAPES[escape[3]]
        elif escape[3] is None and is_long:
            return ""
        raise self.error("a string holds an escape that is not defined", start)

    def _word(self) -> Scalar:
        start = self.position
        for pattern in (_WORD, _DATE, _NUMBER):
            found = pattern.match(self.text, start)
            if found:
                self.position = found.end()
                return Scalar(self._meaning(pattern, found[0], start), found[0], start, self.position)
        what = "the text ends" if start >= len(self.text.rstrip()) else "an unexpected character"
        raise self.error(f"{what} where a value should be")

    def _meaning(self, pattern: re.Pattern[str], word: str, start: int) -> str | int | float | bool:
        if pattern is _WORD:
            return word == "true"
        if pattern is _DATE:
            return word
        try:
            if word[:2] in ("0x", "0o", "0b"):
                return int(word, 0)
            return int(word) if word.lstrip("+-").replace("_", "").isdigit() else float(word)
        except ValueError:  # more digits than int() takes: sys.set_int_max_str_digits
            raise self.error("a number is too long", start) from None
