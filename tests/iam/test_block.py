from __future__ import annotations

import pytest

from pregate.iam import PolicyDocument, extract
from pregate.model import Location

TEXT = """\
Resources:
  Logs:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyDocument: !Sub |  # inline

        {"Version": "2012-10-17",
         "Statement": {"Effect": "Allow",
           "Principal": {"AWS": "*"},
           "Action": "logs:é😀", "Sid": "A",
           "Resource": "${Group.Arn}", "Id": 1}}

  Other: {Type: AWS::SNS::Topic}
"""


def document(text: str) -> PolicyDocument:
    (found,) = extract("t.yaml", text).documents
    return found


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_the_parts_of_a_literal_block_have_their_own_places(break_: str) -> None:
    found = document(TEXT.replace("\n", break_))
    assert found.locate("/Statement/Principal/AWS") == Location("t.yaml", 9, 33, 9, 36)
    assert found.locate("/Statement/Sid") == Location("t.yaml", 10, 40, 10, 43)
    assert found.locate("/Statement/Action", key=True) == Location("t.yaml", 10, 12, 10, 20)


def test_parts_after_a_filled_in_value_keep_their_places() -> None:
    found = document(TEXT)
    line = TEXT.splitlines()[10]
    assert found.locate("/Statement/Id") == Location(
        "t.yaml", 11, line.index("1}") + 1, 11, line.index("}}") + 1
    )
    resource = found.locate("/Statement/Resource")
    assert line[resource.start_column - 1 : resource.end_column - 1] == '"${Group.Arn}"'


@pytest.mark.parametrize("style", [">", ">-"])
def test_other_strings_are_one_place(style: str) -> None:
    inner = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'
    text = f"a: {style}\n  {inner}\n"
    found = document(text)
    assert found.locate("/Statement/Action") == found.locate("")
    assert found.locate("").start_column == 4


def test_a_block_with_an_indentation_indicator_is_read() -> None:
    text = 'a: |2-\n   {"Version": "2012-10-17",\n  "Statement": {"Effect": "Deny"}}\n'
    assert document(text).locate("/Statement/Effect") == Location("t.yaml", 3, 27, 3, 33)
