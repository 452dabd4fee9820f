from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from pregate.iam import Extraction, PolicyDocument, extract, includes, lint
from pregate.iam.names import concerns
from pregate.iam.undecided import undecided

SERVICE = """\
service: orders
custom:
  table: orders-${self:provider.stage}
  actions: [dynamodb:GetItem]
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
  iam:
    role:
      statements:
        - Effect: Allow
          Action: ${self:custom.actions}
          Resource: arn:aws:dynamodb:${aws:region}:${aws:accountId}:table/${self:custom.table}
        - Effect: Allow
          Action: 'sqs:*'
          Resource: '*'
      managedPolicies:
        - arn:aws:iam::aws:policy/AdministratorAccess
      permissionsBoundary: arn:aws:iam::123456789012:policy/bound
functions:
  hello:
    handler: a.b
    iamRoleStatements:
      - Effect: Allow
        Action: 's3:*'
        Resource: '*'
resources:
  Resources:
    Access:
      Type: AWS::SNS::TopicPolicy
      Properties:
        PolicyDocument:
          Version: 2012-10-17
          Statement: {Effect: Allow, Principal: '*', Action: 'sns:Publish', Resource: '*'}
"""


def read(text: str, files: Mapping[str, str] | None = None, path: str = "app/serverless.yml") -> Extraction:
    return extract(path, text, files)


def rules(extraction: Extraction) -> list[tuple[str, int, int]]:
    found = []
    for document in extraction.documents:
        for remark in lint(document):
            place = document.locate(remark.pointer)
            found.append((remark.rule.id.removeprefix("iam/"), place.start_line, place.start_column))
    return found


def statement(document: PolicyDocument, index: int = 0) -> dict[str, object]:
    found: dict[str, object] = json.loads(document.text)["Statement"][index]
    return {
        key: document.readable(value) if isinstance(value, str) else value for key, value in found.items()
    }


def with_statements(statements: str, rest: str = "") -> str:
    return f"service: a\n{rest}provider:\n  name: aws\n  iam: {{role: {{statements: {statements}}}}}\n"


def resource(value: str, rest: str = "") -> object:
    (document,) = read(
        with_statements(f"[{{Effect: Allow, Action: 's3:A', Resource: {value}}}]", rest)
    ).documents
    return statement(document)["Resource"]


def test_every_place_of_a_service_that_holds_policies_is_read() -> None:
    extraction = read(SERVICE)
    assert [(d.kind.value, d.name) for d in extraction.documents] == [
        ("identity", "provider.iam.role.statements"),
        ("identity", "functions.hello.iamRoleStatements"),
        ("resource", "Access.PolicyDocument"),
    ]
    assert rules(extraction) == [
        ("service-wildcard-any-resource", 15, 19),
        ("service-wildcard-any-resource", 25, 17),
        ("public-principal", 34, 49),
    ]
    assert [(r.arn, r.boundary) for r in extraction.references] == [
        ("arn:aws:iam::aws:policy/AdministratorAccess", False),
        ("arn:aws:iam::123456789012:policy/bound", True),
    ]
    assert extraction.gaps == ()
    first = statement(extraction.documents[0])
    assert first["Action"] == ["dynamodb:GetItem"]
    assert first["Resource"] == "arn:aws:dynamodb:us-east-1:123456789012:table/orders-dev"


def test_a_narrow_service_is_silent() -> None:
    narrow = SERVICE.replace("'sqs:*'", "sqs:SendMessage").replace("'s3:*'", "s3:ListAllMyBuckets")
    assert [rule for rule, _, _ in rules(read(narrow))] == ["public-principal"]


def test_older_keys_and_resource_policies_are_read() -> None:
    text = (
        "service: a\nprovider:\n  name: aws\n"
        "  iamRoleStatements: [{Effect: Allow, Action: '*', Resource: '*'}]\n"
        "  iamManagedPolicies: [PowerUserAccess]\n"
        "  apiGateway: {resourcePolicy: [{Effect: Allow, Principal: '*', Action: 'execute-api:Invoke',"
        " Resource: '*'}]}\n"
    )
    extraction = read(text)
    assert [(d.name, d.resource_type) for d in extraction.documents] == [
        ("provider.iamRoleStatements", ""),
        ("provider.apiGateway.resourcePolicy", "AWS::ApiGateway::RestApi"),
    ]
    assert [r.name for r in extraction.references] == ["provider.iamManagedPolicies.0"]


