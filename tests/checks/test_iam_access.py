"""What is asked about a change, in which order and at what price, and what becomes of the answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pregate.checks.base import AccessAnswer, AccessReason, Analysis, Comparison, Pair, Target
from pregate.checks.iam import IamCheck
from pregate.checks.iam.desk import Desk
from pregate.checks.iam.judge import Judge
from pregate.checks.iam.question import Question
from pregate.checks.iam.reference import read_reference
from pregate.config import IamConfig, ReferencePolicy
from pregate.errors import NotEvaluatedError, UsageError
from pregate.iam import PolicyDocument, PolicyKind, extract
from pregate.model import Confidence, Finding, Severity

NO = AccessAnswer(granted=False)


def statement(
    action: Any = "s3:GetObject", resource: Any = "arn:aws:s3:::b/*", **more: Any
) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=1)


def opening(principal: Any, **more: Any) -> dict[str, Any]:
    return statement(Principal={"AWS": principal}, **more)


@dataclass
class Checker:
    """Says yes to what its words are found in, and remembers what it was asked."""

    yes: tuple[str, ...] = ()
    reasons: tuple[AccessReason, ...] = (AccessReason("New access  in the statement", 0),)
    message: str = "Not the same"
    name: str = "the judge"
    charged_calls: int = 0
    price: int = 1
    asked: list[tuple[str, ...]] = field(default_factory=list)
    refuses: str = ""

    def answer(self, document: PolicyDocument, *question: str) -> AccessAnswer:
        self.asked.append(question)
        if self.refuses and self.refuses in document.text:
            raise NotEvaluatedError("cannot tell")
        self.charged_calls += self.price
        granted = any(word in document.text for word in self.yes)
        return AccessAnswer(granted, self.message, self.reasons) if granted else NO

    def no_new_access(self, existing: PolicyDocument, new: PolicyDocument) -> AccessAnswer:
        return self.answer(new, "new", existing.text, new.text)

    def access_not_granted(
        self, document: PolicyDocument, actions: Sequence[str], resources: Sequence[str]
    ) -> AccessAnswer:
        return self.answer(document, "granted", *actions, *resources)

    def no_public_access(self, document: PolicyDocument) -> AccessAnswer:
        return self.answer(document, "public", document.text)

    def knows_public(self, resource_type: str) -> bool:
        return resource_type == "AWS::S3::Bucket"

    @property
    def kinds(self) -> list[str]:
        return [question[0] for question in self.asked]


@dataclass
class Store:
    """Remembers in memory."""

    kept: dict[tuple[str, ...], str] = field(default_factory=dict)

    def recall(self, question: Sequence[str]) -> str | None:
        return self.kept.get(tuple(question))

    def keep(self, question: Sequence[str], answer: str) -> None:
        self.kept[tuple(question)] = answer


def compare(
    checker: Checker,
    head: str,
    *bases: str,
    config: IamConfig | None = None,
    path: str = "p.json",
    compared: bool = True,
    judge: Judge | None = None,
) -> Comparison:
    check = IamCheck(replace(config or IamConfig(), engine="aws"), judge=judge or Judge(checker))
    sides = [check.analyse(Target(path, side.encode())) for side in (head, *bases)]
    return check.compare([Pair(sides[0], tuple(sides[1:]))], [], compared=compared)


def only(comparison: Comparison) -> Finding:
    (file,) = comparison.files
    (finding,) = file.introduced
    return finding


def test_the_finding_says_what_the_judge_said_and_stands_on_what_is_new() -> None:
    found = only(
        compare(Checker(("Put",)), text(statement(["s3:GetObject", "s3:PutObject"])), text(statement()))
    )
    assert found.message == ("New access in the statement. Not the same. The base version did not allow it.")
    assert (found.rule.id, found.severity) == ("iam/new-access", Severity.HIGH)
    place = found.location
    assert (place.start_line, place.start_column, place.end_column) == (8, 5, 19)
    assert [(r.location.start_line, r.message) for r in found.related] == [(4, "in this statement")]


def test_the_fingerprint_survives_moved_lines_and_other_statements() -> None:
    base, head = statement(Sid="A"), statement(["s3:GetObject", "s3:PutObject"], Sid="A")
    first = only(compare(Checker(("Put",)), text(head), text(base)))
    other = Checker(("Put",), (AccessReason("New", 1),))
    later = only(compare(other, "\n" + text(statement("sqs:Send*"), head), text(base)))
    assert first.anchor == later.anchor
    assert first.location != later.location


@pytest.mark.parametrize(
    ("head", "base", "line"),
    [
        (statement("s3:*"), statement(), 6),
        (statement(resource="*"), statement(), 7),
        (opening("*"), opening("111122223333"), 9),
        (statement(), statement(Condition={"Bool": {"aws:SecureTransport": "true"}}), 4),
        (statement(Condition={"Bool": {"a:b": "false"}}), statement(Condition={"Bool": {"a:b": "true"}}), 10),
    ],
)
def test_it_points_at_what_is_new(head: dict[str, Any], base: dict[str, Any], line: int) -> None:
    found = [
        f
        for f in compare(Checker(("Version",)), text(head), text(base)).files[0].introduced
        if f.rule.id == "iam/new-access"
    ]
    assert [f.location.start_line for f in found] == [line]


def test_an_answer_without_a_statement_is_about_the_whole_policy() -> None:
    checker = Checker(("Put",), (AccessReason("Somewhere.", -1), AccessReason("Far away", 9)))
    found = only(compare(checker, text(statement("s3:PutObject")), text(statement())))
    assert found.location.start_line == 1
    assert found.message.startswith("Somewhere. Far away. Not the same.")
    checker = Checker(("Put",), (), "")
    found = only(compare(checker, text(statement("s3:PutObject")), text(statement())))
    assert found.message == "The base version did not allow it."


def test_a_single_statement_is_not_in_a_list() -> None:
    single = json.dumps({"Version": "2012-10-17", "Statement": statement("s3:PutObject")})
    assert only(compare(Checker(("Put",)), single, text(statement()))).location.start_line == 1


def test_statements_without_an_id_are_told_apart_by_what_they_say() -> None:
    checker = Checker(("Bool",), (AccessReason("", 0), AccessReason("", 1)))
    guard = {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    one, other = statement("s3:Get*", **guard), statement("s3:Put*", **guard)
    bare = [statement("s3:Get*"), statement("s3:Put*"), statement(Sid="x", **guard)]
    found = compare(checker, text(*bare), text(one, other, statement(Sid="x", **guard))).files[0].introduced
    assert len({f.anchor for f in found}) == 2


def test_what_did_not_change_is_not_asked_about() -> None:
    checker = Checker()
    comparison = compare(checker, text(statement()), "\n" + text(statement()))
    assert (checker.asked, comparison.notes) == ([], ())
    assert comparison.files[0].introduced == ()


def test_a_merge_is_new_only_against_all_its_parents() -> None:
    checker = Checker()
    compare(checker, text(statement("s3:Put*")), text(statement("s3:Get*")), text(statement("s3:List*")))
    assert checker.kinds == ["new"]
    checker = Checker(("Put",))
    found = compare(
        checker, text(statement("s3:Put*")), text(statement("s3:Get*")), text(statement("s3:List*"))
    )
    assert checker.kinds == ["new", "new"]
    assert len(found.files[0].introduced) == 1


def test_no_new_access_means_nothing_else_is_asked() -> None:
    checker = Checker()
    config = IamConfig(sensitive_actions=("s3:GetObject",))
    compare(checker, text(opening("1")), text(opening(["1", "2"])), config=config)
    assert checker.kinds == ["new"]


def bucket(*statements: dict[str, Any]) -> str:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    properties = {"Bucket": "b", "PolicyDocument": document}
    return json.dumps(
        {"Resources": {"P": {"Type": "AWS::S3::BucketPolicy", "Properties": properties}}}, indent=1
    )


def test_public_access_is_asked_where_the_service_knows_the_resource() -> None:
    checker = Checker(('*"}',))
    found = compare(checker, bucket(opening("*"))).files[0]
    assert [f.rule.id for f in found.introduced] == ["iam/public-access"]
    assert "The policy is new." in found.introduced[0].message
    comparison = compare(Checker(), text(opening("*")))
    assert "1 resource policy has a resource type that cannot be asked about" in comparison.notes[-1]
    two = Analysis(facts=(*extract("a.json", text(opening("*"))).documents,) * 2)
    check = IamCheck(IamConfig(engine="aws"), judge=Judge(Checker()))
    notes = check.compare([Pair(two)], [], compared=True).notes
    assert "2 resource policies have" in notes[-1]


def test_what_was_public_before_is_not_new() -> None:
    checker = Checker(("Get", "Put"))
    found = compare(checker, bucket(opening("*", action="s3:Put*")), bucket(opening("*"))).files[0]
    assert [f.rule.id for f in found.introduced] == ["iam/new-access"]
    assert [f.rule.id for f in found.standing] == ["iam/public-access"]
    assert "The base version did so, too." in found.standing[0].message


def test_what_becomes_public_is_new() -> None:
    checker = Checker(('"*"',))
    found = compare(checker, bucket(opening("*")), bucket(opening("1"))).files[0]
    assert [f.rule.id for f in found.introduced] == ["iam/new-access", "iam/public-access"]
    assert "The base version did not." in found.introduced[1].message


def test_policies_that_allow_nothing_are_not_asked_about() -> None:
    checker = Checker()
    deny = {**opening("*"), "Effect": "Deny"}
    compare(checker, bucket(deny), config=IamConfig(sensitive_actions=("s3:GetObject",)))
    assert checker.asked == []


def test_sensitive_access_is_new_where_its_statement_is() -> None:
    config = IamConfig(checks=("access-not-granted",), sensitive_actions=("s3:GetObject",))
    checker = Checker(("Get",), (AccessReason("a", 0), AccessReason("b", 1)))
    head = text(statement(), statement("s3:Get*"))
    found = compare(checker, head, text(statement(), statement("sqs:Get*")), config=config).files[0]
    assert [(f.rule.id, f.location.start_line) for f in found.standing] == [("iam/sensitive-access", 6)]
    assert [(f.rule.id, f.location.start_line) for f in found.introduced] == [("iam/sensitive-access", 11)]
    checker.refuses = "sqs"
    found = compare(checker, head, text(statement(), statement("sqs:Get*")), config=config).files[0]
    assert len(found.introduced) == 2


def test_sensitive_resources_are_pointed_at() -> None:
    config = IamConfig(checks=("access-not-granted",), sensitive_resources=("arn:aws:s3:::b/key",))
    found = only(compare(Checker(("Get",)), text(statement()), config=config))
    assert found.location.start_line == 7
    checker = Checker(("Get",), ())
    assert only(compare(checker, text(statement()), config=config)).location.start_line == 1


def control(kind: str, *statements: dict[str, Any]) -> str:
    content = {"Version": "2012-10-17", "Statement": list(statements)}
    properties = {"Type": kind, "Content": content}
    return json.dumps({"Resources": {"P": {"Type": "AWS::Organizations::Policy", "Properties": properties}}})


@pytest.mark.parametrize(
    ("kind", "everything"),
    [
        ("SERVICE_CONTROL_POLICY", {"Effect": "Allow", "Action": "*", "Resource": "*"}),
        ("RESOURCE_CONTROL_POLICY", {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}),
    ],
)
def test_a_control_policy_is_compared_beside_the_one_that_allows_everything(
    kind: str, everything: dict[str, str]
) -> None:
    checker = Checker(("Version",), (AccessReason("New", 1),))
    denies = [{**opening("*"), "Effect": "Deny"}, {**opening("1"), "Effect": "Deny", "Sid": "Gone"}]
    found = only(compare(checker, control(kind, denies[0]), control(kind, *denies)))
    ((_, existing, new),) = checker.asked
    assert json.loads(existing)["Statement"] == [*denies, everything]
    assert json.loads(new)["Statement"] == [denies[0], everything]
    assert found.location.start_line == 1
    assert found.related == ()


def test_a_control_policy_that_allows_is_compared_as_it_is() -> None:
    checker = Checker()
    compare(
        checker,
        control("SERVICE_CONTROL_POLICY", statement()),
        control("SERVICE_CONTROL_POLICY", statement("s3:*")),
        config=IamConfig(sensitive_actions=("s3:GetObject",)),
    )
    assert [len(json.loads(part)["Statement"]) for part in checker.asked[0][1:]] == [1, 1]
    checker = Checker()
    compare(
        checker,
        control("SERVICE_CONTROL_POLICY", statement()),
        config=IamConfig(sensitive_actions=("s3:GetObject",)),
    )
    assert checker.asked == []


# --- values that only deployment knows


def yaml(resource: str, condition: str = "") -> str:
    return (
        "Parameters: {Name: {Type: String}}\nResources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n"
        "    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n"
        "          - Effect: Allow\n            Action: s3:GetObject\n"
        f"            Resource: {resource}\n{condition}"
    )


def test_equal_expressions_are_the_same_value_in_both_versions() -> None:
    checker = Checker(("Version",))
    found = compare(checker, yaml("[!Ref B, !Ref A]"), yaml("[!GetAtt C.Arn, !Ref A]"), path="t.yaml").files[
        0
    ]
    ((_, existing, new),) = checker.asked
    old, now = (json.loads(part)["Statement"][0]["Resource"] for part in (existing, new))
    assert old[1] == now[1]
    assert len({*old, *now}) == 3
    assert [(f.location.start_column, f.confidence) for f in found.introduced] == [(24, Confidence.MEDIUM)]


def test_the_same_expression_in_another_form_is_unchanged() -> None:
    checker = Checker()
    compare(checker, yaml("!GetAtt A.Arn"), yaml("!Sub '${A.Arn}'"), path="t.yaml")
    compare(checker, yaml("!ImportValue A"), yaml("{'Fn::ImportValue': A}"), path="t.yaml")
    assert checker.asked == []
    compare(checker, yaml("!ImportValue A"), yaml("!ImportValue B"), path="t.yaml")
    assert checker.kinds == ["new"]


def test_what_has_no_value_to_compare_is_not_evaluated() -> None:
    condition = "            Condition: {NumericLessThan: {'s3:max-keys': !Ref Name}}\n"
    found = compare(Checker(), yaml("'*'", condition), yaml("a", condition), path="t.yaml").files[0]
    assert [u.detail for u in found.unread] == [
        "not checked for new access: a value that decides it is known only at deployment"
    ]
    config = IamConfig(sensitive_actions=("s3:GetObject",), checks=("access-not-granted",))
    found = compare(Checker(), yaml("'*'", condition), path="t.yaml", config=config).files[0]
    assert found.unread[0].detail.startswith("not checked for sensitive access")


def test_a_value_without_a_name_is_neither_the_same_nor_another() -> None:
    check = IamCheck(IamConfig(engine="aws"), judge=Judge(checker := Checker()))
    analysis = check.analyse(Target("t.yaml", yaml("!Ref A").encode()))
    nameless = [
        replace(fact, unknowns=tuple(replace(unknown, identity="") for unknown in fact.unknowns))
        for fact in analysis.facts
        if isinstance(fact, PolicyDocument)
    ]
    side = Analysis(facts=tuple(nameless))
    found = check.compare([Pair(side, (side,))], [], compared=True).files[0]
    assert [u.detail.partition(":")[0] for u in found.unread] == ["not checked for new access"]
    assert checker.asked == []
    config = IamConfig(sensitive_actions=("s3:GetObject",), checks=("access-not-granted",))
    IamCheck(replace(config, engine="aws"), judge=Judge(checker)).compare([Pair(side)], [], compared=False)
    assert checker.kinds == ["granted"]


# --- reference policies


def reference(written: str, glob: str = "*", path: str = "ref.json") -> Any:
    return read_reference(ReferencePolicy(glob, path), written.encode())


def test_a_new_policy_is_compared_with_the_first_reference_that_fits() -> None:
    checker = Checker(("Put",))
    rows = (
        reference(text(statement()), "other/*"),
        reference(text(opening("1"))),
        reference(text(statement("s3:Get*"))),
        reference(text(statement("sqs:*"))),
    )
    head = text(statement("s3:PutObject"))
    found = only(compare(checker, head, judge=Judge(checker, None, rows)))
    assert (found.rule.id, found.message) == (
        "iam/beyond-reference",
        "New access in the statement. Not the same. The reference policy ref.json does not allow it.",
    )
    assert "s3:Get*" in checker.asked[0][1]
    assert found.properties[-1] == ("compared-with", "ref.json")
    checker = Checker()
    assert compare(checker, head, judge=Judge(checker, None, rows)).files[0].introduced == ()
    checker = Checker(refuses="Put")
    refused = compare(checker, head, judge=Judge(checker, None, rows)).files[0]
    assert refused.unread[0].detail == "not checked for access beyond the reference policy: cannot tell"


def test_policies_without_a_reference_are_counted() -> None:
    assert compare(Checker(), text(statement())).notes == (
        "1 new policy has no reference policy (iam.reference-policies) to compare with",
    )
    assert compare(Checker(), text(statement()), compared=False).notes == ()
    judge = Judge(Checker(), None, (reference(text(opening("1"))),))
    assert compare(Checker(), text(statement()), compared=False, judge=judge).notes == (
        "1 policy has no reference policy (iam.reference-policies) to compare with",
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "there is no file"),
        (b"{", "ref.json"),
        (b"{}", "exactly one policy"),
        (text(statement()).encode() + b"x", "ref.json"),
        (f"[{text(statement())}, {text(statement())}]".encode(), "exactly one policy"),
    ],
)
def test_a_reference_that_cannot_be_used_is_told(data: bytes | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_reference(ReferencePolicy("*", "ref.json"), data)


# --- removed policies


def test_removed_policies_are_counted_with_their_files() -> None:
    check = IamCheck(IamConfig(engine="aws"), judge=Judge(Checker()))
    gone = [
        Pair(Analysis(), (check.analyse(Target(f"{n}.json", text(statement()).encode())),)) for n in range(7)
    ]
    notes = check.compare([], gone, compared=True).notes
    assert notes == ("7 policies were removed (0.json, 1.json, 2.json, 3.json, 4.json, …)",)
    mixed = text(statement(), {**statement(), "Effect": "Deny"})
    one = [Pair(Analysis(), (check.analyse(Target("a.json", mixed.encode())),))]
    (note,) = check.compare([], one, compared=True).notes
    assert note == "1 policy was removed (a.json); what a removed Deny forbade may be allowed now"


# --- the desk


def document(*statements: dict[str, Any], kind: PolicyKind = PolicyKind.IDENTITY) -> PolicyDocument:
    (found,) = extract("p.json", text(*(statements or (statement(),)))).documents
    return PolicyDocument(kind, "", "", found.text, found.places)


def test_a_question_is_asked_once_in_a_run_also_when_it_has_no_answer() -> None:
    checker = Checker(refuses="Get")
    desk = Desk(checker, None, 20)
    for _ in range(2):
        with pytest.raises(NotEvaluatedError, match="cannot tell"):
            desk.ask(Question("no-public-access", document()))
    assert len(checker.asked) == 1
    assert list(desk.notes()) == []


def test_the_budget_is_of_calls_that_cost() -> None:
    free = Desk(Checker(price=0), None, 1)
    paid = Desk(Checker(price=1), None, 1)
    for number in range(3):
        free.ask(Question("no-public-access", document(statement(f"s3:{number}"))))
    paid.ask(Question("no-public-access", document(statement("s3:0"))))
    with pytest.raises(NotEvaluatedError, match="budget of 1"):
        paid.ask(Question("no-public-access", document(statement("s3:1"))))
    assert list(free.notes()) == []
    assert list(paid.notes()) == [
        "custom policy checks: 1 charged call to the judge, 0 from the cache",
        "1 question was not asked: iam.max-custom-checks is 1",
    ]


def test_many_actions_become_several_questions_and_one_answer() -> None:
    checker = Checker(("Get",), (AccessReason("a", 0),))
    names = tuple(f"s3:A{n}" for n in range(250))
    answer = Desk(checker, None, 20).ask(Question("access-not-granted", document(), None, names, names[:101]))
    assert [len(question) - 1 for question in checker.asked] == [200, 101, 200, 101, 150, 51]
    assert answer == AccessAnswer(True, "Not the same", (AccessReason("a", 0),))


def test_a_part_that_says_yes_outweighs_one_that_is_missing() -> None:
    names = tuple(f"s3:A{n}" for n in range(150))
    question = Question("access-not-granted", document(), None, names)
    assert Desk(Checker(("Get",)), None, 1).ask(question).granted
    with pytest.raises(NotEvaluatedError, match="budget"):
        Desk(Checker(), None, 1).ask(question)


def test_what_is_kept_holds_no_words_of_the_policy() -> None:
    store = Store()
    sid = "Secret" + "Sid"
    asked = document(statement(Sid=sid))
    checker = Checker(("Get",), (AccessReason(f"New access with sid: {sid}.", 0), AccessReason("b", -1)))
    first = Desk(checker, store, 20).ask(Question("no-new-access", asked, document()))
    assert sid not in "".join(store.kept.values())
    desk = Desk(Checker(), store, 0)
    assert desk.ask(Question("no-new-access", asked, document())) == first
    assert desk.recalled == 1
    assert list(desk.notes()) == ["custom policy checks: 0 charged calls to the judge, 1 from the cache"]


@pytest.mark.parametrize(
    "kept", ["", "7", "[]", '[1, "", []]', '[true, "", [["x"]]]', '[true, "", [["x", "y"]]]']
)
def test_what_is_damaged_is_asked_again(kept: str) -> None:
    question = Question("no-public-access", document())
    store = Store({question.key: kept})
    checker = Checker()
    assert Desk(checker, store, 20).ask(question) == NO
    assert len(checker.asked) == 1


def test_the_kept_answer_depends_on_everything_that_was_asked() -> None:
    one, two = document(), document(statement("s3:Put*"))
    questions = [
        Question("no-new-access", one, two),
        Question("no-new-access", two, one),
        Question("no-public-access", one),
        Question("no-public-access", PolicyDocument(one.kind, "AWS::S3::Bucket", "", one.text, one.places)),
        Question("no-public-access", document(kind=PolicyKind.TRUST)),
        Question("access-not-granted", one, None, ("a:b",)),
        Question("access-not-granted", one, None, (), ("a:b",)),
        Question("access-not-granted", one, None, ("a:b", "c:d")),
    ]
    assert len({question.key for question in questions}) == len(questions)


def test_a_question_that_is_none_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no-new-access"):
        Desk(Checker(), None, 20).ask(Question("no-new-access", document()))


# --- the check


def test_a_check_compares_when_somebody_may_be_asked() -> None:
    assert IamCheck(IamConfig(engine="aws"), judge=Judge(Checker())).compares
    assert not IamCheck(IamConfig()).compares
    assert not IamCheck(IamConfig(checks=("validate",)), judge=Judge(Checker())).compares
    assert len(IamCheck(IamConfig()).compare([Pair(Analysis())], [], compared=True).files) == 1


def test_severities_of_access_come_from_the_table() -> None:
    config = IamConfig(severity=(("new-access", "info"),))
    found = only(
        compare(Checker(("Put",)), text(statement("s3:PutObject")), text(statement()), config=config)
    )
    assert found.severity is Severity.INFO


def test_the_example_is_the_same_every_time() -> None:
    statements = {"Action": ["s3:GetObject", "kms:Decrypt"], "Resource": ["arn:aws:s3:::b", "*"]}
    check = IamCheck(IamConfig(engine="local"), None, Judge(None))
    told = set()
    for _ in range(20):
        sides = [
            check.analyse(Target("p.json", text({"Effect": effect, **statements}).encode()))
            for effect in ("Allow", "Deny")
        ]
        comparison = check.compare([Pair(sides[0], (sides[1],), "", ("p.json",) * 2)], [], compared=True)
        told.add(only(comparison).message)
    assert len(told) == 1
