"""The baseline file: written, read, merged by git, made smaller."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.baseline import PATH, entries_of, growth, parse_baseline, refreshed, render_baseline
from pregate.errors import UsageError
from pregate.model import BaselineEntry, Finding, Location, Rule, Severity
from tests.gitrepo import GitRepo

RULE = Rule("python/B602", "title", "description", "remedy", Severity.HIGH)


def entry(path: str = "a.py", anchor: str = "a", ordinal: int = 0, witness: str = "") -> BaselineEntry:
    return BaselineEntry("python/B602", path, anchor * 16, ordinal, witness)


def found(path: str = "a.py", anchor: str = "a", line: int = 1, witness: str = "") -> Finding:
    return Finding(RULE, "message", Location(path, line), Severity.HIGH, anchor=anchor * 64, witness=witness)


entries = st.builds(
    BaselineEntry,
    st.text(min_size=1, max_size=8),
    st.text(min_size=1, max_size=8).filter(lambda path: "\0" not in path),
    st.text("0123456789abcdef", min_size=16, max_size=16),
    st.just(0),
    st.sampled_from(["", "1a2"]),
)


@given(st.lists(entries, max_size=8))
def test_what_is_written_is_read_again(some: list[BaselineEntry]) -> None:
    data = render_baseline(some)
    read = parse_baseline(data)
    assert render_baseline(read) == data
    assert len(read) == len(some)
    assert data.isascii()


@given(st.binary(max_size=60))
def test_any_other_bytes_are_an_error_that_names_the_file(data: bytes) -> None:
    try:
        read = parse_baseline(data)
    except UsageError as error:
        read = ()
        data = error.message.encode()
    assert read == ()
    assert not data.strip() or data.startswith(PATH.encode())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"<<<<<<< HEAD", "merge conflict"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not an object"),
        (b'{"rule":"a"}', "not an entry"),
        (b'{"rule":"a","path":"b","anchor":"short"}', "not an entry"),
        (b'{"rule":"a","path":"b","anchor":"sha256:0123456789abcdef","line":4}', "not an entry"),
        (b'{"rule":"a","path":"b\\u0000","anchor":"sha256:0123456789abcdef"}', "not an entry"),
        (b'{"rule":"a","path":"\\ud800","anchor":"sha256:0123456789abcdef"}', "not an entry"),
        (b'{"version":2}', "version 2"),
    ],
)
def test_a_wrong_line_is_named(line: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_baseline(b'{"version":1}\n' + line + b"\n")


def test_equal_entries_are_numbered_and_lines_in_any_order_are_read() -> None:
    data = render_baseline([entry(), entry(), entry("b.py")])
    assert [e.ordinal for e in parse_baseline(data)] == [0, 1, 0]
    lines = data.splitlines(keepends=True)
    assert parse_baseline(b"".join(reversed(lines * 2))) == parse_baseline(data)


def test_a_moved_entry_is_no_growth_and_another_one_is() -> None:
    assert growth([entry()], [entry("b.py")]) == ()
    assert growth([entry()], [entry(), entry(ordinal=1)]) == (entry(ordinal=1),)
    assert growth([entry()], [entry(), entry("b.py", "b")]) == (entry("b.py", "b"),)
    assert growth([entry(), entry("b.py")], [entry()]) == ()


def test_what_has_no_finding_any_more_goes_and_what_moved_follows() -> None:
    known = [entry(), entry(ordinal=1), entry("gone.py", "b"), entry("old.py", "c")]
    findings = [found(line=9), found("new.py", "c"), found("z.py", "a")]
    assert refreshed(known, findings, {"old.py", "gone.py"}) == (entry(), entry("new.py", "c"))


def test_an_entry_without_a_witness_learns_it() -> None:
    assert refreshed([entry()], [found(witness="1a2")], ()) == (entry(witness="1a2"),)
    assert refreshed([entry(witness="777")], [found(witness="1a2")], ()) == ()


def test_git_merges_two_branches_without_a_conflict(tmp_path: Path) -> None:
    some = [entry(anchor=digit) for digit in "2468"]
    attributes = "baseline.jsonl merge=union\n"
    repo = (
        GitRepo(tmp_path / "r")
        .write(PATH, render_baseline(some))
        .write(".pregate/.gitattributes", attributes)
    )
    repo.commit("baseline").branch("one")
    repo.write(PATH, render_baseline([*some, entry(anchor="5"), entry(anchor="3")])).commit("more")
    repo.checkout("main").write(PATH, render_baseline([*some[1:], entry(anchor="7")])).commit("less and more")
    repo.git("merge", "-q", "one")
    merged = parse_baseline((tmp_path / "r" / PATH).read_bytes())
    assert {e.anchor[0] for e in merged} >= set("345678")


def test_entries_of_findings_hold_no_line_and_no_text() -> None:
    assert entries_of([found(line=4), found(line=9)]) == (entry(), entry(ordinal=1))
