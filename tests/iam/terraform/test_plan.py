"""Plans in JSON."""

from __future__ import annotations

import json
from typing import Any

from pregate.iam.terraform import Extracted, extract_plan
from tests.iam.terraform.configurations import gaps, marked, plain

POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "${x}*"}]}
)


def change(address: str, kind: str, after: Any, unknown: Any = None, **more: Any) -> dict[str, Any]:
    change = {"actions": ["create"], "after": after, "after_unknown": unknown or {}}
    return {"address": address, "type": kind, "mode": "managed", "change": change, **more}


def plan(*changes: Any, **more: Any) -> str:
    return json.dumps({"terraform_version": "1.9.0", "resource_changes": list(changes), **more}, indent=1)


def read(text: str) -> Extracted:
    return extract_plan("plan.json", text)


def test_a_policy_of_a_planned_resource_has_its_address_and_places() -> None:
    text = plan(
        change('module.a.aws_iam_policy.p["x"]', "aws_iam_policy", {"policy": POLICY.replace("${x}", "")})
    )
    found = read(text)
    assert [d.name for d in found.documents] == ['module.a.aws_iam_policy.p["x"].policy']
    assert marked(found, {"plan.json": text}) == [("service-wildcard-any-resource", '\\"s3:*\\"')]


def test_texts_of_a_plan_are_not_evaluated() -> None:
    (found,) = read(plan(change("aws_iam_policy.p", "aws_iam_policy", {"policy": POLICY}))).documents
    assert plain(found)["Statement"][0]["Resource"] == "${x}*"


def test_escapes_in_a_policy_do_not_move_its_places() -> None:
    inner = POLICY.replace("${x}", "\u00e9\U0001f600\n".replace("\n", ""))
    text = plan(change("aws_iam_policy.p", "aws_iam_policy", {"policy": inner}))
    (found,) = read(text).documents
    assert plain(found)["Statement"][0]["Resource"].startswith("\u00e9\U0001f600")
    text = text.replace("\\ud83d", "\\ud83d\\u0020")  # halves of a character that do not belong together
    assert len(read(text).documents) == 1


def test_a_policy_that_apply_makes_known_is_a_gap_named_after_its_reference() -> None:
    configuration = {
        "root_module": {
            "module_calls": {
                "m": {
                    "module": {
                        "resources": [
                            {
                                "address": "aws_iam_policy.p",
                                "expressions": {
                                    "policy": {"references": ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]},
                                    "name": {"constant_value": "x"},
                                },
                            },
                            {
                                "address": "aws_iam_policy.q",
                                "expressions": {"policy": {"references": ['x["y"]']}},
                            },
                            {"address": "aws_iam_policy.z"},
                        ]
                    }
                },
                "n": {},
            }
        }
    }
    text = plan(
        change(
            "module.m[0].aws_iam_policy.p[1]", "aws_iam_policy", {"name": "x"}, {"policy": True, "tags": {}}
        ),
        change("module.m[0].aws_iam_policy.q", "aws_iam_policy", {}, {"policy": True}),
        change("aws_iam_policy.z", "aws_iam_policy", {}, {"policy": True}),
        configuration=configuration,
    )
    assert [words for _, words in gaps(read(text))] == [
        "the identity policy is known only at deployment (aws_s3_bucket.b.arn)",
        "the identity policy is known only at deployment (an expression)",
        "the identity policy is known only at deployment (a value known after apply)",
    ]


def test_attachments_and_permissions_of_a_plan_are_judged() -> None:
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    configuration = {
        "root_module": {
            "resources": [
                {
                    "address": "aws_iam_role_policy_attachment.b",
                    "expressions": {"policy_arn": {"references": ["aws_iam_policy.p.arn"]}},
                }
            ]
        }
    }
    text = plan(
        change("aws_iam_role_policy_attachment.a", "aws_iam_role_policy_attachment", {"policy_arn": admin}),
        change(
            "aws_iam_role_policy_attachment.b", "aws_iam_role_policy_attachment", {}, {"policy_arn": True}
        ),
        change(
            "aws_iam_role_policy_attachment.c", "aws_iam_role_policy_attachment", {}, {"policy_arn": True}
        ),
        change("aws_lambda_permission.l", "aws_lambda_permission", {"principal": "*", "function_name": "f"}),
        configuration=configuration,
    )
    found = read(text)
    assert [rule for rule, _ in marked(found, {"plan.json": text})] == ["admin-access", "public-principal"]
    assert [words for _, words in gaps(found)] == [
        "a managed policy is known only at deployment (a value known after apply)"
    ]


def test_only_what_will_be_is_judged() -> None:
    after = {"policy": POLICY}
    text = plan(
        change("aws_iam_policy.gone", "aws_iam_policy", None),
        change("data.aws_iam_policy.d", "aws_iam_policy", after, mode="data"),
        change("aws_vpc.v", "aws_vpc", {"cidr": "x"}),
        change("aws_vpc.w", "aws_vpc", {"cidr": "x"}, True),
        change("aws_new.n", "aws_new", {"access_policy": POLICY, "count": 3, "for_each": "x"}),
        {"address": 1, "change": {"after": {}}},
        {"address": "x", "type": "y"},
        7,
    )
    assert [d.name for d in read(text).documents] == ["aws_new.n.access_policy"]


def test_inline_policies_of_a_role_are_read() -> None:
    after = {"inline_policy": [{"policy": POLICY, "name": "x"}], "assume_role_policy": None}
    found = read(plan(change("aws_iam_role.r", "aws_iam_role", after)))
    assert [d.name for d in found.documents] == ["aws_iam_role.r.inline_policy.0.policy"]


def test_planned_values_are_read_where_there_are_no_changes() -> None:
    item = {"address": "module.m.aws_iam_policy.p", "type": "aws_iam_policy", "mode": "managed"}
    root = {"child_modules": [{"resources": [{**item, "values": {"policy": POLICY}}, 1]}, 2]}
    text = json.dumps({"terraform_version": "1", "planned_values": {"root_module": root}})
    assert [d.name for d in read(text).documents] == ["module.m.aws_iam_policy.p.policy"]


def test_what_is_no_json_or_nests_too_deep_is_an_error() -> None:
    assert read("{").errors[0][0] == 1
    deep: Any = POLICY
    for _ in range(100):
        deep = [deep]
    assert "nested deeper" in read(plan(change("a", "aws_iam_policy", {"policy": deep}))).errors[0][1]
    assert read("[]") == Extracted()
