"""What is read line by line is what the whole parser reads: same nodes, same offsets, same refusals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles.block_yaml import documents
from pregate.positions import Array, Node, PositionError, Scalar, parse_yaml

SAMPLE = """\
# words
version: '9.0'
empty:
os: [darwin, 'linux']
none: {}
list:
- a
- "b c"
deeper:

  - x
  'it''s': {node: '>=0.10', of: [1]}
"key: with": value # comment
name:
  a@1.0.0(b@2.0.0):
    resolution: {integrity: sha512-AA==, tarball: https://host/a.tgz}
    engines: {node: '>= 6'}
    words: >-
      several lines
      of it: x

    more: "a\\tb"
    dev: true
    os:
    - linux
    range: ^1.0.0 || ~2 <3
  /@b/c/1.0.0:
    last: null
"""
LINES = SAMPLE.replace("of: [1]", "of: '1'").splitlines()
PIECES = (
    *(
        "  ",
        "  \n",
        "- ",
        ": ",
        ":",
        "a",
        "b: c",
        "'",
        '"',
        "{",
        "}",
        "[",
        ", ",
        "#",
        " #",
        "&a ",
        "*a",
        "!t ",
    ),
    *(">", "%", "---", "...", "? ", "<<: ", "\t", "~", "é", "@", "`", "?"),
)


def shape(node: Node) -> object:
    """Everything of a node but the value of plain numbers."""
    place = (type(node).__name__, node.start, node.end, node.tag)
    if isinstance(node, Scalar):
        return (*place, node.text, node.value if isinstance(node.value, bool | None) else "")
    if isinstance(node, Array):
        return (*place, [shape(item) for item in node.items])
    return (*place, [(shape(key), shape(value)) for key, value in node.members])


def answer(text: str, whole: bool) -> object:
    try:
        return [shape(node) for node in (parse_yaml if whole else documents)(text)]
    except PositionError as error:
        return error.message, error.line


def test_the_sample_is_read_line_by_line() -> None:
    text = "\n".join(LINES)
    assert answer(text, whole=False) == answer(text, whole=True)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(LINES), max_size=8),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 3), st.sampled_from(PIECES)), max_size=4),
    st.sampled_from(["\n", "\r\n"]),
)
def test_damaged_texts_are_read_alike(
    lines: list[str], edits: list[tuple[int, int, str]], line_end: str
) -> None:
    text = line_end.join(lines)
    for place, size, piece in edits:
        text = text[:place] + piece + text[place + size :]
    assert answer(text, whole=False) == answer(text, whole=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only words\n",
        "a: 1",
        "a:\n",
        "a:\n  b:\nc: x",
        "a: b\n c: d",
        "a:\n    b: 1\n  c: 2\n",
        "a: 'x\n  y'\nb: 1\n",
        "a: x\n  y\nb: 1\n",
        "a: |\n  x\n\n  y\n# c\nb: 1\n",
        "a: &x 1\nb: *x\n",
        "a: {b: {c: d}}\n",
        "a: {b: c, d}\n",
        "a: [b, c\n  ,d]\ne: f\n",
        "- a\n- b\n",
        "a:\n- b: c\n  d: e\n",
        "? a\n: b\n",
        "a: b: c\n",
        "a: 'b' c\n",
        "<<: {a: b}\n",
        "... a: b\n",
        f"{'k' * 1500}: v\n",
        "".join(f"{' ' * n}k:\n" for n in range(250)),
        "a: {b: \"\"}\n'': ''\n",
        "a: {}}\n",
        "a: [}\n",
    ],
)
def test_other_forms_are_read_alike(text: str) -> None:
    assert answer(text, whole=False) == answer(text, whole=True)
