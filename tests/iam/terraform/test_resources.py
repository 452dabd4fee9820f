# ruff: noqa: E501 - configurations read best unbroken
"""Where policies are found in a configuration, and what is known of references."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.iam import PolicyKind
from pregate.iam.terraform.resource_types import policy_attributes, supported_types
from tests.iam.terraform.configurations import encoded, gaps, marked, plain, policy, read, value

ALLOW = 'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })'


def resource(kind: str, inner: str, name: str = "x") -> str:
    return f'resource "{kind}" "{name}" {{\n{inner}\n}}\n'


@pytest.mark.parametrize("kind", [k for k in supported_types() if policy_attributes(k)])
def test_every_known_attribute_is_read(kind: str) -> None:
    for path, policy_kind, attached in policy_attributes(kind):
        block, _, attribute = path.rpartition("/")
        inner = f"  {attribute} = {ALLOW}"
        found = read(resource(kind, f"  {block} {{\n{inner}\n  }}" if block else inner)).documents
        assert [(d.kind, d.resource_type) for d in found] == [(policy_kind, attached)]
        assert found[0].name.startswith(f"{kind}.x.")


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("", PolicyKind.SERVICE_CONTROL),
        ('type = "SERVICE_CONTROL_POLICY"', PolicyKind.SERVICE_CONTROL),
        ('type = "RESOURCE_CONTROL_POLICY"', PolicyKind.RESOURCE_CONTROL),
        ('type = "TAG_POLICY"', None),
    ],
)
def test_an_organizations_policy_is_what_its_type_says(type_: str, kind: PolicyKind | None) -> None:
    found = read(resource("aws_organizations_policy", f"  {type_}\n  content = {ALLOW}")).documents
    assert [d.kind for d in found] == ([kind] if kind else [])


def test_an_organizations_policy_of_unknown_type_is_a_gap() -> None:
    found = read(resource("aws_organizations_policy", f"  type = var.t\n  content = {ALLOW}"))
    assert gaps(found) == [(2, "the type of an organization's policy is not known")]


def test_other_types_are_read_by_the_shape_of_their_policy() -> None:
    found = read(
        resource("aws_new_thing", f"  access_policy = {ALLOW}")
        + resource("aws_ecr_lifecycle_policy", "  policy = jsonencode({ rules = [] })")
        + resource("aws_other", "  policy = var.p")
        + resource("aws_more", '  policy = "TLS-1-2"')
    )
    assert [(d.name, d.kind.value) for d in found.documents] == [
        ("aws_new_thing.x.access_policy", "identity")
    ]
    assert found.gaps == ()


def test_policies_given_to_a_module_from_elsewhere_and_to_outputs_are_read_by_their_shape() -> None:
    text = f'module "m" {{\n  source = "org/x/aws"\n  policy = {ALLOW}\n  name = "x"\n}}\noutput "o" {{\n  value = {ALLOW}\n}}\n'
    assert [d.name for d in read(text).documents] == ["module.m.policy", "output.o"]


@pytest.mark.parametrize(
    ("written", "detail"),
    [
        ("var.p", "the identity policy is known only at deployment (var.p)"),
        ("module.x.policy", "the identity policy is known only at deployment (module.x.policy)"),
        ("jsonencode(var.p)", "the identity policy is known only at deployment (var.p)"),
        (
            "data.http.x.response_body",
            "the identity policy is known only at deployment (data.http.x.response_body)",
        ),
        ('file("x.json")', "the identity policy is known only at deployment (file(…))"),
        ("[]", "the identity policy could not be read as JSON"),
        ('"nope"', "the identity policy could not be read as JSON"),
        ("jsonencode(merge(var.a, {}))", "the identity policy is known only at deployment (merge(…))"),
        ("jsonencode({ Statement = var.s })", "a statement is known only at deployment (var.s)"),
        ("jsonencode({ Version = 1 })", "the identity policy has no statements that are known"),
    ],
)
def test_a_policy_that_cannot_be_known_is_a_gap_at_its_expression(written: str, detail: str) -> None:
    assert gaps(read(resource("aws_iam_policy", f"  policy = {written}"))) == [(2, detail)]


@pytest.mark.parametrize("written", ["null", '""', "jsonencode({})"])
def test_no_policy_is_no_gap(written: str) -> None:
    found = read(resource("aws_sqs_queue", f"  policy = {written}"))
    assert found.gaps == ()


def test_json_that_holds_json_is_read() -> None:
    assert policy(resource("aws_iam_policy", f"  policy = jsonencode({ALLOW})"))["Version"] == "2012-10-17"


# ------------------------------------------------------------------------------------------------ attachments


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("aws_iam_role_policy_attachment", 'policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"'),
        (
            "aws_iam_user_policy_attachment",
            'policy_arn = "arn:${data.aws_partition.p.partition}:iam::aws:policy/AdministratorAccess"',
        ),
        ("aws_iam_role", 'managed_policy_arns = ["arn:aws-cn:iam::aws:policy/AdministratorAccess"]'),
        ("aws_iam_group_policy_attachment", "policy_arn = data.aws_iam_policy.admin.arn"),
        ("aws_ssoadmin_managed_policy_attachment", "managed_policy_arn = data.aws_iam_policy.by_arn.arn"),
    ],
)
def test_attaching_administrator_access_is_a_finding(kind: str, written: str) -> None:
    more = """
