"""
Values that no prefix tells: known by the name that they are given, ``DATADOG_API_KEY = "…"``.

A service's name alone says nothing about a number beside it. What counts is a name of the service's that ends
in a word for a credential, and right after it, in one of the ways to give a name its value, text of exactly
the shape that the service issues.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format

HEX = "[0-9a-f]"
UUID = rf"{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}"
FEWER_WORDS = "secret|token"
WORDS = "key|token|secret"

_PUBLIC = r"(?<!public)(?<!public[_.-])(?<!publishable[_.-])"
_STAGE = r"(?:[_-](?:prod|production|live|staging|stage|dev|development|value|default|[0-9]))?"
# Between the service and the word: one name, or the nesting of a few (`datadog: { api_key: …`).
_GAP = r"[\w.:{(\[\"' -]{0,40}?(?:[:{(\]]\n[ \t]{0,40}[\"']?[\w.-]{0,20}?)?"
_QUOTES = r"(?:\\?[\"'`\])]){0,3}"
_GIVEN = (
    rf"(?:{_QUOTES}[ \t]{{0,20}}"
    r"(?:=>|:=|->|==?|\|\||\?\?|:[ \t]?string[ \t]?=|:|,|\bto\b|\bis\b)[ \t]{0,20}"
    # Of XML, of C#.
    r"|[\"'`]?[ \t]{1,8}(?:value=|\{ get; (?:private )?(?:set; |init; )?\}[ \t]{0,4}=[ \t]{0,4})?|>"
    # A list of names and values: in YAML, in JSON, in Terraform.
    r"|[\"']?(?:,?[ \t]{0,8}\n[ \t]{0,40}|,[ \t]{0,8}|[ \t]{0,8}\{[ \t]{0,8}(?:\n[ \t]{0,40})?)"
    r"[\"']?(?:value|default)[\"']?[ \t]{0,8}[:=][ \t]{0,8})"
)
_BEFORE = r"(?:\\[nrt])?(?:(?:bearer|token|key)[ \t]{1,4})?(?:[@bfru$]?\\?[\"'`])?"
_MARKS = ("_", "-", ".", "")
_AFTER = r"(?![\w+/=-])"


def named(
    detector: str,
    service: tuple[str, ...],
    body: str,
    *,
    words: str = WORDS,
    names: tuple[str, ...] = (),
    holds: Callable[[str], bool] | None = None,
    entropy: float = 2.8,
    confidence: Confidence = Confidence.HIGH,
) -> Format:
    """
    A format of values that are told by their name.

    ``service``: words in lower case, one of which the name begins with, or holds before one of ``words`` (an
    expression). ``names`` are whole names that need no further word (``dd_api_key``). An underscore in both
    stands for what joins the parts of a name: ``_``, ``-``, ``.``, or nothing. ``body`` is the value's
    expression, bounded; case does not count in it but within ``(?-i:…)``. ``holds``, ``entropy``,
    ``confidence`` as in ``Format``.
    """
    kinds = []
    if service:
        said = "|".join(map(_spelt, service))
        kinds.append(rf"(?:{said}){_GAP}{_PUBLIC}(?:{words})")
        kinds.append(rf"{_PUBLIC}(?:{words})[_-](?:for[_-])?(?:{said})")
    if names:
        kinds.append(rf"(?<![a-z0-9])(?:{'|'.join(map(_spelt, names))})")
    pattern = rf"(?:{'|'.join(kinds)}){_STAGE}{_GIVEN}{_BEFORE}(?P<value>{body}){_AFTER}"
    return Format(
        detector,
        tuple(
            dict.fromkeys(mark.join(parts) for parts in map(_parts, (*service, *names)) for mark in _MARKS)
        ),
        pattern,
        holds=holds,
        entropy=entropy,
        confidence=confidence,
        ignores_case=True,
        next_line=True,
    )


def _parts(name: str) -> list[str]:
    return name.split("_")


def _spelt(name: str) -> str:
    return "[_.-]?".join(map(re.escape, _parts(name)))


def prefixed(prefix: str, body: str, *, end: str = r"(?![A-Za-z0-9_])") -> str:
    """
    An expression for a token with a fixed beginning that stands by itself, as ``token`` gives.

    It begins with the literal, so that a search for it is fast where the beginning is frequent.
    """
    said = re.escape(prefix)
    alone = rf"(?:(?<![A-Za-z0-9_]{said})|(?<=\\[nrt]{said})|(?<=%[0-9A-Fa-f]{{2}}{said}))"
    return rf"(?P<value>{said}{alone}{body}){end}"


def mixed(value: str) -> bool:
    """Whether a value has both a letter and a digit: a long random one has."""
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def varied(value: str) -> bool:
    """Whether a value has a digit, a capital and a small letter: a long random one has."""
    return any(c.isdigit() for c in value) and not value.isupper() and not value.islower()
