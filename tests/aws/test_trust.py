"""Trust policies for jobs of GitHub's: whom they let in, by our own check."""

from __future__ import annotations

import json

import pytest

from pregate.aws.federation import parse_role
from pregate.aws.trust import (
    GITHUB,
    Job,
    compare,
    issuer_of,
    job_of,
    other_subjects,
    render_trust_policy,
    subjects_of,
)
from pregate.iam import extract, lint
from pregate.model import Severity

ROLE = parse_role("arn:aws:iam::111122223333:role/ci/gate", "role")
HOST = "token.actions.githubusercontent.com"


def job(subject: str, owner_id: str = "", repository_id: str = "", issuer: str = GITHUB) -> Job:
    return Job(issuer, "sts.amazonaws.com", subject, owner_id, repository_id)


@pytest.mark.parametrize(
    "context", ["pull_request", "ref:refs/heads/main", "environment:prod", "ref:refs/tags/v1"]
)
def test_a_job_is_let_in_under_its_own_subject_with_and_without_ids(context: str) -> None:
    classic, immutable = f"repo:octo/app:{context}", f"repo:octo@12/app@34:{context}"
    assert subjects_of(job(classic, "12", "34")) == (classic, immutable)
    assert subjects_of(job(immutable)) == (classic, immutable)
    assert subjects_of(job(classic)) == (classic,)


def test_the_jobs_of_a_merge_queue_share_a_pattern() -> None:
    subject = "repo:octo/app:ref:refs/heads/gh-readonly-queue/release/1/pr-7-abc"
    assert subjects_of(job(subject)) == ("repo:octo/app:ref:refs/heads/gh-readonly-queue/release/1/*",)


def test_a_subject_of_the_organisations_own_making_is_taken_as_it_is() -> None:
    assert subjects_of(job("repository_owner:octo:x")) == ("repository_owner:octo:x",)
    assert subjects_of(job("")) == ()
    assert other_subjects(job("repository_owner:octo:x")) == ()


def test_other_runs_are_told_but_not_the_jobs_own() -> None:
    others = dict(other_subjects(job("repo:octo/app:pull_request"), "trunk"))
    assert "pull requests" not in others
    assert others["pushes to trunk, schedules"] == "repo:octo/app:ref:refs/heads/trunk"
    assert others["the merge queue"].endswith("gh-readonly-queue/trunk/*")


def test_the_policy_has_both_conditions() -> None:
    one = job("repo:octo/app:pull_request", "12", "34")
    (statement,) = render_trust_policy(one, ROLE, subjects_of(one))["Statement"]
    assert statement["Principal"] == {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{HOST}"}
    assert statement["Condition"] == {
        "StringEquals": {f"{HOST}:aud": "sts.amazonaws.com", f"{HOST}:sub": list(subjects_of(one))}
    }


def test_a_pattern_is_compared_as_one() -> None:
    one = job("repo:octo/app:ref:refs/heads/gh-readonly-queue/main/pr-7-abc")
    (statement,) = render_trust_policy(one, ROLE, subjects_of(one))["Statement"]
    assert list(statement["Condition"]) == ["StringEquals", "StringLike"]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_arns_are_of_the_roles_partition(partition: str) -> None:
    role = parse_role(f"arn:{partition}:iam::111122223333:role/gate", "role")
    one = job("repo:octo/app:pull_request")
    text = json.dumps(render_trust_policy(one, role, subjects_of(one)))
    assert f"arn:{partition}:iam::111122223333:oidc-provider/{HOST}" in text


@pytest.mark.parametrize(
    ("server", "issuer"),
    [
        ("https://github.com", GITHUB),
        ("https://octo.ghe.com", "https://token.actions.octo.ghe.com"),
        ("https://git.example/", "https://git.example/_services/token"),
        ("", GITHUB),
    ],
)
def test_every_server_has_its_issuer(server: str, issuer: str) -> None:
    assert issuer_of(server) == issuer
    assert not job("", issuer=issuer).provider.startswith("http")


@pytest.mark.parametrize(
    "context", ["pull_request", "ref:refs/heads/main", "ref:refs/heads/gh-readonly-queue/main/pr-1-a"]
)
@pytest.mark.parametrize(
    "issuer", [GITHUB, "https://token.actions.octo.ghe.com", "https://git.example/_services/token"]
)
def test_our_own_check_has_nothing_against_it(context: str, issuer: str) -> None:
    """That pull requests are trusted is said, as what it is: information."""
    one = job(f"repo:octo/app:{context}", "12", "34", issuer)
    text = json.dumps(render_trust_policy(one, ROLE, subjects_of(one)))
    (document,) = extract("trust.json", text).documents
    assert all(remark.severity is Severity.INFO for remark in lint(document))


def test_claims_are_laid_beside_the_conditions() -> None:
    claims = {"iss": GITHUB, "aud": "a", "sub": "repo:o/r:pull_request", "repository_id": "7"}
    rows = {row.claim: row for row in compare(job_of(claims), ROLE)}
    assert rows["iss"].needed == f"a provider arn:aws:iam::111122223333:oidc-provider/{HOST}"
    assert rows["sub"].told in rows["sub"].needed
    assert rows["aud"].told == "a"
