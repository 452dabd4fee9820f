# ruff: noqa: E501 - configurations read best unbroken
"""What expressions are worth."""

from __future__ import annotations

from typing import Any

import pytest

from tests.iam.terraform.configurations import encoded, gaps, marked, read, value

LOCALS = """
locals {
  list  = ["a", "b"]
  map   = { x = "a", y = "b" }
  text  = "s3:Get*"
  deep  = [["a"], ["b", ["c"]]]
  null  = null
  yes   = true
}
variable "known" { default = "d" }
variable "open" {}
variable "number" { type = number }
variable "list" { type = list(string) }
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"a"', "a"),
        ("local.text", "s3:Get*"),
        ("var.known", "d"),
        ("var.open", "<var.open>"),
        ("local.missing", "<local.missing>"),
        ("var.missing", "<var.missing>"),
        ('"x-${var.open}-${local.text}"', "x-<var.open>-s3:Get*"),
        ('"${local.list}"', ["a", "b"]),
        ("local.list[1]", "b"),
        ("local.list.0", "a"),
        ("local.map.y", "b"),
        ('local.map["x"]', "a"),
        ("local.map[var.open]", "<local.map[…]>"),
        ("local.map.nope", "<local.map.nope>"),
        ("local.list[9]", "<local.list[…]>"),
        ("local.list[*]", ["a", "b"]),
        ("[{ v = 1 }, { v = 2 }][*].v", [1, 2]),
        ("var.open[*].x", "<var.open[*].x>"),
        ("var.open.x.y", "<var.open.x.y>"),
        ("local.null[*]", []),
        ('local.yes ? "a" : "b"', "a"),
        ('"true" == local.yes ? "a" : "b"', "a"),
        ('1 + 2 * 3 == 7 && !(1 > 2) ? "a" : "b"', "a"),
        ('false || var.open == null ? "a" : "a"', "a"),
        ("10 / 4", 2.5),
        ("7 % 4 - -1", 4),
        ("1 / 0", "<an operation>"),
        ('"2" + 1', 3),
        ('"x" + 1', "<an operation>"),
        ('"inf" + 1', "<an operation>"),
        ("true + 1", "<an operation>"),
        ("[] + 1", "<an operation>"),
        ('"${1.5}-${2.0}-${true}"', "1.5-2-true"),
        ('jsonencode({ "a" = "${1.5}" })', '{"a":1.5}'),
        ("distinct([1, 1.0, true])", [1, True]),
        ("jsonencode([1.5])", "[1.5]"),
        ("coalesce(null, var.open)", "<coalesce(…)>"),
        ("1 % 0", "<an operation>"),
        ("1 <= 1 && 1 >= 1 && 1 < 2", True),
        ("var.open && false", False),
        ("var.open || true", True),
        ("!var.open", "<an operation>"),
        ("var.open && true", "<an operation>"),
        ('local.list == ["a", "b"]', True),
        ('local.list == "a"', False),
        ("local.list != var.open", "<an operation>"),
        ("null == local.null", True),
        ('null == "a"', False),
        ("9999999999999999999 + 1", "<an operation>"),
        ('[for v in local.list : "${v}!" if v != "b"]', ["a!"]),
        ('[for k, v in local.map : "${k}${v}"]', ["xa", "yb"]),
        ('[for i, v in local.list : "${i}${v}"]', ["0a", "1b"]),
        ("{ for k, v in local.map : v => k }", {"a": "x", "b": "y"}),
        ('{ for v in ["a1", "a2", "b1"] : substr(v, 0, 1) => v... }', {"a": ["a1", "a2"], "b": ["b1"]}),
        ("{ for v in [null] : v => 1 }", "<the key of a for expression>"),
        ("[for v in var.open : v]", "<a for expression>"),
        ("{ (local.text) = 1 }", {"s3:Get*": 1}),
        ("{ (null) = 1 }", "<the key of an object>"),
        ('"%{ if local.yes }a%{ else }b%{ endif }"', "a"),
        ('"%{ for v in local.list }${v},%{ endfor }"', "a,b,"),
        ('"%{ for v in var.open }${v},%{ endfor }"', "<a template's for directive>"),
        ('"a ${null}"', "<a template>"),
        ("each.key", "<each.key>"),
        ("self.arn", "<self.arn>"),
        ("terraform.workspace", "<terraform.workspace>"),
        ("path.module", "/"),
        ("path.nope", "<path.nope>"),
        ("aws_thing", "<aws_thing>"),
        ('concat(local.list, ["c"])', ["a", "b", "c"]),
        ("concat(local.list, var.list)", ["a", "b", "<var.list>"]),
        ('concat(local.list, "c")', "<concat(…)>"),
        ("merge(local.map, { x = 1 }, null)", {"x": 1, "y": "b"}),
        ("merge(local.map, var.open)", "<merge(…)>"),
        ("flatten(local.deep)", ["a", "b", "c"]),
        ("flatten(local.map)", "<flatten(…)>"),
        ('distinct(["a", "a", var.open])', ["a", "<var.open>"]),
        ('toset(["b", "b"])', ["b"]),
        ("toset(var.open)", "<toset(…)>"),
        ("tolist(local.list)", ["a", "b"]),
        ("tomap(local.map)", {"x": "a", "y": "b"}),
        ('setunion(["a"], ["a", "b"])', ["a", "b"]),
        ('setunion("a")', "<setunion(…)>"),
        ('setsubtract(["a", "b"], ["a"])', ["b"]),
        ('setsubtract(["a"], [var.open])', "<setsubtract(…)>"),
        ('setproduct(["a", "b"], [1])', [["a", 1], ["b", 1]]),
        ("setproduct(1)", "<setproduct(…)>"),
        ("keys(local.map)", ["x", "y"]),
        ("keys(1)", "<keys(…)>"),
        ("values(local.map)", ["a", "b"]),
        ("values(1)", "<values(…)>"),
        ('lookup(local.map, "y", "z")', "b"),
        ('lookup(local.map, "z", "z")', "z"),
        ('lookup(local.map, var.open, "z")', "<lookup(…)>"),
        ('lookup(local.map, "z")', "<an error>"),
        ("element(local.list, 3)", "b"),
        ("element([], 3)", "<an error>"),
        ("element(var.open, 3)", "<element(…)>"),
        ('length(local.list) + length(local.map) + length("abc")', 7),
        ("length(var.open)", "<length(…)>"),
        ('coalesce(null, "", "a")', "a"),
        ('coalesce(null, "")', "<an error>"),
        ('coalesce(var.open, "a")', "<coalesce(…)>"),
        ("coalesce(var.open)", "<var.open>"),
        ('coalescelist([], ["a"])', ["a"]),
        ("coalescelist([], [])", "<an error>"),
        ("coalescelist(var.open, [])", "<coalescelist(…)>"),
        ('compact(["", null, "a"])', ["a"]),
        ("compact(null)", "<compact(…)>"),
        ('contains(local.list, "a")', True),
        ('contains(local.list, "c")', False),
        ('contains([var.open], "c")', "<contains(…)>"),
        ('contains(var.open, "c")', "<contains(…)>"),
        ('sort(["b", "a"])', ["a", "b"]),
        ('sort(["b", var.open])', ["b", "<var.open>"]),
        ("sort(var.open)", "<sort(…)>"),
        ("reverse(local.list)", ["b", "a"]),
        ("reverse(1)", "<reverse(…)>"),
        ("slice([1, 2, 3], 1, 2)", [2]),
        ("slice([1, 2, 3], 2, 1)", "<an error>"),
        ("slice(var.open, 0, 1)", "<slice(…)>"),
        ("range(3)", [0, 1, 2]),
        ("range(1, 5, 2)", [1, 3]),
        ("range(1, 5, 0)", "<range(…)>"),
        ("range(5000)", "<range(…)>"),
        ("range(var.open)", "<range(…)>"),
        ('zipmap(["a"], [1])', {"a": 1}),
        ("zipmap([null], [1])", "<zipmap(…)>"),
        ("zipmap(1, 2)", "<zipmap(…)>"),
        ('one(["a"])', "a"),
        ("one(local.list)", "<one(…)>"),
        ("one([]) == null", True),
        ('try(local.map.nope, "a")', "a"),
        ('try(local.map.x, "b")', "a"),
        ("try(local.map.nope)", "<an error>"),
        ('try(upper(local.map.nope), "b")', "b"),
        ("can(local.map.nope)", False),
        ("can(local.map.x)", True),
        ("can(var.open)", "<can(…)>"),
        ('jsonencode({ a = [1, true, null, "x"] })', '{"a":[1,true,null,"x"]}'),
        ('jsondecode("{\\"a\\": [1]}").a', [1]),
        ('jsondecode("{")', "<an error>"),
        ("jsondecode(jsonencode(local.map)).x", "a"),
        ("jsondecode(var.open)", "<jsondecode(…)>"),
        ('yamldecode("a: [1, b]").a', [1, "b"]),
        ('yamldecode("a: [")', "<an error>"),
        ('yamldecode("a: 1\\n---\\nb: 2")', "<an error>"),
        ("yamldecode(var.open)", "<yamldecode(…)>"),
        ("tostring(1)", 1),
        ('sensitive("a")', "a"),
        ('join("-", local.list, ["c", var.open])', "a-b-c-<var.open>"),
        ('join("-", var.open)', "<join(…)>"),
        ('join("-", [[]])', "<join(…)>"),
        ('split(",", "a,b")', ["a", "b"]),
        ('split(",", var.open)', "<split(…)>"),
        ('split("", "a")', "<split(…)>"),
        ('format("%s-%d-%v-%q-%%", "a", 1, true, "b")', 'a-1-true-"b"-%'),
        ('format("%s", var.open)', "<var.open>"),
        ('format("%5.2f", 1)', "<format(…)>"),
        ('format("%s")', "<format(…)>"),
        ('format("%s", [])', "<format(…)>"),
        ("format(var.open)", "<format(…)>"),
        ('format("50%")', "<format(…)>"),
        ('formatlist("%s:%s", ["a", "b"], "c")', ["a:c", "b:c"]),
        ('formatlist("%s", var.open)', "<formatlist(…)>"),
        ('formatlist("%z", [1])', "<formatlist(…)>"),
        ('replace("a-b", "-", "+")', "a+b"),
        ('replace("a-b", "/[a-z]/", "")', "<replace(…)>"),
        ('replace("a", "", "b")', "<replace(…)>"),
        ('replace(var.open, "a", "b")', "<replace(…)>"),
        ('lower("A")', "a"),
        ('upper("a")', "A"),
        ('title("ab")', "Ab"),
        ('trim("?a?", "?")', "a"),
        ('trimprefix("ab", "a")', "b"),
        ('trimsuffix("ab", "b")', "a"),
        ('trimspace(" a ")', "a"),
        ('trimspace(upper(" a "))', "A"),
        ('chomp("a\\n")', "a"),
        ('trimspace("  ")', ""),
        ("trimspace([])", "<trimspace(…)>"),
        ("trimspace(jsonencode([1]))", "[1]"),
        ('basename("a/b")', "b"),
        ('substr("abc", 1, 1)', "b"),
        ('substr("abc", 1, -1)', "bc"),
        ('substr("abc", -1, 1)', "<substr(…)>"),
        ('startswith("ab", "a") && endswith("ab", "b") && strcontains("ab", "b")', True),
        ('startswith(var.open, "a")', "<startswith(…)>"),
        ('endswith(var.open, "a")', "<endswith(…)>"),
        ('strcontains(var.open, "a")', "<strcontains(…)>"),
        ("lower(var.open)", "<lower(…)>"),
        ("uuid()", "<uuid(…)>"),
        ("lower()", "<lower(…)>"),
        ("max([1, 2]...)", "<max(…)>"),
        ("concat(local.deep...)", ["a", "b", ["c"]]),
        ("concat(var.open...)", "<concat(…)>"),
        ("provider::aws::arn_build(1)", "<provider::aws::arn_build(…)>"),
        ('file("nope.json")', "<file(…)>"),
        ('file("../../etc/passwd")', "<file(…)>"),
        ("file(var.open)", "<file(…)>"),
        ('file("a.json")', "{}"),
        ('file("${path.module}/a.json")', "{}"),
        ('templatefile("t.tpl", { v = ["a", var.open] })', "a,<var.open>,"),
        ('templatefile("t.tpl", var.open)', "<templatefile(…)>"),
        ('templatefile("t.tpl", {})', "<a template's for directive>"),
        ('templatefile("broken.tpl", {})', "<templatefile(…), which does not parse>"),
        ('templatefile("call.tpl", { v = ["a"] })', "A nope"),
    ],
)
def test_an_expression_is_worth(expression: str, expected: Any) -> None:
    files = {
        "a_dot_json": "{}",
        "t_dot_tpl": "%{ for x in v }${x},%{ endfor }",
        "broken_dot_tpl": "${",
        "call_dot_tpl": '${upper(v[0])} ${try(w, "nope")}',
    }
    assert value(expression, LOCALS, **files) == expected


def test_the_characters_of_tokens_cannot_be_forged() -> None:
    assert value('"\ue0000\ue001"') == "\ufffd0\ufffd"
    assert value('"\\ue0000\\ue001"') == "\ufffd0\ufffd"


def test_variables_take_the_values_of_files_beside_them() -> None:
    files = {
        "terraform_dot_tfvars": 'a = "one"\nb = "one"\n',
        "x_dot_auto_dot_tfvars": 'b = "two"\n',
        "y_dot_auto_dot_tfvars_dot_json": '{"c": "${not} three"}',
        "prod_dot_tfvars": 'a = "never"\n',
    }
    declared = 'variable "a" { default = "d" }\nvariable "b" {}\nvariable "c" {}\n'
    assert value("[var.a, var.b]", declared, **files) == ["one", "two"]


def test_a_file_of_values_that_does_not_parse_leaves_the_variables_unknown() -> None:
    found = read(encoded("var.a", more='variable "a" { default = "x" }'), terraform_dot_tfvars="a = [")
    assert "does not parse" in found.documents[0].unknowns[0].expression


def test_an_unknown_number_or_name_is_no_wildcard() -> None:
    found = read(encoded("[var.number, var.open, aws_x.y.id, aws_x.y.thing]", more=LOCALS))
    assert [u.may_be_wildcard for u in found.documents[0].unknowns] == [False, True, False, True]


def test_locals_that_name_each_other_are_unknown_not_endless() -> None:
    found = value("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n")
    assert found == "<local.a, which depends on itself>"


def test_a_policy_in_a_heredoc_keeps_the_place_of_each_element() -> None:
    text = (
        'resource "aws_iam_policy" "p" {\n  policy = <<-EOT\n    {"Version": "2012-10-17",\n'
        '     "Statement": [{"Effect": "Allow", "Action": "${local.a}:*", "Resource": ["*", ${jsonencode(var.r)}]}]}\n'
        '  EOT\n}\nlocals { a = "iam" }\n'
    )
    found = read(text)
    assert marked(found, {"main.tf": text}) == [("service-wildcard-any-resource", '"${local.a}:*"')]
    assert [u.expression for u in found.documents[0].unknowns] == ["var.r"]


def test_a_policy_in_a_quoted_string_keeps_its_places_through_escapes() -> None:
    text = (
        'resource "aws_iam_policy" "p" {\n  policy = "{\\"Version\\": \\"2012-10-17\\", \\"Statement\\": '
        '{\\"Effect\\": \\"Allow\\", \\"Action\\": \\"s3:*\\", \\"Resource\\": \\"*\\"}}"\n}\n'
    )
    assert marked(read(text), {"main.tf": text}) == [("service-wildcard-any-resource", '\\"s3:*\\"')]


def test_a_policy_in_a_file_stands_in_that_file() -> None:
    text = 'resource "aws_iam_policy" "p" {\n  policy = file("${path.module}/p.json.txt")\n}\n'
    inner = '{"Version": "2012-10-17", "Statement":\n {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    found = read(text, p_dot_json_dot_txt=inner)
    assert marked(found, {"p.json.txt": inner}) == [("service-wildcard-any-resource", '"s3:*"')]


def test_a_heredoc_around_one_encoded_policy_keeps_its_elements() -> None:
    text = (
        'resource "aws_iam_policy" "p" {\n  policy = <<EOT\n${data.aws_iam_policy_document.d.json}\nEOT\n}\n'
    )
    document = 'data "aws_iam_policy_document" "d" {\n statement {\n  actions = ["s3:*"]\n  resources = ["*"]\n }\n}\n'
    assert marked(read(text + document), {"main.tf": text + document}) == [
        ("service-wildcard-any-resource", '"s3:*"')
    ]


def test_a_broken_policy_text_is_a_gap() -> None:
    assert gaps(read('resource "aws_iam_policy" "p" {\n  policy = "{"\n}\n')) == [
        (2, "the identity policy could not be read as JSON")
    ]


def test_both_outcomes_of_an_unknown_condition_are_read() -> None:
    text = encoded('var.a ? "s3:Get*" : "iam:*"', 'var.b ? "*" : "arn:aws:s3:::x"')
    actions = {(d.root.get("Statement").items[0].get("Action").text) for d in read(text).documents}  # type: ignore[union-attr]
    assert actions == {"s3:Get*", "iam:*"}
    assert len(read(text).documents) == 4


def test_conditions_within_the_other_branch_are_tried_too() -> None:
    text = encoded('var.a ? "s3:Get*" : (var.b ? "s3:Put*" : "iam:*")')
    found = read(text)
    assert len(found.documents) == 3
    assert found.gaps == ()


def test_more_conditions_than_can_be_tried_are_a_gap() -> None:
    many = ", ".join(f'var.v{n} ? "s3:Get*" : "s3:Put{n}"' for n in range(6))
    found = read(encoded(f"[{many}]"))
    assert gaps(found) == [(2, "too many conditions to try all their combinations")]
    assert len(found.documents) == 8


def test_the_same_policy_is_found_in_json_syntax() -> None:
    text = (
        '{"locals": {"r": "*"}, "resource": {"aws_iam_policy": {"p": {"policy": "${jsonencode({Version = '
        '\'2012-10-17\', Statement = []})}"}, "q": {"policy": "{\\"Version\\": \\"2012-10-17\\", '
        '\\"Statement\\": {\\"Effect\\": \\"Allow\\", \\"Action\\": \\"s3:*\\", \\"Resource\\": \\"${local.r}\\"}}"}}}}'
    ).replace("'", '\\"')
    found = read(text, "main.tf.json")
    assert [d.name for d in found.documents] == ["aws_iam_policy.p.policy", "aws_iam_policy.q.policy"]
