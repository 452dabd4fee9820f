"""Amazon Web Services. boto3 is imported only here, and only when a service is called."""

from pregate.aws.access_analyzer import AccessAnalyzer
from pregate.aws.credentials import Account, find_credentials

__all__ = ["AccessAnalyzer", "Account", "find_credentials"]
