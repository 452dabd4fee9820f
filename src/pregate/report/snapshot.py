"""
An inventory as a snapshot for GitHub's dependency graph.

Source: docs.github.com, REST API, "Dependency submission", and its schema ``snapshot``. A manifest is a lock
file; what it resolves is named by package URL. Components without one are left out, GitHub could not place
them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pregate import __version__
from pregate.model import Component, Inventory
from pregate.records import dataclass
from pregate.report import HOME_PAGE
from pregate.report.bill import timestamp
from pregate.report.visible import visible

DETECTOR: Mapping[str, str] = {"name": "pregate", "version": __version__, "url": HOME_PAGE}


@dataclass(frozen=True, slots=True)
class Job:
    """
    The job that looked. GitHub keeps the last snapshot of each ``correlator``; ``ref`` and ``sha`` are what
    was looked at, ``moment`` is in milliseconds since 1970.
    """

    id: str
    correlator: str
    sha: str
    ref: str
    moment: int
    url: str = ""


def snapshot_of(inventory: Inventory, job: Job) -> dict[str, Any]:
    """The snapshot; ``metadata`` tells how many parts of lock files could not be read, if there are some."""
    by_file: dict[str, list[Component]] = {}
    for component in inventory.components:
        if component.purl:
            by_file.setdefault(component.location.path, []).append(component)
    address = {"html_url": job.url} if job.url else {}
    unread = {"metadata": {"unread": len(inventory.gaps)}} if inventory.gaps else {}
    return {
        "version": 0,
        "job": {"id": job.id, "correlator": job.correlator, **address},
        "sha": job.sha,
        "ref": job.ref,
        "detector": dict(DETECTOR),
        "scanned": timestamp(job.moment),
        **unread,
        "manifests": {visible(path): _manifest(path, by_file[path]) for path in sorted(by_file)},
    }


def _manifest(path: str, components: Sequence[Component]) -> dict[str, Any]:
    same: dict[str, list[Component]] = {}
    for component in components:
        same.setdefault(component.purl, []).append(component)
    return {
        "name": visible(path),
        "file": {"source_location": visible(path)},
        "resolved": {purl: _dependency(same[purl], same.keys()) for purl in sorted(same)},
    }


def _dependency(same: Sequence[Component], known: Collection[str]) -> dict[str, Any]:
    """Direct and for running, where it is so at one place of the file."""
    depths = {component.depth for component in same}
    relationship = "direct" if "direct" in depths else "indirect" if depths == {"transitive"} else ""
    needed = sorted({ref for component in same for ref in component.requires if ref in known})
    return {
        "package_url": same[0].purl,
        **({"relationship": relationship} if relationship else {}),
        "scope": "development" if all(component.dev for component in same) else "runtime",
        **({"dependencies": needed} if needed else {}),
    }