@pytest.mark.parametrize(
    ("value", "rest", "expected"),
    [
        ("'${self:custom.a.b}'", "custom: {a: {b: 'arn:x'}}\n", "arn:x"),
        ("'${self:custom.a.0}'", "custom: {a: ['arn:x']}\n", "arn:x"),
        ("'${self:service}'", "", "a"),
        ("'${self:custom.nothing, ''arn:y''}'", "", "arn:y"),
        ("'${opt:bucket, self:custom.b}'", "custom: {b: c}\n", "c"),
        ("'${opt:bucket, ${self:custom.b}}'", "custom: {b: c}\n", "c"),
        ("'${env:X, ''z''}'", "", "z"),
        ("'${self:custom.${self:custom.k}}'", "custom: {k: z, z: q}\n", "q"),
        ("'arn:${AWS::Region}:${sls:stage}'", "", "arn:${AWS::Region}:dev"),
        ("!Sub 'arn:${AWS::Region}:${self:service}'", "", "arn:us-east-1:a"),
        ("!Sub 'arn:${AWS::Region}:${env:X}'", "", "arn:us-east-1:${env variable}"),
        ("{'Fn::Sub': 'arn:${AWS::Region}:${env:X}'}", "", "arn:us-east-1:${env variable}"),
        ("{'Fn::Sub': ['${b}:${env:X}', {b: '${self:service}'}]}", "", "a:${env variable}"),
        ("'${env:X}'", "", "${env variable}"),
        ("'${ssm:/a/b}'", "", "${ssm variable}"),
        ("'${cf:stack.Output}'", "", "${cf variable}"),
        ("'${cf.us-west-2:stack.Output}'", "", "${cf variable}"),
        ("'${opt:x}'", "", "${opt variable}"),
        ("'${param:x}'", "", "${param variable}"),
        ("'${file(./a.js):x}'", "", "${file variable}"),
        ("'${file(../../../a.yml):x}'", "", "${file variable}"),
        ("'a-${ssm:/a/b}-c'", "", "a-${ssm variable}-c"),
        ("'${self:custom.a}'", "custom: {a: '${self:custom.a}'}\n", "${self variable}"),
        (
            "'${self:custom.a}'",
            "custom: {a: '${self:custom.b}', b: 'x${self:custom.a}'}\n",
            "x${self variable}",
        ),
        ("'${broken'", "", "${broken"),
        ("'${opt:b, plain}'", "", "plain"),
        ("'${opt:b, ${env:X}, ''z''}'", "", "z"),
        ("'${opt:b, ${ssm:/x}}'", "", "${ssm variable}"),
        ("'arn:${self:custom.c.b}'", "custom: {c: '${self:custom.d}', d: {b: e}}\n", "arn:e"),
        ("'arn:${self:custom.c.${opt:x}}'", "custom: {c: {}}\n", "arn:${self variable}"),
        ("'arn:${self:custom.c.${opt:x}.z}'", "custom: {c: {a: {z: 1}, b: {z: 1}}}\n", "arn:1"),
        ("'arn:${sls:stage}'", "stage: x\n", "arn:dev"),
        ("{'Fn::Sub': [{Ref: x}, {}]}", "", "${Fn::Sub}"),
        ("'${a:}'", "", "${a variable}"),
        ("'${self:custom.x'", "", "${self:custom.x"),
    ],
)
def test_variables_give_what_the_repository_tells(value: str, rest: str, expected: object) -> None:
    assert resource(value, rest) == expected


