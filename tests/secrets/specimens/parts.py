"""What made-up tokens are put together from."""

from __future__ import annotations

import string

from .model import ALNUM, Specimen, text

WORD = ALNUM + "_-"
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits


def after(prefix: str, alphabet: str, size: int, name: str) -> Specimen:
    """A token of a fixed beginning and random characters, a letter and a digit at its end."""
    return Specimen(lambda rng: prefix + text(rng, alphabet, size - 2) + "a7", name)


def bare(alphabet: str, size: int, name: str) -> Specimen:
    """A token that only its name tells."""
    return after("", alphabet, size, name)


def cased(prefix: str, size: int, name: str, alphabet: str = ALNUM) -> Specimen:
    """A token with capitals, small letters and digits."""
    return Specimen(lambda rng: prefix + text(rng, alphabet, size - 3) + "aB7", name)
