"""The repository: found from any directory in it, and asked for change sets and contents."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, assert_never

from pregate.changes.contents import Contents
from pregate.changes.disk import Disk
from pregate.changes.environment import find_git, hardened
from pregate.changes.folder import Folder, relative
from pregate.changes.hints import missing_revision
from pregate.changes.process import Git
from pregate.changes.selection import Commits, Everything, Paths, Range, Selection, Staged, Worktree
from pregate.errors import ChangesError
from pregate.model import ChangeSet
from pregate.records import dataclass


class Source(Protocol):
    """Where change sets come from: a :class:`Repository`, or a :class:`Folder` where there is no git."""

    @property
    def root(self) -> Path | None:
        """What paths are relative to; ``None`` in a bare repository."""
        ...

    @property
    def prefix(self) -> str:
        """Where the directory that was opened stands in the root, ``""`` for the root itself."""
        ...

    def changes(self, selection: Selection) -> ChangeSet:
        """The change set of a selection."""
        ...

    def contents(self, change: ChangeSet | None = None) -> Contents:
        """A reader of file versions, for one change set where such is given; a context manager."""
        ...

    def brings(self, folder: Path) -> bool:
        """Whether a folder holds what came with the checkout."""
        ...


def open_source(directory: Path, environ: Mapping[str, str], selection: Selection) -> Source:
    """
    The repository that holds ``directory``; the directory itself when there is none and the selection needs
    none.
    """
    try:
        return Repository.open(directory, environ)
    except _NoRepositoryError:
        if isinstance(selection, Paths):
            return Folder(directory)
        raise


@dataclass(frozen=True, slots=True)
class Repository:
    """
    A git repository, from one of its directories.

    ``root`` is the top of its working tree, ``None`` for a bare one; ``git_dir`` is absolute. ``prefix``
    tells where ``directory``, which was opened, stands in the root; ``head`` is the commit that HEAD named
    then, ``""`` while there is none.
    """

    root: Path | None
    git_dir: Path
    prefix: str
    directory: Path
    shallow: bool
    git: Git
    head: str = ""

    @classmethod
    def open(cls, directory: Path, environ: Mapping[str, str]) -> Repository:
        """
        Find the repository that holds ``directory``: a sub-directory, a linked worktree, a bare one.

        ``GIT_DIR``, ``GIT_WORK_TREE``, ``GIT_INDEX_FILE`` and the object directories of ``environ`` are
        honoured, as git sets them for hooks. Raises ChangesError when there is none.
        """
        if not directory.is_dir():
            raise ChangesError(f"No such directory: {str(directory)!r}.", "Give a directory that exists.")
        git = Git(find_git(environ), os.fsencode(directory), hardened(environ))
        try:
            # Git stops at a HEAD that names no commit yet, so that the rest is asked again.
            answer = git.run("rev-parse", "--revs-only", "HEAD", *_QUESTIONS)
            answer = answer or git.run("rev-parse", *_QUESTIONS)
        except ChangesError as error:
            if "not a git repository" in error.message.lower():
                raise _NoRepositoryError(
                    f"Not in a git repository: {str(directory)!r}.",
                    "Run pregate inside one (`git init` makes one), or give files to scan by their paths.",
                ) from error
            raise
        return cls._from_answer(answer, directory, git)

    @classmethod
    def _from_answer(cls, answer: bytes, directory: Path, git: Git) -> Repository:
        found = _ANSWER.fullmatch(answer)
        if not found:
            raise ChangesError(
                "git rev-parse gave an odd answer.",
                "Is the git on the PATH a wrapper? Use git 2.31 or newer.",
            )
        git_dir = found["git_dir"]
        here = os.path.realpath(os.fsencode(directory))
        up = found["up"]
        root = None if up is None else os.path.realpath(os.path.join(here, up))  # noqa: PTH118 - bytes
        prefix = os.path.relpath(here, root) if root else b"."
        environment = git.environment | {"GIT_DIR": os.fsdecode(git_dir)}
        if root:
            environment["GIT_WORK_TREE"] = os.fsdecode(root)
        return cls(
            Path(os.fsdecode(root)) if root else None,
            Path(os.fsdecode(git_dir)),
            "" if prefix == b"." else os.fsdecode(prefix),
            directory,
            found["shallow"] == b"true",
            Git(git.program, root or git_dir, environment, found["algorithm"].decode("ascii")),
            (found["head"] or b"").decode("ascii"),
        )

    @property
    def disk(self) -> Disk | None:
        """The working tree."""
        return Disk(os.fsencode(self.root), self.git.algorithm) if self.root else None

    def changes(self, selection: Selection) -> ChangeSet:
        """The change set of a selection. Raises ChangesError, with what to do, when it cannot be found."""
        from pregate.changes import snapshots

        match selection:
            case Staged():
                return snapshots.staged(self, selection)
            case Worktree():
                return snapshots.worktree(self)
            case Everything():
                return snapshots.everything(self, selection)
            case Paths():
                return snapshots.by_path(self, selection)
            case Range():
                from pregate.changes import history

                return history.between(self, selection)
            case Commits():
                from pregate.changes import history

                return history.each_commit(self, selection)
            case _:
                assert_never(selection)

    def contents(self, change: ChangeSet | None = None) -> Contents:
        """
        A reader of file versions in commits, the index and the working tree; a context manager. What
        ``change`` tells of the index, git is not asked again.
        """
        return Contents(self.git, self.disk, change.index if change else None)

    def brings(self, folder: Path) -> bool:
        """
        Whether a folder of the working tree holds what came with the checkout: git tracks something in it, or
        the way to it (a link), or another repository stands in between, of which that may be true. False for
        a folder outside.
        """
        if not self.root:
            return False
        named, real = os.path.abspath(folder), os.path.realpath(folder)  # noqa: PTH100 - links stay
        inside = [p for p in (Path(named), Path(real)) if p.is_relative_to(self.root)]
        if not inside:
            return False
        ways = {at for path in inside for at in (path, *path.parents) if at.is_relative_to(self.root)}
        if any(at != self.root and (at.is_symlink() or (at / ".git").exists()) for at in ways):
            return True
        return any(self.git.run("ls-files", "-z", "--cached", "--", os.fspath(path)) for path in inside)

    def resolve(self, revision: str) -> str:
        """
        The commit id that a revision names. Raises ChangesError that says what to fetch when there is no such
        commit.
        """
        from pregate.changes import history

        return history.resolve(self, revision)

    def commit_id(self, revision: str) -> str:
        """The same as ``resolve``, without GitPython, which takes as long to import as a hook may take."""
        if revision == "HEAD" and self.head:
            return self.head
        if not revision.startswith("-"):
            name = revision.replace("\n", " ") + "^{commit}"
            answer = self.git.run("rev-parse", "--verify", "--quiet", name, accept=(0, 1, 128))
            if answer:
                return answer.decode("ascii").strip()
        raise missing_revision(revision, shallow=self.shallow)

    def head_commit(self) -> str:
        """The commit id of HEAD, ``""`` while there is no commit."""
        return (
            self.head
            or self.git.run("rev-parse", "--verify", "--quiet", "HEAD", accept=(0, 1)).decode("ascii").strip()
        )

    def require_disk(self) -> Disk:
        """The working tree. Raises ChangesError in a bare repository."""
        if disk := self.disk:
            return disk
        raise ChangesError(
            f"The repository {str(self.git_dir)!r} is bare: it has no working tree.",
            "Choose what is in its history: --base and --head, --commits, or --all.",
        )

    def relative(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """
        Paths as the user gave them, made relative to the root. In a bare repository they are so already.
        """
        if not self.root:
            return tuple(os.path.normpath(path).removeprefix("./") for path in paths)
        return tuple(relative(path, str(self.root), self.directory, self.prefix) for path in paths)


class _NoRepositoryError(ChangesError):
    """There is no repository at all."""


# The way up to the root is only told where there is a working tree. The git directory comes last, and the way
# up is ended by a plain word, for a newline is allowed in both.
_QUESTIONS = (
    "--is-shallow-repository",
    "--show-object-format",
    "--show-cdup",
    "--is-bare-repository",
    "--absolute-git-dir",
)
_ANSWER = re.compile(
    rb"(?:(?P<head>[0-9a-f]{40,64})\n)?(?P<shallow>true|false)\n(?P<algorithm>sha1|sha256)\n"
    rb"(?:(?P<up>[^\n]*|/.*)\n)??(?:true|false)\n(?P<git_dir>/.*)\n",
    re.DOTALL,
)
