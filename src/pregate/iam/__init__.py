"""
The AWS policy language: documents, their extraction from files and templates, what is wrong with them, and
what they allow.

:func:`extract` finds policies in a file, :func:`lint` judges one; :mod:`pregate.iam.reasoning` says what
policies allow, :mod:`pregate.iam.validation` what AWS would say about one. No call leaves the machine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pregate.iam.document import Place, PolicyDocument, PolicyKind, Unknown
    from pregate.iam.extraction import Extraction, Gap, extract, includes
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

# Who reasons about policies needs no extraction, and the other way round: each is imported when asked for.
_HOMES = {
    "Extraction": "extraction",
    "Gap": "extraction",
    "Place": "document",
    "PolicyDocument": "document",
    "PolicyKind": "document",
    "RULES": "rules",
    "Reference": "managed",
    "Remark": "remark",
    "Unknown": "document",
    "breadth_of": "managed",
    "extract": "extraction",
    "includes": "extraction",
    "lint": "linter",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(importlib.import_module(f"pregate.iam.{_HOMES[name]}"), name)
    return found
