"""Findings from what the advisories say: one for each package version and vulnerability."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from pregate.checks import dependency_text as text
from pregate.checks.base import Moment, Threats
from pregate.checks.dependency_assessment import Assessment, Key
from pregate.checks.dependency_remedy import declarations_of, remedy_of, removal_of
from pregate.config import DependenciesConfig
from pregate.expressions import expression
from pregate.lockfiles.affected import entries_for, fixed_versions, smallest_upgrade
from pregate.lockfiles.ecosystems import PYPI
from pregate.lockfiles.graph import Graph
from pregate.lockfiles.merge import Vulnerability
from pregate.lockfiles.model import Package
from pregate.lockfiles.severity import Rating, highest, is_malicious, rate
from pregate.lockfiles.versions import is_prerelease, parse_version
from pregate.model import Finding, Fix, Related, Rule, Severity, Unread, UnreadReason
from pregate.records import replace

_VERSION = expression(r"[0-9][0-9A-Za-z.!-]{0,99}")
_PYPI_VERSION = expression(r"[0-9][0-9A-Za-z.!]{0,99}")
_DAY = 86400


class Writer:
    """
    Turns the facts of files into findings; every rule is built once.

    Where ``is_brief``, they hold no more than what they are known again by in another version of the file.
    """

    def __init__(
        self,
        assessments: Mapping[Key, Assessment],
        config: DependenciesConfig,
        moment: Moment,
        threats: Threats | None = None,
        *,
        is_brief: bool = False,
    ) -> None:
        self._assessments = assessments
        self._config = config
        self._moment = moment
        self._threats = threats
        self._is_brief = is_brief
        self._rules: dict[str, Rule] = {}

    def judge(self, packages: Sequence[Package]) -> tuple[list[Finding], list[Unread]]:
        """
        The findings of one file's packages, and those that could not be compared with an advisory.
        """
        places: dict[Key, list[Package]] = {}
        for package in packages:
            places.setdefault(package.key, []).append(package)
        graph = Graph(packages)
        findings: list[Finding] = []
        unread: list[Unread] = []
        for key, same in places.items():
            whole = self._assessments[key]
            if not whole.says_something:
                continue
            same.sort(key=lambda p: p.location)
            if self._is_brief:
                findings += [self._brief(v, same[0]) for v in whole.vulnerabilities]
            else:
                findings += [self._finding(v, whole, same, graph) for v in whole.vulnerabilities]
            where = same[0].location
            unread += [
                Unread(where.path, UnreadReason.NOT_AUDITED, f"{key[1]}: {reason}", where.start_line)
                for reason in whole.undecided
            ]
        return findings, unread

    def _brief(self, vulnerability: Vulnerability, package: Package) -> Finding:
        rule = Rule(text.rule_id(vulnerability), "", "", "", Severity.INFO)
        return Finding(rule, "", package.location, rule.severity, anchor=text.anchor_of(package))

    def _finding(
        self, vulnerability: Vulnerability, whole: Assessment, packages: Sequence[Package], graph: Graph
    ) -> Finding:
        package = packages[0]
        exploited = self._threats.exploited_since(vulnerability.names) if self._threats else ""
        ransom = self._threats.used_for_ransom(vulnerability.names) if self._threats and exploited else False
        epss = self._threats.epss(vulnerability.names) if self._threats else None
        rating = _rating(vulnerability, package, exploited)
        fixed = next(iter(fixed_versions(vulnerability.advisories, package)), "")
        alone = smallest_upgrade(vulnerability.advisories, package) or fixed
        excused = self._excuse(vulnerability, packages, alone, exploited)
        others = [Related(p.location, f"{p.name} {p.version} is locked here too") for p in packages[1:]]
        rule = self._rule(vulnerability, rating)
        malicious = is_malicious(vulnerability.names)
        remedy = removal_of(package, graph) if malicious else remedy_of(package, whole.upgrade, alone, graph)
        threat = text.Threat(exploited, ransom, epss)
        return Finding(
            rule=rule,
            message=text.message_of(
                vulnerability, package, text.Clearing(alone, whole), threat, graph.chain(package), excused
            ),
            location=package.location,
            severity=rating.severity,
            remedy=remedy,
            aliases=vulnerability.aliases,
            related=(*package.related, *declarations_of(package, whole.upgrade or alone), *others),
            properties=(
                *text.properties_of(
                    vulnerability, package, rating, text.Clearing(alone, whole), threat, graph.chain(package)
                ),
                *((("excused", excused),) if excused else ()),
            ),
            anchor=text.anchor_of(package),
            fixes=() if malicious else _fixes(packages, whole),
            excused=excused,
        )

    def _rule(self, vulnerability: Vulnerability, rating: Rating) -> Rule:
        identifier = vulnerability.id
        if identifier not in self._rules:
            self._rules[identifier] = text.rule_of(vulnerability, rating)
        return self._rules[identifier]

    def _excuse(
        self, vulnerability: Vulnerability, packages: Sequence[Package], fixed: str, exploited: str
    ) -> str:
        """
        Why policy does not let it fail the gate, or ``""``. A malicious package has no excuse, and one that
        attackers use no days of grace.
        """
        if is_malicious(vulnerability.names):
            return ""
        if self._config.ignore_dev and all(p.dev for p in packages):
            return "it serves development alone (ignore-dev)"
        if self._config.only_fixable and not fixed:
            return "no fixed version is known (only-fixable)"
        return "" if exploited else self._grace(vulnerability)

    def _grace(self, vulnerability: Vulnerability) -> str:
        """Whether its first record came after the pull request and is younger than the days of grace."""
        days = self._config.grace_days
        times = [t for a in vulnerability.advisories if (t := _seconds(a.published))]
        if not days or not times:
            return ""
        published = min(times)
        ends = published + days * _DAY
        if published <= self._moment.opened or self._moment.now >= ends:
            return ""
        last = datetime.datetime.fromtimestamp(ends, datetime.UTC).date().isoformat()
        return f"it was published a short while ago and counts from {last} (grace-days: {days})"


def _seconds(moment: str) -> float:
    """A record's time in seconds since 1970; 0 where it is none, or lies too far off to be meant."""
    try:
        found = datetime.datetime.fromisoformat(moment)
        aware = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
        return aware.timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _rating(vulnerability: Vulnerability, package: Package, exploited: str) -> Rating:
    found = highest([rate(a, entries_for(a, package)) for a in vulnerability.advisories])
    return replace(found, severity=Severity.CRITICAL) if exploited else found


def _fixes(packages: Sequence[Package], whole: Assessment) -> tuple[Fix, ...]:
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
    form = _PYPI_VERSION if package.ecosystem == PYPI else _VERSION
    if ours is None or theirs is None or not form.fullmatch(version):
        return False
    return is_prerelease(ours) or not is_prerelease(theirs)
