from __future__ import annotations

import pytest

from pregate.iam.terraform.parser import parse
from pregate.iam.terraform.syntax import Attribute, Body, expressions, walk


def body(text: str, path: str = "a.tf") -> Body:
    parsed = parse(path, text)
    assert parsed.errors == ()
    return parsed.body


def written(attribute: Attribute) -> str:
    value = attribute.value
    return value.file.text[value.start : value.end]


def errors(text: str, path: str = "a.tf") -> list[tuple[int, str]]:
    return [(error.line, error.message) for error in parse(path, text).errors]


def test_blocks_have_their_labels_and_attributes() -> None:
    (block,) = body('resource "aws_x" y {\n  a = 1\n  inner { b = 2 }\n}\n').blocks
    assert (block.type, block.labels) == ("resource", ("aws_x", "y"))
    assert written(block.body.attributes["a"]) == "1"
    assert written(block.body.blocks[0].body.attributes["b"]) == "2"


@pytest.mark.parametrize(
    "expression",
    [
        "1.5e3",
        "-x",
        "!true",
        "null",
        '"a ${b} c"',
        '"a $${b} %%{c} $ %"',
        '"\\"\\n\\t\\r\\\\ \\u00e9 \\U0001F600 \\uD800"',
        "[1, 2, 3,]",
        "[]",
        "{}",
        '{ a = 1, b : 2, (c) = 3, "d" = 4 }',
        "{\n  a = 1\n  b = 2 # two\n}",
        "{ for = 1 }",
        "[for x in y : x]",
        "[for k, v in y : v if v != null]",
        "{ for k, v in y : k => v... if k }",
        "f(a, b...)",
        "f(\n  a,\n  b,\n)",
        "provider::aws::arn_parse(x)",
        "a ? b : c",
        "a ?\n  b :\n  c",
        "(a\n  ? b\n  : c)",
        "a + b * c == d && !e || f >= g",
        "a.b[0].c[*].d",
        "a.*.b",
        "a.0.b",
        'a["k"].b',
        "(a).b",
        "[a\n.b]",
        "a-b.c",
        "/* c */ 1",
        "f(x) // c",
        '"${a ? "x" : "y"}"',
        '"%{ if a }x%{ else }y%{ endif }"',
        '"%{ for k, v in a ~} ${k} %{ endfor }"',
    ],
)
def test_an_expression_is_read_from_end_to_end(expression: str) -> None:
    attributes = body(f"x = {expression}\ny = 1\n").attributes
    assert list(attributes) == ["x", "y"]
    bare = expression.removesuffix(" // c").removeprefix("/* c */ ")
    assert written(attributes["x"]) in (bare, bare[1:-1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = [1 2]", "no ] after the items of a list"),
        ("x = (1", "no ) after an expression in parentheses"),
        ("x = f(1 2)", "no ) after the arguments of a function"),
        ("x = a[1", "no ] after an index"),
        ("x = a.", "no name after a dot"),
        ("x = ", "an expression is missing or not understood"),
        ("x = a ? b", "no : in a conditional"),
        ("x = {a}", "no = or : after the key of an object"),
        ("x = {a = 1 b = 2}", "no comma or line break after a member of an object"),
        ("x = [for a b : c]", "a for expression without `in`"),
        ("x = {for a in b : c}", "no => in a for expression that makes an object"),
        ("x = [for a in b c]", "no : in a for expression"),
        ("x = [for a in b : c", "no ] after a for expression"),
        ('x = "a', "a string has no end"),
        ('x = "a\nb"', "a string does not end in its line"),
        ('x = "\\q"', "an unknown escape in a string"),
        ('x = "${a"', "no } after an interpolation"),
        ('x = "%{ what }"', "a template directive is not understood"),
        ('x = "%{ endif }"', "a template directive is not understood"),
        ('x = "%{ if a }"', "a template directive has no end"),
        ('x = "%{ for a b }"', "a for directive without `in`"),
        ("x = <<EOT\nabc\n", "a heredoc has no end"),
        ("x = << EOT\nabc\nEOT\n", "a heredoc is not understood"),
        ("x = 1 2", "text after the end of an attribute or block"),
        ("= 1", "neither an attribute nor a block"),
        ("block ? {", "a block is not understood"),
        ("block {\n a = 1", "a block has no end"),
        ("x = " + "9" * 400, "a number is too long"),
        ("x = " + "[" * 100, "nested deeper than 48 levels"),
        ("x = " + "!" * 100, "nested deeper than 48 levels"),
        ("x = " + "a {" * 100, "text after the end of an attribute or block"),
        ('x = "' + "%{ if a }" * 30 + '"', "template directives are nested too deep"),
    ],
)
def test_what_is_no_hcl_is_an_error_at_its_line(text: str, message: str) -> None:
    assert errors(f"\n{text}")[0][1] == message
    assert errors(f"\n{text}")[0][0] >= 2


def test_a_broken_block_costs_itself_alone() -> None:
    text = 'a "one" {\n  x = [\n}\n\nb "two" {\n  y = 1\n}\nc "three" {\n  z = = 2\n}\nd {}\n'
    parsed = parse("a.tf", text)
    assert [block.type for block in parsed.body.blocks] == ["b", "d"]
    assert [error.line for error in parsed.errors] == [3, 9]


def test_errors_are_bounded() -> None:
    assert len(errors("x = =\n" * 1000)) == 50


def test_a_heredoc_keeps_the_place_of_each_line() -> None:
    text = "x = <<-EOT\n    one\n      two ${a}\n    EOT\ny = 1\n"
    attributes = body(text).attributes
    parts = list(walk(attributes["x"].value))[1:]
    texts = {text[part.start : part.end] for part in parts}
    assert {"one\n", "  two ", "\n", "a"} == texts
    assert list(attributes) == ["x", "y"]


def test_blanks_beside_trim_marks_are_left_out() -> None:
    text = 'x = "a ${~ b ~}  c"\n'
    parts = list(walk(body(text).attributes["x"].value))
    assert sorted(text[part.start : part.end] for part in parts[1:]) == ["a", "b", "c"]


def test_a_byte_order_mark_and_carriage_returns_are_read() -> None:
    assert list(body("\ufeffa = 1\r\nb {\r\n  c = <<E\r\n x\r\nE\r\n}\r\n").attributes) == ["a"]


def test_json_has_the_same_blocks() -> None:
    text = '{"resource": {"aws_x": {"y": {"a": "v ${b.c}", "d": [1, true, null, {"e": "\\u00e9"}]}}}}'
    (block,) = body(text, "a.tf.json").blocks
    assert (block.type, block.labels) == ("resource", ("aws_x", "y"))
    assert written(block.body.attributes["a"]) == '"v ${b.c}"'
    assert len(list(expressions(block.body))) == 2


@pytest.mark.parametrize("text", ["[]", "{", "1", '{"a":' + "[" * 100 + "]" * 100 + "}", '{"a": "${"}'])
def test_json_that_cannot_be_read_is_an_error(text: str) -> None:
    assert len(errors(text, "a.tf.json")) == 1


def test_json_blocks_may_be_in_lists_and_other_values_are_no_blocks() -> None:
    text = '{"locals": [{"a": 1}, {"b": 2}, 3], "resource": 4, "data": {"aws_x": [{"y": {"z": 1}}]}}'
    blocks = body(text, "a.tf.json").blocks
    assert sorted((b.type, b.labels) for b in blocks) == [
        ("data", ("aws_x", "y")),
        ("locals", ()),
        ("locals", ()),
    ]