data "aws_iam_policy" "admin" { name = "AdministratorAccess" }
data "aws_iam_policy" "by_arn" { arn = "arn:aws:iam::aws:policy/AdministratorAccess" }
"""
    found = read(resource(kind, f"  {written}") + more)
    assert [rule for rule, _ in marked(found, {"main.tf": resource(kind, f"  {written}") + more})] == [
        "admin-access"
    ]


@pytest.mark.parametrize(
    ("written", "rules"),
    [
        ('"arn:aws:iam::aws:policy/PowerUserAccess"', ["allow-not-action"]),
        ('"arn:aws:iam::aws:policy/IAMFullAccess"', ["service-wildcard-any-resource"]),
        ('"arn:aws:iam::aws:policy/ReadOnlyAccess"', []),
        ('"arn:aws:iam::123456789012:policy/AdministratorAccess"', []),
        ("aws_iam_policy.mine.arn", []),
    ],
)
def test_other_attached_policies_weigh_what_they_grant(written: str, rules: list[str]) -> None:
    text = resource("aws_iam_role_policy_attachment", f"  policy_arn = {written}")
    found = read(text)
    assert [rule for rule, _ in marked(found, {"main.tf": text})] == rules
    assert found.gaps == ()


def test_an_attached_policy_that_is_not_known_is_a_gap() -> None:
    text = resource("aws_iam_role_policy_attachment", "  for_each = var.arns\n  policy_arn = each.value")
    assert gaps(read(text)) == [(1, "a managed policy is known only at deployment (each.value)")]


# ------------------------------------------------------------------------------------------------ permissions


def test_a_lambda_permission_is_a_statement() -> None:
    text = resource(
        "aws_lambda_permission",
        '  principal = "sns.amazonaws.com"\n  action = "lambda:InvokeFunction"\n  function_name = "f"\n'
        "  source_arn = aws_sns_topic.t.arn\n  source_account = null",
    )
    assert policy(text)["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "Condition": {
                "ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:123456789012:<aws_sns_topic.t.arn>"}
            },
        }
    ]


def test_a_lambda_permission_for_everybody_is_a_finding() -> None:
    text = resource("aws_lambda_permission", '  principal = "*"\n  function_name = aws_lambda_function.f.arn')
    assert marked(read(text), {"main.tf": text}) == [("public-principal", '"*"')]
    assert plain(read(resource("aws_lambda_permission", "  x = 1")).documents[0])["Statement"][0]["Principal"]


def test_an_event_permission_is_a_statement_with_its_condition() -> None:
    text = resource(
        "aws_cloudwatch_event_permission",
        '  principal = "*"\n  condition {\n    key = "aws:PrincipalOrgID"\n    type = "StringEquals"\n    value = "o-1"\n  }',
    )
    (statement,) = policy(text)["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    assert marked(read(text), {"main.tf": text}) == []
    assert policy(resource("aws_cloudwatch_event_permission", '  principal = "123456789012"'))["Statement"][
        0
    ]["Principal"] == {"AWS": "123456789012"}


# -------------------------------------------------------------------------------------------------- instances


@pytest.mark.parametrize(
    ("meta", "names"),
    [
        ("count = 2", ["[0]", "[1]"]),
        ("count = 0", []),
        ("count = var.c ? 1 : 0", ["[0]"]),
        ("count = var.enabled ? 1 : 0", ["[0]"]),
        ("count = var.n", [""]),
        ("count = 1000", [""]),
        ("for_each = { b = 1, a = 2 }", ['["a"]', '["b"]']),
        ('for_each = toset(["x", var.u])', ['["x"]', '["…"]']),
        ('for_each = { for n in range(100) : "k${n}" => n }', [""]),
        ("for_each = [{}]", ['["0"]']),
        ("for_each = {}", []),
        ("for_each = var.unknown", [""]),
        ("for_each = aws_iam_policy.x", [""]),
    ],
)
def test_instances_have_their_addresses(meta: str, names: list[str]) -> None:
    text = resource("aws_iam_policy", f"  {meta}\n  policy = {ALLOW}")
    text += 'variable "enabled" { default = false }\n'
    assert [d.name for d in read(text).documents] == [f"aws_iam_policy.x{name}.policy" for name in names]


def test_each_instance_has_its_own_values() -> None:
    text = encoded('"${each.key}:${each.value}"').replace(
        "{\n", '{\n  for_each = { s3 = "*", ec2 = "Get" }\n', 1
    )
    assert [plain(d)["Statement"][0]["Action"] for d in read(text).documents] == ["ec2:Get", "s3:*"]
    text = encoded('"s3:Get${count.index}"').replace("{\n", "{\n  count = 2\n", 1)
    assert [plain(d)["Statement"][0]["Action"] for d in read(text).documents] == ["s3:Get0", "s3:Get1"]


# -------------------------------------------------------------------------------------------------- references

MORE = """
resource "aws_s3_bucket" "b" { bucket = "logs-${var.env}" }
resource "aws_s3_bucket" "any" {}
resource "aws_s3_bucket" "star" { bucket = "*" }
resource "aws_s3_bucket" "many" {
  for_each = toset(["x", "y"])
  bucket   = each.key
}
resource "aws_sqs_queue" "two" {
  count = 2
  name  = "q${count.index}"
}
resource "aws_sqs_queue" "some" {
  count = var.n
  name  = "q"
}
resource "aws_iam_role" "r" {
  name = "r"
  path = "/team/"
}
resource "aws_sns_topic" "t" { name = "t" }
resource "aws_thing" "loop" { value = aws_thing.loop.value }
data "aws_caller_identity" "me" {}
data "aws_s3_bucket" "d" { bucket = "shared" }
data "aws_iam_policy" "mine" { name = "mine" }
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_s3_bucket.b.arn", "arn:aws:s3:::logs-<var.env>"),
        ('"${aws_s3_bucket.b.arn}/*"', "arn:aws:s3:::logs-<var.env>/*"),
        ("aws_s3_bucket.b.bucket", "logs-<var.env>"),
        ("aws_s3_bucket.b.id", "logs-<var.env>"),
        ("aws_s3_bucket.any.arn", "arn:aws:s3:::<aws_s3_bucket.any.arn>"),
        ("aws_s3_bucket.any.id", "<aws_s3_bucket.any.id>"),
        ("aws_s3_bucket.star.arn", "arn:aws:s3:::<aws_s3_bucket.star.arn>"),
        ("aws_s3_bucket.elsewhere.arn", "arn:aws:s3:::<aws_s3_bucket.elsewhere.arn>"),
        ('aws_s3_bucket.many["x"].arn', "arn:aws:s3:::x"),
        ('aws_s3_bucket.many["z"].arn', "arn:aws:s3:::z"),
        ("[for b in aws_s3_bucket.many : b.arn]", ["arn:aws:s3:::x", "arn:aws:s3:::y"]),
        ("values(aws_s3_bucket.many)[*].arn", ["arn:aws:s3:::x", "arn:aws:s3:::y"]),
        ("aws_sqs_queue.two[*].arn", [f"arn:aws:sqs:us-east-1:123456789012:q{n}" for n in (0, 1)]),
        ("aws_sqs_queue.two[1].name", "q1"),
        ("aws_sqs_queue.two.name", "q<count.index>"),
        ("aws_sqs_queue.some[*].arn", "<aws_sqs_queue.some[*].arn>"),
        ("aws_sqs_queue.some[0].arn", "arn:aws:sqs:us-east-1:123456789012:q"),
        ("aws_iam_role.r.arn", "arn:aws:iam::123456789012:role/team/r"),
        ("aws_sns_topic.t.id", "arn:aws:sns:us-east-1:123456789012:t"),
        ("aws_kms_key.k.arn", "arn:aws:kms:us-east-1:123456789012:key/<aws_kms_key.k.arn>"),
        ("aws_thing.loop.value", "<aws_thing.loop.value, which depends on itself>"),
        ("aws_thing.loop.other", "<aws_thing.loop.other>"),
        ("aws_thing.loop", "<aws_thing.loop>"),
        ("data.aws_caller_identity.me.account_id", "123456789012"),
        (
            "data.aws_caller_identity.me.arn",
            "arn:aws:iam::123456789012:user/<data.aws_caller_identity.me.arn>",
        ),
        ("data.aws_partition.p.dns_suffix", "amazonaws.com"),
        ("data.aws_region.r.name", "us-east-1"),
        (
            "data.aws_iam_session_context.c.issuer_arn",
            "arn:aws:iam::123456789012:role/<data.aws_iam_session_context.c.issuer_arn>",
        ),
        ("data.aws_s3_bucket.d.arn", "arn:aws:s3:::shared"),
        ("data.aws_iam_policy.mine.arn", "arn:aws:iam::123456789012:policy/mine"),
        ("data.aws_ssm_parameter.p.value", "<data.aws_ssm_parameter.p.value>"),
        ("module.vpc.arn", "<module.vpc.arn>"),
        ('module.vpc["x"].arn', "<module.vpc[…].arn>"),
    ],
)
def test_a_reference_is_known_as_far_as_its_form(expression: str, expected: Any) -> None:
    assert policy(encoded('"s3:Get*"', expression, MORE))["Statement"][0]["Resource"] == expected


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("aws_s3_bucket.any.arn", False),
        ("aws_x.y.id", False),
        ("aws_x.y.value", True),
        ("aws_x.y[*].arn", False),
        ("module.m.role_arn", False),
        ("module.m.actions", True),
        ("lower(aws_x.y.arn)", False),
        ("lower(var.x)", True),
        ('split("*", "${aws_x.y.arn}*")', True),
        ("[for b in aws_sqs_queue.some : b.arn]", False),
        ('[for b in aws_sqs_queue.some : "${b.arn}*"]', True),
    ],
)
def test_what_may_be_a_wildcard_is_told_from_what_cannot(expression: str, may: bool) -> None:
    (found,) = read(encoded(expression, more=MORE)).documents
    assert [u.may_be_wildcard for u in found.unknowns] == [may]


