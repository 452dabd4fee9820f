"""One check's run before an upload is cut to size: each result and rule made once, as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pregate.model import CheckSummary, Finding, Judged, Rule, Severity, State, Verdict
from pregate.records import dataclass, replace
from pregate.report.sarif import Options, run_of
from pregate.report.sarif.descriptors import SCALES, rule_table
from pregate.report.sarif.limits import Limits, bounded_notes, bounded_rules
from pregate.report.sarif.results import result_of
from pregate.report.sarif.serialise import to_json, to_text_in_lines
from pregate.report.words import plural

Rank = tuple[float, int, bool, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A run to be.

    ``results`` are JSON values in the verdict's order, ``ranks`` theirs: the least are shown first.
    ``rules`` are JSON values, ``always`` tells which of them stay without a result. ``cut`` counts findings
    over the limits of a run, ``elsewhere`` those that do not stand in the analysed tree.
    """

    summary: CheckSummary
    results: tuple[dict[str, Any], ...]
    ranks: tuple[Rank, ...]
    rules: tuple[dict[str, Any], ...]
    always: frozenset[int]
    cut: int
    elsewhere: int

    def is_emptied(self, kept: Sequence[int]) -> bool:
        """Whether there were results and ``kept`` is none of them: such a run would say that all is well."""
        return not kept and bool(self.results or self.cut)

    def cut_from(self, kept: Sequence[int]) -> int:
        """How many results are left out when those at ``kept`` are shown."""
        return self.cut + len(self.results) - len(kept)

    def text(self, verdict: Verdict, kept: Sequence[int], options: Options, limits: Limits) -> str:
        """The run as JSON text: the results at ``kept``, the rules they need, and how many are missing."""
        notes = _missing(self.cut_from(kept), self.elsewhere, limits)
        summary = bounded_notes(self.summary, limits.notes, notes)
        run = to_json(run_of(summary, replace(verdict, findings=()), (), options))
        needed = sorted(self.always | {self.results[n]["ruleIndex"] for n in kept})
        places = {old: new for new, old in enumerate(needed)}
        run["tool"]["driver"]["rules"] = [self.rules[n] for n in needed]
        shown = (self.results[n] for n in kept)
        run["results"] = [{**result, "ruleIndex": places[result["ruleIndex"]]} for result in shown]
        return to_text_in_lines(run, "results")


def draft_of(summary: CheckSummary, verdict: Verdict, rules: Sequence[Rule], limits: Limits) -> Draft:
    """The draft of one check's run: nothing suppressed, nothing over the limits of a run."""
    found = [j for j in verdict.findings if j.finding.rule.check == summary.check]
    shown = [j for j in found if j.state is not State.SUPPRESSED]
    here = [j for j in shown if j.finding.commit in ("", verdict.head)]
    own = [r for r in rules if r.check == summary.check]
    judged = _most_severe(here, limits)
    table = rule_table(own, (j.finding for j in judged))
    usual = {(r.id, r.severity) for r in own}
    always = frozenset(n for key, n in table.positions.items() if key in usual)
    described = bounded_rules(map(to_json, table.descriptors))
    hashes = dict(verdict.line_hashes)
    results = []
    for one in judged:
        bounded = replace(one, finding=_with_few_places(one.finding, limits.locations))
        made = result_of(
            bounded, table, compared=verdict.compared, tells_suppressions=False, line_hashes=hashes
        )
        result = to_json(made)
        results.append({**result, "ruleId": described[result["ruleIndex"]]["id"]})
    return Draft(
        summary=summary,
        results=tuple(results),
        ranks=tuple(_rank(j, n) for n, j in enumerate(judged)),
        rules=described,
        always=always if len(described) <= limits.rules else frozenset(),
        cut=len(here) - len(judged),
        elsewhere=len(shown) - len(here),
    )


def _most_severe(found: Sequence[Judged], limits: Limits) -> list[Judged]:
    """What a run may have of ``found``, in its order: the most severe, and no more rules than allowed."""
    kept: list[int] = []
    kinds: set[tuple[str, Severity]] = set()
    for number in sorted(range(len(found)), key=lambda n: _rank(found[n], n)):
        kind = (found[number].finding.rule.id, found[number].finding.severity)
        if len(kept) < limits.results and (kind in kinds or len(kinds) < limits.rules):
            kinds.add(kind)
            kept.append(number)
    return [found[n] for n in sorted(kept)]


def _rank(judged: Judged, number: int) -> Rank:
    """Severity as SARIF has it (an unknown one stands beneath medium), confidence, new before old, order."""
    finding = judged.finding
    is_old = judged.state is State.PRE_EXISTING
    return (-SCALES[finding.severity].rank, -finding.confidence, is_old, number)


def _with_few_places(finding: Finding, most: int) -> Finding:
    return replace(finding, related=finding.related[:most]) if len(finding.related) > most else finding


def _missing(cut: int, elsewhere: int, limits: Limits) -> Iterable[str]:
    if cut:
        yield (
            f"{plural(cut, 'finding')}, the least severe, not shown: code scanning takes "
            f"{limits.results:,} results in a run and {limits.size:,} bytes in a file"
        )
    if elsewhere:
        yield f"{plural(elsewhere, 'finding')} not shown: not in the analysed commit, but in one before it"
