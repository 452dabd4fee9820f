"""
The bytes of files in any snapshot: commits and the index through one ``git cat-file --batch``, the working
tree from disk.
"""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from pregate.changes.disk import Disk, too_large
from pregate.changes.parsing import Reader, is_inside, read_mode, to_bytes, to_text
from pregate.changes.process import Git, Process
from pregate.errors import ChangesError
from pregate.expressions import expression
from pregate.model import INDEX, WORKTREE, Blob, Mode, Overlay, Unread, UnreadReason

LARGEST_TREE = 64 << 20
"""No directory is larger than this; a tree object that claims to be is not read."""

LARGEST_DRAIN = 64 << 20
"""
An unwanted blob up to this size is read and thrown away; for a larger one it is quicker to start git anew.
"""

_SNIFFED = 8000
"""How far git itself looks for a NUL (git's buffer_is_binary)."""

_READ = frozenset({Mode.FILE, Mode.EXECUTABLE})
_TREES_KEPT = 256
_LISTED_KEPT = 10_000

_FEW = 100
"""Above this, git compares each path with each entry of the index for longer than all of it takes to list."""

_REVISION = expression(r"[0-9A-Za-z_][^\s\x00-\x20]{0,250}")
_POINTER = expression(
    rb"version https://git-lfs\.github\.com/spec/v1\n"
    rb"(?:ext-[0-9]-[A-Za-z0-9.-]{1,64} sha256:[0-9a-f]{64}\n){0,10}"
    rb"oid sha256:[0-9a-f]{64}\nsize [0-9]{1,20}\n?"
)
"""A whole LFS pointer (github.com/git-lfs/git-lfs, docs/spec.md); nothing can be hidden in what matches."""


# Java's key stores, and PKCS #12 (RFC 7292): binary, and the one kind that the secrets check has a word on.
_KEY_STORE = expression(
    rb"\xfe\xed\xfe\xed\0\0\0|\xce\xce\xce\xce\0\0\0|0[\x80-\x84].{0,4}\x02\x01\x030", re.DOTALL
)

_LONGEST_LINK = 4096  # PATH_MAX of Linux


