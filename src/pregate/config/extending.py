"""
The address of an organisation's policy: ``github://[HOST/]OWNER/REPOSITORY/PATH@REF[#sha256=DIGEST]``.

Without a pin whoever may push to that repository could alter every gate unseen, and no cache could be
trusted: ``REF`` is a commit, or the digest of the content is given.
"""

from __future__ import annotations

import re

from pregate.config.values import ConfigError
from pregate.records import dataclass

LIMIT = 64 * 1024
"""How many bytes an organisation's policy may have."""

_SCHEME = "github://"
# Names of accounts have no full stop, so that a host can be told from them (docs.github.com, "Username
# considerations for external authentication"; "About repositories" for repositories).
_HOST = r"(?:(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]{1,5})?|[A-Za-z0-9-]+:[0-9]{1,5})/)?"
_FORM = re.compile(
    _HOST + r"(?P<owner>[A-Za-z0-9][A-Za-z0-9_-]{0,99})/(?P<repository>[A-Za-z0-9._-]{1,100})/"
    r"(?P<path>[^@#?\\\x00-\x20\x7f]{1,1000})@(?P<ref>[^@#?\\\x00-\x20\x7f:~^*\[]{1,250})"
    r"(?:#sha256=(?P<digest>[0-9A-Fa-f]{64}))?"
)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_EXAMPLE = f"""For example, by a commit:
    extends = "github://octo-org/security/pregate.toml@{"0123456789" * 4}"
or by the digest of the file (sha256sum pregate.toml):
    extends = "github://octo-org/security/pregate.toml@v1#sha256={"0123456789abcdef" * 4}\""""


@dataclass(frozen=True, slots=True)
class PolicyAddress:
    """
    Where an organisation's policy stands. ``host`` is ``""`` for the GitHub that the run is on; ``digest`` is
    the content's SHA-256 in hexadecimal digits, ``""`` where ``ref`` is a commit and pin enough.
    """

    owner: str
    repository: str
    path: str
    ref: str
    digest: str = ""
    host: str = ""

    @property
    def is_commit(self) -> bool:
        """Whether ``ref`` is a commit's whole id."""
        return _COMMIT.fullmatch(self.ref) is not None

    @property
    def name(self) -> str:
        """How messages name it: short, without the digest."""
        ref = self.ref[:12] if self.is_commit else self.ref
        host = f"{self.host}/" if self.host else ""
        return f"{host}{self.owner}/{self.repository}/{self.path}@{ref}"

    def __str__(self) -> str:
        host = f"{self.host}/" if self.host else ""
        digest = f"#sha256={self.digest}" if self.digest else ""
        return f"{_SCHEME}{host}{self.owner}/{self.repository}/{self.path}@{self.ref}{digest}"


def parse_address(text: str) -> PolicyAddress:
    """The address in the key ``extends``. Raises ConfigError, also for one without a pin."""
    found = _FORM.fullmatch(text.removeprefix(_SCHEME)) if text.startswith(_SCHEME) else None
    if found is None or any(part in ("", ".", "..") for part in found["path"].split("/")):
        raise ConfigError("extends is not the address of a file on GitHub", _EXAMPLE)
    address = PolicyAddress(
        found["owner"],
        found["repository"],
        found["path"],
        found["ref"],
        (found["digest"] or "").lower(),
        (found["host"] or "").lower(),
    )
    if not address.digest and not address.is_commit:
        raise ConfigError(
            f"extends is not pinned: {address.ref[:80]!r} may be moved to another content at any time",
            _EXAMPLE,
        )
    return address


def digest_of(data: bytes) -> str:
    """The SHA-256 that pins a policy, in hexadecimal digits."""
    import hashlib  # loads OpenSSL, which a hook without an organisation's policy does not need

    return hashlib.sha256(data).hexdigest()


def blob_id(data: bytes) -> str:
    """Git's object id of a file with that content (git-hash-object(1)), by which GitHub names it."""
    import hashlib

    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
