"""Who calls and whether his policies allow it: keys, their end, IAM actions and resources of operations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.fakeaws.policies import Unknown, is_allowed
from tests.fakeaws.records import Principal, Refused
from tests.fakeaws.requests import IAM_PREFIXES, Received

if TYPE_CHECKING:
    from tests.fakeaws.aws import FakeAws

_S3_ACTIONS = {
    "HeadObject": "GetObject",
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
}
_UNSIGNED = ("AssumeRoleWithWebIdentity",)
# Allowed to everyone who can sign; AssumeRole is judged with the trust policy.
_NO_PERMISSION = ("GetCallerIdentity", "AssumeRole")


def partition_of(region: str) -> str:
    """The partition that a Region belongs to."""
    prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b"}
    return next((found for prefix, found in prefixes.items() if region.startswith(prefix)), "aws")


def identify(aws: FakeAws, received: Received) -> Principal | None:
    """Who signed; None for a call that needs no signature."""
    if received.operation in _UNSIGNED:
        return None
    if "AWSAccessKeyId=" in received.query:
        # Signatures of the old form are not taken for objects under a key of KMS, nor in newer Regions.
        words = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
        raise Refused(400, "InvalidRequest", words)
    if not received.access_key:
        raise Refused(403, "MissingAuthenticationToken", "Missing Authentication Token")
    found = aws.principals.get(received.access_key)
    right = found and found.token == received.session_token
    if not found or not right or not _same_partition(found, received.region):
        raise _unknown_key(received)
    if found.is_expired:
        raise _expired(received)
    return found


def _same_partition(principal: Principal, region: str) -> bool:
    return principal.internal or principal.partition == partition_of(region)


def _unknown_key(received: Received) -> Refused:
    words = "The security token included in the request is invalid."
    match received.protocol:
        case "query":
            return Refused(403, "InvalidClientTokenId", words)
        case "rest-xml":
            words = "The AWS Access Key Id you provided does not exist in our records."
            return Refused(403, "InvalidAccessKeyId", words)
        case _:
            return Refused(
                403 if received.protocol == "rest-json" else 400, "UnrecognizedClientException", words
            )


def _expired(received: Received) -> Refused:
    words = "The security token included in the request is expired"
    match received.protocol:
        case "query":
            return Refused(403, "ExpiredToken", words)
        case "rest-xml":
            return Refused(400, "ExpiredToken", "The provided token has expired.")
        case _:
            return Refused(403 if received.protocol == "rest-json" else 400, "ExpiredTokenException", words)


def authorize(aws: FakeAws, received: Received, caller: Principal | None) -> None:
    """Raises Refused where a policy does not allow the call, or where none of the session's does."""
    if caller is None or caller.internal or received.operation in _NO_PERMISSION:
        return
    for action, resource in needed(aws, received, caller):
        context = _context(received, caller)
        try:
            own = is_allowed(caller.policies, action, resource, context)
            within = all(is_allowed([p], action, resource, context) for p in caller.session_policies)
        except Unknown as unknown:
            aws.violations.append(f"a policy holds what the fake cannot evaluate: {unknown}")
            own = within = False
        if not own or not within:
            kind = "identity-based" if not own else "session"
            raise _denied(received, caller, action, resource, kind)


def _denied(received: Received, caller: Principal, action: str, resource: str, kind: str) -> Refused:
    words = (
        f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource} "
        f"because no {kind} policy allows the {action} action"
    )
    match received.protocol:
        case "query":
            code = "AuthorizationError" if received.service == "sns" else "AccessDenied"
            return Refused(403, code, words)
        case "rest-xml":
            return Refused(403, "AccessDenied", words)
        case "json":
            return Refused(400, "AccessDeniedException", words)
        case _:
            return Refused(403, "AccessDeniedException", words)


def _context(received: Received, caller: Principal) -> dict[str, Any]:
    context: dict[str, Any] = {
        "aws:RequestedRegion": received.region,
        "aws:PrincipalArn": caller.role.arn if caller.role else caller.arn,
        "aws:PrincipalAccount": caller.account,
        "aws:SecureTransport": "true",  # the loopback stands for TLS
    }
    headers = received.parameters.get("headers", {})
    for name in ("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"):
        if isinstance(headers, dict) and name in headers:
            context[f"s3:{name}"] = headers[name]
    if received.service == "kms":
        names = {"SigningAlgorithm": "kms:SigningAlgorithm", "MessageType": "kms:MessageType"}
        context |= {key: received.parameters[n] for n, key in names.items() if n in received.parameters}
        if str(received.parameters.get("KeyId", "")).startswith("alias/"):
            context["kms:RequestAlias"] = received.parameters["KeyId"]
    return context


def needed(aws: FakeAws, received: Received, caller: Principal) -> list[tuple[str, str]]:
    """The actions that a call needs, each with its resource."""
    prefix = IAM_PREFIXES.get(received.service, received.service)
    name = received.operation
    resource = _resource(aws, received, caller)
    if received.service != "s3":
        return [(f"{prefix}:{name}", resource)]
    found = [(f"s3:{_S3_ACTIONS.get(name, name)}", resource)]
    headers = received.parameters.get("headers", {})
    key = headers.get("x-amz-server-side-encryption-aws-kms-key-id", "")
    if "kms" in headers.get("x-amz-server-side-encryption", "") and key:
        found.append(("kms:GenerateDataKey", _key_arn(aws, key, received.region, caller)))
        if name == "CreateMultipartUpload":
            found.append(("kms:Decrypt", _key_arn(aws, key, received.region, caller)))
    return found


def _resource(aws: FakeAws, received: Received, caller: Principal) -> str:
    asked, start = received.parameters, f"arn:{caller.partition}"
    local = f"{received.region}:{caller.account}"
    match received.service:
        case "s3":
            name = "/".join(asked[part] for part in ("Bucket", "Key") if asked.get(part))
            return f"{start}:s3:::{name}" if name else "*"
        case "kms" if "KeyId" in asked:
            return _key_arn(aws, str(asked["KeyId"]), received.region, caller)
        case "secretsmanager" if "SecretId" in asked:
            return _secret_arn(aws, str(asked["SecretId"]), local, start)
        case "sns" if "TopicArn" in asked:
            return str(asked["TopicArn"])
        case "securityhub" if received.operation == "BatchImportFindings":
            findings = asked.get("Findings") or [{}]
            return str(findings[0].get("ProductArn", "*"))
        case "securityhub":
            return f"{start}:securityhub:{local}:hub/default"
        case _:
            return "*"


def _key_arn(aws: FakeAws, key: str, region: str, caller: Principal) -> str:
    start = f"arn:{caller.partition}:kms:{region}:{caller.account}"
    if ":alias/" in key or key.startswith("alias/"):
        key = aws.key_aliases.get(key[key.index("alias/") :], key)
    return key if key.startswith("arn:") else f"{start}:key/{key}"


def _secret_arn(aws: FakeAws, name: str, local: str, start: str) -> str:
    if name.startswith("arn:"):
        return name
    pattern = re.compile(rf":secret:{re.escape(name)}-[A-Za-z0-9]{{6}}$")
    known = [arn for arn in aws.secret_arns if pattern.search(arn)]
    return known[0] if known else f"{start}:secretsmanager:{local}:secret:{name}"
