"""
``primaryLocationLineHash``: by what GitHub knows an alert again in another commit.

Computed as the upload action of github/codeql-action computes it (src/fingerprints.ts), because a differing
value makes a second alert of every one. A line's hash is a polynomial (base 37, modulo 2**64, hexadecimal)
over the 100 characters from its first one on, lines that follow included: UTF-16 units without blanks and
tabs, each line end as one LF, behind the last one 65535 and then zeros. ``:n`` tells the n-th line with the
same hash.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from itertools import islice

BLOCK = 100
_BASE = 37
_SIZE = 1 << 64
_END = "\uffff"
_POWERS = [pow(_BASE, BLOCK - 1 - n, _SIZE) for n in range(BLOCK)]


def line_hashes(data: bytes, lines: Collection[int]) -> dict[int, str]:
    """
    The hash of each of ``lines`` (from 1) in a file; a line that the file does not have is left out.

    Bytes that are no UTF-8 count as U+FFFD, a byte order mark as a character, as Node.js reads them.
    """
    text = _normalised(data.decode("utf-8", "replace")) + _END
    wanted, last = set(lines), max(lines, default=0)
    seen: Counter[str] = Counter()
    hashes: dict[int, str] = {}
    # The end itself begins a line where the file ends with a line feed.
    starts = (0, *(match.end() for match in re.finditer("\n", text)))
    for number, start in enumerate(islice(starts, last), 1):
        window = text[start : start + BLOCK]
        seen[window] += 1
        if number in wanted:
            hashes[number] = f"{_polynomial(window):x}:{seen[window]}"
    return hashes


def _normalised(text: str) -> str:
    """UTF-16 units, one character each; no blanks or tabs; LF for each line end."""
    # A blank between CR and LF makes two line ends of them.
    units = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    if units.isascii() or max(units) < "\U00010000":
        return units
    data = units.encode("utf-16-le", "surrogatepass")
    return "".join(chr(data[n] | data[n + 1] << 8) for n in range(0, len(data), 2))


def _polynomial(window: str) -> int:
    return sum(ord(c) * power for c, power in zip(window, _POWERS, strict=False)) % _SIZE
