"""A change set, a source of contents and a check that need neither git nor a scanner."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pregate.checks import make_masker
from pregate.checks.base import Analysis, Conclusion, Json, PlainCheck, Target
from pregate.checks.base import Tree as Files
from pregate.engine import workers
from pregate.engine.analyst import Analyst, finish, maskers_for
from pregate.engine.scan import Scan
from pregate.errors import ScannerError
from pregate.model import (
    Blob,
    ChangedFile,
    ChangeSet,
    Finding,
    LineRange,
    Location,
    Mode,
    Outcome,
    Rule,
    Severity,
    Unread,
    UnreadReason,
)

RULE = Rule("word/BAD", "a bad word", "Bad words are bad.", "Remove it.", Severity.HIGH)


class WordCheck(PlainCheck):
    """Reports every line with ``bad``; ``# fine`` on it suppresses. Some words make it misbehave."""

    name = "word"
    version = "1"
    cost = 100
    facts_hold_text = False

    def __init__(self, cost: int = 100, keyed: bool = False) -> None:
        self.cost = cost
        self.keyed = keyed

    def rules(self) -> tuple[Rule, ...]:
        return (RULE,)

    def concerns(self, path: str, *, executable: bool) -> bool:
        return path.endswith(".txt") or executable

    def includes(self, target: Target) -> tuple[str, ...]:
        texts = [target.data, *(data for _, data in target.included)]
        return tuple(name.decode() for text in texts for name in re.findall(rb"include (\S+)", text))

    def dependents(self, changed: Sequence[str], tree: Files) -> tuple[str, ...]:
        if any(path.endswith(".inc") for path in changed):
            return tuple(path for path in tree() if path.endswith(".txt"))
        return ()

    def analyse(self, target: Target) -> Analysis:
        text = target.data.decode("utf-8", "replace")
        self._misbehave(text)
        if "broken file" in text:
            return Analysis(unread=(Unread(target.path, UnreadReason.UNPARSABLE, "line 1"),))
        if "not mine" in text:
            return Analysis(concerned=False)
        found = [*_findings(target.path, text)]
        for path, data in target.included:
            found += _findings(path, data.decode())
        return Analysis(findings=tuple(found))

    def _misbehave(self, text: str) -> None:
        if "scanner dies" in text:
            raise ScannerError("the scanner is broken", "Mend it.")
        if "too deep" in text:
            raise RecursionError
        if "kill the process" in text:
            os._exit(9)
        if "take all memory" in text:
            bytes(workers.MEMORY)
        if "sleep" in text:
            time.sleep(60)


