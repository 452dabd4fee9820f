"""The words of the dependencies check: rule, message and properties of a vulnerable package."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pregate.checks.dependency_assessment import Assessment
from pregate.lockfiles.affected import entries_for
from pregate.lockfiles.ecosystems import normalised
from pregate.lockfiles.graph import names
from pregate.lockfiles.merge import Vulnerability
from pregate.lockfiles.model import Depth, Package
from pregate.lockfiles.osv import plain
from pregate.lockfiles.severity import Rating, is_malicious
from pregate.model import Rule
from pregate.records import dataclass

HELP = "https://osv.dev/vulnerability/"
_MAX_CHAIN = 6


@dataclass(frozen=True, slots=True)
class Threat:
    """The day since which it is known to be exploited (``""``: it is not), for ransom too; its EPSS score."""

    exploited: str = ""
    is_ransom: bool = False
    epss: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Clearing:
    """The version that clears one vulnerability (``""``: none known), and what is said of the package."""

    alone: str
    whole: Assessment


def rule_id(vulnerability: Vulnerability) -> str:
    """The name of the rule that an advisory brings."""
    return f"dependencies/{vulnerability.id}"


def rule_of(vulnerability: Vulnerability, rating: Rating) -> Rule:
    """The rule that an advisory brings: its texts bounded and plain, never trusted to be harmless."""
    summary = _summary(vulnerability)
    details = next((d for a in vulnerability.advisories if (d := _unmarked(a.details))), summary)
    cwe = sorted({number for a in vulnerability.advisories for number in a.cwe})
    return Rule(
        id=rule_id(vulnerability),
        title=plain(summary, 120).rstrip("."),
        description=plain(details, 900),
        remedy="Upgrade the package to a version that the advisory does not name, and lock it again.",
        severity=rating.severity,
        help_uri=HELP + vulnerability.id,
        cwe=tuple(cwe),
        tags=("security", "dependency"),
    )


def _summary(vulnerability: Vulnerability) -> str:
    """One line: a record's summary, or the beginning of its details."""
    for advisory in vulnerability.advisories:
        if advisory.summary:
            return plain(_unmarked(advisory.summary), 200)
    for advisory in vulnerability.advisories:
        if advisory.details:
            first, stop, _ = _unmarked(advisory.details).partition(". ")
            return plain(first, 200) + ("." if stop and len(first) <= 200 else "")
    return f"Known vulnerability {vulnerability.shown}"


def _unmarked(text: str) -> str:
    """``text`` without the commonest marks of Markdown: renderers show it as it is."""
    return " ".join(word for w in text.split() if (word := w.strip("#*`")))


def message_of(
    vulnerability: Vulnerability,
    package: Package,
    clearing: Clearing,
    threat: Threat,
    chain: Sequence[Package],
    excused: str,
) -> str:
    """``Django 3.2.1 has CVE-…: <summary>; fixed in 3.2.5; upgrade to 3.2.19 clears all 7 advisories …``."""
    number, upgrade = len(clearing.whole.vulnerabilities), clearing.whole.upgrade
    parts = [
        f"{package.name} {package.version} has {vulnerability.shown}: {_summary(vulnerability).rstrip('.')}"
    ]
    if threat.exploited:
        ransom = ", also for ransom" if threat.is_ransom else ""
        parts.append(f"attackers use it{ransom} (CISA's list since {threat.exploited})")
    if not is_malicious(vulnerability.names):
        parts.append(f"fixed in {clearing.alone}" if clearing.alone else "no fixed version is known")
    if number > 1 and upgrade:
        parts.append(f"upgrade to {upgrade} clears all {number} advisories of this package")
    elif number > 1:
        parts.append(f"no known version clears all {number} advisories of this package")
    if len(chain) > 1:
        parts.append(f"it comes with {names(chain[:-1][:_MAX_CHAIN])}")
    if excused:
        parts.append(f"does not fail the gate: {excused}")
    return "; ".join(parts)


def properties_of(
    vulnerability: Vulnerability,
    package: Package,
    rating: Rating,
    clearing: Clearing,
    threat: Threat,
    chain: Sequence[Package],
) -> tuple[tuple[str, str], ...]:
    """Names and values for reports; those without a value are left out."""
    published = min((a.published for a in vulnerability.advisories if a.published), default="")
    functions = {
        f: None for a in vulnerability.advisories for e in entries_for(a, package) for f in e.functions
    }
    probability, percentile = threat.epss or ("", "")
    pairs = (
        ("package", package.name),
        ("version", package.version),
        ("ecosystem", package.ecosystem),
        ("fixed-in", clearing.alone),
        ("upgrade", clearing.whole.upgrade),
        ("cvss-score", rating.score),
        ("cvss-vector", rating.vector),
        ("published", published),
        ("advisories", " ".join(a.id for a in vulnerability.advisories)),
        ("known-exploited", threat.exploited),
        ("malicious", "yes" if is_malicious(vulnerability.names) else ""),
        ("epss", f"{probability:.5f}" if probability != "" else ""),
        ("epss-percentile", f"{percentile:.5f}" if percentile != "" else ""),
        ("relation", "" if package.depth is Depth.UNKNOWN else package.depth.value),
        ("scope", "development" if package.dev else "optional" if package.optional else ""),
        ("comes-with", names(chain[:-1])),
        ("affected-functions", " ".join(list(functions)[:20])),
    )
    return tuple((name, value) for name, value in pairs if value)


def anchor_of(package: Package) -> str:
    """A digest of the package without its version: an upgrade that stays vulnerable brings nothing new."""
    text = f"{package.ecosystem}\0{normalised(package.ecosystem, package.name)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
