"""
The versions of Linux distributions: dpkg (deb-version(7)), RPM (rpm-version(7)) and apk
(https://wiki.alpinelinux.org/wiki/APKBUILD_Reference#pkgver).

They have no pre-releases that a package manager would pass over.
"""

from __future__ import annotations

import re
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.versioning.base import Parsed

_DEBIAN_RUN = expression(r"([^0-9]*)([0-9]*)", re.ASCII)
_RPM_RUN = expression(r"[0-9]+|[A-Za-z]+|~|\^", re.ASCII)
_APK = expression(
    r"[0-9]+(?:\.[0-9]+)*(?:[a-z][0-9]*)?((?:_[a-z]+[0-9]*)*)(?:~[0-9a-f]+)?(?:-r[0-9]+)?", re.ASCII
)
_APK_TOKEN = expression(r"\.?[0-9]+|[a-z](?![a-z])|_[a-z]+[0-9]*|~[0-9a-f]+|-r[0-9]+", re.ASCII)
_APK_BEFORE = ("alpha", "beta", "pre", "rc")
_APK_AFTER = ("cvs", "svn", "git", "hg", "p")


def parse_debian(text: str) -> Parsed | None:
    """``epoch:upstream-revision``, as dpkg compares them; opam orders its ``v0.16`` in the same way."""
    epoch, colon, rest = text.partition(":")
    if not colon:
        epoch, rest = "0", text
    upstream, dash, revision = rest.rpartition("-")
    upstream, revision = (upstream, revision) if dash else (revision, "")
    if not (epoch.isascii() and epoch.isdecimal() and upstream[:1].isalnum() and rest.isascii()):
        return None
    if not all(c.isalnum() or c in ".+~:-" for c in rest):
        return None
    return Parsed((int(epoch), _debian(upstream), _debian(revision)))


def _debian(text: str) -> tuple[Any, ...]:
    order: list[Any] = []
    for words, digits in _DEBIAN_RUN.findall(text):
        if words or digits:
            # The 0 is where a text ends: after a tilde, before a letter.
            order.append((*(-1 if c == "~" else ord(c) if c.isalpha() else ord(c) + 256 for c in words), 0))
            order.append(int(digits or 0))
    return (*order, (0,)) if order else ((0,), 0, (0,))


def parse_rpm(text: str) -> Parsed | None:
    """``epoch:version-release``; without a release it is that of no release."""
    epoch, colon, rest = text.partition(":")
    if not colon:
        epoch, rest = "0", text
    version, dash, release = rest.rpartition("-")
    version, release = (version, release) if dash else (release, "")
    if not (epoch.isascii() and epoch.isdecimal() and rest.isascii()):
        return None
    if "-" in version or rest.split() != [rest] or not any(c.isalnum() for c in version):
        return None
    return Parsed((int(epoch), _rpm(version), _rpm(release)))


def _rpm(text: str) -> tuple[Any, ...]:
    # A tilde is before the end, a caret after it, words come before numbers.
    order: list[tuple[Any, ...]] = []
    for run in _RPM_RUN.findall(text):
        if run.isdecimal():
            order.append((4, int(run)))
        else:
            order.append((0,) if run == "~" else (2,) if run == "^" else (3, run))
    return (*order, (1,))


def parse_apk(text: str) -> Parsed | None:
    """Numbers, a letter, suffixes (``_rc1``, ``_p2``) and a revision (``-r0``)."""
    if _APK.fullmatch(text) is None:
        return None
    order: list[tuple[int, Any]] = []
    for token in _APK_TOKEN.findall(text):
        items = _apk_token(token, bool(order))
        if items is None:
            return None
        order += items
    return Parsed((*order, (1, 0)))


def _apk_token(token: str, is_later: bool) -> list[tuple[int, Any]] | None:
    # Ranks: suffix before the release, end, revision, a suffix's number, suffix after it, letter, number,
    # and a number with a zero in front, which compares as a fraction does.
    if token[0] == "_":
        word = token[1:].rstrip("0123456789")
        number = token[1 + len(word) :]
        if word in _APK_BEFORE:
            found: list[tuple[int, Any]] = [(0, _APK_BEFORE.index(word))]
        elif word in _APK_AFTER:
            found = [(4, _APK_AFTER.index(word))]
        else:
            return None
        return [*found, (3, int(number))] if number else found
    if token[0] == "-":
        return [(2, int(token[2:]))]
    if token[0] == "~":
        return [(2, -1)]
    if token[0].isalpha():
        return [(5, token)]
    digits = token.removeprefix(".")
    if is_later and token[0] == "." and digits[0] == "0":
        bare = digits.lstrip("0")
        return [(7, len(bare) - len(digits)), *([(6, int(bare))] if bare else [])]
    return [(7 if token[0] == "." else 6, int(digits))]
