"""What tokens of code hosts, registries and build services open, and how to make them worthless."""

from __future__ import annotations

from pregate.secrets.about.detect_secrets import ENTRIES as THEIRS
from pregate.secrets.about.entry import Entry

ENTRIES: dict[str, Entry] = {
    "GitHubTokenDetector": THEIRS["GitHubTokenDetector"],
}