class Contents:
    """
    Reads versions of files. A context manager; git is started when the first object is asked for.

    One reader serves one thread.
    """

    def __init__(self, git: Git | None, disk: Disk | None, index: Overlay | None = None) -> None:
        self._git = git
        self._disk = disk
        self._index = index
        self._process: Process | None = None
        self._reader = Reader(lambda: b"")
        self._ahead: deque[str] = deque()  # what git was asked for, of which no answer was read yet
        self._trees: dict[str, bytes] = {}
        self._listed: dict[str, dict[str, Blob]] = {}  # what endings were asked for, by revision

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        """
        The bytes of ``blob``, at most ``limit`` of them, or why there are none; one bad file never raises.

        Raises ChangesError only when git itself dies. Symbolic links, submodules, pointers to LFS objects and
        binary files (a NUL among the first 8000 bytes, unless a byte order mark says UTF-16 or UTF-32) are
        unread; key stores, told by their first bytes, are read.
        """
        if blob.mode is Mode.SYMBOLIC_LINK:
            return Unread(blob.path, UnreadReason.SYMBOLIC_LINK, "symbolic links are not followed")
        if blob.mode is Mode.SUBMODULE:
            return Unread(blob.path, UnreadReason.SUBMODULE, "another repository; run pregate there")
        data = self._from_disk(blob, limit) if blob.revision == WORKTREE else self._from_git(blob, limit)
        return data if isinstance(data, Unread) else _usable(blob.path, data)

    def read_all(self, blobs: Sequence[Blob], limit: int) -> list[bytes | Unread]:
        """
        What :meth:`read` says of each of a few blobs; git is asked for all of them before an answer is read.
        """
        names = [_checked(b.oid) for b in blobs if b.revision != WORKTREE and b.oid and b.mode in _READ]
        if len(names) > 1:
            process = self._started()
            try:
                process.send("".join(f"{name}\n" for name in names).encode("ascii"))
            except ChangesError:
                self.close()
                raise
            self._ahead.extend(names)
        return [self.read(blob, limit) for blob in blobs]

    def link_target(self, blob: Blob) -> str:
        """What a symbolic link names, as it is written; ``""`` when that is not known."""
        if blob.revision == WORKTREE:
            return self._disk.link_target(blob.path) if self._disk else ""
        data = self._from_git(blob, _LONGEST_LINK)
        return "" if isinstance(data, Unread) else to_text(data)

    def find(self, revision: str, path: str) -> Blob | None:
        """
        The file at ``path`` in a commit, in ``INDEX`` or in ``WORKTREE``; ``None`` when there is no such
        file.
        """
        if not is_inside(path):
            return None
        if revision == WORKTREE:
            return self._disk.blob(path) if self._disk else None
        if known := self._listed.get(revision, {}).get(path):
            return known
        if revision == INDEX and self._index:
            return self._find_in_overlay(self._index, path)
        if revision == INDEX:
            return next((b for b in index_entries(self._require_git(), (path,)) if b.path == path), None)
        return self._find_in_commit(revision, path)

    def find_all(self, revision: str, paths: Iterable[str]) -> dict[str, Blob]:
        """Those of the files at ``paths`` that there are, by path; one process of git at most."""
        inside = [path for path in paths if is_inside(path)]
        if revision == INDEX and not self._index and not self._listed.get(INDEX, {}).keys() >= set(inside):
            wanted = set(inside)
            few = inside if len(inside) <= _FEW else ("",)
            return {b.path: b for b in index_entries(self._require_git(), few, wanted)}
        blobs = (self.find(revision, path) for path in inside)
        return {blob.path: blob for blob in blobs if blob}

    def listing(self, revision: str, folders: Collection[str] | None = None) -> Iterator[str]:
        """
        Every path of a snapshot: a commit, ``INDEX``, or ``WORKTREE`` with what is untracked but not ignored.

        Where ``folders`` are given, only the files that stand in one of them: of a commit no other folder is
        read.
        """
        if folders is None:
            yield from self._everything(revision)
        elif revision == INDEX and self._index:
            yield from self._in_overlay(self._index, folders)
        elif revision in (INDEX, WORKTREE):
            yield from (p for p in self._everything(revision) if posixpath.dirname(p) in folders)
        else:
            for folder in folders:
                yield from self._in_folder(revision, folder)

    def _in_folder(self, revision: str, folder: str) -> Iterator[str]:
        name = _checked(revision) + "^{tree}"
        for part in to_bytes(folder).split(b"/") if folder else ():
            entry = self._entry(name, part)
            if entry is None or entry[0] != 0o040000:
                return
            name = entry[1]
        for mode, entry_name, _ in _entries(self._tree(name), self._id_size()):
            if mode != 0o040000:
                yield posixpath.join(folder, to_text(entry_name))

    def ending(self, revision: str, suffixes: Sequence[str]) -> Iterator[str]:
        """
        The paths of a snapshot that have one of these endings (in lower case), whatever their case. Git
        chooses them, so that it takes little longer in a large repository; and files that are found so need
        not be looked for again.
        """
        if revision == WORKTREE:
            yield from (p for p in self._everything(revision) if p.lower().endswith(tuple(suffixes)))
            return
        from pregate.changes.endings import files_ending

        known = self._listed.setdefault(revision, {})
        place = revision if revision == INDEX else _checked(revision)
        for blob in files_ending(self._require_git(), place, suffixes):
            if len(known) < _LISTED_KEPT:
                known[blob.path] = blob
            yield blob.path

    def _in_overlay(self, index: Overlay, folders: Collection[str]) -> Iterator[str]:
        below = self.listing(index.commit, folders) if index.commit else ()
        yield from (path for path in below if path not in index.paths)
        differing = (path for path, blob in index.paths.items() if blob)
        yield from (path for path in differing if posixpath.dirname(path) in folders)

    def _everything(self, revision: str) -> Iterator[str]:
        if revision == WORKTREE and not self._git:
            yield from self._disk.walk("") if self._disk else ()
            return
        command: tuple[str, ...] = ("ls-files", "-z", "--cached")
        if revision == WORKTREE:
            command = (*command, "--others", "--exclude-standard")
        elif revision != INDEX:
            command = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", _checked(revision))
        with self._require_git().start(*command) as process:
            rest, last = b"", None
            while part := process.receive():
                *names, rest = (rest + part).split(b"\0")
                for name in names:
                    if name != last:  # an unmerged path is there once for each of its stages
                        yield to_text(name).rstrip("/")
                    last = name
            process.finish()

    def close(self) -> None:
        """End git. The reader may be used again: it then starts another one."""
        if self._process:
            self._process.close()
        self._process = None
        self._ahead.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _from_disk(self, blob: Blob, limit: int) -> bytes | Unread:
        if not self._disk:
            return Unread(blob.path, UnreadReason.MISSING, "this repository has no working tree")
        return self._disk.read(blob, limit)

    def _from_git(self, blob: Blob, limit: int) -> bytes | Unread:
        if not blob.oid:
            return Unread(blob.path, UnreadReason.MISSING, "it is in no object of the repository")
        kind, size, data = self._object(_checked(blob.oid), limit)
        if kind != b"blob":
            words = "its object is not in this clone" if not kind else "its object is not a file"
            return Unread(blob.path, UnreadReason.MISSING, words)
        return too_large(blob.path, size, limit) if data is None else data

    def _object(self, name: str, limit: int) -> tuple[bytes, int, bytes | None]:
        """Kind (empty when missing), size and bytes (``None`` when over the limit) of an object."""
        process = self._started()
        try:
            if self._ahead and self._ahead[0] == name:
                self._ahead.popleft()
            else:
                process.send(name.encode("ascii") + b"\n")
            header = self._reader.until(b"\n")
            if header is None:
                return self._death(process)
            words = header.rsplit(b" ", 2)
            if len(words) < 3 or not words[2].isdigit():
                return b"", 0, None
            size = int(words[2])
            return words[1], size, self._body(size, limit)
        except ChangesError:
            self.close()
            raise

    def _death(self, process: Process) -> tuple[bytes, int, None]:
        """
        An old git ends at the first object that a partial clone left out, for it may not fetch it; others
        raise.
        """
        error = process.failure()
        if "promisor" not in error.message:
            raise error
        self.close()
        return b"", 0, None

    def _body(self, size: int, limit: int) -> bytes | None:
        if size > max(limit, LARGEST_DRAIN):
            self.close()
            return None
        data = self._reader.exactly(size, keep=size <= limit)
        self._reader.exactly(1, keep=False)
        return data if size <= limit else None

    def _started(self) -> Process:
        if not self._process:
            self._process = self._require_git().start("cat-file", "--batch", stdin=None)
            self._reader = Reader(self._process.receive)
        return self._process

    def _require_git(self) -> Git:
        if not self._git:
            raise ChangesError(
                "There is no git repository here.", "Only files of the working tree can be read."
            )
        return self._git

    def _find_in_commit(self, revision: str, path: str) -> Blob | None:
        name = _checked(revision) + "^{tree}"
        *folders, last = to_bytes(path).split(b"/")
        for folder in folders:
            entry = self._entry(name, folder)
            if entry is None or entry[0] != 0o040000:
                return None
            name = entry[1]
        found = self._entry(name, last)
        mode = read_mode(oct(found[0])) if found and found[0] != 0o040000 else None
        return Blob(path, found[1], mode, revision) if found and mode else None

    def _find_in_overlay(self, index: Overlay, path: str) -> Blob | None:
        if path in index.paths or not index.commit:
            return index.paths.get(path)
        found = self._find_in_commit(index.commit, path)
        return Blob(path, found.oid, found.mode, INDEX) if found else None

    def _entry(self, tree: str, name: bytes) -> tuple[int, str] | None:
        """Mode and id of one entry of a tree object, read as it is stored: ``100644 NAME NUL id``."""
        entries = _entries(self._tree(tree), self._id_size())
        return next(((m, i) for m, n, i in entries if n == name), None)

    def _tree(self, tree: str) -> bytes:
        """The bytes of a tree object, empty where there is none."""
        if tree not in self._trees:
            if len(self._trees) >= _TREES_KEPT:
                self._trees.clear()
            kind, _, data = self._object(tree, LARGEST_TREE)
            self._trees[tree] = data or b"" if kind == b"tree" else b""
        return self._trees[tree]

    def _id_size(self) -> int:
        return self._require_git().id_size


