"""
The kinds of secrets of the set: for each its family, the usual name of its variable, and its values.

Written from what providers say of their tokens and from what is publicly known of their form, not from the
detectors, which are to be measured by it. A line of a table is ``kind | variable | template``; a ``*`` before
the kind says that nothing but its name tells it from other random strings, so it is never written bare.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from bench.secrets import values
from bench.secrets.tables import GENERIC, TABLES

_MAKERS = {"PASSWORD": values.password, "TOKEN": values.token}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of secret; ``is_plain`` where it has no form of its own."""

    name: str
    family: str
    variable: str
    template: str
    is_plain: bool = False

    def make(self, rng: random.Random) -> str:
        """A fresh valid value."""
        maker = _MAKERS.get(self.template)
        return maker(rng) if maker else values.value(rng, self.template)


def _read(family: str, table: str) -> list[Kind]:
    kinds = []
    for line in table.strip().splitlines():
        name, variable, template = (part.strip() for part in line.split(" | "))
        kinds.append(Kind(name.lstrip("*"), family, variable, template, name.startswith("*")))
    return kinds


KINDS: tuple[Kind, ...] = tuple(
    kind for family, table in (TABLES | {"generic": GENERIC}).items() for kind in _read(family, table)
)
