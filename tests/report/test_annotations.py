"""Which annotations a run gets."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from pregate.model import Completed, Counts, Decision, Location, State, Unread, UnreadReason, Verdict
from pregate.report.annotations import KINDS, MESSAGE_MAX, Annotation, cut, select
from tests.report import sample
from tests.report.strategies import quick, verdicts


def verdict_with(number: int, state: State = State.NEW, **more: object) -> Verdict:
    found = tuple(sample.judged(state, replace(sample.shell_finding(), ordinal=n)) for n in range(number))
    made = (Completed("python", (), (), Counts(1, 1)),)
    return sample.verdict_of(found, made, Decision.FAILED, **more)


def test_a_new_finding_is_an_error_at_its_place() -> None:
    assert select(verdict_with(1)).shown == (
        Annotation(
            "error",
            "subprocess call with shell=True found.\n"
            "Fix: Pass a list of arguments and leave `shell` out: "
            '```python subprocess.run(["ls", path]) ```.\n'
            "Suppress: if this is safe here, end the line with the comment `# nosec B602` and say why; "
            'or run `pregate suppress ab5b4fd8b6d4 --reason "…"`.\n'
            "Also known as CWE-78.",
            (
                ("title", "high: subprocess call with shell=True (python/B602)"),
                ("file", "src/app.py"),
                ("line", "12"),
                ("endLine", "12"),
                ("col", "2"),
                ("endColumn", "37"),
            ),
        ),
    )


def test_a_region_of_several_lines_has_no_columns() -> None:
    found = replace(sample.shell_finding(), location=Location("a.py", 3, 5, 9, 2))
    verdict = replace(verdict_with(0), findings=(sample.judged(State.NEW, found),))
    assert dict(select(verdict).shown[0].properties).keys() == {"title", "file", "line", "endLine"}


def test_ten_of_a_kind_are_shown_and_the_rest_counted() -> None:
    chosen = select(verdict_with(25))
    assert len(chosen.shown) == 10
    assert chosen.left_out == (("error", 15),)
    assert chosen.remainder == 15


def test_what_cannot_fail_the_gate_is_no_error() -> None:
    assert {a.kind for a in select(verdict_with(2, fail_on="none")).shown} == {"warning"}
    assert {a.kind for a in select(verdict_with(2, State.BELOW_THRESHOLD)).shown} == {"warning"}


def test_old_and_suppressed_findings_have_no_annotation() -> None:
    assert select(verdict_with(2, State.PRE_EXISTING)).shown == ()
    assert select(verdict_with(2, State.SUPPRESSED)).shown == ()


def test_a_failed_check_comes_first() -> None:
    first = select(sample.full()).shown[0]
    assert first.kind == "error"
    assert first.properties == (("title", "pregate: iam failed"),)
    assert first.message.endswith("Grant access-analyzer:ValidatePolicy to the role.")


def test_unread_text_files_are_warnings() -> None:
    unread = (Unread("a.py", UnreadReason.UNPARSABLE, "bad", 4), Unread("b.png", UnreadReason.BINARY))
    verdict = sample.verdict_of((), (Completed("python", (), unread, Counts(2)),), Decision.INCOMPLETE)
    assert select(verdict).shown == (
        Annotation(
            "warning",
            "Not analysed by the python check: it could not be parsed (bad).",
            (("title", "pregate: unparsable"), ("file", "a.py"), ("line", "4")),
        ),
    )


def test_an_unread_file_without_a_line_has_none() -> None:
    made = (Completed("python", (), (Unread("a.py", UnreadReason.CRASHED),), Counts(1)),)
    shown = select(sample.verdict_of((), made, Decision.INCOMPLETE)).shown
    assert dict(shown[0].properties).keys() == {"title", "file"}


@quick
@given(verdict=verdicts())
def test_the_runners_limits_hold(verdict: Verdict) -> None:
    shown = select(verdict, per_kind=2).shown
    for kind in KINDS:
        assert sum(a.kind == kind for a in shown) <= 2
    for annotation in shown:
        assert len(annotation.message.encode("utf-16-le", "surrogatepass")) // 2 <= MESSAGE_MAX


def test_a_message_is_cut_by_utf16_units_at_a_whole_character() -> None:
    assert cut("x" * 5000) == "x" * 4095 + "…"
    assert cut("👩" * 3000) == "👩" * 2047 + "…"
    assert cut("文" * 4096) == "文" * 4096
