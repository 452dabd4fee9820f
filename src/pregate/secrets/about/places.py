"""What is found by its place or its name opens, and how to make it worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.detect_secrets import ENTRIES as THEIRS
from pregate.secrets.about.entry import Entry

ENTRIES: dict[str, Entry] = {
    "PrivateKeyDetector": THEIRS["PrivateKeyDetector"],
    "AssignedSecretDetector": Entry(
        "hard-coded secret",
        Severity.HIGH,
        Confidence.HIGH,
        "use it wherever it is valid",
        "Change it where it is valid: the account, the service, or what signs with it.",
        instead="Give each environment a value of its own.",
    ),
}
