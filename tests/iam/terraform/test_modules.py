# ruff: noqa: E501 - configurations read best unbroken
"""Modules of several files, modules in the repository, and the files that they name."""

from __future__ import annotations

from pregate.iam.terraform import extract_terraform, included_by
from tests.iam.terraform.configurations import encoded, gaps, marked, plain, read

CHILD = """
variable "actions" {}
variable "resource" { default = "*" }
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = var.actions, Resource = var.resource },
      { Effect = "Allow", Action = "sns:*", Resource = "*" },
    ]
  })
}
resource "aws_s3_bucket" "b" { bucket = "inner" }
data "aws_iam_policy_document" "own" {
  statement {
    actions   = ["sqs:*"]
    resources = ["*"]
  }
}
output "arn" { value = aws_s3_bucket.b.arn }
output "given" { value = { deep = [var.actions] } }
output "json" { value = data.aws_iam_policy_document.own.json }
"""


def files(**texts: str) -> dict[str, bytes]:
    return {name.replace("__", "/").replace("_dot_", "."): text.encode() for name, text in texts.items()}


def test_all_files_of_a_folder_are_one_module() -> None:
    found = read(encoded("local.a"), locals_dot_tf='locals { a = "iam:*" }\n')
    texts = {"main.tf": encoded("local.a"), "locals.tf": 'locals { a = "iam:*" }\n'}
    assert marked(found, texts) == [("service-wildcard-any-resource", '"iam:*"')]


def test_a_file_answers_for_its_own_resources_alone() -> None:
    other = encoded('"s3:*"').replace('"p"', '"q"')
    found = read(encoded('"ec2:*"'), other_dot_tf=other)
    assert [d.name for d in found.documents] == ["aws_iam_policy.p.policy"]


def test_an_override_file_and_a_tofu_file_stand_for_the_others() -> None:
    found = read(
        encoded("[local.a, local.b]"),
        a_dot_tf='locals { a = "wrong" }\n',
        a_dot_tofu='locals { a = "tofu" }\n',
        z_dot_tf='locals { b = "wrong" }\n',
        b_override_dot_tf='locals { b = "override" }\n',
    )
    assert plain(found.documents[0])["Statement"][0]["Action"] == ["tofu", "override"]


def test_a_module_of_the_repository_is_judged_with_its_inputs() -> None:
    call = 'module "m" {\n  source  = "./modules/m"\n  actions = ["dynamodb:*"]\n}\n'
    found = read(call, modules__m__main_dot_tf=CHILD)
    assert [d.name for d in found.documents] == ["module.m.aws_iam_policy.p.policy"]
    assert marked(found, {"main.tf": call, "modules/m/main.tf": CHILD})[0] == (
        "service-wildcard-any-resource",
        '"dynamodb:*"',
    )
    assert [d.name for d in found.elsewhere] == [
        "aws_iam_policy.p.policy",
        "data.aws_iam_policy_document.own",
    ]


def test_a_policy_that_does_not_depend_on_the_caller_is_left_to_the_module() -> None:
    call = 'module "m" {\n  source  = "./m"\n  resource = "*"\n}\n'
    found = read(call, m__main_dot_tf=CHILD)
    assert "module.m.data.aws_iam_policy_document.own" not in {d.name for d in found.documents}
    assert "data.aws_iam_policy_document.own" in {d.name for d in found.elsewhere}


def test_instances_of_a_module_have_their_key_and_their_inputs() -> None:
    call = """module "m" {
  source   = "./m"
  for_each = { a = "s3:*", b = "ec2:*" }
  actions  = each.value
}
"""
    found = [d for d in read(call, m__main_dot_tf=CHILD).documents if "aws_iam_policy.p" in d.name]
    assert [(d.name, plain(d)["Statement"][0]["Action"]) for d in found] == [
        ('module.m["a"].aws_iam_policy.p.policy', "s3:*"),
        ('module.m["b"].aws_iam_policy.p.policy', "ec2:*"),
    ]


