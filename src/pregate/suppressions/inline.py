"""
Suppressions in comments: ``# pregate: ignore[python/B602] reason="…" owner="…" until=2027-01-31``.

Read in any text, whatever its language: the marker counts right behind what opens a comment in some language.
Every pattern looks at one character class at a time, so that the time is linear in the text.
"""

from __future__ import annotations

import codecs
import datetime
import re
from collections.abc import Iterator
from itertools import islice

from pregate.model import LineRange, Location, Suppression, SuppressionKind
from pregate.records import dataclass
from pregate.suppressions import may_hold_pragmas
from pregate.suppressions.comments import syntax_of
from pregate.suppressions.matching import wrong_with

MOST = 1000
"""Comments in one file beyond this many are not read, which is told at the first of them."""

_LONGEST = 1000
_AHEAD = 20
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKER = re.compile(r"pregate:[ \t]{0,4}ignore(?![A-Za-z0-9_])")
# What opens a comment in some language, right before the marker. Behind a quote it is text about one.
_OPENING = re.compile(
    r"""(?<!["'`])(?:<!--|\{\{!(?:--)?|<%--|\{\#|\{?/\*+!?|\(\*+|/{2,3}!?|(?<!\#)\#+!?|\"{3}|'{3}"""
    r"""|(?:^|(?<=\s))(?:--+|;+|%+|'|\*|!|::|@?[Rr][Ee][Mm](?=\s)))[ \t]*\Z"""
)
_WINDOW = 40
_SHOWN = (".md", ".markdown", ".mdx", ".rst", ".adoc")
_CLOSERS = ("*/}", "*/", "-->", "--}}", "}}", "--%>", "#}", "*)", '"""', "'''")
_BLANKS = " \t"
_KEY = re.compile(r"([A-Za-z_-]{1,20})[ \t]{0,4}=[ \t]{0,4}")
_BARE = re.compile(r"[^\s\"'*}>)#]{1,200}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEYS = ("reason", "owner", "until")


def pragmas_in(path: str, data: bytes) -> tuple[Suppression, ...]:
    """
    The suppressions in the comments of a file, in their order.

    One covers its own line, and where it stands alone there, all lines up to the next one with code. One that
    cannot be used has ``""`` as its rule, and its ``reason`` says in words what is wrong. ``words`` are the
    text of the comment from its marker, and nothing else of the line. Never raises.
    """
    if not may_hold_pragmas(data):
        return ()
    lines = _lines(data)
    found: list[Suppression] = []
    for number, line in enumerate(lines, 1):
        if "pregate:" not in line:
            continue
        for opened, start, end, parsed in _in_line(path, line):
            place, words = Location(path, number, start + 1, number, end + 1), line[start:end]
            if len(found) >= MOST:
                return (*found, _unusable(place, words, f"one of more than {MOST} in a file is not read"))
            if isinstance(parsed, str):
                found.append(_unusable(place, words, parsed))
                continue
            covered = LineRange(number, _last_covered(path, lines, number, opened, end))
            found += [
                Suppression(SuppressionKind.INLINE, rule, place, words, *parsed.options, lines=covered)
                for rule in parsed.rules
            ]
    return tuple(found)


def without_pragmas(text: str) -> str:
    """
    ``text`` without pregate's comments: what a finding is known again by, so that suppressing it does not
    make another one of it. What else stands on the line stays.
    """
    if "pregate:" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        kept, at = [], 0
        for opened, _, end, _ in islice(_in_line("", line), MOST):
            if opened >= at:
                kept.append(line[at:opened].rstrip(_BLANKS))
                at = end + _closer_length(line[end : end + _WINDOW])
        lines.append("".join((*kept, line[at:])) if at else line)
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Parsed:
    rules: tuple[str, ...]
    options: tuple[str, str, str]  # reason, owner, until


def _lines(data: bytes) -> list[str]:
    if data.startswith(_WIDE):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _in_line(path: str, line: str) -> Iterator[tuple[int, int, int, _Parsed | str]]:
    """Where a comment opens in a line, its pragma begins and ends, and what it says or what is wrong."""
    at = 0
    while match := _MARKER.search(line, at):
        start, at = match.start(), match.end()
        opened = _opening(path, line, start)
        if opened >= 0:
            length, parsed = _parse(line[start : start + _LONGEST], at - start)
            at = max(at, start + length)
            yield opened, start, at, parsed


def _opening(path: str, line: str, start: int) -> int:
    """Where the comment begins whose text begins at ``start``; -1: there is none, or readers see it."""
    first = max(start - _WINDOW, 0)
    match = _OPENING.search(line[first:start])
    if match is None or (path.lower().endswith(_SHOWN) and not match[0].startswith(("<!--", "{/*"))):
        return -1
    opened = first + match.start()
    return -1 if path.endswith((".py", ".pyi")) and _is_quoted(line, opened) else opened


def _is_quoted(line: str, at: int) -> bool:
    """Whether a string of Python's that begins on the line goes on at ``at``; of a long line nobody asks."""
    quote, place = "", 0
    while place < at <= _LONGEST:
        c = line[place]
        if not quote:
            quote = c if c in "\"'" else ""
        elif c == "\\":
            place += 1
        elif c == quote:
            quote = ""
        place += 1
    return bool(quote)


def _closer_length(after: str) -> int:
    bare = after.lstrip(_BLANKS)
    for closer in _CLOSERS:
        if bare.startswith(closer):
            return len(after) - len(bare) + len(closer)
    return 0


def _parse(text: str, at: int) -> tuple[int, _Parsed | str]:
    """What stands in ``text`` from ``at``, behind the marker: where it ends, and what it says."""
    if text[at : at + 1] == "-":
        return _end_of(text, at), "has a word that is not known; there is only ignore[rule]"
    at += len(text[at:]) - len(text[at:].lstrip(_BLANKS))
    if text[at : at + 1] != "[":
        return _end_of(text, at), "names no rule: write ignore[rule-id]"
    close = text.find("]", at)
    if close < 0:
        return _end_of(text, at), "has no closing bracket"
    rules = tuple(dict.fromkeys(word.strip() for word in text[at + 1 : close].split(",")))
    options: dict[str, str] = {}
    at = close + 1
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(" \t,;"))
        if at >= len(text) or _ends(text, at):
            break
        match = _KEY.match(text, at)
        if match is None:
            return _end_of(text, at), 'has words that are not understood: write reason="…"'
        key = match[1].lower()
        if key not in _KEYS:
            return _end_of(text, at), f"has an unknown key; there are {', '.join(_KEYS)}"
        if key in options:
            return _end_of(text, at), f"has {key} twice"
        value, at = _value(text, match.end())
        if value is None:
            return _end_of(text, at), f"has no closing quote behind {key}" if text[at:] else f"has no {key}"
        options[key] = value
    end = len(text[:at].rstrip(" \t,;"))
    if end >= _LONGEST:
        return end, f"is longer than {_LONGEST} characters"
    wrong = next(filter(None, (wrong_with(rule) for rule in rules)), "") or wrong_with_day(
        options.get("until", "")
    )
    reason, owner, until = (options.get(key, "") for key in _KEYS)
    return end, wrong or _Parsed(rules, (reason, owner, until))


