"""What a repository's own files say to the search for secrets: of the revision that is trusted."""

from __future__ import annotations

from pregate.digests import sha256
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
        """
        Eight hexadecimal digits that change with what is given and with where it stands, since findings name
        that; ``""`` where nothing is given.
        """
        given = [(part.path, part.digest) if part else ("", "") for part in (self.rules, self.known)]
        parts = [text.encode("utf-8", "surrogateescape") for pair in given for text in pair]
        is_empty = not any(digest for _, digest in given)
        return "" if is_empty else sha256(b"\0".join(parts)).hexdigest()[:8]

    @property
    def words(self) -> frozenset[str]:
        """What findings that these files suppress say they are suppressed by."""
        return frozenset(part.path for part in (self.rules, self.known) if part)