def _findings(path: str, text: str) -> Iterable[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if "bad" in line:
            column = line.index("bad") + 1
            place = Location(path, number, 1, number, len(line) + 1)
            by = "# fine" if "# fine" in line else ""
            key = hashlib.sha256(line.encode()).digest() if "keyed" in line else b""
            message = f"bad word at column {column}"
            yield Finding(RULE, message, place, Severity.HIGH, suppressed_by=by, discriminator=key)


@dataclass(frozen=True)
class Note:
    """A fact of NoteCheck."""

    text: str
    line: int

    def to_json(self) -> Json:
        return [self.text, self.line]


class NoteCheck(PlainCheck):
    """Finds notes in the first step and makes findings of them in the second, which may fail."""

    name = "note"
    version = "1"
    cost = 1
    keyed = False
    facts_hold_text = True

    def __init__(self, failure: str = "") -> None:
        self.failure = failure
        self.asked = 0

    def rules(self) -> tuple[Rule, ...]:
        return (replace(RULE, id="note/NOTE"),)

    def concerns(self, path: str, *, executable: bool) -> bool:
        return path.endswith(".txt")

    def analyse(self, target: Target) -> Analysis:
        lines = target.data.decode().splitlines()
        facts = [Note(line, n) for n, line in enumerate(lines, 1) if line.startswith("note")]
        return Analysis(facts=tuple(facts), findings=())

    def fact_from_json(self, value: Json) -> Note:
        assert isinstance(value, list)
        text, line = value
        assert isinstance(text, str)
        assert isinstance(line, int)
        return Note(text, line)

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        if self.failure:
            raise ScannerError(self.failure, "Try later.")
        self.asked += 1
        done = []
        for analysis in analyses:
            notes = [fact for fact in analysis.facts if isinstance(fact, Note)]
            found = tuple(
                Finding(
                    self.rules()[0],
                    n.text,
                    Location("a.txt", n.line, 1, n.line, len(n.text) + 1),
                    Severity.LOW,
                )
                for n in notes
            )
            done.append(Analysis(findings=found))
        return Conclusion(tuple(done), ("asked the notes",))


@dataclass
class Tree:
    """Contents by revision and path; counts what is read."""

    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def blob(self, revision: str, path: str) -> Blob:
        data = self.files[revision][path]
        return Blob(path, hashlib.sha1(data).hexdigest(), Mode.FILE, revision)

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        self.reads.append(blob.path)
        data = self.files[blob.revision].get(blob.path)
        if data is None:
            return Unread(blob.path, UnreadReason.MISSING, "gone")
        return data if len(data) <= limit else Unread(blob.path, UnreadReason.TOO_LARGE, f"{len(data)} bytes")

    def find(self, revision: str, path: str) -> Blob | None:
        return self.blob(revision, path) if path in self.files.get(revision, {}) else None

    def link_target(self, blob: Blob) -> str:
        return ""

    def read_all(self, blobs: Sequence[Blob], limit: int) -> list[bytes | Unread]:
        return [self.read(blob, limit) for blob in blobs]

    def find_all(self, revision: str, paths: Iterable[str]) -> dict[str, Blob]:
        return {path: self.blob(revision, path) for path in paths if path in self.files.get(revision, {})}

    def listing(self, revision: str, folders: Collection[str] | None = None) -> Iterable[str]:
        return [p for p in self.files[revision] if folders is None or posixpath.dirname(p) in folders]

    def ending(self, revision: str, suffixes: Sequence[str]) -> Iterable[str]:
        return [path for path in self.files[revision] if path.lower().endswith(tuple(suffixes))]

    def change(self, base: str = "base", head: str = "head", **renamed: str) -> ChangeSet:
        """From one revision to another; every line of a changed file counts as added."""
        files = []
        for path in self.files[head]:
            old = renamed.get(path.replace(".", "_"), path)
            before = self.find(base, old)
            blob = self.blob(head, path)
            if before and before.oid == blob.oid and old == path:
                continue
            lines = LineRange(1, self.files[head][path].count(b"\n") + 1)
            files.append(ChangedFile(blob, (before,) if before else (), (lines,)))
        return ChangeSet(tuple(files), "a change", True, head, base)

    def all(self, head: str = "head") -> ChangeSet:
        """The whole tree."""
        files = tuple(ChangedFile(self.blob(head, path)) for path in self.files[head])
        return ChangeSet(files, "a tree", False, head, head)


@dataclass
class Watch:
    """Progress that remembers."""

    files: int = 0
    seen: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def started(self, files: int, checks: Mapping[str, int]) -> None:
        self.files = files

    def analysed(self, check: str) -> None:
        self.seen.append(check)

    def finished(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


@dataclass(frozen=True)
class Build:
    """Makes an analyst with these checks, in any process."""

    checks: tuple[WordCheck | NoteCheck, ...]
    timeout: int = 20

    def __call__(self) -> Analyst:
        return Analyst(self.checks, make_masker, self.timeout)


def finished(target: Target, analysis: Analysis) -> Analysis:
    return finish(analysis, maskers_for(target, make_masker))


__all__ = ["RULE", "Build", "NoteCheck", "Scan", "Tree", "Watch", "WordCheck", "finished"]
