"""The text of files beside what other scanners say of them: anchors, masked lines, words without secrets."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from pregate.checks import make_masker
from pregate.checks.base import Analysis, Target
from pregate.engine.analyst import MakeMasker, TimeLimitError, digest, finish, maskers_for, time_limit
from pregate.engine.pragmas import masked, pragmas_of, suppress
from pregate.engine.secret_places import secret_places, widened
from pregate.intake import Intake, Texts, holds_secret
from pregate.model import Blob, Finding, Location, Mode, Suppression, Unread, UnreadReason
from pregate.records import replace
from pregate.secrets.text import decode, split_lines

_KEPT = 64 * 1024 * 1024


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


def secrets_in(intakes: Iterable[Intake]) -> dict[str, list[Location]]:
    """Where any of the scanners sees a secret, by path: what one knows, none of the others may show."""
    found: defaultdict[str, list[Location]] = defaultdict(list)
    for intake in intakes:
        for finding in intake.findings:
            if holds_secret(finding):
                found[finding.location.path].append(finding.location)
    return dict(found)


def finished(
    intake: Intake,
    texts: Texts,
    key: bytes,
    known: Mapping[str, Sequence[Location]],
    timeout: int = 0,
    masker: MakeMasker = make_masker,
) -> Analysis:
    """
    The findings, in their order, with anchor, masked lines and words; what is unread, masked; and the inline
    suppressions of these files that address the tool.

    ``known`` are the places of secrets by path, ``key`` is that of their discriminators. A file that takes
    more than ``timeout`` seconds (0: any time) to mask is unread, and its findings are told without its text.
    ``masker`` makes what hides secrets.
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
    late: list[Unread] = []
    pragmas: list[Suppression] = []
    for path in dict.fromkeys((*findings, *unread)):
        mine = tuple(intake.findings[n] for n in findings[path])
        told = tuple(intake.unread[n] for n in unread[path])
        try:
            with time_limit(timeout):
                analysis = _finished(
                    path, Analysis(mine, told), texts(path), key, known.get(path, ()), masker
                )
        except TimeLimitError:
            late.append(Unread(path, UnreadReason.TIMED_OUT, f"took more than {timeout} s to mask"))
            analysis = _finished(path, Analysis(mine, told), None, key, (), masker)
        done.update(zip(findings[path], analysis.findings, strict=True))
        gaps.update(zip(unread[path], analysis.unread, strict=True))
        used = {f.suppression for f in analysis.findings}
        pragmas += [p for p in analysis.pragmas if p in used or p.rule.startswith(f"{intake.tool}/")]
    cleaned = (masked_alone(gaps[n], masker) for n in sorted(gaps))
    return Analysis(
        tuple(done[n] for n in sorted(done)), (*cleaned, *late), pragmas=tuple(dict.fromkeys(pragmas))
    )


def _finished(
    path: str,
    analysis: Analysis,
    data: bytes | None,
    key: bytes,
    known: Sequence[Location],
    masker: MakeMasker,
) -> Analysis:
    findings = analysis.findings
    if data is None:
        findings = tuple(_withheld(f, masker) for f in findings)
    else:
        findings = _with_whole_words(findings, data)
    if data is not None and key:
        findings = tuple(_told_apart(f, data, key) if holds_secret(f) else f for f in findings)
    sensitive = secret_places(known, data) if data else ()
    target = Target(path, data or b"")
    maskers = maskers_for(target, masker, sensitive)
    analysis = finish(replace(analysis, findings=findings), maskers)
    found = masked(pragmas_of(target), maskers)
    return replace(analysis, findings=suppress(analysis.findings, found), pragmas=found)


def _with_whole_words(findings: Sequence[Finding], data: bytes) -> tuple[Finding, ...]:
    """Findings of secrets with places that cut no word, so that one is known again on another line."""
    if not any(map(holds_secret, findings)):
        return tuple(findings)
    lines = split_lines(decode(data))
    return tuple(replace(f, location=widened(f.location, lines)) if holds_secret(f) else f for f in findings)


def masked_alone(unread: Unread, masker: MakeMasker = make_masker) -> Unread:
    """What is unread, without what looks like a secret in the words themselves."""
    return replace(unread, detail=_masked_alone(unread.detail, masker))


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.location, finding.rule.id, finding.message


def _withheld(finding: Finding, masker: MakeMasker) -> Finding:
    """
    A finding in a file that cannot be read: its words stand in for the flagged text, and those of a secret
    scanner are not repeated, as nobody could mask the value in them.
    """
    if holds_secret(finding):
        title = finding.rule.title
        finding = replace(finding, message=title, related=(), fixes=(), remedy="", suppressed_by="")
    message = _masked_alone(finding.message, masker)
    return replace(finding, message=message, anchor=digest(message))


def _masked_alone(words: str, masker: MakeMasker) -> str:
    """Words without what looks like a secret in itself."""
    return masker(Target("words.txt", words.encode("utf-8", "surrogatepass")), ()).text(words)


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
