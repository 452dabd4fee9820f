"""Made-up tokens of messaging services."""

from __future__ import annotations

from .model import Specimen

SPECIMENS: dict[str, tuple[Specimen, ...]] = {}
