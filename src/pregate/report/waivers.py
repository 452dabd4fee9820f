"""What reports say of suppressions: those that the change adds, those of no use, those that are refused."""

from __future__ import annotations

from collections.abc import Iterable

from pregate.model import Standing, Verdict, Waiver
from pregate.records import dataclass
from pregate.report.visible import one_line

_WORDS = {
    Standing.USED: "in force",
    Standing.UNUSED: "unused",
    Standing.EXPIRED: "expired",
    Standing.REFUSED: "not accepted",
}


@dataclass(frozen=True, slots=True)
class Told:
    """
    One suppression in words: ``place`` is a path and maybe a line, ``rule`` the rule that it names (``""``
    where it names none), ``words`` the rest, on one line.
    """

    place: str
    rule: str
    words: str


def added(verdict: Verdict) -> tuple[Told, ...]:
    """Those that the change adds or makes last longer."""
    return _told(w for w in verdict.waivers if w.is_added)


def idle(verdict: Verdict) -> tuple[Told, ...]:
    """Those that were there before and that expired, are of no use, or do not count."""
    return _told(w for w in verdict.waivers if not w.is_added and w.standing is not Standing.USED)


def in_force(verdict: Verdict) -> tuple[Told, ...]:
    """Those that were there before and suppress something."""
    return _told(w for w in verdict.waivers if not w.is_added and w.standing is Standing.USED)


def _told(waivers: Iterable[Waiver]) -> tuple[Told, ...]:
    return tuple(_words(w) for w in waivers)


def _words(waiver: Waiver) -> Told:
    s = waiver.suppression
    standing = f"{_WORDS[waiver.standing]}{f': {waiver.why}' if waiver.why else ''}"
    number = f"{waiver.count:,} finding{'' if waiver.count == 1 else 's'}"
    parts = [
        standing,
        number if waiver.count else "",
        f"in {s.path}" if s.path and s.path != s.origin.path else "",
        f'reason "{s.reason}"' if s.reason and s.rule else "no reason given" if s.rule else "",
        f"owner {s.owner}" if s.owner else "",
        f"until {s.until}" if s.until and waiver.standing is not Standing.EXPIRED else "",
    ]
    line = f":{s.origin.start_line}" if s.origin.start_line > 0 else ""
    return Told(f"{s.origin.path}{line}", s.rule, one_line("; ".join(p for p in parts if p)))
