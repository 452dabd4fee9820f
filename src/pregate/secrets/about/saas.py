"""What tokens of saas services open, and how to make them worthless."""

from __future__ import annotations

from pregate.secrets.about.entry import Entry

ENTRIES: dict[str, Entry] = {}
