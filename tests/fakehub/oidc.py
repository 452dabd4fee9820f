"""
The runner's identity tokens: the address that gives them, the issuer and its keys.

Source: GitHub Docs, "OpenID Connect reference".
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm


@lru_cache(maxsize=1)
def signing_key() -> rsa.RSAPrivateKey:
    """A key made once for a process: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class Issuer:
    """``claims`` are added to those of every token; ``granted`` is the permission ``id-token: write``."""

    server_url: str
    claims: dict[str, Any] = field(default_factory=dict)
    granted: bool = True
    request_token: str = field(default_factory=lambda: secrets.token_hex(16))
    audiences: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The issuer, in the form of a GitHub Enterprise Server."""
        return f"{self.server_url}/_services/token"

    @property
    def request_url(self) -> str:
        """Where a job asks; the audience is added with ``&``."""
        return f"{self.server_url}/_runner/idtoken?api-version=2.0"

    def token(self, audience: str, repository: str) -> str:
        """A signed token for an audience."""
        now = int(time.time())
        owner = repository.split("/", maxsplit=1)[0]
        claims = {
            "iss": self.url,
            "aud": audience or f"{self.server_url}/{owner}",
            "sub": f"repo:{repository}:pull_request",
            "repository": repository,
            "repository_owner": owner,
            "jti": secrets.token_hex(8),
            "iat": now,
            "nbf": now - 300,
            "exp": now + 300,
        }
        return jwt.encode(claims | self.claims, signing_key(), algorithm="RS256", headers={"kid": "hub-1"})

    def document(self, path: str) -> dict[str, Any] | None:
        """The issuer's public documents; None where there is none."""
        if path == "/_services/token/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/.well-known/jwks",
                "subject_types_supported": ["public", "pairwise"],
                "response_types_supported": ["id_token"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        if path == "/_services/token/.well-known/jwks":
            key = json.loads(RSAAlgorithm.to_jwk(signing_key().public_key()))
            return {"keys": [key | {"kid": "hub-1", "use": "sig", "alg": "RS256"}]}
        return None