def index_entries(git: Git, paths: Iterable[str], wanted: Collection[str] | None = None) -> Iterator[Blob]:
    """Entries of the index at these paths or under them, or those ``wanted``; of an unmerged one, none."""
    names = None if wanted is None else {to_bytes(path) for path in wanted}
    for group in _groups(paths):
        output = git.run("ls-files", "-z", "--stage", "--", *group)
        for line in output.split(b"\0")[:-1]:
            entry, _, name = line.partition(b"\t")
            if names is not None and name not in names:
                continue
            octal, oid, stage = entry.decode("ascii").split(" ")
            mode = read_mode(octal)
            if stage == "0" and mode:
                yield Blob(to_text(name), oid, mode, INDEX)


def _groups(paths: Iterable[str]) -> Iterator[list[bytes]]:
    """Paths in portions that fit a command line."""
    group: list[bytes] = []
    size = 0
    for path in paths:
        group.append(to_bytes(path) or b".")
        size += len(group[-1]) + 16
        if size > 60_000:
            yield group
            group, size = [], 0
    if group:
        yield group


def _entries(data: bytes, id_size: int) -> Iterator[tuple[int, bytes, str]]:
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        octal, _, name = data[at:end].partition(b" ")
        at = end + 1 + id_size
        yield int(octal, 8), name, data[end + 1 : at].hex()


def _checked(revision: str) -> str:
    if not _REVISION.fullmatch(revision) or not revision.isascii():
        raise ChangesError(f"Not a revision: {revision!a}.", "Give a commit id.")
    return revision


def _usable(path: str, data: bytes) -> bytes | Unread:
    if data.startswith(b"version https://git-lfs") and _POINTER.fullmatch(data):
        return Unread(
            path, UnreadReason.LFS_POINTER, "its content is kept by Git LFS, outside the repository"
        )
    if b"\0" in data[:_SNIFFED] and not _is_text(data) and not _KEY_STORE.match(data):
        return Unread(path, UnreadReason.BINARY, "a binary file")
    return data


def _is_text(data: bytes) -> bool:
    """Whether bytes with a NUL are text all the same: by a byte order mark, or as whole and valid UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
