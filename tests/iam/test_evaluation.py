"""What the IAM User Guide says of policy evaluation, case by case, against the plain evaluator."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import PolicyDocument, PolicyKind
from pregate.iam.evaluation import UndecidedError, allows, load
from pregate.iam.evaluation.patterns import Piece, matches, matches_arn
from pregate.iam.reasoning.model import Principal, Reading, Request
from tests.iam.samples import allow, policy

READING = Reading()
NEW, OLD = "2012-10-17", "2008-10-17"
ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/web"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/web/run"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OBJECT = "arn:aws:s3:::shop/a/b"


def ask(
    action: str = "s3:GetObject", resource: str = OBJECT, principal: Principal | None = None, **context: Any
) -> Request:
    """A request; context keys are written with ``_`` for ``:``."""
    values = {
        key.replace("_", ":").lower(): (value,) if isinstance(value, str) else tuple(value)
        for key, value in context.items()
    }
    return Request(principal or Principal("AWS", USER), action, resource, tuple(sorted(values.items())))


def decide(statements: Any, request: Request, reading: Reading = READING, version: str = NEW) -> bool:
    """What a policy of the statements answers."""
    return allows({"Version": version, "Statement": statements}, request, reading)


def test_nothing_is_allowed_that_no_statement_allows() -> None:
    assert not decide([], ask())
    assert not decide(allow("s3:PutObject", "*"), ask())
    assert decide(allow("s3:GetObject", "*"), ask())


def test_an_explicit_deny_beats_every_allow() -> None:
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::shop/a/*"}
    assert not decide([allow("*", "*"), deny], ask())
    assert decide([deny, allow("*", "*")], ask(resource="arn:aws:s3:::shop/c"))


def test_what_bounds_a_policy_must_allow_it_too() -> None:
    wide = {"Statement": allow("*", "*")}
    narrow = {"Statement": allow("s3:*", "*")}
    denying = {"Statement": [allow("*", "*"), {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}]}
    assert allows(wide, ask(), READING, within=[narrow])
    assert not allows(wide, ask("ec2:RunInstances"), READING, within=[narrow])
    assert not allows(narrow, ask("ec2:RunInstances"), READING, within=[wide])
    assert not allows(wide, ask(), READING, within=[narrow, denying])


ACTIONS = [
    ("s3:GetObject", "s3:GetObject", True),
    ("S3:getobject", "s3:GetObject", True),
    ("s3:GetObject", "s3:GetObjectAcl", False),
    ("s3:Get*", "s3:GetObject", True),
    ("s3:*Object", "s3:GetObject", True),
    ("s3:Get?bject", "s3:GetObject", True),
    ("s3:Get?Object", "s3:GetObject", False),
    ("*", "s3:GetObject", True),
    ("*:GetObject", "s3:GetObject", True),
    (["ec2:*", "s3:GetObject"], "s3:GetObject", True),
    (["ec2:*", "sqs:*"], "s3:GetObject", False),
    ("s3:${aws:username}", "s3:GetObject", False),
]


@pytest.mark.parametrize(("pattern", "action", "expected"), ACTIONS)
def test_actions(pattern: Any, action: str, expected: bool) -> None:
    assert decide({"Effect": "Allow", "Action": pattern, "Resource": "*"}, ask(action)) is expected
    assert decide({"Effect": "Allow", "NotAction": pattern, "Resource": "*"}, ask(action)) is not expected


# pattern, resource, matches, matches with wildcards that cross fields
RESOURCES = [
    ("*", OBJECT, True, True),
    (OBJECT, OBJECT, True, True),
    ("arn:aws:s3:::SHOP/a/b", OBJECT, False, False),
    ("arn:aws:s3:::shop/*", OBJECT, True, True),
    ("arn:aws:s3:::shop/a/?", OBJECT, True, True),
    ("arn:aws:s3:::shop", OBJECT, False, False),
    ("arn:aws:s3:::*/b", OBJECT, True, True),
    ("arn:aws:s3*", OBJECT, True, True),
    ("arn:*", OBJECT, True, True),
    ("arn:aws:*:shop/a/b", OBJECT, False, True),
    ("arn:aws:*:*:*:shop/a/b", OBJECT, True, True),
    ("arn:aws:*/b", OBJECT, False, True),
    ("arn:aws:s3?::shop/a/b", OBJECT, False, True),
    ("arn:aws:s3:?::shop/a/b", OBJECT, False, False),
    ("arn:aws:s3:??:shop/a/b", OBJECT, False, False),
    ("arn:aws:sns:*:1:t", "arn:aws:sns:us-east-1:1:t", True, True),
    ("arn:aws:sns:*:1:t", "arn:aws:sns:us:east:1:t", False, True),
    ("arn:aws:logs:*:*:log-group:*:b", "arn:aws:logs:r:1:log-group:a:x:b", True, True),
    ("arn:aws:logs:*:*:log-group?a", "arn:aws:logs:r:1:log-group:a", True, True),
    ("**", OBJECT, True, True),
    ("arn:aws:s3:::shop/a/b*", OBJECT, True, True),
    ("arn:aws:s3:::shop/**/b", OBJECT, True, True),
]


@pytest.mark.parametrize(("pattern", "resource", "within", "crossing"), RESOURCES)
def test_resources(pattern: str, resource: str, within: bool, crossing: bool) -> None:
    crosses = Reading(star_crosses_fields=True)
    for reading, expected in ((READING, within), (crosses, crossing)):
        assert decide(allow("*", pattern), ask(resource=resource), reading) is expected
        negated = {"Effect": "Allow", "Action": "*", "NotResource": [pattern]}
        assert decide(negated, ask(resource=resource), reading) is not expected


def test_a_statement_without_resource_means_every_resource() -> None:
    assert decide({"Effect": "Allow", "Action": "*", "Principal": "*"}, ask())


def principal_of(kind: str) -> Principal:
    """One principal of each kind."""
    return {
        "user": Principal("AWS", USER),
        "role": Principal("AWS", ROLE),
        "session": Principal("AWS", SESSION),
        "root": Principal("AWS", ROOT),
        "federated user": Principal("AWS", f"arn:aws:sts::{ACCOUNT}:federated-user/ann"),
        "stranger": Principal("AWS", "arn:aws:iam::444455556666:user/ann"),
        "chinese": Principal("AWS", f"arn:aws-cn:iam::{ACCOUNT}:user/ann"),
        "service": Principal("Service", "lambda.amazonaws.com"),
        "federated": Principal("Federated", "cognito-identity.amazonaws.com"),
        "canonical": Principal("CanonicalUser", "79a59d"),
        "anonymous": Principal("Anonymous"),
        "odd": Principal("AWS", "AIDAEXAMPLE"),
    }[kind]


EVERYBODY = "user role session root stranger service federated canonical anonymous"
AWS_KINDS = "user role session root stranger anonymous"
MEMBERS = "user role session root"
# the Principal element, who it means (of EVERYBODY and what the case names), who else it could have meant
PRINCIPALS: list[tuple[Any, str, str]] = [
    ("*", EVERYBODY, ""),
    ({"AWS": "*"}, AWS_KINDS, "service federated canonical"),
    ({"AWS": ACCOUNT}, MEMBERS + " chinese", "stranger service anonymous odd"),
    ({"AWS": ROOT}, MEMBERS, "stranger chinese"),
    ({"AWS": [USER]}, "user", "role root stranger"),
    ({"AWS": ROLE}, "role session", "user root"),
    ({"AWS": SESSION}, "session", "role user"),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}, "", "role session"),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/web"}, "", "session"),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/*"}, "user", "role session stranger"),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}, "role session", "user stranger"),
    ({"AWS": "arn:aws:iam::*:role/app/web"}, "role", "user stranger"),
    ({"AWS": "arn:aws:sts::*:assumed-role/web/*"}, "session", "role user"),
    ({"AWS": "arn:aws:iam::*:role/nobody"}, "", "role session"),
    ({"AWS": "AIDAEXAMPLE"}, "odd", "user"),
    ({"Service": "lambda.amazonaws.com"}, "service", "user federated anonymous"),
    ({"Service": "Lambda.amazonaws.com"}, "", "service"),
    ({"Service": "*.amazonaws.com"}, "service", "federated"),
    ({"Federated": "cognito-identity.amazonaws.com"}, "federated", "service"),
    ({"CanonicalUser": "79a59d"}, "canonical", "user anonymous"),
    ({"AWS": USER, "Service": ["sqs.amazonaws.com", "lambda.amazonaws.com"]}, "user service", "role"),
]


@pytest.mark.parametrize(("element", "meant", "others"), PRINCIPALS)
def test_principals(element: Any, meant: str, others: str) -> None:
    names = meant.replace("federated user", "").split()
    for name in (*names, *others.split()):
        request = ask(principal=principal_of(name))
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        assert decide({**statement, "Principal": element}, request) is (name in names), name
        assert decide({**statement, "NotPrincipal": element}, request) is (name not in names), name


def test_a_federated_session_belongs_to_its_account() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Principal": {"AWS": ACCOUNT}}
    assert decide(statement, ask(principal=principal_of("federated user")))


def test_readings_of_principals() -> None:
    statement = {"Effect": "Allow", "Action": "*"}
    service = ask(principal=principal_of("service"))
    assert decide({**statement, "Principal": {"AWS": "*"}}, service, Reading(aws_star_is_everybody=True))
    session = ask(principal=principal_of("session"))
    alone = Reading(role_covers_sessions=False)
    assert not decide({**statement, "Principal": {"AWS": ROLE}}, session, alone)
    assert decide({**statement, "NotPrincipal": {"AWS": ROLE}}, session, alone)
    root_only = Reading(account_covers_members=False)
    for name, exempt in (("user", False), ("session", False), ("root", True), ("stranger", False)):
        request = ask(principal=principal_of(name))
        for account in (ACCOUNT, ROOT):
            assert decide({**statement, "NotPrincipal": {"AWS": account}}, request, root_only) is not exempt
        assert decide({**statement, "Principal": {"AWS": ROOT}}, request, root_only) is (name != "stranger")


def test_nobody_is_outside_of_everybody() -> None:
    assert not decide({"Effect": "Allow", "Action": "*", "NotPrincipal": "*"}, ask())


# operator, value(s) of the policy, value(s) of the request (None: absent), met
CONDITIONS: list[tuple[str, Any, Any, bool]] = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", ["b", "a"], "a", True),
    ("StringEquals", "a", None, False),
    ("StringEquals", "a*", "ab", False),
    ("StringEquals", "a*", "a*", True),
    ("StringEquals", True, "true", True),
    ("StringEquals", 7, "7", True),
    ("StringNotEquals", "a", "b", True),
    ("StringNotEquals", ["a", "b"], "b", False),
    ("StringNotEquals", "a", None, True),
    ("StringEqualsIgnoreCase", "Ab", "aB", True),
    ("StringEqualsIgnoreCase", "Ab", "b", False),
    ("StringNotEqualsIgnoreCase", "Ab", "aB", False),
    ("StringLike", "a*c", "a:/bc", True),
    ("StringLike", "a?c", "abc", True),
    ("StringLike", "a?c", "ac", False),
    ("StringLike", "", "", True),
    ("StringLike", "A*", "ab", False),
    ("StringNotLike", "a*", "abc", False),
    ("StringNotLike", "a*", None, True),
    ("NumericEquals", "10", "10.0", True),
    ("NumericEquals", 10, "10", True),
    ("NumericEquals", "10", "ten", False),
    ("NumericNotEquals", "10", "ten", True),
    ("NumericNotEquals", "10", "10", False),
    ("NumericLessThan", "10", "9.99", True),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericLessThanEquals", "-1", "-2", True),
    ("NumericGreaterThan", ["10", "5"], "6", True),
    ("NumericGreaterThanEquals", "10", "9", False),
    ("NumericLessThan", "10", None, False),
    ("NumericNotEquals", "10", None, True),
    ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", True),
    ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", False),
    ("DateGreaterThanEquals", "2020-01-01T00:00:01Z", "1577836801", True),
    ("DateEquals", "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00Z", True),
    ("DateEquals", "2020-01-01", "2020-01-01T00:00:00Z", True),
    ("DateEquals", "2020-01", "2020-01-01T00:00Z", True),
    ("DateEquals", "2020-01-01T00:00:00.5Z", "1577836800.5", True),
    ("DateNotEquals", "2020-01-01", "2020-01-02", True),
    ("DateLessThan", "2020-13-01", "2020-01-01", False),
    ("DateLessThan", "2020-01-01T", "2019-01-01", False),
    ("DateLessThan", "2020-01T00:00Z", "2019-01-01", False),
    ("DateLessThanEquals", "soon", "2020-01-01", False),
    ("Bool", "true", "true", True),
    ("Bool", True, "True", True),
    ("Bool", "false", "true", False),
    ("Bool", "false", None, False),
    ("Bool", "yes", "yes", False),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ("BinaryEquals", "QmluYXJ5", "Qmlu", False),
    ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
    ("IpAddress", "203.0.113.0/24", "198.51.100.1", False),
    ("IpAddress", "203.0.113.9", "203.0.113.9", True),
    ("IpAddress", "203.0.113.7/24", "203.0.113.9", True),
    ("IpAddress", ["203.0.113.0/24", "2001:DB8::/32"], "2001:db8::1", True),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
    ("IpAddress", "203.0.113.0/33", "203.0.113.9", False),
    ("IpAddress", "203.0.113.0/255.255.255.0", "203.0.113.9", False),
    ("IpAddress", "fe80::%1/64", "fe80::1%1", False),
    ("IpAddress", "203.0.113.0/24", "somewhere", False),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", False),
    ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
    ("NotIpAddress", "203.0.113.0/24", None, True),
    ("ArnEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:us-east-1:1:t", True),
    ("ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:us-east-1:1:t", False),
    ("ArnLike", "arn:aws:sns:*", "arn:aws:sns:us-east-1:1:t", True),
    ("ArnLike", "arn:aws:SNS:*", "arn:aws:sns:us-east-1:1:t", False),
    ("ArnNotEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:us-east-1:1:t", False),
    ("ArnNotLike", "arn:aws:sns:*:1:t", None, True),
    ("StringEqualsIfExists", "a", None, True),
    ("StringEqualsIfExists", "a", "b", False),
    ("StringNotEqualsIfExists", "a", None, True),
    ("NumericLessThanIfExists", "3", None, True),
    ("Null", "true", None, True),
    ("Null", "true", "a", False),
    ("Null", False, "", True),
    ("Null", "false", None, False),
    ("Null", ["true", "false"], None, True),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
    ("ForAllValues:StringEquals", "a", None, True),
    ("ForAllValues:StringNotEquals", "a", ["b", "c"], True),
    ("ForAllValues:StringNotEquals", "a", ["a", "c"], False),
    ("ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], True),
    ("ForAnyValue:StringEquals", "a", ["c", "b"], False),
    ("ForAnyValue:StringEquals", "a", None, False),
    ("ForAnyValue:StringNotEquals", "a", ["a", "b"], True),
    ("ForAnyValue:StringNotEquals", "a", "a", False),
    ("ForAnyValue:StringNotEquals", "a", None, False),
    ("ForAnyValue:StringEqualsIfExists", "a", None, True),
    ("ForAnyValue:StringEqualsIfExists", "a", ["b"], False),
    ("ForAllValues:Bool", "true", ["true", "false"], False),
    ("StringEquals", "a", ["b", "a"], True),
    ("StringNotEquals", "a", ["b", "a"], True),
]


@pytest.mark.parametrize(("name", "expected", "actual", "met"), CONDITIONS)
def test_conditions(name: str, expected: Any, actual: Any, met: bool) -> None:
    statement = allow("*", "*", Condition={name: {"Some:Key": expected}})
    request = ask() if actual is None else ask(some_key=actual)
    assert decide(statement, request) is met


def test_several_values_without_qualifier_may_all_have_to_pass() -> None:
    every = Reading(any_value_is_enough=False)
    statement = allow("*", "*", Condition={"StringEquals": {"k": ["a", "b"]}})
    assert decide(statement, ask(k=["a", "b"]), every)
    assert not decide(statement, ask(k=["a", "c"]), every)


def test_all_operators_and_keys_must_be_met() -> None:
    condition = {"StringEquals": {"a": "1", "b": "2"}, "Bool": {"c": "true"}}
    statement = allow("*", "*", Condition=condition)
    assert decide(statement, ask(a="1", b="2", c="true"))
    assert not decide(statement, ask(a="1", b="2", c="false"))
    assert not decide(statement, ask(a="1", c="true"))
    assert decide(allow("*", "*", Condition={}), ask())


# pattern, values of keys, value of key k, whether StringLike is met
VARIABLES: list[tuple[str, dict[str, str], str, bool]] = [
    ("home/${aws:username}/*", {"aws_username": "ann"}, "home/ann/x", True),
    ("home/${AWS:UserName}/*", {"aws_username": "ann"}, "home/ann/x", True),
    ("home/${aws:username}/*", {"aws_username": "ann"}, "home/bob/x", False),
    ("home/${aws:username}/*", {}, "home//x", False),
    ("${aws:username}", {"aws_username": "*"}, "anything", False),
    ("${aws:username}", {"aws_username": "*"}, "*", True),
    ("${aws:username}*", {"aws_username": "a"}, "ab", True),
    ("a${*}b", {}, "a*b", True),
    ("a${*}b", {}, "axb", False),
    ("a${?}${$}", {}, "a?$", True),
    ("${team, 'all'}-x", {}, "all-x", True),
    ("${team, 'all'}-x", {"team": "red"}, "all-x", False),
    ("${team, 'all'}-x", {"team": "red"}, "red-x", True),
    ("${a}${b}", {"a": "1", "b": "2"}, "12", True),
    ("$a", {}, "$a", True),
]


@pytest.mark.parametrize(("pattern", "context", "value", "met"), VARIABLES)
def test_policy_variables(pattern: str, context: dict[str, Any], value: str, met: bool) -> None:
    request = ask(k=value, **context)
    assert decide(allow("*", "*", Condition={"StringLike": {"k": pattern}}), request) is met
    assert decide(allow("*", "*", Condition={"StringNotLike": {"k": pattern}}), request) is not met


def test_policy_variables_in_resources_and_other_operators() -> None:
    statement = allow("*", "arn:aws:s3:::shop/${aws:username}/*")
    assert decide(statement, ask(resource="arn:aws:s3:::shop/ann/x", aws_username="ann"))
    assert not decide(statement, ask(resource="arn:aws:s3:::shop/ann/x"))
    assert decide(allow("*", "*", Condition={"Bool": {"a": "${b}"}}), ask(a="true", b="true"))
    assert not decide(allow("*", "*", Condition={"Bool": {"a": "${b}"}}), ask(a="true"))
    assert decide(allow("*", "*", Condition={"StringEqualsIgnoreCase": {"a": "${b}"}}), ask(a="X", b="x"))
    assert not decide(allow("*", "*", Condition={"StringEqualsIgnoreCase": {"a": "${b}"}}), ask(a="X"))
    assert decide(allow("*", "*", Condition={"ArnLike": {"a": "arn:aws:s3:::${b}*"}}), ask(a=OBJECT, b="sh"))
    assert not decide(allow("*", "*", Condition={"NumericEquals": {"a": "${b}"}}), ask(a="1", b="1"))


def test_the_old_version_has_no_policy_variables() -> None:
    statement = allow("*", "*", Condition={"StringLike": {"k": "${a}*"}})
    for policy_ in ({"Statement": statement}, {"Version": OLD, "Statement": statement}):
        assert allows(policy_, ask(k="${a}x", a="b"), READING)
        assert not allows(policy_, ask(k="bx", a="b"), READING)


ODD_CONDITIONS: list[Any] = [
    "StringEquals",
    {"StringEquals": "k"},
    {"StringResembles": {"k": "a"}},
    {"ForSomeValues:StringEquals": {"k": "a"}},
    {"ForAllValues:Null": {"k": "true"}},
    {"Null": {"k": "perhaps"}},
    {"NumericEquals": {"k": "1e3"}},
    {"StringEqualsIgnoreCase": {"k": "stra\u00dfe"}},
    {"DateEquals": {"k": "2020"}},
    {"DateEquals": {"k": "2020-01-01T00:00:00"}},
    {"StringEquals": {"k": {}}},
]
ODD_STATEMENTS: list[Any] = [
    None,
    "Allow",
    {"Effect": "allow", "Action": "*", "Resource": "*"},
    {"Effect": "Allow", "Resource": "*"},
    {"Effect": "Allow", "Action": [], "Resource": "*"},
    {"Effect": "Allow", "Action": None, "Resource": "*"},
    {"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"},
    {"Effect": "Allow", "Action": "*", "Ressource": "*"},
    {"Effect": "Allow", "Action": "*", "Principal": {"Aws": "*"}},
    {"Effect": "Allow", "Action": "*", "Principal": "somebody"},
    {"Effect": "Allow", "Action": "*", "Principal": {"AWS": "arn:aws:iam::*:root"}},
    {"Effect": "Allow", "Action": "*", "Resource": "${aws:username"},
    {"Effect": "Allow", "Action": "*", "Resource": "${}"},
    {"Effect": "Allow", "Action": "*", "Resource": "${a*}"},
    {"Effect": "Allow", "Action": "*", "Resource": "${a, b}"},
    {"Effect": "Allow", "Action": "*", "Resource": "${a, '*'}"},
    {"Effect": "Allow", "Action": "*", "Resource": "${several}"},
    {"Effect": "Allow", "Action": "*", "Resource": "\ue0001\ue001"},
    {"Effect": "Allow", "Action": "*", "Resource": "*" + "a*" * 200_000},
    *({"Effect": "Allow", "Action": "*", "Condition": condition} for condition in ODD_CONDITIONS),
]


@pytest.mark.parametrize("statement", ODD_STATEMENTS, ids=range(len(ODD_STATEMENTS)))
def test_what_cannot_be_evaluated_is_undecided(statement: Any) -> None:
    with pytest.raises(UndecidedError):
        decide(statement, ask(resource="a" * 200, principal=principal_of("user"), k="1", several=["a", "b"]))


def test_a_session_of_a_role_with_unknown_path_is_undecided() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Principal": {"AWS": "arn:aws:iam::*:role/app/w*"}}
    with pytest.raises(UndecidedError):
        decide(statement, ask(principal=principal_of("session")))


def test_an_unknown_version_is_undecided() -> None:
    for version in ("2020-01-01", 1, None):
        with pytest.raises(UndecidedError):
            allows({"Version": version, "Statement": []}, ask(), READING)


def test_doubt_matters_only_where_the_answer_hangs_on_it() -> None:
    doubtful = allow(resource="*", Condition={"StringResembles": {"k": "a"}})
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    assert decide([doubtful, allow("*", "*")], ask())
    assert not decide([doubtful, deny], ask())
    assert not decide({**doubtful, "Action": "ec2:*"}, ask())
    assert not decide([{**doubtful, "Effect": "Deny"}, allow("ec2:*")], ask())
    with pytest.raises(UndecidedError):
        decide([{**doubtful, "Effect": "Deny"}, allow("*", "*")], ask())


def test_documents_are_read_from_their_text() -> None:
    document = policy(allow("*", "*", Condition={"NumericEquals": {"k": 1.10}}))
    assert allows(load(document), ask(k="1.1"), READING)
    for text in ("[]", "{", '{"a": 1, "a": 2}', "[" * 100_000):
        odd = PolicyDocument(PolicyKind.IDENTITY, "", "", text, document.places)
        with pytest.raises(UndecidedError):
            load(odd)
    long = PolicyDocument(PolicyKind.IDENTITY, "", "", json.dumps({"a": 10**400}), document.places)
    assert load(long)["a"] == "1" + "0" * 400


def test_hostile_patterns_take_no_time() -> None:
    pieces = [Piece("*a" * 500 + "*b")]
    assert not matches(pieces, "a" * 10_000)
    assert not matches_arn(pieces, ("a" * 1_000 + ":") * 6)
    assert matches([Piece("*a" * 500 + "*")], "a" * 500)
