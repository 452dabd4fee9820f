"""
What other scanners found, as outcomes beside those of our own checks: anchors and masked lines by our own
hand, and only what the change introduced counts as new.

    documents → findings by tool → text of the files (anchors, masks) → the base's findings less → outcomes
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable, Mapping, Sequence

from pregate.checks import make_masker
from pregate.engine.analyst import MakeMasker
from pregate.engine.intake_new import compare
from pregate.engine.intake_text import Files, Source, finished, masked_alone, secrets_in
from pregate.errors import PregateError
from pregate.intake import Intake, read_sarif, slug_of
from pregate.model import (
    WORKTREE,
    Candidate,
    ChangeSet,
    Completed,
    Counts,
    Failed,
    Location,
    Outcome,
    Unread,
    UnreadReason,
)
from pregate.records import dataclass, field, replace

_BY_LINES = "no report of the base: new is what stands on lines that the change adds"
_ELSEWHERE = "nothing there counts as new. Is the report of another folder?"
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


@dataclass(frozen=True, slots=True)
class Terms:
    """
    On what the documents are judged. ``root`` is the repository's absolute path, ``key`` the run's secret for
    the discriminators of secrets, ``limit`` the size in bytes up to which files are read, ``exclude`` are
    globs of paths that nobody wants to hear of, ``timeout`` is in seconds for each file,
    ``masker`` makes what hides secrets.
    """

    change: ChangeSet
    source: Source
    root: str = ""
    key: bytes = field(default=b"", repr=False)
    limit: int = 5 * 1024 * 1024
    exclude: tuple[str, ...] = ()
    timeout: int = 0
    folder: str = ""
    masker: MakeMasker = field(default=make_masker, repr=False)


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
    sides = _Sides(terms, head, secrets_in(heads.values()), base, secrets_in(bases.values()))
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
            read = read_sarif(
                data, origin, root=terms.root, folder=terms.folder, texts=texts, tool=document.tool
            )
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
    told = finished(wanted, sides.head, terms.key, sides.secrets, terms.timeout, terms.masker)
    known = None
    if before and sides.base:
        secrets = sides.base_secrets
        known = finished(before, sides.base, terms.key, secrets, terms.timeout, terms.masker).findings
    notes, unread = intake.notes, told.unread
    if terms.change.compared and known is None and told.findings:
        notes = (*notes, _BY_LINES)
        strange = {f.location.path for f in told.findings if sides.head(f.location.path) is None}
        if strange:
            notes = (
                *notes,
                f"files with findings that cannot be read in the head: {len(strange)}; {_ELSEWHERE}",
            )
    if intake.failure:
        crashed = Unread(intake.origin or intake.tool, UnreadReason.CRASHED, intake.failure)
        unread = (*unread, masked_alone(crashed, terms.masker))
    files = max(wanted.files, 1)
    counts = Counts(concerned=files, analysed=files, excluded=excluded)
    candidates = compare(told.findings, known, terms.change)
    return Completed(intake.tool, candidates, unread, counts, notes, told.pragmas)


def _without(intake: Intake, globs: Sequence[str]) -> tuple[Intake, int]:
    """The intake without the findings in excluded files, and how many such files there are."""
    paths = {f.location.path for f in intake.findings}
    gone = {path for path in paths if any(fnmatch.fnmatchcase(path, glob) for glob in globs)}
    kept = tuple(f for f in intake.findings if f.location.path not in gone)
    return replace(intake, findings=kept, files=max(intake.files - len(gone), 0)), len(gone)
