"""The schema of the configuration file accepts what the program accepts."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pregate.config import load, parse_file
from pregate.config.keys import Key, all_keys
from pregate.config.schema import render_schema, schema
from pregate.config.strictness import STRICTNESS
from pregate.config.toml_form import to_key, to_toml
from pregate.errors import UsageError
from tests.examples import examples

ODD: list[Any] = ["", "x", "high", -1, 0, 7, True, 1.5, [], ["x"], ["high", "iam"], [1], {}, {"match": "a"}]
# What no schema can tell, or tells otherwise.
# Whether a plug-in is among those that are used, and a name that of a tool or a plug-in, no schema tells.
UNEQUAL = ("extends", "plugin", "require")


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(schema())


def is_loaded(options: dict[str, Any]) -> bool:
    try:
        load([("x", options)])
    except UsageError:
        return False
    return True


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(schema())
    assert render_schema().startswith('{\n  "$schema"')


def likely(key: Key) -> st.SearchStrategy[Any]:
    """Mostly right values of a key."""
    if key.rows:
        inner = [other for other in all_keys().values() if other.table == key.name]
        row = st.fixed_dictionaries(
            {other.name.rpartition(".")[2]: likely(other) for other in inner if other.is_needed},
            optional={other.name.rpartition(".")[2]: likely(other) for other in inner if not other.is_needed},
        )
        return st.lists(row, max_size=2) | row
    if key.read == "severities":
        names = st.sampled_from(["ERROR", "new-access", "PASS_ROLE", "errors", "ERRORX", "x y"])
        return st.dictionaries(names, st.sampled_from(["high", "none", 3]), max_size=2)
    words = st.sampled_from([*key.choices] or ["*", "s3:GetObject", "arn:aws:s3:::b/*", "111122223333", "a"])
    match key.default:
        case bool():
            return st.booleans()
        case int():
            return st.integers(0, 9)
        case str():
            return words
        case _:
            return st.lists(words, max_size=3) | words


def placed(key: Key, value: Any) -> dict[str, Any]:
    options: Any = value
    for part in reversed(key.name.split(".")):
        options = {part: options}
    found: dict[str, Any] = options
    return found


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    names = [key for key in all_keys().values() if not key.in_rows and key.name not in UNEQUAL]
    key = draw(st.sampled_from(names))
    value = draw(likely(key) | st.sampled_from(ODD))
    if draw(st.integers(0, 9)) == 0:
        return {f"{key.name}x": value}
    return placed(key, value)


@pytest.mark.long
@settings(max_examples=examples(125, 5000), deadline=None)
@given(tables())
@example({"advisories": "x"})
@example({"iam": {"severity": {"WARNINGS": "low"}}})
def test_it_accepts_what_the_program_accepts(options: dict[str, Any]) -> None:
    # A code that is nearly a finding type is taken for a slip by the program, and for a code by the schema.
    severity = options.get("iam", {}).get("severity") if isinstance(options.get("iam"), dict) else None
    if isinstance(severity, dict) and any(name.startswith(("ERRORX", "WARNINGS")) for name in severity):
        return
    assert validator().is_valid(options) == is_loaded(options), options


@pytest.mark.parametrize("key", all_keys().values(), ids=lambda key: key.name)
def test_every_default_is_allowed(key: Key) -> None:
    if key.in_rows or key.default in ("", -1):
        return
    value = [*key.default] if isinstance(key.default, tuple) else key.default
    assert validator().is_valid(placed(key, {} if key.read in ("severities", "plugin-options") else value))


def test_every_key_has_a_measure_of_strictness() -> None:
    assert {key.name for key in all_keys().values() if not key.in_rows} == set(STRICTNESS)


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (f"github://o/r/p@{'0' * 40}", True),
        (f"github://o/r/p@v1#sha256={'0' * 64}", True),
        ("https://example.com/p", False),
        ("github://o/r/p", False),
    ],
)
def test_it_knows_the_form_of_an_address(text: str, is_right: bool) -> None:
    assert validator().is_valid({"extends": text}) is is_right


VALUES = st.recursive(
    st.booleans() | st.integers(-(2**40), 2**40) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("a\"\\é .\n'", max_size=3), inner),
    max_leaves=6,
)


@pytest.mark.long
@settings(max_examples=examples(50, 2000), deadline=None)
@given(VALUES)
@example("\x7f\x00\u202e\U000e0001")
def test_a_value_in_toml_is_read_back(value: Any) -> None:
    text = f"{to_key('a b')} = {to_toml(value)}\n"
    assert parse_file("x", text.encode()) == {"a b": value}
    assert all(mark.isprintable() for mark in text.rstrip("\n"))
