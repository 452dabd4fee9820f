"""
Reports in a bucket, and a link to one of them.

Sources: Amazon S3 API Reference, "PutObject"; User Guide, "Verifying bucket ownership with bucket owner
condition", "Protecting data with encryption", "Download and upload objects with presigned URLs" (a link ends
with the credentials that signed it, and with Signature Version 4 after seven days at the latest).
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pregate.aws.calls import Need, Service
from pregate.aws.clients import Clients
from pregate.records import dataclass

NAME = "Amazon S3"
WEEK = timedelta(days=7)
# Of credentials that end and do not say when: no role's session is shorter than a quarter of an hour.
UNKNOWN_LIFE = timedelta(minutes=15)
# Spared at the end, so that a link never outlives what signed it.
MARGIN = timedelta(minutes=1)
CONTENT_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "ocsf": "application/json",
    "sarif": "application/sarif+json",
}
_PART = re.compile(r"[^A-Za-z0-9._-]")


def actions() -> tuple[str, ...]:
    """The IAM actions that this takes; reading is for the link, which acts with the role's rights."""
    return ("s3:PutObject", "s3:GetObject", "kms:GenerateDataKey", "kms:Decrypt")


def resources(partition: str, bucket: str, prefix: str) -> tuple[str, ...]:
    """The objects that they are for."""
    return (f"arn:{partition}:s3:::{bucket}/{_joined(prefix, '*')}",)


@dataclass(frozen=True, slots=True)
class Bucket:
    """
    Where reports go: ``owner`` is the account that must own it, ``kms_key`` is ``""`` for the keys of S3.
    """

    name: str
    owner: str
    prefix: str = ""
    kms_key: str = ""
    partition: str = "aws"


def folder_of(prefix: str, repository: str, run: str, moment: datetime) -> str:
    """``prefix/owner/name/2026/11/02/run``: what the keys of a run's objects begin with, before a slash."""
    parts = (*repository.split("/"), *moment.astimezone(UTC).strftime("%Y/%m/%d").split("/"), run)
    return _joined(prefix, *(_part(part) for part in parts))


def _part(text: str) -> str:
    """A name as one part of a key; what has a meaning in a URL or a path becomes a hyphen."""
    return _PART.sub("-", text)[:100].strip(".") or "-"


def _joined(*parts: str) -> str:
    return "/".join(part.strip("/") for part in parts if part.strip("/"))


class Uploads:
    """Puts objects into a bucket; use one for a run. ``setting`` names where its owner is configured."""

    def __init__(
        self,
        clients: Clients,
        bucket: Bucket,
        service: Service | None = None,
        setting: str = "s3-bucket-owner",
    ) -> None:
        self._bucket = bucket
        self._setting = setting
        self._service = service or Service(NAME)
        self._client = self._service.call(lambda: clients.client("s3"), Need("s3:PutObject"))
        # Where a bucket of any age in any Region takes the link: Signature Version 4.
        self._client.meta.events.register_first("choose-signer.s3.GetObject", _version_4)

    def put(self, key: str, data: bytes, content_type: str) -> str:
        """
        Writes one object, encrypted and with its checksum, into the bucket of that owner; gives its ``s3://``
        address.
        """
        bucket = self._bucket
        request: dict[str, Any] = {
            "Bucket": bucket.name,
            "Key": key,
            "Body": data,
            "ContentType": content_type,
            "ExpectedBucketOwner": bucket.owner,
            "ChecksumSHA256": base64.b64encode(hashlib.sha256(data).digest()).decode("ascii"),
            "ServerSideEncryption": "aws:kms" if bucket.kms_key else "AES256",
        }
        if bucket.kms_key:
            request |= {"SSEKMSKeyId": bucket.kms_key, "BucketKeyEnabled": True}
        also = f"The bucket must belong to account {bucket.owner} ({self._setting})."
        if bucket.kms_key:
            also = f"With a KMS key it takes kms:GenerateDataKey on {bucket.kms_key} too. {also}"
        folder = f"{bucket.prefix.strip('/')}/*".lstrip("/")
        act = functools.partial(self._client.put_object, **request)
        self._service.call(act, Need("s3:PutObject", self._arn(folder)), also)
        return f"s3://{bucket.name}/{key}"

    def link(self, key: str, now: datetime | None = None) -> tuple[str, datetime]:
        """
        A link for whoever has it, and when it ends: not after the credentials, nor after a week.

        It holds the id of the key and the session's token that sign it, as every such link does (not the
        secret key); it belongs into no log.
        """
        moment = now or datetime.now(UTC)
        life = life_of(self._client, moment)
        # Without the owner: a header that whoever opens the link would have to send. The upload checked it.
        request = {"Bucket": self._bucket.name, "Key": key}
        url = self._service.call(
            lambda: self._client.generate_presigned_url(
                "get_object", Params=request, ExpiresIn=int(life.total_seconds())
            ),
            Need("s3:GetObject", self._arn(key)),
        )
        return str(url), moment + life

    def _arn(self, key: str) -> str:
        return f"arn:{self._bucket.partition}:s3:::{self._bucket.name}/{key}"


def _version_4(**_: Any) -> str:
    return "s3v4"


def life_of(client: Any, now: datetime) -> timedelta:
    """
    How long a link may live that this client signs: until its credentials end, a minute spared, and at most a
    week; at least a second.
    """
    credentials = client._request_signer._credentials  # botocore tells it nowhere else
    ends = getattr(credentials, "_expiry_time", None) or _end_of(credentials)
    if isinstance(ends, datetime):
        left = ends - now - MARGIN
    elif getattr(credentials, "token", None):
        left = UNKNOWN_LIFE - MARGIN
    else:
        left = WEEK
    return max(timedelta(seconds=1), min(left, WEEK))


def _end_of(credentials: Any) -> datetime | None:
    """When a session of our own ends: it says so in seconds since 1970."""
    expires = getattr(credentials.get_frozen_credentials(), "expires", None)
    return datetime.fromtimestamp(expires, UTC) if isinstance(expires, float) else None