def test_the_stage_that_the_provider_declares_is_the_default() -> None:
    text = with_statements("[{Effect: Allow, Action: 's3:A', Resource: 'arn:aws:s3:::${sls:stage}'}]")
    (document,) = read(text.replace("name: aws\n", "name: aws\n  stage: live\n")).documents
    assert statement(document)["Resource"] == "arn:aws:s3:::live"


def test_extensions_alone_are_resources() -> None:
    policy = "{Version: 2012-10-17, Statement: []}"
    resource = f"{{Type: AWS::IAM::Policy, Properties: {{PolicyDocument: {policy}}}}}"
    text = f"service: a\nprovider: {{name: aws}}\nresources: {{extensions: {{R: {resource}}}}}\n"
    assert [d.name for d in read(text).documents] == ["R.PolicyDocument"]


def test_files_named_before_variables_run_away_are_still_wanted() -> None:
    custom = "custom:\n  a0: [x, x]\n" + "".join(
        f"  a{n}: ['${{self:custom.a{n - 1}}}', '${{self:custom.a{n - 1}}}']\n" for n in range(1, 25)
    )
    text = custom + with_statements("['${file(a.yml)}', '${self:custom.a24}']")
    assert includes("serverless.yml", {"serverless.yml": text}) == ("a.yml",)


def test_what_the_stage_chooses_is_read_for_every_stage() -> None:
    rest = "custom: {where: {dev: 'arn:aws:s3:::b', prod: '*'}}\n"
    text = with_statements(
        "[{Effect: Allow, Action: 's3:*', Resource: '${self:custom.where.${sls:stage}}'}]", rest
    )
    assert [statement(d)["Resource"] for d in read(text).documents] == ["arn:aws:s3:::b", "*"]


def test_parameters_of_stages_are_read_for_every_stage() -> None:
    rest = "params: {default: {p: '*'}, prod: {p: 'arn:aws:s3:::b'}}\n"
    text = with_statements("[{Effect: Allow, Action: 's3:*', Resource: '${param:p}'}]", rest)
    assert len(read(text).documents) == 2


def test_more_stages_than_can_be_tried_are_unknown() -> None:
    rest = "custom: {where: {" + ", ".join(f"s{n}: '*'" for n in range(20)) + "}}\n"
    text = with_statements(
        "[{Effect: Allow, Action: 's3:A', Resource: '${self:custom.where.${sls:stage}}'}]", rest
    )
    (document,) = read(text).documents
    assert [words for _, words in undecided(document)] == [
        "a resource is known only at deployment (self variable)"
    ]


FILE = "\n\nstatements:\n  - Effect: Allow\n    Action: 'iam:*'\n    Resource: '*'\n"


def test_statements_of_another_file_stand_in_that_file() -> None:
    text = with_statements("'${file(./iam/role.yml):statements}'")
    path = "app/serverless.yml"
    assert includes(path, {path: text}) == ("app/iam/role.yml",)
    (document,) = read(text, {"app/iam/role.yml": FILE}).documents
    place = document.locate("/Statement/0/Action")
    assert (place.path, place.start_line, place.start_column, place.end_column) == (
        "app/iam/role.yml",
        5,
        13,
        20,
    )
    assert PolicyDocument.from_json(document.to_json()) == document


def test_a_single_statement_of_another_file_in_a_list_is_read() -> None:
    text = with_statements("['${file(iam.json)}', {Effect: Deny, Action: '*', Resource: '*'}]")
    other = json.dumps([{"Effect": "Allow", "Action": "*", "Resource": "*"}])
    (document,) = read(text, {"app/iam.json": other}).documents
    assert [remark.rule.id for remark in lint(document)] == ["iam/admin-access"]
    assert document.locate("/Statement/0").path == "app/iam.json"
    assert document.locate("/Statement/1").path == "app/serverless.yml"


@pytest.mark.parametrize("files", [{}, {"app/iam/role.yml": "a: ["}, {"app/iam/role.yml": ""}])
def test_a_file_that_is_not_there_is_a_gap(files: Mapping[str, str]) -> None:
    extraction = read(with_statements("'${file(./iam/role.yml):statements}'"), files)
    assert [gap.detail for gap in extraction.gaps] == [
        "the identity policy is known only at deployment (file variable)"
    ]


