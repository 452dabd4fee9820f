"""What the fake AWS keeps and what it hands to tests."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ALLOW_ALL: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True, slots=True)
class Call:
    """
    A request as it was answered. ``service`` is boto3's name for it; ``region`` and ``access_key`` come from
    the request's signature and are empty where there is none; ``status`` 0 means that the connection was
    closed; ``code`` is the error's, empty on success.
    """

    service: str
    operation: str
    region: str
    access_key: str
    request: Any
    status: int
    code: str
    host: str = ""
    caller: str = ""
    at: float = 0.0


class Refused(Exception):
    """An error as a service answers it; ``members`` are those of its shape besides the message."""

    def __init__(self, status: int, code: str, message: str, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.members = members


class Dropped(Exception):
    """The connection is closed without an answer."""


@dataclass(slots=True)
class Fault:
    """What happens to the next ``times`` calls that match; ``*`` stands for any service or operation."""

    service: str
    operation: str
    code: str
    status: int
    times: int
    message: str
    retry_after: float | None
    applied: bool
    drop: bool
    region: str
    members: dict[str, Any] = field(default_factory=dict)

    def matches(self, service: str, operation: str, region: str) -> bool:
        return (
            self.times > 0
            and self.service in (service, "*")
            and self.operation in (operation, "*")
            and self.region in (region, "")
        )

    @property
    def refusal(self) -> Refused:
        more = dict(self.members)
        if self.retry_after is not None:
            more["retryAfterSeconds"] = int(self.retry_after)
        return Refused(self.status, self.code, self.message or "Ordered by the test.", **more)


@dataclass(slots=True)
class Provider:
    """An OpenID Connect provider of an account. ``name`` is the issuer without its scheme."""

    arn: str
    url: str
    audiences: list[str]

    @property
    def name(self) -> str:
        return without_scheme(self.url)


@dataclass(slots=True)
class Role:
    """A role. ``max_session`` is in seconds."""

    arn: str
    name: str
    account: str
    partition: str
    trust_policy: dict[str, Any]
    policies: tuple[dict[str, Any], ...]
    max_session: int
    id: str = field(default_factory=lambda: "AROA" + secrets.token_hex(8).upper())


@dataclass(slots=True)
class Principal:
    """
    Who holds an access key. ``policies`` allow together; every one of ``sessions`` must allow too.
    ``expires`` is in seconds since the epoch, infinite for a user's keys.
    """

    arn: str
    user_id: str
    account: str
    partition: str
    access_key: str
    secret_key: str
    token: str
    expires: float
    policies: tuple[dict[str, Any], ...]
    session_policies: tuple[dict[str, Any], ...] = ()
    role: Role | None = None
    internal: bool = False

    @property
    def is_expired(self) -> bool:
        return time.time() >= self.expires

    def variables(self) -> dict[str, str]:
        """The keys as environment variables."""
        found = {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}
        return found | ({"AWS_SESSION_TOKEN": self.token} if self.token else {})


@dataclass(frozen=True, slots=True)
class KmsKey:
    """An asymmetric key; ``public_key`` is in PEM."""

    arn: str
    id: str
    public_key: str


def new_key(temporary: bool) -> tuple[str, str]:
    """An access key id and its secret, good nowhere."""
    prefix = ("AS" if temporary else "AK") + "IA"
    return prefix + secrets.token_hex(8).upper(), secrets.token_hex(20)


def without_scheme(url: str) -> str:
    return re.sub(r"^[a-z]+://", "", url)


def as_policy(value: Mapping[str, Any] | str) -> dict[str, Any]:
    """A policy from its text or its object."""
    parsed = json.loads(value) if isinstance(value, str) else dict(value)
    assert isinstance(parsed, dict)
    return parsed