def _value(text: str, at: int) -> tuple[str | None, int]:
    quote = text[at : at + 1]
    if quote and quote in "\"'":
        close = text.find(quote, at + 1)
        return (None, at) if close < 0 else (text[at + 1 : close].strip(), close + 1)
    match = _BARE.match(text, at)
    return (None, len(text)) if match is None else (match[0].rstrip(",;"), at + len(match[0].rstrip(",;")))


def _ends(text: str, at: int) -> bool:
    """Whether the comment ends here, or the next one begins."""
    return text.startswith((*_CLOSERS, "#", "//", "\\"), at)


def _end_of(text: str, at: int) -> int:
    """Where an unusable pragma ends: at what closes the comment, or with the line."""
    ends = [place for closer in _CLOSERS if (place := text.find(closer, at)) >= 0]
    return len(text[: min(ends, default=len(text))].rstrip())


def wrong_with_day(day: str) -> str:
    """Why ``day`` is no last day of a suppression; ``""`` when it is one, or there is none."""
    if not day:
        return ""
    if _DAY.fullmatch(day):
        try:
            datetime.date.fromisoformat(day)
        except ValueError:
            pass
        else:
            return ""
    return "has an until that is no day: write it as 2027-01-31"


def _unusable(place: Location, words: str, why: str) -> Suppression:
    lines = LineRange(place.start_line, place.start_line)
    return Suppression(SuppressionKind.INLINE, "", place, words, why, lines=lines)


def _last_covered(path: str, lines: list[str], number: int, opened: int, end: int) -> int:
    """The last line that a pragma covers which stands from ``opened`` to ``end`` on line ``number``."""
    own = lines[number - 1]
    if own[max(opened - _WINDOW, 0) : opened].strip(_BLANKS + "|@") or not _ends_line(own, end):
        return number
    syntax = syntax_of(path)
    openers = ("#", "//", *((syntax.opener.strip(),) if syntax else ()))
    for later in range(number, min(number + _AHEAD, len(lines))):
        line = lines[later].lstrip()
        if line and not line.startswith(openers):
            return later + 1
    return number


def _ends_line(line: str, at: int) -> bool:
    """Whether nothing follows on the line but what closes the comment, and another one."""
    after = line[at : at + _WINDOW]
    rest = after[_closer_length(after) :].lstrip(_BLANKS)
    return rest.startswith(("#", "//", "}")) or not rest
