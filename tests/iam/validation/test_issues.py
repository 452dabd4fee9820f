"""The issues of a policy are the same whether all rules are asked or those that may say something."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.iam.document import PolicyKind
from pregate.iam.plain import grants_by_name, is_in_plain_form
from pregate.iam.statements import statements_of
from pregate.iam.validation.issue import Subject
from pregate.iam.validation.issues import issues_of
from pregate.iam.validation.raw import document_of
from pregate.iam.validation.validate import validate
from tests.iam.validation.samples import allow, policy

ACTIONS = (
    *(
        "s3:GetObject",
        "s3:Get*",
        "s3:*",
        "*",
        "iam:PassRole",
        "iam:*",
        "i*:x",
        "sts:AssumeRole",
        "s3",
        "",
        "${x}:y",
    ),
    *("iam:createservicelinkedrole", "s3:GetObjct", "nosuch:Action", "kms:Decrypt"),
)
ARNS = (
    *(
        "*",
        "arn:aws:s3:::shop/*",
        "arn:aws:s3:::*",
        "arn:aws:sqs:us-east-1:123456789012:q",
        "arn:aws:S3:::b",
        "b",
        "",
    ),
    *(
        "arn:aws:sqs:us-est-1:123456789012:q",
        "arn:aws:s3:::${aws:username}/*",
        "arn:aw:s3:::b",
        "arn:aws:s*:::b",
    ),
    *(
        "arn:aws:s3:::${x",
        "arn:aws:s3::12:b",
        "arn:aws:lambda:::f",
        "\u0024{x}",
        "arn:aws:iam::123456789012:role/*",
    ),
)
PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": "*"},
    {"Service": "lambda.amazonaws.com"},
    {"Federated": "x"},
    {},
    [],
)
CONDITIONS: tuple[Any, ...] = (
    *(
        {},
        [],
        {"StringEquals": {}},
        {"StringEquals": {"aws:username": "*"}},
        {"Bool": {"aws:SecureTransport": "x"}},
    ),
    *({"StringLike": {"s3:prefix": []}}, {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
    *({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", None]}}, {"Nothing": {"a": "b"}}),
    {"StringEquals": {"aws:ResourceTag/a": "b"}},
)
WRONG: st.SearchStrategy[Any] = st.sampled_from([None, 3, [], {}, ["x", 3]])


def listed(texts: tuple[str, ...]) -> st.SearchStrategy[Any]:
    one = st.sampled_from(texts)
    return one | st.lists(one, max_size=3) | WRONG


STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Allow", "Deny", "allow", 3])},
    optional={
        "Sid": st.sampled_from(["A", "B", "a b", "", 3]),
        "Action": listed(ACTIONS),
        "NotAction": listed(ACTIONS),
        "Resource": listed(ARNS),
        "NotResource": listed(ARNS),
        "Principal": st.sampled_from(PRINCIPALS),
        "NotPrincipal": st.sampled_from(PRINCIPALS),
        "Condition": st.sampled_from(CONDITIONS),
        "Other": st.just("x"),
    },
)
USUAL = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.sampled_from(ACTIONS) | st.lists(st.sampled_from(ACTIONS), max_size=3),
        "Resource": st.sampled_from(ARNS) | st.lists(st.sampled_from(ARNS), max_size=3),
    },
    optional={"Sid": st.sampled_from(["A", "B", ""]), "Condition": st.sampled_from(CONDITIONS)},
)
POLICIES = st.fixed_dictionaries(
    {"Statement": st.lists(STATEMENTS | USUAL, max_size=2) | USUAL},
    optional={
        "Version": st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17", 3]),
        "Id": st.sampled_from(["x", ""]),
        "Other": st.just(1),
    },
)
KINDS = st.sampled_from([PolicyKind.IDENTITY, PolicyKind.IDENTITY, *PolicyKind])


@settings(max_examples=250, deadline=None)
@given(POLICIES, KINDS)
def test_rules_that_are_not_asked_have_nothing_to_say(content: Any, kind: PolicyKind) -> None:
    document = document_of(json.dumps(content), kind)
    assert issues_of(document) == validate(document).issues


@settings(max_examples=250, deadline=None)
@given(POLICIES, KINDS)
def test_policies_in_plain_form_have_no_remarks_on_their_structure(content: Any, kind: PolicyKind) -> None:
    from pregate.iam.granting import grant_remarks
    from pregate.iam.structure import structure_remarks

    document = document_of(json.dumps(content), kind)
    statements = statements_of(document)
    if is_in_plain_form(document, statements):
        assert list(structure_remarks(document, statements)) == []
    if grants_by_name(statements):
        granted, paths = grant_remarks(document, statements)
        assert (list(map(list, granted.values())), paths) == ([[]] * len(granted), [])


def test_the_usual_policy_is_plain() -> None:
    document = document_of(
        policy(allow(Sid="Read", Condition={"StringEquals": {"aws:username": "x"}})), PolicyKind.IDENTITY
    )
    assert is_in_plain_form(document, statements_of(document))
    assert grants_by_name(statements_of(document))


def test_few_modules_are_loaded_for_the_usual_policy() -> None:
    code = (
        "import sys; from pregate.iam.validation.issues import issues_of;"
        "from pregate.iam.validation.raw import document_of; from pregate.iam.document import PolicyKind;"
        f"assert not issues_of(document_of({policy(allow(Sid='Read'))!r}, PolicyKind.IDENTITY));"
        "print(*sorted(n.rpartition('.')[2] for n in sys.modules if '.validation.' in n"
        " and n.rpartition('.')[2].startswith(('grammar', 'tables', 'services'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["services", "services_arns"]


@pytest.mark.parametrize("today", [None, date(2026, 3, 1)])
def test_a_table_is_older_than_some_days_on_the_day_after_them(today: date | None) -> None:
    subject = Subject(document_of(policy(allow()), PolicyKind.IDENTITY), today)
    dated = (today or datetime.now(UTC).date()) - timedelta(180)
    assert not subject.is_older(dated.isoformat(), 180)
    assert subject.is_older(dated.isoformat(), 179)
    assert subject.is_older((dated - timedelta(1)).isoformat(), 180)
