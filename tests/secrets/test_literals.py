"""The first files that a process reads are searched without anything built, and for the same."""

from __future__ import annotations

import random

import pytest

from pregate.secrets import literals, needles, search_table
from pregate.secrets.document import Document
from pregate.secrets.formats import all_formats
from pregate.secrets.places import all_places
from pregate.secrets.text import split_lines

from .specimens import ALL


def found(
    text: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[tuple[int, int]], list[int], list[tuple[int, int]]]:
    monkeypatch.setattr(literals, "FEW", few)
    document = Document("a.py", text, split_lines(text))
    told = literals._SEARCH.literals(document)
    by_number = sorted((number, at) for at, number in told.formats)
    return by_number, sorted(told.places), sorted(told.names)


def test_every_needle_is_found_by_either_search(monkeypatch: pytest.MonkeyPatch) -> None:
    needles = [needle for form in all_formats() for needle in form.needles]
    needles += [needle.decode() for place in all_places() for needle in place.needles]
    long = "Q" * 220
    for start in range(0, len(needles), 60):
        text = "".join(f"{needle}{long}\n{long} {needle}.\n" for needle in needles[start : start + 60])
        few = found(text, 1 << 60, monkeypatch)
        many = found(text, 0, monkeypatch)
        assert {number for number, _ in few[0]} == {number for number, _ in many[0]}
        assert few[1:] == many[1:]
        chunk = set(needles[start : start + 60])
        wanted = {number for number, form in enumerate(all_formats()) if chunk.intersection(form.needles)}
        assert wanted <= {number for number, _ in few[0]}


def test_specimens_are_told_by_either_search(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    for specimens in ALL.values():
        specimen = rng.choice(specimens)
        text = f'\u00e9 = 1\nk\u017f = 2\n{specimen.name} = "{specimen.make(rng)}"\n'
        few, many = found(text, 1 << 60, monkeypatch), found(text, 0, monkeypatch)
        assert few == many


def test_a_place_has_something_by_which_it_is_asked() -> None:
    said = set(search_table.SAID.values())
    for number, place in enumerate(all_places()):
        assert bool(place.needles) != bool(place.names or place.beginnings)
        assert place.needles or number in said


def test_no_two_places_are_asked_for_one_name() -> None:
    said = [word for place in all_places() for word in (*place.names, *place.beginnings)]
    assert len(said) == len(set(said))


def test_a_place_that_wants_a_run_is_not_asked_for_a_needle_without_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (number,) = (n for n, place in enumerate(all_places()) if place.detectors == ("NatsSeedDetector",))
    apart = f"snare\n{'-' * 60}\n"
    assert number not in found(apart, 1 << 60, monkeypatch)[1]
    assert number in found(f"SNA{'Q' * 60}\n", 1 << 60, monkeypatch)[1]


def test_what_is_little_text_is_the_same_for_both_searches() -> None:
    assert literals.FEW == needles._FEW
