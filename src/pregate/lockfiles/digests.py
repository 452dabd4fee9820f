"""
The digests of downloads in lock files: half of their text, as random as a key, and no secret.

Forms: Subresource Integrity (``sha512-…``, W3C), ``sha256:…`` of pip and others, ``checksum = "…"`` of Cargo.
"""

from __future__ import annotations

import re

from pregate.expressions import expression

_DIGEST = expression(
    rb"\bsha(?:1|256|384|512)[-:=][A-Za-z0-9+/]{27,128}={0,2}|(?<=checksum = \")[0-9a-f]{64}(?=\")", re.ASCII
)


def without_digests(data: bytes) -> bytes:
    """``data`` with every digest blanked, so that all else stands where it stood."""
    return _DIGEST.sub(lambda found: b" " * len(found[0]), data)
