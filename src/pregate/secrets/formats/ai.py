"""Formats of tokens of ai services."""

from __future__ import annotations

from pregate.secrets.formats.model import Format

FORMATS: tuple[Format, ...] = ()
