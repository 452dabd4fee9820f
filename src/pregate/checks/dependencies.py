"""
The dependencies check: locked packages against a vulnerability database.

The first step reads lock files; the second asks the database once for every distinct package of all files,
decides by the OSV rules which advisories apply, and gives one finding for each package version and
vulnerability.
"""

from __future__ import annotations

import contextlib
import posixpath
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pregate.checks.base import (
    AdvisorySource,
    Analysis,
    Conclusion,
    Fact,
    Identified,
    Json,
    Moment,
    PackageIndex,
    PlainCheck,
    Target,
    Threats,
    Tree,
)
from pregate.config import DependenciesConfig
from pregate.errors import AdvisoryError
from pregate.expressions import expression
from pregate.lockfiles.formats import format_of, library_version
from pregate.model import Location, Unread, UnreadReason
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.checks.dependency_assessment import Assessment, Key
    from pregate.checks.dependency_findings import Writer
    from pregate.lockfiles.model import Package, Reading
    from pregate.model import Finding, Rule

REVISION = "3"
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
_SUFFIXES = {"requirements": ".txt", "pom.xml": ".xml"}
_CREDENTIALS = expression(
    rb"://([^/\s@]{1,512})@"
    rb"|[?&][\w.-]{0,40}?(?:token|key|secret|passw|sig|auth)[\w.-]{0,20}=([^\s\"'&#<>]{1,1024})",
    re.IGNORECASE,
)


