"""
Names that are easily taken for those of much more used packages.

``data/popular-*.txt`` hold the most used names of some registries, the most used first, made by
``make popular-names`` (docs/release.md); ``data/popular.json`` says from what and of which day. Nothing is
loaded before the first question, and then only the names of its ecosystem.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from pregate.lockfiles.ecosystems import ECOSYSTEMS, GO, NPM, PYPI, RUBYGEMS, normalised
from pregate.records import dataclass

_DATA = Path(__file__).with_name("data")
LISTED = (PYPI, NPM, GO, RUBYGEMS)
# How far down its list a name counts as imitated, by a long name and by a short one, which is near to many by
# chance: docs/dependencies.md, "Confusable names", has the numbers.
IMITATED = 2000
IMITATED_BY_SHORT = 1000
FEW = 50
SHORTEST, SHORT, LONGEST = 4, 6, 214
# What looks alike, and what a reader passes over: both sides are compared without.
_ALIKE = (("rn", "m"), ("vv", "w"))
_FOLDED = str.maketrans("01", "ol", "-_.@/")


@dataclass(frozen=True, slots=True)
class _Names:
    """
    The names of one ecosystem that are imitated, by each of their halves with the length, by their look, and
    by their words.
    """

    by_start: dict[int, dict[str, list[str]]]
    by_end: dict[int, dict[str, list[str]]]
    by_look: dict[str, str]
    by_words: dict[str, str]


def confusable_with(ecosystem: str, name: str) -> str:
    """
    The much more used package whose name ``name`` is easily taken for; ``""`` when there is none, when
    ``name`` is much used itself, or when nothing is known of the ecosystem's names.

    They are one edit apart (a character more, less or another, two neighbours swapped), differ only in
    separators or characters that look alike (``0`` and ``o``, ``1`` and ``l``), or in the order of their
    words; a scope written as a part of the name (``types-node``) is a separator too. What the same owner
    publishes, by scope or by the path of a module, is not confused. Takes time by the length of the name
    alone.
    """
    if ecosystem not in LISTED or len(name) > LONGEST:
        return ""
    asked = comparable(ecosystem, name)
    if len(asked) < SHORTEST:
        return ""
    if _is_listed(ecosystem, asked):
        return ""
    ranks = _ranks(ecosystem)
    meant = {n for n in _near(_names(ecosystem), asked) if _is_imitated(ecosystem, asked, n, ranks[n])}
    return min(meant, key=ranks.__getitem__, default="")


def comparable(ecosystem: str, name: str) -> str:
    """
    A name as the lists have it: as its ecosystem compares it, in lower case, a Go module without the suffix
    of its major version.
    """
    plain = normalised(ecosystem, name).lower()
    if ecosystem != GO:
        return plain
    before, separator, major = plain.rpartition("." if plain.startswith("gopkg.in/") else "/")
    return before if separator and major[:1] == "v" and major[1:].isdecimal() else plain


def _is_imitated(ecosystem: str, asked: str, name: str, rank: int) -> bool:
    owner = _owner(ecosystem, asked)
    if len(name) < SHORTEST or (owner and owner == _owner(ecosystem, name)):
        return False
    return len(asked) >= SHORT or (rank < IMITATED_BY_SHORT and asked[0] == name[0])


def _owner(ecosystem: str, name: str) -> str:
    """Who alone can publish beside a name: npm's scope, a Go module's host with the account there."""
    parts = name.split("/")
    if ecosystem == NPM:
        return parts[0] if name.startswith("@") else ""
    return "/".join(parts[:2]) if ecosystem == GO and len(parts) > 2 else ""


def _near(names: _Names, asked: str) -> Iterator[str]:
    yield from (n for n in _sharing_a_half(names, asked) if _is_one_edit(n, asked))
    for found in (names.by_look.get(_look(asked)), names.by_words.get(_words(asked))):
        if found:
            yield found


def _sharing_a_half(names: _Names, asked: str) -> Iterator[str]:
    """
    The names that can be one edit away: an edit leaves one half as it is, unless it swaps the characters on
    both sides of the middle.
    """
    size = len(asked)
    for length in (size - 1, size, size + 1):
        if starts := names.by_start.get(length):
            half = length // 2
            yield from starts.get(asked[:half], ())
            yield from names.by_end[length].get(asked[size - length + half :], ())
    if starts := names.by_start.get(size):
        half = size // 2
        yield from starts.get(asked[: half - 1] + asked[half], ())


def _is_one_edit(first: str, second: str) -> bool:
    """Whether two different texts are one edit apart."""
    short, long = sorted((first, second), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    left, right = short[at:], long[at:]
    if len(short) < len(long):
        return left == right[1:]
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])


def _look(name: str) -> str:
    """What is left for a reader who does not look closely; of several names at once, one on each line."""
    folded = name.translate(_FOLDED)
    for letters, one in _ALIKE:
        folded = folded.replace(letters, one)
    return folded


def _words(name: str) -> str:
    """The words in alphabetical order; ``""`` for a single one, and where a path says whose it is."""
    return "-".join(sorted(name.split("-"))) if "-" in name and "/" not in name else ""


def _is_listed(ecosystem: str, asked: str) -> bool:
    """
    Most packages are, and need no more. The names are not taken apart for the first ones: of a short lock
    file there are no others, and to find a name that is much used costs little.
    """
    listed = _Listed.of(ecosystem)
    listed.questions += 1
    if listed.questions > FEW or not asked.isprintable():
        return asked in _ranks(ecosystem)
    return f"\n{asked}\n" in listed.text


class _Listed:
    """The names of one ecosystem as they are written, one in each line, and how often they were asked for."""

    def __init__(self, text: str) -> None:
        self.text = f"\n{text}\n"
        self.questions = 0

    @staticmethod
    @functools.cache
    def of(ecosystem: str) -> _Listed:
        file = _DATA / f"popular-{ECOSYSTEMS[ecosystem].purl}.txt"
        return _Listed(file.read_text("utf-8"))


@functools.cache
def _ranks(ecosystem: str) -> dict[str, int]:
    """All names that are listed, with their ranks from 0."""
    listed = _Listed.of(ecosystem).text.split()
    return dict(zip(listed, range(len(listed)), strict=True))


@functools.cache
def _names(ecosystem: str) -> _Names:
    imitated = list(_ranks(ecosystem))[:IMITATED]
    names = _Names({}, {}, {}, {})
    for name in imitated:
        half = len(name) // 2
        names.by_start.setdefault(len(name), {}).setdefault(name[:half], []).append(name)
        names.by_end.setdefault(len(name), {}).setdefault(name[half:], []).append(name)
        if "-" in name and (words := _words(name)):
            names.by_words.setdefault(words, name)
    looks = _look("\n".join(imitated)).split("\n")
    names.by_look.update(zip(reversed(looks), reversed(imitated), strict=True))  # the most used is the last
    return names
