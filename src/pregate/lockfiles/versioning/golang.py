"""
Go's versions: semantic, with ``v`` before them or, in OSV, without.

Pseudo-versions (``v0.0.0-20210101120000-abcdefabcdef``, ``v1.2.4-0.2021…``) are pre-releases by their form,
``+incompatible`` is build metadata (https://go.dev/ref/mod#versions). The standard library and the toolchain
have names such as ``go1.21rc2``, which the vulnerability database writes ``1.21.0-rc.2``
(https://go.dev/doc/security/vuln/database); what follows a ``-`` in a toolchain's name says who built it
(https://go.dev/doc/toolchain#name).
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.lockfiles.versioning import semantic
from pregate.lockfiles.versioning.base import Parsed

_TOOLCHAIN = expression(
    r"(go)?([0-9]+)\.([0-9]+)(?:\.([0-9]+))?(?:(alpha|beta|rc)([0-9]+))?(-\S*)?", re.ASCII
)


def parse(text: str) -> Parsed | None:
    """A module's version, or one of the standard library or toolchain."""
    found = _TOOLCHAIN.fullmatch(text)
    if found is None or not (found[1] or found[5]) or (found[7] and not found[1]):
        return semantic.parse(text)
    ahead = f"-{found[5]}.{int(found[6])}" if found[5] else ""
    return semantic.parse(f"{int(found[2])}.{int(found[3])}.{int(found[4] or 0)}{ahead}")
