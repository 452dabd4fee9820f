"""
Tables of snippets as people write them, one a line: fields apart by tabs, in them ``\\n`` and ``\\t``.

A value is written as a mark, ``<A32>``, and made at run time: ``A`` letters and digits, ``H`` hexadecimal
digits (``HU`` capitals), ``L`` small letters and digits, ``B`` Base64, so many of them; ``P`` a password with
signs, ``U`` a UUID, ``AWS`` and ``AWSS`` a key pair's, ``b64:W`` and ``b64:login`` in Base64, ``@Name`` a
specimen of a detector's. ``<>`` is nothing: it parts what would look like a secret here.
"""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Iterator
from pathlib import Path

from .specimens import ALL
from .specimens.model import ALNUM, HEX, text, uuid

_MARK = re.compile(r"<(@\w+|b64:\w+|HU\d+|[AHLB]\d+|P|U|AWSS|AWS)>")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_ALPHABETS = {
    "A": ALNUM,
    "H": HEX,
    "HU": HEX.upper(),
    "L": string.ascii_lowercase + string.digits,
    "B": ALNUM + "+/",
}


def rows(table: str) -> list[tuple[str, ...]]:
    """The rows of a table beside this module."""
    lines = (Path(__file__).parent / table).read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def snippet(written: str) -> tuple[str, list[str]]:
    """The text of a field and the values in it, the same ones each time."""
    rng = random.Random(written)
    values: list[str] = []

    def made(match: re.Match[str]) -> str:
        values.append(_value(match.group(1), rng))
        return values[-1]

    plain = _ESCAPE.sub(lambda match: _ESCAPES[match.group(1)], written)
    return _MARK.sub(made, plain).replace("<>", ""), values


def _value(mark: str, rng: random.Random) -> str:
    if mark.startswith("@"):
        return ALL[mark[1:]][0].make(rng)
    match mark:
        case "P":
            return _mixed(rng, ALNUM, 8) + rng.choice("!#&?") + _mixed(rng, ALNUM, 7)
        case "U":
            return uuid(rng)
        case "AWS":
            return "AK" + "IA" + text(rng, string.ascii_uppercase + "234567", 16)
        case "AWSS":
            return _mixed(rng, ALNUM, 20) + "/" + _mixed(rng, ALNUM, 19)
        case "b64:W":
            return base64.b64encode(_mixed(rng, ALNUM, 16).encode()).decode()
        case "b64:login":
            return base64.b64encode(b"deploy:" + _mixed(rng, ALNUM, 16).encode()).decode()
    letters = mark.rstrip(string.digits)
    return _mixed(rng, _ALPHABETS[letters], int(mark[len(letters) :]))


def _mixed(rng: random.Random, alphabet: str, size: int) -> str:
    """Random characters with each kind that the alphabet has, as far as there is room for them."""
    kinds = [kind for kind in (str.islower, str.isupper, str.isdigit) if any(map(kind, alphabet))]
    return next(
        made for made in _drawn(rng, alphabet, size) if size < 5 or all(any(map(k, made)) for k in kinds)
    )


def _drawn(rng: random.Random, alphabet: str, size: int) -> Iterator[str]:
    while True:
        yield text(rng, alphabet, size)
