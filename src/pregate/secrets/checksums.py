"""Check digits of tokens, where their makers have published them."""

from __future__ import annotations

import zlib
from functools import reduce
from operator import xor

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_CARGO = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_DIGITS = 6
_GITLAB_DIGITS = 7


def github(token: str) -> bool:
    """
    Whether the last six characters are the CRC-32 of those between them and the prefix, in base 62.

    GitHub's tokens since 2021, npm's too:
    https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    body = token.rpartition("_")[2]
    return body[-_CHECK_DIGITS:] == base62(zlib.crc32(body[:-_CHECK_DIGITS].encode()), _CHECK_DIGITS)


def gitlab(token: str) -> bool:
    """
    Whether the last seven characters of a routable token are the CRC-32 of all before them, in base 36.

    https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/
    """
    return token[-_GITLAB_DIGITS:] == base36(zlib.crc32(token[:-_GITLAB_DIGITS].encode()), _GITLAB_DIGITS)


def cargo(token: str) -> bool:
    """
    Whether the last character of a crates.io token for trusted publishing is right: the exclusive or of those
    after the prefix, as a letter or digit.

    https://github.com/rust-lang/crates.io/blob/main/crates/crates_io_trustpub/src/access_token.rs
    """
    body = token.rpartition("_")[2]
    return body[-1:] == cargo_digit(body[:-1])


def cargo_digit(body: str) -> str:
    """The check digit of a crates.io token's random part."""
    return _CARGO[reduce(xor, body.encode(), 0) % len(_CARGO)]


def bech32(text: str) -> bool:
    """
    Whether the last six characters are right by Bech32, as in age's keys; case is ignored.

    https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki
    """
    name, _, data = text.lower().rpartition("1")
    values = [_BECH32.find(character) for character in data]
    return bool(name) and -1 not in values and _polymod([*_expanded(name), *values]) == 1


def bech32_digits(name: str, data: str) -> str:
    """The six check characters of Bech32 for a name and data, both in small letters."""
    values = [_BECH32.index(character) for character in data]
    rest = _polymod([*_expanded(name), *values, *(0,) * _CHECK_DIGITS]) ^ 1
    return "".join(_BECH32[rest >> 5 * (5 - place) & 31] for place in range(_CHECK_DIGITS))


def _expanded(name: str) -> list[int]:
    return [*(ord(c) >> 5 for c in name), 0, *(ord(c) & 31 for c in name)]


def _polymod(values: list[int]) -> int:
    sum_ = 1
    for value in values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_BECH32_GENERATOR):
            sum_ ^= generator if top >> place & 1 else 0
    return sum_


def base62(number: int, size: int) -> str:
    """A number in base 62 (digits, capitals, small letters), with leading zeros up to ``size``."""
    return _in_base(number, _BASE62).rjust(size, "0")


def base36(number: int, size: int) -> str:
    """A number in base 36 (digits, small letters), with leading zeros up to ``size``."""
    return _in_base(number, _BASE36).rjust(size, "0")


def _in_base(number: int, alphabet: str) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        digits = alphabet[digit] + digits
    return digits
