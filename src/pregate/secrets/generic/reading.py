"""
What stands after a name and before its value, read without an expression where that is easily told.

:func:`pregate.secrets.generic.patterns.connection` and ``wrapper`` are large, and most names of a program are
told by a few characters. What is told here is what those would have matched; for the rest they are asked. A
test holds the two equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pregate.secrets.generic import patterns

if TYPE_CHECKING:
    from typing import Literal

Connection = tuple[int, str, str, str]
"""Where it ends, what closes before it, its kind (a group of the pattern's), and the sign that assigns."""
Opening = tuple[int, str, str, bool]
"""Where the string begins, its quote, the letters before that, and whether a bracket is before all."""

_BLANKS = " \t"
_CLOSING = ")]}\"'`"
_MAY_CLOSE = ("\\", "[", "?", "&", "*")
_MOST_CLOSING = 3
_QUOTES = ('"', "'", "`")
_MOST_IN_BRACKET, _ASKED = 8, 70
_WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
# How all that a connection may be begins, by its first character; what has a letter first stands for itself.
_BEGINNINGS = {
    ".": (".equals(", ".Equals(", ".eq(", ".equalsIgnoreCase(", ".to_eq(", ".compareTo("),
    "!": ("!=",),
    "<": ("<>", "<-"),
    "-": ("->", "-eq"),
    "?": ("??=",),
    "|": ("||=",),
    "+": ("+=",),
}
_WORDS = (
    *("string", "String", "str ", "str\t", "NSString", "char", "as ", "as\t", "As ", "As\t"),
    *("eq ", "eq\t", "eq(", "ne ", "ne\t", "ne(", "to eq", "toBe"),
)
_KINDS = ("tag", "attribute", "comma", "call", "equals")
_MOST_BLANKS, _MOST_BEFORE_STRING, _MOST_INDENT, _MOST_AROUND_OR = 60, 20, 60, 4
_TYPE, _ATTRIBUTE, _ATTRIBUTE_NAME = 51, 160, 21  # characters, at most
# How what may stand before a string begins, where that is letters.
_TYPES = (
    *("byte", "String", "str", "Secret", "Buffer.", "Optional.", "Some", "new", "b64", "B64", "base64."),
    *("unhex", "fromhex", "aws.", "to_s", "NSString", "std", "QString", "_T", "TEXT", "convertTo"),
    *("ConvertTo", "Secure", "encode", "u8"),
)
_PREFIXES = frozenset("bBuUrRfFL")
_OPENS = ("\\", "\r", "\n", "[", "(", "&", "@", '#"', "-")
_OR = ("||", "??", "or", "?:", ":-")
_LONGEST_NAME = 60
# What stands before the blank before a name that is an argument.
_COMMANDS = (
    *("ENV", "ARG", "setenv", "setx", "SetEnv", "define", "set", "env", "fastcgi_param", "proxy_set_header"),
    *("-", "(def"),
)
_VERBS = (" to ", " is ", " as ", " with ", " equals ")


def connection(text: str, end: int, reach: int) -> Connection | None:
    """What stands after the name that ends at a place, up to its value."""
    found = _connection(text, end)
    if found is not False:
        return found
    match = patterns.connection().match(text, end, end + reach)
    if match is None:
        return None
    kind = next((kind for kind in _KINDS if match[kind]), "sign")
    return match.end(), match["close"], kind, match["sign"] or "="


def _connection(text: str, end: int) -> Connection | Literal[False] | None:
    """The same; false where it takes the expression to tell."""
    close = _run(text[end : end + _MOST_CLOSING + 1], _CLOSING)
    if len(close) > _MOST_CLOSING:
        return None
    start = end + len(close)
    if text.startswith(_MAY_CLOSE, start):
        return False
    at = _after(text, start, _MOST_BLANKS)
    if at < 0 or text.startswith(">", start):
        return False
    first = text[at : at + 1]
    if first in (",", "("):
        return at + 1, close, "comma" if first == "," else "call", "="
    if first == "=":
        return False if text[at + 1 : at + 2] in ("=", ">", "~") else (at + 1, close, "sign", "=")
    if first == ":":
        is_other = text.startswith((":", "="), at + 1) or _may_be_typed(text, at + 1)
        return False if is_other else (at + 1, close, "sign", ":")
    return False if _may_connect(text, at, first, is_apart=at > start) else None


def _may_be_typed(text: str, at: int) -> bool:
    """Whether a type may follow a colon, and then the sign."""
    first = text[at : at + 5].lstrip(_BLANKS)[:1]
    return (first.isalpha() or first == "&") and "=" in text[at : at + _TYPE]


def _may_connect(text: str, at: int, first: str, *, is_apart: bool) -> bool:
    """Whether anything else that connects may begin at a place."""
    if not first.isascii() or (not is_apart and first in _WORD and first):
        return True
    if text.startswith(_BEGINNINGS.get(first, _WORDS), at):
        return True
    if first == "{":
        return text[at + 1 : at + 6].lstrip(_BLANKS)[:1] in ("g", '"', "'")
    if not is_apart or not (first == "-" or first in _WORD) or "alue" not in text[at : at + _ATTRIBUTE]:
        return False
    if text.startswith(("value", "Value"), at) and text[at + 5 : at + 10].lstrip(_BLANKS).startswith("="):
        return True
    return text.startswith("android:", at) or "=" in text[at : at + _ATTRIBUTE_NAME]


def opening(text: str, at: int, reach: int) -> Opening | None:
    """How the string begins that is a value, with what may stand before it and leaves it what it is."""
    found = _opening(text, at)
    if found is not False:
        return found
    match = patterns.wrapper().match(text, at, at + reach)
    if match is None:
        return None
    return match.end(), match["quote"], match["prefix"], match.group().lstrip().startswith("(")


def _opening(text: str, at: int) -> Opening | Literal[False] | None:
    start = _after(text, at, _MOST_BEFORE_STRING)
    if start >= 0 and text.startswith("\n", start):
        start = _after(text, start + 1, _MOST_INDENT)
    if start < 0:
        return False
    if text.startswith(("(", "["), start):
        return _in_bracket(text, start)
    if begun := _plainly(text, start):
        return begun
    name = _name(text, start)
    if not name:
        return False if _is_open(text, start) else None
    if len(name) > _LONGEST_NAME or _is_type(name):
        return False
    return _after_name(text, start + len(name))


def _plainly(text: str, start: int, *, is_bracketed: bool = False) -> Opening | None:
    """A string that begins at a place with its quote."""
    return (start + 1, text[start], "", is_bracketed) if text.startswith(_QUOTES, start) else None


def _is_open(text: str, start: int) -> bool:
    """Whether what is neither a letter nor a quote may stand before a string, or is a letter after all."""
    return text.startswith(_OPENS, start) or not text[start : start + 1].isascii()


def _in_bracket(text: str, start: int) -> Opening | Literal[False] | None:
    """A string after a bracket, with few blanks between."""
    at = start + 1
    blanks = len(_run(text[at : at + _MOST_IN_BRACKET + 1], _BLANKS + "\n"))
    if text.startswith("]", at):
        return False  # ``[]byte("…")``
    if blanks > _MOST_IN_BRACKET:
        return None
    if begun := _plainly(text, at + blanks, is_bracketed=text[start] == "("):
        return begun
    return False if _is_open(text, at + blanks) or _is_type(_name(text, at + blanks)) else None


def _after_name(text: str, end: int) -> Opening | Literal[False] | None:
    """The string after a name that says nothing of types: a default, in a call or after an ``or``."""
    following = text[end : end + 1]
    if not following.isascii():
        return False
    if following in ("(", "["):
        return False if _may_default(text, end) else None
    at = _after(text, end, _MOST_AROUND_OR)
    if at <= end or not text.startswith(_OR, at):
        return False if at < 0 else None
    start = _after(text, at + 2, _MOST_AROUND_OR)
    if start <= at + 2:
        return False if start < 0 else None
    if begun := _plainly(text, start):
        return begun
    return False if _is_open(text, start) or _is_type(_name(text, start)) else None


def _may_default(text: str, end: int) -> bool:
    """Whether a default may follow what is asked for by a text in quotes, in a call or an index."""
    asked = text[end + 1 : end + 1 + _ASKED]
    if not asked.isascii():
        return True
    asked = asked.lstrip(_BLANKS)
    rest = asked[1:].lstrip(_WORD + ".:/-")
    if not asked.startswith(('"', "'")) or not rest.startswith(('"', "'")):
        return False
    if rest.startswith(("(", ",", " ", "\t"), 1):
        return True
    return rest.startswith((")", "]"), 1) and rest.startswith(("(", *_BLANKS), 2)


def is_command(before: str) -> bool:
    """Whether what stands before a blank may be a command or an option that sets something."""
    told = before.rstrip(" \t")
    return told.endswith(_COMMANDS) or " -" in told[-5:]


def said(text: str, end: int, reach: int) -> tuple[int, int] | None:
    """A string that a sentence says the name to be."""
    told = text[end : end + 14].lstrip("`*\"'")
    if not told.startswith(_VERBS) or told[told.index(" ", 1) + 1 :][:1] not in ("`", '"', "'"):
        return None
    match = patterns.SENTENCE.match(text, end, end + reach)
    return match.span("value") if match else None


def on_line(text: str, end: int, before: str, reach: int, *, is_code: bool) -> tuple[int, int] | None:
    """What follows a name that begins its line."""
    following = text[end : end + 22].lstrip(" \t")
    if not text.startswith((" ", "\t"), end) or (is_code and not following.startswith(('"', "'"))):
        return None
    if before.rstrip(" \t:")[-1:] not in ("", "\n", "{", ";") or not patterns.LINE.search(before):
        return None
    match = patterns.QUOTED.match(text, end, end + reach)
    if match is None and not is_code:
        match = patterns.DIRECTIVE.match(text, end, end + reach)
    return match.span("value") if match else None


def _name(text: str, start: int) -> str:
    """The letters, digits, ``_``, ``.`` and ``$`` at a place, of them a little more than may be."""
    return _run(text[start : start + _LONGEST_NAME + 1], _WORD + ".$")


def _is_type(name: str) -> bool:
    return name.startswith(_TYPES) or (bool(name) and _PREFIXES.issuperset(name))


def _after(text: str, start: int, most: int) -> int:
    """Where blanks end, at the most so many of them, -1 where there are more."""
    count = len(_run(text[start : start + most + 1], _BLANKS))
    return start + count if count <= most else -1


def _run(text: str, characters: str) -> str:
    """What a text begins with of some characters."""
    return text[: len(text) - len(text.lstrip(characters))]
