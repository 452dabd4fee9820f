"""``pregate fleet --results s3://…``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.entry.cli import Run, pregate
from tests.fakeaws import FakeAws
from tests.fleet.made import Forest, forest


@pytest.fixture
def grove(tmp_path: Path) -> Forest:
    return forest(tmp_path, 2)


def fleet(trees: Forest, place: str, *words: str) -> Run:
    words += ("--check", "secrets", "--no-cache", "--jobs", "1")
    return pregate("fleet", "--list", trees.list, "--results", place, *words)


def objects(aws: FakeAws) -> dict[str, Any]:
    return {key: json.loads(data) for key, data in aws.objects("reports").items() if key.endswith(".json")}


def test_results_are_in_a_bucket_and_a_second_run_goes_on_from_them(
    aws: FakeAws, grove: Forest, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.bucket("reports")
    for name, value in (aws.variables() | aws.user().variables()).items():
        monkeypatch.setenv(name, value)
    run = fleet(grove, "s3://reports/octo/fleet")
    assert (run.code, run.out) == (1, "pregate: FAILED: 2 repositories: 1 passed, 1 failed, 0 incomplete\n")
    first = objects(aws)
    rows = first["octo/fleet/fleet.json"]["repositories"]
    assert [first[f"octo/fleet/{row['report']}"]["verdict"] for row in rows] == ["passed", "failed"]
    assert sum(key.startswith("octo/fleet/records/") for key in first) == 2
    assert {"octo/fleet/fleet.md", "octo/fleet/fleet.csv"} <= set(aws.objects("reports"))
    again = fleet(grove, "s3://reports/octo/fleet")
    assert again.code == 1
    assert [row["kept"] for row in objects(aws)["octo/fleet/fleet.json"]["repositories"]] == [True, True]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("s3://reports/x",), "credentials cannot be used"),
        (("s3://reports/../x",), "Write s3://BUCKET/PREFIX"),
        (("s3://reports/x", "--results-owner", "octo"), "12 digits"),
        (("results", "--results-owner", "111122223333"), "are for a bucket"),
    ],
)
def test_a_place_that_cannot_be_used_is_told(
    words: tuple[str, ...], told: str, aws: FakeAws, grove: Forest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in aws.variables().items():
        monkeypatch.setenv(name, value)
    run = fleet(grove, *words)
    assert run.code in (2, 3)
    assert told in run.err


def test_a_bucket_that_takes_nothing_any_more_breaks_the_run_off(
    aws: FakeAws, grove: Forest, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.bucket("reports")
    allowed = {"Effect": "Allow", "Action": ["s3:ListBucket", "sts:*"], "Resource": "*"}
    user = aws.user("reader", [{"Version": "2012-10-17", "Statement": [allowed]}])
    for name, value in (aws.variables() | user.variables()).items():
        monkeypatch.setenv(name, value)
    run = fleet(grove, "s3://reports/x")
    assert run.code == 3
    assert '"s3:PutObject", "Resource": "arn:aws:s3:::reports/x/*"' in run.err
