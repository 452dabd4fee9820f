"""Files of YAML and TOML as nodes with places."""

from __future__ import annotations

import pytest

from pregate.lockfiles.model import Reading
from pregate.lockfiles.node_files import NodeFile, load_toml_nodes, load_yaml
from pregate.positions import Object, Scalar


@pytest.mark.parametrize("is_regular", [True, False])
def test_places_are_those_of_the_text_without_quotes(is_regular: bool) -> None:
    file = load_yaml("x", b"'a': \"b\"\nc: 'd''e'\n", is_regular)
    assert isinstance(file, NodeFile)
    assert isinstance(file.root, Object)
    (key, value), (_, escaped) = file.root
    assert isinstance(value, Scalar)
    assert isinstance(escaped, Scalar)
    places = [file.location(node) for node in (key, value, escaped)]
    assert [(p.start_line, p.start_column, p.end_column) for p in places] == [
        (1, 2, 3),
        (1, 7, 8),
        (2, 5, 9),
    ]


@pytest.mark.parametrize("is_regular", [True, False])
@pytest.mark.parametrize(
    ("data", "detail", "line"),
    [
        (b"a: 1\n<<<<<<< HEAD\nb: 2\n", "a merge conflict is not resolved", 2),
        (b"a: 1\nb: [\n", "not YAML: ", 3),
        (b"a: \xff\n", "not YAML: not UTF-8", 1),
    ],
)
def test_broken_yaml_is_told_with_its_line(data: bytes, detail: str, line: int, is_regular: bool) -> None:
    reading = load_yaml("x", data, is_regular)
    assert isinstance(reading, Reading)
    assert reading.unread[0].detail.startswith(detail)
    assert reading.unread[0].line == line


def test_broken_toml_is_told_with_its_line() -> None:
    reading = load_toml_nodes("x", b"a = 1\nb = [\n")
    assert isinstance(reading, Reading)
    assert reading.unread[0].detail.startswith("not TOML: ")
    assert reading.unread[0].line > 1
