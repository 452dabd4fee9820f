"""What of YAML stands in one line, as far as it is read without PyYAML: scalars, lists and mappings, tags."""

from __future__ import annotations

from pregate.expressions import expression
from pregate.positions.nodes import MAX_DEPTH, Array, Node, Object, Scalar

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_KEY = f"{_LETTERS}_./:@+-"  # of which a plain key is made
_KEY_FIRST = f"{_LETTERS}_./"
_TAG = f"{_LETTERS}:"
_FIRST = f"{_LETTERS}_./$(+=~^\\<"  # what a plain scalar may begin with
_FLOW = f"{_LETTERS}_./$()+=~^\\;@*|-"  # of which a plain scalar between brackets is made
_FLOW_FIRST = f"{_LETTERS}_./$(+="
_FLOW_AFTER_COLON = f"{_LETTERS}:"
_LONGEST_KEY = 1000  # YAML 1.1 has no implicit key of more than 1024 characters
_DEEPEST = MAX_DEPTH // 4
_CLOSING = {"[": "]", "{": "}"}
_FLOAT = expression(r"[-+]?[0-9]{1,400}\.[0-9]{0,400}(?:[eE][-+]?[0-9]{1,4})?")
_WORDS: dict[str, bool | None] = {
    **{form: True for word in ("yes", "true", "on") for form in (word, word.title(), word.upper())},
    **{form: False for word in ("no", "false", "off") for form in (word, word.title(), word.upper())},
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
}


class IrregularError(ValueError):
    """The text is not of the kind that is read here; perhaps it is YAML all the same."""


def resolved(text: str) -> str | int | float | bool | None:
    """What a plain scalar means: a truth value, null, a decimal number, else its text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-0123456789":
        return text
    digits = text[1:] if text[0] in "+-" else text
    if digits.isascii() and digits.isdecimal():
        return int(text) if digits == "0" or (digits[0] != "0" and len(digits) <= 4001) else text
    return float(text) if "." in text and _FLOAT.fullmatch(text) else text


def skip(text: str, at: int, end: int) -> int:
    """The offset of the first character from ``at`` on that is no blank."""
    while at < end and text[at] == " ":
        at += 1
    return at


def tag_of(text: str, at: int, end: int) -> str:
    """The custom tag that begins at ``at``, or ``""``."""
    if text[at] != "!":
        return ""
    space = text.find(" ", at, end)
    tag = text[at : end if space < 0 else space]
    if len(tag) == 1 or tag[1:].strip(_TAG):
        raise IrregularError
    return tag


def colon_of(text: str, at: int, end: int) -> int:
    """The offset of the colon behind the key that begins at ``at``, -1 where there is no simple key."""
    if text[at] in "'\"":
        colon = _closing(text, at, end)
        is_key = colon < end and text[colon] == ":" and (colon + 1 == end or text[colon + 1] == " ")
        return colon if is_key and colon - at < _LONGEST_KEY else -1
    colon = text.find(": ", at, end)
    if colon < 0 and text[end - 1] == ":":
        colon = end - 1
    key = text[at : max(at, colon)]
    is_key = key[:1] in _KEY_FIRST and not key.strip(_KEY) and not key.startswith("...")
    return colon if key and is_key and len(key) < _LONGEST_KEY else -1


def scalar(text: str, at: int, end: int, *, is_tagged: bool = False) -> Scalar:
    """The quoted or plain scalar that takes this span. A plain one with a tag is text."""
    found = text[at:end]
    if found[0] == "'":
        found = found[1:-1].replace("''", "'")
    elif found[0] == '"':
        found = found[1:-1]
    elif not is_tagged:
        return Scalar(resolved(found), found, at, end)
    return Scalar(found, found, at, end)


def in_line(text: str, at: int, end: int, *, is_tagged: bool) -> Node:
    """The value that begins at ``at``; nothing but a comment may follow up to ``end``."""
    if text[at] in "'\"":
        node: Node = scalar(text, at, _closing(text, at, end))
    elif text[at] in "[{":
        node = _flow(text, at, end, 0)
    else:
        return _plain(text, at, end, is_tagged=is_tagged)
    rest = node.end
    if rest < end and (text[rest] != " " or text[skip(text, rest, end)] != "#"):
        raise IrregularError
    return node


def _closing(text: str, at: int, end: int) -> int:
    """The offset behind the quote that ends the string which begins here."""
    quote = text[at]
    close = text.find(quote, at + 1, end)
    while quote == "'" and close >= 0 and text.startswith("'", close + 1):
        close = text.find(quote, close + 2, end)
    if close < 0 or (quote == '"' and "\\" in text[at:close]):
        raise IrregularError
    return close + 1


def _plain(text: str, at: int, end: int, *, is_tagged: bool) -> Scalar:
    found = text[at:end].partition(" #")[0].rstrip(" ")
    is_negative = found[0] == "-" and found[1:2] in _LETTERS and len(found) > 1
    if (found[0] not in _FIRST and not is_negative) or ": " in found or found[-1] == ":":
        raise IrregularError
    return scalar(text, at, at + len(found), is_tagged=is_tagged)


def _flow(text: str, at: int, end: int, depth: int) -> Array | Object:
    """The list or mapping between brackets that begins here."""
    if depth > _DEEPEST:
        raise IrregularError
    closing = _CLOSING[text[at]]
    node: Array | Object = Object([], at, at) if closing == "}" else Array([], at, at)
    at = skip(text, at + 1, end)
    if at < end and text[at] == closing:
        node.end = at + 1
        return node
    while True:
        if isinstance(node, Array):
            value = _flow_value(text, at, end, depth)
            node.items.append(value)
        else:
            key = _flow_scalar(text, at, end)
            if not text.startswith(": ", key.end):
                raise IrregularError
            value = _flow_value(text, skip(text, key.end + 1, end), end, depth)
            node.members.append((key, value))
        at = skip(text, value.end, end)
        if at < end and text[at] == closing:
            node.end = at + 1
            return node
        if at >= end or text[at] != ",":
            raise IrregularError
        at = skip(text, at + 1, end)


def _flow_value(text: str, at: int, end: int, depth: int) -> Node:
    if at >= end:
        raise IrregularError
    start, tag = at, tag_of(text, at, end)
    at = skip(text, at + len(tag), end)
    node: Node
    if at < end and text[at] in "[{":
        node = _flow(text, at, end, depth + 1)
    else:
        node = _flow_scalar(text, at, end, is_tagged=bool(tag))
    node.start, node.tag = start, tag
    return node


def _flow_scalar(text: str, at: int, end: int, *, is_tagged: bool = False) -> Scalar:
    if at >= end:
        raise IrregularError
    if text[at] in "'\"":
        return scalar(text, at, _closing(text, at, end))
    stop = at
    while stop < end and (
        text[stop] in _FLOW or (text[stop] == ":" and text[stop + 1 : stop + 2] in _FLOW_AFTER_COLON)
    ):
        stop += 1
    if stop == at or text[at] not in _FLOW_FIRST:
        raise IrregularError
    return scalar(text, at, stop, is_tagged=is_tagged)
