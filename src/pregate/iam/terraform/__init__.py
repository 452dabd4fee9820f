"""
Policies in Terraform and OpenTofu: configurations, and plans in JSON.

Nothing is executed, and no provider or module is fetched: expressions are evaluated as far as the files of
the repository say their value.
"""

from pregate.iam.terraform.extraction import Extracted, extract_terraform, included_by
from pregate.iam.terraform.plan import extract_plan

__all__ = ["Extracted", "extract_plan", "extract_terraform", "included_by"]
