"""
Where a package of the npm world comes from, by the words that name it.

Forms: https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies; the protocols of yarn
(https://yarnpkg.com/protocols), pnpm and bun are the same or more of the kind.
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.lockfiles.document import is_word, shown

_OWN = ("link:", "portal:", "workspace:")
_ELSEWHERE = (
    "git+",
    "git:",
    "git@",
    "github:",
    "gitlab:",
    "bitbucket:",
    "gist:",
    "file:",
    "exec:",
    "http:",
    "https:",
    "ssh:",
    "link:",
    "portal:",
    "workspace:",
)
_SHORTHAND = expression(r"[A-Za-z0-9][\w.-]*+/[\w.-]++(?:#.*)?", re.ASCII)  # user/repository#branch of GitHub
_ALIAS = expression(r"npm:((?:@[^@/\s]+/)?[^@/\s^~<>=*|]+)@([^@]+)|npm:((?:@[^@/\s]+/)?[A-Za-z_][^@/\s]*)")
_ARCHIVE = expression(r"\.(?:tgz|tar\.gz|tar)(?:$|[#?:])")


def is_own(source: str) -> bool:
    """
    Whether it is a folder of the project: a link, a portal, a workspace, or a folder that ``file:`` names
    below this one.
    """
    if source.startswith("file:"):
        return not source.startswith(("file:..", "file:/", "file:~")) and not _ARCHIVE.search(source)
    return source.startswith(_OWN)


def is_elsewhere(source: str) -> bool:
    """
    Whether it is anything but a range, a tag or an alias of a registry: git, an address, a file, a folder.
    """
    return source.startswith(_ELSEWHERE) or "://" in source or bool(_SHORTHAND.fullmatch(source))


def alias_target(source: str) -> tuple[str, str]:
    """
    Name and range behind ``npm:name@range`` or ``npm:name``; two empty texts for what is no alias.

    ``npm:^1.2`` (yarn writes all its ranges that way) is none.
    """
    found = _ALIAS.fullmatch(source)
    return (found.group(1) or found.group(3), found.group(2) or "") if found else ("", "")


def is_plain(text: object) -> bool:
    """Whether it can be a name or a version of npm: neither has a colon, which every address has."""
    return is_word(text) and ":" not in str(text)


def shown_name(name: object) -> str:
    """A name for a message, or words in its place: what may be an address is never quoted."""
    return shown(name if is_plain(name) else None)
