"""What may be judged: the ways to name a change set."""

from __future__ import annotations

from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Staged:
    """
    The index against HEAD, or against nothing in a repository without a commit.

    With ``paths`` (files or directories, relative to the directory that was opened), only those: one that is
    staged is compared with HEAD, one whose staged version equals HEAD's is judged whole.
    """

    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worktree:
    """The working tree, with untracked files that are not ignored, against HEAD."""


@dataclass(frozen=True, slots=True)
class Range:
    """
    What ``head`` changed since its merge base with ``base``; with ``paths``, only those files and
    directories.

    With ``exact`` it is compared with ``base`` itself: for a clone too shallow to tell the merge base, where
    that is known from elsewhere.
    """

    base: str
    head: str = "HEAD"
    paths: tuple[str, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Commits:
    """
    Each commit by itself that is reachable from ``head`` and not from ``base``.

    An empty ``base``, or the zero id that git's hooks and GitHub's events give for a new branch, excludes
    nothing. ``not_in`` are further revisions to exclude, or ``--remotes=origin``, ``--branches``, ``--tags``,
    ``--all`` as git-rev-list(1) has them; one that does not exist excludes nothing.
    With them, neither does a base that is the id of a commit which is not here: a push is forced over it.

    ``only`` are the ids of exactly the commits to judge, oldest first, for a clone too shallow to find them
    by walking; each of them, and its parents' contents, must be here. Without ``lines``, nothing is asked of
    the lines that each commit adds.
    """

    base: str
    head: str
    not_in: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    lines: bool = True


@dataclass(frozen=True, slots=True)
class Everything:
    """The whole tree at a revision, compared with nothing."""

    revision: str = "HEAD"


@dataclass(frozen=True, slots=True)
class Paths:
    """
    Files and directories as they stand in the working tree, compared with nothing; needs no repository.

    Relative ones are relative to the directory that was opened. In a repository, a directory stands for its
    files that are not ignored; a file that is named is judged even if it is.
    """

    paths: tuple[str, ...]


Selection = Staged | Worktree | Range | Commits | Everything | Paths
