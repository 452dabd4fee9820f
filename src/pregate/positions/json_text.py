"""JSON (RFC 8259) as a tree of nodes."""

from __future__ import annotations

import json

from pregate.expressions import expression
from pregate.positions.nodes import BOM, MAX_DEPTH, Array, Lines, Node, Object, PositionError, Scalar

_JSON_TOKEN = expression(
    r"[ \t\n\r]*+(?:(?P<quote>\")|(?P<open>[{\[])|(?P<close>[}\]])|(?P<mark>[,:])"
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+)|(?P<word>true|false|null))"
)
_JSON_BLANKS = expression(r"[ \t\n\r]*+")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_DECODER = json.JSONDecoder()
_BRACKETS: dict[str, type[Array] | type[Object]] = {"}": Object, "]": Array}


def parse_json(text: str) -> Node:
    """
    The value that ``text`` holds, as ``json.loads`` reads it but for NaN and Infinity, which JSON has not.

    A byte order mark is skipped. Raises PositionError, also for more than ``MAX_DEPTH`` levels.
    """
    return _JsonParser(text).parse()


class _JsonParser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[Array | Object] = []
        self.key: Scalar | None = None
        self.root: Node | None = None
        self.expected = "value"

    def error(self, message: str, offset: int) -> PositionError:
        return PositionError(message, *Lines(self.text).place(offset))

    def parse(self) -> Node:
        """One token after the other; what may come next is in ``expected``."""
        position, match_token = int(self.text.startswith(BOM)), _JSON_TOKEN.match
        while self.root is None or self.stack:
            token = match_token(self.text, position)
            if token is None:
                raise self._unexpected(position)
            kind = token.lastgroup
            start, position = token.start(kind or 0), token.end()
            if kind == "quote":
                position = self._string(start)
            elif kind == "mark":
                self._mark(token["mark"], start)
            elif kind == "open":
                self._open(token["open"], start)
            elif kind == "close":
                self._close(token["close"], start)
            else:
                self._word(token[kind or 0], start, position)
        rest = _JSON_BLANKS.match(self.text, position)
        if rest and rest.end() != len(self.text):
            raise self.error("text after the end of the value", rest.end())
        return self.root

    def _unexpected(self, position: int) -> PositionError:
        blanks = _JSON_BLANKS.match(self.text, position)
        offset = blanks.end() if blanks else position
        what = "the text ends" if offset == len(self.text) else "an unexpected character"
        return self.error(f"{what} where a {self.expected} should be", offset)

    def _string(self, start: int) -> int:
        end: int
        try:
            value, end = _DECODER.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            raise self.error("a string is not valid or not closed", error.pos) from None
        node = Scalar(value, value, start, end)
        if self.expected in ("key", "key or closing bracket"):
            self.key, self.expected = node, "colon"
        else:
            self._add(node)
        return end

    def _word(self, text: str, start: int, end: int) -> None:
        value: int | float | bool | None
        if text in _WORDS:
            value = _WORDS[text]
        else:
            try:
                value = int(text) if text.lstrip("-").isdigit() else float(text)
            except ValueError:  # more digits than int() takes: sys.set_int_max_str_digits
                raise self.error("a number is too long", start) from None
        self._add(Scalar(value, text, start, end))

    def _mark(self, mark: str, start: int) -> None:
        if mark == ":" and self.expected == "colon":
            self.expected = "value"
        elif mark == "," and self.expected == "comma or closing bracket":
            self.expected = "key" if isinstance(self.stack[-1], Object) else "value"
        else:
            raise self.error(f"an unexpected character where a {self.expected} should be", start)

    def _open(self, bracket: str, start: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise self.error(f"nested deeper than {MAX_DEPTH} levels", start)
        node: Array | Object = Object([], start, start) if bracket == "{" else Array([], start, start)
        self._add(node)
        self.stack.append(node)
        self.expected = "key or closing bracket" if bracket == "{" else "value or closing bracket"

    def _close(self, bracket: str, start: int) -> None:
        node = self.stack[-1] if self.stack else None
        if not isinstance(node, _BRACKETS[bracket]) or not self.expected.endswith("closing bracket"):
            raise self.error(f"an unexpected character where a {self.expected} should be", start)
        node.end = start + 1
        self.stack.pop()
        self.expected = "comma or closing bracket"

    def _add(self, node: Node) -> None:
        if not self.expected.startswith("value"):
            raise self.error(f"a value where a {self.expected} should be", node.start)
        self.expected = "comma or closing bracket"
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Array):
            parent.items.append(node)
        elif self.key is not None:
            parent.members.append((self.key, node))
            self.key = None
