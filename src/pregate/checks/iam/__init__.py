"""The iam check: AWS policies. What asks AWS is imported from its own modules: a hook does without."""

from pregate.checks.iam.check import IamCheck

__all__ = ["IamCheck"]
