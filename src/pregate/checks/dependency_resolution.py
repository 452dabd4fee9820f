"""Requirements that are not pinned, with the versions that an index gives for them."""

from __future__ import annotations

from pregate.checks.base import Analysis, PackageIndex
from pregate.lockfiles.model import Package
from pregate.lockfiles.python.loose import Loose, packages_of
from pregate.lockfiles.python.resolution import UnresolvedError, resolve
from pregate.model import UnreadReason
from pregate.records import replace


def resolved(analysis: Analysis, index: PackageIndex) -> Analysis:
    """
    ``analysis`` of a requirements file with the packages that pip would choose, in the place of what was not
    audited for want of a version.

    Where no set of versions is found its remarks stay, with the reason. Raises what ``index`` raises.
    """
    loose = [fact for fact in analysis.facts if isinstance(fact, Loose)]
    packages = [fact for fact in analysis.facts if isinstance(fact, Package)]
    if not loose:
        return analysis
    lines = {(row.location.path, row.location.start_line) for row in loose}
    try:
        chosen = resolve([row.text for row in loose], index)
    except UnresolvedError as error:
        told = tuple(
            replace(u, detail=f"{u.detail}; not resolved: {error}")
            if u.reason is UnreadReason.NOT_AUDITED and (u.path, u.line) in lines
            else u
            for u in analysis.unread
        )
        return replace(analysis, unread=told)
    left = tuple(
        u
        for u in analysis.unread
        if u.reason is not UnreadReason.NOT_AUDITED or (u.path, u.line) not in lines
    )
    return replace(analysis, facts=(*packages, *packages_of(loose, chosen, packages)), unread=left)
