"""
A tree in portions of some dozens of files, whose results the cache holds as one entry: where nothing of a
portion has changed, none of its files is looked at.

An entry says how many files hold nothing for a check, and holds the results of the others: those with
findings, facts, suppressions or something unread. Those whose result is not kept, or depends on other files
too, are to be asked for by themselves. Its key is a digest of all that the single results depend on, so that
it is never about other files; one that is damaged or does not fit its portion is not believed.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Protocol, runtime_checkable

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
    :mod:`pregate.engine.results`. ``planned`` says how many there should be, without the excluded.
    """

    quiet: int = 0
    foreign: int = 0
    excluded: int = 0
    loud: list[int] = field(default_factory=list)
    held: dict[int, results.Value] = field(default_factory=dict)
    planned: int = 0

    def dump(self) -> bytes:
        """The bytes that :func:`load` reads."""
        value = [self.quiet, self.foreign, self.excluded, sorted(self.loud), list(self.held.items())]
        return json.dumps(value, separators=(",", ":")).encode("ascii")

    @property
    def is_whole(self) -> bool:
        """Whether every planned file was told of."""
        return self.quiet + self.foreign + len(self.loud) == self.planned


def load(data: bytes, count: int) -> Tally | None:
    """The tally in ``data`` of a portion of ``count`` files; ``None`` where it cannot be one."""
    try:
        quiet, foreign, excluded, loud, pairs = json.loads(data)
        numbers = (quiet, foreign, excluded, *loud)
        if not all(type(number) is int and 0 <= number <= count for number in numbers):
            return None
        is_distinct = not loud or (loud == sorted(set(loud)) and loud[-1] < count)
        held = dict(pairs)
    except (ValueError, TypeError, RecursionError):
        return None
    fits = is_distinct and quiet + foreign + excluded + len(loud) <= count and held.keys() <= set(loud)
    return Tally(quiet, foreign, excluded, loud, held) if fits else None


class Portions:
    """
    The portions of a tree in one scan. ``keys`` are those of each check, begun with all that its results
    depend on beside the files.
    """

    def __init__(self, portions: Sequence[Portion], cache: Cache, keys: Mapping[str, Keys]) -> None:
        self._portions = portions
        self._firsts = [portion.first for portion in portions]
        self._cache = cache
        self._keys = keys
        self._open: dict[tuple[int, str], Tally] = {}  # what is not known yet, by number and check
        self._held: dict[tuple[int, str], results.Value] = {}

    def known(self) -> Iterator[tuple[Portion, dict[str, Tally]]]:
        """Every portion, with the checks of which it is known what they have there."""
        remaining = iter(self._portions)
        while some := list(islice(remaining, _AT_ONCE)):
            keys = [(portion, name, self._key(portion, name)) for portion in some for name in self._keys]
            values = self._cache.get(key for _, _, key in keys)
            self._cache.touch(values)
            found: dict[int, dict[str, Tally]] = {portion.first: {} for portion in some}
            for portion, name, key in keys:
                data = values.get(key)
                if data is not None and (tally := load(data, portion.count)):
                    found[portion.first][name] = tally
                    self._held.update(((portion.first + n, name), v) for n, v in tally.held.items())
            for portion in some:
                yield portion, found[portion.first]

    def held(self, index: int, name: str) -> results.Value | None:
        """What a known portion holds of what a check said of the file number ``index``; given once."""
        return self._held.pop((index, name), None)

    def begin(self, portion: Portion, name: str) -> Tally:
        """A tally to be filled by :meth:`note`."""
        return self._open.setdefault((portion.first, name), Tally())

    def note(self, index: int, name: str, analysis: Analysis, *, is_kept: bool) -> None:
        """What a check said of the file number ``index``, and whether that is for this file alone to say."""
        first = self._firsts[bisect_right(self._firsts, index) - 1]
        tally = self._open.get((first, name))
        if tally is None:
            return
        if is_kept and analysis is results.NOTHING:
            tally.quiet += 1
        elif is_kept and analysis is results.FOREIGN:
            tally.foreign += 1
        else:
            tally.loud.append(index - first)
            if is_kept:
                tally.held[index - first] = results.to_json(analysis)

    def keep(self, names: Sequence[str]) -> None:
        """Puts what these checks had in portions that were not known into the cache."""
        entries = {}
        for portion in self._portions:
            for name in names:
                tally = self._open.get((portion.first, name))
                if tally and tally.is_whole:
                    entries[self._key(portion, name)] = tally.dump()
        self._cache.put(entries)

    def _key(self, portion: Portion, name: str) -> bytes:
        return self._keys[name].of(portion.digest.hex())
