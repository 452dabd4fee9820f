"""Amazon Web Services. boto3 is imported only here, and only when a service is called."""

from __future__ import annotations

from collections.abc import Mapping

from pregate.aws.access_analyzer import AccessAnalyzer, PlainClients
from pregate.aws.credentials import Account, find_credentials
from pregate.errors import CredentialsError

__all__ = ["AccessAnalyzer", "Account", "PlainClients", "find_credentials", "open_validator"]


def open_validator(region: str, environ: Mapping[str, str], *, required: bool) -> AccessAnalyzer | None:
    """
    Access Analyzer where credentials seem to be there; None where they obviously are not.

    Raises CredentialsError when they are ``required`` and not there.
    """
    account = find_credentials(environ, region)
    if account is not None:
        return AccessAnalyzer(PlainClients(), account.region)
    if required:
        raise CredentialsError(
            "iam.engine is aws, and there are no AWS credentials",
            'Set AWS_PROFILE or a role\'s variables, or write engine = "local" under [iam].',
        )
    return None
