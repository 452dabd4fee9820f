"""
Terms of Erlang and Elixir as trees with places; nothing in them is evaluated.

Only what lock files hold: texts, atoms, words, numbers, lists, tuples and maps. Sources: Elixir's syntax
reference, https://hexdocs.pm/elixir/syntax-reference.html; Erlang's data types,
https://www.erlang.org/doc/system/data_types.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pregate.positions import Lines, PositionError

MAX_DEPTH = 100
_TOKENS = (
    r'<<[ \t\r\n]*+"(?P<binary>(?:[^"\\]|\\.)*+)"(?:/utf8)?+[ \t\r\n]*+>>'
    r'|"(?P<key>(?:[^"\\]|\\.)*+)":(?!:)'
    r'|"(?P<text>(?:[^"\\]|\\.)*+)"'
    r'|:"(?P<quoted>(?:[^"\\]|\\.)*+)"'
    r"|:(?P<atom>[A-Za-z_][A-Za-z0-9_@]*+[?!]?+)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_@]*+[?!]?+):(?!:)"
    r"|'(?P<old>(?:[^'\\]|\\.)*+)'"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_@.]*+|-?[0-9][0-9_.eE+-]*+)"
    r"|(?P<open>%\{|#\{|\{|\[)|(?P<close>\}|\])|(?P<mark>=>|,|\.)"
)
_BLANKS = r"(?:[ \t\r\n]|{comment}[^\r\n]*+)*+"
_ELIXIR = re.compile(_BLANKS.format(comment="#") + f"(?:{_TOKENS})", re.DOTALL)
_ERLANG = re.compile(_BLANKS.format(comment="%") + f"(?:{_TOKENS})", re.DOTALL)
_TEXTS = ("binary", "text")
_KINDS = {"%{": "map", "#{": "map", "{": "tuple", "[": "list"}
_CLOSING = {"map": "}", "tuple": "}", "list": "]"}


@dataclass(slots=True, eq=False)
class Term:
    """
    ``kind`` is text, key (``name:``), atom (words and numbers too), or list, tuple or map, whose ``items``
    are in order: keys and values of a map follow each other. ``start`` and ``end`` are offsets, without the
    quotes of a text.
    """

    kind: str
    value: str = ""
    start: int = 0
    end: int = 0
    items: list[Term] = field(default_factory=list)

    def option(self, name: str) -> Term | None:
        """The value of ``name: value`` in a list; None where there is none."""
        for key, value in zip(self.items, self.items[1:], strict=False):
            if key.kind == "key" and key.value == name:
                return value
        return None

    def pairs(self) -> Iterator[tuple[Term, Term]]:
        """Keys and values of a map."""
        return zip(self.items[::2], self.items[1::2], strict=False)


def parse_terms(text: str, is_elixir: bool) -> list[Term]:
    """The terms of a file. Raises PositionError for what is none, also for more than ``MAX_DEPTH`` levels."""
    pattern = _ELIXIR if is_elixir else _ERLANG
    root = Term("list")
    stack, position = [root], 0
    end = len(text.rstrip())
    while position < end:
        token = pattern.match(text, position)
        if token is None:
            if _is_comment(text[position:end], "#" if is_elixir else "%"):
                break
            raise _error(text, "an unexpected character, or a text that is not closed", position)
        kind = str(token.lastgroup)
        value, position = token.group(kind), token.end()
        if kind == "open":
            stack.append(Term(_KINDS[value], "", token.start(kind)))
            if len(stack) > MAX_DEPTH:
                raise _error(text, f"nested deeper than {MAX_DEPTH} levels", token.start(kind))
        elif kind == "close":
            if len(stack) == 1 or _CLOSING[stack[-1].kind] != value:
                raise _error(text, "a bracket closes what is not open", token.start(kind))
            done = stack.pop()
            done.end = position
            stack[-1].items.append(done)
        elif kind != "mark":
            known = "text" if kind in _TEXTS else "key" if kind in ("key", "name") else "atom"
            stack[-1].items.append(Term(known, value, *token.span(kind)))
    if len(stack) > 1:
        raise _error(text, "the text ends inside of brackets", len(text))
    return root.items


def _is_comment(rest: str, mark: str) -> bool:
    return all(not line.strip() or line.strip().startswith(mark) for line in rest.splitlines())


def _error(text: str, message: str, offset: int) -> PositionError:
    blanks = len(text) - len(text[offset:].lstrip())
    return PositionError(message, *Lines(text).place(max(offset, blanks)))
