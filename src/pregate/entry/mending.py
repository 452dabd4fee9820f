"""A file's content with the certain fixes of its findings, and the difference that they make."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pregate.model import Finding, Fix
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Mended:
    """The new content of a file, the findings whose fix is in it, and those whose fix did not fit."""

    data: bytes
    done: tuple[Finding, ...]
    refused: tuple[Finding, ...]


def mend(data: bytes, findings: Iterable[Finding]) -> Mended:
    """
    ``data`` with the first fix of each finding, which replaces whole lines; every line keeps its end.

    Findings of one package bring the same fix, which is applied once. A fix does not fit where its line is
    not the one that it was made for, with the finding's version in the place of the new one, or where another
    one has replaced the line.
    """
    lines = data.split(b"\n")
    made: dict[int, Fix] = {}
    done: list[Finding] = []
    refused: list[Finding] = []
    for finding in findings:
        fix, properties = finding.fixes[0], dict(finding.properties)
        versions = (properties.get("version", ""), properties.get("upgrade", ""))
        known = made.get(fix.start_line)
        if known is None and _fits(lines, fix, *versions):
            known = made[fix.start_line] = fix
        (done if known == fix else refused).append(finding)
    for number, fix in made.items():
        end = b"\r" if lines[number - 1].endswith(b"\r") else b""
        lines[number - 1] = fix.text.encode() + end
    return Mended(b"\n".join(lines), tuple(done), tuple(refused))


def _fits(lines: list[bytes], fix: Fix, version: str, upgrade: str) -> bool:
    """Whether the line that stands there is the fix's but for the version."""
    if fix.start_line != fix.end_line or not 0 < fix.start_line <= len(lines) or not version or not upgrade:
        return False
    there = lines[fix.start_line - 1].removesuffix(b"\r")
    new, old = upgrade.encode(), version.encode()
    written = fix.text.encode("utf-8", "surrogatepass")
    at = written.find(new)
    while at >= 0:
        if written[:at] + old + written[at + len(new) :] == there:
            return True
        at = written.find(new, at + 1)
    return False


def difference(path: str, before: bytes, after: bytes) -> bytes:
    """A unified diff of one file, which ``git apply`` and ``patch -p1`` take; empty when nothing differs."""
    names = (_quoted(f"a/{path}"), _quoted(f"b/{path}"))
    lines = (_by_line_feed(before), _by_line_feed(after))
    made = difflib.diff_bytes(difflib.unified_diff, *lines, *names)
    cut = b"\n\\ No newline at end of file\n"
    return b"".join(line if line.endswith(b"\n") else line + cut for line in made)


def _by_line_feed(data: bytes) -> list[bytes]:
    *lines, last = data.split(b"\n")
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _quoted(path: str) -> bytes:
    """The name as git-diff(1) has it (``core.quotePath``): quoted, with octal escapes, where it is odd."""
    raw = path.encode("utf-8", "surrogateescape")
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in raw):
        return raw + (b"\t" if b" " in raw else b"")
    escaped = (
        b"\\" + bytes([byte]) if byte in b'"\\' else bytes([byte]) if 32 <= byte < 127 else b"\\%03o" % byte
        for byte in raw
    )
    return b'"' + b"".join(escaped) + b'"'
