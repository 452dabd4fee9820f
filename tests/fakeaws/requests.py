"""A request to AWS as it is read from HTTP: who signed it, for which service, which operation, with what."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote

from tests.fakeaws.shapes import service_model

# Names in signatures that differ from boto3's.
_BOTO3_NAMES = {"access-analyzer": "accessanalyzer"}
IAM_PREFIXES = {"accessanalyzer": "access-analyzer"}
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request")
# S3 tells its operations apart by method, key and query.
_S3_QUERIES = {
    ("GET", "location"): "GetBucketLocation",
    ("PUT", "encryption"): "PutBucketEncryption",
    ("GET", "encryption"): "GetBucketEncryption",
    ("PUT", "versioning"): "PutBucketVersioning",
    ("PUT", "policy"): "PutBucketPolicy",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("PUT", "partNumber"): "UploadPart",
    ("POST", "uploadId"): "CompleteMultipartUpload",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("PUT", "tagging"): "PutObjectTagging",
    ("GET", "tagging"): "GetObjectTagging",
}
_S3_PLAIN = {
    ("GET", True): "GetObject",
    ("PUT", True): "PutObject",
    ("HEAD", True): "HeadObject",
    ("DELETE", True): "DeleteObject",
    ("GET", False): "ListObjectsV2",
    ("PUT", False): "CreateBucket",
    ("HEAD", False): "HeadBucket",
    ("DELETE", False): "DeleteBucket",
}


@dataclass(slots=True)
class Received:
    """
    A request. ``parameters`` are the operation's: the body's members, those of the address and, of a form,
    its fields by their written names.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    service: str = ""
    region: str = ""
    access_key: str = ""
    session_token: str = ""
    operation: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    presigned: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Where the client meant to send it."""
        return self.headers.get("x-fake-host") or self.headers.get("host", "")

    @property
    def protocol(self) -> str:
        return str(service_model(self.service).metadata["protocol"]) if self.service else "query"


def read(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Received:
    """The request with service, operation and parameters found."""
    found = Received(method, path, query, headers, body)
    _find_signature(found)
    if not found.service:
        found.service, found.region = _unsigned(found)
    if found.service:
        _find_operation(found)
    return found


def _find_signature(found: Received) -> None:
    signed = _CREDENTIAL.search(found.headers.get("authorization", ""))
    found.session_token = found.headers.get("x-amz-security-token", "")
    query = dict(parse_qsl(found.query))
    if not signed and "X-Amz-Credential" in query:
        signed = _CREDENTIAL.search(f"Credential={query['X-Amz-Credential']}")
        found.presigned = query
        found.session_token = query.get("X-Amz-Security-Token", "")
    if signed:
        found.access_key, found.region = signed[1], signed[3]
        found.service = _BOTO3_NAMES.get(signed[4], signed[4])


def _unsigned(found: Received) -> tuple[str, str]:
    region = re.search(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.", found.host)
    if b"Action=AssumeRoleWithWebIdentity" in found.body:
        return "sts", region[1] if region else ""
    if found.method in ("GET", "HEAD", "PUT") and "x-amz-target" not in found.headers:
        return "s3", region[1] if region else ""
    return "", ""


def _find_operation(found: Received) -> None:
    match found.protocol:
        case "query":
            form = parse_qs(found.body.decode("utf-8", "replace"), keep_blank_values=True)
            found.operation = form.pop("Action", [""])[0]
            form.pop("Version", None)
            found.parameters = {name: values[0] for name, values in form.items()}
        case "json":
            found.operation = found.headers.get("x-amz-target", "").rpartition(".")[2]
            found.parameters = _json(found.body)
        case "rest-json":
            _find_rest(found)
        case "rest-xml":
            _find_s3(found)


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@cache
def _routes(service: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    model = service_model(service)
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        template = http["requestUri"].partition("?")[0]
        pattern = re.sub(r"\\{(\w+)(?:\\\+)?\\}", r"(?P<\1>.+)", re.escape(template))
        found.append((http["method"], re.compile(pattern), name))
    # The one with the fewest parts that vary is meant.
    return tuple(sorted(found, key=lambda route: route[1].groups))


def _find_rest(found: Received) -> None:
    for method, pattern, name in _routes(found.service):
        match = pattern.fullmatch(found.path)
        if method == found.method and match:
            found.operation = name
            shape = service_model(found.service).operation_model(name).input_shape
            query = dict(parse_qsl(found.query))
            found.parameters = {key: unquote(value) for key, value in match.groupdict().items()}
            for member, child in shape.members.items() if shape else ():
                written = child.serialization.get("name", member)
                if child.serialization.get("location") == "querystring" and written in query:
                    text = query[written]
                    found.parameters[written] = int(text) if child.type_name == "integer" else text
            found.parameters |= _json(found.body)
            return


def _find_s3(found: Received) -> None:
    bucket, _, key = unquote(found.path).removeprefix("/").partition("/")
    query = dict(parse_qsl(found.query, keep_blank_values=True))
    found.operation = "ListBuckets" if not bucket else _S3_PLAIN.get((found.method, bool(key)), found.method)
    for (method, name), operation in _S3_QUERIES.items():
        if method == found.method and name in query:
            found.operation = operation
    found.parameters = {"Bucket": bucket, "Key": key} if key else {"Bucket": bucket}
    kept = ("x-amz-", "content-type", "content-encoding", "content-disposition", "cache-control")
    found.parameters["headers"] = {
        name: value
        for name, value in found.headers.items()
        if name.startswith(kept) and name != "x-amz-security-token"
    }
    if found.operation == "PutObject":
        found.parameters["Body"] = found.body


def decoded(value: str) -> bytes:
    """A blob of a JSON request."""
    return base64.b64decode(value)
