"""The ordered registry of checks: one line for each. Scanners are imported when their check is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from pregate.checks.base import (
        AdvisorySource,
        Check,
        Moment,
        PackageIndex,
        PolicyValidator,
        Target,
        Threats,
    )
    from pregate.checks.iam.judge import Judge
    from pregate.config import Config
    from pregate.model import Location, Rule
    from pregate.secrets.given import Given
    from pregate.secrets.masking import Masker


@dataclass(frozen=True, slots=True)
class Ports:
    """
    Whom the checks may ask, and when: with none of it they analyse but conclude nothing, as in worker
    processes.

    ``source`` is the vulnerability database, ``threats`` are the lists beside it, ``index`` is a package
    index for requirements that are not pinned; ``validator`` and ``judge`` answer about policies.
    """

    source: AdvisorySource | None = None
    threats: Threats | None = None
    index: PackageIndex | None = None
    moment: Moment | None = None
    validator: PolicyValidator | None = None
    judge: Judge | None = None


def build_checks(
    config: Config,
    names: Sequence[str],
    key: bytes,
    ports: Ports | None = None,
    salt: bytes = b"",
    tree: Path | None = None,
    given: Given | None = None,
) -> list[Check]:
    """
    The checks in ``names``, in that order: pregate's own, and those of configured plug-ins. ``key`` is the
    run's secret for the discriminators of secrets, ``salt`` the repository's for their witnesses; ``tree`` is
    the root of what is judged, from which no plug-in is taken; ``given`` is what the repository's own files
    say to the search for secrets.

    Raises ScannerError for a plug-in that cannot be used.
    """
    ports = ports or Ports()
    checks: list[Check] = []
    for name in names:
        match name:
            case "secrets":
                from pregate.checks.secrets import SecretsCheck

                checks.append(SecretsCheck(config.secrets, key, salt, given))
            case "python":
                from pregate.checks.python import PythonCheck

                checks.append(PythonCheck(config.python))
            case "dependencies":
                from pregate.checks.dependencies import DependenciesCheck

                asked = (ports.source, ports.threats, ports.moment, ports.index)
                checks.append(DependenciesCheck(config.dependencies, *asked))
            case "iam":
                from pregate.checks.iam import IamCheck

                checks.append(IamCheck(config.iam, ports.validator, ports.judge))
            case _ if name in config.plugins:
                from pregate.plugins import make_check

                checks.append(make_check(name, dict(config.plugin).get(name, ()), tree))
            case _:
                raise ValueError(name)
    return checks


def known_rules(names: Sequence[str]) -> tuple[Rule, ...]:
    """
    The rules of pregate's own checks in ``names`` that are known beforehand; of the secrets check those of
    both engines.
    """
    from pregate.config import Config, SecretsConfig

    theirs = Config(secrets=SecretsConfig(engine="detect-secrets"))
    rules: dict[str, Rule] = {}
    for config in (Config(), theirs):
        for check in build_checks(config, names, b""):
            for rule in check.rules():
                rules.setdefault(rule.id, rule)
    return tuple(rules.values())


def make_masker(
    target: Target, regions: Sequence[Location], engine: str = "pregate", given: Given | None = None
) -> Masker:
    """
    What blanks the secrets of a file, as ``engine`` and the rules ``given`` know them, in every text that
    other checks say about it.

    The digests of a lock file are looked through by nobody: that would cost more than all else about it.
    """
    from pregate.lockfiles.readers import format_of
    from pregate.secrets.masking import Masker

    data = target.data
    if format_of(target.path) not in ("", "requirements"):
        from pregate.lockfiles.digests import without_digests

        data = without_digests(data)
    return Masker(target.path, data, regions, engine, given)
