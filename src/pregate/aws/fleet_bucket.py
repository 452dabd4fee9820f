"""
The results of a fleet in a bucket, an object each.

An object is there whole or not at all. What was there before is listed once; there is no lock: of two runs
into one place each object is that of the one which wrote it last.

Sources: Amazon S3 API Reference, "PutObject", "GetObject", "DeleteObject", "ListObjectsV2", "Error
responses"; User Guide, "Verifying bucket ownership with bucket owner condition", "Naming Amazon S3 objects".
"""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pregate.aws.calls import Need, Service
from pregate.aws.clients import Clients
from pregate.aws.s3 import CONTENT_TYPES, NAME, Bucket, Uploads
from pregate.errors import AwsError, PregateError, UsageError

_ADDRESS = re.compile(
    r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9!_.*'()/=+@:-]{0,500}))?", re.ASCII
)
_FOLDERS = ("records", "results", "parts")
_TYPES = {**CONTENT_TYPES, "part": "application/octet-stream"}
_READERS = 8  # no more than the connections that botocore keeps
_OWNER = "--results-owner"
_ELSEWHERE = "The bucket is in another Region: set AWS_REGION to its own."
_HINTS = {
    "NoSuchBucket": "There is no such bucket: make it, or correct --results.",
    "NoSuchKey": "It was taken away while the run was going on: run again.",
    "PermanentRedirect": _ELSEWHERE,
    "AuthorizationHeaderMalformed": _ELSEWHERE,
    "IllegalLocationConstraintException": _ELSEWHERE,
    "301": _ELSEWHERE,
}


def place_of(address: str) -> tuple[str, str]:
    """
    The bucket and the prefix (without slashes around it) of ``s3://BUCKET/PREFIX``. Raises UsageError, also
    for a prefix of which other programs would make another name.
    """
    found = _ADDRESS.fullmatch(address)
    prefix = (found[2] or "").strip("/") if found else ""
    if found is None or any(part in ("", ".", "..") for part in prefix.split("/") if prefix):
        raise UsageError("--results names no place in a bucket", "Write s3://BUCKET/PREFIX.")
    return found[1], prefix


class FleetBucket:
    """
    A place for results; what :class:`pregate.fleet.keeping.Store` says. Its calls raise AwsError; the hint
    says what is wrong with the bucket, the credentials or their rights.
    """

    readers = _READERS

    def __init__(self, clients: Clients, bucket: Bucket, service: Service | None = None) -> None:
        self._service = service or Service(NAME)
        self._bucket = bucket
        self._uploads = Uploads(clients, bucket, self._service, _OWNER)
        self._client = self._service.call(lambda: clients.client("s3"), Need("s3:ListBucket"))
        self._names: dict[str, int] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Looks what is there; a bucket that cannot be used is told before any work is done."""
        for folder in _FOLDERS:
            self._names |= self._listed(self._key(f"{folder}/"))
        yield

    def has(self, name: str) -> bool:
        """Whether there is such an object."""
        return self._key(name) in self._names

    def sizes(self, folder: str) -> Mapping[str, int]:
        """The objects below a folder, with their bytes."""
        before, stem = self._key(""), self._key(f"{folder}/")
        return {key[len(before) :]: size for key, size in self._names.items() if key.startswith(stem)}

    def remove(self, name: str) -> None:
        """Deletes an object; in a bucket with versions the earlier ones stay."""
        key = self._key(name)

        def delete() -> None:
            self._client.delete_object(
                Bucket=self._bucket.name, Key=key, ExpectedBucketOwner=self._bucket.owner
            )

        with _taught():
            self._service.call(delete, Need("s3:DeleteObject", self._arn(key)), self._also)
        self._names.pop(key, None)

    def read(self, name: str, limit: int) -> bytes | None:
        """The first ``limit`` bytes of an object, ``None`` where there is none."""
        if not self.has(name):
            return None
        key = self._key(name)

        def get() -> bytes:
            answer = self._client.get_object(
                Bucket=self._bucket.name, Key=key, ExpectedBucketOwner=self._bucket.owner
            )
            with answer["Body"] as body:
                return bytes(body.read(limit))

        with _taught():
            return self._service.call(get, Need("s3:GetObject", self._arn(key)), self._also)

    def write(self, name: str, data: bytes, *, compressed: bool = False) -> None:
        """Puts a whole object, encrypted; ``compressed`` data as they were before."""
        try:
            whole = zlib.decompress(data) if compressed else data
        except zlib.error as error:
            raise PregateError("a result is damaged", "Run again.") from error
        key = self._key(name)
        kind = _TYPES.get(name.rpartition(".")[2], "text/plain; charset=utf-8")
        with _taught():
            self._uploads.put(key, whole, kind)
        self._names[key] = len(whole)

    @property
    def _also(self) -> str:
        return f"The bucket must belong to account {self._bucket.owner} ({_OWNER})."

    def _listed(self, prefix: str) -> dict[str, int]:
        names: dict[str, int] = {}
        need = Need("s3:ListBucket", f"arn:{self._bucket.partition}:s3:::{self._bucket.name}")
        request = {"Bucket": self._bucket.name, "Prefix": prefix, "ExpectedBucketOwner": self._bucket.owner}
        while True:
            act = functools.partial(self._client.list_objects_v2, **request)
            with _taught():
                answer = self._service.call(act, need, self._also)
            names |= {entry["Key"]: int(entry.get("Size", 0)) for entry in answer.get("Contents", ())}
            if not answer.get("NextContinuationToken"):
                return names
            request["ContinuationToken"] = answer["NextContinuationToken"]

    def _key(self, name: str) -> str:
        return f"{self._bucket.prefix}/{name}" if self._bucket.prefix else name

    def _arn(self, key: str) -> str:
        return f"arn:{self._bucket.partition}:s3:::{self._bucket.name}/{key}"


@contextmanager
def _taught() -> Iterator[None]:
    """Refusals of S3's own with a hint that says what to do about them."""
    try:
        yield
    except AwsError as error:
        code = error.message.rpartition(": ")[2].partition(" ")[0]
        if code in _HINTS:
            raise AwsError(error.message, _HINTS[code]) from None
        raise
