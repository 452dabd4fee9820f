"""The iam check: AWS policies."""

from pregate.checks.iam.access import Judge
from pregate.checks.iam.check import IamCheck
from pregate.checks.iam.reference import Reference, read_reference

__all__ = ["IamCheck", "Judge", "Reference", "read_reference"]
