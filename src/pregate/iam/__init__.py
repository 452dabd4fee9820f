"""
The AWS policy language: documents, their extraction from files and templates, and what is wrong with them.

:func:`extract` finds policies in a file, :func:`lint` judges one. No call leaves the machine.
"""

from pregate.iam.document import Place, PolicyDocument, PolicyKind, Unknown
from pregate.iam.extract import Extraction, Gap, extract, includes
from pregate.iam.linter import lint
from pregate.iam.managed import Reference, breadth_of
from pregate.iam.remark import Remark
from pregate.iam.rules import RULES

__all__ = [
    "RULES",
    "Extraction",
    "Gap",
    "Place",
    "PolicyDocument",
    "PolicyKind",
    "Reference",
    "Remark",
    "Unknown",
    "breadth_of",
    "extract",
    "includes",
    "lint",
]
