"""Check digits of tokens, where their makers have published them."""

from __future__ import annotations

import zlib

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK_DIGITS = 6


def github(token: str) -> bool:
    """
    Whether the last six characters are the CRC-32 of those between them and the prefix, in base 62.

    GitHub's tokens since 2021, npm's too:
    https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    body = token.rpartition("_")[2]
    return body[-_CHECK_DIGITS:] == base62(zlib.crc32(body[:-_CHECK_DIGITS].encode()), _CHECK_DIGITS)


def base62(number: int, size: int) -> str:
    """A number in base 62 (digits, capitals, small letters), with leading zeros up to ``size``."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(size, "0")
