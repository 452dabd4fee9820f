"""What the fake GitHub reads from a repository on disk by running git: diffs, commits, moved lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests import gitrepo

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_SAFE = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed", "C": "copied"}
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "-U3")


@dataclass(frozen=True, slots=True)
class Hunk:
    """A part of a patch with its context: first line and number of lines of both sides."""

    old: int
    old_count: int
    new: int
    new_count: int
    text: str

    def has(self, side: str, line: int) -> bool:
        if side == "LEFT":
            return self.old <= line < self.old + self.old_count
        return self.new <= line < self.new + self.new_count


@dataclass(frozen=True, slots=True)
class File:
    """A changed file. ``patch`` starts at the first hunk; it is ``""`` for what git calls binary."""

    path: str
    status: str
    blob: str
    previous: str = ""
    additions: int = 0
    deletions: int = 0
    hunks: tuple[Hunk, ...] = ()

    @property
    def patch(self) -> str:
        return "\n".join(hunk.text for hunk in self.hunks)

    def hunk_of(self, side: str, line: int) -> int | None:
        """Which hunk a line is in; None when it is not in the diff."""
        return next((n for n, hunk in enumerate(self.hunks) if hunk.has(side, line)), None)


@dataclass(frozen=True, slots=True)
class Diff:
    """The changed files by their paths in the head, in git's order."""

    files: dict[str, File] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as git stores it."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: tuple[str, str, str]
    committer: tuple[str, str, str]
    message: str


def run(repository: Path, *arguments: str) -> str:
    """Standard output of git, whoever owns the repository."""
    return gitrepo.git(repository, *arguments, stdin=b"", **_SAFE).decode("utf-8", "surrogateescape")


def succeeds(repository: Path, *arguments: str) -> bool:
    try:
        run(repository, *arguments)
    except AssertionError:
        return False
    return True


def has_commit(repository: Path | None, sha: str) -> bool:
    """Whether an object id names a commit there."""
    plain = re.fullmatch("[0-9a-f]{40}", sha)
    return (
        repository is not None and bool(plain) and succeeds(repository, "cat-file", "-e", f"{sha}^{{commit}}")
    )


def has_ref(repository: Path, ref: str) -> bool:
    """Whether a full ref is there."""
    return ref.startswith("refs/") and succeeds(repository, "show-ref", "--verify", "--quiet", ref)


def commit_of(repository: Path | None, name: str) -> str:
    """The commit id of a branch, tag or id; ``""`` when there is none."""
    if repository is None or name.startswith("-"):
        return ""
    for candidate in (name, f"refs/heads/{name}", f"refs/tags/{name}"):
        try:
            return run(repository, "rev-parse", "--verify", "-q", f"{candidate}^{{commit}}").strip()
        except AssertionError:
            continue
    return ""


def merge_base(repository: Path | None, base: str, head: str) -> str:
    """The best common ancestor; ``""`` when there is none."""
    if repository is None:
        return ""
    try:
        return run(repository, "merge-base", base, head).strip()
    except AssertionError:
        return ""


def log(repository: Path | None, base: str, head: str) -> list[Commit]:
    """The commits that ``head`` has and ``base`` has not, oldest first."""
    if repository is None or not has_commit(repository, head):
        return []
    form = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x00%x01"
    excluded = (f"^{base}",) if base else ("-1",)
    text = run(repository, "log", "--topo-order", "--reverse", form, head, *excluded)
    commits = []
    for entry in text.split("\0\1")[:-1]:
        f = entry.lstrip("\n").split("\0")
        parents = tuple(f[2].split())
        commits.append(Commit(f[0], f[1], parents, (f[3], f[4], f[5]), (f[6], f[7], f[8]), f[9].rstrip("\n")))
    return commits


def commit(repository: Path, sha: str) -> Commit:
    """One commit."""
    return log(repository, "", sha)[0]


