"""The comment that a file can hold."""

from __future__ import annotations

import pytest

from pregate.suppressions.comments import inline_form, syntax_of
from pregate.suppressions.inline import pragmas_in

MARK = "pregate: " + "ignore"
PATHS = [
    *("a.py", "a.js", "a.sql", "a.clj", "a.tex", "a.css", "a.html", "a.ml", "a.vb", "a.bat", "a.hbs", "a.j2"),
    *(".env", "a.ini", "Dockerfile", "docker/Dockerfile.dev", "Makefile", "main.tf", "a.yaml", "README.md"),
    *("requirements.txt", "go.mod", ".env.local", "app.dockerfile"),
]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_written_is_read(path: str) -> None:
    form = inline_form(path, "python/B602", "it is fine", "@me", "2027-01-31")
    assert form is not None

    (found,) = pragmas_in(path, f"{form}\ncode\n".encode())

    assert (found.rule, found.reason, found.owner, found.until) == (
        "python/B602",
        "it is fine",
        "@me",
        "2027-01-31",
    )


@pytest.mark.parametrize(
    "path", ["a.json", "package.json", "poetry.lock", "Cargo.lock", "a", "LICENSE", "a.png"]
)
def test_some_files_can_hold_none(path: str) -> None:
    assert syntax_of(path) is None
    assert inline_form(path, "python/B602", "r") is None


def test_a_reason_with_quotes_takes_the_others() -> None:
    assert inline_form("a.py", "a/b", 'not "real"') == f"# {MARK}[a/b] reason='not \"real\"'"


@pytest.mark.parametrize(
    ("path", "reason"),
    [("a.py", "\"both\" 'kinds'"), ("a.py", "two\nlines"), ("a.css", "ends */ here"), ("a.html", "a -- b")],
)
def test_words_that_would_end_it_are_refused(path: str, reason: str) -> None:
    assert inline_form(path, "a/b", reason) is None
