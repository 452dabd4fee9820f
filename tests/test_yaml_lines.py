"""What of YAML is read line by line is what PyYAML reads: the same nodes at the same offsets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.positions import Array, Node, PositionError, Scalar, parse_yaml
from pregate.positions.yaml_events import parse_events
from pregate.positions.yaml_text import parse_lines

TEMPLATE = """\
---
AWSTemplateFormatVersion: "2010-09-09"
Description: A thing # words
Parameters:
  Env: {Type: String, Default: dev, "Max": 3}
  Values:
    Sizes: [1, +3, 1.50, 010, yes, null]
    Default: 3
    E:

Resources:
  # words
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
        - Effect: Allow
          Principal: {Service: [lambda.amazonaws.com, "x"]}
          Action: sts:AssumeRole
        -
          Effect: Deny
          Action:
            - "s3:*"
            - 'a''b'
      ManagedPolicyArns: [!Ref P, !Sub "arn:${AWS::Partition}:x", !Ref AWS::Region]
      List: !If
        - Condition
        - !Ref AWS::NoValue
        - !Join ["", [a, !Ref b, {Ref: c}]]
      Code: !Sub |
        import x
          # no comment

        last

      Words:
        Fn::Sub:
          - >-
            folded text
            goes on
          - A: !GetAtt X.Arn
      Uri: ./src
      Version: $LATEST
      - - nested
        - lists
      'key': |-
        x
last: ~
"""
LINES = [line for line in TEMPLATE.splitlines() if "nested" not in line and "lists" not in line]
PIECES = (
    *("  ", "  \n", "- ", ": ", ":", "a", "b: c", "'", '"', "{", "}", "[", "]", ", ", "#", " #", "&a ", "*a"),
    *(
        "!t ",
        "!",
        "!!str ",
        ">",
        "|",
        "|-",
        ">-",
        "%",
        "---",
        "...",
        "? ",
        "<<: ",
        "\t",
        "~",
        "é",
        "@",
        "`",
        "?",
    ),
    *(
        "''",
        '""',
        "\\",
        "=",
        "[]",
        "{}",
        "- - ",
        "\n- ",
        "\n  ",
        "\n    ",
        "-",
        "|\n  x\n",
        ">\n  a\n\n  b\n",
    ),
    *("\r", "\x85", "\u2028", "\ufeff", "%YAML 1.1\n", "1", "-1", "1.5", "null", "yes"),
)


def shape(node: Node) -> object:
    place = (type(node).__name__, node.start, node.end, node.tag)
    if isinstance(node, Scalar):
        return (*place, node.text, type(node.value).__name__, repr(node.value))
    if isinstance(node, Array):
        return (*place, [shape(item) for item in node.items])
    return (*place, [(shape(key), shape(value)) for key, value in node.members])


def as_pyyaml_reads_it(text: str) -> object:
    try:
        return [shape(node) for node in parse_events(text)]
    except PositionError as error:
        return error.message, error.line


def assert_read_alike(text: str) -> None:
    """Where it is read line by line at all."""
    read = parse_lines(text)
    assert read is None or [shape(read)] == as_pyyaml_reads_it(text)


def test_a_template_is_read_line_by_line() -> None:
    text = "\n".join(LINES) + "\n"
    read = parse_lines(text)
    assert read is not None
    assert [shape(read)] == as_pyyaml_reads_it(text)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(LINES) - 1),
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), st.sampled_from(PIECES)), max_size=3),
    st.sampled_from(["", "\n", "\n\n", " "]),
)
def test_damaged_templates_are_read_alike(
    first: int, count: int, edits: list[tuple[int, int, str]], end: str
) -> None:
    lines = LINES[first : first + count]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    text = "\n".join(line[margin:] for line in lines) + end
    for place, size, piece in edits:
        place = min(place, len(text))
        text = text[:place] + piece + text[place + size :]
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "# only words\n",
            "---\n",
            "---\n---\n",
            "a",
            "a:",
            "a: b",
            "a: b\n c: d",
            "a: x\n  y\n",
            "-\n-\n",
        ),
        *("- a\n-\n", "a: 'x\n  y'\n", 'a: "x\\n"\n', "a: &x 1\nb: *x\n", "<<: {a: b}\n", "a: !t\nb: c\n"),
        *(
            "a: [b: c]\n",
            "a: [b,]\n",
            "a: {b}\n",
            "a: [\n  b]\n",
            "a: |2\n  x\n",
            "a: |+\n  x\n\n",
            "a: |\n\n  x\n",
        ),
        *(
            "a: |\n  x",
            "a: |\n   x\n  y\n",
            "a: |\n  x\n # c\nb: 1\n",
            "a: >\n  x\n   y\n",
            "a:\n- b\n- c\nd: e\n",
        ),
        *(
            "- - - a\n    - b\n",
            "? a\n: b\n",
            "a: b: c\n",
            "a: b:\n",
            "a : b\n",
            "a:b\n",
            "%YAML 1.1\n---\na: b\n",
        ),
        *(
            "...: a\n",
            "a: b\n...\n",
            "a: b\n---\nc: d\n",
            "a: b\r\nc: d\r\n",
            "a: \tb\n",
            "a: 'b'c\n",
            "a: b #c\n",
        ),
        *(
            "a: b#c\n",
            "a: 'b'#c\n",
            "a: [b]#c\n",
            "a: [b] # c\n",
            "yes: on\n",
            "1: 2\n",
            "a: 0x1F\n",
            "a: 1_000\n",
        ),
        *(
            "a: 1.\n",
            "a: .5\n",
            "a: 1e3\n",
            "a: 1.0e+3\n",
            "a: 190:20\n",
            "a: - b\n",
            "a: -b\n",
            "a: -\n",
            "  a: b\n",
        ),
        "- " * 300,
        f"a: {'[' * 150}{']' * 150}\n",
        f"a: {'9' * 5000}\n",
        f"{'k' * 1100}: v\n",
        f"'{'k' * 1100}': v\n",
    ],
)
def test_what_is_not_of_the_simple_kind_is_left_to_pyyaml_or_read_alike(text: str) -> None:
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text", ["a: &x b\n", 'a: "\\x53"\n', "a:\tb\n", "a: b\r\n", "a: b\n---\nc: d\n", "? a\n"]
)
def test_what_is_left_to_pyyaml_is_read_all_the_same(text: str) -> None:
    assert parse_lines(text) is None
    assert [shape(node) for node in parse_yaml(text)] == as_pyyaml_reads_it(text)
