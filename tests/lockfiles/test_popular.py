"""Names that are easily taken for those of much more used packages."""

from __future__ import annotations

import functools
import json
import string
from importlib.resources import files

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pregate.lockfiles import popular
from pregate.lockfiles.ecosystems import CRATES, ECOSYSTEMS, GO, NPM, PYPI, RUBYGEMS
from pregate.lockfiles.popular import (
    IMITATED,
    IMITATED_BY_SHORT,
    LISTED,
    LONGEST,
    SHORT,
    comparable,
    confusable_with,
)
from tests.work import calls_of

DATA = files("pregate.lockfiles") / "data"
LETTERS = string.ascii_lowercase + string.digits + "-"


@functools.cache
def listed(ecosystem: str) -> list[str]:
    """The names of an ecosystem, the most used first."""
    return (DATA / f"popular-{ECOSYSTEMS[ecosystem].purl}.txt").read_text("ascii").splitlines()


def edited(name: str, kind: str, at: int, letter: str) -> str:
    """``name`` with one edit at a place."""
    before, after = name[:at], name[at:]
    match kind:
        case "insert":
            return before + letter + after
        case "delete":
            return before + after[1:]
        case "substitute":
            return before + letter + after[1:]
    return before + after[1::-1] + after[2:]


EDITS = ("insert", "delete", "substitute", "swap")


def has_one_owner(ecosystem: str, *names: str) -> bool:
    """Whether the names say that the same publishes them."""
    owners = {popular._owner(ecosystem, name) for name in names}
    return len(owners) == 1 and owners != {""}


@pytest.mark.parametrize(
    ("ecosystem", "name", "known"),
    [
        (PYPI, "reqeusts", "requests"),
        (PYPI, "djang0", "django"),
        (PYPI, "DJNAGO", "django"),
        (PYPI, "python_dateutils", "python-dateutil"),
        (PYPI, "dateutil-python", "python-dateutil"),
        (PYPI, "python3-dateutil", "python-dateutil"),
        (PYPI, "s-c-i-p-y", "scipy"),
        (NPM, "crossenv", "cross-env"),
        (NPM, "lodahs", "lodash"),
        (NPM, "1odash", "lodash"),
        (NPM, "types-node", "@types/node"),
        (NPM, "@typos/node", "@types/node"),
        (NPM, "angular-core", "@angular/core"),
        (NPM, "@babe1/core", "@babel/core"),
        (NPM, "raect", "react"),
        (GO, "github.com/siruspen/logrus", "github.com/sirupsen/logrus"),
        (GO, "github.com/strechr/testify/v2", "github.com/stretchr/testify"),
        (RUBYGEMS, "nokogir", "nokogiri"),
        (RUBYGEMS, "rspec_core", "rspec-core"),
    ],
)
def test_a_name_is_easily_taken_for_a_much_more_used_one(ecosystem: str, name: str, known: str) -> None:
    assert confusable_with(ecosystem, name) == known


@pytest.mark.parametrize(
    ("ecosystem", "name"),
    [
        (PYPI, "requests"),
        (PYPI, "Typing_Extensions"),
        (PYPI, "our-company-billing"),
        (PYPI, "six"),
        (PYPI, "sixx"),
        (PYPI, ""),
        (PYPI, "---"),
        (NPM, "react"),
        (NPM, "preact"),
        (NPM, "@our-company/lodash"),
        (NPM, "@types/nodes"),
        (GO, "gopkg.in/yaml.v4"),
        (GO, "github.com/google/go-cmp/v2"),
        (GO, "golang.org/x/sis"),
        (CRATES, "serdee"),
        ("Nowhere", "reqeusts"),
    ],
)
def test_a_name_is_not_taken_for_another(ecosystem: str, name: str) -> None:
    assert confusable_with(ecosystem, name) == ""


@settings(max_examples=300)
@given(
    st.sampled_from(LISTED),
    st.integers(0, IMITATED - 1),
    st.sampled_from(EDITS),
    st.integers(0, LONGEST),
    st.sampled_from(LETTERS),
)
def test_every_name_one_edit_away_is_found(
    ecosystem: str, rank: int, kind: str, at: int, letter: str
) -> None:
    names = listed(ecosystem)
    name = names[rank % min(IMITATED, len(names))]
    variant = edited(name, kind, at % len(name), letter)
    assume(variant not in names and variant == comparable(ecosystem, variant))
    assume(len(variant) >= SHORT and not has_one_owner(ecosystem, name, variant))
    found = confusable_with(ecosystem, variant)
    assert found
    assert names.index(found) <= names.index(name)


