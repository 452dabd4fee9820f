"""What the lock files of a change set hold: the packages of a bill of materials."""

from __future__ import annotations

from pregate.checks.inventory import InventoryCheck
from pregate.model import Completed, Failed, Inventory, Outcome, Skipped, Unread, UnreadReason
from pregate.pipeline import Case, Request, open_cache, open_case
from pregate.pipeline.judging import DEPENDENCIES, Build
from pregate.pipeline.silence import Silent
from pregate.records import replace


def take_inventory(request: Request) -> Inventory:
    """
    What the lock files of a change set hold, and nothing else: no check is run and nobody asked.

    Raises as :func:`pregate.pipeline.run`.
    """
    with open_case(request) as case:
        return inventory_of(case)


def inventory_of(case: Case) -> Inventory:
    """
    The packages in the head's versions of the files, also where the dependencies check does not run or has no
    database to ask.
    """
    change, config, root = case.change, case.config, case.source.root
    subject = case.request.environ.get("GITHUB_REPOSITORY", "") or (root.resolve().name if root else "")
    check = InventoryCheck(config.dependencies)
    files = [replace(file, bases=()) for file in change.files] if change.compared else change.files
    heads = replace(case, change=replace(change, files=files))
    with open_cache(case.request) as cache:
        build = Build(config, (DEPENDENCIES,), b"", cache.is_open)
        (outcome,) = build.scan(heads, [check], cache, Silent()).run()
    return Inventory(check.components, _gaps(outcome), subject)


def _gaps(outcome: Outcome) -> tuple[Unread, ...]:
    match outcome:
        case Completed(unread=unread, counts=counts):
            if not counts.excluded:
                return unread
            words = f"files that the configuration excludes: {counts.excluded}"
            return (*unread, Unread("", UnreadReason.NOT_ASKED, words))
        case Failed(message=message):
            return (Unread("", UnreadReason.CRASHED, message),)
        case Skipped():
            return ()