def test_outputs_of_a_module_are_read() -> None:
    call = 'module "m" {\n  source  = "./m"\n  actions = ["a", "b"]\n}\n'
    text = encoded("module.m.given.deep[0][1]", "module.m.arn") + call
    (found,) = (d for d in read(text, m__main_dot_tf=CHILD).documents if d.name == "aws_iam_policy.p.policy")
    (statement,) = plain(found)["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("b", "arn:aws:s3:::inner")


def test_outputs_that_are_not_known_say_so() -> None:
    call = 'module "m" {\n  source  = "./m"\n  count = 1\n  actions = ["a"]\n}\nmodule "r" {\n source = "org/x/aws"\n}\n'
    text = (
        encoded("[module.m[0].given.deep[0], module.m[*].x, module.m[0].nope, module.r.y, module.r]") + call
    )
    (found,) = (d for d in read(text, m__main_dot_tf=CHILD).documents if d.name == "aws_iam_policy.p.policy")
    assert plain(found)["Statement"][0]["Action"] == [
        ["a"],
        "<module.m[*].x>",
        "<module.m[…].nope>",
        "<module.r.y>",
        "<module.r>",
    ]


def test_a_count_of_none_that_the_caller_chose_makes_no_policy() -> None:
    call = 'module "m" {\n  source = "./m"\n  create = false\n  action = "ec2:*"\n}\n'
    child = 'variable "create" { default = true }\nvariable "action" {}\n' + encoded("var.action").replace(
        "{\n", "{\n  count = var.create ? 1 : 0\n", 1
    )
    assert read(call, m__main_dot_tf=child).documents == ()
    assert len(read(call.replace("false", "true"), m__main_dot_tf=child).documents) == 1


def test_a_module_whose_files_are_missing_is_a_gap_and_one_from_a_registry_is_not() -> None:
    text = 'module "m" {\n  source = "./nope"\n}\nmodule "out" {\n  source = "../../out"\n}\nmodule "r" {\n  source = "a/b/aws"\n}\n'
    assert gaps(read(text)) == [
        (1, "the files of a module are not in the repository"),
        (4, "the files of a module are not in the repository"),
    ]


def test_a_module_that_calls_itself_ends() -> None:
    found = read('module "m" {\n  source = "./"\n}\n')
    assert "more steps" in gaps(found)[0][1]


def test_a_policy_in_another_file_of_the_module_is_left_to_that_file() -> None:
    text = 'resource "aws_sqs_queue_policy" "q" {\n  policy = data.aws_iam_policy_document.d.json\n}\n'
    data = 'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["sqs:*"]\n  }\n}\n'
    assert read(text, data_dot_tf=data).documents == ()
    (found,) = read(data, "data.tf", main_dot_tf=text).documents
    assert (found.name, found.kind.value) == ("aws_sqs_queue_policy.q.policy", "resource")


def test_a_policy_file_that_is_judged_by_itself_is_told_elsewhere() -> None:
    inner = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    text = 'resource "aws_iam_policy" "p" {\n  policy = file("p.json")\n}\n'
    found = read(text, p_dot_json=inner)
    assert [d.name for d in found.elsewhere] == [""]
    text = text.replace("p.json", "p.yaml")
    assert read(text, p_dot_yaml=inner.replace("{", "{ ", 1)).elsewhere != ()
    assert read(text, p_dot_yaml=inner + "\n---\n]").elsewhere == ()


def test_the_files_of_the_module_are_included() -> None:
    found = included_by("infra/main.tf", {"infra/main.tf": b'resource "aws_x" "y" {}'})
    assert "infra/*.tf" in found
    assert "infra/terraform.tfvars" in found
    assert "infra/*.auto.tfvars" in found


def test_modules_and_named_files_are_included() -> None:
    text = (
        'module "m" {\n  source = "../modules/m"\n}\n'
        'resource "aws_iam_policy" "p" {\n  policy = file("${path.module}/p.json")\n}\n'
        'resource "aws_iam_policy" "q" {\n  for_each = toset(["a", "b"])\n'
        '  policy = templatefile("${path.module}/t/${each.key}.tpl", {})\n}\n'
    )
    found = included_by("infra/main.tf", {"infra/main.tf": text.encode()})
    assert {"modules/m/*.tf", "infra/p.json", "infra/t/a.tpl", "infra/t/b.tpl"} <= set(found)


def test_a_module_of_a_module_is_included_once_the_first_is_known() -> None:
    known = files(
        main_dot_tf='module "m" {\n  source = "./m"\n}\n',
        m__main_dot_tf='module "n" {\n  source = "../n"\n}\n',
    )
    assert "n/*.tf" in included_by("main.tf", known)


def test_a_file_that_is_no_text_is_an_error() -> None:
    found = extract_terraform("a.tf", {"a.tf": b'resource "aws_x" \xff'})
    assert found.errors == ((1, "not UTF-8"),)
    found = extract_terraform("a.tf.json", {"a.tf.json": b"\xff"})
    assert found.errors == ((1, "not UTF-8"),)


def test_a_file_that_is_named_and_is_no_text_or_too_long_is_not_known() -> None:
    text = b'resource "aws_iam_policy" "p" {\n  policy = file("p.json")\n}\n'
    for data in (b"\xff", b" " * 2_000_001):
        found = extract_terraform("a.tf", {"a.tf": text, "p.json": data})
        assert gaps(found) == [(2, "the identity policy is known only at deployment (file(…))")]


def test_values_of_inputs_are_known_where_they_are_used() -> None:
    child = 'variable "a" {}\n' + encoded("var.a")
    call = 'module "m" {\n  source = "./m"\n  a      = var.x\n}\nvariable "x" { default = "ec2:*" }\n'
    assert plain(read(call, m__a_dot_tf=child).documents[0])["Statement"][0]["Action"] == "ec2:*"
