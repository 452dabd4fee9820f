"""
Several actions of one policy that lead to more rights together, each on resources of any name.

A path counts when statements grant all of its actions broadly and nothing in the policy prevents one of them.
It says more than the remarks on its single actions, and stands in their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.iam.breadth import broad_resource, covered, is_every_action, narrows_resource, service_of
from pregate.iam.escalation_paths import PASS_ROLE, PATHS, Path
from pregate.iam.remark import Remark, shown
from pregate.iam.rules import ESCALATION_PATH
from pregate.iam.statements import Element, Statement
from pregate.iam.tables import POWERFUL_SERVICES
from pregate.iam.weighing import Weigher

_ACTIONS = tuple(dict.fromkeys(action for path in PATHS for action in path.actions))

Grant = tuple[Statement, Element, Element]
"""A statement, and its action and resource that cover something."""


def path_remarks(
    statements: Sequence[Statement], weigher: Weigher
) -> Iterator[tuple[Remark, frozenset[str]]]:
    """
    A remark for each action that is the first of some paths, with the pointers of all actions that it tells
    of.
    """
    grants = _grants(statements)
    found: dict[str, list[tuple[Path, list[Grant]]]] = {}
    for path in PATHS:
        if not all(action in grants for action in path.actions):
            continue
        steps = [_granted(grants[action], action, path, weigher) for action in path.actions]
        taken = [step for step in steps if step]
        if len(taken) == len(steps):
            found.setdefault(taken[0][1].pointer, []).append((path, taken))
    for ways in found.values():
        pointers = frozenset(element.pointer for _, steps in ways for _, element, _ in steps)
        yield _remark(ways), pointers


def _grants(statements: Sequence[Statement]) -> dict[str, list[Grant]]:
    """Who grants each action of the table broadly; nothing where all of IAM is granted, which says it all."""
    grants: dict[str, list[Grant]] = {}
    for statement in statements:
        broad = broad_resource(statement) if statement.allows else None
        if broad is None or narrows_resource(statement, besides="iam:passedtoservice"):
            continue
        for element in statement.actions:
            service, whole = service_of(element.text)
            if is_every_action(element.text) or (whole and service in POWERFUL_SERVICES):
                return {}
            for action in covered(element.text, _ACTIONS):
                grants.setdefault(action, []).append((statement, element, broad))
    return grants


def _granted(grants: Sequence[Grant], action: str, path: Path, weigher: Weigher) -> Grant | None:
    """The first grant of an action that nothing prevents."""
    passed_to = path.service if action == PASS_ROLE else ""
    for statement, element, broad in grants:
        if not weigher.prevents(action, statement, broad.text, passed_to):
            return statement, element, broad
    return None


def _remark(ways: list[tuple[Path, list[Grant]]]) -> Remark:
    path, steps = max(ways, key=lambda way: way[0].severity)
    statement, element, _ = steps[0]
    actions = [shown(action) for action in path.actions]
    more = f" (and {len(ways) - 1} more)" if len(ways) > 1 else ""
    message = f"{', '.join(actions[:-1])} and {actions[-1]} together let the holder {path.gain}{more}."
    others = {e.pointer: s for s, e, _ in steps[1:] if e.pointer != element.pointer}
    related = tuple((pointer, "together with this action") for pointer in others)
    anchor = (statement.sid, element.text, *(e.text for _, e, _ in steps[1:]))
    return Remark(
        ESCALATION_PATH, message, element.pointer, path.severity, statement.pointer, anchor, related
    )
