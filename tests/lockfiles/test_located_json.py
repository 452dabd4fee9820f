"""Values and places from one reading, held against json.loads and against the exact parser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles.located_json import Document, Part, load_located, located
from pregate.lockfiles.model import Reading
from pregate.model import Location
from pregate.positions import Array, Node, Object, PositionError, Scalar, parse_json

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(['"', "\\", "{", ","])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)


def same(part: Part, node: Node) -> None:
    """The walk over ``part`` meets what the parser found, at the same offsets."""
    if isinstance(node, Object):
        for member, (key, value) in zip(part.members(), node.members, strict=True):
            assert (member.key, member.key_start, member.key_end) == (key.text, key.start, key.end)
            same(member, value)
    elif isinstance(node, Array):
        for item, value in zip(part.items(), node.items, strict=True):
            same(item, value)
    else:
        assert part.value == node.value
    assert (part.start, part.end) == (node.start, node.end)


def answer(read: Callable[[str], Part | Node], text: str) -> tuple[int, int]:
    """Where the value stands; for what is none, line and column of the error."""
    try:
        value = read(text)
    except PositionError as error:
        return error.line, error.column
    return value.start, value.end


@given(JSON, st.sampled_from([None, 1]), st.booleans())
@settings(max_examples=50, deadline=None)
def test_walks_agree_with_the_exact_parser(value: Any, indent: int | None, is_ascii: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    assert located(text).value == value
    same(located(text), parse_json(text))


@given(st.text(alphabet='{}[]:,"\\ \n1tN-e.', max_size=12))
@settings(max_examples=50, deadline=None)
def test_refuses_what_the_exact_parser_refuses(text: str) -> None:
    assert answer(located, text) == answer(parse_json, text)


@pytest.mark.parametrize(
    "text", ["", " ", "[NaN]", "[-Infinity]", "{} x", '{"a":1', '{"a" 1}', '"\n"', "[1,]"]
)
def test_what_is_no_json_has_a_place(text: str) -> None:
    reading = load_located("a.json", text.encode())
    assert isinstance(reading, Reading)
    assert reading.unread[0].line >= 1


def test_a_merge_conflict_is_told_in_these_words() -> None:
    reading = load_located("a.json", b'{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> b\n}')
    assert isinstance(reading, Reading)
    assert [(u.detail, u.line) for u in reading.unread] == [("a merge conflict is not resolved", 2)]


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_deep_nesting_is_refused(bracket: str) -> None:
    with pytest.raises(PositionError, match="nested deeper than"):
        located(bracket * 100_000)


@pytest.mark.parametrize("depth", range(700, 1000, 7))
def test_what_was_accepted_can_be_walked(depth: int) -> None:
    """However close to Python's bound the nesting is, it fails at once or not at all."""
    try:
        part = located('{"a":' * depth + "1" + "}" * depth)
    except PositionError:
        return
    for member in part.members():
        assert member.value is not None
        assert part.member("a") is not None


def test_a_walk_is_not_bounded_by_depth_and_reads_the_text_once() -> None:
    depth = 20_000
    part = Part('{"a":' * depth + "1" + "}" * depth, 0)
    walks = [part.members()]
    while walks:
        found = next(walks[-1], None)
        if found is None:
            walks.pop()
        elif found.is_object:
            walks.append(found.members())
    assert part.end == len(part.text)


def test_places_in_a_document() -> None:
    document = load_located("a.json", b'\xef\xbb\xbf{\r\n "k\\u0041": "v\xc3\xa4", "n": [10]}')
    assert isinstance(document, Document)
    first, second = document.root.members()
    assert first.key == "kA"
    assert document.key_location(first) == Location("a.json", 2, 3, 2, 10)
    assert document.location(first) == Location("a.json", 2, 14, 2, 16)
    assert [document.location(item) for item in second.items()] == [Location("a.json", 2, 25, 2, 27)]
    assert document.key_location(next(second.items())) == Location("a.json", 2, 25, 2, 27)


def test_repeated_keys() -> None:
    part = located('{"a": 1, "b": 0, "a": 2}')
    assert [member.key for member in part.members()] == ["a", "b", "a"]
    assert [(member.key, member.value) for member in part.by_key().values()] == [("a", 2), ("b", 0)]
    last = part.member("a")
    assert last is not None
    assert (last.value, last.start) == (2, 22)


def test_nothing_to_walk_in_a_scalar() -> None:
    part = located('"text"')
    assert list(part.members()) == list(part.items()) == []
    assert part.by_key() == {}
    assert part.member("a") is None
    assert isinstance(parse_json('"text"'), Scalar)
