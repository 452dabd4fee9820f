"""How a run keeps its results: how much, under which seal, and which folders and files it believes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.cache import LIMIT, Cache, advisory_index, cache_at, is_ours
from pregate.cache.sealing import SHORTEST_SECRET, Seal
from pregate.errors import UsageError
from pregate.logs import logger
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from typing import Protocol

    class Source(Protocol):
        """What is judged, as :mod:`pregate.changes` has it."""

        @property
        def root(self) -> Path | None:
            """Where the repository stands."""

        def brings(self, folder: Path) -> bool:
            """Whether a folder came with the checkout."""


KEY = "PREGATE_CACHE_KEY"
SIZE = "PREGATE_CACHE_SIZE"
_log = logger(__name__)
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


def may_keep_records(folder: Path | None) -> bool:
    """Whether nobody else may write to the folder, or have put another in the place of its records."""
    places = (folder, folder / "osv") if folder else ()
    try:
        return all(is_ours(place) for place in places if os.path.lexists(place))
    except OSError:
        return False


def is_inside(place: str, root: Path) -> bool:
    """Whether a path is below ``root``, by its name or by what that links to."""
    # The name may be a link of the tree that leads out of it, or one outside that leads into it.
    named, real = Path(os.path.abspath(place)), Path(os.path.realpath(place))  # noqa: PTH100
    return any(path.is_relative_to(at) for at in (root, root.resolve()) for path in (named, real))


def believed(folder: Path | None, source: Source) -> Path | None:
    """
    A cache folder; None for one that came with the checkout: whoever wrote that may have written its results.
    """
    if folder is None or not source.brings(folder):
        return folder
    _log.warning(
        "the cache folder %s is not used: git tracks files in it, or it is another checkout's. "
        "Name one outside of the working tree (--cache-dir, PREGATE_CACHE_DIR).",
        folder,
    )
    return None


def believed_index(environ: Mapping[str, str], source: Source, *, is_foreign: bool) -> Path | None:
    """The user's own index of advisories, unless that tree or a stranger's may have brought it."""
    path = advisory_index(environ)
    if path is None or source.root is None or not is_inside(str(path), source.root):
        return path
    if is_foreign:
        return None
    if source.brings(path.parent) and path.exists():
        _log.warning("the index of advisories %s is not used: it came with the checkout", path)
        return None
    return path


def _bytes(size: int, text: str) -> int:
    if not size and text:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
            raise UsageError(f"{SIZE} is no whole number of MiB", f"Write {SIZE}=128.")
        size = int(text)
    return min(size, _LARGEST) * _MIB or LIMIT
