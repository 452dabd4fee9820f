"""
Which detectors can match where, found without a regular expression.

Every trigger is a *necessary* condition: text that a match of the plugin's expressions contains in any
case, so that nothing is lost by looking no further where it is missing. Text is searched as bytes, one per
code point, with characters outside ASCII as ``?``. ``re.IGNORECASE`` lets four other characters match
ASCII letters; they are folded first. A detector without triggers here runs on every line.
``tests/secrets/test_same_as_detect_secrets.py`` compares the outcome with the real tool.
"""

from __future__ import annotations

import string
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

from pregate.expressions import expression
from pregate.secrets.needles import Needles

# Python folds these onto s, k, i, i when it ignores case (Lib/re/_casefix.py and _sre's simple lower case).
_FOLDED = (("\u017f", "s"), ("\u212a", "k"), ("\u0130", "i"), ("\u0131", "i"))


def _table(members: str, kept: dict[str, str], other: str = ".") -> bytes:
    """
    A ``bytes.translate`` table: members become ``a``, ``kept`` maps marks to the characters that they
    stand for.
    """
    table = bytearray(other.encode()) * 256
    for mark, characters in {"a": members, **kept}.items():
        for character in characters:
            table[ord(character)] = ord(mark)
    return bytes(table)


_ALNUM = string.ascii_letters + string.digits
_WORD = _ALNUM + "_-?"  # ``?`` stands for non-ASCII characters too, some of which are digits to ``\d``
_QUOTES = {"q": "'\""}
_TABLES = {
    "word": _table(_WORD, {}),
    "dotted": _table(_WORD, {".": ".", "c": ":"}, other=" "),
    "quoted64": _table(_ALNUM + "+/\\-_=", _QUOTES),
    "quoted16": _table(string.hexdigits, _QUOTES),
    "letters": _table(string.ascii_letters, {}),
}


class Trigger(NamedTuple):
    """
    A detector can match a stretch only if ``needle`` is in its ``view`` and one of ``also`` is in it, case
    folded.

    Views are ``exact`` and ``folded`` text and the tables of character classes above.
    """

    detector: str
    view: str
    needle: bytes
    also: tuple[bytes, ...] = ()
    sign: tuple[bytes, ...] = ()


def _words(text: str) -> tuple[bytes, ...]:
    return tuple(text.encode().split())


def _pairs(heads: str, tails: str) -> tuple[bytes, ...]:
    return tuple(
        (head + joint + tail).encode()
        for head, joint, tail in product(heads.split(), ("", "_"), tails.split())
    )


KEYWORDS = (
    *_pairs("api auth service account db database priv private client", "key"),
    *_pairs("db database key", "pass"),
    *(b"password", b"passwd", b"pwd", b"secret", b"contrase"),
)
# Every keyword expression wants one of these after the keyword.
_SIGNS = (b'"', b"'", b"`", b"=", b":")
_KEYS = (b"key", b"pwd", b"pass", b"token")

TRIGGERS = (
    *(Trigger("ArtifactoryDetector", "exact", needle) for needle in (b"AKC", b"AP")),
    *(Trigger("AWSKeyDetector", "exact", needle) for needle in (b"A3T", b"ABIA", b"ACCA", b"AKIA", b"ASIA")),
    Trigger("AWSKeyDetector", "quoted64", b"q" + b"a" * 40, (b"aws",)),
    Trigger("AzureStorageKeyDetector", "exact", b"AccountKey="),
    Trigger("BasicAuthDetector", "exact", b"://", (b"@",)),
    Trigger("CloudantDetector", "letters", b"a" * 24, (b"cl",)),
    Trigger("CloudantDetector", "word", b"a" * 34, (b"cl",)),
    Trigger("DiscordBotTokenDetector", "dotted", b"." + b"a" * 6 + b"." + b"a" * 27),
    *(
        Trigger("GitHubTokenDetector", "exact", b"gh" + kind + b"_")
        for kind in (b"p", b"o", b"u", b"s", b"r")
    ),
    *(
        Trigger("GitLabTokenDetector", "exact", needle)
        for needle in _words(
            "glpat- gldt- glft- glsoat- glrt- GR1348941 glcbt- glimt- glptt- glagent- gloas-"
        )
    ),
    Trigger("Base64HighEntropyString", "quoted64", b"q" + b"a" * 23),  # over 4.5 bits: 23 characters at least
    Trigger("HexHighEntropyString", "quoted16", b"q" + b"a" * 9),  # over 3 bits: 9 characters at least
    Trigger("IbmCloudIamDetector", "word", b"a" * 34, _KEYS),
    Trigger("IbmCosHmacDetector", "word", b"a" * 34, (b"secret",)),
    Trigger("JwtTokenDetector", "exact", b"eyJ"),
    # Each keyword has one of these in it.
    *(
        Trigger("KeywordDetector", "folded", needle, tuple(w for w in KEYWORDS if needle in w), _SIGNS)
        for needle in (b"key", b"pass", b"pwd", b"secret", b"contrase")
    ),
    Trigger("MailchimpDetector", "word", b"a" * 34, (b"-us",)),
    Trigger("NpmDetector", "exact", b":_authToken="),
    Trigger("OpenAIDetector", "exact", b"T3BlbkFJ"),
    Trigger("PrivateKeyDetector", "exact", b"PRIVATE KEY"),
    Trigger("PrivateKeyDetector", "exact", b"PuTTY-User-Key-File-2"),
    Trigger("PypiTokenDetector", "exact", b"pypi-AgE"),
    Trigger("SendGridDetector", "exact", b"SG."),
    Trigger("SlackDetector", "folded", b"xox"),
    Trigger("SlackDetector", "folded", b"hooks.slack.com"),
    Trigger("SoftlayerDetector", "word", b"a" * 34, (b"sl", b"softlayer")),
    Trigger("SquareOAuthDetector", "exact", b"sq0csp-"),
    Trigger("StripeDetector", "exact", b"k_live_"),
    Trigger("TelegramBotTokenDetector", "dotted", b"c" + b"a" * 35),
    Trigger("TwilioKeyDetector", "word", b"a" * 34),
)
# An address has no letter, and the default filters drop what has none: it can never be reported.
SILENT = frozenset({"IPPublicDetector"})
KNOWN = frozenset(trigger.detector for trigger in TRIGGERS) | SILENT


