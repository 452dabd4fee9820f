"""
Terms of Erlang and Elixir as trees with places; nothing in them is evaluated.

Only what lock files hold: texts, atoms, words, numbers, lists, tuples and maps. Sources: Elixir's syntax
reference, https://hexdocs.pm/elixir/syntax-reference.html; Erlang's data types,
https://www.erlang.org/doc/system/data_types.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pregate.expressions import expression
from pregate.positions import Lines, PositionError
from pregate.records import dataclass

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
    r"|(?P<open>%\{|#\{|\{|\[)|(?P<close>\}|\])|(?P<end>\.|\Z)|(?P<other>[\s\S])"
)
# What parts the items of a list tells nothing more than that they are parted.
_BLANKS = r"(?:[ \t\r\n,]|=>|{comment}[^\r\n]*+)*+"
_ELIXIR = expression(_BLANKS.format(comment="#") + f"(?:{_TOKENS})", re.DOTALL)
_ERLANG = expression(_BLANKS.format(comment="%") + f"(?:{_TOKENS})", re.DOTALL)
_WORDS = {
    **dict.fromkeys(("binary", "text"), "text"),
    **dict.fromkeys(("key", "name"), "key"),
    **dict.fromkeys(("atom", "quoted", "old", "word"), "atom"),
}
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
    items: Sequence[Term] = ()

    def pairs(self) -> Iterator[tuple[Term, Term]]:
        """Keys and values of a map."""
        return zip(self.items[::2], self.items[1::2], strict=False)


def parse_terms(text: str, is_elixir: bool) -> list[Term]:
    """The terms of a file. Raises PositionError for what is none, also for more than ``MAX_DEPTH`` levels."""
    root: list[Term] = []
    items, stack = root, list[tuple[Term, list[Term]]]()  # what is open, with the items around it
    for token in (_ELIXIR if is_elixir else _ERLANG).finditer(text):
        kind = token.lastgroup or ""
        known = _WORDS.get(kind)
        if known:
            items.append(Term(known, token[kind], *token.span(kind)))
        elif kind == "open":
            inner: list[Term] = []
            stack.append((Term(_KINDS[token[kind]], "", token.start(kind), 0, inner), items))
            items = inner
            if len(stack) > MAX_DEPTH:
                raise _error(text, f"nested deeper than {MAX_DEPTH} levels", token.start(kind))
        elif kind == "close":
            if not stack or _CLOSING[stack[-1][0].kind] != token[kind]:
                raise _error(text, "a bracket closes what is not open", token.start(kind))
            done, items = stack.pop()
            done.end = token.end()
            items.append(done)
        elif kind == "other":
            raise _error(text, "an unexpected character, or a text that is not closed", token.start(kind))
    if stack:
        raise _error(text, "the text ends inside of brackets", len(text))
    return root


def _error(text: str, message: str, offset: int) -> PositionError:
    return PositionError(message, *Lines(text).place(offset))
