"""
The cache of the action, a folder that ``actions/cache`` carries from one run to the next.

Each run writes below a folder of its own scope (the default branch, another branch, one pull request) and
reads that and the scopes that GitHub lets it restore: those of the base and of the default branch
("Restrictions for accessing a cache", docs.github.com). What another scope wrote is neither read nor written,
so that a pull request's results are never believed by the default branch. See docs/cache.md.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pregate.cache.keeping import Keeping, keeping_of
from pregate.cache.sealing import Seal
from pregate.entry.inputs import Inputs, Token
from pregate.errors import UsageError
from pregate.github.context import Context
from pregate.logs import logger
from pregate.records import dataclass, replace

DEFAULT = "default"
_ON_DEFAULT = ("schedule", "repository_dispatch")  # events whose runs stand on the default branch alone
_SCOPE = re.compile(r"default|pull-[0-9]+|ref-[0-9a-f]{16}")  # as _folder() names them
_INDEX = "advisories.sqlite"
_PRIVATE = 0o700
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

    read = tuple((root / _folder(scope), seal(scope)) for scope in others)
    return Carried(root / _folder(own), replace(keeping, seal=seal(own), others=read), root)


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
            root.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            handle = stack.enter_context(_opened(root))
            if owner := _owner(root.parent):
                _give(handle, 0, owner)
            _say_foreign(handle, own)
        except OSError as error:
            _log.warning("the cache folder is not used: %s", error.strerror)
            yield Carried(None, carried.keeping)
            return
        try:
            yield carried
        finally:
            try:
                _trim(handle, own, carried.keeping.limit)
                if owner:
                    _give(handle, owner[0], owner)
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


def _folder(scope: str) -> str:
    if scope == DEFAULT or scope.startswith("pull/"):
        return scope.replace("/", "-")
    return f"ref-{hashlib.sha256(scope.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


@contextmanager
def _opened(root: Path) -> Iterator[int]:
    """
    The folder itself, whatever stands in its place later: its parent is not root's, and who owns that may put
    a link there. Raises OSError for a link, since what that leads to keeps its owner.
    """
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)


def _owner(parent: Path) -> tuple[int, int] | None:
    """Whose the folder is where we are root for somebody else, as in a container."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    status = parent.stat()
    return (status.st_uid, status.st_gid) if status.st_uid else None


def _give(root: int, user: int, owner: tuple[int, int]) -> None:
    """
    Makes the folder and what is ours in it root's or the owner's, and private. Links in there are taken away.

    A folder is root's for as long as something in it is altered, so that nobody exchanges that meanwhile.
    """
    group = owner[1] if user else 0
    if user == 0:
        _hand_over(root, user, group)
    _give_entries(root, [name for name in os.listdir(root) if name == _INDEX], user, group)
    for scope in _scopes(root):
        for _, folders, files, folder in os.fwalk(scope, topdown=user == 0, dir_fd=root):
            if user == 0:
                _hand_over(folder, user, group)
            _give_entries(folder, (*folders, *files), user, group)
            if user:
                _hand_over(folder, user, group)
    if user:
        _hand_over(root, user, group)


def _give_entries(folder: int, names: Iterable[str], user: int, group: int) -> None:
    for name in names:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
            os.chown(name, user, group, dir_fd=folder, follow_symlinks=False)
            os.chmod(name, 0o600, dir_fd=folder)
        elif not stat.S_ISDIR(status.st_mode):
            os.unlink(name, dir_fd=folder)


def _hand_over(folder: int, user: int, group: int) -> None:
    os.fchown(folder, user, group)
    os.fchmod(folder, _PRIVATE)  # after it, since who owns it may open it again


def _scopes(root: int) -> list[str]:
    """The folders of scopes. What else is there is somebody else's, where a folder is not for us alone."""
    entries = [entry for entry in os.scandir(root) if _SCOPE.fullmatch(entry.name)]
    return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]


def _say_foreign(root: int, own: Path) -> None:
    if own.name != DEFAULT:
        return
    if foreign := [name for name in _scopes(root) if name != own.name]:
        _log.warning(
            "the cache holds results of %d pull requests or other branches, which the default branch does "
            "not use",
            len(foreign),
        )


def _trim(root: int, own: Path, limit: int) -> None:
    """Scopes other than the run's own go, the one used longest ago first, until all is within the limit."""
    found = {name: _size_and_use(root, name) for name in _scopes(root)}
    total = sum(size for size, _ in found.values())
    for name in sorted(found.keys() - {own.name, DEFAULT}, key=lambda name: found[name][1]):
        if total <= limit:
            return
        shutil.rmtree(name, ignore_errors=True, dir_fd=root)
        total -= found[name][0]


def _size_and_use(root: int, scope: str) -> tuple[int, float]:
    """The bytes of a scope's files, and when the last of them was altered."""
    size, used = 0, 0.0
    for _, _, files, folder in os.fwalk(scope, dir_fd=root):
        for name in files:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            size, used = size + status.st_size, max(used, status.st_mtime)
    return size, used
