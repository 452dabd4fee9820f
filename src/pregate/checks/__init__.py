"""The ordered registry of checks: one line for each. Scanners are imported when their check is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pregate.checks.base import AdvisorySource, Check, PolicyValidator, Target, Threats
    from pregate.checks.iam.judge import Judge
    from pregate.config import Config
    from pregate.model import Location
    from pregate.secrets.masking import Masker


def build_checks(
    config: Config,
    names: Sequence[str],
    key: bytes,
    source: AdvisorySource | None = None,
    validator: PolicyValidator | None = None,
    judge: Judge | None = None,
    threats: Threats | None = None,
) -> list[Check]:
    """
    The checks in ``names``, in that order.

    ``key`` is the run's secret for the discriminators of secrets; ``threats`` are lists beside the database
    ``source``. Without ``source``, ``validator`` and
    ``judge`` the checks analyse but cannot ask the world: so they are built in worker processes.
    """
    checks: list[Check] = []
    for name in names:
        match name:
            case "secrets":
                from pregate.checks.secrets import SecretsCheck

                checks.append(SecretsCheck(config.secrets, key))
            case "python":
                from pregate.checks.python import PythonCheck

                checks.append(PythonCheck(config.python))
            case "dependencies":
                from pregate.checks.dependencies import DependenciesCheck

                checks.append(DependenciesCheck(config.dependencies, source, threats))
            case "iam":
                from pregate.checks.iam import IamCheck

                checks.append(IamCheck(config.iam, validator, judge))
            case _:
                raise ValueError(name)
    return checks


def make_masker(target: Target, regions: Sequence[Location]) -> Masker:
    """What blanks the secrets of a file in every text that other checks say about it."""
    from pregate.secrets.masking import Masker

    return Masker(target.path, target.data, regions)
