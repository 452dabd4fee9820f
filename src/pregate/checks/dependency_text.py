"""The words of the dependencies check: rule, message, remedy and properties of a vulnerable package."""

from __future__ import annotations

import hashlib

from pregate.lockfiles.merge import Vulnerability
from pregate.lockfiles.model import Package, normalised
from pregate.lockfiles.osv import plain
from pregate.lockfiles.severity import Rating
from pregate.model import Rule

HELP = "https://osv.dev/vulnerability/"
# What writes the version again, by the format that holds it.
_AGAIN = {
    "poetry.lock": "run `poetry update {name}` once pyproject.toml allows `{pin}`",
    "uv.lock": "run `uv lock --upgrade-package '{pin}'`",
    "Pipfile.lock": "run `pipenv upgrade '{pin}'`",
    "pylock.toml": "lock `{pin}` again with the tool that wrote this file",
    "package-lock.json": "run `npm update {name}`, or `npm install {name}@{version}` if it is a direct one",
}


def rule_of(vulnerability: Vulnerability, rating: Rating) -> Rule:
    """The rule that an advisory brings: its texts bounded and plain, never trusted to be harmless."""
    summary = _summary(vulnerability)
    details = next((d for a in vulnerability.advisories if (d := _unmarked(a.details))), summary)
    cwe = sorted({number for a in vulnerability.advisories for number in a.cwe})
    return Rule(
        id=f"dependencies/{vulnerability.id}",
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


def message_of(vulnerability: Vulnerability, package: Package, fixed: str, upgrade: str, number: int) -> str:
    """``Django 3.2.1 has CVE-…: <summary>; fixed in 3.2.5; upgrade to 3.2.19 clears all 7 advisories …``."""
    parts = [
        f"{package.name} {package.version} has {vulnerability.shown}: {_summary(vulnerability).rstrip('.')}"
    ]
    parts.append(f"fixed in {fixed}" if fixed else "no fixed version is known")
    if number > 1 and upgrade:
        parts.append(f"upgrade to {upgrade} clears all {number} advisories of this package")
    elif number > 1:
        parts.append(f"no known version clears all {number} advisories of this package")
    return "; ".join(parts)


def remedy_of(package: Package, upgrade: str, fixed: str) -> str:
    """What to write or to run; the smallest version that clears everything, else the one that clears this."""
    version = upgrade or fixed
    if not version:
        return (
            f"No fixed version of `{package.name}` is known. Remove it, replace it, or follow the advisory's "
            "work-around and suppress this finding with the reason."
        )
    pin = f"{package.name}=={version}"
    if package.format in _AGAIN:
        text = _AGAIN[package.format].format(name=package.name, version=version, pin=pin)
        return f"{text[0].upper()}{text[1:]}."
    hashes = ", and renew its hashes" if package.hashed else ""
    return f"Write `{pin}` in place of `{package.name}=={package.version}`{hashes}."


def properties_of(
    vulnerability: Vulnerability, package: Package, rating: Rating, fixed: str, upgrade: str
) -> tuple[tuple[str, str], ...]:
    """Names and values for reports; those without a value are left out."""
    published = min((a.published for a in vulnerability.advisories if a.published), default="")
    pairs = (
        ("package", package.name),
        ("version", package.version),
        ("ecosystem", package.ecosystem),
        ("fixed-in", fixed),
        ("upgrade", upgrade),
        ("cvss-score", rating.score),
        ("cvss-vector", rating.vector),
        ("published", published),
        ("advisories", " ".join(a.id for a in vulnerability.advisories)),
    )
    return tuple((name, value) for name, value in pairs if value)


def anchor_of(package: Package) -> str:
    """A digest of the package without its version: an upgrade that stays vulnerable brings nothing new."""
    text = f"{package.ecosystem}\0{normalised(package.ecosystem, package.name)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
