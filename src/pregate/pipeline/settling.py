"""
What the configuration of a run needs where it is not the plain file of the base: other scanners, lists of
licences, a pull request's own word, a stranger's tree, a change of the configuration itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pregate.cache.keeping import is_inside
from pregate.config import Config, IamConfig, load
from pregate.engine.given import read_given
from pregate.errors import UsageError
from pregate.model import ChangeSet
from pregate.pipeline import Case, Request, settle_at, settle_config
from pregate.pipeline.judging import SECRETS
from pregate.records import replace
from pregate.settings import given_reader

if TYPE_CHECKING:
    from pregate.changes import Contents


def load_config(contents: Contents, change: ChangeSet, request: Request, root: Path | None = None) -> Config:
    """As :func:`pregate.pipeline.settle_config`, without what an organisation's locks held."""
    return settle_config(contents, change, request, root).config


def with_tools(config: Config, request: Request, origin: str) -> Config:
    """
    The configuration with the other scanners that are to run; ``origin`` names it in errors.

    Raises UsageError for a table of a scanner, or a list of licences, that cannot be used.
    """
    if config.dependencies.allow_licenses or config.dependencies.deny_licenses:
        from pregate.checks.dependency_licenses import check_lists

        check_lists(config.dependencies)
    wishes = request.wishes
    if not config.tools and (wishes is None or not wishes.names):
        return config
    from pregate.tools.admission import check_tables, wanted
    from pregate.tools.wishes import Wishes

    check_tables(config.tools, origin)
    return wanted(config, wishes or Wishes())


def without_own_word(config: Config, request: Request) -> Config:
    """
    The configuration where it is the pull request's own: who the run is on AWS, and how many questions may be
    charged to the account, is not for the pull request to say.
    """
    given = {"aws": request.overrides.get("aws", {})}
    most = min(config.iam.max_custom_checks, IamConfig().max_custom_checks)
    return replace(
        config,
        aws=load([(request.origin, given)]).aws,
        iam=replace(config.iam, max_custom_checks=most),
    )


def config_changes(case: Case) -> tuple[str, ...]:
    """
    What a change of the configuration's file makes of the configuration, and what an organisation's locks
    would hold of that.

    Raises PregateError when the change brings one that cannot be used.
    """
    from pregate.config.effects import changes_of_effect

    remark = ", as this change leaves it"
    now, head = case.settled, case.change.head
    then = settle_at(head, case.contents, case.request, case.source.root, remark)
    if then.config.secrets != now.config.secrets and SECRETS in then.config.checks:
        read_given(then.config.secrets, given_reader(case.contents, head))
    held = tuple(note for note in then.notes if note.replace(remark, "") not in now.notes)
    return (*changes_of_effect(now.config, then.config), *held)


def refuse_foreign_advisories(case: Case) -> None:
    """Raises UsageError for a local database that whoever wrote the tree under judgement may have written."""
    config, root = case.config, case.source.root
    places = {
        "advisories": config.advisories.source,
        "dependencies.kev": config.dependencies.kev,
        "dependencies.epss": config.dependencies.epss,
    }
    for key, place in places.items():
        is_local = place and not place.startswith(("https://", "http://"))
        if is_local and root is not None and is_inside(place, root):
            raise UsageError(
                f"{key}: a database inside the checkout is not used on pull_request_target, where "
                "a stranger's pull request may bring its own",
                "Keep the database outside the workspace's checkout, give the address of a service, or leave "
                "the key out; or run the action on pull_request.",
            )
