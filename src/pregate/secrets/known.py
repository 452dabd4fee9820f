"""
The secrets that a ``.secrets.baseline`` of detect-secrets' lists: by file and hash, without their values.

Format: ``detect_secrets.core.baseline`` and ``core.potential_secret`` (1.5.0): ``results`` by file name, each
entry with ``hashed_secret``, the SHA-1 of the value, and ``line_number``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.errors import ScannerError
from pregate.expressions import expression
from pregate.records import dataclass, field
from pregate.secrets.found import Secret

_SHA1 = expression(r"[0-9a-f]{40}")
# What detect-secrets hashes where its expression captures the public beginning alone.
_BEGINNING = expression(r"(gh[pousr](?=_)|(?:glpat|gldt|glft|glsoat|glrt)(?=-))")
_UNQUOTED = expression(r"[^\s\"'`,;]{1,4096}")


@dataclass(frozen=True, eq=False)
class KnownSecrets:
    """
    ``path`` is the baseline's name; ``files`` gives for each file the hashes in it, each with its lines.
    ``digest`` changes with the content. Equal only to itself.
    """

    path: str
    files: Mapping[str, Mapping[str, frozenset[int]]] = field(repr=False)
    digest: str = field(default="", repr=False)

    def holds(self, path: str, secret: Secret, line: str) -> bool:
        """
        Whether the baseline lists a secret in this file; ``line`` is what it stands in.

        Some of detect-secrets' plugins hash only a public beginning, or the header of a key: such an entry
        means the secret on its own line, no other.
        """
        hashes = self.files.get(path)
        if not hashes:
            return False
        if any(_sha1(value) in hashes for value in _readings(secret, line)):
            return True
        public = _public_part(secret, line)
        return bool(public) and secret.line in hashes.get(_sha1(public), ())


def read_known(path: str, data: bytes) -> KnownSecrets:
    """The secrets that a baseline lists. Raises ScannerError where it is not one of detect-secrets'."""
    hint = "Make it anew: detect-secrets scan > .secrets.baseline; or mend or remove it."
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        marked = next((n for n, row in enumerate(data.split(b"\n"), 1) if row.startswith(b"<<<<<<< ")), 0)
        words = f"line {marked}: a merge conflict is left" if marked else f"not JSON: {error}"
        raise ScannerError(f"{path}: {words}", hint) from None
    results: Any = content.get("results") if isinstance(content, dict) else None
    if not isinstance(results, dict):
        raise ScannerError(f"{path}: it has no results, as a baseline of detect-secrets has", hint)
    files: dict[str, dict[str, set[int]]] = {}
    for name, entries in results.items():
        for digest, line in _entries(path, name, entries):
            files.setdefault(_normalised(name), {}).setdefault(digest, set()).add(line)
    frozen = {name: {h: frozenset(lines) for h, lines in found.items()} for name, found in files.items()}
    return KnownSecrets(path, frozen, hashlib.sha256(data).hexdigest()[:16])


def _entries(path: str, name: str, entries: Any) -> Iterator[tuple[str, int]]:
    rows: list[Any] = entries if isinstance(entries, list) else [None]
    for entry in rows:
        digest = entry.get("hashed_secret") if isinstance(entry, dict) else None
        if not isinstance(digest, str) or not _SHA1.fullmatch(digest):
            raise ScannerError(
                f"{path}: an entry of {name[:200]!r} has no hashed_secret",
                "Make it anew: detect-secrets scan > .secrets.baseline; or mend or remove it.",
            )
        line = entry.get("line_number")
        yield digest, line if isinstance(line, int) else 0


def _normalised(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")


def _readings(secret: Secret, line: str) -> Iterator[str]:
    """The value, and what stands around it in one piece: detect-secrets may have taken more for it."""
    value = secret.value.reveal()
    yield value
    start, end = secret.start - 1, secret.end - 1
    for quote in "\"'`":
        first, last = line.rfind(quote, 0, start), line.find(quote, end)
        if 0 <= first < last:
            yield line[first + 1 : last]
    for match in _UNQUOTED.finditer(line, max(start - 200, 0), end + 200):
        if match.start() <= start and end <= match.end():
            yield match.group()


def _public_part(secret: Secret, line: str) -> str:
    if not secret.is_value:
        return line[secret.start - 1 : secret.end - 1].strip("-")
    match = _BEGINNING.match(secret.value.reveal())
    return match.group() if match else ""


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
