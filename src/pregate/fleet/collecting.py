"""The report on a fleet, of the records of all its repositories: JSON, Markdown and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from pregate import __version__
from pregate.fleet.model import Record, State
from pregate.fleet.records import document_of
from pregate.model import Decision, Severity
from pregate.records import dataclass
from pregate.report.csv_report import neutral
from pregate.report.markdown import code, escape
from pregate.report.visible import one_line

SCHEMA = "pregate-fleet/1"
SEVERITIES = tuple(severity.word for severity in sorted(Severity, reverse=True))
_REASONS_SHOWN = 3
_LOSSES_SHOWN = 10
_UNJUDGED = {State.SCANNED: "no verdict", State.FAILED: "not scanned", State.NOT_REACHED: "not reached"}


@dataclass(frozen=True, slots=True)
class Fleet:
    """
    All repositories of a run, each exactly once; ``began`` and ``ended`` in milliseconds since 1970.
    ``remark`` says why the run did not reach its end, ``""`` where it did.
    """

    records: tuple[Record, ...]
    began: int
    ended: int
    remark: str = ""
    is_interrupted: bool = False

    @property
    def decision(self) -> Decision:
        """Incomplete where one repository has no complete verdict, else failed where one failed."""
        if any(record.decision in (None, Decision.INCOMPLETE) for record in self.records):
            return Decision.INCOMPLETE
        is_failed = any(record.decision is Decision.FAILED for record in self.records)
        return Decision.FAILED if is_failed else Decision.PASSED


def headline(fleet: Fleet) -> str:
    """One sentence: how many repositories there are, and what became of them."""
    total = _totals(fleet)
    verdicts, states = total["decisions"], total["states"]
    parts = [f"{verdicts[decision.value]} {decision.value}" for decision in Decision]
    parts += [f"{states['failed']} could not be scanned"] if states["failed"] else []
    parts += [f"{states['not-reached']} not reached"] if states["not-reached"] else []
    lost = total["lost_parts"]
    parts += [f"{lost} {'part' if lost == 1 else 'parts'} of large ones lost"] if lost else []
    return f"{fleet.decision.value.upper()}: {total['repositories']} repositories: {', '.join(parts)}"


def losses(fleet: Fleet) -> list[str]:
    """A line on each repository of which parts were lost, the first ones."""
    records = [record for record in fleet.records if record.lost_parts]
    lines = [one_line(f"{r.repository.name}: {r.reasons[0]}") for r in records[:_LOSSES_SHOWN]]
    more = len(records) - len(lines)
    return [*lines, *([f"and {more} more of which parts were lost"] if more else [])]


def render_json(fleet: Fleet) -> str:
    """The whole report for programs; ``schema`` names its form."""
    return json.dumps(document(fleet), indent=1) + "\n"


def document(fleet: Fleet) -> dict[str, Any]:
    """The report as dictionaries, lists, strings and numbers."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "decision": fleet.decision.value,
        "exit_code": fleet.decision.exit_code,
        "headline": headline(fleet),
        "remark": fleet.remark,
        "began": fleet.began,
        "ended": fleet.ended,
        "totals": _totals(fleet),
        "repositories": [document_of(record) for record in fleet.records],
    }


def render_markdown(fleet: Fleet) -> str:
    """The report for people: totals, then what needs somebody first."""
    total = _totals(fleet)
    moment = datetime.fromtimestamp(fleet.ended / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = ["# Fleet", "", escape(headline(fleet)), "", f"pregate {__version__}, {moment}"]
    lines += ["", escape(fleet.remark)] if fleet.remark else []
    lines += ["", "## Findings", "", f"| Check | {' | '.join(SEVERITIES)} |"]
    lines += ["| --- |" + " ---: |" * len(SEVERITIES)]
    for check, words in total["findings"].items():
        lines.append(f"| {code(check)} | {' | '.join(str(words.get(word, 0)) for word in SEVERITIES)} |")
    lines += ["", f"{total['suppressed']} more are suppressed.", "", "## Repositories", ""]
    for record in sorted(fleet.records, key=_urgency):
        lines += _entry(record)
    return "\n".join(lines) + "\n"


def render_csv(fleet: Fleet) -> str:
    """A row for each repository, with the number of findings by severity."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    head = ("name", "address", "revision", "commit", "state", "decision", *SEVERITIES, "suppressed")
    writer.writerow((*head, "seconds", "kept", "reasons"))
    for record in fleet.records:
        words = _by_severity([record])
        repository = record.repository
        texts = (repository.name, repository.address, repository.revision, record.commit, record.state.value)
        decision = record.decision.value if record.decision else ""
        numbers = [words[word] for word in SEVERITIES]
        last = (record.suppressed, record.seconds, "yes" if record.is_kept else "no")
        writer.writerow((*map(_cell, texts), decision, *numbers, *last, _cell(" ".join(record.reasons))))
    return stream.getvalue()


def _cell(text: str) -> str:
    return neutral(one_line(text))


def _totals(fleet: Fleet) -> dict[str, Any]:
    records = fleet.records
    states = Counter(record.state.value for record in records)
    decisions = Counter(record.decision.value for record in records if record.decision)
    checks: dict[str, Counter[str]] = {}
    for record in records:
        for count in record.findings:
            checks.setdefault(count.check, Counter())[count.severity] += count.number
    words = _by_severity(records)
    return {
        "repositories": len(records),
        "states": {state.value: states[state.value] for state in State},
        "decisions": {decision.value: decisions[decision.value] for decision in Decision},
        "kept": sum(record.is_kept for record in records),
        "lost_parts": sum(len(record.lost_parts) for record in records),
        "severities": {word: words[word] for word in SEVERITIES},
        "findings": {check: dict(checks[check]) for check in sorted(checks)},
        "suppressed": sum(record.suppressed for record in records),
        "seconds": round(sum(record.seconds for record in records if not record.is_kept), 3),
    }


def _by_severity(records: Iterable[Record]) -> Counter[str]:
    words: Counter[str] = Counter()
    for record in records:
        for count in record.findings:
            words[count.severity] += count.number
    return words


def _urgency(record: Record) -> tuple[int, list[int], str]:
    order = {None: 0, Decision.INCOMPLETE: 1, Decision.FAILED: 2, Decision.PASSED: 3}
    words = _by_severity([record])
    return order[record.decision], [-words[word] for word in SEVERITIES], record.repository.name


def _entry(record: Record) -> Sequence[str]:
    word = record.decision.value if record.decision else _UNJUDGED[record.state]
    at = f" at {code(record.commit[:12])}" if record.commit else ""
    words = _by_severity([record])
    counts = ", ".join(f"{words[word]} {word}" for word in SEVERITIES if words[word])
    facts = [*([counts] if counts else []), "as before" if record.is_kept else f"{record.seconds:.1f} s"]
    lines = [f"- **{word}** {code(record.repository.name)}{at}: {', '.join(facts)}"]
    if record.decision is not Decision.PASSED:
        lines += [f"  - {escape(reason)}" for reason in record.reasons[:_REASONS_SHOWN]]
    return lines
