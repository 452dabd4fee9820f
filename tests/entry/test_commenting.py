"""Comments put into files where they are comments, and nowhere else."""

from __future__ import annotations

import pytest

from pregate.entry.commenting import comments


def placed(path: str, text: str, line: int, form: str = "# note") -> list[str]:
    return [made.decode() for made in comments(path, text.encode(), line, form)]


def test_at_the_end_of_the_line_or_above_it() -> None:
    assert placed("a.py", "if x:\n    run()\n", 2) == [
        "if x:\n    run()  # note\n",
        "if x:\n    # note\n    run()\n",
    ]


def test_above_where_the_line_would_be_long() -> None:
    assert placed("a.py", f"x = '{'y' * 120}'\n", 1)[0].startswith("# note\n")


@pytest.mark.parametrize(("path", "form"), [("a.ini", "; note"), (".env", "# note"), ("a.bat", "REM note")])
def test_above_where_the_end_of_a_line_is_no_place_for_one(path: str, form: str) -> None:
    assert placed(path, "a=b\n", 1, form) == [f"{form}\na=b\n"]


def test_line_ends_stay() -> None:
    assert placed("a.js", "a()\r\nb()\r\n", 2, "// note") == [
        "a()\r\nb()  // note\r\n",
        "a()\r\n// note\r\nb()\r\n",
    ]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.py", 'x = """\nrun()\n"""\n', 2),
        ("a.yaml", "run: |\n  echo\n  echo\n", 2),
        ("a.toml", 'a = """\ntext\n"""\n', 2),
        ("a.py", "x = (\n", 1),
        ("a.sh", "run \\\n  --now\n", 2),
        ("a.py", "x\n", 3),
        ("a.json", "{}\n", 1),
        ("a.py", "x\n\0", 1),
    ],
)
def test_nothing_is_written_into_what_is_no_place_for_a_comment(path: str, text: str, line: int) -> None:
    assert placed(path, text, line) == []


def test_a_line_that_goes_on_has_it_above() -> None:
    assert placed("a.sh", "run \\\n  --now\n", 1) == ["# note\nrun \\\n  --now\n"]


def test_yaml_and_toml_that_mean_the_same_are_fine() -> None:
    assert placed("a.yml", "a:\n  - b: c\n", 2)[0] == "a:\n  - b: c  # note\n"
    assert placed("a.toml", "a = 1\n", 1)[0] == "a = 1  # note\n"
