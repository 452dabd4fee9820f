"""Reports in a bucket, with the real boto3: encrypted, of the right owner, and a link that ends in time."""

from __future__ import annotations

import urllib.request
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.credentials import RefreshableCredentials

from pregate.aws.s3 import UNKNOWN_LIFE, WEEK, Bucket, Uploads, actions, folder_of, life_of, resources
from pregate.errors import AwsError
from tests.fakeaws import FakeAws

NOW = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)


def uploads(aws: FakeAws, owner: str = "", **more: str) -> Uploads:
    return Uploads(aws.clients(), Bucket("reports", owner or aws.account, "pregate", **more))


def test_an_object_is_written_whole_encrypted_and_typed(aws: FakeAws) -> None:
    aws.bucket("reports")
    address = uploads(aws).put("pregate/x/pregate.sarif", b"{}", "application/sarif+json")
    assert address == "s3://reports/pregate/x/pregate.sarif"
    assert aws.objects("reports") == {"pregate/x/pregate.sarif": b"{}"}
    head = aws.head("reports", "pregate/x/pregate.sarif")
    assert (head["ContentType"], head["ServerSideEncryption"]) == ("application/sarif+json", "AES256")
    assert head["ContentLength"] == 2


def test_a_kms_key_encrypts_it_where_one_is_named(aws: FakeAws) -> None:
    aws.bucket("reports")
    key = aws.kms_key(alias="reports", spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT")
    uploads(aws, kms_key=key.arn).put("x", b"1", "text/csv")
    head = aws.head("reports", "x")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key.arn)
    assert head["BucketKeyEnabled"] is True


def test_a_bucket_of_another_account_is_refused(aws: FakeAws) -> None:
    aws.bucket("reports", account="444455556666")
    with pytest.raises(AwsError) as caught:
        uploads(aws).put("pregate/x", b"1", "text/csv")
    assert '"s3:PutObject", "Resource": "arn:aws:s3:::reports/pregate/*"' in caught.value.hint
    assert f"must belong to account {aws.account}" in caught.value.hint
    assert aws.objects("reports") == {}


def test_the_owner_that_is_named_is_the_one_that_counts(aws: FakeAws) -> None:
    aws.bucket("reports")
    with pytest.raises(AwsError):
        uploads(aws, owner="444455556666", kms_key="alias/x").put("x", b"1", "text/csv")
    assert aws.objects("reports") == {}


def test_its_actions_on_its_resources_are_all_that_it_needs(aws: FakeAws) -> None:
    aws.bucket("reports")
    statement = {
        "Effect": "Allow",
        "Action": list(actions()),
        "Resource": list(resources("aws", "reports", "pregate")),
    }
    clients = aws.clients(aws.user("narrow", [{"Version": "2012-10-17", "Statement": [statement]}]))
    made = Uploads(clients, Bucket("reports", aws.account, "pregate"))
    made.put("pregate/x", b"1", "text/csv")
    assert fetched(made.link("pregate/x")[0]) == b"1"
    with pytest.raises(AwsError):
        made.put("elsewhere/x", b"1", "text/csv")


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_the_link_is_signed_by_version_4_and_leads_to_the_report(aws: FakeAws, region: str) -> None:
    aws.bucket("reports", region)
    made = Uploads(aws.clients(region=region), Bucket("reports", aws.account))
    made.put("a b/ü.json", b"{}", "application/json")
    url, ends = made.link("a b/ü.json")
    query = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert int(query["X-Amz-Expires"]) == WEEK.total_seconds()
    assert ends - datetime.now(UTC) <= WEEK
    assert fetched(url) == b"{}"


def client_with(credentials: Any) -> Any:
    return SimpleNamespace(_request_signer=SimpleNamespace(_credentials=credentials))


def renewed(left: timedelta) -> Any:
    make: Any = RefreshableCredentials
    return make("a", "b", "c", NOW + left, dict, "test", time_fetcher=lambda: NOW)


class OwnKeys:
    """Credentials that say of their frozen set when it ends."""

    token = "x"

    def __init__(self, expires: object) -> None:
        self.expires = expires

    def get_frozen_credentials(self) -> Any:
        return SimpleNamespace(expires=self.expires)


@pytest.mark.parametrize(
    ("credentials", "life"),
    [
        (OwnKeys((NOW + timedelta(minutes=40)).timestamp()), timedelta(minutes=39)),
        (OwnKeys(None), UNKNOWN_LIFE - timedelta(minutes=1)),
        (OwnKeys((NOW - timedelta(minutes=40)).timestamp()), timedelta(seconds=1)),
        (OwnKeys((NOW + timedelta(days=40)).timestamp()), WEEK),
        (renewed(timedelta(hours=1)), timedelta(minutes=59)),
    ],
)
def test_a_link_lives_no_longer_than_the_credentials_that_sign_it(credentials: Any, life: timedelta) -> None:
    assert life_of(client_with(credentials), NOW) == life


def test_the_folder_is_dated_in_utc_and_no_name_leads_out_of_it() -> None:
    assert (
        folder_of("pregate", "octo-org/octo-repo", "7-1", NOW) == "pregate/octo-org/octo-repo/2026/11/02/7-1"
    )
    assert folder_of("/a/b/", "o/r", "../x?y", NOW) == "a/b/o/r/2026/11/02/-x-y"
    assert folder_of("", "o/..", "run", NOW) == "o/-/2026/11/02/run"
