"""What whoever starts a run says of other scanners; light, for every run begins with it."""

from __future__ import annotations

from collections.abc import Mapping

from pregate.records import dataclass

ALLOW = "PREGATE_ALLOW_TOOLS"


@dataclass(frozen=True, slots=True)
class Wishes:
    """
    What whoever started the run says of other scanners: ``names`` of ready ones to run beside those of the
    configuration, whether none is to run, and whether commands of the tree's own configuration may.
    ``is_hook`` leaves them out and says so. Where the run is no gate (``is_gate``) what an organisation has
    locked may be left out too.
    """

    names: tuple[str, ...] = ()
    is_off: bool = False
    may_run: bool = False
    is_hook: bool = False
    is_gate: bool = True


def allows(environ: Mapping[str, str]) -> bool:
    """Whether the environment allows commands of the tree's own configuration."""
    return environ.get(ALLOW, "") == "1"