@settings(max_examples=100)
@given(st.sampled_from(LISTED), st.integers(0, IMITATED_BY_SHORT - 1), st.data())
def test_short_names_are_compared_with_the_most_used_of_the_same_first_letter(
    ecosystem: str, rank: int, data: st.DataObject
) -> None:
    names = listed(ecosystem)
    short = [n for n in names[:IMITATED_BY_SHORT] if 4 <= len(n) <= SHORT and "/" not in n]
    assume(short)
    name = short[rank % len(short)]
    variant = edited(
        name,
        data.draw(st.sampled_from(EDITS)),
        data.draw(st.integers(0, len(name) - 1)),
        data.draw(st.sampled_from(string.ascii_lowercase)),
    )
    assume(variant not in names and 4 <= len(variant) < SHORT)
    found = confusable_with(ecosystem, variant)
    assert bool(found) or variant[0] != name[0]
    assert not found or found[0] == variant[0]


@pytest.mark.parametrize("ecosystem", LISTED)
def test_nothing_more_used_is_missed_that_a_comparison_with_all_finds(ecosystem: str) -> None:
    names = listed(ecosystem)
    imitated = names[:IMITATED]
    asked = [n for n in (f"{name[:-1]}x" for name in names[::97]) if n not in names and len(n) >= SHORT]
    for name in asked[:25]:
        near = [n for n in imitated if len(n) >= 4 and popular._is_one_edit(n, name)]
        others = [n for n in near if "/" not in n]
        assert confusable_with(ecosystem, name) or not others


@given(st.text(max_size=12), st.text(max_size=12))
def test_one_edit_is_what_one_edit_makes(first: str, second: str) -> None:
    assume(first != second)
    letters = set(first + second)
    made = {
        edited(first, kind, at, letter)
        for kind in EDITS
        for at in range(len(first) + 1)
        for letter in letters
    }
    assert popular._is_one_edit(first, second) == (second in made)


@given(st.sampled_from(LISTED), st.text() | st.text("@/.-_0aé\x00\ud800"))
def test_no_name_raises(ecosystem: str, name: str) -> None:
    assert isinstance(confusable_with(ecosystem, name), str)


def test_hostile_names_take_no_more_steps_than_others() -> None:
    confusable_with(NPM, "warm-up")
    plain = calls_of(lambda: confusable_with(NPM, "react-dom-server"))
    for name in ("@types/" * 30, "a-" * 107, "-" * 214, "rn" * 107, "a" * 10_000_000):
        assert calls_of(lambda name=name: confusable_with(NPM, name)) < 50 * plain  # type: ignore[misc]


def test_only_the_names_of_the_asked_ecosystem_are_loaded() -> None:
    popular._ranks.cache_clear()
    confusable_with(CRATES, "serdee")
    assert popular._ranks.cache_info().currsize == 0
    confusable_with(PYPI, "reqeusts")
    assert popular._ranks.cache_info().currsize == 1


def test_the_data_says_where_it_is_from() -> None:
    lists = json.loads((DATA / "popular.json").read_text("utf-8"))["lists"]
    assert {entry["ecosystem"] for entry in lists} == set(LISTED)
    for entry in lists:
        names = (DATA / entry["file"]).read_text("ascii").splitlines()
        assert len(names) == len(set(names)) == entry["names"]
        assert all(name == comparable(entry["ecosystem"], name) for name in names)
        assert entry["day"] > "2026"
        assert entry["licence"] in ("Apache-2.0", "MIT")


def test_of_many_packages_each_is_answered_as_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["requests", "reqeusts", "idna", "nobody-has-it", "requests\nurllib3", "urllib33"]
    popular._Listed.of.cache_clear()
    few = [popular.confusable_with("PyPI", name) for name in names]
    assert few[0] == few[2] == ""
    assert few[1] == "requests"
    monkeypatch.setattr(popular, "FEW", 0)
    assert [popular.confusable_with("PyPI", name) for name in names] == few
