"""
Seeded values of secrets from short templates: ``ghp_{an:30}{crc}``.

``{alphabet:size}`` or ``{alphabet:least-most}`` are random characters, ``{uuid}`` and the names of
:data:`ENDINGS` what they say. A template is not a secret, so the tables can stand in the repository.
"""

from __future__ import annotations

import base64
import binascii
import json
import random
import re
import string
import struct
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path

_DIGITS = string.digits
_LOWER = string.ascii_lowercase
_UPPER = string.ascii_uppercase
ALPHABETS = {
    "an": _DIGITS + _UPPER + _LOWER,
    "b64": _UPPER + _LOWER + _DIGITS + "+/",
    "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "dig": _DIGITS,
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "let": _UPPER + _LOWER,
    "low": _LOWER + _DIGITS,
    "up": _UPPER + _DIGITS,
    "b32": _UPPER + "234567",
    "url": _UPPER + _LOWER + _DIGITS + "-_",
    "word": _UPPER + _LOWER + _DIGITS + "_",
    "mixed": _UPPER + _LOWER + _DIGITS + "!#%*-_.~^",
}
_BASE62 = _DIGITS + _UPPER + _LOWER
_BASE36 = _DIGITS + _LOWER
_PART = re.compile(r"\{(\w+)(?::(\d+)(?:-(\d+))?)?\}")

WORDS = tuple((Path(__file__).parent / "data" / "words.txt").read_text("utf-8").split())


def characters(rng: random.Random, alphabet: str, size: int) -> str:
    """Random characters of a named alphabet."""
    return "".join(rng.choices(ALPHABETS[alphabet], k=size))


def value(rng: random.Random, template: str) -> str:
    """A fresh value of a template."""
    made = ""
    at = 0
    for part in _PART.finditer(template):
        made += template[at : part.start()]
        at = part.end()
        name, least, most = part[1], part[2], part[3]
        if name in ENDINGS:
            made += ENDINGS[name](rng, made)
        else:
            size = int(least) if most is None else rng.randint(int(least), int(most))
            made += characters(rng, name, size)
    return made + template[at:]


def password(rng: random.Random) -> str:
    """What a person or a generator of passwords would choose: no word alone, ten characters at least."""
    style = rng.randrange(5)
    first, second = (rng.choice(WORDS) for _ in range(2))
    if style == 0:
        return f"{first.capitalize()}{rng.choice('!@#$-_')}{second}{rng.randrange(10, 9999)}"
    if style == 1:
        return "".join(rng.choice(_LOWER + _UPPER + _DIGITS + "!@%^*-_+") for _ in range(rng.randint(12, 20)))
    if style == 2:
        leet = first.translate(str.maketrans("aeios", "@3105")).capitalize()
        return f"{leet}{second.capitalize()}{rng.choice('!#')}{rng.randrange(100)}"
    if style == 3:
        return characters(rng, "an", rng.randint(12, 24))
    return "-".join(rng.sample(WORDS, 3)).replace(first, first.capitalize()) + str(rng.randrange(10, 99))


def token(rng: random.Random) -> str:
    """A random string as servers make them for sessions, signatures, and keys."""
    template = ("{hex:32}", "{hex:40}", "{hex:64}", "{an:32}", "{an:40}", "{url:43}", "{b64:43}=", "{low:24}")
    return value(rng, rng.choice(template))


def jwt(rng: random.Random) -> str:
    """A signed JSON web token with a time and an issuer in it."""
    issued = rng.randrange(1_600_000_000, 1_760_000_000)
    claims = {"iss": f"https://auth.{rng.choice(WORDS)}.io/", "sub": characters(rng, "dig", 9), "iat": issued}
    algorithm = rng.choice(("HS256", "RS256"))
    head = ({"alg": algorithm, "typ": "JWT"}, claims | {"exp": issued + 86400})
    shown = ".".join(_url64(json.dumps(part, separators=(",", ":")).encode()) for part in head)
    return f"{shown}.{characters(rng, 'url', 43 if algorithm == 'HS256' else 342)}"


def base62(number: int, size: int) -> str:
    """A number in base 62 with leading zeros."""
    return _based(number, _BASE62, size)


def _based(number: int, digits: str, size: int) -> str:
    made = ""
    while number:
        number, digit = divmod(number, len(digits))
        made = digits[digit] + made
    return made.rjust(size, "0")


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _github(rng: random.Random, made: str) -> str:  # noqa: ARG001
    # https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    return base62(zlib.crc32(made.rpartition("_")[2].encode()), 6)


