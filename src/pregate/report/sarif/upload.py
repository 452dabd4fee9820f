"""
The SARIF log that goes to GitHub code scanning: what GitHub takes, and nothing that closes an alert wrongly.

An upload replaces the one before it in the same category, and closes the alerts that it does not have (GitHub
Docs, "SARIF support for code scanning"). So a check that did not do its whole work has no run here.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from typing import assert_never

from pregate.model import CheckSummary, Completed, Failed, Rule, Skipped, Verdict
from pregate.records import dataclass
from pregate.report.sarif import SCHEMA, Options
from pregate.report.sarif.drafts import Draft, draft_of
from pregate.report.sarif.limits import Limits
from pregate.report.visible import one_line
from pregate.report.words import plural

SUFFIX_MAX = 100
_PART = r"[A-Za-z0-9._-]+"
_SUFFIX = re.compile(f"{_PART}(/{_PART})*")

Kept = tuple[tuple[int, ...], ...]


class SuffixError(ValueError):
    """A suffix that cannot stand in a category."""


@dataclass(frozen=True, slots=True)
class Upload:
    """
    A log to upload.

    ``text`` is ASCII JSON with a line for each result. ``categories`` are those of its runs
    (``pregate/secrets``, with a suffix ``pregate/secrets/linux``). By check, ``left_out`` counts the results
    over GitHub's limits, and ``in_history`` the findings that stand in a commit of the change and not in its
    head, where code scanning has no place for them. ``withheld`` are the checks without a run, and why.
    """

    text: str
    categories: tuple[str, ...]
    left_out: tuple[tuple[str, int], ...]
    withheld: tuple[tuple[str, str], ...]
    in_history: tuple[tuple[str, int], ...] = ()


def prepare(
    verdict: Verdict,
    rules: Sequence[Rule],
    *,
    suffix: str = "",
    repository_uri: str = "",
    branch: str = "",
    limits: Limits | None = None,
) -> Upload | None:
    """
    The verdict as a log within ``limits``, the least severe results cut; None when no run is left.

    ``suffix`` ends each category, ``repository_uri`` and ``branch`` tell where the commit comes from. Paths
    are relative to the repository's root. Raises SuffixError.
    """
    chosen = limits or Limits()
    options = Options(suffix=checked_suffix(suffix), repository_uri=repository_uri, branch=branch)
    withheld = {s.check: why_withheld(s) for s in verdict.checks if not s.is_whole}
    whole = [s for s in verdict.checks if s.is_whole]
    withheld |= {s.check: f"a file has at most {chosen.runs} runs" for s in whole[chosen.runs :]}
    drafts = [draft_of(s, verdict, rules, chosen) for s in whole[: chosen.runs]]

    def build(kept: Kept) -> str:
        pairs = zip(drafts, kept, strict=True)
        return _log([d.text(verdict, k, options, chosen) for d, k in pairs if not d.is_emptied(k)])

    kept, text = _fitting(drafts, build, chosen.size)
    runs = [(d, k) for d, k in zip(drafts, kept, strict=True) if not d.is_emptied(k)]
    if not runs or not text:
        return None
    emptied = (d for d, k in zip(drafts, kept, strict=True) if d.is_emptied(k))
    withheld |= {d.summary.check: "its results do not fit within the limits" for d in emptied}
    counts = ((d.summary.check, d.cut_from(k)) for d, k in zip(drafts, kept, strict=True))
    return Upload(
        text=text,
        categories=tuple(options.category_of(d.summary.check) for d, _ in runs),
        left_out=tuple((check, number) for check, number in counts if number),
        withheld=tuple((s.check, withheld[s.check]) for s in verdict.checks if s.check in withheld),
        in_history=tuple((d.summary.check, d.elsewhere) for d in drafts if d.elsewhere),
    )


def packed(text: str) -> bytes:
    """``text`` as it is sent, before base64: gzip without a time, so that equal input gives equal bytes."""
    return gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)


def checked_suffix(suffix: str) -> str:
    """
    ``suffix`` without outer blanks, fit to end a category; ``""`` is none.

    Raises SuffixError, whose text says what is allowed.
    """
    bare = suffix.strip()
    if bare and (len(bare) > SUFFIX_MAX or not _SUFFIX.fullmatch(bare)):
        raise SuffixError(
            f"a category's suffix has at most {SUFFIX_MAX} characters, which are letters, digits, '.', '_' "
            "and '-', and '/' between two others"
        )
    return bare


def why_withheld(summary: CheckSummary) -> str:
    """Why the run of a check that is not whole must not be uploaded, in words; ``""`` for one that is."""
    if summary.is_whole:
        return ""
    match summary.outcome:
        case Failed(message=message):
            return f"it failed: {one_line(message)}" if message.strip() else "it failed"
        case Skipped(reason=reason):
            return f"it was skipped: {reason.value}"
        case Completed():
            return f"{plural(summary.gaps, 'file')} could not be read in full"
        case _:
            assert_never(summary.outcome)


def _fitting(drafts: Sequence[Draft], build: Callable[[Kept], str], size: int) -> tuple[Kept, str]:
    """
    The most results, by rank over all runs, whose log is within ``size`` after gzip, and that log.

    By bisection, to within a hundredth of the results. ``""`` when the log is too large without any.
    """
    order = sorted((rank, d, n) for d, draft in enumerate(drafts) for n, rank in enumerate(draft.ranks))

    def first(number: int) -> Kept:
        kept: list[list[int]] = [[] for _ in drafts]
        for _, draft, place in order[:number]:
            kept[draft].append(place)
        return tuple(tuple(sorted(places)) for places in kept)

    fits, over, number = -1, len(order) + 1, len(order)
    best = (first(0), "")
    while over - fits > 1 + len(order) // 100 or fits < 0 < over:
        kept = first(number)
        text = build(kept)
        if len(packed(text)) <= size:
            fits, best = number, (kept, text)
        else:
            over = number
        number = (max(fits, 0) + over) // 2
    return best


def _log(runs: Sequence[str]) -> str:
    """A log of runs that are JSON texts already."""
    return f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[\n' + ",\n".join(runs) + "\n]}\n"
