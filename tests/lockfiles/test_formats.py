"""The format that a file's name promises, told without compiling a pattern for most names."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles import formats
from pregate.lockfiles.formats import REQUIREMENTS, format_for, format_of

_WORDS = (
    "requirements constraints REQUIREMENTS requirement\u017f requ\u0131rements CONSTRA\u0130NTS .txt .TXT - "
    "_ . / dev a pylock .toml Manifest-v 1.10 .deps.json .json environment .yml .yaml Dockerfile dockerfile "
    "Containerfile docker- compose cdx bom sbom cyclonedx spdx .github/workflows/ "
    "gradle/dependency-locks/ .lockfile "
    "requirements.txt poetry.lock \ufb01 \u212a"
)
_PARTS = st.sampled_from(_WORDS.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(_PARTS, min_size=1, max_size=5).map("".join))
def test_no_name_that_a_pattern_fits_is_passed_over(path: str) -> None:
    name = posixpath.basename(path)
    rows = [row for pattern, row, _ in formats._BY_PATTERN if pattern.fullmatch(name)]
    rows += [row for pattern, row, _ in formats._BY_FOLDER if pattern.search(path)]
    expected = formats.BY_NAME.get(name) or next(iter(rows), None)
    assert format_of(path) == (expected[0] if expected else "")


@pytest.mark.parametrize("path", ["requirements.txt", "a/constraints.txt", "dev-requirements.txt"])
def test_all_requirements_are_of_one_format(path: str) -> None:
    assert format_for(path) is REQUIREMENTS
