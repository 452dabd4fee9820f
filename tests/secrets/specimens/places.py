"""Made-up values of what is told by its structure."""

from __future__ import annotations

import base64
import json
import random
from binascii import crc_hqx

from .model import ALNUM, Specimen, text


def unpadded(data: bytes) -> str:
    """Base64 for URLs without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwt(rng: random.Random, header: object = None, **claims: object) -> str:
    """A JSON Web Token, signed by nobody."""
    head = {"alg": "HS256", "typ": "JWT"} if header is None else header
    body = claims or {"iss": "login.example.com", "sub": text(rng, ALNUM, 8), "exp": 1_893_456_000}
    return ".".join(
        (*(unpadded(json.dumps(part).encode()) for part in (head, body)), unpadded(rng.randbytes(32)))
    )


def nats_seed(rng: random.Random) -> str:
    """A user's seed with right check digits."""
    data = b"\x95\x00" + rng.randbytes(32)
    return base64.b32encode(data + crc_hqx(data, 0).to_bytes(2, "little")).decode().rstrip("=")


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "JwtTokenDetector": (Specimen(jwt, "SESSION"),),
    "NatsSeedDetector": (Specimen(nats_seed, "NATS_SEED"),),
}
