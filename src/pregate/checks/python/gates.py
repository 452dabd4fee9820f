"""
Which nodes of a syntax tree Bandit's tests can say anything about, found without Bandit.

Every gate is a *necessary* condition: a node that passes none of them cannot make a test of Bandit's return
a result. So Bandit is imported, and its tests are run, for the nodes that are left; in most files there are
none.
The gates were made for the tests of one release: :func:`is_proven` tells whether that is the one which is
installed, and ``tests/checks/test_python_gates.py`` compares the tables with Bandit's own and the outcome
with its visitor.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache

from pregate.checks.python.distribution import distribution_file, version
from pregate.checks.python.walk import Event

# Release, and a digest of the names of its tests.
_PROVEN = {"1.9.4": "c8922ece8e7209d1"}
# U+200F, U+202A to U+202E and U+2066 to U+2069 in UTF-8 (bandit/plugins/trojansource.py).
_UTF8_BIDI = rb"\xe2(?:\x80[\x8f\xaa-\xae]|\x81[\xa6-\xa9])"


@cache
def is_proven() -> bool:
    """Whether the installed Bandit is the one whose tests these gates were made for."""
    try:
        return _PROVEN.get(version()) == digest(distribution_file("entry_points.txt"))
    except (ImportError, OSError):
        return False


def digest(entry_points: str) -> str:
    """A digest of the names and places of all tests in an ``entry_points.txt``."""
    lines, section = [], ""
    for line in entry_points.splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif "=" in line and section in ("bandit.plugins", "bandit.blacklists"):
            lines.append("".join(line.split()))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def is_silent(events: Sequence[Event], data: bytes) -> bool:
    """Whether Bandit has nothing to say about a file, neither of its nodes nor of its text and comments."""
    return not any(is_hot for _, _, is_hot in events) and b"nosec" not in data and not is_read_as_text(data)


def is_read_as_text(data: bytes) -> bool:
    """Whether a test may find something in the text of a file: characters that change the direction."""
    if (b"\xe2\x80" in data or b"\xe2\x81" in data) and re.search(_UTF8_BIDI, data):
        return True
    return is_not_utf8(data)


def is_not_utf8(data: bytes) -> bool:
    """Whether the source says so (PEP 263): then its bytes need not show what its text holds."""
    for line in data.split(b"\n", 2)[:2]:
        if b"coding" in line and line.lstrip(b" \t\f").startswith(b"#"):
            match = re.search(rb"coding[:=][ \t]*([-\w.]+)", line)
            if match and match.group(1).lower().replace(b"_", b"-") not in (b"utf-8", b"utf8"):
                return True
    return False
