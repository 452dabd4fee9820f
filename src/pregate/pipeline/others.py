"""What pregate did not write itself: plug-ins, the scanners of ``[[tools]]``, reports of other scanners."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.config import CHECKS
from pregate.model import Counts, Failed, Outcome
from pregate.pipeline import Case

if TYPE_CHECKING:
    from pregate.engine.analyst import MakeMasker
    from pregate.engine.ports import Progress


def admit_plugins(case: Case) -> tuple[tuple[str, ...], dict[str, Outcome]]:
    """
    The plug-ins with a check to run, and the outcomes of those that may not: where the configuration is the
    pull request's own, no plug-in is taken on its word. One that brings a report alone has no outcome.
    """
    from pregate.plugins import CHECKS as THEIR_CHECKS
    from pregate.plugins import REPORTS, installed

    request = case.request
    others = {plugin.name for plugin in installed(REPORTS, case.tree)}
    others -= {plugin.name for plugin in installed(THEIR_CHECKS, case.tree)}
    names = tuple(name for name in case.config.plugins if name not in others)
    if not request.in_pull or case.change.compared:
        return names, {}
    given = request.overrides.get("plugins", ())
    refused: dict[str, Outcome] = {
        name: Failed(
            name,
            "the plug-in is switched on by the pull request that is judged",
            "Where nothing is compared, name plug-ins in the action's input plugins.",
            Counts(),
        )
        for name in names
        if name not in given
    }
    return tuple(name for name in names if name not in refused), refused


def outcomes_of_others(
    case: Case, ours: Sequence[Outcome], masker: MakeMasker, progress: Progress
) -> list[Outcome]:
    """
    The outcomes of other scanners that are run, in the order of the configuration, then those of their
    reports in the order given, under names that nothing else has.
    """
    outcomes = _told(_run_tools(case, masker), progress) if case.config.tools else []
    if case.request.foreign:
        taken = [*CHECKS, *(outcome.check for outcome in (*ours, *outcomes))]
        outcomes += _told(_read_reports(case, taken, masker), progress)
    return outcomes


def _told(outcomes: list[Outcome], progress: Progress) -> list[Outcome]:
    for outcome in outcomes:
        progress.finished(outcome)
    return outcomes


def _run_tools(case: Case, masker: MakeMasker) -> list[Outcome]:
    """The outcomes of other scanners, in the order of the configuration; of those that may not run too."""
    from pregate.engine.scanner_jobs import Terms
    from pregate.engine.scanners import run_scanners
    from pregate.tools.admission import admit
    from pregate.tools.wishes import Wishes, allows

    config, change, request = case.config, case.change, case.request
    wishes = request.wishes or Wishes(may_run=allows(request.environ))
    is_own, is_foreign = not change.compared, request.in_pull or request.foreign_tree
    scanners, done = admit(config.tools, wishes, is_own=is_own, is_foreign=is_foreign)
    trusted = "" if is_own and is_foreign else change.trusted
    may_steer, key = change.compared or wishes.may_run, os.urandom(32)
    place = request.environ, case.source.root, trusted
    terms = Terms(change, case.contents, config, *place, key, may_steer, masker)
    done.update({outcome.check: outcome for outcome in run_scanners(scanners, terms)})
    return [done[table.name] for table in config.tools]


def _read_reports(case: Case, taken: Sequence[str], masker: MakeMasker) -> list[Outcome]:
    """What other scanners found, in the order of their reports, under names that are not ``taken``."""
    from pregate.engine.intake import Terms, outcomes_of

    config, request = case.config, case.request
    place, started = case.source.root.resolve() if case.source.root else None, request.directory.resolve()
    folder = started.relative_to(place).as_posix() if place and started.is_relative_to(place) else ""
    limits = config.max_file_size, config.exclude, config.file_timeout, "" if folder == "." else folder
    terms = Terms(case.change, case.contents, str(place or ""), os.urandom(32), *limits, masker)
    return outcomes_of(request.foreign, terms, taken)
