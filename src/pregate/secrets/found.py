"""What a search for secrets gives: hits on the way, secrets with their places at the end."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from pregate.levels import Confidence


class SecretValue:
    """A secret's text. It shows itself as ``***`` and cannot be pickled."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret's value is not to be stored")

    def reveal(self) -> str:
        """The text itself: for digests and for masking, never for output."""
        return self._text


class Hit(NamedTuple):
    """
    A secret in the lines of a file: ``row`` is the index of its line, ``start`` and ``end`` columns in it
    from 0, the end exclusive.

    ``note`` is what a message may add (a token's issuer); nothing secret. ``value`` is the secret where the
    line does not show it as it is (one in Base64); ``""`` for what stands in the line. ``body`` are further
    stretches, as ``(row, start, end)``. ``is_settled``: no other detector makes it surer (check digits are
    wrong). ``is_value`` is false where the place is not secret itself (the
    header of a private key).
    """

    detector: str
    row: int
    start: int
    end: int
    confidence: Confidence = Confidence.HIGH
    note: str = ""
    value: str = ""
    body: tuple[tuple[int, int, int], ...] = ()
    is_value: bool = True
    is_settled: bool = False

    def __repr__(self) -> str:
        return f"Hit({self.detector}, {self.row}, {self.start}, {self.end}, ***)"


class Secret(NamedTuple):
    """
    One occurrence of a secret. Two are equal when all but their values are.

    ``line`` counts from 1, ``start`` and ``end`` are columns from 1, the end exclusive; when the value is
    not to be found in its line (a folded YAML scalar), the line without outer blanks. ``body`` are further
    stretches of a private key, as ``(line, start, end)``. ``suppressed_by`` names the comment that allows it.
    ``confidence`` is ``None`` where the detector's own counts. ``is_value`` tells whether the place is the
    secret itself; that of a private key is its header, which everybody may read. ``note`` may be shown.
    """

    detector: str
    line: int
    start: int
    end: int
    value: SecretValue
    suppressed_by: str = ""
    body: tuple[tuple[int, int, int], ...] = ()
    confidence: Confidence | None = None
    is_value: bool = True
    note: str = ""

    def _told(self) -> tuple[object, ...]:
        return tuple(part for part in self if not isinstance(part, SecretValue))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._told() == other._told()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._told())