def test_resources_may_be_a_list_of_files() -> None:
    text = (
        "service: a\nprovider: {name: aws}\nresources:\n  - ${file(r/one.yml)}\n  - ${file(r/two.js)}\n"
        "  - Resources: ${ssm:/x}\n  - extensions: {R: {Type: AWS::IAM::Policy, Properties: {PolicyDocument:"
        " {Version: 2012-10-17, Statement: []}}}}\n"
    )
    one = (
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n"
        "        Version: 2012-10-17\n        Statement: {Effect: Allow, Action: '*', Resource: '*'}\n"
    )
    extraction = read(text, {"app/r/one.yml": one})
    assert [d.name for d in extraction.documents] == ["P.PolicyDocument", "R.PolicyDocument"]
    assert [(gap.detail, gap.location.start_line) for gap in extraction.gaps] == [
        ("resources are known only at deployment", 5),
        ("resources are known only at deployment", 6),
    ]


def test_functions_may_be_a_list_and_hold_variables() -> None:
    text = (
        "service: a\nprovider: {name: aws}\nfunctions:\n  - one: {iamRoleStatements: [{Effect: Allow, Action:"
        " '*', Resource: '*'}]}\n  - ${env:X}\n"
    )
    extraction = read(text)
    assert [d.name for d in extraction.documents] == ["functions.one.iamRoleStatements"]
    assert [gap.detail for gap in extraction.gaps] == ["functions are known only at deployment"]


def test_a_provider_that_only_deployment_knows_is_a_gap() -> None:
    extraction = read("service: a\nprovider: ${env:P}\n")
    assert [gap.detail for gap in extraction.gaps] == ["the provider is known only at deployment"]


def test_a_role_that_is_named_has_no_statements() -> None:
    assert read("service: a\nprovider: {name: aws, iam: {role: !GetAtt R.Arn}}\n").gaps == ()


def test_a_syntax_of_its_own_for_variables_is_a_gap() -> None:
    extraction = read("service: a\nprovider: {name: aws, variableSyntax: '%{x}'}\n")
    assert [gap.detail for gap in extraction.gaps] == ["variables have a syntax of their own"]


def test_variables_that_double_without_end_are_a_gap_and_lose_nothing_else() -> None:
    custom = "custom:\n  a0: [x, x]\n" + "".join(
        f"  a{n}: ['${{self:custom.a{n - 1}}}', '${{self:custom.a{n - 1}}}']\n" for n in range(1, 25)
    )
    text = custom + SERVICE.replace("custom:\n", "other:\n").replace(
        "${self:custom.actions}", "${self:custom.a24}"
    )
    extraction = read(text)
    assert [gap.detail for gap in extraction.gaps] == ["a section whose variables expand without end"]
    assert [d.name for d in extraction.documents] == [
        "functions.hello.iamRoleStatements",
        "Access.PolicyDocument",
    ]


def test_policies_elsewhere_in_the_file_are_found_by_their_shape() -> None:
    policy = "{Statement: {Effect: Allow, Action: '*', Resource: '*'}}"
    text = f"service: a\nprovider: {{name: aws}}\ncustom: {{p: {policy}}}\n"
    assert [d.name for d in read(text).documents] == ["custom.p"]


def test_another_file_of_that_name_is_read_as_any_yaml() -> None:
    assert read("a: b\n") == Extraction()
    assert includes("serverless.yml", {"serverless.yml": "a: ["}) == ()
    assert includes("serverless.yml", {"serverless.yml": "a: b"}) == ()


def test_services_may_be_json_or_have_a_stage_in_their_name() -> None:
    text = json.dumps(
        {"service": "a", "provider": {"iamRoleStatements": [{"Effect": "Allow", "Action": "*"}]}}
    )
    assert len(read(text, path="serverless.json").documents) == 1
    assert len(read(text, path="serverless.prod.yml").documents) == 1
    assert concerns("x/serverless.yaml")
