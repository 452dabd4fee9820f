"""Made-up tokens of code hosts, registries and build services."""

from __future__ import annotations

import random
import zlib

from pregate.secrets.checksums import base62

from .model import ALNUM, Specimen, text


def github(rng: random.Random, kind: str = "p") -> str:
    """A token of GitHub's with right check digits."""
    body = text(rng, ALNUM, 30)
    return f"gh{kind}_" + body + base62(zlib.crc32(body.encode()), 6)


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "GitHubTokenDetector": (
        Specimen(github, "GH_TOKEN"),
        Specimen(lambda rng: github(rng, rng.choice("ousr")), "GITHUB_TOKEN"),
    ),
}
