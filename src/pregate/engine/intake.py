"""
What other scanners found, as outcomes beside those of our own checks: anchors and masked lines by our own
hand, and only what the change introduced counts as new.

    documents → findings by tool → text of the files (anchors, masks) → the base's findings less → outcomes
"""

from __future__ import annotations

import fnmatch
import hashlib
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from pregate.checks import make_masker
from pregate.checks.base import Analysis, Target
from pregate.engine.analyst import digest, finish, maskers_for
from pregate.engine.secret_places import secret_places, widened
from pregate.engine.subtract import subtract, touches
from pregate.errors import PregateError
from pregate.intake import PLACE, WHOLE_FILE, Intake, Texts, holds_secret, read_sarif, slug_of
from pregate.model import (
    WORKTREE,
    Blob,
    Candidate,
    ChangedFile,
    ChangeSet,
    Completed,
    Counts,
    Failed,
    Finding,
    LineRange,
    Location,
    Mode,
    Outcome,
    Unread,
    UnreadReason,
)
from pregate.secrets.text import decode, split_lines

_KEPT = 64 * 1024 * 1024
_BY_LINES = "no report of the base: new is what stands on lines that the change adds"
_HINT = "Have the scanner write SARIF 2.1.0 to that file before this step, and see in its log whether it did."


@dataclass(frozen=True, slots=True)
class Document:
    """
    A file that somebody says is SARIF: what it is called, and its bytes or why there are none, in words.

    ``is_base`` tells that it was made of the version before the change. ``tool`` is the check's name where
    it is known beforehand, else ``""``. ``place`` is its absolute path without links, ``""`` where it is no
    file that was found.
    """

    name: str
    data: bytes | None = field(repr=False)
    why: str = ""
    is_base: bool = False
    tool: str = ""
    place: str = ""


class Source(Protocol):
    """Where the contents of files come from, as in :class:`pregate.engine.scan.Source`."""

    def find(self, revision: str, path: str) -> Blob | None:
        """The blob at ``path`` in a snapshot."""
        ...

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        """The bytes of a blob of at most ``limit`` bytes, or why there are none."""
        ...


class Files:
    """
    The text of files in one snapshot, read when it is first asked for; about 64 MiB of it are kept.
    """

    def __init__(self, source: Source, revision: str, limit: int) -> None:
        self._source = source
        self._revision = revision
        self._limit = limit
        self._kept: dict[str, bytes | None] = {}
        self._size = 0

    def __call__(self, path: str) -> bytes | None:
        """The bytes of a regular file, None where there is none that can be read."""
        if path not in self._kept:
            blob = self._source.find(self._revision, path) if self._revision else None
            is_file = blob is not None and blob.mode in (Mode.FILE, Mode.EXECUTABLE)
            data = self._source.read(blob, self._limit) if blob and is_file else None
            found = data if isinstance(data, bytes) else None
            self._size += len(found or b"")
            if self._size > _KEPT:
                self._kept.clear()
                self._size = len(found or b"")
            self._kept[path] = found
        return self._kept[path]


@dataclass(frozen=True, slots=True)
class Terms:
    """
    On what the documents are judged. ``root`` is the repository's absolute path, ``key`` the run's secret for
    the discriminators of secrets, ``limit`` the size in bytes up to which files are read, ``exclude`` are
    globs of paths that nobody wants to hear of.
    """

    change: ChangeSet
    source: Source
    root: str = ""
    key: bytes = field(default=b"", repr=False)
    limit: int = 5 * 1024 * 1024
    exclude: tuple[str, ...] = ()


def outcomes_of(documents: Sequence[Document], terms: Terms, taken: Iterable[str] = ()) -> list[Outcome]:
    """
    One outcome for each tool, in the order of the documents; :class:`Failed` for a document that could not be
    read. ``taken`` are the names of the checks that there are already.
    """
    head = Files(terms.source, terms.change.head, terms.limit)
    base = Files(terms.source, terms.change.trusted, terms.limit) if terms.change.compared else None
    heads, failures = _read([d for d in documents if not d.is_base], terms, head)
    bases, base_failures = _read([d for d in documents if d.is_base], terms, base)
    names = set(taken)
    outcomes: list[Outcome] = []
    sides = _Sides(terms, head, places_of_secrets(heads.values()), base, places_of_secrets(bases.values()))
    for intake in heads.values():
        completed = _completed(intake, bases.get(intake.tool), sides)
        outcomes.append(_renamed(completed, _free(intake.tool, names)))
    for name, error in [*failures, *base_failures]:
        outcomes.append(Failed(_free(name, names), error.message, error.hint or _HINT, Counts()))
    return outcomes


def _read(
    documents: Iterable[Document], terms: Terms, texts: Files | None
) -> tuple[dict[str, Intake], list[tuple[str, PregateError]]]:
    """The documents by tool, and those that could not be read under the name of their file."""
    found: dict[str, Intake] = {}
    failures: list[tuple[str, PregateError]] = []
    for document in documents:
        stem = document.tool or slug_of(document.name.replace("\\", "/").rpartition("/")[2].partition(".")[0])
        try:
            data = _data_of(document, terms)
            origin = _path_of(document, terms.root)
            read = read_sarif(data, origin, root=terms.root, texts=texts, tool=document.tool)
        except PregateError as error:
            failures.append((stem, error))
            continue
        for intake in read:
            found[intake.tool] = _merged(found[intake.tool], intake) if intake.tool in found else intake
    return found, failures


