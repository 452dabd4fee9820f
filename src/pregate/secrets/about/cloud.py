"""What tokens of cloud services open, and how to make them worthless."""

from __future__ import annotations

from pregate.secrets.about import amazon_google, azure, databases, hosting
from pregate.secrets.about.entry import Entry

ENTRIES: dict[str, Entry] = {
    **amazon_google.ENTRIES,
    **azure.ENTRIES,
    **hosting.ENTRIES,
    **databases.ENTRIES,
}
