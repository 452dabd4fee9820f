"""
Every secret in one file, as detect-secrets' ``scan`` finds them, with all repeats and exact columns.

Differences from detect-secrets 1.5.0, all on purpose: a secret that occurs twice is found twice; one whose
line is allowlisted is returned as suppressed; the encoding of a file is recognised (detect-secrets reads
UTF-8 and skips the rest); a line over ``WINDOW`` characters is looked at in overlapping stretches, so that
the time is bounded: there a match longer than ``OVERLAP`` may be cut or missed, and a keyword is found
once per stretch rather than once; GitLab trigger tokens without a partition are found; a file at which its
INI or YAML reader crashes is scanned line by line; what those readers leave out (comments, names of sections)
is searched for secrets with a format of their own; pregate's own comments hide nothing; comments of other
tools allow a secret as detect-secrets' own do.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from operator import add
from typing import Any, NamedTuple, overload

from pregate.expressions import expression
from pregate.secrets import allowlist, pem, prefilter
from pregate.secrets.detectors import Detector, Engine, Match, engine, is_idle
from pregate.secrets.found import Secret, SecretValue
from pregate.secrets.views import View, is_as_written, views
from pregate.suppressions import without_pragmas

WINDOW = 16_384
OVERLAP = 4_096
# detect-secrets' filters.heuristic, _get_indirect_reference_regex, without its first two parts: they match
# nothing as well, so that the answer is the same, and they make the search quadratic in the length of the
# line.
_INDIRECT = expression(r"(:=?|[!=]{1,3})\s*([\w.-]+[\[\(][^\v]*[\]\)])")
_INDIRECT_LONGEST = 1000
_FORMLESS = frozenset({"KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString"})
_ID = expression(
    r"(^(id|myid|userid)|_id)s?[^a-z0-9]", re.IGNORECASE
)  # filters.heuristic, _get_id_detector_regex


class Hit(NamedTuple):
    """A match that passed the filters: ``row`` is the index in its view's lines; ``span`` in that line."""

    detector: str
    row: int
    span: Match
    suppressed_by: str


def secrets_in(
    path: str, text: str, lines: Sequence[str], disabled: Collection[str] = ()
) -> tuple[Secret, ...]:
    """
    The secrets in a decoded text, whose path decides how it is read, in order of place.

    ``disabled`` detectors do not keep detect-secrets from its second look at a file; what they find is in
    the answer all the same, so that it can be masked. Raises ScannerError when detect-secrets does not work.
    """
    found: dict[tuple[str, int, int, int], Secret] = {}
    read_as_written = False
    comments = allowlist.Comments(lines)
    for view, hits in looks(path, text, lines, disabled):
        read_as_written = read_as_written or view.lines is lines
        cursors: dict[tuple[str, int, str], int] = {}
        for hit in hits:
            secret = _placed(hit, view, lines, cursors, comments)
            found.setdefault((secret.detector, secret.line, secret.start, secret.end), secret)
    if not read_as_written:
        values = {(s.detector, s.line, s.value.reveal()) for s in found.values()}
        for secret in _left_out(path, lines, comments):
            if (secret.detector, secret.line, secret.value.reveal()) not in values:
                found.setdefault((secret.detector, secret.line, secret.start, secret.end), secret)
    return tuple(sorted(found.values(), key=lambda s: (s.line, s.start, s.end, s.detector)))


def is_without(path: str, text: str, lines: Sequence[str]) -> bool:
    """
    Whether detect-secrets was not needed so far and could find nothing in a file: then it need not be loaded.
    """
    return is_idle() and is_as_written(path, text) and _shows_nothing(lines)


def _shows_nothing(lines: Sequence[str]) -> bool:
    pieces = _pieces(lines)
    return prefilter.shows_nothing("\n".join(lines), *_bounds(pieces))


def _left_out(path: str, lines: Sequence[str], comments: allowlist.Comments) -> Iterator[Secret]:
    """
    Secrets in the lines of a file of which detect-secrets sees what a reader made of them.

    Only such as have a format of their own: without quotes of the reader's, words and entropy say little.
    """
    tools = engine()
    view = View(lines)
    for hit in _hits(path, view, tools, tools.file_type(path)):
        if hit.detector not in _FORMLESS:
            yield _placed(hit, view, lines, {}, comments)


def looks(
    path: str, text: str, lines: Sequence[str], disabled: Collection[str] = ()
) -> Iterator[tuple[View, list[Hit]]]:
    """The views of a file with what is found in them, up to the first that shows a secret."""
    tools = engine()
    file_type = tools.file_type(path)

    def fires(view: View) -> bool:
        return any(True for _ in _hits(path, view, tools, file_type))

    for view in views(file_type.name, text, lines, fires if tools.is_known else None):
        hits = list(_hits(path, view, tools, file_type))
        yield view, hits
        if any(not hit.suppressed_by and hit.detector not in disabled for hit in hits):
            return


def _hits(path: str, view: View, tools: Engine, file_type: Any) -> Iterator[Hit]:
    pieces = _pieces(view.lines)
    found: dict[int, set[str]] = {}
    if tools.is_known:
        found = prefilter.candidates("\n".join(view.lines), *_bounds(pieces))
    known = prefilter.KNOWN if tools.is_known else ()
    always = [name for name in tools.detectors if name not in known]
    extension = posixpath.splitext(path)[1]
    line: _Line | None = None
    seen: set[tuple[str, Match]] = set()
    for number in range(len(pieces)) if always else sorted(found):
        piece = pieces[number]
        if line is None or line.row != piece.row:
            line, seen = _Line(view.lines, piece.row, extension), set()
        names = found.get(number, set()).union(always)
        for name in tools.detectors:
            if name in names:
                detector = tools.detectors[name]
                for span in detector.matches(
                    line.text, piece.start, min(piece.end, len(line.text)), file_type
                ):
                    if (name, span) not in seen and line.shows(detector, span, tools):
                        seen.add((name, span))
                        yield Hit(name, piece.row, span, line.suppression)


