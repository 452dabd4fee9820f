"""
``renv.lock`` of R: ``Packages`` with version, source and repository of each.

Format: https://rstudio.github.io/renv/articles/lockfile.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, phrase, shown
from pregate.lockfiles.ecosystems import CRAN
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Reading, Requirement
from pregate.model import UnreadReason

# Names and addresses of repositories of other packages than CRAN's; any other is a mirror of CRAN under a
# name of one's own.
_OTHER = expression(r"bioc|r-universe|r-forge|ropensci|/drat(?:/|$)", re.IGNORECASE)
_NEED = expression(r"([A-Za-z][A-Za-z0-9.]{0,200})(?:[ \t\n]{0,9}\(([^()]{1,200})\))?")
_FIELDS = ("Requirements", "Depends", "Imports", "LinkingTo")


def read_renv_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every package from CRAN or a mirror of it; Bioconductor, GitHub and others are not audited."""
    loaded = load_located(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    packages = loaded.root.member("Packages")
    if packages is None or not packages.is_object:
        return failed(path, "no Packages: this is no renv.lock")
    found = Collector(path, "renv.lock", CRAN)
    known = {
        name: f"{name}@{data['Version']}"
        for name, data in packages.value.items()
        if isinstance(data, dict) and isinstance(data.get("Version"), str)
    }
    others = _others(loaded.root.value)
    for part in packages.by_key().values():
        _add(found, loaded, part, known, others)
    return found.reading()


def _others(root: Mapping[str, Any]) -> set[str]:
    """Names that the file gives to repositories whose address is of another than CRAN."""
    head = root.get("R")
    listed = head.get("Repositories") if isinstance(head, dict) else None
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    pairs = [(entry.get("Name"), entry.get("URL")) for entry in entries]
    return {name for name, url in pairs if isinstance(name, str) and isinstance(url, str) and _is_other(url)}


def _is_other(text: str) -> bool:
    return _OTHER.search(text[:1_000]) is not None


def _add(
    found: Collector, document: Document, part: Part, known: Mapping[str, str], others: set[str]
) -> None:
    data = part.value
    if not isinstance(data, dict):
        found.skip("an entry is no object", document.key_location(part), UnreadReason.UNPARSABLE)
        return
    place = document.location(part.member("Version") or part)
    if not _is_from_cran(data, others):
        found.skip(f"{shown(part.key)} is not from CRAN", place)
        return
    found.add(
        data.get("Package", part.key),
        data.get("Version"),
        place,
        requires=_requires(data, known),
        licenses=phrase(data.get("License")),
    )


def _is_from_cran(data: Mapping[str, Any], others: set[str]) -> bool:
    source, repository = data.get("Source", "Repository"), data.get("Repository", "CRAN")
    if source not in ("Repository", "CRAN"):
        return False
    return isinstance(repository, str) and repository not in others and not _is_other(repository)


def _requires(data: Mapping[str, Any], known: Mapping[str, str]) -> tuple[Requirement, ...]:
    """Names in lists, in newer files with versions (``rlang (>= 1.0)``)."""
    needs: dict[str, Requirement] = {}
    for field in _FIELDS:
        given = data.get(field)
        for text in given if isinstance(given, list) else ():
            need = _NEED.fullmatch(text.strip()) if isinstance(text, str) else None
            if need and need.group(1) in known:
                needs.setdefault(need.group(1), Requirement(known[need.group(1)], need.group(2) or ""))
    return tuple(needs.values())
