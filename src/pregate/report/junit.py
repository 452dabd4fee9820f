"""
The verdict as JUnit XML, for Jenkins, GitLab and every other tool that shows tests.

JUnit has no standard. The elements and attributes are those that all readers share: the schema of Jenkins'
xUnit plugin (jenkinsci/xunit-plugin, ``junit-10.xsd``), which knows no ``file`` of a test case, and what
GitLab reads (docs.gitlab.com, "Unit test reports"): of ``failure``, ``error`` and ``skipped`` the text, and
of test cases that share a name the first.

A check is a suite. A new finding is a failure; what makes the run incomplete is an error; what was not looked
at and need not be is skipped. A run that did not pass has a failure or an error, and a check that looked at
nothing has no test that passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from pregate.model import CheckSummary, Completed, Decision, Judged, Rule, Skipped, State, Verdict
from pregate.records import dataclass
from pregate.report.bill import timestamp
from pregate.report.holes import Hole, holes_of
from pregate.report.visible import clipped, one_line, place, sentence, source_lines, visible, visible_block
from pregate.report.words import counts_of, headline, plural, remedy_of, skip_words, ways_to_suppress

TEXT_MAX = 2000
NAME_MAX = 300
LINES_MAX = 20
FAILURE, ERROR, SKIPPED, PASSED = "failure", "error", "skipped", ""


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case: ``kind`` names the element in it, ``""`` for one that passed."""

    name: str
    kind: str
    type: str = ""
    message: str = ""
    text: str = ""
    output: str = ""


def render(verdict: Verdict, rules: Sequence[Rule] = ()) -> str:  # noqa: ARG001 - as every report
    """The verdict as XML 1.0 in UTF-8 that ends in a line feed; every character in it prints as itself."""
    holes = holes_of(verdict)
    root = ElementTree.Element("testsuites", name="pregate")
    for summary in verdict.checks:
        mine = [hole for hole in holes if hole.check == summary.check]
        root.append(_suite(verdict, summary.check, _cases(verdict, summary, mine), _seconds(summary)))
    if whole := tuple(_whole(verdict, [hole for hole in holes if not hole.check])):
        root.append(_suite(verdict, "", whole, 0.0))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    root.set("time", f"{verdict.seconds:.3f}")
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _seconds(summary: CheckSummary) -> float:
    return counts_of(summary.outcome).seconds


def _suite(verdict: Verdict, check: str, cases: Sequence[_Case], seconds: float) -> ElementTree.Element:
    name = f"pregate.{one_line(check)}" if check else "pregate"
    kinds = Counter(case.kind for case in cases)
    suite = ElementTree.Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(kinds[FAILURE]),
        errors=str(kinds[ERROR]),
        skipped=str(kinds[SKIPPED]),
        time=f"{seconds:.3f}",
    )
    if verdict.ended:
        suite.set("timestamp", timestamp(verdict.ended).removesuffix("Z"))
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.name] += 1
        number = f" ({seen[case.name]})" if seen[case.name] > 1 else ""
        suite.append(_element(case, name, case.name + number))
    return suite


def _element(case: _Case, suite: str, name: str) -> ElementTree.Element:
    element = ElementTree.Element("testcase", classname=suite, name=name, time="0.000")
    if case.kind:
        told = ElementTree.SubElement(element, case.kind, message=case.message, type=case.type)
        told.text = case.text or case.message
    if case.output:
        ElementTree.SubElement(element, "system-out").text = case.output
    return element


# ---------------------------------------------------------------------------------------------- test cases


def _cases(verdict: Verdict, summary: CheckSummary, holes: Sequence[Hole]) -> tuple[_Case, ...]:
    """The check as a test case, then its new findings, then what it could not read."""
    new = [j for j in verdict.findings if j.state is State.NEW and j.finding.rule.check == summary.check]
    of_files = [hole for hole in holes if hole.path]
    return (
        _completion(verdict, summary, [hole for hole in holes if not hole.path]),
        *map(_failure, new),
        *map(_unread, of_files),
    )


