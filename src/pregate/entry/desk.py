"""Files that a command changes, written together at its end, and what it says of that."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.errors import PregateError, UsageError
from pregate.model import Mode, Suppression, SuppressionKind, Unread
from pregate.records import dataclass, field
from pregate.suppressions import file as record

if TYPE_CHECKING:
    from pregate.changes.disk import Disk


@dataclass(slots=True)
class Desk:
    """Files of a working tree before and after, written together at the end; no symbolic link is followed."""

    root: Path
    told: list[tuple[Suppression, str]] = field(default_factory=list)
    _before: dict[str, bytes | None] = field(default_factory=dict)
    _after: dict[str, bytes] = field(default_factory=dict)

    @property
    def disk(self) -> Disk:
        """The tree under the root."""
        from pregate.changes.disk import Disk

        return Disk(os.fsencode(self.root))

    def read(self, path: str, limit: int) -> bytes:
        """A file as it will be; ``b""`` when there is none. Raises UsageError for what is no plain file."""
        if path in self._after:
            return self._after[path]
        blob = self.disk.blob(path)
        if blob is None:
            self._before[path] = None
            return b""
        data = self.disk.read(blob, limit) if blob.mode in (Mode.FILE, Mode.EXECUTABLE) else None
        if not isinstance(data, bytes):
            words = data.detail if isinstance(data, Unread) else "it is a symbolic link, or behind one"
            raise UsageError(f"{path} cannot be used: {words}", "Make it a plain file in plain folders.")
        self._before[path] = data
        return data

    def put(self, path: str, data: bytes) -> None:
        """What a file that was read is to become."""
        self._after[path] = data

    def finish(self, *, is_dry: bool, environ: Mapping[str, str]) -> None:
        """Writes, or shows what would be written, and tells. Raises PregateError when it cannot."""
        from pregate.entry.mending import difference

        changed = {path: data for path, data in self._after.items() if data != self._before[path]}
        if is_dry:
            for path, data in changed.items():
                sys.stdout.flush()
                sys.stdout.buffer.write(difference(path, self._before[path] or b"", data))
                sys.stdout.flush()
        else:
            for path, data in changed.items():
                self._write(path, data)
        self._tell(changed, environ, is_dry=is_dry)

    def _write(self, path: str, data: bytes) -> None:
        before = self._before[path]
        try:
            if before is None:
                self.disk.create(path, data)
            else:
                self.disk.replace(path, before, data)
        except OSError as error:
            words = (error.strerror or "it cannot be").lower()
            raise PregateError(f"cannot write {path}: {words}", "Nothing more was written.") from None

    def _tell(self, paths: Iterable[str], environ: Mapping[str, str], *, is_dry: bool) -> None:
        lines = []
        for entry, verb in self.told:
            end = f", until {entry.until}" if entry.until else ""
            mood = "would say: " if is_dry else ""
            lines.append(f"{self._place(entry)} {mood}{verb} {entry.rule} in {entry.path}{end}")
        if not is_dry and self._after:
            lines.append(f"commit it: git add -- {' '.join(_shell(p) for p in paths)}")
        for line in lines:
            say(line, environ, sys.stderr if is_dry else sys.stdout)

    def _place(self, entry: Suppression) -> str:
        if entry.kind is SuppressionKind.INLINE:
            return f"{entry.origin.path}:{entry.origin.start_line}"
        known = record.load_suppressions(self._after[record.PATH]).suppressions
        return next((s.words for s in known if is_same(s, entry)), record.PATH)


def _shell(path: str) -> str:
    import shlex

    return shlex.quote(path)


def say(words: str, environ: Mapping[str, str], stream: object) -> None:
    """One line, in which neither a terminal nor the runner finds a command."""
    from pregate.report.visible import one_line

    text = f"pregate: {one_line(words)}"
    if environ.get("GITHUB_ACTIONS") == "true":
        from pregate.github.commands import neutralise

        text = neutralise(text)
    print(text, file=stream)  # type: ignore[call-overload]


def is_same(one: Suppression, other: Suppression) -> bool:
    """Whether two entries mean the same findings."""
    starts = one.anchor.startswith(other.anchor) or other.anchor.startswith(one.anchor)
    return starts and (one.rule, one.path, one.witness) == (other.rule, other.path, other.witness)
