"""What each key is for, in a sentence: for the schema, ``pregate config explain`` and the documentation."""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "": "What holds for every check.",
    "paths": "Other thresholds for files of a glob; of several that fit, each key has the last one's word.",
    "tools": "Scanners that are installed where pregate runs, run on the files of the change.",
    "suppressions": "What suppressions count.",
    "baseline": "What the baseline may do.",
    "advisories": 'The vulnerability database. advisories = "x" is short for its key source.',
    "secrets": "The secrets check.",
    "python": "The python check.",
    "dependencies": "The dependencies check.",
    "iam": "The iam check.",
    "iam.reference-policies": "What new policies are compared with: the first that fits.",
    "iam.boundaries": "What else bounds policies: all that fit.",
    "aws": "Who the run is on AWS.",
    "deliver": "What is sent to AWS after the verdict.",
}
"""What the tables are for."""

_THRESHOLDS = {
    "fail-on": "Least severity of a new finding that fails the gate; none: none does.",
    "min-confidence": "Least confidence that a finding needs to fail the gate.",
    **{
        f"max-{word}": f"How many new findings of severity {word} there may be, whatever fail-on says."
        for word in ("critical", "high", "medium", "low")
    },
}
_TOP = {
    "extends": "Address of an organisation's policy, which comes before this file.",
    "locked": "In an organisation's policy: keys and tables that later sources can only tighten; * is all.",
    **_THRESHOLDS,
    "checks": "Checks that run.",
    "require": "Checks and tools that must not be skipped.",
    "exclude": "Globs of paths that no check reads; they are counted.",
    "max-file-size": "Larger files (bytes) are listed as unread.",
    "tolerate-failed": "Checks and tools whose failure is told and does not make the run incomplete.",
    "tolerate-unread": "Reasons for which an unread file does not make the run incomplete.",
    "allow-unread": "Globs of files that may be unread for any reason.",
    "file-timeout": "Seconds that a check may take for one file.",
    "jobs": "Processes; 0 is one for each processor.",
    "offline": "Ask no service.",
    "plugins": "Installed plug-ins to use: checks that run, reports that may be written.",
    "plugin": "Options of plug-ins: a table for each that is used.",
}
_TOOLS = {
    "name": "Name of the check in reports; one that pregate knows needs nothing more.",
    "run": "The command with its arguments.",
    "sarif": "The file that the command writes; empty: its standard output.",
    "files": "Globs of the files that concern it.",
    "timeout": "Seconds that a run of it may take.",
    "environment": "Names of variables that it may see.",
    "settings": "Paths, folders and globs of its own configuration and rules, as the base has them.",
}
_SUPPRESSIONS = {
    "from-change": "What becomes of suppressions that the change itself adds; they are listed in any case.",
    "inline": "Whether pregate's own comments count.",
    "scanner-pragmas": "Whether comments of the tools below count (# nosec).",
    "require-reason": "A suppression without a reason does not count.",
    "require-owner": "A suppression without an owner does not count.",
    "max-days": "A suppression that lasts longer than so many days from today does not count; 0: any may.",
    "expired": "What becomes of a run that has expired suppressions.",
    "unused": "What becomes of a run that has suppressions of no finding.",
}
_BASELINE = {
    "ratchet": "A change that adds to the baseline fails.",
    "clean-touched": "What was there before counts as new in files that the change touches.",
}
_ADVISORIES = {
    "source": "An index, a zip or a folder of records, or the address of a service; empty: OSV's own.",
    "max-age": "How many days old a local database may be; 0: any.",
}
_DEPENDENCIES = {
    "unknown-severity": "What an advisory without a severity does.",
    "sources": "Databases to ask; their answers are put together.",
    "only-fixable": "Vulnerabilities without a fixed version do not fail the gate.",
    "ignore-dev": "Packages for development alone do not fail the gate.",
    "grace-days": "Advisories that were published less than so many days ago do not fail the gate.",
    "allow-licenses": "SPDX licences that packages may be under; any other fails.",
    "deny-licenses": "SPDX licences that packages may not be under.",
    "kev": "CISA's catalogue of exploited vulnerabilities: a file or an address.",
    "epss": "FIRST's EPSS scores: a file or an address.",
    "confusable-names": "What a new package does whose name is nearly that of a much more used one.",
    "resolve": "Ask the package index for the versions of requirements that are not pinned.",
    "index-url": "The Python package index that resolve asks.",
}
_IAM = {
    "engine": "Who answers: pregate and, where it is not certain, Access Analyzer (auto), one, or both.",
    "unknown": "What becomes of a question that has no certain answer.",
    "region": "Region of Access Analyzer.",
    "checks": "Questions to put.",
    "max-custom-checks": "How many charged questions a run may put to Access Analyzer.",
    "reference-policies": "Policies that new ones are compared with, by glob of files: the first that fits.",
    "boundaries": "Policies that bound what others can grant, by glob of files: all that fit.",
    "sensitive-actions": "Actions that no policy may grant unnoticed (service:Action).",
    "sensitive-resources": "ARNs of what no policy may grant unnoticed.",
    "severity": "Severities by finding type, issue code or rule.",
}
_POLICIES = {
    "match": "Glob of the files that it is for.",
    "policy": "Path of the policy's file in the repository.",
    "kind": "What bounds: a permissions boundary or a service control policy.",
}
_AWS = {
    "role-to-assume": "ARN of the role that a job of GitHub's assumes by its identity token.",
    "audience": "Audience of the identity token.",
    "region": "Region of AWS to call.",
    "role-chain": "ARNs of roles to assume from the first one, one by one.",
    "allowed-account-ids": "Accounts that the credentials may belong to; none: any.",
    "session-name": "Name of the session.",
    "session-duration": "Seconds that the session lasts.",
    "session-policy": "auto narrows the session to the calls that pregate makes; none does not.",
}
_DELIVER = {
    "security-hub": "Findings for AWS Security Hub.",
    "s3-bucket": "Bucket for the reports; empty: none.",
    "s3-prefix": "What the names of the reports in the bucket begin with.",
    "s3-kms-key": "KMS key that encrypts them: id, alias or ARN; empty: the keys of S3.",
    "s3-bucket-owner": "Account that must own the bucket; empty: the caller's.",
    "sns-topic": "ARN of the topic that is told the verdict; empty: none.",
    "sns-when": "When it is told; failure is an incomplete run too.",
    "require": "Deliveries whose failure makes the run incomplete.",
}


