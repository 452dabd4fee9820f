"""Which requirements are resolved, and where the packages that are chosen stand."""

from __future__ import annotations

import pytest

from pregate.lockfiles import readers
from pregate.lockfiles.model import Depth
from pregate.lockfiles.python.loose import Loose, loose_requirements, packages_of
from pregate.lockfiles.python.resolution import Chosen

PATH = "requirements.txt"


def loose(text: str) -> tuple[Loose, ...]:
    files = {PATH: text.encode()}
    return loose_requirements(PATH, files, readers.read(PATH, files))


def test_a_file_that_pins_everything_has_nothing_to_resolve() -> None:
    assert loose("web==1.0\ncore==2.0 --hash=sha256:ab\n") == ()


def test_the_pins_of_a_file_bind_what_is_not_pinned() -> None:
    rows = loose("web>=1  # newest\ncore==2.0\n-e .\nother @ https://example.org/x.zip\n${NAME}\n")
    assert [(r.text, r.location.start_line) for r in rows] == [("web>=1", 1), ("core==2.0", 2)]


def test_what_is_resolved_stands_at_the_requirement_that_leads_to_it() -> None:
    files = {PATH: b"Web\npinned==1.0\n"}
    reading = readers.read(PATH, files)
    chosen = [Chosen("web", "2.0", ("core",)), Chosen("core", "3.0"), Chosen("pinned", "1.0")]
    found = packages_of(loose_requirements(PATH, files, reading), chosen, reading.packages)
    assert [(p.name, p.version, p.location.start_line, p.depth) for p in found] == [
        ("Web", "2.0", 1, Depth.DIRECT),
        ("core", "3.0", 1, Depth.TRANSITIVE),
    ]
    assert [r.ident for r in found[0].requires] == [found[1].ident]


def test_a_loose_requirement_comes_back_from_json() -> None:
    (row,) = loose("web>=1\n")
    assert Loose.from_json(row.to_json()) == row
    with pytest.raises(ValueError, match="not a requirement"):
        Loose.from_json(["loose", 1])
