"""
The trust policy that a role needs for a job of GitHub's: least privilege, for the job at hand.

Sources: docs.github.com, "OpenID Connect reference" (the forms of ``sub``, immutable ones with ids among
them; issuers of GitHub Enterprise) and "Configuring OpenID Connect in Amazon Web Services"; IAM User Guide,
"Create a role for OpenID Connect federation".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pregate.aws.federation import Role
from pregate.records import dataclass

GITHUB = "https://token.actions.githubusercontent.com"
_SUBJECT = re.compile(r"repo:([^:/@]+)(?:@([0-9]+))?/([^:/@]+)(?:@([0-9]+))?:(.+)", re.DOTALL)
_QUEUE = re.compile(r"(ref:refs/heads/gh-readonly-queue/.+)/[^/]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Job:
    """
    What is known of the job: of its token, or without one of its event. ``subject`` is the claim ``sub``, or
    as it would be; ids are ``""`` where they are not known.
    """

    issuer: str
    audience: str
    subject: str
    owner_id: str = ""
    repository_id: str = ""

    @property
    def provider(self) -> str:
        """The issuer as IAM names it, in ARNs and condition keys."""
        return self.issuer.removeprefix("https://").removeprefix("http://").rstrip("/")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the token says of one claim, beside what the account has to have for it."""

    claim: str
    told: str
    needed: str


def issuer_of(server_url: str) -> str:
    """The issuer of a server's tokens: github.com, a subdomain of ghe.com, or an Enterprise Server."""
    host = urlsplit(server_url).hostname or "github.com"
    if host == "github.com":
        return GITHUB
    if host.endswith(".ghe.com"):
        return f"https://token.actions.{host}"
    return f"{server_url.rstrip('/')}/_services/token"


def job_of(claims: Mapping[str, str]) -> Job:
    """The job that a token's claims tell of."""
    return Job(
        claims.get("iss", ""),
        claims.get("aud", ""),
        claims.get("sub", ""),
        claims.get("repository_owner_id", ""),
        claims.get("repository_id", ""),
    )


def subjects_of(job: Job) -> tuple[str, ...]:
    """
    The subjects to trust for this job and no other: the one that its token has, and the same with or without
    ids, which GitHub adds for repositories made, renamed or moved since 2026-07-15. Jobs of a merge queue
    have a branch of their own each, so that theirs ends in ``*``.
    """
    match = _SUBJECT.fullmatch(job.subject)
    if match is None:
        return (job.subject,) if job.subject else ()
    owner, owner_id, name, name_id, context = match.groups()
    queue = _QUEUE.fullmatch(context)
    context = f"{queue[1]}/*" if queue else context
    owner_id, name_id = owner_id or job.owner_id, name_id or job.repository_id
    found = [f"repo:{owner}/{name}:{context}"]
    if owner_id and name_id:
        found.append(f"repo:{owner}@{owner_id}/{name}@{name_id}:{context}")
    return tuple(found)


def other_subjects(job: Job, branch: str = "main") -> tuple[tuple[str, str], ...]:
    """``(for what, subject)`` of other kinds of runs, without ids and, where they are known, with them."""
    match = _SUBJECT.fullmatch(job.subject)
    if match is None:
        return ()
    own = subjects_of(job)
    starts = [subject[: -len(_context_of(subject))] for subject in own]
    forms = (
        ("pull requests", "pull_request"),
        (f"pushes to {branch}, schedules", f"ref:refs/heads/{branch}"),
        ("the merge queue", f"ref:refs/heads/gh-readonly-queue/{branch}/*"),
        ("jobs with an environment", "environment:NAME"),
    )
    rows = [(runs, f"{start}{context}") for runs, context in forms for start in starts]
    return tuple(row for row in rows if row[1] not in own)


def _context_of(subject: str) -> str:
    match = _SUBJECT.fullmatch(subject)
    return match[5] if match else ""


def render_trust_policy(job: Job, role: Role, subjects: Iterable[str]) -> dict[str, Any]:
    """The trust policy of ``role`` for tokens with one of ``subjects``, as IAM wants it."""
    chosen = list(subjects)
    patterns = any("*" in subject for subject in chosen)
    audience = {f"{job.provider}:aud": job.audience}
    subject = {f"{job.provider}:sub": chosen}
    condition: dict[str, Any] = (
        {"StringEquals": audience, "StringLike": subject}
        if patterns
        else {"StringEquals": {**audience, **subject}}
    )
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider_arn(job, role)},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": condition,
            }
        ],
    }


def provider_arn(job: Job, role: Role) -> str:
    """The ARN of the issuer's provider in the account of ``role``."""
    return f"arn:{role.partition}:iam::{role.account}:oidc-provider/{job.provider}"


def compare(job: Job, role: Role) -> tuple[Comparison, ...]:
    """The claims that decide, each beside the condition that the account needs for it."""
    return (
        Comparison("iss", job.issuer, f"a provider {provider_arn(job, role)}"),
        Comparison(
            "aud",
            job.audience,
            f'it among the provider\'s client ids, and "{job.provider}:aud": "{job.audience}" in the policy',
        ),
        Comparison("sub", job.subject, f'"{job.provider}:sub": {" or ".join(subjects_of(job))}'),
    )