class _Piece(NamedTuple):
    """
    Columns ``start`` to ``end`` of the line at ``row``; ``at`` is where they begin in the joined text.
    """

    row: int
    start: int
    end: int
    at: int


class _Whole(Sequence[_Piece]):
    """The pieces of a text without long lines: each line is one, made when it is asked for."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = sizes
        self.starts = list(accumulate((size + 1 for size in sizes), initial=0))[:-1]

    def __len__(self) -> int:
        return len(self._sizes)

    @overload
    def __getitem__(self, index: int) -> _Piece: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_Piece]: ...
    def __getitem__(self, index: int | slice) -> _Piece | Sequence[_Piece]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return _Piece(index, 0, self._sizes[index], self.starts[index])

    @property
    def ends(self) -> list[int]:
        """Where each ends in the joined text."""
        return list(map(add, self.starts, self._sizes))


def _pieces(lines: Sequence[str]) -> Sequence[_Piece]:
    sizes = list(map(len, lines))
    if max(sizes, default=0) <= WINDOW:
        return _Whole(sizes)
    pieces = []
    at = 0
    for index, size in enumerate(sizes):
        if not size:  # in what was cut out of a large file most are
            pass
        elif size <= WINDOW:
            pieces.append(_Piece(index, 0, size, at))
        else:
            for start in range(0, size - OVERLAP, WINDOW - OVERLAP):
                pieces.append(_Piece(index, start, min(start + WINDOW, size), at + start))
        at += size + 1
    return pieces


def _bounds(pieces: Sequence[_Piece]) -> tuple[list[int], list[int]]:
    if isinstance(pieces, _Whole):
        return pieces.starts, pieces.ends
    return [p.at for p in pieces], [p.at + p.end - p.start for p in pieces]


class _Line:
    """One line of a view, with what the filters ask of it, worked out once and only when a value needs it."""

    __slots__ = ("_indirect", "_suppression", "_until_id", "extension", "previous", "row", "text")

    def __init__(self, lines: Sequence[str], index: int, extension: str) -> None:
        self.row = index
        self.text = lines[index].rstrip()
        self.previous = lines[index - 1] if index else ""
        self.extension = extension
        self._suppression: str | None = None
        self._indirect: bool | None = None
        self._until_id: int | None = None

    @property
    def suppression(self) -> str:
        """The pragma that allows this line's secrets, or ``""``."""
        if self._suppression is None:
            self._suppression = allowlist.pragma(self.text, self.previous, self.extension)
        return self._suppression

    def shows(self, detector: Detector, match: Match, tools: Engine) -> bool:
        """Whether none of detect-secrets' default filters drops the match."""
        value = match.reported
        if any(drops(value) for drops in tools.value_filters):
            return False
        if not detector.by_regex and self._is_id(value):
            return False
        if self._indirect is None:
            # What pregate's own comments say would be taken for such a reference: `: ignore[…]`.
            text = without_pragmas(self.text)
            self._indirect = len(text) <= _INDIRECT_LONGEST and bool(_INDIRECT.search(text))
        return not self._indirect

    def _is_id(self, value: str) -> bool:
        """``is_likely_id_string``: something like ``user_id=`` stands before the value's first occurrence."""
        if self._until_id is None:
            match = _ID.search(self.text)
            self._until_id = match.end() if match else len(self.text) + 1
        return self._until_id <= self.text.index(value)


def _placed(
    hit: Hit,
    view: View,
    lines: Sequence[str],
    cursors: dict[tuple[str, int, str], int],
    comments: allowlist.Comments,
) -> Secret:
    """The secret with its place in the file; ``cursors`` hold where the last equal value of a line ended."""
    number = view.source(hit.row)
    match = hit.span
    whole = view.lines[hit.row][match.start : match.end]
    line = lines[number - 1] if number <= len(lines) else ""
    if view.sources is None:
        start, end = match.start, match.end
    else:
        start, end = _found(line, whole, cursors, (hit.detector, number, whole))
    body: tuple[tuple[int, int, int], ...] = ()
    if hit.detector == "PrivateKeyDetector":
        body = tuple((i + 1, s + 1, e + 1) for i, s, e in pem.body(lines, number - 1, end))
        whole = "\n".join(lines[i - 1][s - 1 : e - 1] for i, s, e in body)
    last = max((row for row, _, _ in body), default=number - 1)
    return Secret(
        hit.detector,
        number,
        start + 1,
        end + 1,
        SecretValue(whole),
        hit.suppressed_by or comments.among(number - 1, last),
        body,
        is_value=hit.detector != "PrivateKeyDetector",
    )


def _found(
    line: str, value: str, cursors: dict[tuple[str, int, str], int], key: tuple[str, int, str]
) -> tuple[int, int]:
    for text in (value, value.replace('\\"', '"')):
        start = line.find(text, cursors.get(key, 0))
        if start >= 0:
            cursors[key] = start + len(text)
            return start, start + len(text)
    return len(line) - len(line.lstrip()), max(len(line.rstrip()), len(line) - len(line.lstrip()))
