"""
Versions of Go modules as ``go.mod`` and ``go.sum`` write them.

Source: Go Modules Reference, "Versions" (https://go.dev/ref/mod#versions). These files hold whole versions
alone, with a leading ``v``; :mod:`pregate.lockfiles.versioning.golang`, which orders them, is more lenient,
for advisories write them in other ways.
"""

from __future__ import annotations

from pregate.expressions import expression
from pregate.lockfiles.ecosystems import GO
from pregate.lockfiles.versions import Version, parse_version

_WHOLE = expression(r"v[0-9]++\.[0-9]++\.[0-9]++(?:[-+].*+)?")


def module_version(text: str) -> Version | None:
    """The version, in its order; None for what is no version there: a branch, a range, ``v1.0``."""
    return parse_version(GO, text) if _WHOLE.fullmatch(text) else None
