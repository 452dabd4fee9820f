"""
Asking a token's own provider whether it is live: off by default, and never in a hook.

A value goes nowhere but to the provider's own host, in a call that changes nothing; an answer only ever makes
a finding worse (*critical* when the token is live): what a provider refuses, or cannot be asked, stays as it
was, since a revoked token in the code may be followed by a live one.
"""

from __future__ import annotations

import enum
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from pregate.model import Candidate, Completed, Confidence, Finding, Severity
from pregate.records import dataclass, field, replace
from pregate.secrets.found import Secret
from pregate.secrets.scan import OWN, scan
from pregate.verification.asking import Ask, Question
from pregate.verification.providers import PROBES, Answer, Given, Probe

MOST = 100
SECONDS = 60.0
_THREADS = 4

Read = Callable[[Finding], bytes | None]


class Result(enum.Enum):
    """What became of the question about one value."""

    LIVE = "live"
    REFUSED = "not accepted"
    UNKNOWN = "not to be told"
    LEFT_OUT = "not asked about"


@dataclass(frozen=True, slots=True)
class Verifier:
    """
    Asks about the secrets among findings. ``ask`` is the conversation with a host; of more than ``most``
    values the rest is not asked about, nor what is left after ``seconds``. ``engine`` is that of the
    findings.
    """

    ask: Ask
    engine: str = OWN
    probes: tuple[Probe, ...] = PROBES
    most: int = MOST
    seconds: float = SECONDS
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    def verified(self, outcome: Completed, read: Read) -> Completed:
        """
        The outcome of the secrets check with what the providers said; ``read`` gives the bytes of the version
        in which a finding stands, None where they are not to be had.
        """
        cases = self._cases(outcome.candidates, read)
        results = self._ask_all(tuple(dict.fromkeys(cases.values())))
        candidates = tuple(
            _told(candidate, cases[i].probe, results[cases[i]]) if i in cases else candidate
            for i, candidate in enumerate(outcome.candidates)
        )
        others = sum(not c.finding.suppressed_by for c in outcome.candidates) - len(cases)
        note = _note(Counter(results.values()), others)
        return replace(outcome, candidates=candidates, notes=(*outcome.notes, note))

    def _cases(self, candidates: Sequence[Candidate], read: Read) -> dict[int, _Case]:
        cases: dict[int, _Case] = {}
        for i, candidate in enumerate(candidates):
            finding = candidate.finding
            data = None if finding.suppressed_by else read(finding)
            if data is not None:
                secrets = scan(finding.location.path, data, engine=self.engine).secrets
                if case := self._case(finding, secrets):
                    cases[i] = case
        return cases

    def _case(self, finding: Finding, secrets: Sequence[Secret]) -> _Case | None:
        place = (finding.rule.id, finding.location.start_line, finding.location.start_column)
        for secret in secrets:
            if (f"secrets/{secret.detector}", secret.line, secret.start) == place:
                for probe in self.probes:
                    if given := probe.given(secret, secrets):
                        return _Case(probe, given)
        return None

    def _ask_all(self, cases: Sequence[_Case]) -> dict[_Case, Result]:
        end = self.clock() + self.seconds

        def one(case: _Case) -> Result:
            return Result.LEFT_OUT if self.clock() > end else self._asked(case)

        asked, left = cases[: self.most], cases[self.most :]
        pool = ThreadPoolExecutor(_THREADS)
        is_awaited = True
        try:
            results = dict(zip(asked, pool.map(one, asked), strict=True))
        except KeyboardInterrupt:
            is_awaited = False
            raise
        finally:
            pool.shutdown(wait=is_awaited, cancel_futures=True)
        return results | dict.fromkeys(left, Result.LEFT_OUT)

    def _asked(self, case: _Case) -> Result:
        question = case.probe.question(case.given)
        reply = self.ask(question)
        if reply is None:
            return Result.UNKNOWN
        match case.probe.judge(reply):
            case Answer.LIVE:
                return Result.LIVE
            case Answer.REFUSED:
                return Result.REFUSED
            case Answer.UNKNOWN:
                return Result.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Case:
    """A value and whom to ask; equal for equal values. Shows none."""

    probe: Probe
    given: Given


def _told(candidate: Candidate, probe: Probe, result: Result) -> Candidate:
    finding = candidate.finding
    match result:
        case Result.LIVE:
            words = f"{finding.message}; it is live: {probe.provider} accepts it"
            changed = replace(finding, message=words, severity=Severity.CRITICAL, confidence=Confidence.HIGH)
        case Result.REFUSED:
            changed = replace(finding, message=f"{finding.message}; {probe.provider} does not accept it")
        case _:
            return candidate
    return replace(candidate, finding=changed)


def _note(counts: Counter[Result], others: int) -> str:
    parts = [f"{counts[result]} {result.value}" for result in Result if counts[result]]
    if others:
        parts.append(f"{others} of kinds that no provider is asked about")
    return f"verified with the providers: {', '.join(parts) or 'nothing'}"


def questions(probes: Sequence[Probe] = PROBES) -> Iterator[tuple[str, str]]:
    """The providers and the hosts that are asked, for the documentation."""
    for probe in probes:
        yield probe.provider, probe.host


__all__ = ["Question", "Result", "Verifier", "questions"]
