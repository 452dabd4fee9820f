"""The port ``AnswerStore`` over the cache of results."""

from __future__ import annotations

from collections.abc import Sequence

from pregate import __version__
from pregate.cache import Cache, key_of


class CachedAnswers:
    """Keeps answers in ``cache`` by a digest of their question; what is damaged there is asked anew."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def recall(self, question: Sequence[str]) -> str | None:
        """The answer that was kept, or None."""
        key = self._key(question)
        found = self._cache.get([key])
        self._cache.touch(found)
        try:
            return found[key].decode() if key in found else None
        except UnicodeDecodeError:
            return None

    def keep(self, question: Sequence[str], answer: str) -> None:
        """Kept at once: what follows may fail, and this one was paid for."""
        self._cache.put({self._key(question): answer.encode()})

    def _key(self, question: Sequence[str]) -> bytes:
        return key_of(__version__, "answer", *question)
