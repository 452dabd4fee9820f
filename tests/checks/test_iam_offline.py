"""What a change does to access, decided without asking anybody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pregate.checks.base import AccessAnswer, AccessReason, Comparison, Pair, Target
from pregate.checks.iam import IamCheck, gaps
from pregate.checks.iam.desk import Desk
from pregate.checks.iam.judge import Judge
from pregate.checks.iam.local import LocalEngine
from pregate.checks.iam.panel import Panel
from pregate.checks.iam.question import BudgetError, Question
from pregate.checks.iam.reference import read_bound, read_reference
from pregate.config import Boundary, IamConfig, ReferencePolicy
from pregate.errors import NotEvaluatedError
from pregate.iam import RULES, PolicyDocument, extract
from pregate.iam.comparable import comparable, restored
from pregate.model import Finding, Severity, UnreadReason

TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/a"


def statement(action: Any = "dynamodb:Query", resource: Any = TABLE, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=1)


@dataclass
class Service:
    """Answers every question the same way."""

    granted: bool
    name: str = "the service"
    charged_calls: int = 0
    refuses: bool = False
    asked: list[str] = field(default_factory=list)

    def _answer(self, question: str) -> AccessAnswer:
        self.asked.append(question)
        if self.refuses:
            raise NotEvaluatedError("cannot tell", "")
        self.charged_calls += 1
        reasons = (AccessReason("New access", 0),) if self.granted else ()
        return AccessAnswer(self.granted, "Not the same" if self.granted else "", reasons)

    def no_new_access(self, existing: PolicyDocument, new: PolicyDocument) -> AccessAnswer:
        return self._answer("new")

    def access_not_granted(
        self,
        document: PolicyDocument,
        actions: Sequence[str],
        resources: Sequence[str],
    ) -> AccessAnswer:
        return self._answer("granted")

    def no_public_access(self, document: PolicyDocument) -> AccessAnswer:
        return self._answer("public")

    def knows_public(self, resource_type: str) -> bool:
        return resource_type == "AWS::S3::Bucket"


def compare(
    head: str,
    *bases: str,
    judge: Judge | None = None,
    path: str = "p.json",
    compared: bool = True,
    **options: Any,
) -> Comparison:
    check = IamCheck(replace(IamConfig(), **options), judge=judge or Judge())
    assert check.compares
    sides = [check.analyse(Target(path, side.encode())) for side in (head, *bases)]
    pair = Pair(sides[0], tuple(sides[1:]), paths=(path,) * len(sides))
    return check.compare([pair], [], compared=compared)


def introduced(comparison: Comparison) -> list[Finding]:
    return list(comparison.files[0].introduced)


def ids(comparison: Comparison) -> list[str]:
    return [finding.rule.id for finding in introduced(comparison)]


def test_new_access_is_told_by_an_example_on_what_allows_it() -> None:
    head = statement(["dynamodb:Query", "dynamodb:DescribeTable", "dynamodb:DeleteTable"])
    comparison = compare(text(head), text(statement()))
    (found,) = introduced(comparison)
    assert (found.rule.id, found.severity) == ("iam/new-access", Severity.HIGH)
    assert found.message == (
        "The change lets whoever has this policy delete a DynamoDB table: dynamodb:DeleteTable on "
        f"{TABLE}; the base version did not allow it."
    )
    assert (found.location.start_line, found.location.start_column) == (9, 5)
    assert comparison.notes == ("access: 1 of 1 question decided offline",)


def test_less_access_is_no_finding() -> None:
    guarded = statement(Condition={"Bool": {"aws:SecureTransport": "true"}})
    assert ids(compare(text(guarded), text(statement()))) == []
    denied = {**statement("dynamodb:DeleteTable"), "Effect": "Deny"}
    assert ids(compare(text(statement("dynamodb:*"), denied), text(statement("dynamodb:*")))) == []


def test_every_statement_has_an_example_of_its_own() -> None:
    more = [statement("sqs:SendMessage", "*"), statement("iam:PutRolePolicy", "*")]
    found = introduced(compare(text(statement(), *more), text(statement())))
    assert [(f.severity, f.message.split(": ")[1].split()[0]) for f in found] == [
        (Severity.HIGH, "sqs:SendMessage"),
        (Severity.CRITICAL, "iam:PutRolePolicy"),
    ]


@pytest.mark.parametrize(
    ("action", "resource", "severity"),
    [
        ("dynamodb:DescribeTable", TABLE, "medium"),
        ("dynamodb:List*", "*", "medium"),
        ("dynamodb:UpdateTable", TABLE, "high"),
        ("dynamodb:Scan", TABLE, "high"),
        ("iam:*", "*", "critical"),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/app", "high"),
    ],
)
def test_severity_is_by_what_can_be_done(action: str, resource: str, severity: str) -> None:
    (found,) = introduced(compare(text(statement(), statement(action, resource)), text(statement())))
    assert found.severity.word == severity
    table = (("new-access", "low"),)
    (found,) = introduced(
        compare(text(statement(), statement(action, resource)), text(statement()), severity=table)
    )
    assert found.severity is Severity.LOW


def test_a_new_policy_is_held_against_its_reference() -> None:
    reference = read_reference(ReferencePolicy("*", "ref.json"), text(statement("dynamodb:*", "*")).encode())
    judge = Judge(references=(reference,))
    assert ids(compare(text(statement()), judge=judge)) == []
    (found,) = introduced(compare(text(statement("sqs:ListQueues", "*")), judge=judge))
    assert found.rule.id == "iam/beyond-reference"
    assert found.severity is Severity.HIGH  # listing is no less grave where the organisation forbids it
    assert found.message.endswith("; the reference policy ref.json does not allow it.")


def test_without_references_there_is_nothing_to_note() -> None:
    assert compare(text(statement())).notes == ()


def test_sensitive_access_is_found() -> None:
    options: dict[str, Any] = {
        "sensitive_actions": ("dynamodb:DeleteTable",),
        "checks": ("access-not-granted",),
    }
    (found,) = introduced(compare(text(statement("dynamodb:*")), text(statement()), **options))
    assert found.rule.id == "iam/sensitive-access"
    assert "dynamodb:DeleteTable" in found.message
    assert ids(compare(text(statement()), **options)) == []


def bucket(principal: Any, **more: Any) -> str:
    allowed = statement("s3:GetObject", "arn:aws:s3:::b/*", Principal=principal, **more)
    document = {"Version": "2012-10-17", "Statement": [allowed]}
    properties = {"Bucket": "b", "PolicyDocument": document}
    return json.dumps(
        {"Resources": {"P": {"Type": "AWS::S3::BucketPolicy", "Properties": properties}}}, indent=1
    )


def test_public_access_is_not_told_twice() -> None:
    """The local rule says of the statement that it is public, already in the first step."""
    assert ids(compare(bucket("*"), checks=("no-public-access",))) == []


def test_public_access_that_no_local_rule_sees_is_found() -> None:
    (found,) = introduced(compare(bucket({"AWS": "arn:aws:iam::*:root"}), checks=("no-public-access",)))
    assert (found.rule.id, found.severity) == ("iam/public-access", Severity.CRITICAL)
    assert found.message.endswith("; the policy is new.")
    was = bucket({"AWS": "arn:aws:iam::*:root"}, Sid="x")
    comparison = compare(bucket({"AWS": "arn:aws:iam::*:root"}), was, checks=("no-public-access",))
    assert [f.rule.id for f in comparison.files[0].standing] == ["iam/public-access"]


def test_what_says_that_it_is_public_are_rules() -> None:
    assert {rule.id for rule in RULES} >= gaps._PUBLIC


def test_what_only_bounds_its_callers_is_not_asked_about() -> None:
    endpoint = bucket("*").replace("AWS::S3::BucketPolicy", "AWS::EC2::VPCEndpoint")
    assert compare(endpoint, checks=("no-public-access",)).notes == ()


# --- values that only deployment knows


def template(resource: str, action: str = "s3:GetObject") -> str:
    return (
        "Parameters: {Name: {Type: String}}\nResources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n"
        "    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n"
        f"          - Effect: Allow\n            Action: {action}\n"
        f"            Resource: {resource}\n"
    )


def test_an_open_value_is_the_same_in_both_versions_and_shown_as_it_is_written() -> None:
    base = template("!GetAtt B.Arn")
    assert ids(compare(template("!GetAtt B.Arn", "[s3:GetObject]"), base, path="t.yaml")) == []
    (found,) = introduced(compare(template("!GetAtt B.Arn", "s3:PutObject"), base, path="t.yaml"))
    assert "s3:PutObject on ${Fn::GetAtt}" in found.message


def test_what_depends_on_a_value_of_the_template_has_no_answer() -> None:
    head, base = template("!Ref Name", "!Ref Name"), template("!Ref Name")
    (unread,) = compare(head, base, path="t.yaml").files[0].unread
    assert unread.reason is UnreadReason.NOT_EVALUATED
    assert unread.detail == (
        "not checked for new access: it depends on a value that is known only at deployment "
        "(unresolved-template-value)"
    )


def test_values_made_up_for_open_ones_are_told_by_their_expression() -> None:
    document = extract("t.yaml", template("[!GetAtt B.Arn, !Sub 'arn:aws:s3:::${Name}/x']")).documents[0]
    filled = comparable(document, alone=True)
    assert filled is not None
    assert "placeholder" in filled.text
    written = json.loads(document.text)["Statement"][0]["Resource"]
    made = json.loads(filled.text)["Statement"][0]["Resource"]
    assert [restored(document, value) for value in made] == written
    assert restored(document, "arn:aws:s3:::other") == "arn:aws:s3:::other"


# --- who answers

ROLE = "arn:aws:iam::111122223333:role/a"
SESSION = "arn:aws:sts::111122223333:assumed-role/a/s"
UNSURE = bucket({"AWS": SESSION}), bucket({"AWS": ROLE})  # whether a role means its sessions is not certain
WIDER = text(statement(["dynamodb:Query", "dynamodb:Scan"])), text(statement())
SAME = text(statement(["dynamodb:Query", "dynamodb:Query"])), text(statement())
ONLY_NEW = ("no-new-access",)


def test_a_service_is_asked_only_where_there_is_no_certain_answer() -> None:
    service = Service(granted=True)
    found = introduced(compare(*WIDER, judge=Judge(service), checks=ONLY_NEW))
    assert found[0].message.startswith("The change lets")
    assert service.asked == []
    (found_there,) = introduced(compare(*UNSURE, judge=Judge(service), checks=ONLY_NEW))
    assert found_there.message == "New access. Not the same. The base version did not allow it."
    assert service.asked == ["new"]


def test_a_service_that_sees_nothing_new_settles_it() -> None:
    comparison = compare(*UNSURE, judge=Judge(Service(granted=False)), checks=ONLY_NEW)
    assert comparison.files[0].unread == ()
    assert comparison.notes == (
        "access: 0 of 1 question decided offline",
        "custom policy checks: 1 charged call to the service, 0 from the cache",
    )


@pytest.mark.parametrize(
    ("judge", "budget", "reason"),
    [
        (Judge(), 20, UnreadReason.NOT_EVALUATED),
        (Judge(Service(granted=True, refuses=True)), 20, UnreadReason.NOT_EVALUATED),
        (Judge(Service(granted=True)), 0, UnreadReason.NOT_ASKED),
    ],
)
def test_what_nobody_can_say_is_listed(judge: Judge, budget: int, reason: UnreadReason) -> None:
    file = compare(*UNSURE, judge=judge, max_custom_checks=budget, checks=ONLY_NEW).files[0]
    assert [u.reason for u in file.unread] == [reason]
    assert file.introduced == ()


def test_the_local_engine_never_asks() -> None:
    service = Service(granted=True)
    check = IamCheck(IamConfig(engine="local"), judge=Judge())
    assert check.compares
    assert ids(compare(*WIDER, judge=Judge(service), engine="aws")) == ["iam/new-access"]
    assert service.asked == ["new"]


def test_both_are_asked_and_what_they_disagree_about_is_noted() -> None:
    def both(pair: tuple[str, str], *, granted: bool, refuses: bool = False) -> tuple[list[str], str]:
        judge = Judge(Service(granted=granted, refuses=refuses))
        comparison = compare(*pair, judge=judge, engine="both", checks=ONLY_NEW)
        unread = [u.reason.value for u in comparison.files[0].unread]
        notes = "; ".join(note for note in comparison.notes if "disagree" in note)
        return ids(comparison) + unread, notes

    assert both(WIDER, granted=True) == (["iam/new-access"], "")
    assert both(SAME, granted=False) == ([], "")
    words = "pregate and AWS Access Analyzer disagree about p.json (no-new-access): pregate says"
    assert both(WIDER, granted=False) == (["iam/new-access"], f"{words} FAIL, AWS PASS")
    assert both(SAME, granted=True) == (["iam/new-access"], f"{words} PASS, AWS FAIL")
    assert both(UNSURE, granted=True) == (["iam/new-access"], "")
    assert both(UNSURE, granted=False) == ([], "")
    assert both(UNSURE, granted=False, refuses=True) == (["not-evaluated"], "")
    assert both(WIDER, granted=False, refuses=True) == (["iam/new-access"], "")
    refused = text(statement(Effect="Alow")), text(statement())
    assert both(refused, granted=False) == ([], f"{words} INVALID, AWS PASS")


def test_many_disagreements_are_counted() -> None:
    check = IamCheck(IamConfig(engine="both", checks=ONLY_NEW), judge=Judge(Service(granted=False)))
    pairs = []
    for number in range(7):
        base, head = text(statement("sqs:Get*", f"a:{number}")), text(statement("sqs:*", f"a:{number}"))
        sides = [check.analyse(Target(f"{number}.json", side.encode())) for side in (head, base)]
        pairs.append(Pair(sides[0], (sides[1],), paths=(f"{number}.json",) * 2))
    notes = check.compare(pairs, [], compared=True).notes
    assert sum("disagree about" in note for note in notes) == 5
    assert notes[-1] == "2 more disagreements between pregate and AWS Access Analyzer"


# --- policies that AWS would refuse


def test_a_policy_that_aws_would_refuse_is_a_finding_unless_one_says_so() -> None:
    refused = text(statement(Effect="Alow"))
    (unread,) = compare(refused, text(statement()), checks=ONLY_NEW).files[0].unread
    assert unread.reason is UnreadReason.NOT_EVALUATED
    assert "AWS would refuse the policy:" in unread.detail
    check = IamCheck(IamConfig(checks=ONLY_NEW), judge=Judge())
    sides = [check.analyse(Target("p.json", side.encode())) for side in (refused, text(statement()))]
    bare = replace(sides[0], findings=())
    (finding,) = check.compare([Pair(bare, (sides[1],))], [], compared=True).files[0].introduced
    assert (finding.rule.id, finding.severity) == ("iam/invalid-policy", Severity.HIGH)
    assert check.compare([Pair(sides[0], (sides[1],))], [], compared=True).files[0].introduced == ()


def test_a_base_that_aws_would_have_refused_is_nothing_to_compare_with() -> None:
    file = compare(text(statement()), text(statement(Effect="Alow")), checks=ONLY_NEW).files[0]
    assert file.introduced == ()
    assert "AWS would refuse the policy that it is compared with" in file.unread[0].detail


# --- what else bounds access


def bounded(*statements: dict[str, Any], kind: str = "permissions-boundary", path: str = "b.json") -> Judge:
    return Judge(bounds=(read_bound(Boundary("*", path, kind), text(*statements).encode()),))


def test_new_access_outside_a_boundary_is_none() -> None:
    judge = bounded(statement("dynamodb:Query", "*"))
    assert ids(compare(*WIDER, judge=judge)) == []
    assert ids(compare(*WIDER, judge=bounded(statement("dynamodb:*", "*")))) == ["iam/new-access"]
    options: dict[str, Any] = {"checks": ("access-not-granted",), "sensitive_actions": ("dynamodb:Scan",)}
    assert ids(compare(*WIDER, judge=judge, **options)) == []
    assert ids(compare(*WIDER, **options)) == ["iam/sensitive-access"]


def test_a_service_control_policy_without_an_allow_takes_away() -> None:
    deny = {**statement("dynamodb:Scan", "*"), "Effect": "Deny"}
    assert ids(compare(*WIDER, judge=bounded(deny, kind="service-control"))) == []
    other = {**statement("sqs:*", "*"), "Effect": "Deny"}
    assert ids(compare(*WIDER, judge=bounded(other, kind="service-control"))) == ["iam/new-access"]


def test_a_boundary_does_not_bound_itself_nor_policies_of_resources() -> None:
    assert ids(compare(*WIDER, judge=bounded(statement("sqs:*", "*"), path="p.json"))) == ["iam/new-access"]
    head, base = bucket({"AWS": ["111122223333", "444455556666"]}), bucket({"AWS": "111122223333"})
    assert ids(compare(head, base, judge=bounded(statement("sqs:*", "*")), checks=ONLY_NEW)) == [
        "iam/new-access"
    ]


def test_a_service_knows_of_no_boundaries() -> None:
    """What it sees granted may lie outside of them; what it does not is not granted."""
    bound = read_bound(Boundary("*", "b.json"), text(statement("*", "*")).encode())
    question = Question("access-not-granted", extract("p.json", WIDER[0]).documents[0], None, ("a:b",))
    question = replace(question, within=(bound.document,))
    for granted in (True, False):
        panel = Panel("both", LocalEngine(0), Desk(Service(granted=granted), None, 9))
        if granted:
            with pytest.raises(BudgetError):
                panel.ask(question)
        else:
            assert not panel.ask(question).granted


# --- time


def test_the_time_of_a_run_is_limited() -> None:
    question = Question("no-public-access", extract("p.json", bucket("*")).documents[0])
    engine = LocalEngine(seconds=0)
    with pytest.raises(BudgetError, match="time for reasoning"):
        engine.ask(question)
    assert list(engine.notes()) == []


def test_a_question_that_is_none_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no-new-access"):
        LocalEngine().ask(Question("no-new-access", extract("p.json", WIDER[0]).documents[0]))


def test_of_many_statements_the_first_have_examples() -> None:
    more = [statement("sqs:SendMessage", f"arn:aws:sqs:us-east-1:111122223333:{n}") for n in range(22)]
    found = introduced(compare(text(statement(), *more), text(statement()), checks=ONLY_NEW))
    assert len(found) == 22
    assert [f.message.startswith("The change lets") for f in found] == [True] * 20 + [False] * 2
    assert found[-1].message == "This statement allows it, too. The base version did not allow it."


@pytest.mark.parametrize("kind", ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"])
def test_a_deny_that_is_taken_out_of_a_control_policy_is_new_access(kind: str) -> None:
    def control(*denied: str) -> str:
        who = {"Principal": "*"} if kind.startswith("RESOURCE") else {}
        statements = [{"Effect": "Deny", "Action": action, "Resource": "*", **who} for action in denied]
        content = {"Version": "2012-10-17", "Statement": statements}
        properties = {"Type": kind, "Content": content}
        resource = {"Type": "AWS::Organizations::Policy", "Properties": properties}
        return json.dumps({"Resources": {"P": resource}}, indent=1)

    (found,) = introduced(compare(control("s3:*"), control("s3:*", "iam:PutRolePolicy"), checks=ONLY_NEW))
    assert (found.rule.id, found.severity) == ("iam/new-access", Severity.HIGH)
    assert "iam:PutRolePolicy" in found.message
    assert ids(compare(control("s3:*", "iam:*"), control("s3:*"), checks=ONLY_NEW)) == []