def candidates(text: str, starts: Sequence[int], ends: Sequence[int]) -> dict[int, set[str]]:
    """
    For each stretch ``text[starts[i]:ends[i]]`` the detectors with a trigger in it.

    Stretches come in order; one may overlap the next one, but not the one after it.
    """
    views = _views(text)
    folded = views["folded"]
    found: dict[int, set[str]] = {}
    possible = {number for view in ("exact", "folded") for number in _literals(view).possible(views[view])}
    for number, ((view, needle), some) in enumerate(_by_needle().items()):
        if view not in _TABLES and number not in possible:
            continue
        for index in _stretches(views[view], needle, starts, ends):
            start, end = starts[index], ends[index]
            for detector, _, _, also, sign in some:
                if (not also or any(folded.find(word, start, end) >= 0 for word in also)) and (
                    not sign or any(folded.find(word, start, end) >= 0 for word in sign)
                ):
                    found.setdefault(index, set()).add(detector)
    return found


@cache
def _literals(view: str) -> Needles:
    """The needles of a view that is no table; the number of each is its place in ``_by_needle``."""
    return Needles([(needle, i) for i, (name, needle) in enumerate(_by_needle()) if name == view])


@cache
def _by_needle() -> dict[tuple[str, bytes], tuple[Trigger, ...]]:
    """Five detectors want the same of a word: it is looked for once."""
    grouped: dict[tuple[str, bytes], tuple[Trigger, ...]] = {}
    for trigger in TRIGGERS:
        at = trigger.view, trigger.needle
        also = () if trigger.also == (trigger.needle,) else trigger.also
        grouped[at] = (*grouped.get(at, ()), trigger._replace(also=also))
    return grouped


def may_match(text: str) -> bool:
    """Whether any trigger is in the text, wherever its parts stand."""
    views = _views(text)
    folded = views["folded"]
    return any(
        needle in views[view] and (not also or any(word in folded for word in also))
        for _, view, needle, also, _ in TRIGGERS
    )


# What the entropy detectors look at, and how many different characters it takes to be over their limits: 4.5
# bits (2**4.5 is 22.6) and 3 bits (of eight, all as often as one another, rounding may decide).
_ENTROPY = frozenset({"Base64HighEntropyString", "HexHighEntropyString"})
_QUOTED64 = expression(r"""["']([A-Za-z0-9+/\\_=-]{23,})""")
_QUOTED16 = expression(r"""["']([0-9A-Fa-f]{8,})""")
_LEAST64, _LEAST16 = 23, 8


def shows_nothing(text: str, starts: Sequence[int], ends: Sequence[int]) -> bool:
    """Whether no detector that has triggers can match in any of the stretches; see :func:`candidates`."""
    found = candidates(text, starts, ends).values()
    if any(not names <= _ENTROPY for names in found):
        return False
    return all(
        len(set(match.group(1))) < least
        for quoted, least in ((_QUOTED64, _LEAST64), (_QUOTED16, _LEAST16))
        for match in quoted.finditer(text)
    )


def _views(text: str) -> dict[str, bytes]:
    folded = text
    if not text.isascii():
        for character, letter in _FOLDED:
            folded = folded.replace(character, letter)
    lower = folded.encode("ascii", "replace").lower()
    return {
        "exact": text.encode("ascii", "replace"),
        "folded": lower,
        **{name: lower.translate(table) for name, table in _TABLES.items()},
    }


def _stretches(data: bytes, needle: bytes, starts: Sequence[int], ends: Sequence[int]) -> Iterator[int]:
    """Indices of the stretches that may hold a match around a needle."""
    at = data.find(needle)
    while at >= 0:
        index = bisect_right(starts, at) - 1
        if index and at < ends[index - 1]:
            yield index - 1  # in the overlap: the match may begin before this stretch does
        yield index
        if index + 1 == len(starts):
            return
        at = data.find(needle, starts[index + 1])
