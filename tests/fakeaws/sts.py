"""
The Security Token Service: identity tokens, trust policies, sessions.

Source: AWS STS API reference; messages as the service gives them.
"""

from __future__ import annotations

import json
import re
import secrets
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import jwt

from tests.fakeaws.policies import Context, covers_action, holds, is_allowed, like, listed
from tests.fakeaws.records import Principal, Provider, Refused, Role, new_key, without_scheme
from tests.fakeaws.requests import Received
from tests.fakeaws.shapes import service_model

if TYPE_CHECKING:
    from tests.fakeaws.aws import FakeAws

_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/((?:[\w+=,.@-]+/)*[\w+=,.@-]+)")
_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_CHAIN_SECONDS = 3600
_NO_KEY = (
    "Couldn't retrieve verification key from your identity provider, please reference "
    "AssumeRoleWithWebIdentity documentation for requirements"
)


def serve(aws: FakeAws, received: Received, caller: Principal | None) -> bytes:
    """The answer in XML; Refused where AWS refuses."""
    handler = _HANDLERS.get(received.operation)
    if handler is None:
        aws.violations.append(f"sts {received.operation}: not known to the fake")
        raise Refused(400, "InvalidAction", f"Could not find operation {received.operation}")
    _check_constraints(received.operation, received.parameters)
    result = handler(aws, received.parameters, caller)
    body = "".join(map(_xml, result.items()))
    name = received.operation
    request = f"<ResponseMetadata><RequestId>{secrets.token_hex(8)}</RequestId></ResponseMetadata>"
    return (
        f'<{name}Response xmlns="{_NAMESPACE}"><{name}Result>{body}</{name}Result>{request}</{name}Response>'
    ).encode()


def _xml(item: tuple[str, Any]) -> str:
    name, value = item
    inner = "".join(map(_xml, value.items())) if isinstance(value, dict) else escape(str(value))
    return f"<{name}>{inner}</{name}>"


def _check_constraints(operation: str, parameters: Mapping[str, str]) -> None:
    shape = service_model("sts").operation_model(operation).input_shape
    for name in shape.required_members:
        if name not in parameters:
            raise _invalid(f"Value null at '{_lower(name)}'", "Member must not be null")
    for name, value in parameters.items():
        child = shape.members.get(name.partition(".")[0])
        if child is None:
            raise Refused(400, "ValidationError", f"Unknown parameter {name}")
        if "." not in name:
            _check_value(name, value, child)


def _check_value(name: str, value: str, shape: Any) -> None:
    is_text = shape.type_name == "string"
    size = len(value) if is_text else int(value)
    shown = f"Value '{value}' at '{_lower(name)}'" if len(value) < 300 else f"Value at '{_lower(name)}'"
    kind = "length" if is_text else "value"
    if "min" in shape.metadata and size < shape.metadata["min"]:
        raise _invalid(shown, f"Member must have {kind} greater than or equal to {shape.metadata['min']}")
    if "max" in shape.metadata and size > shape.metadata["max"]:
        raise _invalid(shown, f"Member must have {kind} less than or equal to {shape.metadata['max']}")
    pattern = shape.metadata.get("pattern", "")
    if pattern and "\\u1" not in pattern and not re.fullmatch(pattern, value, re.ASCII):
        raise _invalid(shown, f"Member must satisfy regular expression pattern: {pattern}")


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _invalid(what: str, rule: str) -> Refused:
    words = f"1 validation error detected: {what} failed to satisfy constraint: {rule}"
    return Refused(400, "ValidationError", words)


def _denied(operation: str) -> Refused:
    return Refused(403, "AccessDenied", f"Not authorized to perform sts:{operation}")


def _role(aws: FakeAws, arn: str) -> Role | None:
    if not _ROLE.fullmatch(arn):
        raise Refused(400, "ValidationError", f"{arn} is invalid")
    return aws.roles.get(arn)


# --- AssumeRoleWithWebIdentity


def _with_web_identity(aws: FakeAws, asked: Mapping[str, str], _: Principal | None) -> dict[str, Any]:
    role = _role(aws, asked["RoleArn"])
    match = _ROLE.fullmatch(asked["RoleArn"])
    account = match[2] if match else ""
    claims, provider = _verified(aws, asked["WebIdentityToken"], account)
    if role is None or not _trusts_token(role, provider, claims):
        raise _denied("AssumeRoleWithWebIdentity")
    session = _open_session(aws, role, asked, chained=False)
    return _answer(session, asked, aws) | {
        "SubjectFromWebIdentityToken": claims["sub"],
        "Audience": claims["aud"],
        "Provider": provider.arn,
    }


