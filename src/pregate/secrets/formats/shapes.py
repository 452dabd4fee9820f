"""What a random value is made of, where its length and alphabet alone say too little."""

from __future__ import annotations

from pregate.expressions import expression

_HEX = expression(r"(?:[0-9a-f]{16,128}|[0-9A-F]{16,128})")


def is_mixed(value: str) -> bool:
    """Whether a value has small letters, capitals and digits: no word, path or hash does in such a length."""
    return (
        any(c.islower() for c in value)
        and any(c.isupper() for c in value)
        and any(c.isdigit() for c in value)
        and not is_hexadecimal(value)
    )


def has_digits(value: str) -> bool:
    """Whether a value has letters and digits."""
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def is_varied(value: str) -> bool:
    """Whether a value has two of small letters, capitals and digits."""
    kinds = (str.islower, str.isupper, str.isdigit)
    return sum(any(kind(c) for c in value) for kind in kinds) > 1


def is_hexadecimal(value: str) -> bool:
    """Whether a value is one hexadecimal number, as hashes are written."""
    return _HEX.fullmatch(value) is not None
