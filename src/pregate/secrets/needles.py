"""
The search of one text for many literals at once.

Plain ``find`` takes about a nanosecond a byte for each literal, which is too long for hundreds of them. Most
words of a file stand in it many times, so that first only its different words are searched; where a literal
is, is asked only of those that are in one. That is done with one expression for all, which is worth its
making only after some text. Where the package ahocorasick_rs is installed (the extra ``fast``) it does all
in one go, several times as fast. The outcome is the same either way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pregate.secrets.expressions import expression

_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_SPACED = bytes(byte if byte in _WORD else 0x20 for byte in range(256))
_PIECES = expression(rb"[A-Za-z0-9_-]+")
# Before so many bytes were searched, to make an expression or to import a package takes longer than it saves.
_FEW = 128 * 1024
# What is found is held for so much text at a time.
_STRETCH = 1024 * 1024

if TYPE_CHECKING:
    from typing import Protocol

    class _Searcher(Protocol):
        def find(self, data: bytes, different: Callable[[], bytes]) -> Iterator[tuple[int, bytes]]: ...
        def present(self, data: bytes, different: Callable[[], bytes]) -> Iterator[bytes]: ...


_Tree = dict[int, "_Tree"]


def words(data: bytes) -> bytes:
    """The different words of a text (ASCII letters, digits, ``_`` and ``-``), spaces between, in no order."""
    return b" ".join(set(data.translate(_SPACED).split()))


class Needles:
    """
    Literals, each with a number of the caller's. None is empty; several may have one number, and one several.

    ``is_fast`` false leaves ahocorasick_rs aside.
    """

    def __init__(self, pairs: Iterable[tuple[bytes, int]], *, is_fast: bool = True) -> None:
        self._numbers: dict[bytes, tuple[int, ...]] = {}
        for needle, number in pairs:
            self._numbers[needle] = (*self._numbers.get(needle, ()), number)
        self._is_fast = is_fast
        self._searched = 0

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def find(self, data: bytes, different: Callable[[], bytes] | None = None) -> Iterator[tuple[int, int]]:
        """
        Where a literal stands and its number, for every place of each, those of one literal in order.

        ``different`` gives the :func:`words` of the text, where the caller keeps them.
        """
        if not self._numbers or not data:
            return
        self._searched += len(data)
        searcher = self._few if self._searched <= _FEW else self._many
        numbers = self._numbers
        for at, needle in searcher.find(data, different or (lambda: words(data))):
            for number in numbers[needle]:
                yield at, number

    def present(self, data: bytes, different: Callable[[], bytes] | None = None) -> set[int]:
        """The numbers of all literals that are in a text; arguments as in :meth:`find`."""
        if not self._numbers or not data:
            return set()
        self._searched += len(data)
        searcher = self._few if self._searched <= _FEW else self._many
        found = set(searcher.present(data, different or (lambda: words(data))))
        return {number for needle in found for number in self._numbers[needle]}

    def possible(self, data: bytes) -> Iterable[int]:
        """
        The numbers of all literals that are in a text, and maybe of others: of all, where to tell them apart
        takes as long as to look for each.
        """
        self._searched += len(data)
        if self._searched <= _FEW or not isinstance(self._many, _Automaton):
            return [number for numbers in self._numbers.values() for number in numbers]
        present = {needle for _, needle in self._many.find(data, lambda: b"")}
        return [number for needle in present for number in self._numbers[needle]]

    @cached_property
    def _few(self) -> _Words:
        return _Words(tuple(self._numbers))

    @cached_property
    def _many(self) -> _Searcher:
        if self._is_fast:
            try:
                return _Automaton(tuple(self._numbers))
            except (ImportError, AttributeError):
                pass  # not installed, or of another age
        return _Tried(tuple(self._numbers))


class _Words:
    """Looks for the longest word in each literal in the words of a text, and then for the literal."""

    def __init__(self, needles: Sequence[bytes]) -> None:
        self._pieces: dict[bytes, list[bytes]] = {}
        for needle in needles:
            piece = max(_PIECES.findall(needle), key=len, default=b"")
            self._pieces.setdefault(piece, []).append(needle)

    def find(self, data: bytes, different: Callable[[], bytes]) -> Iterator[tuple[int, bytes]]:
        for piece in self._present(different()):
            for needle in self._pieces[piece]:
                at = data.find(needle)
                while at >= 0:
                    yield at, needle
                    at = data.find(needle, at + 1)

    def present(self, data: bytes, different: Callable[[], bytes]) -> Iterator[bytes]:
        for piece in self._present(different()):
            for needle in self._pieces[piece]:
                if needle in data:
                    yield needle

    def _present(self, different: bytes) -> Iterable[bytes]:
        return [piece for piece in self._pieces if piece in different]


class _Tried(_Words):
    """The same, the words being searched with one expression for the shortest beginnings of all."""

    def __init__(self, needles: Sequence[bytes]) -> None:
        super().__init__(needles)
        # No word, no condition: the literal is looked for in any text.
        self._always: list[bytes] = [piece for piece in self._pieces if not piece]
        self._longer: dict[bytes, list[bytes]] = {}
        shortest = b""
        for piece in sorted(piece for piece in self._pieces if piece):
            if not shortest or not piece.startswith(shortest):
                shortest = piece
            self._longer.setdefault(shortest, []).append(piece)
        self._expression = re.compile(_alternatives(_tree(self._longer))) if self._longer else None

    def _present(self, different: bytes) -> Iterable[bytes]:
        present: set[bytes] = set(self._always)
        match = self._expression.search(different) if self._expression else None
        while match:
            at = match.start()
            present.update(piece for piece in self._longer[match.group()] if different.startswith(piece, at))
            match = match.re.search(different, at + 1)
        return present


def _tree(literals: Iterable[bytes]) -> _Tree:
    root: _Tree = {}
    for literal in literals:
        node = root
        for byte in literal:
            node = node.setdefault(byte, {})
    return root


def _alternatives(node: _Tree) -> bytes:
    parts = [re.escape(bytes((byte,))) + _alternatives(rest) for byte, rest in node.items()]
    return b"(?:" + b"|".join(parts) + b")" if len(parts) > 1 else b"".join(parts)


class _Automaton:
    """
    ahocorasick_rs (https://pypi.org/project/ahocorasick-rs/, Apache-2.0): reads a text once for all literals.
    """

    def __init__(self, needles: Sequence[bytes]) -> None:
        package: Any = import_module("ahocorasick_rs")
        self._needles = needles
        self._overlap = max(map(len, needles)) - 1
        self._automaton = package.BytesAhoCorasick(needles, implementation=package.Implementation.DFA)

    def find(
        self,
        data: bytes,
        different: Callable[[], bytes],  # noqa: ARG002
    ) -> Iterator[tuple[int, bytes]]:
        view = memoryview(data)
        for start in range(0, len(data), _STRETCH):
            stretch = view[start : start + _STRETCH + self._overlap]
            for index, at, _ in self._automaton.find_matches_as_indexes(stretch, overlapping=True):
                if at < _STRETCH:
                    yield start + at, self._needles[index]

    def present(self, data: bytes, different: Callable[[], bytes]) -> Iterator[bytes]:
        return (needle for _, needle in self.find(data, different))
