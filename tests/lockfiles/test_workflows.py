from __future__ import annotations

import pytest

from pregate.lockfiles.model import Depth, Reading
from tests.lockfiles.reading import flagged, gaps, pins, read

SHA = "0123456789abcdef0123456789abcdef01234567"
WORKFLOW = f"""\
    name: build
    on: [push]
    jobs:
      test:
        runs-on: ubuntu-latest
        container: node:18
        steps:
          - uses: actions/checkout@v4.1.2
          - name: quoted
            uses: "actions/setup-python@v5"  # not v9
          - uses: tj-actions/changed-files@{SHA} # v35.9.2
          - uses: 'github/codeql-action/analyze@{SHA}' #v2.3
          - uses: a/b@{SHA}   # pin@1.2.3-rc.1
          - uses: a/c@{SHA} # the 2 of us
          - uses: a/d@{SHA}
          - uses: a/e@main
          - uses: a/f@${{{{ matrix.ref }}}}
          - uses: docker://alpine:3.19
          - uses: ./.github/actions/own
          - uses: nothing
          - run: |
              echo "uses: x/y@v1"
      call:
        uses: octo/shared/.github/workflows/deploy.yml@2.0
        with: {{uses: z/z@v1}}
    """


def test_actions_and_reusable_workflows_with_their_versions() -> None:
    reading = read(".github/workflows/build.yml", WORKFLOW)
    assert pins(reading) == [
        ("actions/checkout", "v4.1.2"),
        ("actions/setup-python", "v5"),
        ("tj-actions/changed-files", "v35.9.2"),
        ("github/codeql-action", "v2.3"),
        ("a/b", "1.2.3-rc.1"),
        ("octo/shared", "2.0"),
    ]
    assert flagged(reading, WORKFLOW) == ["v4.1.2", "v5", SHA, SHA, SHA, "2.0"]
    assert {(p.ecosystem, p.depth) for p in reading.packages} == {("GitHub Actions", Depth.DIRECT)}
    assert [p.ident for p in reading.packages][3] == "github/codeql-action/analyze@v2.3"


def test_what_has_no_version_is_named() -> None:
    reading = read(".github/workflows/build.yml", WORKFLOW)
    assert gaps(reading) == [
        (14, "not-audited", "a/c is used at a commit, and no comment tells its version"),
        (15, "not-audited", "a/d is used at a commit, and no comment tells its version"),
        (16, "not-audited", "a/e is used at a branch or at a name that is no version"),
        (17, "not-audited", "what is used depends on an expression"),
        (18, "not-audited", "alpine:3.19 is a container image"),
        (20, "unparsable", "uses names no action at a version"),
    ]


def test_composite_actions() -> None:
    text = """\
        runs:
          using: composite
          steps:
            - uses: actions/cache@v3.0.1
            - run: x
        """
    assert pins(read("x/action.yml", text)) == [("actions/cache", "v3.0.1")]
    image = "runs: {using: docker, image: 'docker://debian:12'}"
    assert gaps(read("action.yaml", image)) == [(1, "not-audited", "debian:12 is a container image")]


def test_an_alias_is_one_use() -> None:
    text = """\
        jobs:
          a: &job {steps: [{uses: a/b@v1}]}
          b: *job
        """
    assert pins(read(".github/workflows/a.yaml", text)) == [("a/b", "v1")]


@pytest.mark.parametrize(
    "text", ["a: 1", "- x", "jobs: 3", "jobs: {a: 3, b: {steps: 3}, c: {steps: [3, {run: x}]}}", "runs: []"]
)
def test_what_is_no_workflow_tells_nothing(text: str) -> None:
    assert read("action.yml", text) == Reading()
