"""Input made to break the search: bounded, said where, and nothing else lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pregate.iam import PolicyDocument, extract, includes, lint
from pregate.iam.parsing import parse, without_comments
from pregate.iam.strands import strand_of, unquoted
from pregate.iam.undecided import undecided
from pregate.iam.variable_text import spans, split
from pregate.positions import PositionError, Scalar
from tests.examples import examples
from tests.iam.samples import allow
from tests.work import calls_of

POLICY = {"Version": "2012-10-17", "Statement": [allow("*", "*")]}
BAD = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}}


def rules(path: str, text: str, **files: str) -> set[str]:
    extraction = extract(path, text, files)
    return {remark.rule.id for document in extraction.documents for remark in lint(document)}


@pytest.mark.parametrize(
    "name",
    [
        "\x00",
        "\x1b[31m",
        "a\nb",
        "\u202eabc",
        "\ue0000\ue001",
        "/../..",
        "Fn::",
        "Fn::ForEach::",
        "",
        "\U0001d4b3" * 50,
    ],
)
def test_strange_names_lose_nothing(name: str) -> None:
    text = json.dumps({"AWSTemplateFormatVersion": "1", "Resources": {name: BAD, "Plain": BAD}})
    assert rules("t.json", text) == {"iam/admin-access"}
    for document in extract("t.json", text).documents:
        assert PolicyDocument.from_json(document.to_json()) == document


def deep(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"Fn::If": ["c", value, "y"]}
    return value


@pytest.mark.parametrize(
    "resources",
    [
        {"A": {"Type": "AWS::IAM::Role", "Properties": {"Policies": deep(90)}}},
        {"A": {"Type": "AWS::Serverless::Function", "Properties": {"Policies": deep(90)}}},
        {"A": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": deep(90)}}},
        {"A": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": deep(90)}}},
        {
            "A": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": deep(90), "Parameters": deep(90)},
            }
        },
        {"A": {"Type": "AWS::Serverless::Connector", "Properties": {"Source": deep(90)}}},
        {"A": {"Type": ["AWS::IAM::Role"], "Properties": [1]}, "B": None, "C": []},
        {"A": {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": [], "Action": {}}}},
    ],
)
def test_deep_or_odd_resources_lose_nothing_else(resources: Any) -> None:
    assert "iam/admin-access" in rules("t.json", json.dumps({"Resources": {**resources, "Z": BAD}}))


def test_thousands_of_resources_take_linear_time() -> None:
    def read(count: int) -> None:
        text = json.dumps({"Resources": {f"R{n}": BAD for n in range(count)}})
        assert len(extract("t.json", text).documents) == count

    read(4000)
    assert calls_of(lambda: read(800)) < 10 * calls_of(lambda: read(100))


def test_circles_of_aliases_and_references_end() -> None:
    text = (
        "Parameters: {P: {Type: String, Default: !Ref P}}\nMappings: &m {M: {a: {b: !FindInMap [M, a, b]}}}\n"
        "Resources:\n  A: &a\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n"
        "        Version: 2012-10-17\n        Statement:\n"
        "          - {Effect: Allow, Action: '*', Resource: !Ref A}\n"
        "          - {Effect: Allow, Action: '*', Resource: [!Ref P, !FindInMap [M, a, b]]}\n"
        "  B: *a\n"
    )
    assert [d.name for d in extract("t.yaml", text).documents] == ["A.PolicyDocument", "B.PolicyDocument"]


def test_many_holes_in_a_string_take_linear_time() -> None:
    text = json.dumps(POLICY).replace('"*"', '"' + "${A}{{resolve:x}}" * 2000 + '"', 1)
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Fn::Sub": text}}}
    extraction = extract("t.json", json.dumps({"Resources": {"A": resource, "B": BAD}}))
    assert len(extraction.documents) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "${self:" * 5000,
        "${a:" + "{" * 5000,
        "${file(" + "(" * 5000,
        "}" * 5000 + "${a:b}",
        "${a:'" + "'" * 5000,
    ],
)
def test_unclosed_variables_end(text: str) -> None:
    assert len(list(spans(text))) <= 5000
    assert ",".join(split(text, ",")) == text


@pytest.mark.parametrize(
    "text", ["/*" * 20000, '"' + "\\" * 20001, ", " * 20000, ",/**/" * 20000, "//" * 20000]
)
def test_comments_without_end_keep_their_length(text: str) -> None:
    assert len(without_comments(text)) == len(text)


def test_a_mapping_looked_up_often_is_bounded() -> None:
    mapping = {"M": {f"k{n}": {"v": "x" * 50} for n in range(2000)}}
    value = {"Fn::FindInMap": ["M", {"Ref": "P"}, "v"]}
    policy = {"Version": "2012-10-17", "Statement": [allow("s3:A", [value] * 2000)]}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    whole = {
        "Parameters": {"P": {"Type": "String"}},
        "Mappings": mapping,
        "Resources": {"A": resource, "B": BAD},
    }
    extraction = extract("t.json", json.dumps(whole))
    assert ["500000" in gap.detail for gap in extraction.gaps] == [True]
    assert len(extraction.documents) == 1


# --------------------------------------------------------------------------------------------------- fuzz

WORDS = st.sampled_from(
    [
        "Ref", "Fn::Sub", "Fn::If", "Fn::Join", "Fn::GetAtt", "Fn::FindInMap", "Fn::Select", "Fn::Split",
        "Fn::ForEach::L", "Fn::Transform", "Fn::Length", "Fn::ToJsonString", "Fn::Base64", "Fn::ImportValue",
        "Statement", "Effect", "Action", "Resource", "Principal", "Condition", "Version", "NotAction", "Type",
        "Properties", "Policies", "PolicyDocument", "ManagedPolicyArns", "TemplateURL", "Parameters",
        "Location",
        "Source", "Destination", "Permissions", "Connectors", "S3ReadPolicy", "BucketName", "Metadata",
        "Default",
        "AllowedValues", "AssumeRolePolicyDocument", "PermissionsBoundary", "iam", "role", "statements",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(
        [
            "*", "Allow", "2012-10-17", "AWS::IAM::Role", "AWS::Serverless::Function", "AWS::NoValue", "A",
            "P",
            "AWS::CloudFormation::Stack", "AWS::Serverless::Connector", "child.yaml", "${A.Arn}/${P}", "${L}",
            "${self:custom.a}", "${opt:stage, 'dev'}", "${file(child.yaml):a}", "${param:x}", "s3:*",
            json.dumps(POLICY),
            "{{resolve:ssm:x}}", "${", "arn:aws:iam::aws:policy/AdministratorAccess",
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(TEXTS, st.none(), st.booleans(), st.integers(-5, 5), st.floats()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(WORDS, TEXTS), inner, max_size=4)
    ),
    max_leaves=25,
)
TYPES = st.sampled_from(
    [
        "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::Serverless::Function",
        "AWS::Serverless::Connector",
        "AWS::CloudFormation::Stack", "AWS::Lambda::Permission", "AWS::SQS::QueuePolicy",
        "AWS::Organizations::Policy",
        "AWS::Events::EventBusPolicy", "X::Y::MODULE",
    ]
)  # fmt: skip
RESOURCES = st.dictionaries(
    st.one_of(st.sampled_from(["A", "B", "Fn::ForEach::L"]), st.text(max_size=4)),
    st.one_of(
        VALUES,
        st.fixed_dictionaries({"Type": TYPES, "Properties": st.dictionaries(WORDS, VALUES, max_size=5)}),
    ),
    max_size=4,
)
TEMPLATES = st.fixed_dictionaries(
    {
        "AWSTemplateFormatVersion": st.just("2010-09-09"),
        "Resources": RESOURCES,
        "Parameters": st.dictionaries(st.sampled_from(["P", "A"]), VALUES, max_size=2),
        "Mappings": VALUES,
        "Rules": VALUES,
        "Transform": VALUES,
    }
)
SERVICES = st.fixed_dictionaries(
    {"service": TEXTS, "provider": VALUES, "functions": VALUES, "custom": VALUES, "params": VALUES,
     "resources": st.one_of(VALUES, st.fixed_dictionaries({"Resources": RESOURCES}))}
)  # fmt: skip


def survives(path: str, text: str) -> None:
    """Nothing but PositionError is raised; every place lies in its file; facts survive JSON."""
    files = {"child.yaml": text, path: text}
    try:
        assert path not in includes(path, files)
        extraction = extract(path, text, files)
    except PositionError:
        return
    lines = len(text.splitlines()) + 1
    for gap in extraction.gaps:
        assert 1 <= gap.location.start_line <= lines
        assert gap.location.path in files
    for document in extraction.documents:
        assert PolicyDocument.from_json(json.loads(json.dumps(document.to_json()))) == document
        undecided(document)
        for remark in lint(document):
            place = document.locate(remark.pointer, key=remark.on_key)
            assert (place.start_line, place.start_column) <= (place.end_line, place.end_column)
            assert place.end_line <= lines
            assert document.label("owner") is not None


FUZZ: Callable[[Any], Any] = settings(
    max_examples=examples(50, 150),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.long
@FUZZ
@given(TEMPLATES)
def test_any_template_is_survived(value: Any) -> None:
    survives(
        "t.json", json.dumps(value).replace("NaN", "0").replace("-Infinity", "0").replace("Infinity", "0")
    )


def short(value: Any) -> str:
    """The value as YAML in flow style, functions in their short form."""
    if isinstance(value, dict):
        name = next(iter(value), "")
        if len(value) == 1 and (name == "Ref" or name.startswith("Fn::")) and "ForEach" not in name:
            tag = name.removeprefix("Fn::")
            argument = value[name]
            nested = isinstance(argument, dict) and short(argument).startswith("!")
            if tag.isalpha() and tag.isascii() and not nested and isinstance(argument, str | list | dict):
                return f"!{tag} {short(argument)}"
        return "{" + ", ".join(f"{json.dumps(key)}: {short(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(short, value)) + "]"
    return json.dumps(value) if not isinstance(value, float) else "0"


@pytest.mark.long
@FUZZ
@given(TEMPLATES)
def test_short_and_long_forms_mean_the_same(value: Any) -> None:
    survives("t.yaml", short(value))
    try:
        brief = extract("t.yaml", short(value))
        full = extract("t.yaml", json.dumps(value).replace("NaN", "0").replace("-Infinity", "0"))
    except PositionError:
        return
    assert [d.name for d in brief.documents] == [d.name for d in full.documents]
    assert [d.kind for d in brief.documents] == [d.kind for d in full.documents]


@pytest.mark.long
@FUZZ
@given(SERVICES)
def test_any_service_is_survived(value: Any) -> None:
    text = json.dumps(value).replace("NaN", "0").replace("-Infinity", "0").replace("Infinity", "0")
    survives("serverless.json", text)


@pytest.mark.long
@FUZZ
@given(st.text(alphabet="{}[]:,\"'!&*-#|> \n\\aSE$", max_size=80))
def test_any_text_is_survived(text: str) -> None:
    for path in ("t.yaml", "t.jsonc", "serverless.yml"):
        survives(path, text)


@pytest.mark.long
@FUZZ
@given(st.text(max_size=40), st.sampled_from(["json", "yaml", "single"]))
def test_every_character_of_a_string_has_a_place(value: str, style: str) -> None:
    if style == "single":
        text = "a: '" + value.replace("'", "''") + "'\n"
    else:
        text = '{"a": ' + json.dumps(value, ensure_ascii=style == "yaml") + "}"
    try:
        root: Any = parse("t.json" if style == "json" else "t.yaml", text)[0]
        node = root.get("a")
    except PositionError:
        return
    if not isinstance(node, Scalar):
        return
    strand = strand_of(text, node)
    if strand is None:
        assert style != "json"
        return
    assert len(strand.starts) == len(strand.ends) == len(node.text)
    places = [*strand.starts, node.end]
    assert places == sorted(places)
    for letter, start, end in zip(node.text, strand.starts, strand.ends, strict=True):
        assert node.start < start < end < node.end
        assert end - start > 1 or text[start] == letter or letter == " "


@pytest.mark.long
@FUZZ
@given(st.text(alphabet="ab%2F0 é", max_size=20))
def test_decoding_an_address_keeps_its_length(text: str) -> None:
    value, strand = unquoted(text, None)
    assert strand is None
    assert len(value) <= len(text)
