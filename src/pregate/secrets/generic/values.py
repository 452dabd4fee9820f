"""
The value that is assigned to a name, in whatever syntax: code, settings, markup, commands.

Everything is matched from the end of a name onwards, within a bounded stretch of text, so that the time for
a file grows with its size and no faster.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from pregate.secrets.generic import patterns, reading

REACH = 700
_NAME = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
_LONGEST_NAME = 80
_SIGN = 8  # as near the sign stands to a name after it
_ELEMENT = 112  # as near the next element begins
_PAIR = 83  # as far as the word goes that says of what follows that it is a name's value
_VALUES = ("value", "Value", "VALUE", "default")


class Syntax(IntEnum):
    """How a value is written."""

    QUOTED = 0
    """Between quotes, after a sign that assigns."""
    PLAIN = 1
    """Without quotes, up to a blank or the end of the line."""
    CALL = 2
    """In a call of the name: ``setPassword("…")``."""
    COMPARED = 3
    """Compared with the name."""
    MARKUP = 4
    """Between tags, or in another attribute of the tag."""
    COMMAND = 5
    """After an option of a command, or in a URL's query."""
    LISTED = 6
    """The next item after the name in quotes: ``("password", "…")``."""


class Value(NamedTuple):
    """Where a value begins and ends in a text, and how it is written."""

    start: int
    end: int
    syntax: Syntax
    is_joined: bool = False
    """Whether something is joined to it, so that it is a part only."""


def name_around(data: bytes, at: int, size: int) -> tuple[int, int]:
    """Where the name begins and ends that holds ``size`` characters at a place."""
    left = data[max(0, at - _LONGEST_NAME) : at]
    right = data[at + size : at + size + _LONGEST_NAME]
    return at - (len(left) - len(left.rstrip(_NAME))), at + size + len(right) - len(right.lstrip(_NAME))


def value_after(text: str, start: int, end: int, *, is_code: bool) -> Value | None:
    """
    The value that the name between two places of a text is given, or ``None``.

    ``is_code`` tells that values without quotes are expressions.
    """
    before = text[max(0, start - 40) : start]
    if (
        "${" in before
        and patterns.VARIABLE_PATH.search(before)
        and (match := patterns.OR.match(text, end, end + REACH))
    ):
        return Value(*match.span("value"), Syntax.PLAIN)
    if before.endswith("checksum/") or (text[start:end] == "nonce" and patterns.TAG.search(before)):
        return None
    # A variable in a text; one of PHP or Perl may be assigned to.
    if before.endswith(("${", "{{", "%", "(?<", "<%=", "=$", ":$", ": $", "= $")):
        return None
    if before.endswith(":") and before[-2:-1].isdigit() and patterns.RESOURCE.search(before):
        return None
    # The pattern ends with the sign that assigns and few characters; to look for those first is faster.
    near = before[-_SIGN:]
    is_after_sign = ":" in near or "=" in near
    if (
        is_after_sign
        and text[end : end + _PAIR].lstrip("\\\"' \t,\r\n").startswith(_VALUES)
        and patterns.NAMED.search(before)
        and (match := patterns.pair().match(text, end, end + REACH))
    ):
        return _given(text, match.end(), before, Syntax.QUOTED, is_code=is_code)
    if (
        before.endswith('"')
        and "variable" in before
        and patterns.VARIABLE.search(before)
        and (match := patterns.DEFAULT.match(text, end, end + REACH))
    ):
        return _given(text, match.end(), before, Syntax.QUOTED, is_code=True)
    is_parameter = (
        text[end : end + _SIGN].lstrip("\"' \t").startswith(":") and "Default" in text[end : end + REACH]
    )
    if is_parameter and (found := patterns.PARAMETER.match(text, end, end + REACH)):
        return _given(text, found.end(), before, Syntax.QUOTED, is_code=is_code, sign=":")
    connected = reading.connection(text, end, REACH)
    if connected is None:
        return _after_blank(text, start, end, before, is_code=is_code)
    return _connected(text, connected, before, is_code=is_code)


def _connected(text: str, found: reading.Connection, before: str, *, is_code: bool) -> Value | None:
    at, close, kind, sign = found
    if kind == "tag":
        if close:
            match = patterns.INNER.match(text, at - 1, at + REACH)
        elif before.endswith(("<", ":", "</")) or "<" in before[-30:]:
            match = patterns.TEXT.match(text, at, at + REACH)
        else:
            match = patterns.NEXT_ELEMENT.match(text, at, at + REACH)
        return Value(*match.span("value"), Syntax.MARKUP) if match else None
    if kind == "attribute":
        return _given(text, at, before, Syntax.MARKUP, is_code=True)
    if kind == "comma":
        return _listed(text, at, before, close)
    if kind == "call":
        return None if close else _given(text, at, before, Syntax.CALL, is_code=True)
    if kind == "equals":
        return _given(text, at, before, Syntax.COMPARED, is_code=True)
    return _given(text, at, before, Syntax.QUOTED, is_code=is_code, sign=sign, close=close)


def _listed(text: str, at: int, before: str, close: str) -> Value | None:
    """The item after a name in quotes, or after an option in a list of arguments."""
    if before.endswith(('"--', "'--")) and (
        match := patterns.ARGUMENT_DEFAULT.match(text, at - len(close) - 1, at + REACH)
    ):
        return _given(text, match.end(), before, Syntax.QUOTED, is_code=True)
    if close and close[0] in "\"'\\":
        is_set = "(" in before and patterns.SETTER.search(before)
        syntax = Syntax.QUOTED if is_set else Syntax.LISTED
        return _given(text, at, before, syntax, is_code=True, close=close)
    if before.endswith("{"):
        return _given(text, at, before, Syntax.LISTED, is_code=True)
    if "ssert" in before:
        return _given(text, at, before, Syntax.COMPARED, is_code=True)
    if before.endswith("--") and (found := patterns.ITEM.match(text, at, at + REACH)):
        return Value(*found.span("value"), Syntax.COMMAND)
    return None


