"""What a run adds to its outcomes and its verdict where it is asked to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pregate.errors import UsageError
from pregate.model import Completed, Finding, Outcome, Verdict
from pregate.pipeline import Case
from pregate.pipeline.judging import SECRETS
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.verification import Verifier


def verified(make: Callable[[str], Verifier], case: Case, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """
    The outcomes, that of the secrets check with what the providers say of live tokens.

    Raises UsageError where the configuration is offline.
    """
    if case.config.offline:
        raise UsageError("--verify asks providers, and offline is set", "Leave one of the two out.")

    def read(finding: Finding) -> bytes | None:
        return _data_of(case, finding.commit or case.change.head, finding.location.path)

    verifier = make(case.config.secrets.engine)
    return [
        verifier.verified(outcome, read)
        if outcome.check == SECRETS and isinstance(outcome, Completed)
        else outcome
        for outcome in outcomes
    ]


def with_additions(verdict: Verdict, case: Case) -> Verdict:
    """The verdict with the hashes of lines, and the inventory, that the request asks for."""
    if case.request.line_hashes:
        hashes = _line_hashes(case, [judged.finding for judged in verdict.findings])
        verdict = replace(verdict, line_hashes=hashes)
    if case.request.components:
        from pregate.pipeline.inventory import inventory_of

        verdict = replace(verdict, inventory=inventory_of(case))
    return verdict


def _line_hashes(case: Case, findings: Sequence[Finding]) -> tuple[tuple[str, str], ...]:
    from pregate.engine.line_hash import line_hashes

    by_file: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_file[finding.commit or case.change.head, finding.location.path].append(finding)
    hashes: list[tuple[str, str]] = []
    for (revision, path), found in by_file.items():
        data = _data_of(case, revision, path)
        if data is not None:
            lines = line_hashes(data, {f.location.start_line for f in found})
            known = [f for f in found if f.location.start_line in lines]
            hashes += [(f.fingerprint, lines[f.location.start_line]) for f in known]
    return tuple(sorted(hashes))


def _data_of(case: Case, revision: str, path: str) -> bytes | None:
    blob = case.contents.find(revision, path)
    data = case.contents.read(blob, case.config.max_file_size) if blob else None
    return data if isinstance(data, bytes) else None
