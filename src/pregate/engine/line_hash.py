"""
``primaryLocationLineHash``: by what GitHub knows an alert again in another commit.

Computed as the upload action of github/codeql-action computes it (src/fingerprints.ts), because a differing
value makes a second alert of every one. A line's hash is a polynomial (base 37, modulo 2**64, hexadecimal)
over the 100 characters from its first one on, lines that follow included: UTF-16 units without blanks and
tabs, each line end as one LF, behind the last one 65535 and then zeros. ``:n`` tells the n-th line with the
same hash. All findings that begin on a line have its hash, and those on a line that is not there have none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

BLOCK = 100
_BASE = 37
_MASK = (1 << 64) - 1
_END = "\uffff"
_POWERS = [pow(_BASE, n) & _MASK for n in range(BLOCK + 1)]


def line_hashes(data: bytes, lines: Collection[int]) -> dict[int, str]:
    """
    The hash of each of ``lines`` (from 1) in a file; a line that the file does not have is left out.

    Bytes that are no UTF-8 count as U+FFFD, a byte order mark as a character, as Node.js reads them.
    """
    wanted, last = set(lines), max(lines, default=0)
    if last < 1:
        return {}
    # Counted by value, not by text: "ab" and "b=" have one (97 * 37 + 98 = 98 * 37 + 61).
    seen: Counter[int] = Counter()
    hashes: dict[int, str] = {}
    for number, value in enumerate(_values(_normalised(data.decode("utf-8", "replace")) + _END), 1):
        seen[value] += 1
        if number in wanted:
            hashes[number] = f"{value:x}:{seen[value]}"
        if number == last:
            break
    return hashes


def _normalised(text: str) -> str:
    """UTF-16 units, one character each; no blanks or tabs; LF for each line end."""
    # A blank between CR and LF makes two line ends of them.
    units = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    if units.isascii() or max(units) < "\U00010000":
        return units
    data = units.encode("utf-16-le", "surrogatepass")
    return "".join(chr(data[n] | data[n + 1] << 8) for n in range(0, len(data), 2))


def _values(text: str) -> Iterator[int]:
    """The value of each line's window, made from that of the line before where this takes less work."""
    window = text[:BLOCK]
    value = _polynomial(window) * _POWERS[BLOCK - len(window)] & _MASK
    yield value
    before = 0
    # The end itself begins a line where the file ends with a line feed.
    for match in re.finditer("\n", text):
        start = match.end()
        step = start - before
        window = text[start : start + BLOCK]
        if 2 * step >= BLOCK:
            value = _polynomial(window) * _POWERS[BLOCK - len(window)] & _MASK
        else:
            gone = _polynomial(text[before:start]) * _POWERS[BLOCK - step]
            come = text[before + BLOCK : start + BLOCK]
            value = (value - gone) * _POWERS[step] + _polynomial(come) * _POWERS[step - len(come)] & _MASK
        yield value
        before = start


def _polynomial(text: str) -> int:
    value = 0
    for character in text:
        value = value * _BASE + ord(character)
    return value
