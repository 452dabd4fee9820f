"""The suite for authors of plug-ins: the example passes it, and each fault that it is for is found by it."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pregate.checks.base import Analysis, Json, PlainCheck, Target
from pregate.conformance import CheckConformance, check_check, check_report
from pregate.conformance.checks import run_all
from pregate.errors import PregateError
from pregate.model import Finding, Location, Rule, Severity, Verdict
from pregate.plugins.lines import lines_of
from tests.plugins import wheels

RULE = Rule("words/WORD", "a word", "Words are bad.", "Remove it.", Severity.HIGH)
SAMPLES = {"a.txt": b"one\nword two\n", "b/c.txt": b"word\r\n"}


@dataclass(frozen=True)
class Note:
    """A fact with the line that it was made of."""

    line: int

    def to_json(self) -> Json:
        return self.line


class Words(PlainCheck):
    """A check as it should be."""

    name, version, cost = "words", "1", 10

    def rules(self) -> tuple[Rule, ...]:
        return (RULE,)

    def concerns(self, path: str, *, executable: bool) -> bool:
        return path.endswith(".txt")

    def analyse(self, target: Target) -> Analysis:
        lines = [n for n, line in enumerate(lines_of(target.data), 1) if line.startswith("word")]
        return Analysis(tuple(map(self.finding, [target] * len(lines), lines)), facts=tuple(map(Note, lines)))

    def finding(self, target: Target, line: int) -> Finding:
        return Finding(RULE, "a word", Location(target.path, line, 1, line, 5), Severity.HIGH)

    def fact_from_json(self, value: Json) -> Note:
        if not isinstance(value, int):
            raise TypeError
        return Note(value)


def conforms(check: Callable[[], Any], samples: Mapping[str, bytes] = SAMPLES) -> None:
    check_check("words", lambda options: check(), samples, {"clean.txt": b"nothing\n"})


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CheckConformance, "huge", 5000)


def test_a_check_as_it_should_be_conforms() -> None:
    conforms(Words)


class Counting(Words):
    """Remembers."""

    def __init__(self) -> None:
        self.seen = 0

    def finding(self, target: Target, line: int) -> Finding:
        self.seen += 1
        return replace(super().finding(target, line), message=f"word number {self.seen}")


class Reading(Words):
    """Looks into the file system."""

    def analyse(self, target: Target) -> Analysis:
        Path(__file__).read_bytes()
        return super().analyse(target)


class Printing(Words):
    """Prints."""

    def analyse(self, target: Target) -> Analysis:
        print("here")
        return super().analyse(target)


class Strict(Words):
    """Knows UTF-8 alone."""

    def analyse(self, target: Target) -> Analysis:
        target.data.decode()
        return super().analyse(target)


class Beside(Words):
    """Counts columns of bytes, and lines as Python's splitlines does."""

    def finding(self, target: Target, line: int) -> Finding:
        return replace(super().finding(target, line), location=Location(target.path, line, 1, line, 99))


class Foreign(Words):
    """Has a rule of another check's."""

    def rules(self) -> tuple[Rule, ...]:
        return (replace(RULE, id="secrets/WORD"),)


class Forgetful(Words):
    """Reads another fact than it wrote."""

    def fact_from_json(self, value: Json) -> Note:
        return Note(0)


class Indifferent(Words):
    """Is concerned with nothing."""

    def concerns(self, path: str, *, executable: bool) -> bool:
        return False


class Eager(Words):
    """Finds something in every file that is not empty."""

    def analyse(self, target: Target) -> Analysis:
        found = Finding(RULE, "a word", Location(target.path), Severity.HIGH)
        return Analysis((found,) if target.data else ())


class Deep(Words):
    """Goes as deep as the file is nested."""

    def analyse(self, target: Target) -> Analysis:
        def down(rest: bytes) -> None:
            if rest.startswith(b"["):
                down(rest[1:])

        down(target.data[:3000])
        return super().analyse(target)


class Changing(Words):
    """Has another version each time."""

    @property
    def version(self) -> str:  # type: ignore[override]
        return str(id(object()) + next(_NUMBERS))


_NUMBERS = iter(range(10**6))

FAULTS: Mapping[type[Words], str] = {
    Counting: "changes what is found",
    Reading: "reaches out of its arguments: open",
    Printing: "prints on standard output",
    Strict: "UnicodeDecodeError",
    Beside: "columns that are not there",
    Foreign: "a rule whose id is not words/",
    Forgetful: "is another after it was in the cache",
    Indifferent: "does not concern the check",
    Eager: "which is clean",
    Deep: "crashed",
    Changing: "different versions",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_each_fault_is_found(fault: type[Words]) -> None:
    with pytest.raises((AssertionError, PregateError)) as caught:
        conforms(fault)
    assert re.search(FAULTS[fault], str(caught.value)), caught.value


def test_samples_have_to_show_something() -> None:
    with pytest.raises(AssertionError, match="nothing was found in the sample"):
        conforms(Words, {"a.txt": b"nothing"})
    with pytest.raises(AssertionError, match="samples is empty"):
        conforms(Words, {})


def test_a_report_as_it_should_be_conforms() -> None:
    check_report(lambda verdict, rules: f"{verdict.decision.value} {len(verdict.findings)}")


@pytest.mark.parametrize(
    ("render", "words"),
    [
        (lambda verdict, rules: f"{verdict.findings[0].finding.message}", "index out of range"),
        (lambda verdict, rules: {"verdict": verdict.decision.value}, "a dict, not text or bytes"),
        (lambda verdict, rules: f"{next(_NUMBERS)}", "another report"),
        (lambda verdict, rules: print("x") or "x", "prints on standard output"),
        (lambda verdict, rules: Path(__file__).read_text("utf-8"), "reaches out"),
        (lambda verdict, rules: "".join(j.finding.message for j in verdict.findings), "escape sequence"),
        (lambda verdict, rules: "\ud800", "cannot be written"),
        (lambda verdict, rules: rules[0].title, "index out of range"),
    ],
)
def test_each_fault_of_a_report_is_found(
    render: Callable[[Verdict, Sequence[Rule]], Any], words: str
) -> None:
    with pytest.raises((AssertionError, IndexError), match=words):
        check_report(render)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(wheels.EXAMPLE / "src"))
    yield
    for name in [name for name in sys.modules if name.startswith("pregate_example")]:
        del sys.modules[name]


def test_the_example_passes_its_own_tests(example: None) -> None:
    spec = importlib.util.spec_from_file_location(
        "example_tests", wheels.EXAMPLE / "tests" / "test_plugin.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    run_all(module.TestImages())
    run_all(module.TestBadge())
    run_all(module)
