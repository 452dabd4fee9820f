"""
What parts of repositories found, kept among the results of runs until they are put together:

    parts/SLUG/COMMIT-KEY-KofN.part   what part K of N of a repository at that commit found

A run that was stopped finds there what it need not do again. The key stands for the release, for how results
are laid out and for the options; the repository's own configuration comes with its commit. Were a part taken
for another one all the same, nothing wrong would come of it: what it holds are results by content, each under
its own key (:mod:`pregate.fleet.shares`).
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from pregate import __version__
from pregate.cache import LAYOUT
from pregate.errors import PregateError
from pregate.fleet.shares import LIMIT, Share
from pregate.logs import logger

if TYPE_CHECKING:
    from pregate.fleet.keeping import Store

_log = logger(__name__)
_FOLDER = "parts"
# Nothing else is ever removed: somebody may keep other things in a folder of that name.
_OURS = re.compile(
    r"parts/([A-Za-z0-9._-]+-[0-9a-f]{16})/(?:[0-9a-f]{40,64}-[0-9a-f]{16}-[0-9]+of[0-9]+\.part|\.new-\w+)"
)
_ALL = 1 << 30  # bytes that all parts of a repository may take


class PartStore:
    """
    The parts that are kept in a ``store`` for runs with options of this ``digest``; made while it is held.
    What is there of repositories that are none of ``slugs`` is taken away, and everything where the run
    ``is_fresh``. Raises PregateError.
    """

    def __init__(self, store: Store, digest: str, slugs: Collection[str], *, is_fresh: bool = False) -> None:
        self._store = store
        self._remove = _Remover(store)
        words = f"{__version__}\n{LAYOUT}\n{digest}"
        self._key = hashlib.sha256(words.encode()).hexdigest()[:16]
        self._sizes: dict[str, dict[str, int]] = {}
        for name, size in store.sizes(_FOLDER).items():
            found = _OURS.fullmatch(name)
            if found and (is_fresh or found[1] not in slugs):
                self._remove(name)
            elif found:
                self._sizes.setdefault(found[1], {})[name] = size

    def parts_of(self, slug: str, commit: str, of: int) -> Parts:
        """Those of a repository that is done in ``of`` parts; those of other commits or terms are removed."""
        parts = Parts(self._store, self._remove, f"{_FOLDER}/{slug}/{commit}-{self._key}", of)
        for name, size in self._sizes.pop(slug, {}).items():
            if not parts.adopt(name, size):
                self._remove(name)
        return parts

    def forget(self, slug: str) -> None:
        """Removes what is kept of a repository that is not done in parts, or not any more."""
        for name in self._sizes.pop(slug, ()):
            self._remove(name)


class Parts:
    """The parts of one repository at one commit: which are kept, and what they found."""

    def __init__(self, store: Store, remove: Callable[[str], None], stem: str, of: int) -> None:
        self._store = store
        self._remove = remove
        self._names = {number: f"{stem}-{number}of{of}.part" for number in range(1, of + 1)}
        self._numbers = {name: number for number, name in self._names.items()}
        self._sizes: dict[int, int] = {}

    def adopt(self, name: str, size: int) -> bool:
        """Whether a result of an earlier run is one of these parts, which is then kept."""
        number = self._numbers.get(name)
        if number is not None:
            self._sizes[number] = size
        return number is not None

    @property
    def kept(self) -> Collection[int]:
        """The numbers of the parts that are done."""
        return self._sizes.keys()

    def put(self, number: int, data: bytes) -> None:
        """
        Keeps what a part found. Of more than can be put together, only that it is done is kept. Raises
        PregateError.
        """
        is_too_much = sum(self._sizes.values()) + len(data) > _ALL
        whole = b"" if is_too_much else data
        self._store.write(self._names[number], whole)
        self._sizes[number] = len(whole)

    def shares(self) -> tuple[Share, ...]:
        """What the parts found that are kept, in their order; read where it is sent."""
        return tuple(Share(functools.partial(self._read, number)) for number in sorted(self._sizes))

    def forget(self) -> None:
        """Removes them."""
        for number in self._sizes:
            self._remove(self._names[number])
        self._sizes.clear()

    def _read(self, number: int) -> bytes:
        try:
            return self._store.read(self._names[number], LIMIT) or b""
        except PregateError as error:
            # The task that judges analyses it anew.
            _log.warning("a part cannot be read: %s", error.message)
            return b""


class _Remover:
    """Takes parts away until one cannot be: what stays costs space, and no run."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_refused = False

    def __call__(self, name: str) -> None:
        if self._is_refused:
            return
        try:
            self._store.remove(name)
        except PregateError as error:
            self._is_refused = True
            _log.warning("what parts found stays among the results: %s: %s", error.message, error.hint)
