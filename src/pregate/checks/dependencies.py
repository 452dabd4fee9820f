"""
The dependencies check: locked packages against a vulnerability database.

The first step reads lock files; the second asks the database once for every distinct package of all files,
decides by the OSV rules which advisories apply, and gives one finding for each package version and
vulnerability.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pregate.checks import dependency_text as text
from pregate.checks.base import (
    AdvisorySource,
    Analysis,
    Conclusion,
    Fact,
    Json,
    PlainCheck,
    Target,
    Threats,
    Tree,
)
from pregate.config import DependenciesConfig
from pregate.errors import AdvisoryError
from pregate.lockfiles import readers
from pregate.lockfiles.affected import Answer, entries_for, evaluate, fixed_versions, smallest_upgrade
from pregate.lockfiles.merge import Vulnerability, merge_aliases
from pregate.lockfiles.model import Advisory, Package, Reading
from pregate.lockfiles.severity import Rating, highest, rate
from pregate.lockfiles.versions import is_prerelease, library_version, parse_version
from pregate.model import Finding, Fix, Location, Related, Rule, Unread, UnreadReason

REVISION = "2"
# Files that requirements include are named freely. Where one changes, the requirements that may include it
# are looked at: for all but these suffixes, of sources and pages that pip could not read, since looking costs
# a listing of the tree.
NEVER_INCLUDED = frozenset(
    {
        *(".py", ".pyi", ".ipynb", ".js", ".jsx", ".mjs", ".ts", ".tsx", ".vue", ".css", ".scss", ".html"),
        *(
            ".go",
            ".rs",
            ".java",
            ".kt",
            ".rb",
            ".php",
            ".c",
            ".h",
            ".cc",
            ".cpp",
            ".hpp",
            ".cs",
            ".sh",
            ".sql",
        ),
        *(".md", ".rst", ".json", ".yaml", ".yml", ".toml", ".lock", ".xml", ".tf", ".po", ".mo", ".snap"),
        *(".svg", ".png", ".jpg", ".gif", ".ico", ".pdf"),
    }
)
_VERSION = re.compile(r"[0-9][0-9A-Za-z.!]{0,99}")
_CREDENTIALS = re.compile(rb"://([^/\s@]{1,512})@")


class DependenciesCheck(PlainCheck):
    """Names the packages that a change locks in a version with a known vulnerability."""

    name = "dependencies"
    cost = 400
    reads_text = True

    def __init__(
        self,
        config: DependenciesConfig,
        source: AdvisorySource | None = None,
        threats: Threats | None = None,
    ) -> None:
        self._config = config
        self._source = source
        self._threats = threats
        self.version = f"{REVISION}-{library_version()}"

    def rules(self) -> tuple[Rule, ...]:
        """None: every rule comes with an advisory."""
        return ()

    def concerns(self, path: str, *, executable: bool) -> bool:  # noqa: ARG002
        """By the names that ``docs/dependencies.md`` lists."""
        return readers.format_of(path) != ""

    def dependents(self, changed: Sequence[str], tree: Tree) -> tuple[str, ...]:
        """Requirements files, when a text file changes that one of them may include."""
        if not any(map(_may_be_included, changed)):
            return ()
        known = set(changed)
        texts = (path for path in tree() if path.endswith(".txt") and path not in known)
        return tuple(path for path in texts if readers.format_of(path) == "requirements")

    def includes(self, target: Target) -> tuple[str, ...]:
        """Files named by ``-r`` and ``-c``, directly or through others."""
        return readers.includes(target.path, _files(target))

    def analyse(self, target: Target) -> Analysis:
        """Packages as facts; nothing is a finding before the database is asked."""
        reading = readers.read(target.path, _files(target))
        if _is_prose(target.path, reading):
            return Analysis(concerned=False)
        return Analysis(
            unread=reading.unread,
            facts=reading.packages,
            sensitive=_credentials(target),
            facts_hold_text=any(package.around for package in reading.packages),
        )

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


def _may_be_included(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() not in NEVER_INCLUDED


def _is_prose(path: str, reading: Reading) -> bool:
    """
    Whether a ``.txt`` that is named like a requirements file is a text: nothing is pinned, and most of its
    lines are no requirements. ``requirements.txt`` itself is always what it says.
    """
    if reading.packages or not path.endswith(".txt") or path.rpartition("/")[2] == "requirements.txt":
        return False
    broken = sum(u.reason is UnreadReason.UNPARSABLE and u.line > 0 for u in reading.unread)
    return broken * 2 > len(reading.unread)


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
    compared. ``upgrade`` is the version to advise, ``is_sure`` whether no advisory at all affects it.
    """

    vulnerabilities: tuple[Vulnerability, ...]
    undecided: tuple[str, ...]
    upgrade: str
    is_sure: bool
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
        rule = self._rules.setdefault(vulnerability.id, text.rule_of(vulnerability, rating))
        return Finding(
            rule=rule,
            message=text.message_of(vulnerability, package, alone, whole.upgrade, len(whole.vulnerabilities)),
            location=package.location,
            severity=rating.severity,
            remedy=text.remedy_of(package, whole.upgrade, alone),
            aliases=vulnerability.aliases,
            related=(*package.related, *others),
            properties=text.properties_of(vulnerability, package, rating, alone, whole.upgrade),
            anchor=text.anchor_of(package),
            fixes=_fixes(packages, whole),
        )


def _assess(package: Package, advisories: Sequence[Advisory]) -> _Assessment:
    applying: list[Advisory] = []
    undecided: list[Advisory] = []
    for advisory in sorted(advisories, key=lambda a: a.id):
        match evaluate(advisory, package):
            case Answer.YES:
                applying.append(advisory)
            case Answer.UNKNOWN:
                undecided.append(advisory)
            case Answer.NO:
                pass
    merged = merge_aliases(applying)
    decided = {name for v in merged for name in v.names}
    left = [a.id for a in undecided if decided.isdisjoint((a.id, *a.aliases))]
    reasons = (f"its version cannot be compared with {_some(left)}",) if left else ()
    sure = smallest_upgrade([a for a in advisories if not a.withdrawn], package)
    upgrade = sure or smallest_upgrade(applying, package)
    return _Assessment(merged, reasons, upgrade, bool(sure), tuple(applying))


def _fixes(packages: Sequence[Package], whole: _Assessment) -> tuple[Fix, ...]:
    """
    The line with the version that no advisory affects.

    None where the package is locked in other places too, which one fix does not reach; nor to a pre-release,
    which nobody installs unasked.
    """
    package = packages[0]
    if (
        len(packages) > 1
        or not package.around
        or not whole.is_sure
        or not _is_writable(whole.upgrade, package)
    ):
        return ()
    before, after = package.around
    line = package.location.start_line
    name = f"Pin {package.name} to {whole.upgrade}"
    return (Fix(name, line, line, f"{before}{whole.upgrade}{after}"),)


def _is_writable(version: str, package: Package) -> bool:
    """Whether a version, which a database names, is one to write into a file as it is."""
    ours, theirs = (parse_version(package.ecosystem, v) for v in (package.version, version))
    if ours is None or theirs is None or not _VERSION.fullmatch(version):
        return False
    return is_prerelease(ours) or not is_prerelease(theirs)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _rating(vulnerability: Vulnerability, package: Package) -> Rating:
    return highest([rate(a, entries_for(a, package)) for a in vulnerability.advisories])
