"""
What an expression is worth: known values, each with the place that it was written at, and unknown ones.

A text remembers which of its pieces stands where, so that a policy written as JSON in it keeps its places.
Unknown parts of a text are tokens (:data:`pregate.iam.document.TOKEN`).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from pregate.iam.document import CLOSE, OPEN, TOKEN
from pregate.iam.terraform.syntax import Span
from pregate.records import dataclass

MAX_STEPS = 400_000
MAX_TEXT = 400_000
MAX_TOKENS = 100_000


class ExhaustedError(Exception):
    """The file asks for more work than any real one."""


@dataclass(slots=True, eq=False, repr=False)
class Plain:
    """A number, truth value or null."""

    value: int | float | bool | None
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Piece:
    """From offset ``at`` a text was written at ``span``: to the character (``exact``), or as a whole."""

    at: int
    span: Span
    exact: bool


@dataclass(slots=True, eq=False, repr=False)
class Str:
    """A text. ``structure`` is the value that it is the JSON of, where that is known."""

    text: str
    span: Span
    pieces: Sequence[Piece] = ()
    structure: Value | None = None
    starts: list[int] | None = None

    def locate(self, start: int, end: int) -> Span:
        """The place of a part of the text."""
        if not self.pieces:
            return self.span
        if self.starts is None:
            self.starts = [piece.at for piece in self.pieces]
        starts = self.starts
        first = self.pieces[max(bisect_right(starts, start) - 1, 0)]
        last = self.pieces[max(bisect_right(starts, max(end - 1, start)) - 1, 0)]
        begin = first.span.start + (start - first.at) if first.exact else first.span.start
        stop = last.span.start + (end - last.at) if last.exact else last.span.end
        if first.span.file is not last.span.file or stop < begin:
            return first.span
        return Span(first.span.file, begin, stop)


@dataclass(slots=True, eq=False, repr=False)
class Seq:
    """A list, tuple or set."""

    items: list[Value]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Map:
    """An object or map: the place of each key with its value."""

    items: dict[str, tuple[Span, Value]]
    span: Span

    def get(self, name: str) -> Value | None:
        """The value of a key."""
        found = self.items.get(name)
        return found[1] if found else None


@dataclass(slots=True, eq=False, repr=False)
class Hidden:
    """
    A value that is known only at deployment; ``expression`` names what hides it. ``may_be_wildcard`` is
    false for what is surely a name, an id or an ARN. ``failed`` says that Terraform would refuse the
    expression (a missing key), which ``try`` looks for; ``attribute`` gives the attributes of a resource.
    """

    expression: str
    span: Span
    may_be_wildcard: bool = True
    token: str = ""
    failed: bool = False
    attribute: Callable[[str, Span], Value] | None = None


Value = Plain | Str | Seq | Map | Hidden


class Ledger:
    """Counts the work of one evaluation and gives out the tokens of unknown values."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps
        self.hidden: list[Hidden] = []

    def spend(self, steps: int) -> None:
        """Raises ExhaustedError when no steps are left."""
        if steps > self.left:
            self.left = 0  # what was not done is not charged
            raise ExhaustedError
        self.left -= steps

    def token(self, value: Hidden) -> str:
        """The token that stands for an unknown value in texts."""
        if not value.token:
            self.spend(5)
            if len(self.hidden) >= MAX_TOKENS:
                raise ExhaustedError
            value.token = f"{OPEN}{len(self.hidden)}{CLOSE}"
            self.hidden.append(value)
        return value.token

    def hidden_in(self, text: str) -> Iterator[Hidden]:
        """The unknown values whose tokens a text holds."""
        for token in TOKEN.finditer(text):
            number = int(token[0][1:-1])
            if number < len(self.hidden):
                yield self.hidden[number]

    def text_of(self, value: Value) -> str | None:
        """A value as a template writes it; None for lists, objects and null."""
        match value:
            case Str(structure=None):
                text = value.text
            case Str():
                text = self.rendered(value)
            case Plain():
                text = "" if value.value is None else number_text(value.value)
                return None if value.value is None else text
            case Hidden():
                text = self.token(value)
            case _:
                return None
        self.spend(1 + len(text) // 64)
        return text

    def rendered(self, value: Str) -> str:
        """The text, written out if so far only its structure is known."""
        if value.structure is not None and not value.text:
            value.text = self.json_of(value.structure)
        return value.text

    def json_of(self, value: Value) -> str:
        """A value as ``jsonencode`` writes it, without its escapes for HTML."""
        pieces: list[str] = []
        self._write(value, pieces, 0)
        return "".join(pieces)

    def _write(self, value: Value, pieces: list[str], depth: int) -> None:
        if depth > 60:
            raise ExhaustedError
        match value:
            case Seq():
                pieces.append("[")
                for number, item in enumerate(value.items):
                    pieces.append("," if number else "")
                    self._write(item, pieces, depth + 1)
                pieces.append("]")
            case Map():
                pieces.append("{")
                for number, (key, (_, item)) in enumerate(value.items.items()):
                    pieces.append(("," if number else "") + json.dumps(key, ensure_ascii=False) + ":")
                    self._write(item, pieces, depth + 1)
                pieces.append("}")
            case Plain():
                pieces.append("null" if value.value is None else number_text(value.value))
            case _:
                pieces.append(json.dumps(self.text_of(value), ensure_ascii=False))
        self.spend(1 + len(pieces[-1]) // 64)

    def may_be_wildcard(self, values: Sequence[Value]) -> bool:
        """Whether something made of these values might be a wildcard."""
        pending: list[Value] = list(values)
        while pending:
            self.spend(1)
            match pending.pop():
                case Hidden(may_be_wildcard=True):
                    return True
                case Str(text=text):
                    if "*" in text or "?" in text or any(h.may_be_wildcard for h in self.hidden_in(text)):
                        return True
                case Seq(items=items):
                    pending += items
                case Map(items=members):
                    pending += [value for _, value in members.values()]
        return False

    def is_known(self, value: Value) -> bool:
        """Whether all of a value is known."""
        pending = [value]
        while pending:
            self.spend(1)
            match pending.pop():
                case Hidden():
                    return False
                case Str() as text:
                    if TOKEN.search(self.rendered(text)):
                        return False
                case Seq(items=items):
                    pending += items
                case Map(items=members):
                    pending += [inner for _, inner in members.values()]
        return True


def number_text(value: float | bool) -> str:
    """A number or truth value as Terraform writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value) if -(10**300) < value < 10**300 else "0"


def is_null(value: Value) -> bool:
    """Whether it is null."""
    return isinstance(value, Plain) and value.value is None