def _path_of(document: Document, root: str) -> str:
    """What reports call the document: its path in the repository, or else its name alone."""
    name = document.name.replace("\\", "/")
    if root and document.place.startswith(f"{root.rstrip('/')}/"):
        name = document.place[len(root.rstrip("/")) + 1 :]
    path = posixpath.normpath(name)
    if path.startswith(("/", "../")) or path in (".", ".."):
        path = path.rpartition("/")[2].strip(".")
    return path or "report.sarif"


def _data_of(document: Document, terms: Terms) -> bytes:
    """
    The document's bytes. Raises PregateError where there are none, and for a file that the judged commit
    brings along: whoever wrote the change wrote that too.
    """
    if document.data is None:
        raise PregateError(document.why or f"{document.name} cannot be read", _HINT)
    root = terms.root.rstrip("/")
    if root and document.place.startswith(f"{root}/"):
        path = document.place[len(root) + 1 :]
        revisions = {terms.change.head, terms.change.trusted} - {WORKTREE, ""}
        if any(terms.source.find(revision, path) for revision in revisions):
            raise PregateError(
                f"{document.name} is under version control: the change under judgement may have written it",
                "Have the scanner write to a path that is not under version control.",
            )
    return document.data


def _merged(one: Intake, other: Intake) -> Intake:
    return replace(
        one,
        findings=tuple(dict.fromkeys((*one.findings, *other.findings))),
        unread=(*one.unread, *other.unread),
        notes=(*one.notes, *other.notes),
        failure=one.failure or other.failure,
        files=max(one.files, other.files),
    )


def _free(name: str, names: set[str]) -> str:
    """A name that no other check has: ``semgrep``, ``semgrep-2``."""
    free, number = name, 2
    while free in names:
        free, number = f"{name}-{number}", number + 1
    names.add(free)
    return free


def _renamed(outcome: Completed, name: str) -> Completed:
    if name == outcome.check:
        return outcome
    size = len(outcome.check)

    def moved(candidate: Candidate) -> Candidate:
        rule = candidate.finding.rule
        rule = replace(rule, id=name + rule.id[size:])
        return replace(candidate, finding=replace(candidate.finding, rule=rule))

    return replace(outcome, check=name, candidates=tuple(map(moved, outcome.candidates)))


@dataclass(frozen=True, slots=True)
class _Sides:
    """The files of both sides, and where they hold secrets; ``base`` is None where nothing is compared."""

    terms: Terms
    head: Files
    secrets: Mapping[str, Sequence[Location]] = field(repr=False)
    base: Files | None
    base_secrets: Mapping[str, Sequence[Location]] = field(repr=False)


def _completed(intake: Intake, before: Intake | None, sides: _Sides) -> Completed:
    terms = sides.terms
    wanted, excluded = _without(intake, terms.exclude)
    told, unread = finished(wanted, sides.head, terms.key, sides.secrets)
    known = None
    if before and sides.base:
        known, _ = finished(before, sides.base, terms.key, sides.base_secrets)
    notes = intake.notes
    if terms.change.compared and known is None and told:
        notes = (*notes, _BY_LINES)
    if intake.failure:
        crashed = Unread(intake.origin or intake.tool, UnreadReason.CRASHED, intake.failure)
        unread = (*unread, crashed)
    files = max(wanted.files, 1)
    counts = Counts(concerned=files, analysed=files, excluded=excluded)
    return Completed(intake.tool, compare(told, known, terms.change), unread, counts, notes)


def _without(intake: Intake, globs: Sequence[str]) -> tuple[Intake, int]:
    """The intake without the findings in excluded files, and how many such files there are."""
    paths = {f.location.path for f in intake.findings}
    gone = {path for path in paths if any(fnmatch.fnmatchcase(path, glob) for glob in globs)}
    kept = tuple(f for f in intake.findings if f.location.path not in gone)
    return replace(intake, findings=kept, files=max(intake.files - len(gone), 0)), len(gone)


# ------------------------------------------------------------------------------------------- text of files


def places_of_secrets(intakes: Iterable[Intake]) -> dict[str, list[Location]]:
    """Where any of the scanners sees a secret, by path: what one knows, none of the others may show."""
    found: defaultdict[str, list[Location]] = defaultdict(list)
    for intake in intakes:
        for finding in intake.findings:
            if holds_secret(finding):
                found[finding.location.path].append(finding.location)
    return dict(found)


