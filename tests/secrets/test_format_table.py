"""The table of formats says of each what the format itself says, and its runs are in what formats match."""

from __future__ import annotations

import random
import re
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

from pregate.secrets import search_table
from pregate.secrets.formats import all_formats, table
from pregate.secrets.formats.model import compiled
from tests.secrets import specimens
from tests.tools.generate_format_table import (
    PLACES,
    SEARCH_TABLE,
    TABLE,
    TOKEN,
    WORD,
    literals,
    search_written,
    written,
)
from tests.tools.generate_format_table import runs_of_expression as runs


def test_the_table_is_that_of_the_formats() -> None:
    """``python -m tests.tools.generate_format_table`` writes it."""
    assert TABLE.read_text() == written()
    assert SEARCH_TABLE.read_text() == search_written()
    assert len(table.ROWS) == len(search_table.RUNS) == len(all_formats())


def test_every_module_of_places_is_in_the_table() -> None:
    folder = TABLE.parents[1] / "places"
    having = [path.stem for path in folder.glob("[a-z]*.py") if "\nPLACES" in path.read_text()]
    assert sorted(having) == sorted(PLACES)


@pytest.mark.parametrize(
    ("expression", "run"),
    [
        ("a[a-z]{3}", 4),
        ("a[a-z]{3}[.]b{5}", 5),
        (r"ab\.?cd", 2),
        ("(?:ab|cde)f{2,9}", 4),
        ("a{3}(?:[.]b{2}){2}", 3),
        ("(?:a[.]b){2}", 2),
        ("(?:abc)?d", 1),
        (r"\w{20}", 0),
        ("(?<![a-z])(?P<value>a{4})(?![a-z])", 4),
        (".{30}", 0),
    ],
)
def test_the_run_that_every_match_has(expression: str, run: int) -> None:
    assert runs(expression) == run


def test_every_specimen_has_the_run_of_its_format() -> None:
    longest = re.compile(f"[{re.escape(''.join(sorted(TOKEN)))}]+")
    word = re.compile(f"[{re.escape(''.join(sorted(WORD)))}]+")
    seen = 0
    for detector, of_it in specimens.ALL.items():
        for specimen in of_it:
            text = f"{specimen.name} = {specimen.make(random.Random(7))}"
            for number, (form, row) in enumerate(zip(all_formats(), table.ROWS, strict=True)):
                if form.detector != detector:
                    continue
                match = compiled(form.pattern, ignores_case=form.ignores_case).search(text)
                if match:
                    seen += 1
                    assert max(map(len, longest.findall(match.group())), default=0) >= row.run
                    held = [w for w in word.findall(match.group()) if any(n in w for n in form.needles)]
                    also, is_folded = search_table.ALSO.get(number, (b"", False))
                    assert also.decode() in (match.group().lower() if is_folded else match.group())
                    assert not row.word or max(map(len, held), default=0) >= row.word
    assert seen > 100


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("ab[0-9]cd", ["ab", "cd"]),
        ("(?:ab|cd)ef", ["ef"]),
        ("(?:ab)?cd(?:ef){2}", ["cd", "ef"]),
        (r"a\b=(?P<value>x+)==", ["a=", "x", "=="]),
        ("ab(?i:cd)ef", ["ab", "ef"]),
    ],
)
def test_the_texts_that_every_match_has(expression: str, texts: list[str]) -> None:
    assert literals(parser.parse(expression)) == texts
