"""How a run keeps its results: how much, under which seal, and whose other results it reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pregate.cache import LIMIT, Cache, cache_at
from pregate.cache.sealing import SHORTEST_SECRET, Seal
from pregate.errors import UsageError
from pregate.records import dataclass, field

KEY = "PREGATE_CACHE_KEY"
SIZE = "PREGATE_CACHE_SIZE"
_MIB = 1024 * 1024
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Keeping:
    """
    ``limit`` is how many bytes the results may take, ``seal`` what binds them to their scope. ``others`` are
    folders whose results are read under their own seals and never written.
    """

    limit: int = LIMIT
    seal: Seal = field(default_factory=Seal)
    others: tuple[tuple[Path, Seal], ...] = ()

    def open(self, directory: Path | None) -> Cache:
        """The cache in ``directory``, kept so; a context manager."""
        return cache_at(directory, self.limit, self.seal, self.others)


def keeping_of(environ: Mapping[str, str], size: int = 0, secret: str = "") -> Keeping:
    """
    What the variables ``PREGATE_CACHE_SIZE`` (MiB) and ``PREGATE_CACHE_KEY`` say, where ``size`` and
    ``secret`` do not. Raises UsageError for a size that is none, and for a secret that is too short.
    """
    secret = secret or environ.get(KEY, "")
    if secret and len(secret) < SHORTEST_SECRET:
        raise UsageError(
            f"the key of the cache is shorter than {SHORTEST_SECRET} characters",
            "Make one that nobody can guess: openssl rand -hex 32",
        )
    return Keeping(_bytes(size, environ.get(SIZE, "")), Seal("", secret.encode()))


def _bytes(size: int, text: str) -> int:
    if not size and text:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
            raise UsageError(f"{SIZE} is no whole number of MiB", f"Write {SIZE}=128.")
        size = int(text)
    return min(size, _LARGEST) * _MIB or LIMIT