class DependenciesCheck(PlainCheck):
    """Names the packages that a change locks in a version with a known vulnerability."""

    name = "dependencies"
    cost = 250
    reads_text = True

    def __init__(
        self,
        config: DependenciesConfig,
        source: AdvisorySource | None = None,
        threats: Threats | None = None,
        moment: Moment | None = None,
        index: PackageIndex | None = None,
    ) -> None:
        self._config = config
        self._source = source
        self._threats = threats
        self._moment = moment or Moment(time.time())
        self._index = index
        self._assessments: dict[Key, Assessment] = {}
        self._stands = False
        self.version = f"{REVISION}-{library_version()}{'-resolve' if config.resolve else ''}"
        self._meant: dict[tuple[str, str], str] = {}  # the much used name behind ecosystem and name

    def rules(self) -> tuple[Rule, ...]:
        """Those about licences and names; every other rule comes with its advisory."""
        from pregate.checks.dependency_license_rules import LICENSE_RULES
        from pregate.checks.dependency_names import CONFUSABLE

        return (*LICENSE_RULES, CONFUSABLE)

    def concerns(self, path: str, *, executable: bool) -> bool:  # noqa: ARG002
        """By the names that ``docs/dependencies.md`` lists."""
        return format_of(path) != ""

    def dependents(self, changed: Sequence[str], tree: Tree) -> tuple[str, ...]:
        """
        Requirements files, when a text file changes that one of them may include; POMs, when one of them
        changes, which may be a parent of others.
        """
        known = set(changed)
        kinds = {"pom.xml"} if any(format_of(path) == "pom.xml" for path in changed) else set()
        kinds |= {"requirements"} if any(map(_may_be_included, changed)) else set()
        if not kinds:
            return ()
        suffixes = [suffix for kind, suffix in _SUFFIXES.items() if kind in kinds]
        return tuple(p for p in tree.ending(suffixes) if p not in known and format_of(p) in kinds)

    def includes(self, target: Target) -> tuple[str, ...]:
        """Files named by ``-r`` and ``-c``, directly or through others."""
        from pregate.lockfiles import readers

        return readers.includes(target.path, _files(target))

    def analyse(self, target: Target) -> Analysis:
        """Packages as facts; nothing is a finding before the database is asked."""
        from pregate.lockfiles import readers

        reading = readers.read(target.path, _files(target))
        if _is_none_of_ours(target.path, reading):
            return Analysis(concerned=False)
        # To read a lock file again costs less than to look whether what it says may be kept on a disk.
        is_kept = format_of(target.path) == "requirements" or not reading.packages
        return Analysis(
            cacheable=is_kept,
            unread=reading.unread,
            facts=(*reading.packages, *self._loose(target, reading)),
            sensitive=_credentials(target),
            facts_hold_text=any(package.around for package in reading.packages),
        )

    def _loose(self, target: Target, reading: Reading) -> tuple[Fact, ...]:
        if not self._config.resolve or format_of(target.path) != "requirements":
            return ()
        from pregate.lockfiles.python.loose import loose_requirements

        return loose_requirements(target.path, _files(target), reading)

    def fact_from_json(self, value: Json) -> Fact:
        """A package, a requirement that is to be resolved, or what stands for all packages of a file."""
        if isinstance(value, list) and value[:1] == ["loose"]:
            from pregate.lockfiles.python.loose import Loose

            return Loose.from_json(value)
        from pregate.checks.dependency_silence import Silence

        if Silence.is_one(value):
            return Silence.from_json(value)
        from pregate.lockfiles.model import Package

        return Package.from_json(value)

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        """
        Asks the database about every distinct package, once in a run, whatever files and versions of them
        hold it; raises AdvisoryError when it does not answer in full.
        """
        return self._conclusion(analyses, is_brief=False)

    def _conclusion(self, analyses: Sequence[Analysis], *, is_brief: bool) -> Conclusion:
        source = self._source
        if source is None:
            hint = "Give a local database with --advisories PATH, or leave --offline away."
            raise AdvisoryError("there is no vulnerability database to ask", hint)
        resolved = [self._resolved(analysis) for analysis in analyses]
        if not any(analysis.facts for analysis in resolved):
            return Conclusion(tuple(resolved))
        told = self._told_before(resolved)
        if told:
            return Conclusion(tuple(resolved), self._notes(source, told))
        from pregate.checks.dependency_assessment import assess_all
        from pregate.lockfiles.model import Package

        files = [[fact for fact in a.facts if isinstance(fact, Package)] for a in resolved]
        distinct = {p.key: p for packages in files for p in packages}
        if not distinct:
            return Conclusion(tuple(resolved))
        new = {key: package for key, package in distinct.items() if key not in self._assessments}
        self._assessments |= assess_all(source, new) if new else {}
        writer = self._writer(distinct, is_brief=is_brief)
        judged = [
            self._judge(a, packages, writer, source) for a, packages in zip(resolved, files, strict=True)
        ]
        settled = self._settled(analyses, judged, source)
        return Conclusion(tuple(judged), self._notes(source), settled)

    def _told_before(self, analyses: Sequence[Analysis]) -> str:
        """What the database said of itself when nothing was to be said of any of these; ``""`` for others."""
        if not self._stands:
            return ""
        from pregate.checks.dependency_silence import silences_of

        silences = silences_of(analyses)
        is_all = len(silences) == sum(len(analysis.facts) for analysis in analyses)
        return silences[0].told if silences and is_all else ""

    def _settled(
        self, analyses: Sequence[Analysis], judged: Sequence[Analysis], source: AdvisorySource
    ) -> tuple[Analysis | None, ...]:
        """What may be remembered, where anybody asked for that."""
        if not self._stands or not isinstance(source, Identified):
            return ()
        from pregate.checks.dependency_silence import silence_of

        told = source.told()
        return tuple(silence_of(a, j, self._assessments, told) for a, j in zip(analyses, judged, strict=True))

    def _writer(self, packages: Iterable[Key], *, is_brief: bool) -> Writer | None:
        """What words the findings, None where no package has any: a hook need not load it for nothing."""
        if not any(self._assessments[key].says_something for key in packages):
            return None
        from pregate.checks.dependency_findings import Writer

        return Writer(self._assessments, self._config, self._moment, self._threats, is_brief=is_brief)

    def _notes(self, source: AdvisorySource, told: str = "") -> tuple[str, ...]:
        """What was asked; of a database that was not opened, from what it ``told`` of itself before."""
        described = ""
        if told and isinstance(source, Identified):
            with contextlib.suppress(ValueError):
                described = source.describe_again(told)
        notes = (described or source.describe(), self._threats.describe() if self._threats else "")
        return tuple(note for note in notes if note)

    def standing(self) -> str:
        """As :class:`Settling` says."""
        from pregate.checks.dependency_silence import standing_of

        standing = standing_of(self.version, self._config, self._source, self._moment)
        self._stands = self._stands or bool(standing)
        return standing

    def recall(self, analyses: Sequence[Analysis]) -> Conclusion:
        """As :meth:`conclude`; the findings lack what only people read."""
        return self._conclusion(analyses, is_brief=True)

    def _resolved(self, analysis: Analysis) -> Analysis:
        """``analysis`` with the versions that the index gives for requirements that are not pinned."""
        if not self._config.resolve or self._index is None:
            return analysis
        from pregate.checks.dependency_resolution import resolved

        return resolved(analysis, self._index)

    def _judge(
        self, analysis: Analysis, packages: Sequence[Package], writer: Writer | None, source: AdvisorySource
    ) -> Analysis:
        """``analysis`` with the findings of its packages, in the order of the file."""
        findings, unread = writer.judge(packages) if writer else ([], [])
        if self._config.allow_licenses or self._config.deny_licenses:
            from pregate.checks.dependency_licenses import license_findings

            findings += license_findings(packages, self._config)
        if self._moment.compared and self._config.confusable_names == "warn":
            findings += self._confusable(packages)
        findings.sort(key=lambda f: (f.location, f.rule.id, f.message))
        left = (*analysis.unread, *unread, *_uncovered(packages, source))
        return replace(analysis, findings=tuple(findings), unread=left)

    def _confusable(self, packages: Sequence[Package]) -> list[Finding]:
        """
        Packages whose name is nearly that of a much more used one, each once. What the base has under the
        same name is not new, like every finding; no name is looked up twice.
        """
        from pregate.lockfiles.popular import confusable_with

        first: dict[tuple[str, str], Package] = {}
        for package in packages:
            first.setdefault(package.key[:2], package)
        known = self._meant
        for name, package in first.items():
            if name not in known:
                known[name] = confusable_with(package.ecosystem, package.name)
        found = [(package, known[name]) for name, package in first.items() if known[name]]
        if not found:
            return []
        from pregate.checks.dependency_names import confusable_finding

        return [confusable_finding(package, other) for package, other in found]


