"""
Composer's versions: normalised to four numbers and a stability, then compared as PHP's ``version_compare``
does (https://getcomposer.org/doc/articles/versions.md; composer/semver, ``VersionParser::normalize``).

A branch without a number (``dev-main``) is not before or after anything.
"""

from __future__ import annotations

import re
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.versioning.base import Parsed

_MODIFIER = r"[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]++)*+))?([.-]?dev)?"
_CLASSIC = expression(r"v?([0-9]{1,5})(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.([0-9]+))?" + _MODIFIER, re.ASCII)
_DATE = expression(r"v?([0-9]{4}(?:[.:-]?[0-9]{2}){1,6}(?:[.:-]?[0-9]{1,3}){0,2})" + _MODIFIER, re.ASCII)
_PLACE = r"(?:\.([0-9]+|[x*]))?"
_BRANCH = expression(r"v?([0-9]+)" + 3 * _PLACE + r"[.-]?dev", re.ASCII)
_FLAG = expression(r"@(?:stable|rc|beta|alpha|dev)\Z")
_BUILD = expression(r"([^,\s+]+)\+\S+")
_NUMBER = expression(r"[0-9]+", re.ASCII)

# PHP's order of what may stand at one place; the end of a version counts as a number does.
_DEV, _ALPHA, _BETA, _RC, _NUMERIC, _PATCH = range(6)
_STABILITY = {
    "a": _ALPHA,
    "alpha": _ALPHA,
    "b": _BETA,
    "beta": _BETA,
    "rc": _RC,
    "p": _PATCH,
    "pl": _PATCH,
    "patch": _PATCH,
}
_END = (_NUMERIC, -1)
# What an x of a branch stands for.
_WILD = 9999999


def parse(text: str) -> Parsed | None:
    """A tag or a numbered branch (``2.x-dev``); None for a branch with a name."""
    text = _FLAG.sub("", text.lower())
    built = _BUILD.fullmatch(text)
    text = built[1] if built else text
    if found := _CLASSIC.fullmatch(text):
        numbers = [int(n or 0) for n in found.groups()[:4]]
    elif found := _DATE.fullmatch(text):
        numbers = [int(n) for n in _NUMBER.findall(found[1])]
    elif found := _BRANCH.fullmatch(text):
        wild = [_WILD if n in ("x", "*", None) else int(n) for n in found.groups()]
        return Parsed((*((_NUMERIC, n) for n in wild), (_DEV,), _END), True)
    else:
        return None
    word, count, dev = found.groups()[-3:]
    order: list[tuple[Any, ...]] = [(_NUMERIC, n) for n in numbers]
    rank = _STABILITY.get(word or "")
    if rank is not None:
        order.append((rank,))
        order += [(_NUMERIC, int(n)) for n in _NUMBER.findall(count)]
    if dev and word != "stable":
        order.append((_DEV,))
    is_prerelease = rank in (_ALPHA, _BETA, _RC) or order[-1] == (_DEV,)
    return Parsed((*order, _END), is_prerelease)
