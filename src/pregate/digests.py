"""
The digests of the standard library that need no OpenSSL.

``hashlib`` loads OpenSSL when it is imported, which takes as long as a dozen of a hook's modules and is no
faster for the short texts that are digested here. Where Python was built without its own implementations, or
names them otherwise, ``hashlib`` has them. For contents of files it is the better one: OpenSSL uses the
processor's own instructions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import blake2b, sha256
else:
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b
    try:
        from _sha2 import sha256  # since Python 3.12
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256

__all__ = ["blake2b", "sha256"]
