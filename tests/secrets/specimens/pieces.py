"""Makers of values that are put together of fixed text and random characters."""

from __future__ import annotations

import random
import string

from .model import ALNUM, HEX, Specimen, text

BASE64 = ALNUM + "+/"
URL_SAFE = ALNUM + "_-"
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
BASE32 = string.ascii_uppercase + "234567"

Part = str | tuple[str, int]
UUID: tuple[Part, ...] = ((HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-a", (HEX, 3), "-", (HEX, 12))


def value(rng: random.Random, parts: tuple[Part, ...]) -> str:
    """The parts one after the other: text as it is, of an alphabet as many characters as wanted."""
    return "".join(part if isinstance(part, str) else text(rng, *part) for part in parts)


def of(name: str, *parts: Part, marks: bool = True) -> Specimen:
    """A specimen of these parts; without ``marks`` its first and last character are no punctuation."""
    return Specimen(lambda rng: usual(rng, parts, marks=marks), name)


def usual(rng: random.Random, parts: tuple[Part, ...], *, marks: bool) -> str:
    """A value of these parts with every kind of character that its random parts may have."""
    alphabet = "".join(part[0] for part in parts if not isinstance(part, str))
    kinds = [kind for kind in (str.islower, str.isupper, str.isdigit) if any(map(kind, alphabet))]
    while True:
        made = value(rng, parts)
        if all(any(map(kind, made)) for kind in kinds) and (
            marks or (made[0].isalnum() and made[-1].isalnum())
        ):
            return made
