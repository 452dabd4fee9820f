"""The order of versions is that of each ecosystem's own tool, on recorded pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import InvalidVersion
from packaging.version import Version as PypiVersion

from pregate.lockfiles.versions import parse_version
from tests.lockfiles import tables

TABLES = sorted((Path(__file__).parent / "tables").glob("*.tsv"))


def compared(ecosystem: str, one: str, other: str) -> int:
    left: Any = parse_version(ecosystem, one)
    right: Any = parse_version(ecosystem, other)
    assert left is not None, one
    assert right is not None, other
    assert (left == right) == (not left < right and not right < left), (one, other)
    if left == right:
        assert hash(left) == hash(right), (one, other)
        assert left.is_prerelease == right.is_prerelease, (one, other)
    return -1 if left < right else int(right < left)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_recorded_pairs_are_in_the_order_of_the_ecosystems_tool(path: Path) -> None:
    ecosystem = tables.ecosystem(path)
    wrong = [row for row in tables.rows(path) if compared(ecosystem, row[0], row[1]) != int(row[2])]
    assert wrong == []


def test_hex_and_the_other_semantic_ecosystems_are_in_the_order_of_npm() -> None:
    npm = tables.rows(next(p for p in TABLES if p.stem == "npm"))
    for ecosystem in ("crates.io", "Hex", "SwiftURL", "Terraform", "GitHub Actions", "NuGet"):
        # NuGet has no case, which changes the order of some words.
        pairs = [r for r in npm if ecosystem != "NuGet" or (r[0] + r[1]).islower()]
        assert [r for r in pairs if compared(ecosystem, r[0], r[1]) != int(r[2])] == []


_PART = st.sampled_from(
    [
        "0",
        "1",
        "2",
        "10",
        "01",
        "a",
        "b1",
        "rc.2",
        ".dev0",
        ".post1",
        "-1",
        "+x.1",
        "!",
        ".",
        "c",
        "v",
        "*",
        "_",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PART, min_size=1, max_size=6).map("".join))
def test_pypi_allows_what_packaging_allows(text: str) -> None:
    try:
        expected: Any = PypiVersion(text)
    except InvalidVersion:
        expected = None
    assert parse_version("PyPI", text) == expected
