"""Comments of ``pregate suppress --inline``: written where they are known to work, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.config import CHECKS
from pregate.entry.commenting import comments
from pregate.entry.desk import Desk
from pregate.entry.fingerprints import Search
from pregate.errors import UsageError
from pregate.model import Finding, Suppression, SuppressionKind
from pregate.suppressions.comments import inline_form

if TYPE_CHECKING:
    from pregate.config import Config
    from pregate.entry.suppress import Wish

_LIMIT = 64 << 20


def write_comments(desk: Desk, search: Search, findings: Sequence[Finding], wish: Wish) -> None:
    """
    Puts a comment for each finding into what ``desk`` will write. Raises UsageError where the file can hold
    none, where the finding no longer stands there, or where the comment would be part of something else.
    """
    current = _as_on_disk(search, findings)
    # From the end of each file on, so that lines above stay where they are.
    for finding in sorted(current, key=lambda f: f.location, reverse=True):
        path, line = finding.location.path, finding.location.start_line
        form = inline_form(path, finding.rule.id, wish.reason, wish.owner, wish.until)
        if form is None:
            raise UsageError(
                f"{path} can hold no comment that says this",
                "Leave out --inline: the suppressions file is for such files.",
            )
        data = desk.read(path, _LIMIT)
        config = search.results[-1].config
        made = next((m for m in comments(path, data, line, form) if _works(config, finding, data, m)), None)
        if made is None:
            raise UsageError(
                f"{path}:{line}: a comment there would not be one, or would not be about the finding",
                "Leave out --inline, or write the comment by hand.",
            )
        desk.put(path, made)
        desk.told.insert(0, (_entry(finding, wish), "accepts"))


def _as_on_disk(search: Search, findings: Sequence[Finding]) -> list[Finding]:
    found = []
    for check in dict.fromkeys(f.rule.check for f in findings):
        mine = [f for f in findings if f.rule.check == check]
        paths = tuple(dict.fromkeys(f.location.path for f in mine))
        known = {j.finding.fingerprint: j.finding for j in search.on_disk(paths, check)}
        for finding in mine:
            if finding.fingerprint not in known and check not in CHECKS:
                raise UsageError(
                    f"no check that runs here finds {finding.fingerprint[:12]} in {finding.location.path}",
                    "For a finding of another scanner leave out --inline, or write the comment by hand:\n"
                    f'pregate: ignore[{finding.rule.id}] reason="…"',
                )
            if finding.fingerprint not in known:
                raise UsageError(
                    f"{finding.fingerprint[:12]} does not stand in {finding.location.path} as it is on disk",
                    "Check out the revision in which it was found, or leave out --inline.",
                )
            found.append(known[finding.fingerprint])
    return found


def _works(config: Config, finding: Finding, before: bytes, after: bytes) -> bool:
    """
    Whether the check finds in the file what it found before, and the finding is suppressed. One that needs
    the second step is looked for by nobody here: then the first has to find as much as before.
    """
    from pregate.checks import build_checks, make_masker
    from pregate.checks.base import Target
    from pregate.engine.analyst import Analyst, Task
    from pregate.engine.pragmas import suppress

    check = finding.rule.check
    analyst = Analyst(build_checks(config, (check,), b""), make_masker, config.file_timeout)
    path = finding.location.path
    old, new = (analyst.work(Task(0, Target(path, data), (check,)))[0].analysis for data in (before, after))
    if (len(old.findings), len(old.facts), len(old.unread)) != (
        len(new.findings),
        len(new.facts),
        len(new.unread),
    ):
        return False
    found = [f for f in suppress(new.findings, new.pragmas) if f.anchor == finding.anchor]
    if not found:
        return finding.fingerprint not in {f.fingerprint for f in old.findings}
    return any(f.suppression is not None and f.ordinal == finding.ordinal for f in found)


def _entry(finding: Finding, wish: Wish) -> Suppression:
    words = (wish.reason, wish.owner, wish.until)
    place = finding.location
    return Suppression(SuppressionKind.INLINE, finding.rule.id, place, "", *words, path=place.path)
