"""Amazon Web Services. boto3 is imported only here, and only when a service is called."""

from __future__ import annotations

from collections.abc import Mapping

from pregate.aws.access_analyzer import AccessAnalyzer
from pregate.aws.clients import Clients
from pregate.aws.credentials import Account, find_credentials
from pregate.errors import CredentialsError

__all__ = ["AccessAnalyzer", "Account", "Clients", "find_credentials", "open_clients", "open_validator"]


def open_clients(region: str = "") -> Clients:
    """Clients with boto3's own credentials; nothing is imported or asked before the first one is made."""
    from pregate.aws.chain import OwnChain

    return OwnChain(region)


def open_validator(region: str, environ: Mapping[str, str], *, required: bool) -> AccessAnalyzer | None:
    """
    Access Analyzer where credentials seem to be there; None where they obviously are not.

    Raises CredentialsError when they are ``required`` and not there.
    """
    account = find_credentials(environ, region)
    if account is not None:
        return AccessAnalyzer(account.region)
    if required:
        raise CredentialsError(
            "iam.engine is aws, and there are no AWS credentials",
            'Set AWS_PROFILE or a role\'s variables, or write engine = "local" under [iam].',
        )
    return None
