"""
``composer.lock``: ``packages`` and ``packages-dev``, each with name, version, source and licences.

Format: https://getcomposer.org/doc/04-schema.md and composer's ``Locker``,
https://github.com/composer/composer/blob/main/src/Composer/Package/Locker.php.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, is_word, phrase, shown
from pregate.lockfiles.ecosystems import PACKAGIST
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Declaration, Depth, Reading, Requirement
from pregate.model import UnreadReason

# A branch has no place in the order of versions: https://getcomposer.org/doc/articles/versions.md#branches.
_BRANCH = expression(r"dev-.*|.*[.-]dev", re.IGNORECASE | re.DOTALL)
_MAX_LICENCES = 50
_Idents = dict[str, str]


def read_composer_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package with a version; branches are not audited, packages from the project's own folders passed
    over. Which are direct is told where ``composer.json`` is among ``files``.
    """
    loaded = load_located(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    root = loaded.root.value
    if not isinstance(root, dict) or not isinstance(root.get("packages"), list):
        return failed(path, "no list of packages: this is no composer.lock")
    found = Collector(path, "composer.lock", PACKAGIST)
    idents = _idents(root)
    declared = _declared(posixpath.join(posixpath.dirname(path), "composer.json"), files)
    for group in ("packages", "packages-dev"):
        entries = loaded.root.member(group)
        for entry in entries.items() if entries else ():
            _add(found, loaded, entry, group == "packages-dev", idents, declared)
    return found.reading()


def _add(
    found: Collector,
    document: Document,
    entry: Part,
    is_dev: bool,
    idents: _Idents,
    declared: Mapping[str, list[Declaration]] | None,
) -> None:
    data = entry.value
    if not isinstance(data, dict):
        found.skip("an entry is no object", document.location(entry), UnreadReason.UNPARSABLE)
        return
    name, version = data.get("name"), data.get("version")
    place = document.location(entry.member("version") or entry)
    dist = data.get("dist")
    if isinstance(dist, dict) and dist.get("type") == "path":
        return
    if isinstance(version, str) and is_word(name) and _BRANCH.fullmatch(version):
        found.skip(f"{shown(name)} is a branch, which no advisory can be compared with", place)
        return
    mine = tuple((declared or {}).get(str(name).lower(), ()))
    known = Depth.DIRECT if mine else Depth.TRANSITIVE
    found.add(
        name,
        version,
        place,
        depth=Depth.UNKNOWN if declared is None else known,
        dev=is_dev,
        requires=_requires(data, idents),
        declared=mine,
        licenses=_licences(data.get("license")),
    )


def _idents(root: Mapping[str, Any]) -> _Idents:
    """The ident of the package that answers to a name, be it by replacing or providing it."""
    own: _Idents = {}
    others: _Idents = {}
    for group in ("packages", "packages-dev"):
        entries = root.get(group)
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict):
                continue
            ident = f"{entry.get('name')}@{entry.get('version')}"
            own[str(entry.get("name")).lower()] = ident
            for kind in ("replace", "provide"):
                names = entry.get(kind)
                for name in names if isinstance(names, dict) else ():
                    others.setdefault(name.lower(), ident)
    return {**others, **own}


def _requires(data: Mapping[str, Any], idents: _Idents) -> tuple[Requirement, ...]:
    needed = data.get("require")
    pairs = needed.items() if isinstance(needed, dict) else ()
    return tuple(
        Requirement(idents[name.lower()], constraint)
        for name, constraint in pairs
        if name.lower() in idents and isinstance(constraint, str)
    )


def _licences(value: object) -> str:
    """Several are a choice (https://getcomposer.org/doc/04-schema.md#license)."""
    given = [value] if isinstance(value, str) else value
    words = [word for word in map(phrase, given) if word] if isinstance(given, list) else []
    if len(words) == 1:
        return words[0]
    chosen = [f"({w})" if " " in w and not w.startswith("(") else w for w in words[:_MAX_LICENCES]]
    return " OR ".join(chosen)


def _declared(path: str, files: Mapping[str, bytes]) -> dict[str, list[Declaration]] | None:
    """What ``composer.json`` requires; None where it is not there or cannot be read."""
    loaded = load_located(path, files[path]) if path in files else None
    if not isinstance(loaded, Document):
        return None
    found: dict[str, list[Declaration]] = {}
    for kind in ("require", "require-dev"):
        group = loaded.root.member(kind)
        for part in group.by_key().values() if group else ():
            asked = part.value if isinstance(part.value, str) else ""
            found.setdefault(part.key.lower(), []).append(Declaration(loaded.location(part), asked))
    return found
