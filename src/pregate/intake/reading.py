"""A SARIF log as what each of its tools found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate.errors import ScannerError
from pregate.intake import values
from pregate.intake.document import load_document
from pregate.intake.naming import slug_of
from pregate.intake.places import Places, Texts
from pregate.intake.results import NotPlacedError, Reader
from pregate.model import Finding, Unread, UnreadReason
from pregate.records import dataclass

RESULTS_MAX = 25_000
"""GitHub takes no more results in a run (SARIF support for code scanning, "Limits")."""

_RUNS_MAX = 500
_TOLD_MAX = 100
_WORDS_MAX = 300
_NO_RUN = (
    "A scanner that found nothing writes a run without results. See in its log whether it looked at all."
)


@dataclass(frozen=True, slots=True)
class Intake:
    """
    What one tool found.

    ``tool`` is the check's name and the beginning of the rules' ids. The findings are in the order of the
    document, without snippet and anchor, which the engine adds, and each is there once. ``unread`` are
    results that could not be shown, what the tool itself could not read, and what it says went wrong.
    ``notes`` say what was repaired. ``failure`` is the producer's word that it did not do its work, ``""``
    where it did. ``files`` is how many files it names as looked at, or has findings in;
    ``origin`` is the document's path.
    """

    tool: str
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    notes: tuple[str, ...]
    failure: str = ""
    files: int = 0
    origin: str = ""


@dataclass(slots=True)
class _Gathered:
    """What is known of one tool so far."""

    findings: dict[Finding, None]
    unread: list[Unread]
    repairs: Counter[str]
    files: set[str]
    failures: list[str]
    missed: int = 0


def read_sarif(
    data: bytes, origin: str, *, root: str = "", folder: str = "", texts: Texts | None = None, tool: str = ""
) -> tuple[Intake, ...]:
    """
    What each tool of a SARIF log found, in the log's order; runs of the same tool are one.

    ``origin`` is the document's path, for what cannot be placed. ``root`` is the repository's absolute path
    on this machine, ``texts`` gives the files of the version that was scanned: with it columns are held
    against the lines, and paths of other machines are recognised. ``tool`` overrules the tools' names, so
    that all runs are one. Raises ScannerError for a document that is no SARIF 2.1.0; a malformed run or
    result loses only itself and is listed as unread.
    """
    document, written = load_document(data, origin)
    gathered: dict[str, _Gathered] = {}
    for number, run in enumerate(values.items(document, "runs")[:_RUNS_MAX], 1):
        name = slug_of(tool or values.text(run, "tool", "driver", "name") or _stem(origin))
        one = gathered.setdefault(name, _Gathered({}, [], Counter(), set(), []))
        if not isinstance(run, dict):
            _miss(one, Unread(origin, UnreadReason.UNPARSABLE, f"run {number} is no object"))
            continue
        _read_run(run, name, number, origin, one, Places(run, root, texts, folder), texts)
    if not gathered:
        raise ScannerError(f"{origin} holds no run: no scanner has written anything into it", _NO_RUN)
    return tuple(_intake(name, one, origin, written) for name, one in gathered.items())


def _stem(origin: str) -> str:
    return origin.rpartition("/")[2].partition(".")[0]


def _read_run(
    run: Mapping[str, Any],
    tool: str,
    number: int,
    origin: str,
    gathered: _Gathered,
    places: Places,
    texts: Texts | None,
) -> None:
    reader = Reader(run, tool, places, texts, gathered.repairs)
    results = run.get("results")
    if results is None and not _has_looked(run):
        words = f"run {number} has no list of results, and nothing in it says that anything was looked at"
        _miss(gathered, Unread(origin, UnreadReason.MISSING, words))
    elif results is not None and not isinstance(results, list):
        _miss(gathered, Unread(origin, UnreadReason.UNPARSABLE, f"the results of run {number} are no list"))
    if "externalPropertyFileReferences" in run:
        words = f"run {number} keeps a part of itself in other files, which are not read"
        _miss(gathered, Unread(origin, UnreadReason.MISSING, words))
    for index, result in enumerate(values.items(results)):
        if len(gathered.findings) >= RESULTS_MAX or index >= 4 * RESULTS_MAX:
            words = f"only {len(gathered.findings)} of very many results are read"
            gathered.unread.append(Unread(origin, UnreadReason.TOO_LARGE, words))
            break
        try:
            finding = reader.finding_of(result)
        except NotPlacedError as error:
            words = f"result {index} of run {number} is not shown: {error}"
            _miss(gathered, Unread(origin, UnreadReason.UNPARSABLE, words))
            continue
        if finding in gathered.findings:
            gathered.repairs["that repeat another one: told once"] += 1
        elif finding is not None:
            gathered.findings[finding] = None
            gathered.files.add(finding.location.path)
    for entry in values.items(run, "artifacts")[:100_000]:
        path, _ = places.path_of(values.at(entry, "location"))
        gathered.files |= {path} - {""}
    _read_invocations(run, origin, gathered, reader, tool)


def _miss(gathered: _Gathered, unread: Unread) -> None:
    """Lists what was missed; of very many the first."""
    if len(gathered.unread) < _TOLD_MAX:
        gathered.unread.append(unread)
    else:
        gathered.missed += 1


def _read_invocations(
    run: Mapping[str, Any], origin: str, gathered: _Gathered, reader: Reader, tool: str
) -> None:
    """What the producer says of its own work: whether it was done, and which files it could not read."""
    for call in values.items(run, "invocations")[:100]:
        notices = [
            *_errors(call, "toolExecutionNotifications"),
            *_errors(call, "toolConfigurationNotifications"),
        ]
        for notice in notices:
            words = (
                values.one_line(values.text(notice, "message", "text"), _WORDS_MAX)
                or "an error, without words"
            )
            _miss(gathered, _unread_of(notice, f"{tool}: {words}", origin, reader))
        if values.at(call, "executionSuccessful") is False:
            words = values.text(call, "exitCodeDescription") or values.text(call, "exitSignalName")
            first = next((values.text(n, "message", "text") for n in notices), "")
            told = values.one_line(words or first, _WORDS_MAX)
            gathered.failures.append(f"{tool} says that it did not succeed{f': {told}' if told else ''}")


def _errors(call: Any, key: str) -> Iterator[Any]:
    for notice in values.items(call, key)[:10_000]:
        if values.text(notice, "level") == "error":
            yield notice


def _has_looked(run: Mapping[str, Any]) -> bool:
    """
    Whether a run without results was a scan all the same. By the schema of SARIF 2.1.0 a log of rules alone
    may leave results out, and a scan that found nothing has an empty list; ESLint's formatter leaves it out
    for that too, but names the files.
    """
    successes = (values.at(i, "executionSuccessful") for i in values.items(run.get("invocations")))
    return bool(values.items(run.get("artifacts"))) or any(value is True for value in successes)


def _unread_of(notice: Any, words: str, origin: str, reader: Reader) -> Unread:
    """A notification with a place in the repository says that this file was not read."""
    try:
        place = reader.place_of(values.at(notice, "locations", 0))
    except NotPlacedError:
        return Unread(origin, UnreadReason.NOT_EVALUATED, words)
    line = values.integer(notice, "locations", 0, "physicalLocation", "region", "startLine")
    return Unread(place.path, UnreadReason.UNPARSABLE, words, place.start_line if line else 0)


def _intake(name: str, one: _Gathered, origin: str, written: Sequence[str]) -> Intake:
    if one.missed:
        words = f"{one.missed} more results or messages of {name} could not be shown"
        one.unread.append(Unread(origin, UnreadReason.UNPARSABLE, words))
    notes = [f"{origin}: {words}" for words in written]
    notes += [f"{n} {'result' if n == 1 else 'results'} {words}" for words, n in one.repairs.items() if n]
    failure = one.failures[0] if one.failures else ""
    return Intake(name, tuple(one.findings), tuple(one.unread), tuple(notes), failure, len(one.files), origin)
