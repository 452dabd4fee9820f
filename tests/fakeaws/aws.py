"""The fake AWS as a test holds it."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self
from urllib.parse import urlsplit

from tests.fakeaws.access import partition_of
from tests.fakeaws.records import (
    ALLOW_ALL,
    Call,
    Fault,
    KmsKey,
    Principal,
    Provider,
    Role,
    as_policy,
    new_key,
    without_scheme,
)

ACCOUNT = "111122223333"
_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".c2s.ic.gov", ".sc2s.sgov.gov", ".api.aws")
AUDIENCE = "sts.amazonaws.com"
Policy = Mapping[str, Any] | str


@dataclass
class FakeAws:
    """
    An AWS of its own on loopback. ``violations`` collects what goes against the services' models; a test ends
    by asserting that it is empty.

    ``lifetime`` is how long keys of sessions really live, in seconds, instead of what was asked for.
    ``charged`` counts the custom policy checks that were answered. ``unreachable_issuers`` are issuers whose
    documents STS does not get.
    """

    region: str = "eu-west-1"
    account: str = ACCOUNT
    lifetime: float | None = None
    packed_policy_limit: int = 2048
    page_size: int = 100
    unreachable_issuers: set[str] = field(default_factory=set)
    managed_policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    extra_findings: list[dict[str, Any]] = field(default_factory=list)
    advisories: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    charged: Counter[str] = field(default_factory=Counter)
    log: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    missing: list[tuple[str, str, str, bool]] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    providers: dict[tuple[str, str], Provider] = field(default_factory=dict)
    principals: dict[str, Principal] = field(default_factory=dict)
    buckets: dict[str, tuple[str, str]] = field(default_factory=dict)
    key_aliases: dict[str, str] = field(default_factory=dict)
    secret_arns: list[str] = field(default_factory=list)
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused_findings: dict[str, tuple[str, str]] = field(default_factory=dict)
    no_security_hub: set[str] = field(default_factory=set)
    url: str = ""
    _running: Any = None

    def start(self) -> Self:
        """Listen on a free port of loopback."""
        from tests.fakeaws.server import Listener, forget_moto

        forget_moto()
        self._running = Listener(self)
        self.url = self._running.url
        return self

    def stop(self) -> None:
        """Stop listening."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- what a run gets

    def variables(self, region: str = "") -> dict[str, str]:
        """The address and the Region; no credentials."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": region or self.region,
            "AWS_DEFAULT_REGION": region or self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def user(
        self,
        name: str = "dev",
        policies: Iterable[Policy] = (ALLOW_ALL,),
        account: str = ACCOUNT,
        partition: str = "aws",
    ) -> Principal:
        """A user with a key that does not expire; ``.variables()`` has it for the environment."""
        access_key, secret = new_key(temporary=False)
        made = Principal(
            arn=f"arn:{partition}:iam::{account}:user/{name}",
            user_id="AIDA" + secrets.token_hex(8).upper(),
            account=account,
            partition=partition,
            access_key=access_key,
            secret_key=secret,
            token="",
            expires=float("inf"),
            policies=tuple(map(as_policy, policies)),
        )
        self.principals[access_key] = made
        return made

    def session(self, principal: Principal | None = None, region: str = "") -> Any:
        """A boto3 session with a principal's keys, a user's who may do all by default."""
        return self.clients(principal, region).session

    def clients(self, principal: Principal | None = None, region: str = "") -> Clients:
        """Something with ``client(service, region)``, as adapters take it."""
        import botocore.session
        from boto3.session import Session

        holder = principal or self.user()
        core: Any = botocore.session.Session()  # type: ignore[no-untyped-call]
        core.register_component("data_loader", _loader())
        made: Any = Session  # the library has no types of its own
        session = made(
            aws_access_key_id=holder.access_key,
            aws_secret_access_key=holder.secret_key,
            aws_session_token=holder.token or None,
            region_name=region or self.region,
            botocore_session=core,
        )
        return Clients(session, self.url)

    # --- what there is

    def provider(
        self,
        issuer_url: str,
        audiences: Iterable[str] = (AUDIENCE,),
        account: str = ACCOUNT,
        partition: str = "aws",
    ) -> Provider:
        """Register an issuer of identity tokens with an account."""
        name = without_scheme(issuer_url)
        made = Provider(f"arn:{partition}:iam::{account}:oidc-provider/{name}", issuer_url, list(audiences))
        self.providers[account, name] = made
        return made

    def trust(
        self,
        issuer_url: str,
        sub: str | list[str] = "*",
        aud: str = AUDIENCE,
        operator: str = "StringLike",
        account: str = ACCOUNT,
        partition: str = "aws",
    ) -> dict[str, Any]:
        """A trust policy for tokens of an issuer."""
        name = without_scheme(issuer_url)
        condition: dict[str, Any] = {"StringEquals": {f"{name}:aud": aud}}
        condition.setdefault(operator, {})[f"{name}:sub"] = sub
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:{partition}:iam::{account}:oidc-provider/{name}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        }
        return {"Version": "2012-10-17", "Statement": [statement]}

    def role(
        self,
        name: str,
        trust_policy: Policy,
        policies: Iterable[Policy] = (ALLOW_ALL,),
        max_session: int = 3600,
        account: str = ACCOUNT,
        partition: str = "aws",
    ) -> Role:
        """A role; its ``arn`` is what a workflow names."""
        made = Role(
            f"arn:{partition}:iam::{account}:role/{name}",
            name,
            account,
            partition,
            as_policy(trust_policy),
            tuple(map(as_policy, policies)),
            max_session,
        )
        self.roles[made.arn] = made
        return made

    def bucket(self, name: str = "reports", region: str = "", account: str = ACCOUNT) -> str:
        """A bucket of an account's; gives its name."""
        where = region or self.region
        more: Any = {"CreateBucketConfiguration": {"LocationConstraint": where}}
        self.internal("s3", where, account).create_bucket(
            Bucket=name, **({} if where == "us-east-1" else more)
        )
        self.buckets[name] = (account, where)
        return name

    def objects(self, bucket: str) -> dict[str, bytes]:
        """The objects in a bucket by key."""
        account, region = self.buckets[bucket]
        s3 = self.internal("s3", region, account)
        keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def head(self, bucket: str, key: str) -> dict[str, Any]:
        """What S3 tells of an object: encryption, content type, metadata."""
        account, region = self.buckets[bucket]
        return dict(self.internal("s3", region, account).head_object(Bucket=bucket, Key=key))

    def topic(self, name: str = "verdicts", region: str = "", account: str = ACCOUNT) -> str:
        """A topic of SNS; gives its ARN."""
        return str(self.internal("sns", region or self.region, account).create_topic(Name=name)["TopicArn"])

    def kms_key(
        self,
        alias: str = "",
        region: str = "",
        account: str = ACCOUNT,
        spec: str = "RSA_2048",
        usage: str = "SIGN_VERIFY",
    ) -> KmsKey:
        """A key of KMS, for signatures by default; ``alias`` without its prefix."""
        kms = self.internal("kms", region or self.region, account)
        made = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]
        if alias:
            kms.create_alias(AliasName=f"alias/{alias}", TargetKeyId=made["KeyId"])
            self.key_aliases[f"alias/{alias}"] = made["Arn"]
        if spec == "SYMMETRIC_DEFAULT":
            return KmsKey(made["Arn"], made["KeyId"], "")
        from cryptography.hazmat.primitives import serialization

        der = kms.get_public_key(KeyId=made["KeyId"])["PublicKey"]
        public = serialization.load_der_public_key(der).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return KmsKey(made["Arn"], made["KeyId"], public.decode())

    def secret(self, name: str, value: str, region: str = "", account: str = ACCOUNT) -> str:
        """A secret; gives its ARN."""
        client = self.internal("secretsmanager", region or self.region, account)
        arn = str(client.create_secret(Name=name, SecretString=value)["ARN"])
        self.secret_arns.append(arn)
        return arn

    def internal(self, service: str, region: str, account: str = ACCOUNT) -> Any:
        """A client whose calls are not logged and meet no fault."""
        holder = self.user("internal", account=account, partition=partition_of(region))
        holder.internal = True
        return self.clients(holder, region).client(service, region)

    # --- what goes wrong

    def fail(
        self,
        service: str,
        operation: str,
        code: str,
        status: int = 400,
        times: int = 1,
        retry_after: float | None = None,
        applied: bool = False,
        *,
        message: str = "",
        drop: bool = False,
        region: str = "",
        **members: Any,
    ) -> Fault:
        """
        Order a fault for the next ``times`` calls; ``*`` is any service or operation. With ``applied`` the
        call has its effect and its answer is lost; with ``drop`` the connection closes.
        """
        fault = Fault(
            service, operation, code, status, times, message, retry_after, applied, drop, region, members
        )
        self.faults.append(fault)
        return fault

    def throttle(
        self, service: str, operation: str = "*", times: int = 1, retry_after: float | None = None
    ) -> Fault:
        """Throttle the next calls, in the words of the service's protocol."""
        from tests.fakeaws.shapes import service_model

        code = {"query": "Throttling", "rest-xml": "SlowDown"}.get(
            service_model(service).metadata["protocol"], "ThrottlingException"
        )
        status = {"SlowDown": 503, "ThrottlingException": 429}.get(code, 400)
        return self.fail(service, operation, code, status, times, retry_after, message="Rate exceeded")

    def without(self, service: str, region: str, operation: str = "", *, drop: bool = False) -> None:
        """
        A Region without a service, or without one operation of it: an error, or with ``drop`` no connection,
        as where the service's name does not resolve.
        """
        self.missing.append((service, region, operation, drop))

    def expire(self) -> None:
        """All keys of sessions so far are over."""
        for principal in self.principals.values():
            if principal.role is not None:
                principal.expires = 0

    @contextmanager
    def as_amazonaws(self) -> Iterator[None]:
        """
        Within it, boto3 in this process needs no ``AWS_ENDPOINT_URL``: what it sends to a host of AWS's comes
        here, and ``Call.host`` has the name that it chose.
        """
        from botocore.httpsession import URLLib3Session

        original: Any = URLLib3Session.send

        def send(session: Any, request: Any) -> Any:
            parts = urlsplit(request.url)
            if not parts.netloc.endswith(_HOSTS):
                return original(session, request)
            bucket, is_virtual, _ = parts.netloc.partition(".s3.")
            path = f"/{bucket}{parts.path}" if is_virtual else parts.path
            request.headers["X-Fake-Host"] = parts.netloc
            request.url = f"{self.url}{path or '/'}" + (f"?{parts.query}" if parts.query else "")
            return original(session, request)

        patched: Any = URLLib3Session
        patched.send = send
        try:
            yield
        finally:
            patched.send = original

    # --- what happened

    def calls(self, service: str = "", operation: str = "") -> list[Call]:
        """The calls of a service, or of an operation."""
        return [
            call for call in self.log if service in ("", call.service) and operation in ("", call.operation)
        ]

    def values(self) -> list[str]:
        """Every value that no output may show: secret keys and tokens, and identity tokens that came."""
        tokens = [str(c.request.get("WebIdentityToken", "")) for c in self.calls("sts")]
        keys = [value for p in self.principals.values() for value in (p.secret_key, p.token)]
        return [value for value in tokens + keys if value]

    def dump(self) -> str:
        """The log as text, for messages of failing tests."""
        return "\n".join(
            f"{c.service}.{c.operation} {c.region} {c.status} {c.code} "
            f"{json.dumps(c.request, default=str)[:200]}"
            for c in self.log
        )


@cache
def _loader() -> Any:
    """botocore's models, read once for a process."""
    from botocore.loaders import create_loader

    make: Any = create_loader
    return make()


@dataclass(frozen=True, slots=True)
class Clients:
    """Makes boto3 clients that talk to the fake, without pauses between their tries."""

    session: Any
    url: str

    def client(self, service: str, region: str = "") -> Any:
        from botocore.config import Config

        config: Any = Config  # the library has no types of its own
        return self.session.client(
            service,
            region_name=region or self.session.region_name,
            endpoint_url=self.url,
            config=config(
                retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=20
            ),
        )
