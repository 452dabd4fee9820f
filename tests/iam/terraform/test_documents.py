# ruff: noqa: E501 - configurations read best unbroken
"""The data source ``aws_iam_policy_document``."""

from __future__ import annotations

from pregate.iam import PolicyKind
from pregate.iam.undecided import undecided
from tests.iam.terraform.configurations import gaps, marked, plain, policy, read


def document(inner: str, name: str = "d") -> str:
    return f'data "aws_iam_policy_document" "{name}" {{\n{inner}\n}}\n'


def statement(sid: str = "", actions: str = '["s3:GetObject"]', more: str = "") -> str:
    named = f'sid = "{sid}"\n' if sid else ""
    return f'  statement {{\n    {named}    actions   = {actions}\n    resources = ["arn:aws:s3:::b/*"]\n{more}  }}\n'


def test_every_argument_of_a_statement_is_read() -> None:
    text = document(
        """
  policy_id = "id"
  version   = "2008-10-17"
  statement {
    sid           = "One"
    effect        = "Deny"
    not_actions   = ["s3:Get*"]
    not_resources = ["*"]
    actions       = []
    not_principals {
      type        = "AWS"
      identifiers = ["123456789012"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalTag/x"
      values   = ["a"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalTag/x"
      values   = ["b"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalTag/y"
      values   = ["c"]
    }
  }
"""
    )
    assert policy(text) == {
        "Version": "2008-10-17",
        "Id": "id",
        "Statement": [
            {
                "Sid": "One",
                "Effect": "Deny",
                "NotAction": ["s3:Get*"],
                "NotResource": ["*"],
                "NotPrincipal": {"AWS": ["123456789012"]},
                "Condition": {"StringLike": {"aws:PrincipalTag/x": ["a", "b"], "aws:PrincipalTag/y": ["c"]}},
            }
        ],
    }


def test_principals_of_one_type_add_up_and_a_star_is_everybody() -> None:
    principals = """
    principals {
      type        = "AWS"
      identifiers = ["1"]
    }
    principals {
      type        = "AWS"
      identifiers = var.more
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
"""
    found = policy(document(statement(more=principals)))
    assert found["Statement"][0]["Principal"] == {
        "AWS": [["1"], "<var.more>"],
        "Service": ["ec2.amazonaws.com"],
    }
    star = '    principals {\n      type        = "*"\n      identifiers = ["*"]\n    }\n'
    assert policy(document(statement(more=star)))["Statement"][0]["Principal"] == "*"


def test_a_finding_stands_on_the_element() -> None:
    text = document(statement(actions='["s3:GetObject", "iam:*"]').replace("arn:aws:s3:::b/*", "*"))
    assert marked(read(text), {"main.tf": text}) == [
        ("sensitive-data-any", '"s3:GetObject"'),
        ("service-wildcard-any-resource", '"iam:*"'),
    ]


def test_later_statements_take_the_place_of_earlier_ones_with_their_sid() -> None:
    base = document(statement("A", '["s3:A"]') + statement("B", '["s3:B"]'), "base")
    over = document(statement("B", '["s3:Over"]'), "over")
    text = document(
        "  source_policy_documents   = [data.aws_iam_policy_document.base.json]\n"
        "  override_policy_documents = [data.aws_iam_policy_document.over.json]\n"
        + statement("A", '["s3:Own"]')
        + statement("", '["s3:New"]')
    )
    (found,) = (d for d in read(base + over + text).documents if d.name.endswith(".d"))
    actions = [s["Action"] for s in plain(found)["Statement"]]
    assert actions == [["s3:Own"], ["s3:Over"], ["s3:New"]]


def test_the_old_names_of_source_and_override_documents_are_read() -> None:
    text = document(
        '  source_json   = jsonencode({ Version = "2012-10-17", Id = "x", Statement = { Effect = "Allow" } })\n'
        '  override_json = ""\n' + statement()
    )
    found = policy(text)
    assert [s["Effect"] for s in found["Statement"]] == ["Allow", "Allow"]
    assert found["Id"] == "x"


def test_a_source_document_that_is_not_known_is_a_gap_and_the_rest_is_judged() -> None:
    text = (
        document("  source_policy_documents = [var.base, local.text]\n" + statement(actions='["iam:*"]'))
        + 'locals { text = "{" }\n'
    )
    found = read(text)
    assert gaps(found) == [
        (2, "a statement is known only at deployment (var.base)"),
        (9, "a statement is known only at deployment (an unreadable document)"),
    ]
    assert len(plain(found.documents[0])["Statement"]) == 1


def test_dynamic_statements_are_made_of_lists_and_maps() -> None:
    text = document(
        """
  dynamic "statement" {
    for_each = { a = "s3", b = "ec2" }
    iterator = it
    content {
      sid       = it.key
      actions   = ["${it.value}:List*"]
      resources = ["*"]
    }
  }
  dynamic "statement" {
    for_each = toset(["x"])
    content {
      sid       = "S${statement.key}"
      actions   = [statement.value]
      resources = ["*"]
      dynamic "principals" {
        for_each = [{ t = "AWS", i = ["1"] }]
        content {
          type        = principals.value.t
          identifiers = principals.value["i"]
        }
      }
    }
  }
"""
    )
    found = policy(text)["Statement"]
    assert [(s["Sid"], s["Action"]) for s in found] == [
        ("a", ["s3:List*"]),
        ("b", ["ec2:List*"]),
        ("Sx", ["x"]),
    ]
    assert found[2]["Principal"] == {"AWS": ["1"]}


