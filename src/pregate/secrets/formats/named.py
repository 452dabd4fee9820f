"""
Formats of services whose keys look like nothing in particular: they are known by the name they are given.

A name says the service and ends in a word for a secret (``HEROKU_API_KEY``), and the value stands right after
it, however it is assigned. Hashes that merely stand near the name of a service are not taken.

:mod:`pregate.secrets.formats.naming` is for values of exactly one shape, which nothing but a name of the
service's own tells; here the service may also be named in a few words of prose, or on the line before.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format
from pregate.secrets.formats.naming import UUID

__all__ = ["END", "KEYS", "UUID", "assigned", "named"]

KEYS = r"(?:key|token|secret|password|passwd|pwd|passphrase|pat|credential)"
# Nothing of a token follows, be it written with Base64's characters or with those for URLs.
END = r"(?![A-Za-z0-9_\-+/=])"

# From a service to the word for a secret: the rest of one name, or a few words of prose.
_REST = (
    r"(?:[\w.\-]{0,32}?"
    r"| (?:(?:api|access|auth|secret|personal|client|service|account|deploy|agent|project|app) ){0,3})"
)
_PUBLIC = r"(?<!public)(?<!public[_\-. ])"
_SUFFIX = r"s?(?:[_\-]?\d{1,2}|[_\-](?:prod|production|live|staging|dev|value|default))?"
# From a name to its value: `=`, `: "`, `</a>`, ` to `, `: string = "`, or the next line's `value: "`.
_BETWEEN = (
    r"(?:[^\w\n#]{1,12}?(?:(?:string|str|default|value|to|is)[^\w\n#]{1,8}?)?"
    r"|[\"']?,?[ \t]{0,8}\n[ \t\-]{0,40}[\"']?value[\"']?[^\w\n#]{1,8}?)"
    r"(?:\\[nrt])?"
)


def assigned(body: str, *, names: str = KEYS, end: str = END) -> str:
    """An expression (case ignored but in ``body``) for a value right after a name that ends in ``names``."""
    return rf"{_PUBLIC}(?:{names}){_SUFFIX}{_BETWEEN}(?P<value>(?-i:{body})){end}"


def named(
    detector: str,
    words: tuple[str, ...],
    body: str,
    *,
    service: str = "",
    names: str = KEYS,
    end: str = END,
    apart: bool = True,
    holds: Callable[[str], bool] | None = None,
    entropy: float = 3.0,
    confidence: Confidence = Confidence.HIGH,
) -> tuple[Format, ...]:
    """
    The formats of a value of which its name says what it is.

    ``words`` are what its service is called, in lower case (``service`` the same as an expression, where the
    bare words are not enough); ``body`` is an expression for the value. The first format wants the service in
    the name itself, the second (left out unless ``apart``) on the same line or the one before, at medium
    confidence.
    """
    called = service or "|".join(re.escape(word) for word in words)
    value = assigned(body, names=names, end=end)
    joint = Format(
        detector,
        words,
        rf"(?:{called}){_REST}{value}",
        holds=holds,
        entropy=entropy,
        confidence=confidence,
        ignores_case=True,
        next_line=True,
    )
    if not apart:
        return (joint,)
    value = assigned(body, names=f"{names}|bearer" if "token" in names else names, end=end)
    return joint, joint._replace(pattern=value, near=words, confidence=min(confidence, Confidence.MEDIUM))
