"""TOML with places, against tomllib and against the text itself."""

from __future__ import annotations

import datetime
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.positions import Array, Node, Object, PositionError, Scalar
from pregate.positions.toml_text import parse_toml

GOOD = """\
# first
title = "TOML \\u00e9 \\"x\\""
'quoted key' = 'literal \\n'
a.b.c = 1
a.b.d = [ 1, 2, # comment
  [ "x", 'y' ], { z = 1, w.v = true },
]
long = \"\"\"
one \\
   two "" three\"\"\"\"
raw = '''
it's'''
numbers = [0x1F, 0o17, 0b11, 1_000, -5, +3, 1.5e3, -0.0, inf, 6.02e-2]
date = 1979-05-27T07:32:00-08:00
time = 07:32:00
empty = {}

[table . "sub key"]
x = false

[table]
y = 1

[[list]]
n = 1
[list.inner]
m = 2
[[list]]
[[list.deep]]
k = 'v'
"""
BAD = [
    "a",
    "a =",
    "a = 1 2",
    "= 1",
    "a = 1\na = 2",
    "[a]\n[a]",
    "[a]\n[[a]]",
    "[[a]]\n[a]",
    "a = []\n[[a]]",
    "a = {}\n[a.b]",
    "a.b = 1\na.b.c = 2",
    "[a]\nb.c = 1\n[a.b]",
    "a = {b = 1, b = 2}",
    "a = {b.c = 1, b = 2}",
    "a = { b = 1, }",
    "a = [1",
    "a = {b = 1",
    'a = "\\q"',
    'a = "\\ud800"',
    'a = "x\ny"',
    "a = '''x",
    'a = "x',
    "a = 01",
    "a = 1__0",
    "a = +true",
    "a = nul",
    "[a",
    "[]",
    "a..b = 1",
    "a = \x01",
    "a = 1\rb = 2",
    "# \x01",
    'a = """\x01"""',
    "a = [1 2]",
    "[a]]",
    '"""a""" = 1',
]


def plain(value: Any) -> Any:
    """As ours: dates are their texts."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    parts = node.items if isinstance(node, Array) else [part for member in node for part in member]
    return [scalar for part in parts for scalar in scalars(part)]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_it_reads_what_tomllib_reads(ends: str) -> None:
    text = GOOD.replace("\n", ends)
    assert parse_toml(text).to_plain() == plain(tomllib.loads(text))
    assert parse_toml("\ufeff" + text).to_plain() == plain(tomllib.loads(text))


def test_every_scalar_knows_its_place() -> None:
    root = parse_toml(GOOD)
    for scalar in scalars(root):
        written = GOOD[scalar.start : scalar.end]
        if "\\" not in written and not written.startswith(('"""', "'''")):
            assert written.strip("'\"") == scalar.text
    table = root.get("table")
    assert isinstance(table, Object)


@pytest.mark.parametrize("text", BAD)
def test_it_refuses_what_tomllib_refuses(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    with pytest.raises(PositionError) as told:
        parse_toml(text)
    assert told.value.line >= 1


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 101,
        "a = " + "{b=" * 101,
        "a" + ".a" * 40 + " = 1",
        "[" + "a." * 40 + "a]",
        "a = " + "{" + "b.b.b.b.b=" + "{b.b.b.b.b=" * 20 + "1" + "}" * 21,
        "a = " + "9" * 5_000,
    ],
)
def test_what_is_too_deep_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(PositionError):
        parse_toml(text)


def test_the_deepest_text_can_be_made_plain() -> None:
    text = "[" + "a." * 39 + "a]\n" + "b." * 39 + "b = " + "[" * 60 + "]" * 60
    assert parse_toml(text).to_plain()


@given(st.text("ab1.=[]{}'\"\\ ,\n#-:TZ_", max_size=40))
@settings(max_examples=50)
def test_random_text_is_read_or_refused_as_by_tomllib(text: str) -> None:
    try:
        expected = plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        expected = None
    try:
        found = parse_toml(text).to_plain()
    except PositionError:
        found = None
    assert found == expected or expected is None
