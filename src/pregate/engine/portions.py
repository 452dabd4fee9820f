"""
A tree in portions of some dozens of files, whose results the cache holds as one entry: where nothing of a
portion has changed, none of its files is looked at.

An entry says for each check of the run how many files hold nothing for it, and holds the results of the
others: those with findings, facts, suppressions or something unread. Those whose result is not kept, or
depends on other files too, are to be asked for by themselves. Its key is a digest of all that the single
results depend on, so that it is never about other files or checks; what is damaged or does not fit its
portion is not believed.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pregate.engine import results
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from pregate.cache import Cache, Keys
    from pregate.checks.base import Analysis
    from pregate.model import Portion

LAYOUT = 2
"""Part of every key: changes with what an entry holds."""

_AT_ONCE = 250


@runtime_checkable
class Portioned(Protocol):
    """Files that also come in portions, the same ones wherever nothing has changed."""

    def portions(self) -> Iterator[Portion]:
        """All files, in order."""
        ...


@dataclass(slots=True)
class Tally:
    """
    What a check has of a portion. ``quiet`` files hold nothing for it, ``foreign`` ones are none of its
    business by their content, ``excluded`` ones by the configuration. ``loud`` are the numbers, in the
    portion, of all others that concern it; ``held`` is what it said of some of these, as a JSON value of
    :mod:`pregate.engine.results`, ``told`` the same as it is. ``planned`` says how many there should be,
    without the excluded, ``is_new`` that it is told of file by file in this run.
    """

    quiet: int = 0
    foreign: int = 0
    excluded: int = 0
    loud: list[int] = field(default_factory=list)
    held: dict[int, results.Value] = field(default_factory=dict)
    told: dict[int, Analysis] = field(default_factory=dict)
    planned: int = 0
    is_new: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every planned file was told of."""
        return self.quiet + self.foreign + len(self.loud) == self.planned


def dump(tallies: Mapping[str, Tally]) -> bytes:
    """The bytes that :func:`load` reads, for tallies by check."""
    value = {
        name: [t.quiet, t.foreign, t.excluded, sorted(t.loud), [*t.held.items(), *_told(t)]]
        for name, t in tallies.items()
    }
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _told(tally: Tally) -> Iterator[tuple[int, results.Value]]:
    return ((number, results.to_json(analysis)) for number, analysis in tally.told.items())


def load(data: bytes, count: int) -> dict[str, Tally]:
    """The tallies in ``data`` of a portion of ``count`` files; without those that cannot be of one."""
    try:
        values = json.loads(data)
        return {name: tally for name, value in values.items() if (tally := _tally(value, count))}
    except (ValueError, AttributeError, RecursionError):
        return {}


def _tally(value: Any, count: int) -> Tally | None:
    try:
        quiet, foreign, excluded, loud, pairs = value
        numbers = (quiet, foreign, excluded, *loud)
        if not all(type(number) is int and 0 <= number <= count for number in numbers):
            return None
        is_distinct = not loud or (loud == sorted(set(loud)) and loud[-1] < count)
        held = dict(pairs)
    except (ValueError, TypeError):
        return None
    fits = is_distinct and quiet + foreign + excluded + len(loud) <= count and held.keys() <= set(loud)
    return Tally(quiet, foreign, excluded, loud, held) if fits else None


class Portions:
    """
    The portions of a tree in one scan by the checks ``names``. ``keys`` are begun with all that their results
    depend on beside the files.
    """

    def __init__(self, portions: Sequence[Portion], cache: Cache, keys: Keys, names: Collection[str]) -> None:
        self._portions = portions
        self._firsts = [portion.first for portion in portions]
        self._cache = cache
        self._keys = keys
        self._names = names
        self._open: dict[int, dict[str, Tally]] = {}  # what is not known in full, by first file
        self._held: dict[tuple[int, str], results.Value] = {}

    def known(self) -> Iterator[tuple[Portion, Mapping[str, Tally]]]:
        """Every portion, with the checks of which it is known what they have there."""
        remaining = iter(self._portions)
        while some := list(islice(remaining, _AT_ONCE)):
            keys = [self._key(portion) for portion in some]
            values = self._cache.get(keys)
            self._cache.touch(values)
            for portion, key in zip(some, keys, strict=True):
                found = load(values[key], portion.count) if key in values else {}
                found = {name: tally for name, tally in found.items() if name in self._names}
                for name, tally in found.items():
                    for number, value in tally.held.items():
                        self._held[portion.first + number, name] = value
                if len(found) < len(self._names):
                    self._open[portion.first] = dict(found)
                yield portion, found

    def held(self, index: int, name: str) -> results.Value | None:
        """What a known portion holds of what a check said of the file number ``index``; given once."""
        return self._held.pop((index, name), None)

    def begin(self, portion: Portion, name: str) -> Tally:
        """A tally to be filled by :meth:`note`, of a check that :meth:`known` did not tell of."""
        tally = self._open[portion.first][name] = Tally(is_new=True)
        return tally

    def note(self, index: int, name: str, analysis: Analysis, *, is_kept: bool) -> None:
        """What a check said of the file number ``index``, and whether that is for this file alone to say."""
        first = self._firsts[bisect_right(self._firsts, index) - 1]
        tally = self._open[first].get(name) if first in self._open else None
        if tally is None or not tally.is_new:
            return
        if is_kept and analysis is results.NOTHING:
            tally.quiet += 1
        elif is_kept and analysis is results.FOREIGN:
            tally.foreign += 1
        else:
            tally.loud.append(index - first)
            if is_kept:
                tally.told[index - first] = analysis

    def keep(self, names: Collection[str]) -> None:
        """Puts what these checks had in portions that were not known in full into the cache."""
        entries: dict[bytes, bytes] = {}
        for portion in self._portions:
            tallies = self._open.pop(portion.first, {})
            whole = {n: t for n, t in tallies.items() if not t.is_new or (n in names and t.is_whole)}
            if any(tally.is_new for tally in whole.values()):
                entries[self._key(portion)] = dump(whole)
            if len(entries) > _AT_ONCE:
                self._cache.put(entries)
                entries.clear()
        self._cache.put(entries)

    def _key(self, portion: Portion) -> bytes:
        return self._keys.of(portion.digest.hex())
