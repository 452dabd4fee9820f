"""What a commit adds to a file, and how much of it is held at once."""

from __future__ import annotations

from typing import NamedTuple

LIMIT = 2 << 20
"""Bytes of added lines that are held at once; more of one version of a file come in portions."""

OVERLAP = 64 << 10
"""What a portion repeats of the one before, so that a key of several lines is whole in one of them."""


class Hunk(NamedTuple):
    """Whole lines that stand together: the number of the first, from 1, and the bytes with line ends."""

    start: int
    data: bytes


class Addition(NamedTuple):
    """
    What a commit adds to a file: ``hunks`` in the order of their lines, or nothing of them where git calls
    the file binary (``is_binary``). ``oid`` names the whole version. A merge adds what none of its parents
    has. ``is_cut`` says that a line of a merge was too long to be held, ``is_rough`` that it is not certain
    where the lines of a merge stand; without hunks, there are too many to be told so.
    """

    commit: str
    path: str
    oid: str
    hunks: tuple[Hunk, ...] = ()
    is_binary: bool = False
    is_cut: bool = False
    is_rough: bool = False
