"""Remarks stand on the exact columns of the file, through every way of writing a policy."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pregate.checks.base import PolicyRemark, Target
from pregate.checks.iam import IamCheck
from pregate.config import IamConfig
from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument

ARN = "arn:aws:s3:::b/${aws:usernme}/ä😀/x"


class Pointer:
    """A validator that remarks on one piece of the text that it was sent."""

    def __init__(self, piece: str) -> None:
        self.piece = json.dumps(piece)[1:-1]

    def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
        start = document.text.find(self.piece)
        spans = ((start, start + len(self.piece)),) if start >= 0 else ()
        return (PolicyRemark("ERROR", "X_Y", "words", "", spans),) if spans else ()


def flagged(text: str, path: str, piece: str) -> list[str]:
    """What stands at the places of the findings, ``|`` for a line's end."""
    check = IamCheck(IamConfig(), Pointer(piece))
    (analysis,) = check.conclude([check.analyse(Target(path, text.encode()))]).analyses
    lines = text.splitlines()
    return [
        lines[at.start_line - 1][at.start_column - 1 : at.end_column - 1]
        if at.start_line == at.end_line
        else "several lines"
        for at in (f.location for f in analysis.findings if f.rule.id == "iam/X_Y")
    ]


def as_json(resource: str) -> str:
    return (
        '{"Version": "2012-10-17",\n "Id": "größe 😀", "Statement": [{"Effect": "Allow",\n'
        f'  "Action": "s3:GetObject", "Resource": {resource}}}]}}\n'
    )


def as_yaml(resource: str) -> str:
    return (
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n"
        "        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow # 😀\n"
        f"            Action: s3:GetObject\n            Resource: {resource}\n"
    )


def as_block(resource: str) -> str:
    inner = as_json(resource).replace("\n", "\n          ").rstrip()
    return (
        "Resources:\n  P:\n    Type: AWS::Logs::ResourcePolicy\n    Properties:\n"
        f"      PolicyDocument: |\n          {inner}\n"
    )


@pytest.mark.parametrize(
    ("write", "path", "written", "piece", "expected"),
    [
        (as_json, "p.json", f'"{ARN}"', ARN, ARN),
        (as_json, "p.json", f'"{ARN}"', "${aws:usernme}", "${aws:usernme}"),
        (as_json, "p.json", f'"{ARN}"', "ä😀", "ä😀"),
        (as_json, "p.json", f'"{ARN}"', "x", "x"),
        (as_json, "p.json", json.dumps(ARN), "${aws:usernme}", json.dumps(ARN)),
        (as_json, "p.json", '["a\\u003ab", "s3:xyz"]', "xyz", "xyz"),
        (as_json, "p.json", '["a\\u003ab", "s3:xyz"]', "a:", '"a\\u003ab"'),
        (as_yaml, "t.yaml", f"'{ARN}'", "ä😀", "ä😀"),
        (as_yaml, "t.yaml", ARN, "ä😀", "ä😀"),
        (as_yaml, "t.yaml", f"[one, '{ARN}']", "${aws:usernme}", "${aws:usernme}"),
        (
            as_yaml,
            "t.yaml",
            "!Sub 'arn:aws:s3:::b-${AWS::Region}/x'",
            "us-east-1",
            "!Sub 'arn:aws:s3:::b-${AWS::Region}/x'",
        ),
        (as_block, "t.yaml", f'"{ARN}"', "ä😀", "ä😀"),
    ],
)
def test_a_part_of_a_string_is_flagged_where_the_file_writes_it_as_it_is(
    write: Callable[[str], str], path: str, written: str, piece: str, expected: str
) -> None:
    (found,) = flagged(write(written), path, piece)
    assert found.strip("\"'") == expected.strip("\"'")


def test_a_span_that_cuts_through_a_character_is_shown_whole() -> None:
    class Cutter(Pointer):
        def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
            at = document.text.index("\\u00e4")
            pairs = ((at + 1, at + 8), (at + 6, at + 12))
            return tuple(PolicyRemark("ERROR", f"X_{n}", "words", "", (p,)) for n, p in enumerate(pairs))

    text = as_json(f'"{ARN}"')
    check = IamCheck(IamConfig(), Cutter(""))
    (analysis,) = check.conclude([check.analyse(Target("p.json", text.encode()))]).analyses
    columns = {
        f.location.end_column - f.location.start_column for f in analysis.findings if "X_" in f.rule.id
    }
    assert columns == {len(ARN) + 2}


def test_a_key_is_flagged_as_a_key() -> None:
    assert flagged(as_json('"*"'), "p.json", '"Resource"'[1:-1]) == ['"Resource"']


def test_a_document_that_the_validator_does_not_take_is_listed() -> None:
    class Refuses(Pointer):
        def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
            raise NotEvaluatedError("too long", self.piece)

    for hint, words in (("", "too long"), ("Split it.", "too long (Split it)")):
        check = IamCheck(IamConfig(engine="aws"), Refuses(hint))
        conclusion = check.conclude([check.analyse(Target("p.json", as_json('"*"').encode()))])
        assert [u.detail for u in conclusion.analyses[0].unread] == [f"not validated by AWS: {words}"]
        assert conclusion.notes == ("AWS Access Analyzer validated 0 policies",)


def test_without_validate_nothing_is_validated() -> None:
    check = IamCheck(IamConfig(checks=()), Pointer("s3"))
    analysis = check.analyse(Target("p.json", as_json('"*"').encode()))
    assert check.conclude([analysis]).analyses == (analysis,)
