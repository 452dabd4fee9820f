"""
The dependencies check: locked packages against a vulnerability database.

The first step reads lock files; the second asks the database once for every distinct package of all files,
decides by the OSV rules which advisories apply, and gives one finding for each package version and
vulnerability.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version

from pregate.checks.base import AdvisorySource, Analysis, Conclusion, Fact, Json, Target
from pregate.config import DependenciesConfig
from pregate.errors import AdvisoryError
from pregate.lockfiles import readers
from pregate.lockfiles.affected import Answer, entries_for, evaluate, fixed_versions, smallest_upgrade
from pregate.lockfiles.merge import Vulnerability, merge_aliases
from pregate.lockfiles.model import Advisory, Package, normalised
from pregate.lockfiles.osv import plain
from pregate.lockfiles.severity import Rating, highest, rate
from pregate.model import Finding, Location, Related, Rule, Unread, UnreadReason

REVISION = "1"
HELP = "https://osv.dev/vulnerability/"
# Files that requirements include are named freely; these suffixes are looked at when one changes.
INCLUDED_SUFFIXES = (".txt", ".in", ".pip", ".req")
_CREDENTIALS = re.compile(rb"://([^/\s@]{1,512})@")
# What writes the version again, by the format that holds it.
_AGAIN = {
    "poetry.lock": "run `poetry update {name}` once pyproject.toml allows `{pin}`",
    "uv.lock": "run `uv lock --upgrade-package '{pin}'`",
    "Pipfile.lock": "run `pipenv upgrade '{pin}'`",
    "pylock.toml": "lock `{pin}` again with the tool that wrote this file",
    "package-lock.json": "run `npm install {name}@{version}` if it is a direct dependency, else `npm update {name}`",
}


class DependenciesCheck:
    """Names the packages that a change locks in a version with a known vulnerability."""

    name = "dependencies"
    cost = 400

    def __init__(self, config: DependenciesConfig, source: AdvisorySource | None = None) -> None:
        self._config = config
        self._source = source
        self.version = f"{REVISION}-packaging{_installed('packaging')}"

    def rules(self) -> tuple[Rule, ...]:
        """None: every rule comes with an advisory."""
        return ()

    def concerns(self, path: str, *, executable: bool) -> bool:  # noqa: ARG002
        """By the names that ``docs/dependencies.md`` lists."""
        return readers.format_of(path) != ""

    def dependents(self, changed: Sequence[str], listing: Callable[[], Iterable[str]]) -> tuple[str, ...]:
        """Requirements files, when a text file changes that one of them may include."""
        if not any(path.endswith(INCLUDED_SUFFIXES) for path in changed):
            return ()
        known = set(changed)
        return tuple(p for p in listing() if p not in known and readers.format_of(p) == "requirements")

    def includes(self, target: Target) -> tuple[str, ...]:
        """Files named by ``-r`` and ``-c``, directly or through others."""
        return readers.includes(target.path, _files(target))

    def analyse(self, target: Target) -> Analysis:
        """Packages as facts; nothing is a finding before the database is asked."""
        reading = readers.read(target.path, _files(target))
        return Analysis(unread=reading.unread, facts=reading.packages, sensitive=_credentials(target))

    def fact_from_json(self, value: Json) -> Fact:
        """A package."""
        return Package.from_json(value)

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        """
        Asks the database about every distinct package, once; raises AdvisoryError when it does not answer in
        full.
        """
        if self._source is None:
            hint = "Give a local database with --advisories PATH, or leave --offline away."
            raise AdvisoryError("there is no vulnerability database to ask", hint)
        distinct = {p.key: p for a in analyses for p in a.facts if isinstance(p, Package)}
        if not distinct:
            return Conclusion(tuple(analyses))
        packages = [distinct[key] for key in sorted(distinct)]
        answers = self._source.advisories_for(packages)
        if len(answers) != len(packages):
            raise AdvisoryError("the vulnerability database answered for another number of packages")
        assessor = _Assessor(dict(zip((p.key for p in packages), answers, strict=True)))
        return Conclusion(tuple(assessor.judge(a) for a in analyses), (self._source.describe(),))


def _installed(distribution: str) -> str:
    try:
        return installed_version(distribution)
    except (
        PackageNotFoundError
    ):  # pragma: no cover - a dependency of ours, but vendored copies carry no metadata
        return ""


def _files(target: Target) -> dict[str, bytes]:
    return {**dict(target.included), target.path: target.data}


def _credentials(target: Target) -> tuple[Location, ...]:
    """
    User names and passwords in addresses (``--index-url https://user:…@host``): blanked wherever the file is
    shown.
    """
    regions = []
    for number, line in enumerate(target.data.splitlines(), start=1):
        for found in _CREDENTIALS.finditer(line):
            start = len(line[: found.start(1)].decode("utf-8", "replace")) + 1
            end = start + len(found.group(1).decode("utf-8", "replace"))
            regions.append(Location(target.path, number, start, number, end))
    return tuple(regions)


@dataclass(frozen=True, slots=True)
class _Assessment:
    """
    What the advisories say of one package version: the vulnerabilities that apply, and what could not be
    compared.
    """

    vulnerabilities: tuple[Vulnerability, ...]
    undecided: tuple[str, ...]
    upgrade: str
    advisories: tuple[Advisory, ...]


class _Assessor:
    """Turns facts into findings; every package version is assessed once, every rule built once."""

    def __init__(self, answers: dict[tuple[str, str, str], tuple[Advisory, ...]]) -> None:
        self._answers = answers
        self._assessed: dict[tuple[str, str, str], _Assessment] = {}
        self._rules: dict[str, Rule] = {}

    def judge(self, analysis: Analysis) -> Analysis:
        """
        ``analysis`` with a finding for each package version and vulnerability, in the order of the file.
        """
        places: dict[tuple[str, str, str], list[Package]] = {}
        for fact in analysis.facts:
            if isinstance(fact, Package):
                places.setdefault(fact.key, []).append(fact)
        findings: list[Finding] = []
        unread: list[Unread] = list(analysis.unread)
        for key, packages in places.items():
            packages.sort(key=lambda p: p.location)
            assessment = self._assess(packages[0])
            findings += [self._finding(v, assessment, packages) for v in assessment.vulnerabilities]
            for reason in assessment.undecided:
                where = packages[0].location
                unread.append(
                    Unread(where.path, UnreadReason.NOT_AUDITED, f"{key[1]}: {reason}", where.start_line)
                )
        findings.sort(key=lambda f: (f.location, f.rule.id, f.message))
        return Analysis(
            tuple(findings), tuple(unread), analysis.facts, analysis.sensitive, analysis.concerned
        )

    def _assess(self, package: Package) -> _Assessment:
        known = self._assessed.get(package.key)
        if known is None:
            known = self._assessed[package.key] = _assess(package, self._answers[package.key])
        return known

    def _finding(
        self, vulnerability: Vulnerability, whole: _Assessment, packages: Sequence[Package]
    ) -> Finding:
        package = packages[0]
        rating = _rating(vulnerability, package)
        fixed = next(iter(fixed_versions(vulnerability.advisories, package)), "")
        alone = smallest_upgrade(vulnerability.advisories, package) or fixed
        others = [Related(p.location, f"{p.name} {p.version} is locked here too") for p in packages[1:]]
        rule = self._rules.setdefault(vulnerability.id, _rule(vulnerability, rating))
        return Finding(
            rule=rule,
            message=_message(vulnerability, whole, package, alone),
            location=package.location,
            severity=rating.severity,
            remedy=_remedy(package, whole.upgrade, alone),
            aliases=vulnerability.aliases,
            related=(*package.related, *others),
            properties=_properties(vulnerability, package, rating, alone, whole.upgrade),
            anchor=_anchor(package),
        )


def _assess(package: Package, advisories: Sequence[Advisory]) -> _Assessment:
    applying: list[Advisory] = []
    undecided: list[str] = []
    for advisory in sorted(advisories, key=lambda a: a.id):
        match evaluate(advisory, package):
            case Answer.YES:
                applying.append(advisory)
            case Answer.UNKNOWN:
                undecided.append(advisory.id)
            case Answer.NO:
                pass
    merged = merge_aliases(applying)
    decided = {name for v in merged for name in v.names}
    left = [i for i in undecided if i not in decided]
    reasons = (f"its version cannot be compared with {_some(left)}",) if left else ()
    return _Assessment(merged, reasons, smallest_upgrade(applying, package), tuple(applying))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _rating(vulnerability: Vulnerability, package: Package) -> Rating:
    return highest([rate(a, entries_for(a, package)) for a in vulnerability.advisories])


def _rule(vulnerability: Vulnerability, rating: Rating) -> Rule:
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


def _message(vulnerability: Vulnerability, whole: _Assessment, package: Package, fixed: str) -> str:
    """``Django 3.2.1 has CVE-…: <summary>; fixed in 3.2.5; upgrade to 3.2.19 clears all 7 advisories …``."""
    parts = [
        f"{package.name} {package.version} has {vulnerability.shown}: {_summary(vulnerability).rstrip('.')}"
    ]
    parts.append(f"fixed in {fixed}" if fixed else "no fixed version is known")
    number = len(whole.vulnerabilities)
    if number > 1 and whole.upgrade:
        parts.append(f"upgrade to {whole.upgrade} clears all {number} advisories of this package")
    elif number > 1:
        parts.append(f"no known version clears all {number} advisories of this package")
    return "; ".join(parts)


def _remedy(package: Package, upgrade: str, fixed: str) -> str:
    """What to write or to run; the smallest version that clears everything, else the one that clears this."""
    version = upgrade or fixed
    if not version:
        return (
            f"No fixed version of `{package.name}` is known. Remove it, replace it, or follow the advisory's work-around "
            "and suppress this finding with the reason."
        )
    pin = f"{package.name}=={version}"
    if package.format in _AGAIN:
        text = _AGAIN[package.format].format(name=package.name, version=version, pin=pin)
        return f"{text[0].upper()}{text[1:]}."
    hashes = ", and renew its hashes" if package.hashed else ""
    return f"Write `{pin}` in place of `{package.name}=={package.version}`{hashes}."


def _properties(
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


def _anchor(package: Package) -> str:
    """A digest of the package without its version: an upgrade that stays vulnerable brings nothing new."""
    text = f"{package.ecosystem}\0{normalised(package.ecosystem, package.name)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
