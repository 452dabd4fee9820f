from __future__ import annotations

import pytest

from pregate.entry.pushes import Update, parse_pre_push, parse_pre_receive
from pregate.errors import UsageError

A, B, ZERO = "a" * 40, "b" * 40, "0" * 40


def test_every_ref_of_a_push_is_read() -> None:
    lines = [
        f"refs/heads/main {A} refs/heads/main {B}\n",
        f"refs/heads/new {A} refs/heads/other {ZERO}\n",
        f"(delete) {ZERO} refs/heads/old {B}\n",
        f"HEAD@{{2 days ago}} {A} refs/tags/v1 {ZERO}\n",
    ]
    assert parse_pre_push(lines) == (
        Update("refs/heads/main", B, A),
        Update("refs/heads/other", "", A),
        Update("refs/heads/old", B, ""),
        Update("refs/tags/v1", "", A),
    )


def test_a_deletion_has_nothing_to_judge() -> None:
    assert [
        u.is_deletion
        for u in parse_pre_push([f"(delete) {ZERO} refs/heads/x {A}", f"x {A} refs/heads/x {B}"])
    ] == [
        True,
        False,
    ]


def test_every_received_ref_is_read() -> None:
    assert parse_pre_receive([f"{A} {B} refs/heads/main", "", f"{ZERO} {B} refs/heads/odd name"]) == (
        Update("refs/heads/main", A, B),
        Update("refs/heads/odd name", "", B),
    )


def test_ids_of_sha256_repositories_are_read() -> None:
    assert parse_pre_receive([f"{'0' * 64} {'c' * 64} refs/heads/main"]) == (
        Update("refs/heads/main", "", "c" * 64),
    )


def test_an_empty_input_is_no_ref() -> None:
    assert parse_pre_push([]) == ()


@pytest.mark.parametrize("line", ["x", f"main {A} refs/heads/main", f"main --output=x refs/heads/main {A}"])
def test_what_git_does_not_write_is_an_error(line: str) -> None:
    with pytest.raises(UsageError, match="pre-push expects"):
        parse_pre_push([line])


@pytest.mark.parametrize("line", ["x", f"{A} refs/heads/main", f"{A} HEAD refs/heads/main"])
def test_what_git_does_not_write_to_a_server_is_an_error(line: str) -> None:
    with pytest.raises(UsageError, match="pre-receive expects"):
        parse_pre_receive([line])


def test_a_ref_is_named_shortly() -> None:
    assert [Update(ref, "", A).describe() for ref in ("refs/heads/a/b", "refs/tags/v1")] == ["a/b", "tags/v1"]
