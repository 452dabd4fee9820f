"""Every ecosystem's versions have a total order that equality and hashes follow, whatever the text."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from pregate.lockfiles.ecosystems import ECOSYSTEMS
from pregate.lockfiles.versions import MAX_LENGTH, is_prerelease, parse_version, without_local

ALL = (*ECOSYSTEMS, "Debian:12", "Alpine:v3.20", "Red Hat", "Bitnami", "SEMVER")

# Smallest first; what stands in one list is equal.
ORDERED: dict[str, list[list[str]]] = {
    name: [place.split(" = ") for place in order.split(" < ")]
    for name, order in (
        line.split("\t")
        for line in (Path(__file__).parent / "documented.tsv").read_text(encoding="utf-8").splitlines()[1:]
    )
}


@pytest.mark.parametrize("ecosystem", ORDERED)
def test_versions_are_in_the_documented_order(ecosystem: str) -> None:
    places = [(at, text) for at, texts in enumerate(ORDERED[ecosystem]) for text in texts]
    for (one, left), (other, right) in itertools.product(places, places):
        first: Any = parse_version(ecosystem, left)
        second: Any = parse_version(ecosystem, right)
        assert first is not None, left
        assert (first < second, first == second) == (one < other, one == other), (left, right)
        assert one != other or hash(first) == hash(second), (left, right)


def test_every_ecosystem_that_is_read_has_an_order() -> None:
    assert [name for name in ECOSYSTEMS if parse_version(name, "1.2.3") is None] == []
    assert parse_version("Nowhere", "1.2.3") is None


_PIECES = [
    "0",
    "1",
    "2",
    "10",
    "01",
    ".",
    ".",
    "-",
    "-",
    "_",
    "~",
    "+",
    "a",
    "b",
    "alpha",
    "rc",
    "dev",
    "post",
    "x",
    "final",
    "sp",
    "w",
    "20210101",
    "p",
    "r1",
]
# Maven's order goes in circles with empty lists, words between dots and zeros behind words (1-0-alpha,
# 1.sp.1, 1-SNAPSHOT0-foo), Conan's with numbers beside words and behind dashes (10, 1w). That is how
# the tools compare, so these are left out; what is left was narrowed until none was found.
_TAME = {
    "Maven": [
        "1",
        "2",
        "10",
        ".0",
        ".1",
        "-1",
        ".0.1",
        "-alpha",
        "-rc1",
        "-1",
        "a1",
        "-sp",
        "-foo",
        "x",
        "SNAPSHOT",
    ],
    "ConanCenter": ["0", "1", "2", "10", ".0", ".1", ".a", ".b", ".10", ".2"],
}


@pytest.mark.parametrize("ecosystem", ALL)
def test_any_texts_have_a_total_order(ecosystem: str) -> None:
    chosen = random.Random(4)
    pieces = _TAME.get(ecosystem, _PIECES)
    texts = {"1" + "".join(chosen.choices(pieces, k=chosen.randint(0, 6))) for _ in range(700)}
    versions: list[Any] = [v for v in (parse_version(ecosystem, t) for t in sorted(texts)) if v is not None]
    assert len(versions) > 10
    chosen.shuffle(versions)
    for a, b, c in zip(versions, versions[1:], versions[2:], strict=False):
        assert (a < b) + (b < a) + (a == b) == 1
        assert a != b or hash(a) == hash(b)
        assert not (a < b and b < c) or a < c
        assert not (a == b and b == c) or a == c
    ordered = sorted(versions)
    assert not any(later < earlier for earlier, later in itertools.combinations(ordered[:150], 2))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x" * 300,
        "1." * 128,
        "1-" * 128,
        "-" * 256,
        "9" * 256,
        "1" + "-1a" * 85,
        "1.\n2",
        "1 2",
        "\N{ARABIC-INDIC DIGIT ONE}.2",
        "\ud800",
        "1\0",
    ],
    ids=repr,
)
def test_hostile_texts_are_read_or_refused(text: str) -> None:
    for ecosystem in ALL:
        version: Any = parse_version(ecosystem, text)
        assert version is None or not version < version
        assert version is None or len(text.strip()) <= MAX_LENGTH


@pytest.mark.parametrize(
    ("ecosystem", "text", "expected"),
    [
        ("PyPI", "1.0rc1", True),
        ("PyPI", "1.0.post1", False),
        ("npm", "1.0.0-rc.1", True),
        ("npm", "1.0.0+rc.1", False),
        ("Go", "v0.0.0-20210101120000-abcdefabcdef", True),
        ("Go", "v2.0.0+incompatible", False),
        ("Go", "go1.21rc2", True),
        ("Maven", "1.0-M1", True),
        ("Maven", "1.0-SNAPSHOT", True),
        ("Maven", "1.0.Final", False),
        ("Maven", "33.0.0-jre", False),
        ("RubyGems", "1.0.rc1", True),
        ("RubyGems", "1.0.1", False),
        ("CocoaPods", "1.0.0-beta", True),
        ("Packagist", "1.0-RC1", True),
        ("Packagist", "2.x-dev", True),
        ("Packagist", "1.0-p1", False),
        ("NuGet", "1.0.0-Preview", True),
        ("NuGet", "1.0.0.1", False),
        ("Hackage", "1.2.3", False),
        ("CRAN", "1.2-3", False),
        ("ConanCenter", "1.0-rc", True),
        ("ConanCenter", "1.1.1w", False),
        ("Conda", "1.0rc1", True),
        ("Conda", "1.0.post1", False),
        ("GitHub Actions", "v4", False),
        ("Debian", "1.0~rc1", False),
    ],
)
def test_pre_releases_are_known(ecosystem: str, text: str, expected: bool) -> None:
    version = parse_version(ecosystem, text)
    assert version is not None
    assert is_prerelease(version) is expected


@pytest.mark.parametrize(
    ("ecosystem", "text"),
    [
        ("npm", "1.2.3.4"),
        ("npm", "01.2.3"),
        ("npm", "1.0.0-a..b"),
        ("npm", "1.0.0-01"),
        ("crates.io", "latest"),
        ("Go", "master"),
        ("Maven", "${project.version}"),
        ("Maven", "[1.0,2.0)"),
        ("RubyGems", "1.0 "[:2] + ".a"),
        ("Packagist", "dev-main"),
        ("Packagist", "feature/x"),
        ("NuGet", "1.2.3.4.5"),
        ("NuGet", "[1.0]"),
        ("Hackage", "1.0-1"),
        ("GitHub Actions", "main"),
        ("GitHub Actions", "8f4b7f84864484a7bf31766abe9204da3cbe65b3"),
        ("Conda", "1.0-a_b"),
        ("ConanCenter", "[>1.0]"),
        ("Debian", "~1"),
        ("Debian", "1 0"),
        ("Alpine", "1.0_what"),
        ("Alpine", "1.0-1"),
        ("Red Hat", "1.0 x-1"),
        ("Red Hat", "x:1.0-1"),
    ],
)
def test_what_is_no_version_has_no_place_in_the_order(ecosystem: str, text: str) -> None:
    assert parse_version(ecosystem, text) is None


@pytest.mark.parametrize(
    ("ecosystem", "text", "bare"),
    [
        ("PyPI", "2.0.1+cu118", "2.0.1"),
        ("Pub", "1.0.0+2", "1.0.0"),
        ("Go", "v2.0.0+incompatible", "v2.0.0+incompatible"),
        ("Debian", "1.0+dfsg-1", "1.0+dfsg-1"),
        ("ConanCenter", "1.0+1", "1.0+1"),
    ],
)
def test_only_what_says_how_a_version_was_built_is_left_out(ecosystem: str, text: str, bare: str) -> None:
    assert without_local(ecosystem, text) == bare
