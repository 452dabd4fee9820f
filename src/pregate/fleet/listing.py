"""
A file with one repository a line: ``ADDRESS [REVISION]``, or ``NAME ADDRESS [REVISION]``.

Blank lines are passed over, and what follows a ``#`` that begins a word. An address that git must not be
given (another transport, credentials in it) stays in the list as a repository that cannot be scanned: nothing
is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from pregate.errors import UsageError
from pregate.fleet.model import Repository
from pregate.records import replace

SCHEMES = ("https", "http", "file")
LIMIT = 64 * 1024 * 1024
"""How many bytes a list may have."""
_REVISION = re.compile(r"\w[\w./-]{0,250}", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_UNREADABLE = "invalid://"
_HINT = "Write one repository a line: ADDRESS [REVISION], or NAME ADDRESS [REVISION]."


def parse_list(text: str, origin: str) -> tuple[Repository, ...]:
    """
    The repositories of a list, each once, in its order. Raises UsageError, which names the line and not its
    text, for a line without an address and for a list without a line.
    """
    found: dict[str, Repository] = {}
    # Editors of Windows begin a file with a mark of its encoding.
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        words = line.split()
        words = words[: next((i for i, word in enumerate(words) if word.startswith("#")), None)]
        if not words:
            continue
        place = next((i for i, word in enumerate(words[:2]) if _SCHEME.match(word)), None)
        if place is None or len(words) > place + 2:
            raise UsageError(f"{origin}, line {number}: this is no repository", _HINT)
        revision = words[place + 1] if len(words) > place + 1 else ""
        if revision and (not _REVISION.fullmatch(revision) or ".." in revision):
            raise UsageError(
                f"{origin}, line {number}: the revision is no branch, tag or commit", "Name one of them."
            )
        made = repository_at(words[place], revision, name=words[0] if place else "")
        if made.address == _UNREADABLE:
            made = replace(made, address=f"{_UNREADABLE}line-{number}")
        found.setdefault(made.slug, made)
    if not found:
        raise UsageError(f"{origin} names no repository", _HINT)
    return tuple(found.values())


def unique(repositories: Iterable[Repository]) -> tuple[Repository, ...]:
    """The repositories, each once."""
    return tuple({repository.slug: repository for repository in repositories}.values())


def repository_at(address: str, revision: str = "", name: str = "") -> Repository:
    """
    The repository at an address. What in it may be a secret (a user, a query, a fragment) is left out of the
    repository, which then says why it is refused.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Repository(name or "unreadable address", _UNREADABLE, revision, "its address is none")
    scheme = parts.scheme.lower()
    bare_host = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/") or parts.path[:1]  # git asks for the same with and without
    bare = f"{scheme}://{bare_host}{f':{port}' if port else ''}{path}"
    shown = name or _name_of(scheme, parts.path)
    return Repository(shown, bare, revision, _refusal(scheme, host, parts.netloc, address))


def _refusal(scheme: str, host: str, netloc: str, address: str) -> str:
    if scheme not in SCHEMES:
        return f"its address is not {', '.join(SCHEMES[:-1])} or {SCHEMES[-1]}"
    if "@" in netloc or "?" in address or "#" in address:
        return "its address holds credentials or more than a place: give a token in GITHUB_TOKEN instead"
    if not address.isprintable() or (scheme == "file") == bool(host):
        return "its address is none"
    return ""


def _name_of(scheme: str, path: str) -> str:
    plain = unquote(path).strip("/").removesuffix(".git")
    return plain[-200:] if scheme == "file" else "/".join(plain.split("/")[-2:])[-200:]
