"""Expressions for the lines of files whose names say what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import values

Judge = Callable[[str, str], tuple[Confidence, str, str] | None]
"""Of a value and a path: how sure, a note for the message, and what it says (``""``: what it is)."""


class Pattern(NamedTuple):
    """
    ``expression`` matches over lines (``re.MULTILINE``) and has a group ``value``; every repetition is
    bounded, or ends with its line. ``judge`` says whether a value is one.
    """

    detector: str
    expression: str
    judge: Judge
    ignores_case: bool = True


def password(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """A password in a file of logins."""
    sure = values.at_home(value, path)
    return (sure, "", "") if sure else None


def named(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """A password where words are more often samples."""
    sure = values.strength(value, path)
    return (sure, "", "") if sure else None


def login(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """A user and a password in Base64."""
    parts = values.login(value)
    if parts is None:
        return None
    sure = values.at_home(parts[1], path)
    return (sure, "", parts[1]) if sure else None


def encoded(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """A password in Base64."""
    plain = values.decoded(value)
    if not plain:
        return None
    sure = values.at_home(plain.strip(), path)
    return (sure, "", plain.strip()) if sure else None


def guarded(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """What is encrypted, or a hash: worth something to whoever has the key, or the time."""
    if values.is_reference(value):
        return None
    return (Confidence.LOW if values.is_sample(path) else Confidence.MEDIUM, "", "")


def certain(value: str, path: str) -> tuple[Confidence, str, str] | None:  # noqa: ARG001
    """A value whose shape says enough."""
    return (Confidence.HIGH, "", "")


@cache
def _compiled(expression: str, flags: int) -> re.Pattern[str]:
    return re.compile(expression, flags)


def matches(document: Document, pattern: Pattern) -> Iterator[Hit]:
    """The hits of one expression in a file."""
    flags = re.MULTILINE | (re.IGNORECASE if pattern.ignores_case else 0)
    for match in _compiled(pattern.expression, flags).finditer(document.text):
        start, end = match.span("value")
        yield from hit(document, pattern.detector, start, end, pattern.judge)


def hit(document: Document, detector: str, start: int, end: int, judge: Judge) -> Iterator[Hit]:
    """The hit of a stretch within one line of the text, if it is judged to be a secret."""
    verdict = judge(document.text[start:end], document.path)
    if verdict:
        row = document.row(start)
        base = document.starts[row]
        sure, note, value = verdict
        yield Hit(detector, row, start - base, end - base, sure, note, value)


def places_of(folded: bytes, needle: bytes) -> Iterator[int]:
    """Where a needle stands in a text, in order."""
    at = folded.find(needle)
    while at >= 0:
        yield at
        at = folded.find(needle, at + len(needle))


def matches_at(
    document: Document, expression: re.Pattern[str], needles: Iterable[bytes], before: int = 0
) -> Iterator[re.Match[str]]:
    """The matches that begin at a needle, or at most so many characters before it; none overlap."""
    text, done = document.text, 0
    for at in sorted(at for needle in needles for at in places_of(document.folded, needle)):
        for start in range(max(done, at - before), at + 1):
            if match := expression.match(text, start):
                done = match.end()
                yield match
                break


def hits_at(document: Document, pattern: Pattern, needles: Iterable[bytes], before: int = 0) -> Iterator[Hit]:
    """The hits of an expression whose matches begin as those of :func:`matches_at`."""
    flags = re.MULTILINE | (re.IGNORECASE if pattern.ignores_case else 0)
    for match in matches_at(document, _compiled(pattern.expression, flags), needles, before):
        yield from hit(document, pattern.detector, *match.span("value"), pattern.judge)


def windows(document: Document, needle: bytes, before: int, after: int) -> Iterator[tuple[int, int]]:
    """Stretches around a needle, those that meet joined: expressions run there and nowhere else."""
    first = last = -1
    for at in places_of(document.folded, needle):
        start, end = max(0, at - before), min(len(document.text), at + after)
        if start > last >= 0:
            yield first, last
            first = start
        elif first < 0:
            first = start
        last = end
    if last >= 0:
        yield first, last


def near(
    document: Document, needle: bytes, pattern: Pattern, before: int = 200, after: int = 600
) -> Iterator[Hit]:
    """The hits of one expression around a needle."""
    flags = re.MULTILINE | (re.IGNORECASE if pattern.ignores_case else 0)
    expression = _compiled(pattern.expression, flags)
    for start, end in windows(document, needle, before, after):
        for match in expression.finditer(document.text, start, end):
            yield from hit(document, pattern.detector, *match.span("value"), pattern.judge)


def stretches(text: str, beginning: re.Pattern[str], reach: int) -> Iterator[tuple[int, int]]:
    """
    From the end of each match to the end of its line, ``reach`` or the next match, so that all of them
    together are no longer than the text.
    """
    ends = [match.end() for match in beginning.finditer(text)]
    for at, following in zip(ends, [*ends[1:], len(text)], strict=False):
        stop = min(following, at + reach)
        line_end = text.find("\n", at, stop)
        yield at, stop if line_end < 0 else line_end
