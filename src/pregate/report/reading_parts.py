"""
Parts of a JSON report that stand at several places of it, read back: each is one that the schema allows.

``where`` is the JSON pointer of what is read, for the error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pregate.model import LineRange, Location, Standing, Suppression, SuppressionKind, Waiver
from pregate.report.schema import ReportError


def location_of(entry: Mapping[str, Any], where: str) -> Location:
    """A place in a file of the repository. Raises ReportError."""
    return Location(
        path_of(entry["path"], f"{where}/path"),
        entry["start_line"],
        entry["start_column"],
        entry["end_line"],
        entry["end_column"],
    )


def path_of(path: str, where: str) -> str:
    """
    A path as git can have it: no part is empty, ``.`` or ``..``, and it is made of bytes but NUL. Raises
    ReportError.
    """
    if not {"", ".", ".."}.isdisjoint(path.split("/")) or "\0" in path:
        raise ReportError(where, "is no path within a repository")
    try:
        path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise ReportError(where, "is no path that bytes could make") from None
    return path


def waiver_of(entry: Mapping[str, Any], where: str) -> Waiver:
    """What became of a suppression in the run. Raises ReportError."""
    return Waiver(
        suppression_of(entry["suppression"], where),
        Standing(entry["standing"]),
        is_added=entry["added"],
        count=entry["findings"],
        why=entry["why"],
    )


def suppression_of(entry: Mapping[str, Any], where: str) -> Suppression:
    """A suppression, of a finding or by itself. Raises ReportError."""
    at = f"{where}/suppression"
    lines = entry["lines"]
    if lines and lines[1] < lines[0]:
        raise ReportError(f"{at}/lines", "end before they begin")
    return Suppression(
        kind=SuppressionKind(entry["kind"]),
        rule=entry["rule"],
        origin=location_of(entry["origin"], f"{at}/origin"),
        words=entry["words"],
        reason=entry["reason"],
        owner=entry["owner"],
        until=entry["until"],
        lines=LineRange(*lines) if lines else None,
        anchor=entry["anchor"],
        path=entry["path"],
        witness=entry["witness"],
        count=entry["count"],
    )
