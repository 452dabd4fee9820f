"""What a repository's own files say to the search for secrets: of the revision that is trusted."""

from __future__ import annotations

import hashlib

from pregate.records import dataclass
from pregate.secrets.gitleaks.model import CustomRules
from pregate.secrets.known import KnownSecrets


@dataclass(frozen=True, eq=False)
class Given:
    """
    The rules and allowlists of a ``.gitleaks.toml`` and the secrets of a ``.secrets.baseline``, where there
    are such files. Equal only to itself, so that it can be a key at no cost.
    """

    rules: CustomRules | None = None
    known: KnownSecrets | None = None

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that change with what is given; ``""`` where nothing is."""
        parts = (self.rules.digest if self.rules else "", self.known.digest if self.known else "")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8] if any(parts) else ""

    @property
    def words(self) -> frozenset[str]:
        """What findings that these files suppress say they are suppressed by."""
        return frozenset(part.path for part in (self.rules, self.known) if part)
