"""A rule by its name, also one that only an advisory or a policy validator brings with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pregate.config import CHECKS
from pregate.entry.rules import all_rules, find_rule
from pregate.errors import UsageError
from pregate.model import Rule, Severity

# Ids of OSV's databases: https://ossf.github.io/osv-schema/#id-modified-fields
_ADVISORY = re.compile(
    r"(?i)(?:dependencies/)?((?:GHSA|CVE|PYSEC|MAL|GO|RUSTSEC|OSV|GSD|RHSA|DSA|DLA|USN|ALSA|RLSA|HSEC|RSEC|BIT|EEF"
    r"|PSF|CGA|UBUNTU-CVE|DEBIAN-CVE|ALPINE-CVE|SUSE-SU|ASB-A|PUB-A|CURL-CVE|LBSEC|V8|ELA|AZL|MINI|OESA)"
    r"-[A-Z0-9][A-Z0-9.:_-]{2,60})"
)


def look_up(
    name: str, reported: Callable[[], Sequence[Rule]], database: str | None, environ: Mapping[str, str]
) -> Rule:
    """
    The rule that is meant by ``name``: one of the checks' own, an issue code of Access Analyzer's, or a
    vulnerability that is in a local database (``database`` is a path, None for the user's own). What is none
    of these is looked for among the ``reported`` rules; a vulnerability that is not there either gets a page
    that says what such a rule is.

    Raises UsageError, naming the nearest, when there is none.
    """
    advisory = _ADVISORY.fullmatch(name)
    if advisory:
        identifier = advisory[1]
        return (
            _from_database(identifier, database, environ)
            or _from_report(identifier, reported())
            or _unknown(identifier)
        )
    return _of_issue(name.upper().removeprefix("IAM/")) or _named(name, reported)


def _named(name: str, reported: Callable[[], Sequence[Rule]]) -> Rule:
    """One of the checks' own rules, else one that a report brings from another tool."""
    rules = all_rules(CHECKS)
    try:
        return find_rule(rules, name)
    except UsageError:
        others = reported()
        if not others:
            raise
    return find_rule({rule.id: rule for rule in (*others, *rules)}.values(), name)


def _from_database(identifier: str, database: str | None, environ: Mapping[str, str]) -> Rule | None:
    path = _database(database, environ)
    if path is None:
        return None
    from pregate.advisories.lookup import find_advisories
    from pregate.checks.dependency_text import rule_of
    from pregate.lockfiles.merge import Vulnerability
    from pregate.lockfiles.severity import highest, rate

    for spelling in _spellings(identifier):
        advisories = find_advisories(path, spelling)
        if advisories:
            rating = highest([rate(a, a.affected) for a in advisories])
            return rule_of(Vulnerability(advisories), rating)
    return None


def _spellings(identifier: str) -> tuple[str, ...]:
    """GitHub writes its ids in small letters behind the first part, all others in capitals."""
    head, dash, rest = identifier.partition("-")
    usual = f"{head.upper()}{dash}{rest.lower() if head.upper() == 'GHSA' else rest.upper()}"
    return tuple(dict.fromkeys((usual, identifier)))


def _database(named: str | None, environ: Mapping[str, str]) -> Path | None:
    from pregate.advisories.local import is_trusted
    from pregate.cache import advisory_index

    if named:
        path = Path(named)
        if not path.exists():
            raise UsageError(
                f"there is no vulnerability database at {named}", "pregate advisories fetch makes one."
            )
        return path
    own = advisory_index(environ)
    return own if own and own.exists() and is_trusted(own) else None


def _from_report(identifier: str, found: Iterable[Rule]) -> Rule | None:
    return next((r for r in found if r.id.lower() == f"dependencies/{identifier}".lower()), None)


def _unknown(identifier: str) -> Rule:
    usual = _spellings(identifier)[0]
    return Rule(
        id=f"dependencies/{usual}",
        title="a vulnerability of a package, or a malicious package, that an advisory tells of",
        description=(
            "Such a rule comes with its advisory and has its name: the finding stands where a lock file has "
            "a version that the advisory names. Neither a local database nor a report at hand has this one: "
            "it may be there under another name, be newer, or not exist."
        ),
        remedy=(
            "Upgrade the package to a version that the advisory does not name, and lock it again. The "
            "reference below has the advisory; `pregate advisories fetch` makes a local database."
        ),
        severity=Severity.UNKNOWN,
        help_uri=f"https://osv.dev/vulnerability/{usual}",
        tags=("security", "dependency"),
    )


def _of_issue(code: str) -> Rule | None:
    """The rule of an issue code of ``accessanalyzer:ValidatePolicy``."""
    from pregate.checks.base import PolicyRemark
    from pregate.checks.iam.access_rules import KINDS
    from pregate.checks.iam.placing import rule_of
    from pregate.iam.validation.codes import CODES

    issue = CODES.get(code)
    if issue is None:
        return None
    remark = PolicyRemark(issue.type.value, issue.name, "", issue.learn_more, ())
    return rule_of(remark, KINDS[issue.type.value])