def test_a_dynamic_block_over_what_is_not_known_is_there_or_not() -> None:
    text = document(
        statement(
            more="""
    dynamic "condition" {
      for_each = var.conditions
      content {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [condition.value, condition.key]
      }
    }
"""
        )
    )
    found = [plain(d)["Statement"][0].get("Condition") for d in read(text).documents]
    assert found == [
        {"StringEquals": {"aws:PrincipalOrgID": ["<condition.value>", "<condition.key>"]}},
        None,
    ]


def test_a_dynamic_block_without_content_makes_nothing() -> None:
    assert policy(document('  dynamic "statement" {\n    for_each = [1]\n  }\n' + statement()))["Statement"]


def test_a_document_is_judged_as_what_it_is_attached_to() -> None:
    text = document(statement())
    role = 'resource "aws_iam_role" "r" {\n  assume_role_policy = data.aws_iam_policy_document.d.json\n}\n'
    (found,) = read(text + role).documents
    assert (found.kind, found.name) == (PolicyKind.TRUST, "aws_iam_role.r.assume_role_policy")
    assert found.resource_type == "AWS::IAM::AssumeRolePolicyDocument"


def test_a_document_that_nothing_uses_is_judged_under_its_own_address() -> None:
    (found,) = read(document(statement())).documents
    assert (found.kind, found.name) == (PolicyKind.IDENTITY, "data.aws_iam_policy_document.d")


def test_a_document_used_through_locals_and_other_documents_has_their_kind() -> None:
    text = document(statement(), "a") + document(
        "  source_policy_documents = [data.aws_iam_policy_document.a.json]\n", "b"
    )
    queue = """
locals { policy = data.aws_iam_policy_document.b.json }
resource "aws_sqs_queue_policy" "q" { policy = local.policy }
"""
    assert {(d.kind, d.resource_type) for d in read(text + queue).documents} == {
        (PolicyKind.RESOURCE, "AWS::SQS::Queue")
    }


def test_a_document_with_instances_is_judged_for_each() -> None:
    text = document('  for_each = { a = "s3:*", b = "ec2:*" }\n' + statement(actions="[each.value]"))
    roles = """
resource "aws_iam_role_policy" "r" {
  for_each = { a = 1 }
  policy   = data.aws_iam_policy_document.d[each.key].json
}
"""
    found = read(text + roles)
    assert [(d.name, plain(d)["Statement"][0]["Action"]) for d in found.documents] == [
        ('data.aws_iam_policy_document.d["a"]', ["s3:*"]),
        ('data.aws_iam_policy_document.d["b"]', ["ec2:*"]),
    ]


def test_documents_that_include_each_other_are_a_gap() -> None:
    one = document("  source_policy_documents = [data.aws_iam_policy_document.b.json]\n" + statement(), "a")
    two = document("  source_policy_documents = [data.aws_iam_policy_document.a.json]\n" + statement(), "b")
    found = read(one + two)
    assert len(found.documents) == 2
    assert gaps(found)[0][1].startswith("a statement is known only at deployment")


def test_a_condition_without_a_test_is_not_known() -> None:
    text = document(statement(more='    condition {\n      values = ["a"]\n    }\n'))
    assert policy(text)["Statement"][0]["Condition"] == {"<a missing test>": {"<a missing variable>": ["a"]}}


def test_json_syntax_has_documents_with_dynamic_blocks() -> None:
    text = (
        '{"data": {"aws_iam_policy_document": {"d": {"statement": [{"actions": ["s3:Get*"], "resources": ["*"]}],'
        ' "dynamic": {"statement": [{"for_each": ["a"], "content": {"actions": ["${statement.value}:*"]}}]}}}}}'
    )
    assert [s["Action"] for s in policy(text, "main.tf.json")["Statement"]] == [["s3:Get*"], ["a:*"]]


def test_everybody_is_found_behind_an_identifier_that_is_not_known() -> None:
    for first, second in (('[var.x, "*"]', '["a"]'), ("[var.x]", '["*"]')):
        principals = f"""
    principals {{
      type        = "*"
      identifiers = {first}
    }}
    principals {{
      type        = "*"
      identifiers = {second}
    }}
"""
        text = document(statement(more=principals)) + 'variable "x" {}\n'
        (found,) = read(text).documents
        assert '"Principal":"*"' in found.text


def test_an_identifier_that_is_not_known_may_be_everybody() -> None:
    principals = '    principals {\n      type = "*"\n      identifiers = [var.x]\n    }\n'
    text = document(statement(more=principals)) + 'variable "x" {}\n'
    assert "a principal" in str(list(undecided(read(text).documents[0])))
