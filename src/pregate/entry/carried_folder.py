"""
The folder that the action carries from run to run, with a folder in it for each scope: what these are called,
whose they are, and how large all of it may be.

It is worked on by its handle. In a container the run is root's and the folder another user's, who may put a
link in the place of whatever he has access to.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

DEFAULT = "default"
"""The scope of the default branch."""
PRIVATE = 0o700
"""The mode of every folder."""
_SCOPE = re.compile(r"default|pull-[0-9]+|ref-[0-9a-f]{16}")  # as folder_name() names them
_INDEX = "advisories.sqlite"


def folder_name(scope: str) -> str:
    """The name of a scope's folder."""
    if scope == DEFAULT or scope.startswith("pull/"):
        return scope.replace("/", "-")
    return f"ref-{hashlib.sha256(scope.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


@contextmanager
def opened(root: Path) -> Iterator[int]:
    """
    The folder itself, whatever stands in its place later: its parent is not root's, and who owns that may put
    a link there. Raises OSError for a link, since what that leads to keeps its owner.
    """
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)


def owner_of(parent: Path) -> tuple[int, int] | None:
    """Whose the folder is where we are root for somebody else, as in a container."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    status = parent.stat()
    return (status.st_uid, status.st_gid) if status.st_uid else None


def scopes(root: int) -> list[str]:
    """The folders of scopes. What else is there is somebody else's, where a folder is not for us alone."""
    entries = [entry for entry in os.scandir(root) if _SCOPE.fullmatch(entry.name)]
    return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]


def give(root: int, user: int, owner: tuple[int, int]) -> None:
    """
    Makes the folder and what is ours in it root's or the owner's, and private. Links in there are taken away.

    A folder is root's for as long as something in it is altered, so that nobody exchanges that meanwhile.
    """
    group = owner[1] if user else 0
    if user == 0:
        _hand_over(root, user, group)
    _give_entries(root, [name for name in os.listdir(root) if name == _INDEX], user, group)
    for scope in scopes(root):
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
    os.fchmod(folder, PRIVATE)  # after it, since who owns it may open it again


def trim(root: int, own: str, limit: int) -> None:
    """Scopes other than ``own`` go, the one used longest ago first, until all is within the limit."""
    found = {name: _size_and_use(root, name) for name in scopes(root)}
    total = sum(size for size, _ in found.values())
    for name in sorted(found.keys() - {own, DEFAULT}, key=lambda name: found[name][1]):
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