def diff(repository: Path | None, base: str, head: str, *, direct: bool = False) -> Diff:
    """The changes from the merge base of ``base`` and ``head``, or from ``base`` itself, to ``head``."""
    start = base if direct else merge_base(repository, base, head)
    if repository is None or not start:
        return Diff()
    raw = run(repository, *_DIFF, "--raw", "-z", "--no-abbrev", start, head).split("\0")
    patches = _patches(run(repository, *_DIFF, "--src-prefix=a/", "--dst-prefix=b/", start, head))
    files: dict[str, File] = {}
    position = 0
    while position < len(raw) and raw[position].startswith(":"):
        fields = raw[position].split()
        letter = fields[4][0]
        names = raw[position + 1 : position + (3 if letter in "RC" else 2)]
        position += 1 + len(names)
        blob = fields[3] if letter != "D" else fields[2]
        previous = names[0] if letter in "RC" else ""
        hunks = next(patches)
        if letter == "T":  # shown as a deletion and an addition
            hunks += next(patches)
        body = [line for hunk in hunks for line in hunk.text.split("\n")[1:]]
        added, removed = (sum(line.startswith(mark) for line in body) for mark in "+-")
        files[names[-1]] = File(names[-1], _STATUS[letter], blob, previous, added, removed, hunks)
    return Diff(files)


def _patches(text: str) -> Iterator[tuple[Hunk, ...]]:  # one for each file, in the order of --raw
    parts = re.split(r"^diff --git .*\n", text, flags=re.MULTILINE)[1:]
    return iter([tuple(_hunks(part)) for part in parts])


def _hunks(part: str) -> Iterator[Hunk]:
    lines = part.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    starts = [n for n, line in enumerate(lines) if line.startswith("@@ ")]
    for start, end in pairwise([*starts, len(lines)]):
        match = _HUNK.match(lines[start])
        assert match, lines[start]
        old, old_count, new, new_count = (int(g) if g is not None else 1 for g in match.groups())
        yield Hunk(old, old_count, new, new_count, "\n".join(lines[start:end]))


def hunk_text(changes: Diff, path: str, side: str, line: int) -> str:
    """The hunk that a comment shows."""
    file = changes.files.get(path)
    index = file.hunk_of(side, line) if file else None
    return file.hunks[index].text if file and index is not None else "@@ -1 +1 @@"


def follow(
    repository: Path | None, old: str, new: str, path: str, lines: Iterable[int]
) -> tuple[str, list[int]]:
    """Where lines of a file went between two commits: its path, and each line's number, 0 if changed."""
    if repository is None:
        return path, list(lines)
    if not has_commit(repository, old) or not has_commit(repository, new):
        return path, [0 for _ in lines]
    text = run(repository, "diff", "--no-color", "--find-renames", "--raw", "-z", old, new).split("\0")
    target, position = path, 0
    while position < len(text) and text[position].startswith(":"):
        letter = text[position].split()[4][0]
        names = text[position + 1 : position + (3 if letter in "RC" else 2)]
        target = names[-1] if names[0] == path and letter == "R" else target
        position += 1 + len(names)
    if not succeeds(repository, "cat-file", "-e", f"{new}:{target}"):
        return target, [0 for _ in lines]
    patch = run(repository, "diff", "--no-color", "-U0", f"{old}:{path}", f"{new}:{target}")
    hunks = list(_hunks(patch))
    return target, [_moved(line, hunks) for line in lines]


def _moved(line: int, hunks: list[Hunk]) -> int:
    shift = 0
    for hunk in hunks:
        if hunk.has("LEFT", line):
            return 0
        # With no old lines git names the line before the insertion.
        if hunk.old < line:
            shift += hunk.new_count - hunk.old_count
    return line + shift


def kind_of(repository: Path, revision: str, path: str) -> str:
    """``blob``, ``tree``, ``commit`` for a submodule, ``""`` for nothing."""
    found = run(repository, "ls-tree", revision, "--", path)
    return found.split()[1] if found else ""


def blob(repository: Path, revision: str, path: str) -> bytes:
    """A file's content."""
    return gitrepo.git(repository, "cat-file", "blob", f"{revision}:{path}", stdin=b"", **_SAFE)
