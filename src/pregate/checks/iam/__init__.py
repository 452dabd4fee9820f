"""The iam check: AWS policies."""

from pregate.checks.iam.check import IamCheck

__all__ = ["IamCheck"]
