"""What all steps of a scan share: the files, and what is known of each check so far."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from typing import Protocol

from pregate.checks.base import Analysis, Check
from pregate.config import Config
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.numbers import Numbers
from pregate.engine.ports import Shard, Source
from pregate.model import Blob, Candidate, ChangedFile, ChangeSet, Mode, Suppression, Unread, UnreadReason
from pregate.records import dataclass, field


@dataclass(slots=True)
class State:
    """What is known of one check so far; files by their index in the change set."""

    check: Check
    concerned: Numbers = field(default_factory=Numbers)
    quiet: int = 0  # files of known portions that hold nothing, in none of the other fields
    excluded: int = 0
    cached: int = 0
    seconds: float = 0.0
    heads: dict[int, Analysis] = field(default_factory=dict)
    versions: dict[int, Analysis] = field(default_factory=dict)  # heads as analysed, for checks that compare
    compared: dict[int, tuple[Candidate, ...]] = field(default_factory=dict)
    done: Numbers = field(default_factory=Numbers)
    unread: list[Unread] = field(default_factory=list)
    failure: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
    settled: dict[int, Analysis] = field(default_factory=dict)  # what may stand for a head in later runs
    pragmas: dict[Suppression, None] = field(default_factory=dict)  # in the heads that could be read

    @property
    def files(self) -> int:
        """How many files concern it."""
        return len(self.concerned) + self.quiet

    def take(self, quiet: int, foreign: int, excluded: int) -> None:
        """Files of a portion that is known: nothing is in them, they are none of its business, left out."""
        self.quiet += quiet
        self.cached += quiet + foreign
        self.excluded += excluded


@dataclass(frozen=True, slots=True)
class Job:
    """
    One version of a file wanted by some checks. ``index`` is the file's, ``side`` 0 for the head, 1… for
    its bases.
    """

    index: int
    side: int
    blob: Blob
    checks: tuple[str, ...]


class Keep(Protocol):
    """Told what a check said of a job, and whether the cache has it."""

    def __call__(self, job: Job, name: str, analysis: Analysis, *, is_kept: bool) -> None:
        """One check is done with a job."""
        ...


@dataclass(slots=True)
class Scene:
    """
    A change set with the checks that look at it. ``files`` are those of the change set, and others behind
    them that ``only`` says were added for one check. The versions of files of ``lost`` shards are not
    analysed; its values say why.
    """

    change: ChangeSet
    source: Source
    config: Config
    states: dict[str, State]
    files: Sequence[ChangedFile]
    only: dict[int, str] = field(default_factory=dict)
    lost: Mapping[Shard, str] = field(default_factory=dict)

    def concerns(self, state: State, blob: Blob) -> bool:
        """A check that has failed is concerned with nothing more; its outcome says why."""
        try:
            return not state.failure and state.check.concerns(
                blob.path, executable=blob.mode is Mode.EXECUTABLE
            )
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return False

    def was_judged(self, name: str, blob: Blob) -> bool:
        """
        Whether the check would have looked at a base where it stood: what was excluded by its name, or was
        not executable, is new where it is not.
        """
        return not self.is_excluded(blob.path) and self.concerns(self.states[name], blob)

    def is_excluded(self, path: str) -> bool:
        """Whether the configuration leaves a path out."""
        return any(fnmatch.fnmatchcase(path, glob) for glob in self.config.exclude)

    def to_analyse(self, blob: Blob) -> bytes | Unread:
        """The bytes of a version of a file that a check is to look at, or why there are none."""
        for shard in self.lost:
            if shard.holds(blob):
                words = f"part {shard.number} of {shard.of} could not be analysed"
                return Unread(blob.path, UnreadReason.CRASHED, words)
        return self.read(blob)

    def read(self, blob: Blob) -> bytes | Unread:
        """The bytes of a version of a file, or why there are none."""
        match blob.mode:
            case Mode.SYMBOLIC_LINK:
                return Unread(blob.path, UnreadReason.SYMBOLIC_LINK, "links are not followed")
            case Mode.SUBMODULE:
                return Unread(blob.path, UnreadReason.SUBMODULE, "another repository; run the gate there")
            case _:
                return self.source.read(blob, self.config.max_file_size)