def _in(table: str, keys: Mapping[str, str]) -> dict[str, str]:
    return {f"{table}.{name}": words for name, words in keys.items()}


DESCRIPTIONS: Mapping[str, str] = {
    **_TOP,
    "paths": TABLES["paths"],
    **_in("paths", _THRESHOLDS),
    "paths.match": "Glob of the files that the rule is for.",
    "paths.checks": "Checks that the rule is for; none: all.",
    "tools": TABLES["tools"],
    **_in("tools", _THRESHOLDS),
    **_in("tools", _TOOLS),
    **_in("suppressions", _SUPPRESSIONS),
    **_in("baseline", _BASELINE),
    **_in("advisories", _ADVISORIES),
    **_in("secrets", _THRESHOLDS),
    "secrets.engine": "Whose detectors: pregate's own, or exactly those of detect-secrets.",
    "secrets.disable": "Detectors that report nothing.",
    "secrets.doubtful": "Whether what is rather no secret is reported too, with low severity.",
    "secrets.history": "Whether the commits of a range are searched too, for what a later one takes away.",
    "secrets.gitleaks-config": "A configuration of gitleaks' with rules and allowlists, where there is one.",
    "secrets.baseline": "A baseline of detect-secrets' with known secrets, where there is one.",
    **_in("python", _THRESHOLDS),
    "python.skip": "Rules of Bandit that are not run (B101).",
    **_in("dependencies", _THRESHOLDS),
    **_in("dependencies", _DEPENDENCIES),
    **_in("iam", _THRESHOLDS),
    **_in("iam", _IAM),
    **_in("iam.reference-policies", {name: _POLICIES[name] for name in ("match", "policy")}),
    **_in("iam.boundaries", _POLICIES),
    **_in("aws", _AWS),
    **_in("deliver", _DELIVER),
}
"""What the keys are for."""
