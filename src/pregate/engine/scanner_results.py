"""What a run of a scanner left: findings, or why it did not do its work."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import Path

from pregate.engine.intake_text import masked_alone
from pregate.engine.scanner_files import Run
from pregate.errors import ScannerError
from pregate.intake import Intake, read_sarif
from pregate.intake.values import one_line
from pregate.model import Unread, UnreadReason
from pregate.records import replace
from pregate.tools.checkov_gaps import unparsed
from pregate.tools.npm_audit import to_sarif
from pregate.tools.running import ERRORS_MAX, OUTPUT_MAX, Call, Ended
from pregate.tools.scanner import OUT, Scanner
from pregate.tools.workplace import Workplace


def results_file(scanner: Scanner, place: Workplace, run: Run) -> Path | None:
    """Where a run is to leave its results; None: on standard output."""
    if not scanner.sarif:
        return None
    if scanner.sarif.startswith(f"{OUT}/"):
        return run.out / scanner.sarif.removeprefix(f"{OUT}/")
    return place.tree / run.folder / scanner.sarif


def read_results(scanner: Scanner, place: Workplace, runs: Iterable[tuple[Run, Call, Ended]]) -> list[Intake]:
    """
    What all runs have found. Raises ScannerError where one did not do its work.
    """
    intakes: list[Intake] = []
    for run, call, end in runs:
        intakes += _intakes(scanner, place, run, call, end)
    for intake in intakes:
        if intake.failure:
            raise ScannerError(intake.failure, f"See what {scanner.name} says of it by hand.")
    return intakes


def _intakes(scanner: Scanner, place: Workplace, run: Run, call: Call, end: Ended) -> tuple[Intake, ...]:
    if end.code in scanner.nothing and not end.failure:
        return ()
    data = _results(scanner, place, call, end)
    if scanner.converts:
        names = (posixpath.join(run.folder, name) for name in scanner.needs)
        lock = next((name for name in names if name in place.texts), "")
        data = to_sarif(data, lock, place.text(lock) or b"")
    root = str(place.tree)
    intakes = read_sarif(data, f"{scanner.name}.sarif", root=root, texts=place.text, tool=scanner.name)
    if not scanner.gaps:
        return intakes
    told = place.read(run.out / scanner.gaps.removeprefix(f"{OUT}/"), OUTPUT_MAX) or b""
    paths = unparsed(told, root)
    gaps = tuple(Unread(path, UnreadReason.UNPARSABLE, f"{scanner.name} cannot parse it") for path in paths)
    return (replace(intakes[0], unread=(*intakes[0].unread, *gaps)), *intakes[1:])


def _results(scanner: Scanner, place: Workplace, call: Call, end: Ended) -> bytes:
    """What the scanner wrote. Raises ScannerError that says how it failed."""
    if end.failure:
        raise ScannerError(f"{scanner.name} {end.failure}", "Raise tools.timeout, or narrow tools.files.")
    data = place.read(call.watched or call.output, OUTPUT_MAX)
    if end.code < 0:
        how = f"was ended by signal {-end.code}"
    elif end.code not in scanner.accepted:
        how = f"ended with exit code {end.code}"
    elif not data:
        how = "left no results"
    else:
        return data
    said = _complaint(place, call)
    hint = f"Run it by hand on a copy of the files alone. {scanner.install}".strip()
    raise ScannerError(f"{scanner.name} {how}{f': {said}' if said else ''}", hint)


def _complaint(place: Workplace, call: Call) -> str:
    """The last line that it wrote to standard error, without what looks like a secret."""
    errors = (place.read(call.errors, ERRORS_MAX) or b"")[-20_000:].decode("utf-8", "replace")
    last = next((line for line in reversed(errors.splitlines()) if line.strip()), "")
    words = "".join(c if c.isprintable() else " " for c in last[-2000:])
    return one_line(masked_alone(Unread("", UnreadReason.CRASHED, words)).detail, 200)
