"""Input made to hurt: bounded in time and depth, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pregate.iam import lint
from pregate.iam.terraform import Extracted, extract_plan, extract_terraform, included_by
from pregate.iam.undecided import undecided
from tests.examples import examples
from tests.iam.terraform.configurations import encoded, gaps, read
from tests.work import calls_of


def doubling(first: str, step: str) -> str:
    lines = "".join(f"  a{n} = {step.replace('@', f'local.a{n - 1}')}\n" for n in range(1, 60))
    return f"locals {{\n  a0 = {first}\n{lines}}}\n"


EXHAUSTING = {
    "texts that double": encoded("local.a59", more=doubling('"xxxxxxxx"', '"${@}${@}"')),
    "lists that double": encoded("local.a59", more=doubling('["x"]', "concat(@, @)")),
    "shared trees": encoded("local.a59", more=doubling('["x"]', "[@, @]")),
    "flattened trees": encoded("flatten(local.a59)", more=doubling('["x"]', "[@, @]")),
    "encoded trees": encoded("jsonencode(local.a59)", more=doubling('["x"]', "[@, @]")),
    "loops in loops": encoded(
        '[for a in range(999) : [for b in range(999) : [for c in range(999) : "${a}"]]]'
    ),
    "products": encoded("setproduct(range(999), range(999), range(999))"),
    "long joins": encoded(
        'join("", [for a in range(999) : join("", [for b in range(999) : "xxxxxxxxxxxxxxxx"])])'
    ),
    "replacements": encoded("upper(local.a)", more=f'locals {{ a = "{"x" * 500_000}" }}'),
    "template loops": 'resource "aws_iam_policy" "p" {\n  policy = "'
    + "%{ for a in range(999) }" * 15
    + "x"
    + "%{ endfor }" * 15
    + '"\n}\n',
    "nested JSON": 'resource "aws_iam_policy" "p" {\n  policy = "' + "[" * 150 + "]" * 150 + '"\n}\n',
    "many unknown": encoded("[" + ",".join(f"var.a{n}" for n in range(60_000)) + "]"),
    "dynamic blocks": 'data "aws_iam_policy_document" "d" {\n'
    + (
        '  dynamic "statement" {\n    for_each = range(999)\n    content {\n'
        '      actions = [for a in range(999) : "s3:a${a}"]\n    }\n  }\n'
    )
    * 20
    + "}\n",
}


@pytest.mark.parametrize("name", EXHAUSTING)
def test_more_work_than_any_real_policy_needs_is_a_gap(name: str) -> None:
    found = read(EXHAUSTING[name])
    assert [words for _, words in gaps(found)] == ["a policy takes more steps to evaluate than any real one"]
    assert found.documents == ()


def test_an_exhausting_policy_costs_the_others_nothing() -> None:
    text = EXHAUSTING["loops in loops"] + encoded('"s3:*"').replace('"p"', '"q"')
    assert [d.name for d in read(text).documents] == ["aws_iam_policy.q.policy"]


def test_the_rest_of_a_file_that_used_up_everything_is_a_gap() -> None:
    text = "".join(EXHAUSTING["loops in loops"].replace('"p"', f'"p{n}"') for n in range(8))
    found = read(text + encoded('"s3:*"').replace('"p"', '"q"'))
    assert len(found.gaps) == 9


def test_an_exhausting_for_each_still_leaves_the_resource() -> None:
    loop = "for_each = { for a in setproduct(range(999), range(999), range(999)) : a[0] => a }"
    text = encoded('"s3:*"').replace("{\n", f"{{\n  {loop}\n", 1)
    assert [d.name for d in read(text).documents] == ["aws_iam_policy.p.policy"]


def resources(kind: str, body: str) -> str:
    return "".join(f'{kind} "x{n}" {{\n{body.replace("@", str(n + 1))}\n}}\n' for n in range(300))


DOCUMENT = 'data "aws_iam_policy_document"'
CHAINS = {
    "locals": encoded(
        "local.a0", more="locals {\n" + "".join(f"a{n} = local.a{n + 1}\n" for n in range(300)) + "}\n"
    ),
    "attributes": encoded(
        "aws_a.x0[0].v", more=resources('resource "aws_a"', "count = 1\nv = aws_a.x@[0].v")
    ),
    "names": encoded(
        "aws_s3_bucket.x0.arn", more=resources('resource "aws_s3_bucket"', "bucket = aws_s3_bucket.x@.id")
    ),
    "counts": encoded("aws_a.x0[0].v", more=resources('resource "aws_a"', "count = length(aws_a.x@)")),
    "documents": resources(DOCUMENT, "source_policy_documents = [data.aws_iam_policy_document.x@.json]"),
    "blocks": resources(
        DOCUMENT,
        'dynamic "statement" {\nfor_each = [1]\ncontent {\ndynamic "condition" {\nfor_each = [1]\ncontent {\n'
        "test = data.aws_iam_policy_document.x@.json\n}\n}\n}\n}",
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_long_chains_of_references_do_not_exhaust_a_stack_that_is_deep_already(name: str) -> None:
    def deep(levels: int) -> Extracted:
        return deep(levels - 1) if levels else read(CHAINS[name])

    found = deep(350)
    assert found.documents or found.gaps
    assert "a policy takes more steps to evaluate than any real one" not in {words for _, words in found.gaps}


def test_a_long_chain_of_operators_is_not_known() -> None:
    found = read(encoded("1" + " + 1" * 20_000))
    assert found.documents[0].unknowns[0].expression in ("an operation", "an expression nested too deep")


def test_many_worlds_are_bounded() -> None:
    choices = "".join(
        encoded("[" + ", ".join(f"var.v{p}{n} ? 1 : 2" for n in range(4)) + "]").replace('"p"', f'"p{p}"')
        for p in range(3)
    )
    conflicting = encoded("[" + ", ".join(f"var.w{n} ? 1 : 2" for n in range(30)) + "]").replace('"p"', '"z"')
    found = read(choices + conflicting)
    assert "too many conditions to try all their combinations" in {words for _, words in found.gaps}
    assert len(found.documents) > 3 * 16


def test_a_large_module_takes_no_more_steps_for_each_line_than_a_small_one() -> None:
    block = encoded('["s3:GetObject"]', "aws_s3_bucket.b.arn")

    def found(number: int) -> int:
        return len(read("".join(block.replace('"p"', f'"p{n}"') for n in range(number))).documents)

    assert found(700) == 700
    assert calls_of(lambda: found(240)) < 10 * calls_of(lambda: found(30))


WORDS = st.sampled_from(
    [
        *(
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            '"',
            "${",
            "%{ if ",
            "%{ for x in ",
            "%{ endif }",
            "%{ endfor }",
            "%{else}",
        ),
        *(
            "<<EOT\n",
            "<<-EOT\n",
            "\nEOT\n",
            "\n",
            "=",
            "==",
            "?",
            ":",
            "=>",
            ",",
            ".",
            "...",
            "*",
            "[*]",
            "-",
            "!",
        ),
        *(
            "for ",
            "in ",
            "if ",
            "x",
            "var.a",
            "local.b",
            "each.value",
            "null",
            "true",
            "1",
            "~}",
            "#",
            "/*",
            "\\",
        ),
        *("jsonencode(", "try(", "concat(", "merge(", "file(", "data.aws_iam_policy_document.d.json"),
        *(
            'resource "aws_iam_policy" "p" {',
            'data "aws_iam_policy_document" "d" {',
            "statement {",
            "actions = ",
        ),
        *('dynamic "statement" {', "for_each = ", "content {", "locals {", 'module "m" {', 'source = "./m"'),
        *("policy = ", "count = ", '"*"', "aws_s3_bucket.b.arn", "\ue0000\ue001", "\0", "\r\n", "é"),
    ]
)


@pytest.mark.long
@settings(max_examples=examples(80, 300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=60), st.booleans(), st.sampled_from(["", " "]))
def test_no_soup_of_words_raises(words: list[str], wrapped: bool, blank: str) -> None:
    text = blank.join(words)
    text = f'resource "aws_iam_policy" "p" {{\n  policy = {text}\n}}\n' if wrapped else text
    files = {"a.tf": text.encode(), "m/a.tf": b'variable "a" {}', "a.tfvars": b""}
    found = extract_terraform("a.tf", files)
    included_by("a.tf", files)
    for document in found.documents:
        lint(document)
        undecided(document)


EXPRESSIONS = st.recursive(
    st.sampled_from(
        ['"s3:*"', "null", "1", "true", "var.x", "local.l", "local.m", "each.value", '"a-${var.x}"']
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{n} = {item}" for n, item in enumerate(items)) + "}"
        ),
        st.tuples(
            st.sampled_from(["concat", "merge", "flatten", "keys", "try", "jsonencode", "join", "toset"]),
            inner,
            inner,
        ).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} ? {t[1]} : {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"[for k, v in {t[0]} : {t[1]} if v != null]"),
        st.tuples(inner, inner).map(lambda t: f"{{ for k, v in {t[0]} : k => {t[1]}... }}"),
        inner.map(lambda e: f"({e})[0].k0[*]"),
        st.tuples(inner, inner).map(lambda t: f"{t[0]} == {t[1]} && !({t[0]})"),
    ),
    max_leaves=12,
)


@pytest.mark.long
@settings(max_examples=examples(80, 300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EXPRESSIONS, EXPRESSIONS)
def test_every_expression_that_parses_gives_a_policy_or_a_gap(action: str, resource: str) -> None:
    more = 'locals {\n  l = ["a", var.y]\n  m = { k0 = "a", k1 = ["b"] }\n}\n'
    found = read(encoded(action, resource, more))
    assert found.errors == ()
    assert found.documents or found.gaps
    for document in found.documents:
        assert document.from_json(document.to_json()) == document
        lint(document)
        undecided(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just('{"Statement": []}'),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resource_changes", "change", "after", "type", "address", "policy"]), inner
        )
    ),
    max_leaves=15,
)


@settings(max_examples=100, deadline=None)
@given(JSON, JSON)
def test_no_plan_raises(changes: object, configuration: object) -> None:
    import json

    extract_plan("p.json", json.dumps({"resource_changes": changes, "configuration": configuration}))


def test_heredocs_without_an_end_are_not_each_read_to_the_end_of_the_file() -> None:
    def found(number: int) -> Extracted:
        text = b'resource "aws_iam_policy" "p" {\n' + b"x = <<E\n" * number
        return extract_terraform("a.tf", {"a.tf": text})

    assert next(message for _, message in found(60_000).errors).startswith("a heredoc has no end")
    assert calls_of(lambda: found(8000)) < 10 * calls_of(lambda: found(1000))
