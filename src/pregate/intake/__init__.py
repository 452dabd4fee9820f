"""
SARIF of other scanners, read into the nouns: what a producer got wrong or left out is repaired and said.

The only way in is :func:`read_sarif`. Documents are hostile: bounded in size and in what they may blow up to,
no text of a file is taken from them (snippets may hold secrets), nothing that they name is opened. Format:
SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

from pregate.intake.naming import slug_of
from pregate.intake.places import Texts
from pregate.intake.reading import Intake, read_sarif
from pregate.intake.results import PLACE, WHOLE_FILE
from pregate.intake.sensitive import holds_secret

__all__ = ["PLACE", "WHOLE_FILE", "Intake", "Texts", "holds_secret", "read_sarif", "slug_of"]
