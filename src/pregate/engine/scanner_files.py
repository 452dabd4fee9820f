"""Which files a scanner gets to see of one side of a change, and how they come into its workplace."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pregate.config import Config
from pregate.errors import ScannerError
from pregate.model import Blob, ChangedFile, ChangeSet, Unread, UnreadReason
from pregate.records import dataclass, field
from pregate.tools.scanner import FILES, OUT, RULES, Scanner, matches
from pregate.tools.workplace import Workplace

TREE_MAX = 512 << 20
_SETTINGS_MAX = 1000
_SIBLINGS_MAX = 1000
_BATCH_FILES, _BATCH_BYTES = 1000, 100_000


class Files(Protocol):
    """Where versions of files come from."""

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        """The bytes of a blob of at most ``limit`` bytes, or why there are none."""
        ...

    def find_all(self, revision: str, paths: Iterable[str]) -> Mapping[str, Blob]:
        """The blobs at those of ``paths`` that a snapshot has."""
        ...

    def listing(self, revision: str, folders: Sequence[str] | None = None) -> Iterable[str]:
        """Every path of a snapshot; of the files in ``folders`` alone, where such are given."""
        ...


@dataclass(slots=True)
class Side:
    """
    What was laid out of one side: ``read`` are the paths of files to be judged, ``beside`` those of unchanged
    ones, ``unread`` what is not there, ``unmarked`` those that do not concern the scanner by what they hold.
    """

    read: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    unmarked: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a scanner: the folder of the tree that it runs in, its folder for results, its command."""

    folder: str
    out: Path
    command: tuple[str, ...]


class Layer:
    """
    Lays out files for one scanner. ``trusted`` is the revision of its configuration, ``""`` where there is
    none to be trusted; without ``may_steer`` what could name code to be run is not trusted either. ``notes``
    say so.
    """

    def __init__(
        self, scanner: Scanner, source: Files, config: Config, trusted: str, *, may_steer: bool = True
    ) -> None:
        self._scanner, self._source, self._config, self._trusted = scanner, source, config, trusted
        self._may_steer = may_steer or not scanner.is_steered
        self.rules = ""
        self.notes: tuple[str, ...] = ()

    def settings(self, place: Workplace) -> set[str]:
        """Puts the scanner's own configuration and rules there: the paths of what was."""
        scanner = self._scanner
        laid: set[str] = set()
        for path, data in self._settings():
            if place.lay(path, data) is None:
                laid.add(path)
        self.rules = next(
            (r for r in scanner.rules if any(p == r or p.startswith(f"{r}/") for p in laid)), ""
        )
        for path, data in scanner.blank:
            if path not in laid and place.lay(path, data) is None:
                laid.add(path)
        return laid

    def _settings(self) -> Iterable[tuple[str, bytes]]:
        scanner = self._scanner
        if not self._trusted or not (scanner.settings or scanner.extra or scanner.rules):
            return
        if not self._may_steer:
            found = self._source.find_all(self._trusted, scanner.settings)
            self.notes = tuple(
                f"{path} is not used: --allow-tools lets it name code to run" for path in found
            )
            return
        names = list(scanner.settings)
        if scanner.extra or scanner.rules:  # they may be folders
            globs = scanner.setting_globs()
            names += [path for path in self._source.listing(self._trusted) if matches(path, globs)]
        if len(names) > _SETTINGS_MAX:
            raise ScannerError(
                f"{scanner.name}: its settings are more than {_SETTINGS_MAX} files",
                "Narrow the globs of tools.settings.",
            )
        for path, blob in self._source.find_all(self._trusted, dict.fromkeys(names)).items():
            data = self._source.read(blob, self._config.max_file_size)
            if isinstance(data, bytes):
                yield path, data

    def judged(self, blobs: Iterable[Blob], place: Workplace) -> Side:
        """Puts the files to be judged there."""
        return self._lay(blobs, place, Side())

    def siblings(self, side: Side, revision: str, known: set[str], place: Workplace) -> None:
        """Puts the files there that stand beside those of ``side`` and are not among ``known``."""
        folders = sorted({posixpath.dirname(path) for path in known})
        if not self._scanner.siblings or not folders:
            return
        listed = self._source.listing(revision, folders)
        paths = [p for p in listed if p not in known and self._scanner.concerns(p) and not self.excludes(p)]
        blobs = self._source.find_all(revision, paths[:_SIBLINGS_MAX])
        more = self._lay(blobs.values(), place, Side())
        side.beside |= more.read

    def _lay(self, blobs: Iterable[Blob], place: Workplace, side: Side) -> Side:
        sarif = self._scanner.sarif
        for blob in blobs:
            if blob.path in place.texts:
                continue
            data = self._source.read(blob, self._config.max_file_size)
            if isinstance(data, Unread):
                side.unread.append(data)
            elif not self._scanner.is_marked(data):
                side.unmarked.add(blob.path)
            elif sarif and (
                blob.path == sarif or sarif.startswith(f"{blob.path}/") or blob.path.startswith(f"{sarif}/")
            ):
                detail = f"{self._scanner.name} writes its results where this file stands"
                side.unread.append(Unread(blob.path, UnreadReason.NOT_ASKED, detail))
            elif unread := place.lay(blob.path, data):
                side.unread.append(unread)
            else:
                side.read.add(blob.path)
        if sum(map(len, place.texts.values())) > TREE_MAX:
            raise ScannerError(
                f"{self._scanner.name}: its files are more than {TREE_MAX >> 20} MiB",
                "Narrow tools.files, or exclude what need not be scanned.",
            )
        return side

    def was_judged(self, path: str) -> bool:
        """Whether a file of that path would have been given to the scanner where it stood before."""
        return self._scanner.concerns(path) and not self.excludes(path)

    def excludes(self, path: str) -> bool:
        """Whether the configuration keeps the file from every check."""
        return any(fnmatch.fnmatchcase(path, glob) for glob in self._config.exclude)


