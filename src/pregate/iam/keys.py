"""What values condition keys have (IAM User Guide, "AWS global condition context keys")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyType:
    """``type`` is string, arn, numeric, date, bool, ip or binary."""

    type: str
    is_multi_valued: bool = False


_TYPES = {
    "aws:calledvia": KeyType("string", True),
    "aws:currenttime": KeyType("date"),
    "aws:multifactorauthpresent": KeyType("bool"),
    "aws:principalarn": KeyType("arn"),
    "aws:principalisawsservice": KeyType("bool"),
    "aws:principalorgpaths": KeyType("string", True),
    "aws:principalservicenameslist": KeyType("string", True),
    "aws:resourceorgpaths": KeyType("string", True),
    "aws:securetransport": KeyType("bool"),
    "aws:sourcearn": KeyType("arn"),
    "aws:sourceip": KeyType("ip"),
    "aws:sourceorgpaths": KeyType("string", True),
    "aws:tagkeys": KeyType("string", True),
    "aws:viaawsservice": KeyType("bool"),
}


def key_type(name: str) -> KeyType | None:
    """The type of a key by its lower-case name, None when it is not known."""
    return _TYPES.get(name)