def test_a_reference_to_the_policy_of_another_resource_is_read() -> None:
    text = encoded('"iam:*"') + resource("aws_iam_role_policy", "  policy = aws_iam_policy.p.policy")
    assert [d.name for d in read(text).documents] == [
        "aws_iam_policy.p.policy",
        "aws_iam_role_policy.x.policy",
    ]


def test_inline_policies_are_numbered() -> None:
    text = resource(
        "aws_iam_role",
        f'  dynamic "inline_policy" {{\n    for_each = [1, 2]\n    content {{\n      policy = {ALLOW}\n    }}\n  }}\n',
    )
    assert [d.name for d in read(text).documents] == [
        f"aws_iam_role.x.inline_policy.{n}.policy" for n in (0, 1)
    ]


def test_what_is_unknown_in_every_place_of_a_statement_stays_a_token() -> None:
    text = resource(
        "aws_iam_role",
        """  assume_role_policy = jsonencode({
    Statement = [{ Effect = var.e, Principal = var.p, Action = var.a, Condition = { (var.o) = var.c } }, var.s]
  })""",
    )
    found = read(text)
    assert plain(found.documents[0])["Statement"] == [
        {
            "Effect": "<var.e>",
            "Principal": "<var.p>",
            "Action": "<var.a>",
            "Condition": {"<var.o>": "<var.c>"},
        }
    ]
    assert gaps(found) == [(3, "a statement is known only at deployment (var.s)")]
    assert value('"x"') == "x"
