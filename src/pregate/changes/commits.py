"""Every commit that some revisions reach, in little memory, and when they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pregate.changes.environment import MAPPED, with_settings
from pregate.changes.parsing import Reader
from pregate.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from pregate.changes.process import Git
    from pregate.changes.repository import Repository

_AUTHOR = re.compile(rb"^author [^\n]* (-?\d{1,12}) [+-]\d{4}$", re.MULTILINE)
_DRAINED = 1 << 20


@dataclass(frozen=True, slots=True)
class CommitList:
    """
    Commits, each after its parents and otherwise the older ones first. ``cut`` are those among them whose
    parents a shallow clone left out: git shows them as if they added every file that they have.
    """

    _ids: bytes
    _size: int
    cut: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self._ids) // self._size

    def portions(self, count: int) -> Iterator[list[str]]:
        """The ids of the commits, so many at a time."""
        for first in range(0, len(self), count):
            yield [self._id(number) for number in range(first, min(first + count, len(self)))]

    def _id(self, number: int) -> str:
        return self._ids[number * self._size : (number + 1) * self._size].hex()


def commits_of(
    repository: Repository, revisions: Sequence[str], *, every: bool = False, since: str = ""
) -> CommitList:
    """
    The commits that ``revisions`` (ids, with ``^`` before those to leave out) reach; with ``every``, all that
    any reference does. ``since`` is a date as git-log(1) has it: the walk ends at older ones.

    Raises ChangesError when git fails, as it does where an object is missing.
    """
    command = ["rev-list", "--date-order", "--reverse"]
    command += [f"--since={since}"] if since else []
    command += ["--all"] if every else []
    ids = bytearray()
    git = repository.git
    walker = git.with_environment(with_settings(git.environment, MAPPED))
    with walker.start(*command, *revisions, "--") as process:
        reader = Reader(process.receive)
        while (line := reader.until(b"\n")) is not None:
            ids += bytes.fromhex(line.decode("ascii"))
        process.finish()
    found = CommitList(bytes(ids), git.id_size)
    if not repository.shallow:
        return found
    cut = frozenset(_shallow_file(repository).read_text("ascii").split())
    inside = (commit for portion in found.portions(4096) for commit in portion)
    return CommitList(found._ids, found._size, tuple(commit for commit in inside if commit in cut))


def author_times(git: Git, commits: Iterable[str]) -> dict[str, int]:
    """When each commit was written, in seconds since 1970; what cannot be read is left out."""
    wanted = list(dict.fromkeys(commits))
    given = "".join(f"{commit}\n" for commit in wanted).encode("ascii")
    times: dict[str, int] = {}
    if not wanted:
        return times
    with git.start("cat-file", "--batch", stdin=given) as process:
        reader = Reader(process.receive)
        for commit in wanted:
            words = (reader.until(b"\n") or b"").split(b" ")
            if len(words) != 3 or not words[2].isdigit():
                continue
            size = int(words[2])
            head = reader.exactly(min(size, _DRAINED))
            reader.exactly(size - len(head) + 1, keep=False)
            if match := _AUTHOR.search(head.partition(b"\n\n")[0]):
                times[commit] = int(match[1])
    return times


def _shallow_file(repository: Repository) -> Path:
    from pathlib import Path

    name = repository.git.run("rev-parse", "--path-format=absolute", "--git-path", "shallow")
    return Path(name.decode("utf-8", "surrogateescape").rstrip("\n"))