def _verified(aws: FakeAws, token: str, account: str) -> tuple[dict[str, Any], Provider]:
    """The claims of a token whose signature, issuer, audience and times are right."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        issuer = str(claims["iss"])
    except (jwt.PyJWTError, KeyError):
        words = (
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
        )
        raise Refused(400, "InvalidIdentityToken", words) from None
    provider = aws.providers.get((account, without_scheme(issuer)))
    if provider is None:
        words = f"No OpenIDConnect provider found in your account for {issuer}"
        raise Refused(400, "InvalidIdentityToken", words)
    key = _key(aws, issuer, token)
    try:
        return _decoded(token, key, provider), provider
    except jwt.ExpiredSignatureError:
        now = int(time.time())
        words = (
            f"Token expired: current date/time {now} must be before the expiration date/time {claims['exp']}"
        )
        raise Refused(400, "ExpiredTokenException", words) from None
    except jwt.InvalidAudienceError:
        raise Refused(400, "InvalidIdentityToken", "Incorrect token audience") from None
    except jwt.PyJWTError as error:
        raise Refused(400, "InvalidIdentityToken", f"Token signature invalid: {error}") from None


def _decoded(token: str, key: Any, provider: Provider) -> dict[str, Any]:
    required: Any = {"require": ["iss", "aud", "sub", "exp", "iat"]}
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], audience=provider.audiences or ["\0"], options=required
    )
    return claims


def _key(aws: FakeAws, issuer: str, token: str) -> Any:
    """The key of the token, by the issuer's own documents."""
    if issuer in aws.unreachable_issuers:
        raise Refused(400, "IDPCommunicationError", "The identity provider could not be reached")
    try:
        document = _fetched(f"{issuer}/.well-known/openid-configuration")
        keys = jwt.PyJWKSet.from_dict(_fetched(document["jwks_uri"]))
        return keys[jwt.get_unverified_header(token)["kid"]].key
    except (OSError, ValueError):
        words = "The identity provider could not be reached"
        raise Refused(400, "IDPCommunicationError", words) from None
    except (KeyError, jwt.PyJWTError):
        raise Refused(400, "InvalidIdentityToken", _NO_KEY) from None


def _fetched(url: str) -> Any:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(url)
    with urllib.request.urlopen(url, timeout=3) as answer:
        return json.load(answer)


def _trusts_token(role: Role, provider: Provider, claims: Mapping[str, Any]) -> bool:
    """Whether the trust policy allows; IAM knows the claims ``aud``, ``sub`` and ``amr`` of any issuer."""
    known = {name: claims[name] for name in ("aud", "sub", "amr") if name in claims}
    context = {f"{provider.name}:{name}": value for name, value in known.items()}
    return _trusts(
        role, "sts:AssumeRoleWithWebIdentity", context, lambda p: provider.arn in listed(p.get("Federated"))
    )


def _trusts(role: Role, action: str, context: Context, is_meant: Callable[[dict[str, Any]], bool]) -> bool:
    allowed = False
    for statement in listed(role.trust_policy.get("Statement")):
        principal = statement.get("Principal")
        principal = {"AWS": "*", "Federated": "*"} if principal == "*" else principal
        if not isinstance(principal, dict) or not is_meant(principal):
            continue
        if not covers_action(statement, action) or not holds(statement.get("Condition", {}), context):
            continue
        if statement["Effect"] == "Deny":
            return False
        allowed = True
    return allowed


# --- AssumeRole


def _assume_role(aws: FakeAws, asked: Mapping[str, str], caller: Principal | None) -> dict[str, Any]:
    assert caller is not None
    role = _role(aws, asked["RoleArn"])
    if role is None or not _may_assume(role, asked, caller):
        words = (
            f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {asked['RoleArn']}"
        )
        raise Refused(403, "AccessDenied", words)
    session = _open_session(aws, role, asked, chained=caller.role is not None)
    return _answer(session, asked, aws)


def _may_assume(role: Role, asked: Mapping[str, str], caller: Principal) -> bool:
    """Whether the role trusts the caller, and in another account the caller's own policies allow it too."""
    context: dict[str, Any] = {"aws:PrincipalArn": caller.role.arn if caller.role else caller.arn}
    context["aws:PrincipalAccount"] = caller.account
    if "ExternalId" in asked:
        context["sts:ExternalId"] = asked["ExternalId"]
    names = {caller.arn, "*"} | ({caller.role.arn} if caller.role else set())
    roots = {caller.account, f"arn:{caller.partition}:iam::{caller.account}:root"}
    by_name = _trusts(role, "sts:AssumeRole", context, lambda p: bool(names & set(listed(p.get("AWS")))))
    by_account = _trusts(role, "sts:AssumeRole", context, lambda p: bool(roots & set(listed(p.get("AWS")))))
    own = is_allowed(caller.policies, "sts:AssumeRole", role.arn, context)
    within = all(is_allowed([p], "sts:AssumeRole", role.arn, context) for p in caller.session_policies)
    trusted = (by_account and own) or (by_name and (own or role.account == caller.account))
    return trusted and within


# --- sessions


