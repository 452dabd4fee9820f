"""Amazon Web Services. boto3 is imported only here, and only when a service is called."""

from __future__ import annotations

from pregate.aws.access_analyzer import AccessAnalyzer
from pregate.aws.clients import Clients
from pregate.aws.credentials import Account, find_credentials
from pregate.aws.identity import Identity, is_within_reach, open_identity
from pregate.errors import CredentialsError

__all__ = [
    "AccessAnalyzer",
    "Account",
    "Clients",
    "Identity",
    "find_credentials",
    "is_within_reach",
    "open_identity",
    "open_validator",
]


def open_validator(clients: Clients | None, region: str = "", *, required: bool) -> AccessAnalyzer | None:
    """
    Access Analyzer in ``region`` (``""``: the run's own) with the run's clients; None without any.

    Raises CredentialsError when they are ``required`` and not there.
    """
    if clients is not None:
        return AccessAnalyzer(clients, region)
    if required:
        raise CredentialsError(
            "iam.engine asks AWS, and there are no AWS credentials",
            "Give the job a role (role-to-assume, and id-token: write), set AWS_PROFILE, or write "
            'engine = "local" under [iam].',
        )
    return None
