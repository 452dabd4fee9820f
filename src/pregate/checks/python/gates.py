"""
Whether Bandit's tests can say anything about a file, found without Bandit.

Every condition here and in :mod:`.walk` is a *necessary* one: where none is met, no test of Bandit's can
return a result. So Bandit is imported, and its tests are run, for what is left; in most files that is
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pregate.checks.python.nodes import Event

# U+200F, U+202A to U+202E and U+2066 to U+2069 in UTF-8 (bandit/plugins/trojansource.py).
_UTF8_BIDI = rb"\xe2(?:\x80[\x8f\xaa-\xae]|\x81[\xa6-\xa9])"


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
