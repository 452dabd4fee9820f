"""Paths that a file of the repository names: its members, parents and includes."""

from __future__ import annotations

import posixpath


def path_from(folder: str, *steps: str) -> str:
    """
    The path that ``steps`` lead to from ``folder``, relative to the repository's root; ``""`` where it is
    outside the repository, its root itself, or nothing that can be a path.
    """
    joined = posixpath.normpath(posixpath.join(folder, *steps))
    is_outside = joined in (".", "..") or joined.startswith(("/", "../"))
    return "" if is_outside or "\0" in joined else joined