def finished(
    intake: Intake, texts: Texts, key: bytes, known: Mapping[str, Sequence[Location]]
) -> tuple[tuple[Finding, ...], tuple[Unread, ...]]:
    """
    The findings, in their order, with anchor, masked lines and words; and what is unread, masked. ``known``
    are the places of secrets.
    """
    findings: defaultdict[str, list[int]] = defaultdict(list)
    unread: defaultdict[str, list[int]] = defaultdict(list)
    for number, finding in enumerate(intake.findings):
        findings[finding.location.path].append(number)
    for number, gap in enumerate(intake.unread):
        unread[gap.path].append(number)
    for numbers in findings.values():  # ordinals go by the place, not by the order of the document
        numbers.sort(key=lambda n: _order(intake.findings[n]))
    done: dict[int, Finding] = {}
    gaps: dict[int, Unread] = {}
    for path in dict.fromkeys((*findings, *unread)):
        mine = tuple(intake.findings[n] for n in findings[path])
        data = texts(path)
        if data is None:
            mine = tuple(map(_withheld, mine))
        sensitive = secret_places(known.get(path, ()), data) if data else ()
        if data is not None:
            mine = _with_whole_words(mine, data)
        if data and key:
            mine = tuple(_told_apart(f, data, key) if holds_secret(f) else f for f in mine)
        analysis = Analysis(mine, tuple(intake.unread[n] for n in unread[path]), sensitive=sensitive)
        target = Target(path, data or b"")
        analysis = finish(analysis, maskers_for(target, make_masker, sensitive))
        done.update(zip(findings[path], analysis.findings, strict=True))
        gaps.update(zip(unread[path], analysis.unread, strict=True))
    return tuple(done[n] for n in sorted(done)), tuple(_clean(gaps[n]) for n in sorted(gaps))


def _with_whole_words(findings: Sequence[Finding], data: bytes) -> tuple[Finding, ...]:
    """Findings of secrets with places that cut no word, so that one is known again on another line."""
    if not any(map(holds_secret, findings)):
        return tuple(findings)
    lines = split_lines(decode(data))
    return tuple(replace(f, location=widened(f.location, lines)) if holds_secret(f) else f for f in findings)


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.location, finding.rule.id, finding.message


def _withheld(finding: Finding) -> Finding:
    """
    A finding in a file that cannot be read: its words stand in for the flagged text, and those of a secret
    scanner are not repeated, as nobody could mask the value in them.
    """
    if holds_secret(finding):
        title = finding.rule.title
        finding = replace(finding, message=title, related=(), fixes=(), remedy="", suppressed_by="")
    message = clean_words(finding.message)
    return replace(finding, message=message, anchor=digest(message))


def _clean(unread: Unread) -> Unread:
    return replace(unread, detail=clean_words(unread.detail))


def clean_words(words: str) -> str:
    """Words without what looks like a secret in itself."""
    return make_masker(Target("words.txt", words.encode("utf-8", "surrogatepass")), ()).text(words)


def _told_apart(finding: Finding, data: bytes, key: bytes) -> Finding:
    """
    The finding with a keyed hash of the text that is going to be masked: another secret in the same place is
    another finding.
    """
    place, lines = finding.location, split_lines(decode(data))
    flagged = lines[place.start_line - 1 : place.end_line]
    if flagged:
        flagged[-1] = flagged[-1][: place.end_column - 1]
        flagged[0] = flagged[0][place.start_column - 1 :]
    words = "\n".join(line.strip() for line in flagged).encode("utf-8", "surrogatepass")
    return replace(finding, discriminator=hashlib.blake2b(words, key=key[:64], digest_size=16).digest())


# ------------------------------------------------------------------------------------------- what is new


def compare(
    head: Sequence[Finding], base: Sequence[Finding] | None, change: ChangeSet
) -> tuple[Candidate, ...]:
    """
    A candidate for each finding of ``head``, in its order.

    Against ``base``, what the same tool found before the change, a finding is new by the rules of
    :func:`pregate.engine.subtract.subtract`, in renamed files too. Without it (None) it is new where it
    touches lines that the change adds, and in added files; one of a whole file is new where the file changed.
    Where nothing is compared every finding is.
    """
    changed: defaultdict[str, list[ChangedFile]] = defaultdict(list)
    for file in change.files:
        changed[file.path].append(file)
    by_path: defaultdict[str, list[int]] = defaultdict(list)
    for number, finding in enumerate(head):
        by_path[finding.location.path].append(number)
    before: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in base or ():
        before[finding.location.path].append(finding)
    done: dict[int, Candidate] = {}
    for path, numbers in by_path.items():
        mine = [head[n] for n in numbers]
        files = changed.get(path, [])
        added = [lines for file in files for lines in file.added]
        if base is None and change.compared:
            found = _by_lines(mine, files, added)
        else:
            paths = {blob.path for file in files for blob in file.bases} if files else {path}
            found = subtract(mine, [before[p] for p in sorted(paths)], added, change.compared)
        done.update(zip(numbers, found, strict=True))
    return tuple(done[n] for n in range(len(head)))


def _by_lines(
    findings: Iterable[Finding], files: Sequence[ChangedFile], added: Sequence[LineRange]
) -> list[Candidate]:
    is_added = any(not file.bases for file in files)
    made = []
    for finding in findings:
        in_diff = touches(finding, added)
        is_new = is_added or in_diff or (bool(files) and (PLACE, WHOLE_FILE) in finding.properties)
        made.append(Candidate(finding, introduced=is_new, in_diff=in_diff))
    return made
