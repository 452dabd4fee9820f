"""A signed question to STS with a key that was found somewhere: not with the run's own credentials."""

from __future__ import annotations

from typing import Any

_BODY = b"Action=GetCallerIdentity&Version=2011-06-15"
_REGION = "us-east-1"


def caller_identity(
    address: str, key_id: str, secret: str, session: str = ""
) -> tuple[dict[str, str], bytes]:
    """
    Headers and body of GetCallerIdentity for ``address``, signed (Signature Version 4) with the given key;
    ``session`` is the token of a temporary one, or ``""``.
    """
    from botocore import auth, awsrequest, credentials

    made: Any = credentials
    asked: Any = awsrequest
    signer: Any = auth
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    request = asked.AWSRequest("POST", address, headers=headers, data=_BODY)
    signer.SigV4Auth(made.Credentials(key_id, secret, session or None), "sts", _REGION).add_auth(request)
    return dict(request.headers.items()), _BODY
