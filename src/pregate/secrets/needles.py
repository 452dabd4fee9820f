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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pregate.expressions import expression
from pregate.secrets.document import words as _words

_PIECES = expression(rb"[A-Za-z0-9_-]+")
# Before so many bytes were searched, to make an expression or to import a package takes longer than it saves.
_FEW = 128 * 1024
_DIGITS = b"0123456789abcdef"
# A word that is shorter holds no token that is told by how it begins.
LONG = 16
# So many words are kept, of at most so many bytes each: a few MiB.
_MOST_KEPT = 1 << 16
_LONGEST_KEPT = 80
# What is found is held for so much text at a time.
_STRETCH = 1024 * 1024

if TYPE_CHECKING:
    from typing import Protocol

    class _Searcher(Protocol):
        def find(
            self, data: bytes, different: Words, wanted: Callable[[bytes], object]
        ) -> Iterator[tuple[int, bytes]]: ...
        def present(self, data: bytes, different: Words) -> Iterator[bytes]: ...


Words = Callable[[], set[bytes]]


_Node = dict[int, "_Node"]
_Pieces = dict[bytes, list[bytes]]


class Needles:
    """
    Literals, each with a number of the caller's. None is empty; several may have one number, and one several.

    Those that are ``in_long`` count only in words of ``LONG`` characters and more. With ``ignores_case`` all
    are in lower case, and so is the text, but maybe not its words. ``is_fast`` false leaves ahocorasick_rs
    aside. ``searched`` bytes of text were searched for them in another way before.
    """

    def __init__(
        self,
        pairs: Iterable[tuple[bytes, int]],
        *,
        in_long: Collection[bytes] = (),
        ignores_case: bool = False,
        is_fast: bool = True,
        searched: int = 0,
    ) -> None:
        self._numbers: dict[bytes, tuple[int, ...]] = {}
        for needle, number in pairs:
            self._numbers[needle] = (*self._numbers.get(needle, ()), number)
        self._in_long = in_long
        self._ignores_case = ignores_case
        self._is_fast = is_fast
        self._searched = searched

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def find(
        self,
        data: bytes,
        different: Words | None = None,
        is_wanted: Callable[[int], bool] = lambda _: True,
    ) -> Iterator[tuple[int, int]]:
        """
        Where a literal stands and its number, for every place of each and numbers that are wanted, those of
        one literal in order; those ``in_long`` maybe only where one is in a long word at all.

        ``different`` gives the words of the text (:func:`pregate.secrets.document.words`), where the caller
        keeps them.
        """
        if not self._numbers or not data:
            return
        wanted = _Wanted(self._numbers, is_wanted)
        different = different or (lambda: _words(data))
        for at, needle in self._searcher(data).find(data, different, wanted.__getitem__):
            for number in wanted[needle]:
                yield at, number

    def present(self, data: bytes, different: Words | None = None) -> set[int]:
        """The numbers of all literals that are in a text; arguments as in :meth:`find`."""
        if not self._numbers or not data:
            return set()
        found = set(self._searcher(data).present(data, different or (lambda: _words(data))))
        return {number for needle in found for number in self._numbers[needle]}

    def _searcher(self, data: bytes) -> _Searcher:
        self._searched += len(data)
        return self._few if self._searched <= _FEW else self._many

    def _automaton(self, kind: str) -> _Searcher | None:
        if not self._is_fast:
            return None
        try:
            return _Automaton(tuple(self._numbers), kind)
        except (ImportError, AttributeError):
            return None  # not installed, or of another age

    def possible(self, data: bytes) -> Iterable[int]:
        """
        The numbers of all literals that are in a text, and maybe of others: of all, where to tell them apart
        takes as long as to look for each.
        """
        self._searched += len(data)
        if self._searched <= _FEW or not isinstance(self._many, _Automaton):
            return [number for numbers in self._numbers.values() for number in numbers]
        present = {needle for _, needle in self._many.find(data)}
        return [number for needle in present for number in self._numbers[needle]]

    @cached_property
    def _few(self) -> _Searcher:
        # Made in a third of the time that the other kind takes, and searches half as fast.
        found = self._automaton("ContiguousNFA")
        return found or _Words(tuple(self._numbers), self._in_long, ignores_case=self._ignores_case)

    @cached_property
    def _many(self) -> _Searcher:
        found = self._automaton("DFA")
        return found or _Known(tuple(self._numbers), self._in_long, ignores_case=self._ignores_case)