def _grafana(rng: random.Random, made: str) -> str:  # noqa: ARG001
    # https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go
    return struct.pack("<I", zlib.crc32(made.encode())).hex()


def _gitlab(rng: random.Random, made: str) -> str:
    # https://docs.gitlab.com/security/tokens/: routable tokens end with a version, a length, and a CRC-32.
    routing = f"o:{rng.randrange(1, 9)}\nu:{_based(rng.randrange(10**6), _BASE36, 4)}".encode()
    payload = _url64(rng.randbytes(16) + routing + bytes([len(routing), 16]))
    body = f"{made}{payload}.01.{_based(len(payload), _BASE36, 2)}"
    return body[len(made) :] + _based(zlib.crc32(body.encode()), _BASE36, 7)


def _macaroon(rng: random.Random, made: str) -> str:  # noqa: ARG001
    # https://pypi.org/help/#apitoken: a macaroon whose location is the index.
    caveat = json.dumps({"version": 1, "permissions": "user"}).encode()
    identifier = str(uuid.UUID(bytes=rng.randbytes(16))).encode()
    data = b"\x02\x01\x08pypi.org\x02" + bytes([len(identifier)]) + identifier
    return _url64(data + b"\x00\x02" + bytes([len(caveat)]) + caveat + b"\x00\x00\x06 " + rng.randbytes(32))


def _service_account(rng: random.Random, made: str) -> str:  # noqa: ARG001
    # https://developer.1password.com/docs/service-accounts/: JSON in Base64.
    words = "-".join(rng.sample(WORDS, 3))
    text = {
        "signInAddress": "my.1password.com",
        "userAuth": {
            "method": "SRPg-4096",
            "alg": "PBES2g-HS256",
            "iterations": 650000,
            "salt": "".join(words),
        },
        "email": f"{characters(rng, 'low', 13)}@1passwordserviceaccounts.com",
        "srpX": characters(rng, "hex", 64),
        "muk": {"alg": "A256GCM", "k": characters(rng, "url", 43), "kty": "oct"},
        "secretKey": value(rng, "A3-{up:6}-{up:6}-{up:5}-{up:5}-{up:5}-{up:5}"),
    }
    return base64.b64encode(json.dumps(text, separators=(",", ":")).encode()).decode()


def _sentry(rng: random.Random, made: str) -> str:  # noqa: ARG001
    # https://github.com/getsentry/rfcs/blob/main/text/0091-ci-upload-tokens.md
    text = {
        "iat": rng.randrange(1_690_000_000, 1_760_000_000) + 0.5,
        "url": "https://sentry.io",
        "region_url": "https://us.sentry.io",
        "org": rng.choice(WORDS),
    }
    return base64.b64encode(json.dumps(text, separators=(",", ":")).encode()).decode() + "_"


def _grafana_cloud(rng: random.Random, made: str) -> str:  # noqa: ARG001
    text = {
        "o": str(rng.randrange(10**6)),
        "n": rng.choice(WORDS),
        "k": characters(rng, "an", 24),
        "m": {"r": "us"},
    }
    return base64.b64encode(json.dumps(text, separators=(",", ":")).encode()).decode()


def _grafana_old(rng: random.Random, made: str) -> str:  # noqa: ARG001
    text = {"k": characters(rng, "an", 32), "n": rng.choice(WORDS), "id": 1}
    return base64.b64encode(json.dumps(text, separators=(",", ":")).encode()).decode()


def _nats(rng: random.Random, made: str) -> str:  # noqa: ARG001
    # https://github.com/nats-io/nkeys: a prefix (seed, user) of two bytes, 32 of seed, CRC-16; base 32.
    data = bytes([18 << 3 | 160 >> 5, (160 & 31) << 3]) + rng.randbytes(32)
    return base64.b32encode(data + binascii.crc_hqx(data, 0).to_bytes(2, "little")).decode().rstrip("=")


ENDINGS: dict[str, Callable[[random.Random, str], str]] = {
    "crc": _github,
    "glsa": _grafana,
    "routable": _gitlab,
    "nats": _nats,
    "macaroon": _macaroon,
    "ops": _service_account,
    "sntrys": _sentry,
    "glc": _grafana_cloud,
    "grafana": _grafana_old,
    "uuid": lambda rng, made: str(uuid.UUID(bytes=rng.randbytes(16), version=4)),  # noqa: ARG005
    "word_": lambda rng, made: rng.choice(WORDS),  # noqa: ARG005
    "jwt": lambda rng, made: jwt(rng),  # noqa: ARG005
}
