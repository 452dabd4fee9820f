"""What a value looks like: nothing secret, words, something made up by a person, or random characters."""

from __future__ import annotations

import re
from binascii import a2b_base64
from enum import IntEnum
from itertools import pairwise

from pregate.expressions import expression
from pregate.secrets.formats import entropy
from pregate.secrets.generic import letters, looks


class Shape(IntEnum):
    """What a value looks like, in the order of how surely it is a secret."""

    NOTHING = 0
    """A reference, a placeholder, a path, a text, a number."""
    WORDS = 1
    """Words of a language, or one that is made of them: ``test_password``, ``getPassword``."""
    MADE = 2
    """Words with digits or signs about them: ``Summer2019!``."""
    CHOSEN = 3
    """Words with digits or signs among them, long enough for a person to trust: ``amber-Fox-lamp42``."""
    ODD = 4
    """Not like words, and short."""
    RANDOM = 5
    """Random characters, long enough to be no accident."""
    STRONG = 6
    """Random characters of several classes, as long as keys of services are."""


LONGEST = 512
_LEAST = 4
_ODD_BITS = -2.0
_RANDOM_BITS = -9.0
_STRONG_BITS = -16.0
_STRONG_LENGTH = 16


_UUID = expression(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = expression(r"[0-9a-f]{16,512}|[0-9A-F]{16,512}")
_HASHED = expression(
    r"\$(?:2[abxy]?|1|5|6|7|y|gy|sha1|apr1|argon2\w{1,3}|P|S|H)\$|pbkdf2[_:]|\{(?:SSHA|SHA|MD5|"
    r"CRYPT)|sha(?:1|256|512)[$:-]|md5[$:]|scrypt[:$]|bcrypt",
    re.IGNORECASE,
)
_BASE64 = expression(r"[A-Za-z0-9+/]{8,512}={0,2}")
_LETTERS = expression(r"[A-Z]?[a-z]{3,40}|[A-Z]{3,40}")
# Versions, dates and sizes: names of things have them.
_DATED = expression(
    r"v[0-9]+(?:[.-]|$)|[0-9]{4}-[0-9]{2}|[0-9]\.[0-9]|(?<![a-zA-Z])(?:sha|utf|base|x|md|int|uint)[0-9]"
)
_CONSTANT = expression(r"[A-Z0-9_]{1,512}|[a-z0-9_]{1,512}")
_CHOSEN_LENGTH = 11
_CHOSEN_DIFFERENT = 8
_LEET = str.maketrans("013457@$!", "oieastasi")
_REPEATED = expression(r"(.)\1{4}")
_PERCENT = expression(r"%[0-9A-Fa-f]{2}")


def is_uuid(value: str) -> bool:
    """Whether a value is a UUID: an id more often than a secret."""
    return bool(_UUID.fullmatch(value))


def is_hex(value: str) -> bool:
    """Whether a value is of hexadecimal digits alone: a digest more often than other random values are."""
    return bool(_HEX.fullmatch(value))


def is_hashed(value: str) -> bool:
    """Whether a value is what a password becomes to be stored."""
    return bool(_HASHED.match(value))


def shape(value: str) -> Shape:
    """What a value looks like."""
    value = _unquoted(value) if "%" in value else value
    size = len(value)
    if not _LEAST <= size <= LONGEST or not value.isascii():
        return Shape.NOTHING
    different = len(set(value))
    if different < _LEAST or looks.is_of_another_kind(value):
        return Shape.NOTHING
    bits = letters.naturalness(value)
    is_wild = size >= 20 and bits < -2 * size and different > size / 2 and not value.isalnum()
    if (" " in value or "\t" in value) and not (is_wild and size >= 32):
        return Shape.NOTHING
    if value[0] in "&!@=?:|>\\" and bits > _RANDOM_BITS and not _is_chosen(value, different):
        return Shape.NOTHING
    if looks.is_reference(value) and not (is_wild and "${" not in value and "{{" not in value):
        return Shape.NOTHING
    if value.isdigit():
        return _of_digits(value, different)
    if looks.is_plain(value) and (size < 16 or bits > -20 or ("." in value and bits > -40)):
        return Shape.NOTHING
    if value.lower().startswith(("passw", "secret")) and value[-1].isdigit() and bits > _ODD_BITS:
        return Shape.MADE
    if _is_sample(value, bits):
        is_told = bits > _RANDOM_BITS or looks.told_to_replace().search(value)
        return Shape.WORDS if is_told else Shape.MADE
    return _by_bits(value, bits, different)


def _unquoted(value: str) -> str:
    """
    A value without the escapes of a URL, where it has such: a sign of percent is one of a password's, too.
    What is no ASCII then stays what it is, and is no secret.
    """
    escapes = len(_PERCENT.findall(value))
    plain = _PERCENT.sub(lambda match: chr(int(match.group()[1:], 16)), value)
    is_escaped = plain.isascii() and plain.isprintable()
    return plain if is_escaped or 6 * escapes > len(value) else value


def _is_sample(value: str, bits: float) -> bool:
    size = len(value)
    if looks.told_to_replace().search(value) or looks.written_out().search(value):
        return True
    if size < 32 and _REPEATED.search(value):
        return True
    least = -3 * size / 4 - 14 if size < 20 else -size / 2
    return bits > least and bool(looks.placeholder().search(value))


def _of_digits(value: str, different: int) -> Shape:
    if len(value) < 6 or different < _LEAST or value in "01234567890123456789" or value in "9876543210":
        return Shape.NOTHING
    return Shape.MADE if _is_sample(value, 0) else Shape.ODD


def _by_bits(value: str, bits: float, different: int) -> Shape:
    size = len(value)
    if bits <= _ODD_BITS and _is_words_in_any_case(value):
        return Shape.CHOSEN if _is_chosen(value, different) else Shape.MADE
    if bits <= _ODD_BITS and _is_made(value, bits):
        return Shape.MADE
    if bits > _ODD_BITS:
        if size >= 24 and entropy(value) > 4.2 and bits < size / 4:
            return Shape.ODD
        mixed = not value.isalpha() and not value.replace("_", "").replace("-", "").isalpha()
        if not mixed or not any(c.isdigit() for c in value):
            return Shape.WORDS
        return Shape.CHOSEN if _is_chosen(value, different) else Shape.MADE
    if size < 6 or (bits > _RANDOM_BITS and not _is_generated(value)):
        return Shape.ODD
    if bits > _STRONG_BITS or size < _STRONG_LENGTH or different < 8:
        return Shape.RANDOM
    return Shape.STRONG


def _is_generated(value: str) -> bool:
    """Whether capitals, small letters and digits change as often as they do where nobody chose them."""
    kinds = [0 if c.islower() else 1 if c.isupper() else 2 if c.isdigit() else 3 for c in value]
    if len(value) < 10 or not {0, 1, 2} <= set(kinds):
        return False
    return 2 * sum(a != b for a, b in pairwise(kinds)) >= len(value)


def _is_made(value: str, bits: float) -> bool:
    return (
        len(value) < 5
        or value.count("\\") > len(value) / 6
        or _is_mashed(value)
        or _names_a_thing(value, bits)
        or _is_words_in_base64(value)
    )


def _is_chosen(value: str, different: int) -> bool:
    """Whether a password of words is one that somebody may use: two words, or signs, and two digits."""
    if len(value) < _CHOSEN_LENGTH or different < _CHOSEN_DIFFERENT or _names_a_thing(value, 0):
        return False
    if _DATED.search(value) or (_CONSTANT.fullmatch(value) and "_" in value):
        return False
    digits = sum(c.isdigit() for c in value)
    parts = _LETTERS.findall(value)
    signs = any(not c.isalnum() and c not in "-_" for c in value)
    return 2 <= digits <= len(value) / 2 and (len(parts) > 1 or signs)


def _is_mashed(value: str) -> bool:
    """Whether somebody ran the fingers over the middle row of the keyboard."""
    found = [c for c in value.lower() if c.isalpha()]
    if sum(c in "sghjkl" for c in found) < 4:
        return False
    letters_alone = [c for c in value if c.isalpha()]
    if 4 * sum(a.isupper() != b.isupper() for a, b in pairwise(letters_alone)) > len(found):
        return False
    return len(found) >= 8 and sum(c in "asdfghjkl" for c in found) > 0.74 * len(found)


def _is_words_in_any_case(value: str) -> bool:
    """Whether a value is words but for its capitals: ``aUtHoRiZaTiOn``."""
    folded = value.lower()
    if folded != value != value.upper() and letters.naturalness(folded) > len(value) / 2:
        return True
    read = folded.translate(_LEET)
    return read != folded and len(value) <= 20 and letters.naturalness(read) > len(value) / 2


def _is_words_in_base64(value: str) -> bool:
    """Whether a value is a text in Base64: its characters look random, what it says does not."""
    if len(value) < 12 or len(value) % 4 or not _BASE64.fullmatch(value):
        return False
    text = a2b_base64(value)
    if not text.isascii() or any(code < 32 and code not in b"\r\n\t" for code in text):
        return False
    return letters.naturalness(text.decode("ascii")) > 0


def _names_a_thing(value: str, bits: float) -> bool:
    return bits > _STRONG_BITS and len(value) < 20 and bool(looks.things().search(value.lower()))