def _completion(verdict: Verdict, summary: CheckSummary, holes: Sequence[Hole]) -> _Case:
    """Passed where the check analysed a file."""
    name, outcome = "the check looked at its files", summary.outcome
    for hole in holes:
        kind = ERROR if hole.counts else SKIPPED
        return _Case(name, kind, "not looked", clipped(hole.words, TEXT_MAX))
    if isinstance(outcome, Skipped):
        return _Case(name, SKIPPED, "skipped", skip_words(summary))
    counts = counts_of(outcome)
    if isinstance(outcome, Completed) and counts.analysed == 0:
        return _Case(name, SKIPPED, "nothing analysed", "no file was analysed")
    quiet = [f"{summary.count(s):,} {s.value}" for s in State if s is not State.NEW and summary.count(s)]
    words = [f"{plural(counts.analysed, 'file')} analysed, fail-on {verdict.fail_on}."]
    words += [f"Not failing: {', '.join(quiet)}."] if quiet else []
    return _Case(name, PASSED, output=" ".join(words))


def _failure(judged: Judged) -> _Case:
    """Its name has no line, so that who keeps a history of tests knows the finding when lines move."""
    finding = judged.finding
    rule = finding.rule
    where = f"{one_line(rule.id)}: {clipped(visible(finding.location.path), NAME_MAX)}"
    commit = f" in {one_line(finding.commit)[:12]}" if finding.commit else ""
    title = one_line(finding.message or rule.title or rule.id)
    return _Case(
        f"{where} [{finding.fingerprint[:12]}]{commit}",
        FAILURE,
        one_line(rule.id),
        clipped(f"{finding.severity.word}: {title}", TEXT_MAX),
        "\n\n".join(part for part in _paragraphs(judged) if part),
    )


def _paragraphs(judged: Judged) -> Iterator[str]:
    finding = judged.finding
    rule, remedy = finding.rule, remedy_of(finding)
    yield f"{place(finding.location)}: {finding.severity.word}: {one_line(rule.id)}: {one_line(rule.title)}"
    yield _line("", sentence(finding.message) if finding.message.strip() else "")
    yield _source(finding.snippet)
    yield _line("Why: ", rule.description)
    yield _block("Fix: ", remedy)
    yield _line("Suppress: ", ways_to_suppress(finding))
    yield _line("Also known as: ", ", ".join(finding.aliases[:10]))
    yield _line("More: ", rule.help_uri)
    yield _line("Fails as: ", judged.why)
    yield _line("In commit: ", finding.commit)
    yield f"Fingerprint: {finding.fingerprint}"


def _line(label: str, text: str) -> str:
    shown = clipped(one_line(text), TEXT_MAX)
    return f"{label}{shown}" if shown else ""


def _block(label: str, text: str) -> str:
    shown = clipped(visible_block(text.strip()), TEXT_MAX)
    return f"{label}{shown}" if shown else ""


def _source(snippet: str) -> str:
    lines = source_lines(snippet)[:LINES_MAX]
    return "\n".join(f"    {clipped(visible(line, keep=chr(9)), NAME_MAX)}" for line in lines)


def _unread(hole: Hole) -> _Case:
    where = clipped(visible(hole.path), NAME_MAX) + (f":{hole.line}" if hole.line else "")
    words = clipped(hole.words, TEXT_MAX)
    kind = ERROR if hole.counts else SKIPPED
    return _Case(f"{where} is read", kind, "not read", f"{where}: {words}")


def _whole(verdict: Verdict, holes: Sequence[Hole]) -> Iterator[_Case]:
    """What no check tells: each is about the run."""
    for hole in holes:
        kind = ERROR if hole.counts else SKIPPED
        yield _Case("the run looked at the change", kind, "not looked", clipped(hole.words, TEXT_MAX))
    if verdict.decision is Decision.FAILED and not verdict.select(State.NEW):
        yield _Case("the gate passes", FAILURE, "verdict", clipped(headline(verdict), TEXT_MAX))
