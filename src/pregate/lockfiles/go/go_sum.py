"""
``go.sum``, where no ``go.mod`` stands beside it: the modules whose content was checked.

A module whose ``go.mod`` alone was looked at is not built. Format: Go Modules Reference, "go.sum files"
(https://go.dev/ref/mod#go-sum-files).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.ecosystems import GO
from pregate.lockfiles.go.versions import module_version
from pregate.lockfiles.model import Reading
from pregate.lockfiles.text_lines import load_lines
from pregate.model import UnreadReason

_LINE = expression(r"\s*+(\S++)\s++([^\s/]++)(/go\.mod)?\s++([a-z0-9]++:\S++)\s*+")


def read_go_sum(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every module version with a hash of the module itself; nothing where ``go.mod`` tells what is built."""
    if posixpath.join(posixpath.dirname(path), "go.mod") in files:
        return Reading()
    lines = load_lines(path, files[path])
    if isinstance(lines, Reading):
        return lines
    found = Collector(path, "go.sum", GO)
    seen: set[tuple[str, str]] = set()
    is_known = False
    for line in lines:
        if not line.text.strip():
            continue
        entry = _LINE.fullmatch(line.text)
        if not entry or module_version(entry.group(2)) is None:
            found.skip("a line is no module, version and hash", line.place(), UnreadReason.UNPARSABLE)
            continue
        is_known = True
        module = (entry.group(1), entry.group(2))
        if entry.group(3) or not entry.group(4).startswith("h1:") or module in seen:
            continue
        seen.add(module)
        found.add(*module, line.place(*entry.span(2)), hashed=True)
    return found.reading() if is_known else failed(path, "no line is one of go.sum", 1)
