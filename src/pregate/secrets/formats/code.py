"""Formats of tokens of code hosts, registries and build services."""

from __future__ import annotations

from pregate.secrets.checksums import github
from pregate.secrets.formats.model import Format, token

FORMATS: tuple[Format, ...] = (
    # https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    Format(
        "GitHubTokenDetector",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        token(r"gh[pousr]_(?P<random>[A-Za-z0-9]{36,76})"),
        checksum=github,
        entropy=3.0,
    ),
)
