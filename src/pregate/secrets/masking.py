"""Blanking the secrets of a file in everything that is said about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

from pregate.model import Location
from pregate.secrets.found import SecretValue
from pregate.secrets.scan import OWN, Scan, scan_for_masking

if TYPE_CHECKING:
    from pregate.secrets.given import Given

MASK = "***"
LIMIT = 300
_CUT = "…"
# A line of a value of several lines is masked by itself when it is this long; shorter ones are words.
_FRAGMENT = 8
_HEAD = 4

Span = tuple[int, int]


class Masker:
    """
    Knows every secret value of one version of a file, allowlisted ones too, and gives its text with them
    as ``***``.

    ``regions`` are further places that hold a secret (a password that another check found). The file is
    scanned at the first question; :meth:`from_scan` saves that. Values live only in here: the repr shows
    none, and it cannot be pickled.
    """

    __slots__ = ("_cached", "_data", "_engine", "_given", "_index", "_path", "_regions", "_scan", "_spans")

    def __init__(
        self,
        path: str,
        data: bytes,
        regions: Iterable[Location] = (),
        engine: str = OWN,
        given: Given | None = None,
    ) -> None:
        self._engine = engine
        self._given = given
        self._path = path
        self._data = data
        self._regions = tuple(regions)
        self._scan: Scan | None = None
        self._index: _Values | None = None
        self._spans: dict[int, list[Span]] = {}
        self._cached: dict[int, list[Span]] = {}

    @classmethod
    def from_scan(cls, scanned: Scan, regions: Iterable[Location] = ()) -> Masker:
        """A masker that uses what ``SecretsCheck.scan`` found in the same bytes."""
        masker = cls(scanned.path, b"", regions)
        masker._scan = scanned
        return masker

    def __repr__(self) -> str:
        return "Masker(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a masker holds secrets: it is not to be stored")

    def lines(self, start: int, end: int, limit: int = LIMIT, column: int = 1) -> tuple[str, ...]:
        """
        The masked lines ``start`` to ``end``, both inclusive; lines that the file does not have are left out.

        A line longer than ``limit`` code points is cut to about that much around ``column``, with ``…``
        where text is missing.
        """
        count = len(self._lines)
        return tuple(self._shown(n, limit, column) for n in range(max(start, 1), min(end, count) + 1))

    def line(self, number: int, limit: int = LIMIT, column: int = 1) -> str:
        """One masked line, ``""`` when there is no such line."""
        return "".join(self.lines(number, number, limit, column))

    def flagged(self, location: Location) -> str:
        """The masked text of a region, each line without blanks around it: what an anchor is made of."""
        parts = []
        last = min(location.end_line, len(self._lines))
        for number in range(max(location.start_line, 1), last + 1):
            line = self._lines[number - 1]
            start = location.start_column - 1 if number == location.start_line else 0
            end = location.end_column - 1 if number == location.end_line else len(line)
            parts.append(self._masked(number, max(start, 0), min(end, len(line))).strip())
        return "\n".join(parts)

    def hides(self, start: int, end: int) -> bool:
        """
        Whether a line from ``start`` to ``end``, both inclusive, holds something that is masked. A line that
        the file does not have is not known to be free of it.
        """
        if not 1 <= start <= end <= len(self._lines):
            return True
        return any(self._line_spans(number) for number in range(start, end + 1))

    def text(self, text: str) -> str:
        """``text`` with every known value in it masked."""
        self._prepare()
        assert self._index is not None  # noqa: S101 - set by _prepare
        return _blanked(text, self._index.spans(text), 0, len(text))

    # ------------------------------------------------------------------------------------------ within

    @property
    def _lines(self) -> Sequence[str]:
        if self._scan is None:
            self._scan = scan_for_masking(self._path, self._data, self._engine, self._given)
        return self._scan.lines

    def _prepare(self) -> None:
        if self._index is not None:
            return
        lines = self._lines
        assert self._scan is not None  # noqa: S101 - set by _lines
        values = []
        for secret in self._scan.secrets:
            values.append(secret.value)
            if secret.is_value:
                # As it is written (in Base64, say), it may stand somewhere else, too.
                written = lines[secret.line - 1][secret.start - 1 : secret.end - 1]
                if written != secret.value.reveal() and len(written) >= _FRAGMENT:
                    values.append(SecretValue(written))
                self._spans.setdefault(secret.line, []).append((secret.start - 1, secret.end - 1))
            for number, start, end in secret.body:
                self._spans.setdefault(number, []).append((start - 1, end - 1))
        for region in self._regions:
            values.append(self._add_region(region, lines))
        self._index = _Values(values)

    def _add_region(self, region: Location, lines: Sequence[str]) -> SecretValue:
        parts = []
        for number in range(max(region.start_line, 1), min(region.end_line, len(lines)) + 1):
            line = lines[number - 1]
            start = max(region.start_column - 1, 0) if number == region.start_line else 0
            end = region.end_column - 1 if number == region.end_line else len(line)
            self._spans.setdefault(number, []).append((start, end))
            parts.append(line[start:end].strip().strip("'\""))
        return SecretValue("\n".join(parts))

    def _line_spans(self, number: int) -> list[Span]:
        """The stretches of a line to mask, sorted and apart from each other."""
        if number not in self._cached:
            self._prepare()
            assert self._index is not None  # noqa: S101 - set by _prepare
            line = self._lines[number - 1]
            self._cached[number] = _merged(
                [*self._spans.get(number, ()), *self._index.spans(line)], len(line)
            )
        return self._cached[number]

    def _masked(self, number: int, start: int, end: int) -> str:
        return _blanked(self._lines[number - 1], self._line_spans(number), start, end)

    def _shown(self, number: int, limit: int, column: int) -> str:
        size = len(self._lines[number - 1])
        if size <= limit:
            return self._masked(number, 0, size)
        start = min(max(column - 1 - limit // 3, 0), size - limit)
        end = start + limit
        return f"{_CUT if start else ''}{self._masked(number, start, end)}{_CUT if end < size else ''}"


def _blanked(text: str, spans: Sequence[Span], start: int, end: int) -> str:
    parts: list[str] = []
    at = start
    for first, last in spans:
        if last > at and first < end:
            parts += (text[at:first], MASK)
            at = last
    parts.append(text[at:end])
    return "".join(parts)


def _merged(spans: Iterable[Span], size: int) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted((s, min(e, size)) for s, e in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class _Values:
    """
    Finds known values in a text in time that does not grow with their number.

    Values are kept by their first characters and by their lengths. One of fewer than four characters is
    found only where it stands alone, or every ``db`` in a sentence would be masked. A value of several lines
    is also known by each long line of it.
    """

    __slots__ = ("_heads", "_values")

    def __init__(self, values: Iterable[SecretValue]) -> None:
        self._values = frozenset(part for value in values for part in _parts(value.reveal()))
        lengths: dict[int, dict[str, set[int]]] = {}
        for text in self._values:
            size = min(len(text), _HEAD)
            lengths.setdefault(size, {}).setdefault(text[:size], set()).add(len(text))
        self._heads = {
            size: {head: sorted(known, reverse=True) for head, known in heads.items()}
            for size, heads in lengths.items()
        }

    def spans(self, text: str) -> list[Span]:
        """Where values occur, sorted, overlapping ones joined."""
        found = []
        for size, heads in self._heads.items():
            for at in range(len(text) - size + 1):
                for length in heads.get(text[at : at + size], ()):
                    end = at + length
                    if text[at:end] in self._values and (size == _HEAD or _alone(text, at, end)):
                        found.append((at, end))
                        break
        return _merged(found, len(text))


def _parts(value: str) -> set[str]:
    parts = {value, value.replace('\\"', '"')}
    if "\n" in value:
        parts = {line.strip() for line in value.split("\n") if len(line.strip()) >= _FRAGMENT}
    return {part for part in parts if part.strip()}


def _alone(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