class _Wanted(dict[bytes, tuple[int, ...]]):
    """The wanted numbers of each needle, asked for once."""

    def __init__(self, numbers: Mapping[bytes, tuple[int, ...]], is_wanted: Callable[[int], bool]) -> None:
        super().__init__()
        self._all = numbers
        self._is_wanted = is_wanted

    def __missing__(self, needle: bytes) -> tuple[int, ...]:
        self[needle] = found = tuple(filter(self._is_wanted, self._all[needle]))
        return found


class _Words:
    """
    Looks for the longest word in each literal in the words of a text, and then for the literal. Where a word
    begins or ends within the literal there is a blank, which all words of the text have around them.
    """

    def __init__(self, needles: Sequence[bytes], in_long: Collection[bytes], *, ignores_case: bool) -> None:
        self._pieces: dict[bytes, list[bytes]] = {}
        for needle in needles:
            self._pieces.setdefault(longest_word(needle), []).append(needle)
        is_long = {piece: all(n in in_long for n in of_it) for piece, of_it in self._pieces.items()}
        self._anywhere = [piece for piece, is_it in is_long.items() if piece and not is_it]
        self._in_long = [piece for piece, is_it in is_long.items() if piece and is_it]
        self._of_digits = [piece for piece in self._pieces if piece and not piece.strip(_DIGITS + b" ")]
        self._always = [piece for piece in self._pieces if not piece]
        self._ignores_case = ignores_case

    def find(
        self, data: bytes, different: Words, wanted: Callable[[bytes], object]
    ) -> Iterator[tuple[int, bytes]]:
        for piece in self._present(different()):
            for needle in self._pieces[piece]:
                at = data.find(needle) if wanted(needle) else -1
                while at >= 0:
                    yield at, needle
                    at = data.find(needle, at + 1)

    def present(self, data: bytes, different: Words) -> Iterator[bytes]:
        for piece in self._present(different()):
            yield from (needle for needle in self._pieces[piece] if needle in data)

    def _present(self, different: set[bytes]) -> Iterable[bytes]:
        # Numbers and hashes, most of a lock file, hold none but those of such characters.
        others = [word for word in different if word.strip(_DIGITS)]
        text = self._folded(_joined(others))
        found = self._always + [piece for piece in self._anywhere if piece in text]
        if self._in_long:
            text = self._folded(_joined(word for word in others if len(word) >= LONG))
            found += [piece for piece in self._in_long if piece in text]
        if self._of_digits:
            text = self._folded(_joined(different))
            found += [piece for piece in self._of_digits if piece in text]
        return set(found)

    def _folded(self, text: bytes) -> bytes:
        return text.lower() if self._ignores_case else text


