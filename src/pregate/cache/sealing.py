"""
The checksum of what a cache holds, which binds a value to its key and to the scope that it was written for.

Without a secret it tells damage and confusion; whoever can write to the folder can make it. With a secret it
is a message authentication code, and what somebody without the secret wrote is not believed.
"""

from __future__ import annotations

from pregate.digests import blake2b
from pregate.records import dataclass, field

SIZE = 16
"""Bytes of a checksum."""
SHORTEST_SECRET = 16
"""Characters that a secret must have: what can be guessed proves nothing."""
_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Seal:
    """
    Makes and holds checksums of one ``scope``, ``""`` for a cache that nobody else's results are mixed with.

    The code is BLAKE2b in its keyed mode (RFC 7693, section 2.9), under a key that is derived from the secret
    for the scope alone: an entry of one scope is none in another.
    """

    scope: str = ""
    secret: bytes = field(default=b"", repr=False)
    _person: bytes = field(init=False, repr=False, default=b"")
    _key: bytes = field(init=False, repr=False, default=b"")

    def __post_init__(self) -> None:
        scope = self.scope.encode("utf-8", "surrogateescape")
        if scope:
            object.__setattr__(self, "_person", blake2b(scope, digest_size=16).digest())
        if self.secret:
            import hashlib

            secret = hashlib.sha512(self.secret).digest()
            key = blake2b(b"pregate cache\0" + scope, digest_size=32, key=secret).digest()
            object.__setattr__(self, "_key", key)

    def sum(self, key: bytes, value: bytes) -> bytes:
        """The checksum of a value under its key: 16 bytes."""
        if not self._key:
            return blake2b(value, digest_size=SIZE, key=key, person=self._person).digest()
        code = blake2b(digest_size=SIZE, key=self._key, person=self._person)
        code.update(len(key).to_bytes(8, "big") + key)
        code.update(value)
        return code.digest()

    def holds(self, key: object, value: object) -> bool:
        """Whether ``value`` begins with the checksum of the rest of it, both being bytes."""
        # What somebody else wrote may have keys that are too long for the checksum.
        if not isinstance(key, bytes) or not isinstance(value, bytes) or len(key) > _LONGEST_KEY:
            return False
        return value[:SIZE] == self.sum(
            key, value[SIZE:]
        )  # a file cannot be asked again and again: no timing
