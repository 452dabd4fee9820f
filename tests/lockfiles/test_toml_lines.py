"""The quick reader of regular TOML gives what tomllib gives, or nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles.toml_lines import UNDECODED, IrregularError, parse_lines

MADE = Path(__file__).parent / "made"
FILES = sorted([*MADE.glob("python/*/*.lock"), *MADE.glob("python/*/pylock.toml")])
LOCK_FILES = [path for path in FILES if path.name != "Pipfile.lock"]
KEYS = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
WORDS = st.one_of(
    st.booleans(), st.integers(0, 10**17), st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))
)
VALUES = st.one_of(WORDS, st.lists(WORDS, max_size=3), st.dictionaries(KEYS, WORDS, max_size=3))


def without_archives(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_archives(v) for k, v in value.items() if k not in UNDECODED}
    return [without_archives(item) for item in value] if isinstance(value, list) else value


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    assert isinstance(value, dict)
    return "{ " + ", ".join(f'"{key}" = {written(item)}' for key, item in value.items()) + " }"


@pytest.mark.parametrize("path", LOCK_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_the_managers_write_is_regular(path: Path) -> None:
    text = path.read_text()
    assert without_archives(parse_lines(text).data) == without_archives(tomllib.loads(text))


@given(st.lists(st.tuples(KEYS, st.dictionaries(KEYS, VALUES, max_size=3)), max_size=4))
@settings(max_examples=40)
def test_regular_text_is_read_as_tomllib_reads_it(tables: list[tuple[str, dict[str, Any]]]) -> None:
    text = "".join(
        f"[[a.{name}]]\n" + "".join(f"{key} = {written(value)}\n" for key, value in table.items())
        for name, table in tables
    )
    assert without_archives(parse_lines(text).data) == without_archives(tomllib.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\na = 2\n",
        "[a]\n[a]\n",
        "a = [1]\n[[a]]\n",
        "a = { b = 1 }\n[a.c]\n",
        "a = { b = 1, b = 2 }\n",
        "a = { b = 1, }\n",
        "a = { b = 1\n}\n",
        "a = 01\n",
        "a = 1_0\n",
        "a = 1.5\n",
        "a = [1,,2]\n",
        "a = '1'\n",
        'a = """1"""\n',
        'a = "\\u0041"\n',
        "a.b = 1\n",
        "a = 1 # why\n",
        "a = tru\n",
        "a = [\n<<<<<<< HEAD\n]\n",
        'a = "b\n',
        "[a\n",
        " a = 1\n",
        "a = 1\r",
        "a" + ".a" * 20 + " = 1",
        "[" + "a." * 20 + "a]\n",
    ],
)
def test_other_text_is_left_to_the_parser(text: str) -> None:
    with pytest.raises(IrregularError):
        parse_lines(text)


def test_archives_are_checked_but_not_kept() -> None:
    text = (
        '[[package]]\nname = "a"\nfiles = [\n    {file = "a", hash = "b"},\n]\n[metadata.files]\nx = [\n]\n'
    )
    data = parse_lines(text).data
    assert data == {"package": [{"name": "a", "files": []}], "metadata": {"files": {"x": []}}}
    with pytest.raises(IrregularError):
        parse_lines(text.replace('"b"', "b"))


def test_spans_are_those_of_versions_and_else_of_headers() -> None:
    text = '[[package]]\nname = "a"\nversion = "1.2"\n\n[[package]]\nname = "b"\n'
    parsed = parse_lines(text)
    spans = [parsed.spans[id(entry)] for entry in parsed.data["package"]]
    assert [text[start:end] for start, end in spans] == ["1.2", "[[package]]"]
