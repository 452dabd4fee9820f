"""The part of a large text that a few places need: the lines around them, the others empty."""

from __future__ import annotations

from collections.abc import Iterable

from pregate.model import Finding

# A private key has some 50 lines; what stands farther away is not quoted, and hides no part of what is.
REACH = 60
# Where no key begins, a secret stands in one line; entries of a lock file have fewer lines than this.
SHORT_REACH = 20
LARGE = 64 * 1024
_KEYS = (b"PRIVATE KEY", b"PuTTY-User-Key-File")


def nearby(text: bytes, path: str, findings: Iterable[Finding], *, is_list: bool = False) -> bytes:
    """
    ``text`` of the file at ``path`` with the lines around every place that a finding names there; all other
    lines are empty, so that numbers stay. A text that is not large is given back as it is.

    ``is_list`` tells that the file is a list of short entries, of which findings quote nothing but their own;
    then fewer lines are enough, unless a private key is somewhere in the text.
    """
    if len(text) <= LARGE:
        return text
    reach = SHORT_REACH if is_list and not any(key in text for key in _KEYS) else REACH
    places = (place for f in findings for place in (f.location, *(r.location for r in f.related)))
    lines = text.splitlines(keepends=True)
    wanted: set[int] = {1}  # what begins as JSON is not to be taken for something else
    for place in places:
        if place.path == path:
            first = max(place.start_line - reach, 1)
            wanted.update(range(first, min(place.end_line + reach, len(lines)) + 1))
    return b"".join(line if n in wanted else b"\n" for n, line in enumerate(lines, start=1))
