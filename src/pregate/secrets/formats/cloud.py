"""Formats of tokens of cloud services."""

from __future__ import annotations

from pregate.secrets.formats import aws, azure, clouds, databases, google, hosting
from pregate.secrets.formats.model import Format

FORMATS: tuple[Format, ...] = (
    *aws.FORMATS,
    *google.FORMATS,
    *azure.FORMATS,
    *hosting.FORMATS,
    *clouds.FORMATS,
    *databases.FORMATS,
)
