"""
Made-up values of every token format, put together at run time: none was ever valid anywhere.

``ALL`` gives for each detector its specimens; each module of this package holds one family's ``SPECIMENS``.
"""

from __future__ import annotations

from . import ai, cloud, code, messaging, monitoring, payments, places, saas, social
from .model import Specimen

FAMILIES = (cloud, code, ai, messaging, payments, saas, monitoring, social, places)
ALL: dict[str, tuple[Specimen, ...]] = {
    detector: specimens for family in FAMILIES for detector, specimens in family.SPECIMENS.items()
}
