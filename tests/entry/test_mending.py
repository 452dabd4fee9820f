"""A file's content with fixes in it: what fits, what does not, and what stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.entry.mending import difference, mend
from pregate.model import Finding, Fix
from tests.report import sample


def finding(line: int, text: str, version: str = "1.0", upgrade: str = "2.0", name: str = "demo") -> Finding:
    properties = (("package", name), ("version", version), ("upgrade", upgrade))
    return replace(sample.shell_finding(), fixes=(Fix("Pin", line, line, text),), properties=properties)


def test_the_same_fix_of_several_findings_is_applied_once() -> None:
    found = [finding(1, "demo==2.0"), replace(finding(1, "demo==2.0"), ordinal=1)]
    made = mend(b"demo==1.0\n", found)
    assert made.data == b"demo==2.0\n"
    assert made.done == tuple(found)


@pytest.mark.parametrize(
    ("data", "line", "text"),
    [
        (b"other==1.0\n", 1, "demo==2.0"),
        (b"demo==1.1\n", 1, "demo==2.0"),
        (b"demo==1.0 # changed\n", 1, "demo==2.0"),
        (b"demo==1.0\n", 3, "demo==2.0"),
        (b"demo==1.0\n", 0, "demo==2.0"),
        (b"demo==1.0\n", 1, "demo==2.0\nevil==1"),
        (b"", 1, "demo==2.0"),
    ],
)
def test_a_fix_of_another_line_is_refused(data: bytes, line: int, text: str) -> None:
    made = mend(data, [finding(line, text)])
    assert (made.data, made.done, len(made.refused)) == (data, (), 1)


def test_of_two_fixes_of_one_line_the_first_is_applied() -> None:
    made = mend(b"demo==1.0", [finding(1, "demo==2.0"), finding(1, "demo==3.0", upgrade="3.0")])
    assert made.data == b"demo==2.0"
    assert [len(made.done), len(made.refused)] == [1, 1]


@given(
    st.lists(st.sampled_from([b"demo==1.0", b"demo==1.0  # \xc3\xa9", b"x", b"", b"\xff"]), max_size=6),
    st.sampled_from([b"\n", b"\r\n"]),
    st.integers(1, 7),
)
def test_all_but_the_version_of_the_line_stays(lines: list[bytes], end: bytes, number: int) -> None:
    data = end.join(lines)
    line = lines[number - 1] if number <= len(lines) else b""
    made = mend(data, [finding(number, line.decode("utf-8", "replace").replace("1.0", "2.0"))])
    expected = [one.replace(b"1.0", b"2.0") if n == number else one for n, one in enumerate(lines, 1)]
    assert made.data == end.join(expected)
    assert bool(made.done) == (b"1.0" in line)


def test_no_difference_is_empty_and_an_odd_name_is_quoted() -> None:
    assert difference("a.txt", b"x\n", b"x\n") == b""
    made = difference('é"\\.txt', b"x", b"y")
    assert made.startswith(b'--- "a/\\303\\251\\"\\\\.txt"\n+++ "b/')
    assert made.count(b"\\ No newline at end of file\n") == 2
