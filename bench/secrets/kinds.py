"""
The kinds of secrets of the set: for each its family, the usual name of its variable, and its values.

Written from what providers say of their tokens and from what is publicly known of their form, not from
the detectors, which are to be measured by it. A line of data/kinds.txt is ``kind | variable | template``
below the ``[family]``; a ``*`` before the kind says that nothing but its name tells it from other random
strings, so it is never written bare.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from bench.secrets import values

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


def _read() -> list[Kind]:
    kinds, family = [], ""
    for line in (Path(__file__).parent / "data" / "kinds.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            family = line.strip("[]")
        elif line and not line.startswith("#"):
            name, variable, template = (part.strip() for part in line.split(" | "))
            kinds.append(Kind(name.lstrip("*"), family, variable, template, name.startswith("*")))
    return kinds


KINDS: tuple[Kind, ...] = tuple(_read())
