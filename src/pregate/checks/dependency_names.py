"""A package whose name is easily taken for that of a much more used one: the rule, and its finding."""

from __future__ import annotations

from pregate.checks.dependency_text import anchor_of
from pregate.lockfiles.model import Package
from pregate.lockfiles.osv import plain
from pregate.model import Confidence, Finding, Rule, Severity

NAME_MAX = 214

CONFUSABLE = Rule(
    id="dependencies/confusable-name",
    title="Package with a name like that of a much more used one",
    description=(
        "The change adds a package whose name is a typing error, a look-alike character or a separator away "
        "from the name of one of the most used packages of its registry, and it is not much used itself. "
        "Malicious packages are published under such names and wait for somebody to mistype, and an "
        "installation is often enough to run their code. Most packages with such names are harmless, and "
        "were named by chance."
    ),
    remedy=(
        "Look the package up in its registry: who publishes it, since when, and from which repository. If "
        "the other package was meant, remove this one, lock the other, and treat every machine that "
        "installed it as one that ran unknown code. If this one was meant, suppress the finding with that as "
        "the reason."
    ),
    severity=Severity.MEDIUM,
    cwe=(1357,),
    tags=("security", "dependency", "supply-chain"),
)


def confusable_finding(package: Package, known: str) -> Finding:
    """
    The finding at the place where ``package`` is locked; ``known`` is the name that it is easily taken for.

    It is the same finding as before while the package keeps its name, whatever its version.
    """
    name, other = plain(package.name, NAME_MAX), plain(known, NAME_MAX)
    return Finding(
        rule=CONFUSABLE,
        message=f"{name} is easily taken for {other}, which is much more used: is {name} what was meant?",
        location=package.location,
        severity=CONFUSABLE.severity,
        confidence=Confidence.LOW,
        remedy=(
            f"If `{other}` was meant, replace `{name}` by it and lock again. Otherwise make sure who "
            f"publishes `{name}`, and suppress this finding with the reason."
        ),
        related=package.related,
        properties=(
            ("package", package.name),
            ("version", package.version),
            ("ecosystem", package.ecosystem),
            ("confusable-with", known),
        ),
        anchor=anchor_of(package),
    )
