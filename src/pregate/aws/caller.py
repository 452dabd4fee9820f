"""Who is called as: the account and partition behind the credentials, by ``sts:GetCallerIdentity``."""

from __future__ import annotations

import re

from pregate.aws.calls import Need, Service
from pregate.aws.clients import Clients
from pregate.errors import AwsError
from pregate.records import dataclass

_ARN = re.compile(r"arn:(aws[a-z-]{0,20}):(?:sts|iam)::([0-9]{12}):")


@dataclass(frozen=True, slots=True)
class Caller:
    """An account of 12 digits and the partition that it is in (``aws``, ``aws-cn``, ``aws-us-gov``)."""

    account: str
    partition: str


def find_caller(clients: Clients, service: Service | None = None) -> Caller:
    """The caller. Raises AwsError when STS does not answer."""
    made = service or Service("AWS STS")
    answer = made.call(lambda: clients.client("sts").get_caller_identity(), Need("sts:GetCallerIdentity"))
    found = _ARN.match(str(answer.get("Arn", "")))
    if not found:
        raise AwsError("AWS STS names no account", "Check AWS_ENDPOINT_URL.")
    return Caller(found[2], found[1])
