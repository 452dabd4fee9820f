"""
Places that hold secrets by their structure: key blocks, URLs, files of programs, headers, commands.

Each module has ``PLACES``. A place is asked only about a file that its ``concerns`` accepts, and in which one
of its ``needles`` stands (in lower case), or which has one of its names or beginnings; only then is its
module loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from pregate.secrets import search_table as table

if TYPE_CHECKING:
    from pregate.secrets.document import Document
    from pregate.secrets.found import Hit
    from pregate.secrets.places.model import Place


def all_places() -> tuple[Place, ...]:
    """Every place; most files concern few of them."""
    return tuple(map(place, range(len(table.PLACES))))


@cache
def place(number: int) -> Place:
    """The place of a number, as they stand in ``search_table.PLACES``."""
    module, index, _ = table.PLACES[number]
    found: Place = import_module(f"{__name__}.{module}").PLACES[index]
    return found


def find(document: Document) -> Iterator[Hit]:
    """Every secret in a place of a known structure, in no order."""
    from pregate.secrets.literals import literals

    present = set(literals(document).places)
    for said in (document.name, document.extension, document.text[:1]):
        if said in table.SAID:
            present.add(table.SAID[said])
    for number in sorted(present):
        asked = place(number)
        if not asked.concerns or asked.concerns(document):
            yield from asked.find(document)
