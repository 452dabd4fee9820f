"""
Policies in Terraform and OpenTofu: configurations, and plans in JSON.

Nothing is executed, and no provider or module is fetched: expressions are evaluated as far as the files of
the repository say their value.
"""

from pregate.iam.terraform.extraction import Extracted, extract_terraform, included_by

__all__ = ["Extracted", "extract_terraform", "included_by"]