class _Known(_Words):
    """
    The same for many texts: of each word is kept which pieces are in it, for it comes again. Those that are
    new are searched with one expression for the shortest beginnings of all pieces.
    """

    def __init__(self, needles: Sequence[bytes], in_long: Collection[bytes], *, ignores_case: bool) -> None:
        super().__init__(needles, in_long, ignores_case=ignores_case)
        self._searches = (_Shortest(self._anywhere), 0), (_Shortest(self._in_long), LONG)
        self._without: set[bytes] = set()
        self._with: dict[bytes, tuple[bytes, ...]] = {}

    def _present(self, different: set[bytes]) -> Iterable[bytes]:
        left = different.difference(self._without)
        new = left.difference(self._with)
        found = set(map(self._with.__getitem__, left.difference(new)))
        if new:
            told = self._search(new)
            found.update(told.values())
            if len(self._without) + len(self._with) > _MOST_KEPT:
                self._without.clear()
                self._with.clear()
            self._with.update((word, pieces) for word, pieces in told.items() if len(word) <= _LONGEST_KEPT)
            self._without.update([word for word in new.difference(told) if len(word) <= _LONGEST_KEPT])
        return {*self._always, *(piece for pieces in found for piece in pieces)}

    def _search(self, different: set[bytes]) -> dict[bytes, tuple[bytes, ...]]:
        """The pieces in each word that has any."""
        found: dict[bytes, tuple[bytes, ...]] = {}
        for search, shortest in self._searches:
            written = _joined(
                [word for word in different if len(word) >= shortest] if shortest else different
            )
            for at, piece in search.find(self._folded(written)):
                inside = at + piece.startswith(b" ")
                word = written[written.rfind(b" ", 0, inside) + 1 : written.find(b" ", inside)]
                found[word] = (*found.get(word, ()), piece)
        return found


class _Shortest:
    """One expression for the shortest beginnings of many literals."""

    def __init__(self, literals: Iterable[bytes]) -> None:
        self._longer: dict[bytes, list[bytes]] = {}
        shortest = b""
        for literal in sorted(literals):
            if not shortest or not literal.startswith(shortest):
                shortest = literal
            self._longer.setdefault(shortest, []).append(literal)
        self._expression = re.compile(_alternatives(_tree(self._longer))) if self._longer else None

    def find(self, text: bytes) -> Iterator[tuple[int, bytes]]:
        """Where each of them stands."""
        match = self._expression.search(text) if self._expression else None
        while match:
            at = match.start()
            for literal in self._longer[match.group()]:
                if text.startswith(literal, at):
                    yield at, literal
            match = match.re.search(text, at + 1)


def longest_word(needle: bytes) -> bytes:
    """The longest word in a literal; nothing where that is one character, which is in half of all words."""
    match = max(_PIECES.finditer(needle), key=lambda match: match.end() - match.start(), default=None)
    if match is None:
        return b""
    found = b" " * (match.start() > 0) + match.group() + b" " * (match.end() < len(needle))
    return found if len(found) > 1 else b""


def _joined(words: Iterable[bytes]) -> bytes:
    return b" " + b" ".join(words) + b" "


def _tree(literals: Iterable[bytes]) -> _Node:
    root: _Node = {}
    for literal in literals:
        node = root
        for byte in literal:
            node = node.setdefault(byte, {})
    return root


def _alternatives(node: _Node) -> bytes:
    parts = [re.escape(bytes((byte,))) + _alternatives(rest) for byte, rest in node.items()]
    return b"(?:" + b"|".join(parts) + b")" if len(parts) > 1 else b"".join(parts)


class _Automaton:
    """
    ahocorasick_rs (https://pypi.org/project/ahocorasick-rs/, Apache-2.0): reads a text once for all literals.
    """

    def __init__(self, needles: Sequence[bytes], kind: str) -> None:
        package: Any = import_module("ahocorasick_rs")
        self._needles = needles
        self._overlap = max(map(len, needles)) - 1
        self._automaton = package.BytesAhoCorasick(
            needles, implementation=getattr(package.Implementation, kind)
        )

    def find(
        self,
        data: bytes,
        *_: object,  # words are of no use here
    ) -> Iterator[tuple[int, bytes]]:
        view = memoryview(data)
        for start in range(0, len(data), _STRETCH):
            stretch = view[start : start + _STRETCH + self._overlap]
            for index, at, _ in self._automaton.find_matches_as_indexes(stretch, overlapping=True):
                if at < _STRETCH:
                    yield start + at, self._needles[index]

    def present(self, data: bytes, *_: object) -> Iterator[bytes]:
        return (needle for _, needle in self.find(data))
