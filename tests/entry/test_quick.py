"""Options read without argparse are those that argparse reads."""

import argparse

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.entry import cli, quick

LINES = (
    "hook pre-commit",
    "hook pre-commit --no-cache a.py b.py",
    "hook pre-commit a.py b.py --no-cache",
    "hook -v pre-commit --advisories index.sqlite",
    "hook -v pre-commit --check secrets --check iam --fail-on=low",
    "hook pre-push origin git@example.org:a/b",
    "hook pre-push",
    "hook pre-receive --max-high 3",
    "hook install",
    "hook uninstall --type pre-push -C elsewhere",
    "scan",
    "scan --staged --only-fixable",
    "scan --base origin/main --head HEAD --output json=- --output sarif=a.sarif -q",
    "scan --all -C some/where --jobs 2 --cache-dir=kept",
    "scan a b",
    "action",
    "action -v",
)
WORDS = (
    *{word for line in LINES for word in line.split()[1:]},
    *(
        "--",
        "-",
        "",
        "-1",
        "1",
        "x",
        "-Cx",
        "-vq",
        "--no-cach",
        "--check=",
        "--check",
        "--max-low",
        "--help",
        "-h",
    ),
    *(
        "--version",
        "--jobs=x",
        "--jobs",
        "--paths",
        "a b",
        "--staged=yes",
        "--grace-days",
        "007",
        " 7",
        "nobody",
    ),
)


def _argparse(argv: list[str], capsys: pytest.CaptureFixture[str] | None = None) -> dict[str, object] | None:
    try:
        args, unknown = cli.parser_of(argv).parse_known_args(argv)
    except SystemExit:
        return None
    return None if unknown else vars(args)


@pytest.mark.parametrize("line", LINES)
def test_what_hooks_and_workflows_write_needs_no_argparse(line: str) -> None:
    found = quick.read(line.split())

    assert found is not None
    assert vars(found) == _argparse(line.split())


@given(command=st.sampled_from(quick.COMMANDS), words=st.lists(st.sampled_from(sorted(WORDS)), max_size=6))
@settings(max_examples=120, deadline=None)
def test_any_line_is_read_as_argparse_reads_it_or_not_at_all(command: str, words: list[str]) -> None:
    found = quick.read([command, *words])

    assert found is None or vars(found) == _argparse([command, *words])


@pytest.mark.parametrize(
    "line", ["", "history", "hok", "hook --help", "scan --nothing", "hook", "scan --jobs many"]
)
def test_what_is_in_doubt_is_left_to_argparse(line: str) -> None:
    assert quick.read(line.split()) is None


def test_a_list_that_an_option_adds_to_is_not_kept_for_the_next_run() -> None:
    first = quick.read(["hook", "pre-commit", "--check", "secrets"])
    second = quick.read(["hook", "pre-commit", "--check", "iam"])

    assert first is not None
    assert second is not None
    assert vars(first)["check"] == ["secrets"]
    assert vars(second)["check"] == ["iam"]


def test_kinds_of_options_that_are_not_known_are_left_to_argparse() -> None:
    options = quick.Quick()
    with pytest.raises(quick.UnsureError):
        options.add_argument("--number", type=float)
    with pytest.raises(quick.UnsureError):
        options.add_argument("--count", action="count")
    with pytest.raises(quick.UnsureError):
        options.add_argument("--late", default=argparse.SUPPRESS, required=True)
