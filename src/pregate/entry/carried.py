"""
The cache of the action, a folder that ``actions/cache`` carries from one run to the next.

Each run writes below a folder of its own scope (the default branch, another branch, one pull request) and
reads that and the scopes that GitHub lets it restore: those of the base and of the default branch
("Restrictions for accessing a cache", docs.github.com). What another scope wrote is neither read nor written,
so that a pull request's results are never believed by the default branch. See docs/cache.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pregate.cache.keeping import Keeping, keeping_of
from pregate.cache.sealing import Seal
from pregate.entry.carried_folder import (
    DEFAULT,
    PRIVATE,
    folder_name,
    give,
    opened,
    owner_of,
    scopes,
    trim,
)
from pregate.entry.inputs import Inputs, Token
from pregate.errors import UsageError
from pregate.github.context import Context
from pregate.logs import logger
from pregate.records import dataclass, replace

_ON_DEFAULT = ("schedule", "repository_dispatch")  # events whose runs stand on the default branch alone
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Carried:
    """
    Where a run keeps its results: ``folder`` is that of its scope, None for no cache; ``root`` holds all
    scopes'.
    """

    folder: Path | None
    keeping: Keeping
    root: Path | None = None

    @property
    def for_policies(self) -> Path | None:
        """
        Where an organisation's policy is kept: nowhere under a secret, since a file of it has no seal.
        """
        return None if self.keeping.seal.secret else self.folder


def scope_of(context: Context) -> str:
    """The scope that a run writes under: ``default``, ``pull/7``, or the ref."""
    if context.pull_request is not None:
        return f"pull/{context.pull_request.number}"
    default = f"refs/heads/{context.default_branch}" if context.default_branch else ""
    if context.event in _ON_DEFAULT and (not default or context.ref == default):
        return DEFAULT
    is_default = context.event in ("push", "workflow_dispatch") and default and context.ref == default
    return DEFAULT if is_default else context.ref or context.sha


def scopes_to_read(context: Context) -> tuple[str, ...]:
    """The other scopes whose results a run may use; the default branch has none."""
    own = scope_of(context)
    if own == DEFAULT:
        return ()
    pull, group = context.pull_request, getattr(context.payload, "base_ref", "")
    base = pull.base_ref if pull else group
    base = base if base.startswith("refs/") or not base else f"refs/heads/{base}"
    is_other = base and base not in (own, f"refs/heads/{context.default_branch}")
    return (base, DEFAULT) if is_other else (DEFAULT,)


def find_carried(inputs: Inputs, context: Context, environ: Mapping[str, str], workspace: Path) -> Carried:
    """
    The cache that the input ``cache-directory`` names, below the runner's temporary folder, or that
    ``PREGATE_CACHE_DIR`` does.

    One inside of the workspace or of any checkout is not used, and the log says so. Raises UsageError for a
    name that leads elsewhere, and as :func:`keeping_of`.
    """
    secret = inputs.values.get("cache-key")
    size = int(inputs.values.get("cache-size", 0))
    keeping = keeping_of(environ, size, secret.reveal() if isinstance(secret, Token) else "")
    root = _root(inputs.text("cache-directory"), environ)
    if root is None:
        return Carried(None, keeping)
    if _is_brought(root, workspace):
        _log.warning(
            "the cache folder is not used: it is inside of the workspace, whose files a pull request may "
            "bring. Set cache-directory to a name, and carry ${{ runner.temp }}/NAME over (docs/cache.md)."
        )
        return Carried(None, keeping)
    own, others = scope_of(context), scopes_to_read(context)

    def seal(scope: str) -> Seal:
        return replace(keeping.seal, scope=f"{context.repository}:{scope}")

    read = tuple((root / folder_name(scope), seal(scope)) for scope in others)
    return Carried(root / folder_name(own), replace(keeping, seal=seal(own), others=read), root)


@contextmanager
def borrowed(carried: Carried) -> Iterator[Carried]:
    """
    The cache for the time of a run. In a container the run is root's, and the folder is the runner's user's,
    who has to read what is written when it is carried on: it changes hands and comes back.

    Afterwards the whole folder is no larger than the limit: other scopes that were not used for the longest
    time go first, the default branch's own last.
    """
    root, own = carried.root, carried.folder
    if root is None or own is None:
        yield carried
        return
    with ExitStack() as stack:
        try:
            root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            handle = stack.enter_context(opened(root))
            if owner := owner_of(root.parent):
                give(handle, 0, owner)
            _say_foreign(handle, own)
        except OSError as error:
            _log.warning("the cache folder is not used: %s", error.strerror)
            yield Carried(None, carried.keeping)
            return
        try:
            yield carried
        finally:
            try:
                trim(handle, own.name, carried.keeping.limit)
                if owner:
                    give(handle, owner[0], owner)
            except OSError as error:
                _log.debug("the cache folder is left as it is: %s", error.strerror)


def _root(name: str, environ: Mapping[str, str]) -> Path | None:
    if not name:
        named = environ.get("PREGATE_CACHE_DIR", "")
        return Path(os.path.abspath(named)) if named else None  # noqa: PTH100 - no link is followed yet
    temporary = environ.get("RUNNER_TEMP", "")
    if not temporary:
        raise UsageError(
            "cache-directory needs RUNNER_TEMP, which is not set", "Set PREGATE_CACHE_DIR instead."
        )
    if name in (".", "..") or "/" in name or "\\" in name or not name.isprintable():
        raise UsageError(
            "the input cache-directory is no plain name",
            "It names a folder of the runner's temporary one. Write `cache-directory: pregate-cache`, and "
            "carry ${{ runner.temp }}/pregate-cache over.",
        )
    return Path(temporary) / name


def _is_brought(root: Path, workspace: Path) -> bool:
    from pregate.cache.trust import in_checkout

    places = {Path(os.path.abspath(root)), Path(os.path.realpath(root))}  # noqa: PTH100
    spaces = {Path(os.path.abspath(workspace)), Path(os.path.realpath(workspace))}  # noqa: PTH100
    return in_checkout(root) or any(place.is_relative_to(space) for place in places for space in spaces)


def _say_foreign(root: int, own: Path) -> None:
    if own.name != DEFAULT:
        return
    if foreign := [name for name in scopes(root) if name != own.name]:
        _log.warning(
            "the cache holds results of %d pull requests or other branches, which the default branch does "
            "not use",
            len(foreign),
        )
