"""
Terraform's functions over texts.

Where a text is known but for some parts, only what leaves those parts as they are gives a text; else the
result is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pregate.iam.document import TOKEN
from pregate.iam.terraform.operators import number
from pregate.iam.terraform.syntax import Span
from pregate.iam.terraform.values import (
    MAX_TEXT,
    ExhaustedError,
    Hidden,
    Ledger,
    Map,
    Piece,
    Plain,
    Seq,
    Str,
    Value,
)

Function = Callable[[list[Value], Span, Ledger], Value | None]


def _known_texts(args: list[Value], ledger: Ledger) -> list[str] | None:
    """The texts of arguments that are fully known."""
    texts = [ledger.text_of(arg) for arg in args]
    known = [text for text in texts if text is not None and not TOKEN.search(text)]
    return known if len(known) == len(args) else None


def _of_text(change: Callable[..., str]) -> Function:
    """A function of known texts that gives a text."""

    def function(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
        texts = _known_texts(args, ledger)
        if texts is None:
            return None
        made = change(*texts)
        ledger.spend(1 + len(made) // 64)
        if len(made) > MAX_TEXT:
            raise ExhaustedError
        return Str(made, span)

    return function


def join(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The texts of lists with a separator between them; unknown ones as their tokens."""
    separator = ledger.text_of(args[0])
    texts: list[str] = []
    for arg in args[1:]:
        if not isinstance(arg, Seq) or separator is None:
            return None
        for item in arg.items:
            text = ledger.text_of(item)
            if text is None:
                return None
            texts.append(text)
    ledger.spend(1 + (sum(map(len, texts)) + len(texts) * len(separator or "")) // 64)
    return Str((separator or "").join(texts), span)


def split(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """The parts of a text between separators."""
    texts = _known_texts(args, ledger)
    if texts is None or not texts[0]:
        return None
    parts = texts[1].split(texts[0])
    ledger.spend(1 + len(parts))
    return Seq([Str(part, span) for part in parts], span)


def format_text(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """``format``: ``%s``, ``%d``, ``%v``, ``%q`` and ``%%``; other verbs are not known."""
    texts = [ledger.text_of(arg) for arg in args]
    pattern, rest = texts[0], texts[1:]
    if pattern is None or TOKEN.search(pattern):
        return None
    made: list[str] = []
    used = 0
    pieces = pattern.split("%")
    made.append(pieces[0])
    skip = False
    for number_, piece in enumerate(pieces[1:], 1):
        if skip:
            skip = False
            made.append(piece)
            continue
        if piece == "" and number_ < len(pieces) - 1:
            made.append("%")
            skip = True
            continue
        if piece[:1] not in ("s", "d", "v", "q") or not piece or used >= len(rest):
            return None
        text = rest[used]
        used += 1
        if text is None:
            return None
        made.append((f'"{text}"' if piece[0] == "q" else text) + piece[1:])
    whole = "".join(made)
    ledger.spend(1 + len(whole) // 64)
    return Str(whole, span) if len(whole) <= MAX_TEXT else None


def format_list(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """``formatlist``: ``format`` once for each element of the lists among the arguments."""
    lists = [arg for arg in args[1:] if isinstance(arg, Seq)]
    if any(isinstance(arg, Hidden | Map) for arg in args) or not lists:
        return None
    rounds = min(len(part.items) for part in lists)
    ledger.spend(1 + rounds)
    made: list[Value] = []
    for index in range(rounds):
        row = [arg.items[index] if isinstance(arg, Seq) else arg for arg in args]
        text = format_text(row, row[-1].span, ledger)
        if text is None:
            return None
        made.append(text)
    return Seq(made, span)


def replace(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """One text for another; a pattern between slashes is a regular expression, which is not run."""
    texts = _known_texts(args, ledger)
    if texts is None or (len(texts[1]) > 1 and texts[1].startswith("/") and texts[1].endswith("/")):
        return None
    text, old, new = texts
    if not old or len(text) + text.count(old) * len(new) > MAX_TEXT:
        return None
    ledger.spend(1 + len(text) // 64)
    return Str(text.replace(old, new), span)


def trimmed(change: Callable[[str], str]) -> Function:
    """Cuts at the ends of a text, which keeps the places of what is left."""

    def function(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
        if isinstance(args[0], Str) and args[0].structure is not None:
            return args[0]
        text = ledger.text_of(args[0])
        if text is None:
            return None
        made = change(text)
        if isinstance(args[0], Str) and args[0].pieces:
            start = text.find(made) if made else 0
            return Str(made, span, _cut(args[0], start, start + len(made)))
        return Str(made, span)

    return function


def _cut(text: Str, start: int, end: int) -> list[Piece]:
    """The pieces of a part of a text."""
    bounds = [*(piece.at for piece in text.pieces[1:]), len(text.text)]
    made = []
    for piece, stop in zip(text.pieces, bounds, strict=True):
        low, high = max(piece.at, start), min(stop, end)
        if low < high:
            at = piece.span.start + low - piece.at
            exact = Span(piece.span.file, at, at + high - low)
            made.append(Piece(low - start, exact if piece.exact else piece.span, piece.exact))
    return made


def substr(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """A part of a text."""
    texts = _known_texts(args[:1], ledger)
    start, count = number(args[1]), number(args[2])
    if texts is None or not isinstance(start, int) or not isinstance(count, int) or start < 0:
        return None
    return Str(texts[0][start:] if count < 0 else texts[0][start : start + count], span)


def startswith(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Whether a text begins with another."""
    texts = _known_texts(args, ledger)
    return Plain(texts[0].startswith(texts[1]), span) if texts else Hidden("startswith(…)", span, False)


def endswith(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Whether a text ends with another."""
    texts = _known_texts(args, ledger)
    return Plain(texts[0].endswith(texts[1]), span) if texts else Hidden("endswith(…)", span, False)


def strcontains(args: list[Value], span: Span, ledger: Ledger) -> Value | None:
    """Whether a text holds another."""
    texts = _known_texts(args, ledger)
    return Plain(texts[1] in texts[0], span) if texts else Hidden("strcontains(…)", span, False)


# Name: function, fewest and most arguments.
FUNCTIONS: Mapping[str, tuple[Function, int, int]] = {
    "basename": (_of_text(lambda text: text.rpartition("/")[2]), 1, 1),
    "chomp": (trimmed(lambda text: text.rstrip("\r\n")), 1, 1),
    "endswith": (endswith, 2, 2),
    "format": (format_text, 1, 99),
    "formatlist": (format_list, 1, 99),
    "join": (join, 1, 99),
    "lower": (_of_text(str.lower), 1, 1),
    "replace": (replace, 3, 3),
    "split": (split, 2, 2),
    "startswith": (startswith, 2, 2),
    "strcontains": (strcontains, 2, 2),
    "substr": (substr, 3, 3),
    "title": (_of_text(str.title), 1, 1),
    "trim": (_of_text(lambda text, marks: text.strip(marks)), 2, 2),
    "trimprefix": (_of_text(lambda text, prefix: text.removeprefix(prefix)), 2, 2),
    "trimspace": (trimmed(str.strip), 1, 1),
    "trimsuffix": (_of_text(lambda text, suffix: text.removesuffix(suffix)), 2, 2),
    "upper": (_of_text(str.upper), 1, 1),
}