def commands(scanner: Scanner, program: str, paths: Sequence[str], out: Path, rules: str) -> list[Run]:
    """
    The runs that it takes to have all of ``paths`` scanned, each with a folder in ``out`` of its own.

    Raises ScannerError where several would write their results into one file.
    """
    if scanner.needs:
        folders = sorted({posixpath.dirname(p) for p in paths if posixpath.basename(p) in scanner.needs})
        calls: list[tuple[str, list[str]]] = [(folder, []) for folder in folders]
    elif FILES in scanner.run:
        calls = [("", batch) for batch in _batches(paths)]
    else:
        calls = [("", [])]
    if len(calls) > 1 and scanner.sarif and not scanner.needs and not scanner.sarif.startswith(f"{OUT}/"):
        raise ScannerError(
            f"{scanner.name} has more files than fit one command, and one file for its results",
            f'Have it write to a file in {OUT}: sarif = "{OUT}/found.sarif".',
        )
    return [
        Run(folder, out / str(number), (program, *_arguments(scanner, batch, str(out / str(number)), rules)))
        for number, (folder, batch) in enumerate(calls)
    ]


def _arguments(scanner: Scanner, batch: Sequence[str], out: str, rules: str) -> list[str]:
    plain = {OUT: out, RULES: rules or scanner.remote_rules}
    arguments: list[str] = []
    for argument in scanner.run[1:]:
        arguments += batch if argument == FILES else [_filled(argument, plain)]
    return arguments


def _filled(argument: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        argument = argument.replace(name, value)
    return argument


def _batches(paths: Sequence[str]) -> list[list[str]]:
    batches: list[list[str]] = [[]]
    size = 0
    for path in sorted(paths):
        length = len(path.encode("utf-8", "surrogateescape")) + 3
        if batches[-1] and (len(batches[-1]) >= _BATCH_FILES or size + length > _BATCH_BYTES):
            batches.append([])
            size = 0
        batches[-1].append(f"./{path}")
        size += length
    return batches


def concerned(
    scanner: Scanner, files: Iterable[ChangedFile], excludes: Callable[[str], bool]
) -> tuple[list[ChangedFile], int]:
    """The files that concern a scanner by their names, and how many more the configuration excludes."""
    named = [file for file in files if scanner.concerns(file.path)]
    kept = [file for file in named if not excludes(file.path)]
    return kept, len(named) - len(kept)


def withheld(scanner: Scanner, files: Iterable[ChangedFile]) -> tuple[str, ...]:
    """A note on the files of the change that would steer the scanner; the trusted ones are there for them."""
    paths = sorted({f.path for f in files if scanner.is_setting(f.path) and matches(f.path, scanner.files)})
    if not paths:
        return ()
    names = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return (f"the change's version of what steers the scanner is neither used nor scanned: {names}",)


def base_revision(change: ChangeSet, files: Iterable[ChangedFile], parent: int) -> str:
    """The revision before the change on the side of one parent."""
    bases = (file.bases[parent] for file in files if len(file.bases) > parent)
    return next((blob.revision for blob in bases), change.trusted)
