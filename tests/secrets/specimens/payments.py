"""Made-up tokens of payments services."""

from __future__ import annotations

from .model import Specimen

SPECIMENS: dict[str, tuple[Specimen, ...]] = {}