def _after_blank(text: str, start: int, end: int, before: str, *, is_code: bool) -> Value | None:
    """What stands after a blank: an option's value, an argument, SQL, a setting that is a line of its own."""
    if before.endswith("--") and (match := patterns.NEXT_ITEM.match(text, end, end + REACH)):
        return Value(*match.span("value"), Syntax.COMMAND)
    if (
        before.endswith("--")
        or (before.endswith(" -") and text[start].isupper())
        or (
            before.endswith((" ", "\t"))
            and reading.is_command(before)
            and patterns.BEFORE_ARGUMENT.search(before)
        )
        or text[start:end] in ("requirepass", "masterauth")
    ):
        match = patterns.ARGUMENT.match(text, end, end + REACH)
        return Value(*match.span("value"), Syntax.COMMAND) if match else None
    if text[start:end].lower() in ("password", "by") and (
        match := patterns.SQL.match(text, end, end + REACH)
    ):
        return Value(*match.span("value"), Syntax.COMMAND)
    is_sentence = text[end : end + 4].lstrip("`*\"'")[:1] == " "
    if is_sentence and (span := reading.said(text, end, REACH)):
        return Value(*span, Syntax.LISTED)
    if span := reading.on_line(text, end, before, REACH, is_code=is_code):
        return Value(*span, Syntax.COMMAND)
    if not text.startswith(("</", '"', "'"), end) or "<" not in text[end : end + _ELEMENT]:
        return None
    found = patterns.NEXT_ELEMENT.match(text, end, end + REACH)
    return Value(*found.span("value"), Syntax.MARKUP) if found else None


def _given(
    text: str, at: int, before: str, syntax: Syntax, *, is_code: bool, sign: str = "=", close: str = ""
) -> Value | None:
    if begun := reading.opening(text, at, REACH):
        return _quoted(text, begun, syntax)
    if syntax not in (Syntax.QUOTED, Syntax.MARKUP):
        return None
    if before[-1:] in ("?", "&") and patterns.BADGE.search(before):
        return None
    if before.endswith("--") or before[-1:] in ("?", "&", ";"):
        found = patterns.WORD.match(text, at, at + REACH)
        return Value(*found.span("value"), Syntax.COMMAND) if found and sign in "=:" else None
    if is_code:
        return _within_string(text, at, before, sign, close)
    is_block = sign == ":" and text[at : at + 5].lstrip(" \t").startswith(("|", ">"))
    if is_block and (found := patterns.BLOCK.match(text, at, at + REACH)):
        return Value(*found.span("value"), Syntax.PLAIN)
    found = patterns.PLAIN.match(text, at, at + REACH)
    if found is None:
        found = patterns.WORD.match(text, at, at + REACH)
        if found is None or sign not in "=:":
            return None
        after = text[found.end() : found.end() + 1]
        return Value(
            *found.span("value"),
            Syntax.PLAIN,
            is_joined=after not in ("'", '"') and (sign == ":" or after not in (" ", "&", ";", ",")),
        )
    value_end = found.end("value")
    if further := patterns.FURTHER.search(text, found.start("value"), value_end):
        value_end = further.start()
    while text[value_end - 1] in ",;" or (text[value_end - 1] == "}" and "{" in before):
        value_end -= 1
    return Value(found.start("value"), value_end, Syntax.PLAIN)


def _within_string(text: str, at: int, before: str, sign: str, close: str) -> Value | None:
    """``"NAME=value"``: a setting inside a string of code."""
    if close or sign not in "=:" or not before:
        return None
    line = before[before.rfind("\n") + 1 :]
    opened = before[-1] in "\"'`" or (before[-1] in " ,:-" and (line.count('"') % 2 or line.count("'") % 2))
    comment = line.lstrip().startswith(("#", "//", "*", "<!--"))
    if not opened and not comment:
        return None
    found = patterns.WORD.match(text, at, at + REACH)
    return Value(*found.span("value"), Syntax.COMMAND) if found else None


def _quoted(text: str, begun: reading.Opening, syntax: Syntax) -> Value | None:
    start, quote, prefix, is_bracketed = begun
    if quote in "\"'" and text.startswith(quote * 2, start):
        start += 2
        quote *= 3
    end = start
    limit = min(len(text), start + REACH)
    while True:
        end = text.find(quote, end, limit)
        if end < 0:
            return None
        # A quote that is escaped more than the first one is one within the value.
        if text[end - 1] == "\\" and end > start and (len(quote) == 1 or quote[0] != "\\"):
            end += 1
            continue
        break
    after = text[end + len(quote) : end + len(quote) + 8].lstrip(" \t")
    is_joined = (
        after.startswith(("+", ".format", "%", ". ", ".$", "&", ".join", "..")) or "f" in prefix.lower()
    )
    if syntax is Syntax.QUOTED and after.startswith((":", "=>")) and quote in "\"'":
        return None
    if after.startswith(",") and is_bracketed:
        return None  # a user, and a password after it
    # A string of code within a string.
    for mark in ('\\"', '"', "'"):
        if end - start > 2 * len(mark) and text.startswith(mark, start) and text.endswith(mark, start, end):
            start, end = start + len(mark), end - len(mark)
            break
    return Value(start, end, syntax, is_joined)