def _uncovered(packages: Sequence[Package], source: AdvisorySource) -> Iterator[Unread]:
    """One line for each ecosystem of a file that the database has nothing of."""
    numbers = Counter(p.ecosystem for p in packages)
    for ecosystem, number in sorted(numbers.items()):
        if not source.covers(ecosystem):
            first = next(p for p in packages if p.ecosystem == ecosystem)
            what = f"{number} package{'s' if number > 1 else ''} of {ecosystem}"
            detail = f"{what}: the vulnerability database has nothing of that ecosystem"
            yield Unread(first.location.path, UnreadReason.NOT_AUDITED, detail, first.location.start_line)


def _may_be_included(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() not in NEVER_INCLUDED


# Formats whose files have other purposes too: one that locks nothing was none of ours.
_BY_CONTENT = frozenset(
    {
        "pyproject.toml",
        "environment.yml",
        "workflow",
        "Manifest.toml",
        "cyclonedx",
        "spdx",
        "compose",
        "Dockerfile",
    }
)


def _is_none_of_ours(path: str, reading: Reading) -> bool:
    if not reading.packages and not reading.unread:
        return format_of(path) in _BY_CONTENT
    return _is_prose(path, reading)


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
    Passwords and tokens in addresses (``https://user:…@host``, ``?token=…``): blanked wherever the
    file is shown.
    """
    regions: list[Location] = []
    data = target.data
    has_address = b"://" in data and b"@" in data
    if not (has_address or b"?" in data or b"&" in data):  # the expression takes time to compile
        return ()
    if not _CREDENTIALS.search(data):  # no match goes over a line's end
        return ()
    for number, line in enumerate(target.data.splitlines(), start=1):
        column, done = 1, 0  # counted on from the last one: a file may be one long line
        for found in _CREDENTIALS.finditer(line):
            first, last = found.span(found.lastindex or 0)
            start = column + len(line[done:first].decode("utf-8", "replace"))
            end = start + len(line[first:last].decode("utf-8", "replace"))
            column, done = end, last
            regions.append(Location(target.path, number, start, number, end))
    return tuple(regions)