def _open_session(aws: FakeAws, role: Role, asked: Mapping[str, str], chained: bool) -> Principal:
    seconds = int(asked.get("DurationSeconds", 3600))
    if chained and seconds > _CHAIN_SECONDS:
        words = "The requested DurationSeconds exceeds the 1 hour session limit for role chaining."
        raise Refused(400, "ValidationError", words)
    if seconds > role.max_session:
        words = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise Refused(400, "ValidationError", words)
    policies = tuple(_session_policies(aws, asked))
    access_key, secret = new_key(temporary=True)
    name = asked["RoleSessionName"]
    short = role.name.rpartition("/")[2]
    session = Principal(
        arn=f"arn:{role.partition}:sts::{role.account}:assumed-role/{short}/{name}",
        user_id=f"{role.id}:{name}",
        account=role.account,
        partition=role.partition,
        access_key=access_key,
        secret_key=secret,
        token="FQoG" + secrets.token_hex(60),
        expires=time.time() + (seconds if aws.lifetime is None else aws.lifetime),
        policies=role.policies,
        session_policies=policies,
        role=role,
    )
    aws.principals[access_key] = session
    return session


def _session_policies(aws: FakeAws, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """The inline policy; managed ones of a session are known to the fake by ``aws.managed_policies``."""
    found = []
    if "Policy" in asked:
        found.append(_parsed_policy(asked["Policy"]))
        if packed_percent(aws, asked["Policy"]) > 100:
            share = packed_percent(aws, asked["Policy"])
            words = f"Packed size of session tags/policy consumes {share}% of allotted space."
            raise Refused(400, "PackedPolicyTooLarge", words)
    arns = [value for name, value in asked.items() if name.startswith("PolicyArns.member.")]
    if len(arns) > 10:
        raise _invalid("Value at 'policyArns'", "Member must have length less than or equal to 10")
    if arns:
        missing = [arn for arn in arns if arn not in aws.managed_policies]
        if missing:
            raise Refused(400, "MalformedPolicyDocument", f"Policy {missing[0]} does not exist")
        statements = [s for arn in arns for s in listed(aws.managed_policies[arn]["Statement"])]
        # Of inline and managed policies either may allow.
        inline = found.pop() if found else {"Statement": []}
        found.append({"Statement": listed(inline["Statement"]) + statements})
    return found


def packed_percent(aws: FakeAws, policy: str) -> int:
    """AWS packs in a way it does not publish; here a character is a byte of ``packed_policy_limit``."""
    return -(-100 * len(policy) // aws.packed_policy_limit)


def _parsed_policy(text: str) -> dict[str, Any]:
    try:
        policy = json.loads(text)
    except ValueError:
        raise Refused(400, "MalformedPolicyDocument", "This policy contains invalid Json") from None
    if not _is_policy(policy):
        raise Refused(400, "MalformedPolicyDocument", "Syntax errors in policy.")
    return dict(policy)


def _is_policy(policy: Any) -> bool:
    """The grammar of a policy of an identity, as far as it matters here."""
    if not isinstance(policy, dict) or policy.get("Version") not in ("2012-10-17", "2008-10-17", None):
        return False
    statements = listed(policy.get("Statement"))
    return bool(statements) and all(map(_is_statement, statements)) and _sids_differ(statements)


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    known = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
    actions = listed(statement.get("Action", statement.get("NotAction")))
    resources = listed(statement.get("Resource", statement.get("NotResource")))
    return (
        set(statement) <= known
        and bool(actions)
        and bool(resources)
        and all(isinstance(a, str) and (a == "*" or re.fullmatch(r"[\w-]+:[\w*?]+", a)) for a in actions)
        and all(isinstance(r, str) and (r == "*" or like(r, "arn:*:*:*:*:*")) for r in resources)
        and re.fullmatch(r"[A-Za-z0-9]*", statement.get("Sid", "")) is not None
    )


def _sids_differ(statements: list[dict[str, Any]]) -> bool:
    sids = [s["Sid"] for s in statements if "Sid" in s]
    return len(sids) == len(set(sids))


def _answer(session: Principal, asked: Mapping[str, str], aws: FakeAws) -> dict[str, Any]:
    moment = datetime.fromtimestamp(session.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found: dict[str, Any] = {
        "Credentials": {
            "AccessKeyId": session.access_key,
            "SecretAccessKey": session.secret_key,
            "SessionToken": session.token,
            "Expiration": moment,
        },
        "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
    }
    if "Policy" in asked:
        found["PackedPolicySize"] = packed_percent(aws, asked["Policy"])
    return found


def _caller_identity(aws: FakeAws, asked: Mapping[str, str], caller: Principal | None) -> dict[str, Any]:
    assert caller is not None
    return {"Arn": caller.arn, "UserId": caller.user_id, "Account": caller.account}


_HANDLERS: dict[str, Callable[[Any, Mapping[str, str], Principal | None], dict[str, Any]]] = {
    "AssumeRole": _assume_role,
    "AssumeRoleWithWebIdentity": _with_web_identity,
    "GetCallerIdentity": _caller_identity,
}
