"""Results of a fleet in a bucket, with the real boto3."""

from __future__ import annotations

import zlib

import pytest

from pregate.aws.fleet_bucket import FleetBucket, place_of
from pregate.aws.s3 import Bucket
from pregate.errors import AwsError, PregateError, UsageError
from pregate.fleet.part_store import PartStore
from tests.fakeaws import FakeAws


def place(aws: FakeAws, **more: str) -> FleetBucket:
    bucket = {"name": "reports", "owner": aws.account, "prefix": "fleet/a"} | more
    return FleetBucket(aws.clients(), Bucket(**bucket))


def test_what_was_written_is_there_for_the_next_run(aws: FakeAws) -> None:
    aws.bucket("reports")
    with place(aws).held():
        pass
    first = place(aws)
    with first.held():
        assert not first.has("records/x.json")
        assert first.read("records/x.json", 10) is None
        first.write("records/x.json", b"{}")
        first.write("results/x/1.json", zlib.compress(b"[1, 2, 3]"), compressed=True)
        first.write("fleet.md", b"# Fleet")
        assert first.has("records/x.json")
    second = place(aws)
    with second.held():
        assert second.has("results/x/1.json")
        assert second.read("results/x/1.json", 4) == b"[1, "
        assert second.read("results/y/1.json", 4) is None
        assert second.sizes("results") == {"results/x/1.json": 9}
        second.remove("results/x/1.json")
        second.remove("results/x/1.json")
        assert second.sizes("results") == {}
        assert not second.has("results/x/1.json")
    assert set(aws.objects("reports")) == {
        "fleet/a/records/x.json",
        "fleet/a/fleet.md",
    }
    head = aws.head("reports", "fleet/a/records/x.json")
    assert (head["ServerSideEncryption"], head["ContentType"]) == ("AES256", "application/json")


def test_a_long_listing_is_read_to_its_end(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    aws.bucket("reports")
    first = place(aws, prefix="")
    for number in range(5):
        first.write(f"records/{number}.json", b"{}")
    second = place(aws, prefix="")
    with second.held():
        assert [second.has(f"records/{number}.json") for number in range(6)] == [True] * 5 + [False]
    assert sum(call.operation == "ListObjectsV2" for call in aws.log) == 5


def test_a_bucket_that_is_not_there_is_told_before_the_work(aws: FakeAws) -> None:
    with pytest.raises(AwsError, match="NoSuchBucket") as caught, place(aws).held():
        pass
    assert "make it" in caught.value.hint


def test_a_bucket_of_another_account_is_refused(aws: FakeAws) -> None:
    aws.bucket("reports", account="444455556666")
    with pytest.raises(AwsError, match="AccessDenied") as caught, place(aws).held():
        pass
    assert '"s3:ListBucket", "Resource": "arn:aws:s3:::reports"' in caught.value.hint
    assert f"must belong to account {aws.account} (--results-owner)" in caught.value.hint


@pytest.mark.parametrize("code", ["PermanentRedirect", "AuthorizationHeaderMalformed"])
def test_a_bucket_in_another_region_is_told(code: str, aws: FakeAws) -> None:
    aws.bucket("reports")
    aws.fail("s3", "ListObjectsV2", code, 400, times=9)
    with pytest.raises(AwsError, match=code) as caught, place(aws).held():
        pass
    assert "AWS_REGION" in caught.value.hint


def test_rights_that_are_missing_are_named(aws: FakeAws) -> None:
    aws.bucket("reports")
    allowed = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
    user = aws.user("reader", [{"Version": "2012-10-17", "Statement": [allowed]}])
    store = FleetBucket(aws.clients(user), Bucket("reports", aws.account, "p"))
    with store.held(), pytest.raises(AwsError) as caught:
        store.write("records/x.json", b"{}")
    assert '"s3:PutObject"' in caught.value.hint
    assert "(--results-owner)" in caught.value.hint
    assert aws.objects("reports") == {}


def test_a_damaged_result_is_not_written(aws: FakeAws) -> None:
    aws.bucket("reports")
    with pytest.raises(PregateError, match="damaged"):
        place(aws).write("results/x/1.json", b"no zlib", compressed=True)
    assert aws.objects("reports") == {}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("s3://reports", ("reports", "")),
        ("s3://reports/", ("reports", "")),
        ("s3://my.reports/a/b=c/", ("my.reports", "a/b=c")),
    ],
)
def test_places_in_a_bucket(address: str, found: tuple[str, str]) -> None:
    assert place_of(address) == found


@pytest.mark.parametrize(
    "address",
    ["s3://", "s3://a", "s3://UPPER/x", "s3://reports/a//b", "s3://reports/../x", "s3://reports/a b",
     "s3://reports/x?y", "https://reports/x", "s3://user@reports/x", "s3://reports/x\n"],
)  # fmt: skip
def test_what_is_no_place_is_told(address: str) -> None:
    with pytest.raises(UsageError, match="--results"):
        place_of(address)


def test_what_parts_found_is_there_for_the_next_run_and_gone_where_it_was_used(aws: FakeAws) -> None:
    aws.bucket("reports")
    slug, commit = f"octo-one-{'1' * 16}", "a" * 40
    first = place(aws)
    with first.held():
        PartStore(first, "digest", [slug]).parts_of(slug, commit, 3).put(2, b"found")
    (key,) = aws.objects("reports")
    assert key.startswith(f"fleet/a/parts/{slug}/{commit}-")
    assert aws.head("reports", key)["ContentType"] == "application/octet-stream"
    second = place(aws)
    with second.held():
        parts = PartStore(second, "digest", [slug]).parts_of(slug, commit, 3)
        assert list(parts.kept) == [2]
        assert [share.read() for share in parts.shares()] == [b"found"]
        parts.forget()
    assert not aws.objects("reports")


def test_parts_that_may_not_be_removed_stay_and_are_told_once(
    aws: FakeAws, caplog: pytest.LogCaptureFixture
) -> None:
    aws.bucket("reports")
    allowed = {
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:GetObject", "s3:ListBucket"],
        "Resource": "*",
    }
    user = aws.user("reader", [{"Version": "2012-10-17", "Statement": [allowed]}])
    store = FleetBucket(aws.clients(user), Bucket("reports", aws.account, "p"))
    with store.held():
        parts = PartStore(store, "digest", []).parts_of("x", "a" * 40, 2)
        for number in (1, 2):
            parts.put(number, b"x")
        parts.forget()
    assert len(aws.objects("reports")) == 2
    (told,) = caplog.messages
    assert '"s3:DeleteObject"' in told
